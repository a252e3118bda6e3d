/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"

#define COLUMNS 96

/* A duration, and the column of the time at which it ended. */
struct sample {
    size_t column;
    int64_t ns;
};

/* What the rows' cells have in common. */
struct heat {
    int64_t zero_ns, low_ns;
    double column_ns;
    double least, most; /* of the medians above zero */
    struct strbuf lines;
};

static int by_column(const void *pa, const void *pb)
{
    const struct sample *a = pa, *b = pb;

    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return (a->ns > b->ns) - (a->ns < b->ns);
}

/* The samples of a stage, or of the totals if it is NO_STAGE. */
static size_t collect_samples(const struct plot *p, const struct heat *h, size_t stage,
                              struct sample *samples)
{
    size_t n = 0;

    for (size_t i = 0; i < p->t->count; i++) {
        const struct timeline *tl = p->t->list[i];
        int64_t at = stage == NO_STAGE ? tl->end_ns : timeline_time(p->t, tl, stage), ns;
        double column;

        if (stage != NO_STAGE && !timeline_duration(p->t, tl, stage, &ns))
            continue;
        if (stage == NO_STAGE && timeline_last_stage(p->t, tl) == NO_STAGE)
            continue;
        column = ((double)nstime_between(h->zero_ns, at) - (double)h->low_ns) / h->column_ns;
        samples[n++] = (struct sample){column <= 0         ? 0
                                       : column >= COLUMNS ? COLUMNS - 1
                                                           : (size_t)column,
                                       stage == NO_STAGE ? timeline_total(tl) : ns};
    }
    return n;
}

static void add_cells(struct heat *h, size_t row, struct sample *samples, size_t n, int64_t *values)
{
    if (n)
        qsort(samples, n, sizeof *samples, by_column);
    for (size_t i = 0; i < n;) {
        size_t from = i, column = samples[i].column;
        int64_t median;

        for (; i < n && samples[i].column == column; i++)
            values[i - from] = samples[i].ns;
        median = percentile(values, i - from, 0.5);
        if (median > 0) {
            h->least = fmin(h->least, (double)median);
            h->most = fmax(h->most, (double)median);
        }
        strbuf_printf(&h->lines, "%zu %.9f %.9f", row,
                      ((double)h->low_ns + h->column_ns * (double)column) / 1e9,
                      ((double)h->low_ns + h->column_ns * (double)(column + 1)) / 1e9);
        plot_add_seconds(&h->lines, median);
        strbuf_printf(&h->lines, " %zu\n", i - from);
    }
}

static void set_row_texts(struct plot *p)
{
    struct strbuf b = STRBUF_INIT;

    plot_open_array(p, "row_text", p->stage_count + 1);
    for (size_t i = 0; i <= p->stage_count; i++) {
        const struct summary *s =
            i < p->stage_count ? &p->run->stats->stage[p->stages[i]] : &p->run->stats->total;

        plot_next_item(p, i);
        strbuf_reset(&b);
        if (s->n)
            nstime_add_human(&b, s->p50_ns, false);
        plot_add_text(p, (struct slice){b.data ? b.data : "", b.len});
    }
    plot_close_array(p);
    strbuf_release(&b);
}

void plot_build_heat(struct plot *p)
{
    struct sample *samples = xreallocarray(NULL, p->t->count, sizeof *samples);
    int64_t *values = xreallocarray(NULL, p->t->count, sizeof *values), high_ns;
    struct heat h = {.zero_ns = plot_zero(p->t), .least = INFINITY, .most = 0};
    struct strbuf note = STRBUF_INIT, width = STRBUF_INIT;

    plot_drop_first(p);
    plot_time_span(p->t, &h.low_ns, &high_ns);
    h.column_ns = fmax((double)high_ns - (double)h.low_ns, COLUMNS) / COLUMNS;
    for (size_t i = 0; i <= p->stage_count; i++) {
        size_t stage = i < p->stage_count ? p->stages[i] : NO_STAGE;

        add_cells(&h, i + 1, samples, collect_samples(p, &h, stage, samples), values);
    }
    plot_note_idle(p, &note);
    plot_set_common(p, &note);
    plot_set_time_label(p);
    plot_set_seconds(p, "x_min", h.low_ns);
    plot_set_number(p, "x_max", ((double)h.low_ns + h.column_ns * COLUMNS) / 1e9);
    nstime_add_human(&width, (int64_t)h.column_ns, false);
    plot_set_number(p, "column_count", COLUMNS);
    plot_set_text(p, "column_text", width.data);
    plot_set_number(p, "c_min", h.most > 0 ? h.least / 1e9 : 1);
    plot_set_number(p, "c_max", h.most > 0 ? h.most / 1e9 : 10);
    plot_set_stages(p);
    set_row_texts(p);
    plot_put_block(p, "cells", &h.lines, "0 0 0 0 0\n");
    free(samples);
    free(values);
    strbuf_release(&note);
    strbuf_release(&width);
}
