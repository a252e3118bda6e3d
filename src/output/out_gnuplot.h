/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_gnuplot.h - plots: a script and a data file each, and the picture if gnuplot is there
 */
#ifndef CICERONE_OUT_GNUPLOT_H
#define CICERONE_OUT_GNUPLOT_H

#include "base/err.h"
#include "output/run.h"

struct plot_options {
    const char *folder; /* exists */
    const char *image;  /* "svg", "png" or "pdf" */
    unsigned jobs;      /* gnuplots at a time */
};

enum plot_result {
    PLOTS_DRAWN,
    PLOTS_NO_GNUPLOT, /* scripts and data are there, pictures are not */
    PLOTS_FAILED,     /* err tells */
};

/* All plots of a lifecycle. */
enum plot_result out_plots(const struct run *run, const struct plot_options *options,
                           struct err *err);

/* A plot of anything else: build fills the head and the data of what its template asks for. */
struct plot;
struct plot_sheet {
    const char *name;     /* of the files */
    const char *template; /* file in plots/ */
    const char *title;
    void (*build)(const void *subject, struct plot *p);
};

enum plot_result out_sheet(const struct plot_sheet *sheet, const void *subject,
                           const struct plot_options *options, struct err *err);

/* Some at once: subjects[i] is that of sheets[i]. */
enum plot_result out_sheets(const struct plot_sheet *sheets, const void *const *subjects,
                            size_t count, const struct plot_options *options, struct err *err);

#endif
