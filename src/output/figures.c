/* SPDX-License-Identifier: Apache-2.0 */
#include "output/figures.h"

#include <math.h>

#include "base/nstime.h"

static size_t list_figures(const struct summary *s, double figures[8])
{
    figures[0] = (double)s->min_ns;
    figures[1] = s->mean_ns;
    figures[2] = s->sd_ns;
    figures[3] = (double)s->p50_ns;
    figures[4] = (double)s->p90_ns;
    figures[5] = (double)s->p95_ns;
    figures[6] = (double)s->p99_ns;
    figures[7] = (double)s->max_ns;
    return 8;
}

void figures_csv(struct strbuf *b, const struct summary *s)
{
    double figures[8];
    size_t count = list_figures(s, figures);

    strbuf_printf(b, "%zu,%zu", s->n, s->negative);
    for (size_t i = 0; i < count; i++) {
        strbuf_char(b, ',');
        if (s->n)
            nstime_add_seconds(b, (int64_t)llround(figures[i]));
    }
}

json_t *figures_json(const struct summary *s)
{
    static const char *const keys[] = {"min_ns", "mean_ns", "sd_ns",  "p50_ns",
                                       "p90_ns", "p95_ns",  "p99_ns", "max_ns"};
    json_t *o = json_need(json_object());
    double figures[8];
    size_t count = list_figures(s, figures);

    json_put(o, "n", json_integer((json_int_t)s->n));
    json_put(o, "negative", json_integer((json_int_t)s->negative));
    for (size_t i = 0; i < count && s->n; i++)
        json_put(o, keys[i], json_integer(llround(figures[i])));
    return o;
}

void figures_heads(struct table *t)
{
    static const char *const heads[] = {"n",   "min", "mean", "sd", "p50",
                                        "p90", "p95", "p99",  "max"};

    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        table_cell(t, "%s", heads[i]);
}

void figures_cells(struct table *t, const struct summary *s)
{
    double figures[8];
    size_t count = list_figures(s, figures);

    table_cell(t, "%zu", s->n);
    for (size_t i = 0; i < count; i++) {
        struct strbuf b = STRBUF_INIT;

        if (s->n)
            nstime_add_human(&b, (int64_t)figures[i], false);
        table_cell(t, "%s", b.data ? b.data : "");
        strbuf_release(&b);
    }
}
