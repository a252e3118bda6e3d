/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sorter.h - any number of lines put in order, with little memory
 *
 * Lines are kept in memory up to a budget; what is more is written to an
 * unlinked file in the folder for temporary files (TMPDIR, or /tmp) as sorted
 * runs, which are merged when they are read back.  Without need there is no file.
 */
#ifndef CICERONE_SORTER_H
#define CICERONE_SORTER_H

#include "base/err.h"
#include "merge/spot.h"

struct sorter;

struct sorter *sorter_new(size_t budget_bytes);
void sorter_free(struct sorter *s);

/*
 * Add a line, of which the text is copied; by any thread.  -1 and err if it can't be kept on disk.
 * A time of NSTIME_NONE is that of the source, which may become known at any time before
 * sorter_finish(): see sorter_know().
 */
int sorter_add(struct sorter *s, const struct spot *spot, struct err *err);

/* Tell a source's first time, while other threads may add lines. */
void sorter_know(struct sorter *s, struct source *source, int64_t first_ns);

/* After the last line. */
int sorter_finish(struct sorter *s, struct err *err);

/* 1 and the next line in order, good until the next call; 0 at the end; -1 and err. */
int sorter_next(struct sorter *s, struct spot *spot, struct err *err);

#endif
