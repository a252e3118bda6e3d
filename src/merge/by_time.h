/* SPDX-License-Identifier: Apache-2.0 */
/*
 * by_time.h - the lines of all inputs in order of time
 *
 * Every input is read twice.  The first reading (scout.h) finds out from when
 * to when it goes and takes away the lines that are late in it, which a sorter
 * (sorter.h) puts in order; what is left is in order as it stands.  In the
 * second one, files are opened when their first line is due, and a heap of
 * them and the sorter gives the lines.  Files that follow each other, as
 * rotated ones do, are so never open at once.
 */
#ifndef CICERONE_BY_TIME_H
#define CICERONE_BY_TIME_H

#include "merge/merge.h"

struct by_time;

/* Reads all inputs.  NULL and err if lines can't be kept on disk. */
struct by_time *by_time_open(struct inputs *inputs, const struct feed_options *options,
                             struct err *err);

/* As merge_next(). */
int by_time_next(struct by_time *b, struct entry *e, struct err *err);

void by_time_close(struct by_time *b);

#endif
