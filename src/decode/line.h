/* SPDX-License-Identifier: Apache-2.0 */
/*
 * line.h - what a line of a log is, of whatever format
 *
 * Lifecycles live on lager alone (lager.h); what shows, merges or surveys logs
 * wants to know of the other lines too.
 */
#ifndef CICERONE_LINE_H
#define CICERONE_LINE_H

#include "decode/record.h"

enum line_kind {
    LINE_LAGER,   /* the record is whole */
    LINE_TEXT,    /* plain text behind a time stamp */
    LINE_DAMAGED, /* begins as JSON, or holds {"timestamp", but is not lager */
    LINE_BARE,    /* anything else; it has no time */
};

#define LINE_KIND_COUNT 4

/* "lager", "text", "damaged", "bare". */
const char *line_kind_name(enum line_kind kind);

/*
 * A line, as a view into its text.  Of kinds with a time, but not lager, the
 * record's source and message are plain text (no escapes, and never marked as
 * escaped), its level is what the format says or info, and it has no data.
 */
struct line {
    enum line_kind kind;
    struct record record; /* undefined if there is no time */
};

static inline bool line_has_time(const struct line *l)
{
    return l->kind < LINE_DAMAGED;
}

/* Decode a line without its end; text[len] as lager_decode() wants it. */
void line_decode(const char *text, size_t len, struct line *line);

#endif
