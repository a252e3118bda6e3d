/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follow.h - the lines of growing files, as they come
 *
 * A file is read to its end and looked at again several times a second.  When
 * another file stands in its place (it was rotated), the old one is read to its
 * end and then the new one from its start, as soon as something is in it; when
 * a file got shorter it is read from its start again; one that does not exist
 * is waited for.  Pipes and standard input are read until they end.  A line
 * comes when its end is there.  Nothing is unpacked.
 */
#ifndef CICERONE_FOLLOW_H
#define CICERONE_FOLLOW_H

#include <signal.h>

#include "base/slice.h"
#include "input/input.h"

#define FOLLOW_ALL_LINES UINT64_MAX

struct follow_options {
    size_t max_line_bytes;             /* longer lines are left out and counted */
    uint64_t lines;                    /* how many of a file's last lines come first */
    int output_fd;                     /* the end of its reader is the end of all; -1: of none */
    const volatile sig_atomic_t *stop; /* when not 0, all ends */
    /* Something to tell the user of a file; called at once. */
    void (*say)(const struct input *in, const char *text);
};

struct follow;

/* Failed inputs are left out. */
struct follow *follow_open(struct inputs *inputs, const struct follow_options *options);

enum follow_event {
    FOLLOW_LINE,
    FOLLOW_QUIET, /* no line for the moment; the next call waits */
    FOLLOW_OVER,  /* all inputs ended, or it was stopped */
};

struct follow_line {
    const struct input *input;
    uint64_t number;   /* in its file, from 1, empty lines counted */
    struct slice text; /* without its end, never empty; JSCAN_SLACK readable bytes behind */
};

/* The next line is good until the next call. */
enum follow_event follow_next(struct follow *f, struct follow_line *line);

void follow_close(struct follow *f);

#endif
