/* SPDX-License-Identifier: Apache-2.0 */
/*
 * line.h - what a line of a log is, of whatever format
 *
 * A lifecycle lives on one format (log.h); what shows, merges or surveys logs
 * wants to know of the other lines too.  Each line is told by itself: formats
 * may be mixed in a file in any way.
 */
#ifndef CICERONE_LINE_H
#define CICERONE_LINE_H

#include "decode/record.h"

enum line_kind {
    LINE_LAGER,    /* lager.h */
    LINE_CF_LOGS,  /* cflogs.h */
    LINE_GOROUTER, /* json_log.h */
    LINE_STENO,    /* json_log.h */
    LINE_TEXT,     /* plain text behind a time stamp: text.h */
    LINE_DUMP,     /* of a Go panic: dump.h.  From here on there is no time */
    LINE_JSON,     /* a whole object that is no entry of a log */
    LINE_DAMAGED,  /* part of an entry, or an entry with wrong values */
    LINE_BARE,     /* anything else */
};

#define LINE_KIND_COUNT 9

/* "lager", "cf logs", "gorouter", "steno", "text", "dump", "json", "damaged", "bare". */
const char *line_kind_name(enum line_kind kind);

/*
 * A line, as a view into its text.  Of lager, gorouter and steno the texts are
 * as they stand in the JSON, marked if they have escapes.  Of other kinds with
 * a time they are plain (no escapes, and never marked as escaped; a backslash
 * is one), and there is no data.  A level that the format does not say is info.
 */
struct line {
    enum line_kind kind;
    struct record record; /* undefined if there is no time */
};

static inline bool line_kind_has_time(enum line_kind kind)
{
    return kind < LINE_DUMP;
}

static inline bool line_has_time(const struct line *l)
{
    return line_kind_has_time(l->kind);
}

/* Decode a line without its end; text[len] as lager_decode() wants it. */
void line_decode(const char *text, size_t len, struct line *line);

#endif
