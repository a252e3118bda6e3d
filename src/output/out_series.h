/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_series.h - series as a table, CSV, JSON lines and plots, and all of them on one board
 */
#ifndef CICERONE_OUT_SERIES_H
#define CICERONE_OUT_SERIES_H

#include <stdio.h>

#include "output/out_gnuplot.h"
#include "output/table.h"
#include "series/series_fill.h"

/* What the writers see; borrows all. */
struct series_out {
    const struct filled *list;
    size_t count;
    const struct grid *grid;
    const struct line_counts *counts; /* of lines, or NULL if nothing was read */
};

/* Least, mean and greatest of each line; what there is nothing of, with the reason. */
void out_series_table(struct strbuf *out, const struct series_out *o, enum table_style style);

/* time,series,key,value: a row for each bin. */
void out_series_csv(FILE *f, const struct series_out *o);
void out_series_ndjson(FILE *f, const struct series_out *o);

/* A plot for each series that has values. */
enum plot_result out_series_plots(const struct series_out *o, const struct plot_options *options,
                                  struct err *err);

/* A page of HTML with the pictures that lie beside it, by groups; image: "svg" or "png". */
void out_series_board(FILE *f, const struct series_out *o, const char *image);

/* "2026-11-22T07:19:40Z to 2026-11-22T07:23:20Z, bins of 10.0s" */
void series_add_span(struct strbuf *b, const struct grid *g);

#endif
