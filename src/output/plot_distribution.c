/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/order.h"
#include "base/xalloc.h"

/* The durations of a stage, or the totals, in order. */
struct curve {
    int64_t *sorted;
    size_t n, negative;
};

static struct curve curve_of(const struct timelines *t, size_t stage)
{
    struct curve c = {xreallocarray(NULL, t->count, sizeof *c.sorted), 0, 0};

    c.n = plot_durations(t, stage, c.sorted);
    if (c.n)
        order_numbers(c.sorted, c.n);
    while (c.negative < c.n && c.sorted[c.negative] < 0)
        c.negative++;
    return c;
}

/* "Created-Container, median 942ms": for the legend. */
static void add_curve_text(struct plot *p, const char *name, const struct curve *c)
{
    struct strbuf b = STRBUF_INIT;

    strbuf_str(&b, name);
    if (c->n) {
        strbuf_str(&b, ", median ");
        nstime_add_human(&b, percentile(c->sorted, c->n, 0.5), false);
    }
    if (c->negative) {
        strbuf_str(&b, ", ");
        add_count(&b, c->negative);
        strbuf_str(&b, " negative");
    }
    plot_add_text(p, (struct slice){b.data, b.len});
    strbuf_release(&b);
}

static void set_x_axis(struct plot *p, const struct curve *curves, size_t count, bool *log,
                       double *low_s)
{
    double least = INFINITY, low = INFINITY, high = -INFINITY;

    for (size_t i = 0; i < count; i++) {
        const struct curve *c = &curves[i];

        for (size_t k = 0; k < c->n; k++) {
            if (c->sorted[k] > 0) {
                least = fmin(least, (double)c->sorted[k]);
                break;
            }
        }
        if (c->n) {
            low = fmin(low, (double)c->sorted[0]);
            high = fmax(high, (double)c->sorted[c->n - 1]);
        }
    }
    *log = isfinite(least) && high > 100 * least;
    plot_set_number(p, "x_log", *log);
    *low_s = (*log ? least : isfinite(low) ? fmin(low, 0) : 0) / 1e9;
    plot_set_number(p, "x_min", *low_s);
    plot_set_number(p, "x_max", isfinite(high) ? high / 1e9 : 1);
}

void plot_build_distribution(struct plot *p)
{
    struct curve curves[LIFECYCLE_MAX_STAGES + 1]; /* the total is the last one */
    struct strbuf note = STRBUF_INIT;
    double low_s;
    bool log;

    plot_drop_first(p);
    for (size_t i = 0; i < p->stage_count; i++)
        curves[i] = curve_of(p->t, p->stages[i]);
    curves[p->stage_count] = curve_of(p->t, NO_STAGE);
    plot_set_common(p, &note);
    set_x_axis(p, curves, p->stage_count + 1, &log, &low_s);
    plot_set_number(p, "stage_count", (double)p->stage_count + 1);
    plot_open_array(p, "stage_name", p->stage_count + 1);
    for (size_t i = 0; i <= p->stage_count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(i < p->stage_count ? p->lc->stages[p->stages[i]].name : "total"));
    }
    plot_close_array(p);
    plot_open_array(p, "legend_text", p->stage_count + 1);
    for (size_t i = 0; i <= p->stage_count; i++) {
        plot_next_item(p, i);
        add_curve_text(p, i < p->stage_count ? p->lc->stages[p->stages[i]].name : "total",
                       &curves[i]);
    }
    plot_close_array(p);
    plot_open_array(p, "stage_color", p->stage_count + 1);
    for (size_t i = 0; i <= p->stage_count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(i < p->stage_count ? plot_color(p, p->stages[i]) : "#000000"));
    }
    plot_close_array(p);
    for (size_t i = 0; i <= p->stage_count; i++) {
        struct strbuf lines = STRBUF_INIT;
        char name[32];

        plot_add_steps(&lines, curves[i].sorted, curves[i].n, log, low_s);
        snprintf(name, sizeof name, "stage_%02zu", i + 1);
        plot_put_block(p, name, &lines, "NaN NaN\n");
        free(curves[i].sorted);
    }
    strbuf_release(&note);
}
