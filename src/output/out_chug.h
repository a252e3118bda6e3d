/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_chug.h - lines of logs, one by one: for people, or as JSON
 *
 * For people a line of lager is
 *
 *     TIME  VM  SOURCE  LEVEL  SESSION  MESSAGE  DATA
 *         its error, and its trace, on lines of their own
 *
 * where a column without a text in any line so far is left out, and columns
 * grow with their texts.  The message lacks "SOURCE." in front, and data what
 * stands elsewhere in the line: session, error and trace, cicerone-job and
 * cicerone-index.  A line of another format that has a time looks the same;
 * one without is as it was.  Nothing in a line drives the terminal.
 *
 * As JSON a line of lager is an object with the keys file, line, time, time_ns,
 * level, source, message, session, job, index, error, trace and data; what is
 * missing has no key, and cicerone-job and cicerone-index are taken out of the data.  Any
 * other line has the keys file, line, kind and raw.
 */
#ifndef CICERONE_OUT_CHUG_H
#define CICERONE_OUT_CHUG_H

#include "base/strbuf.h"
#include "merge/merge.h"

enum chug_data {
    CHUG_DATA_NONE,
    CHUG_DATA_SHORT, /* behind the message */
    CHUG_DATA_LONG,  /* indented, on lines of its own */
};

enum chug_times {
    CHUG_TIMES_UTC,
    CHUG_TIMES_SINCE_FIRST, /* since the first line shown that has a time */
    CHUG_TIMES_SINCE_ZERO,  /* since zero_ns */
};

struct chug_style {
    enum chug_data data;
    enum chug_times times;
    int64_t zero_ns;
    bool colour;
    size_t columns; /* short data is cut there, 0: it is whole */
};

struct chug;

struct chug *chug_new(const struct chug_style *style);
void chug_free(struct chug *c);

/* VMs of such names will come: room for the longest of them is kept from the first line on. */
void chug_expect_vm(struct chug *c, struct slice vm);

/* Append the line or lines of an entry. */
void chug_pretty(struct chug *c, const struct entry *e, struct strbuf *out);

struct chug_json;

struct chug_json *chug_json_new(void);
void chug_json_free(struct chug_json *c);

/* Append an object and a line end. */
void chug_json(struct chug_json *c, const struct entry *e, struct strbuf *out);

#endif
