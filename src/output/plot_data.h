/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plot_data.h - what each plot shows, as a script's head and a data file
 *
 * The head assigns gnuplot variables, the data file holds numbers only; both
 * are what the comment at the top of the template in plots/ asks for.  All
 * text goes into the head, quoted so that it cannot be code.
 */
#ifndef CICERONE_PLOT_DATA_H
#define CICERONE_PLOT_DATA_H

#include "base/err.h"
#include "output/run.h"

/* The colours of stages, from plots/palette.txt. */
struct palette {
    char (*colors)[8]; /* "#rrggbb" */
    size_t count;
};

/* Lines of #rrggbb; others are comments.  At least one colour, or -1 and err; free() the colors. */
int palette_load(struct palette *palette, struct err *err);

struct plot_kind {
    const char *name;     /* of the files */
    const char *template; /* file in plots/ */
    const char *title;    /* behind the lifecycle's */
    void (*build)(const struct run *run, const struct plot_kind *kind,
                  const struct palette *palette, bool plain_glyphs, struct strbuf *head,
                  struct strbuf *data);
    int variant; /* for build */
};

/* Ends with a row whose name is NULL. */
extern const struct plot_kind plot_kinds[];

#endif
