/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plot.h - what the builders of plots share: the head of the script and the blocks of the data file
 *
 * All text goes through plot_add_text(), which quotes it so that it cannot be
 * code; the data file holds numbers only.
 */
#ifndef CICERONE_PLOT_H
#define CICERONE_PLOT_H

#include "output/plot_kinds.h"

/* Values of plot_kind.variant. */
enum { ORDER_START, ORDER_END, ORDER_VM, ORDER_ALIGNED };
enum { SCALE_OWN, SCALE_COMMON };
enum { GROUPS_VM, GROUPS_CELL };

/* The colours of stages, from plots/palette.txt. */
struct palette {
    char (*colors)[8]; /* "#rrggbb" */
    size_t count;
};

/* Lines of #rrggbb; others are comments.  At least one colour, or -1 and err; free() the colors. */
int palette_load(struct palette *palette, struct err *err);

/* What a builder works with; borrows all. */
struct plot {
    const struct plot_kind *kind;
    const struct run *run;      /* of two the later one */
    const struct run *before;   /* the earlier one, or NULL */
    const char *names[2];       /* of before and run, where there are two */
    const char *title;          /* instead of the lifecycle's, or NULL */
    const struct lifecycle *lc; /* those of run */
    const struct timelines *t;
    const struct palette *palette;
    bool plain_glyphs; /* gnuplot's bitmap terminals paint blots for glyphs that no font has */
    struct strbuf *head, *data;
    size_t stages[LIFECYCLE_MAX_STAGES]; /* those that the run shows; only they are drawn */
    size_t stage_count;
};

/* Fill what follows from run. */
void plot_init(struct plot *p, const struct run *run);

/* Leave out the first stage of the run: its "duration" is when an entity set out. */
void plot_drop_first(struct plot *p);

/* The time that the x axis counts from. */
int64_t plot_zero(const struct timelines *t);

/* "seconds since the first Desiring-Task", where x is time. */
void plot_set_time_label(struct plot *p);

/* A stage has the same colour in all plots, whichever others are seen. */
const char *plot_color(const struct plot *p, size_t stage);

/* Assignments of the head: variables, then arrays item by item; one of none has a single 0. */
void plot_set_text(struct plot *p, const char *name, const char *text);
void plot_set_number(struct plot *p, const char *name, double value);
void plot_set_seconds(struct plot *p, const char *name, int64_t ns);
void plot_open_array(struct plot *p, const char *name, size_t count);
void plot_next_item(struct plot *p, size_t i);
void plot_add_text(struct plot *p, struct slice text);
void plot_close_array(struct plot *p);
void plot_set_numbers(struct plot *p, const char *name, const double *values, size_t count);

/* What every template asks for: titles, the note (to which unseen stages are added), nouns. */
void plot_set_common(struct plot *p, struct strbuf *note);

/* stage_count, stage_name and stage_color. */
void plot_set_stages(struct plot *p);

/* A block of the data file; releases the lines. */
void plot_put_block(struct plot *p, const char *name, struct strbuf *lines, const char *if_empty);

/* A blank and seconds with nine digits. */
void plot_add_seconds(struct strbuf *b, int64_t ns);

/* From the earliest event of all entities to the latest, since zero. */
void plot_time_span(const struct timelines *t, int64_t *low_ns, int64_t *high_ns);

/* Say so if nothing is under way in more than half of that time: runs far apart look like one line
 * each. */
void plot_note_idle(const struct plot *p, struct strbuf *note);

/*
 * Lines "seconds fraction" of the cumulative distribution of values in order, thinned out where
 * there are many.  On a log axis those that are not above zero lie at its low end.
 */
void plot_add_steps(struct strbuf *out, const int64_t *sorted, size_t n, bool log, double low_s);

/* Are values so far apart that only a logarithmic axis shows them all?  Of the positive ones. */
bool plot_wants_log(double least, double middle, double most);

/* Where an axis that is not logarithmic begins: at zero, unless that is far from all values. */
double plot_linear_low(double least, double most);

/* The durations of a stage, or of the totals if stage is NO_STAGE: how many; values has room for
 * all entities. */
size_t plot_durations(const struct timelines *t, size_t stage, int64_t *values);

/*
 * The way of an entity, stage by stage.  Start with {0} and call plot_next_piece() until it
 * returns false.  A piece goes from the greatest time so far to the stage's own; one that goes
 * back, from the time of the stage before it, does not move the greatest time.
 */
struct piece {
    size_t stage; /* that it leads to, number in plot.stages */
    int64_t from_ns, to_ns;
    bool first;    /* where the entity set out; as long as nothing */
    bool back;     /* to_ns < from_ns */
    bool missed;   /* a stage before it, that is not optional, was not seen */
    size_t next;   /* for plot_next_piece() */
    int64_t front; /* the greatest time so far */
    int64_t previous;
    bool begun;
};

bool plot_next_piece(const struct plot *p, const struct timeline *tl, struct piece *piece);

/* The builders, for the table of kinds. */
typedef void plot_build_fn(struct plot *p);

plot_build_fn plot_build_timelines, plot_build_histograms, plot_build_correlation,
    plot_build_occupancy, plot_build_distribution, plot_build_boxes, plot_build_violins,
    plot_build_heat, plot_build_shares, plot_build_before_after, plot_build_table;

#endif
