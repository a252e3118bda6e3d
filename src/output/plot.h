/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plot.h - what the builders of plots share: the head of the script and the blocks of the data file
 *
 * All text goes through plot_add_text(), which quotes it so that it cannot be
 * code; the data file holds numbers only.
 */
#ifndef CICERONE_PLOT_H
#define CICERONE_PLOT_H

#include "output/plot_data.h"

/* Values of plot_kind.variant. */
enum { ORDER_START, ORDER_END, ORDER_VM };
enum { SCALE_OWN, SCALE_COMMON };

/* What a builder works with; borrows all. */
struct plot {
    const struct run *run;
    const struct lifecycle *lc;
    const struct timelines *t;
    const struct palette *palette;
    bool plain_glyphs; /* gnuplot's bitmap terminals paint blots for glyphs that no font has */
    struct strbuf *head, *data;
    size_t stages[LIFECYCLE_MAX_STAGES]; /* those that the run shows; only they are drawn */
    size_t stage_count;
};

struct plot plot_of(const struct run *run, const struct palette *palette, bool plain_glyphs,
                    struct strbuf *head, struct strbuf *data);

/* The time that the x axis counts from. */
int64_t plot_zero(const struct timelines *t);

/* A stage has the same colour in all plots, whichever others are seen. */
const char *plot_color(const struct plot *p, size_t stage);

/* Assignments of the head: variables, then arrays item by item. */
void plot_set_text(struct plot *p, const char *name, const char *text);
void plot_set_number(struct plot *p, const char *name, double value);
void plot_open_array(struct plot *p, const char *name, size_t count);
void plot_next_item(struct plot *p, size_t i);
void plot_add_text(struct plot *p, struct slice text);
void plot_close_array(struct plot *p);

/* What every template asks for: titles, the note (to which unseen stages are added), nouns. */
void plot_set_common(struct plot *p, const struct plot_kind *kind, struct strbuf *note);

/* stage_count, stage_name and stage_color. */
void plot_set_stages(struct plot *p);

/* A block of the data file; releases the lines. */
void plot_put_block(struct plot *p, const char *name, struct strbuf *lines, const char *if_empty);

/* A blank and seconds with nine digits. */
void plot_add_seconds(struct strbuf *b, int64_t ns);

/* The builders, for the table of kinds. */
typedef void plot_build_fn(const struct run *run, const struct plot_kind *kind,
                           const struct palette *palette, bool plain_glyphs, struct strbuf *head,
                           struct strbuf *data);

plot_build_fn plot_build_timelines, plot_build_histograms, plot_build_correlation;

#endif
