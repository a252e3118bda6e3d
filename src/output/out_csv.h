/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_csv.h - timelines, durations and statistics as CSV (RFC 4180)
 *
 * The columns are described in cicerone(1).  Times and durations are seconds with nine digits; what
 * is missing is an empty field.
 */
#ifndef CICERONE_OUT_CSV_H
#define CICERONE_OUT_CSV_H

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include "output/run.h"

/* A row that is put together; all else is borrowed. */
typedef void csv_row_fn(struct strbuf *b, const struct run *run, const struct timeline *tl);

/* The rows of a file, which threads put together side by side and write one after the other. */
struct csv_rows {
    FILE *f;
    const struct run *run;
    csv_row_fn *add;
    size_t count;        /* of pieces of some rows */
    _Atomic size_t next; /* to put together */
    pthread_mutex_t lock;
    pthread_cond_t written;
    size_t turn; /* to write */
};

/* Write the head of timelines.csv or durations.csv; its rows are written by csv_rows_write(). */
void csv_rows_of_timelines(struct csv_rows *r, FILE *f, const struct run *run);
void csv_rows_of_durations(struct csv_rows *r, FILE *f, const struct run *run);

/*
 * Write rows until none are left to begin with; to be called by one thread or by several at once.
 * True for that one of them with which all have been written.
 */
bool csv_rows_write(struct csv_rows *r);
void csv_rows_release(struct csv_rows *r);

/* On so many threads at most may a file's rows be put together: more would cost more memory than
 * they save time. */
#define CSV_ROWS_THREADS ((size_t)4)

/* Whole files.  Whether all could be written is for the caller to ask of f. */
void out_timelines_csv(FILE *f, const struct run *run);
void out_timelines_csv_head(FILE *f, const struct lifecycle *lc);
void out_timelines_csv_rows(FILE *f, const struct run *run);
void out_durations_csv(FILE *f, const struct run *run);
void out_stages_csv(FILE *f, const struct run *run);

/* Statistics of each group of run->groups. */
void out_groups_csv(FILE *f, const struct run *run);

#endif
