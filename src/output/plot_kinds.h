/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plot_kinds.h - the kinds of plots: what each shows, as a script's head and a data file
 *
 * The head assigns gnuplot variables, the data file holds numbers only; both
 * are what the comment at the top of the template in plots/ asks for, and what
 * cicerone-plots(5) describes.  All text goes into the head, quoted so that it
 * cannot be code.
 */
#ifndef CICERONE_PLOT_KINDS_H
#define CICERONE_PLOT_KINDS_H

#include "base/err.h"
#include "output/run.h"

struct plot;

struct plot_kind {
    const char *name;     /* of the files */
    const char *template; /* file in plots/ */
    const char *title;    /* behind the lifecycle's */
    void (*build)(struct plot *p);
    int variant;   /* for build */
    unsigned runs; /* how many it shows: 1 or 2 */
    bool usual;    /* drawn unless kinds are named */
};

/* The kinds to draw, in order; free with plot_choice_release(). */
struct plot_choice {
    struct plot_kind *list;
    size_t count;
    char **texts; /* names and titles of templates that are not the program's own */
    size_t text_count;
};

/*
 * Choose by names parted by commas; "all" stands for all that show as many
 * runs, NULL for the usual ones of these.  -1 and err if there is no such
 * kind, or if it shows another number of runs.
 */
int plot_choose(struct plot_choice *choice, const char *names, unsigned runs, struct err *err);
void plot_choice_release(struct plot_choice *choice);

/* All kinds there are, those of the user's own templates last. */
int plot_list(struct plot_choice *choice, struct err *err);

#endif
