/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_gnuplot.h - plots: a script and a data file each, and the picture if gnuplot is there; or
 * the picture alone, to a terminal
 */
#ifndef CICERONE_OUT_GNUPLOT_H
#define CICERONE_OUT_GNUPLOT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "output/plot_kinds.h"

/* Where pictures go that are drawn without leaving the terminal. */
struct plot_screen {
    FILE *f;
    size_t columns, lines;
    size_t pixels; /* across; 0 if that is not known */
    bool colours;
};

struct plot_options {
    const struct plot_choice *choice; /* of out_plots() */
    const char *folder;               /* exists; NULL with a screen */
    const char *image;                /* "svg", "png" or "pdf"; with a screen "dumb" or "sixel" */
    unsigned jobs;                    /* gnuplots at a time */
    const char *title;                /* of the run, instead of the lifecycle's; or NULL */
    const struct plot_screen *screen; /* or NULL: then files are written to the folder */
};

/* A run to draw, and what to call it beside another one. */
struct plot_run {
    const struct run *run;
    const char *name;
};

enum plot_result {
    PLOTS_DRAWN,
    PLOTS_NO_GNUPLOT, /* scripts and data are there, unless for a screen; pictures are not */
    PLOTS_FAILED,     /* err tells */
};

/* Draw one run, or an earlier and a later one, as each kind of the choice asks for. */
enum plot_result out_plots(const struct plot_run *runs, size_t count,
                           const struct plot_options *options, struct err *err);

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
