/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include <math.h>

#include "stats/correlate.h"

/* The variables are the start, the durations of all stages but the first, and the total. */
#define MAX_VARIABLES (LIFECYCLE_MAX_STAGES + 2)

static struct correlation *correlate(const struct plot *p, size_t n)
{
    double values[MAX_VARIABLES], shift[MAX_VARIABLES] = {0};
    struct correlation *c;

    for (size_t v = 1; v + 1 < n; v++)
        shift[v] = p->run->stats->stage[p->stages[v]].mean_ns;
    shift[0] = p->t->count
                   ? (double)nstime_between(plot_zero(p->t), p->t->list[p->t->count / 2]->start_ns)
                   : 0;
    shift[n - 1] = p->run->stats->total.mean_ns;
    c = correlation_new(n, shift);
    for (size_t i = 0; i < p->t->count; i++) {
        const struct timeline *tl = p->t->list[i];
        int64_t ns;

        values[0] = (double)nstime_between(plot_zero(p->t), tl->start_ns);
        for (size_t v = 1; v + 1 < n; v++)
            values[v] = timeline_duration(p->t, tl, p->stages[v], &ns) ? (double)ns : NAN;
        values[n - 1] = (double)timeline_total(tl);
        correlation_add(c, values);
    }
    return c;
}

static void put_matrix(struct plot *p, const struct correlation *c, size_t n)
{
    for (size_t row = 0; row < n; row++) {
        for (size_t col = 0; col < n; col++) {
            size_t pairs;
            double r = correlation_get(c, row, col, &pairs);

            strbuf_printf(p->data, "%zu %zu ", row + 1, col + 1);
            if (isnan(r))
                strbuf_str(p->data, "NaN");
            else
                strbuf_printf(p->data, "%.4f", r);
            strbuf_printf(p->data, " %zu\n", pairs);
        }
    }
}

static void set_variables(struct plot *p, size_t n)
{
    plot_set_number(p, "var_count", (double)n);
    plot_open_array(p, "var_name", n);
    for (size_t v = 0; v < n; v++) {
        plot_next_item(p, v);
        plot_add_text(p, slice_of(v == 0       ? "start"
                                  : v + 1 == n ? "total"
                                               : p->lc->stages[p->stages[v]].name));
    }
    plot_close_array(p);
    plot_open_array(p, "var_color", n);
    for (size_t v = 0; v < n; v++) {
        plot_next_item(p, v);
        plot_add_text(p, slice_of(v == 0 || v + 1 == n ? "" : plot_color(p, p->stages[v])));
    }
    plot_close_array(p);
}

void plot_build_correlation(struct plot *p)
{
    size_t n = p->stage_count + 1;
    struct correlation *c = correlate(p, n);
    struct strbuf note = STRBUF_INIT;

    plot_set_common(p, &note);
    set_variables(p, n);
    plot_set_text(p, "value_title", "Pearson's r");
    put_matrix(p, c, n);
    correlation_free(c);
    strbuf_release(&note);
}
