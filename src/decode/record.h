/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - one event of a log, as a view into its line
 *
 * A record owns nothing: every text points into the line and lives as long as
 * it does.  Texts are as they stand in the JSON, with escapes; use
 * jscan_unescape() for what they mean.
 */
#ifndef CICERONE_RECORD_H
#define CICERONE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/intern.h"
#include "base/slice.h"
#include "decode/jscan.h"

enum level { LEVEL_DEBUG, LEVEL_INFO, LEVEL_ERROR, LEVEL_FATAL };

#define LEVEL_COUNT 4

/* "debug", "info", "error", "fatal". */
const char *level_name(enum level level);

/*
 * The level that a logger's word for it means, in any case: the names above, and words such as
 * DBG, WARN, ERR and CRITICAL.  What is between info and error is info.  False if it is none.
 */
bool level_of_word(struct slice word, enum level *level);

struct record {
    int64_t time_ns; /* since the epoch, UTC */
    enum level level;
    bool rfc3339; /* the time was of that form, not seconds */
    struct jstr source;
    struct jstr message;
    struct jstr session; /* data.session, or empty */
    struct jstr error;   /* data.error at error and fatal, or empty */
    struct jstr trace;   /* data.trace at error and fatal, or empty */
    /* the origin that the line itself tells, or empty: data.cicerone-job, as a unified log has it,
     * and data.cicerone-index, a string or a number; else of a prefix (prefix.h) */
    struct jstr job, index;
    struct slice data;       /* the object behind "data", braces and all; empty if null or absent */
    struct jmembers members; /* of data, if whoever decoded the line noted them */
};

/* The number of the source, without escapes, in a table of sources. */
uint32_t record_source(const struct record *r, struct intern *sources);

/* A record of plain text: only these values, no others; without the CR at its end. */
void record_set_plain(struct record *r, int64_t time_ns, enum level level, struct slice source,
                      struct slice message);

/* Where a line of text begins: behind a byte order mark and blanks. */
static inline const char *record_text_start(const char *p, const char *end)
{
    if (end - p >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
        p += 3;
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p;
}

#endif
