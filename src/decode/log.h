/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - the formats that lifecycles are read from
 *
 * A run reads one of them; all other lines are left out and counted.
 */
#ifndef CICERONE_LOG_H
#define CICERONE_LOG_H

#include "base/slice.h"
#include "decode/record.h"
#include "decode/shapes.h"

struct log_format {
    const char *name; /* in definitions */
    const char *line; /* what a line of it is called: "lager line" */
    const char *is;   /* what such a line is: "lager" */
    const char *key;  /* of their number in JSON */
    const char *hint; /* what to ask if there is none */
    bool has_debug;   /* some lines are there only if somebody asked for them */
    /* Decode one line as lager_decode() does; it may want what that wants. */
    bool (*decode)(const char *line, size_t len, struct record *record);
    /* As lager_decode_next() does, which spares looking for the line's end; NULL: it can't. */
    const char *(*decode_next)(const char *line, struct shapes *shapes, struct record *record);
};

extern const struct log_format log_lager;       /* lager.h */
extern const struct log_format log_loggregator; /* cflogs.h */

/* The format of that name; NULL if there is none. */
const struct log_format *log_format_find(struct slice name);

#endif
