/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge.h - the lines of all inputs, one after the other
 *
 * Either as they are read, or in order of time over all inputs: then lines of
 * one time come in the order of their inputs and of the lines in them, and a
 * line without a time of its own stays behind the line before it.
 */
#ifndef CICERONE_MERGE_H
#define CICERONE_MERGE_H

#include "base/err.h"
#include "decode/line.h"
#include "input/feed.h"

/* A line, and where it is from. */
struct entry {
    const struct input *input;
    uint64_t number;   /* of the line in the unpacked input, from 1, empty ones counted */
    struct slice text; /* without its end */
    struct line line;
    /*
     * Its own, or of the last line before it in its input that has one.  Before any of them,
     * as read NSTIME_NONE; by time that of the first one after it, or, of an input without any,
     * that of the first line of all (0 if none has one).
     */
    int64_t time_ns;
};

enum merge_order { MERGE_AS_READ, MERGE_BY_TIME };

struct merge;

/*
 * In order of time, all inputs are read here for the first time.  NULL and err if lines that have
 * to be sorted can't be kept on disk (sorter.h).  Trouble with an input is noted there.
 */
struct merge *merge_open(struct inputs *inputs, const struct feed_options *options,
                         enum merge_order order, struct err *err)
    __attribute__((warn_unused_result));

/* 1 and the next line, good until the next call; 0 when there is none left; -1 and err. */
int merge_next(struct merge *m, struct entry *e, struct err *err)
    __attribute__((warn_unused_result));

void merge_close(struct merge *m);

#endif
