/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading.h - inputs, how they are read and which of their lines, the same for all commands
 */
#ifndef CICERONE_READING_H
#define CICERONE_READING_H

#include "cmd/command.h"
#include "cmd/select.h"
#include "input/sites.h"

/* The first member of the settings of a command that reads logs. */
struct reading {
    struct inputs inputs;
    struct filter_request lines;
    struct origin origin; /* of --origin, for the inputs after it */
    bool has_origin;
    unsigned threads;
    size_t max_line, max_unpacked;
    bool progress, no_progress;
    bool strict;
    const struct log_format *log; /* set by a command that reads another than lager */
    bool writes_along;            /* set by a command that writes while it reads: see progress */
    bool keeps_sites;             /* set by a command that tells the lines of stages */
    /* after reading_prepare() */
    struct feed_options feed;
    struct filter *filter; /* NULL: all lines */
    struct sites sites;
};

/* Their settings are a struct reading, and those of select_options its lines. */
extern const struct option_row reading_options[];

#define READING_OPTIONS_ABOUT "how the inputs are read"

/* Rows for both tables, in the table of a command whose settings begin with a struct reading. */
#define READING_ROWS                                                                               \
    {.kind = OPTION_TABLE, .table = reading_options, .about = READING_OPTIONS_ABOUT},              \
    {                                                                                              \
        .kind = OPTION_TABLE, .table = select_options, .offset = offsetof(struct reading, lines),  \
        .about = SELECT_OPTIONS_ABOUT                                                              \
    }

void reading_init(struct reading *r);
void reading_release(struct reading *r);

/* A word that is no option names an input; settings begin with a struct reading. */
int reading_add_input(void *settings, const char *word, struct err *err);

/*
 * When all options are known: what to feed, and the filter.  Times that count from the first or
 * last event need a first pass over the inputs.  -1 and err if something is wrong.  From now on
 * standard error may show how far the reading has come, until reading_report().
 */
int reading_prepare(struct reading *r, struct err *err);

/* Say what was wrong with inputs, and what that means for the exit status. */
enum exit_status reading_report(const struct reading *r);

/* Say that among so many lines there is none of the log that was asked for. */
void report_no_line(const struct log_format *log, uint64_t lines);

/* How many lines were left out for their length, when all is read; what shows lines says so. */
uint64_t reading_long_lines(const struct reading *r);

#endif
