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

enum plot_result out_plots(const struct run *run, const struct plot_options *options,
                           struct err *err);

#endif
