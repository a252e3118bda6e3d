/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_series.h"

#include <math.h>

#include "lifecycle/value.h"
#include "output/quote.h"
#include "output/run.h"

void series_add_span(struct strbuf *b, const struct grid *g)
{
    int digits = g->width_ns % NS_PER_SECOND ? 3 : 0;

    nstime_add_rfc3339(b, grid_time(g, 0), digits);
    strbuf_str(b, " to ");
    nstime_add_rfc3339(b, grid_time(g, g->count), digits);
    strbuf_str(b, ", bins of ");
    nstime_add_human(b, g->width_ns, false);
}

/* ---- figures ---- */

struct extent {
    size_t bins; /* with a value */
    int64_t min, max, mean;
};

static struct extent extent_of(const struct column *c, const struct grid *g)
{
    struct extent e = {0, INT64_MAX, INT64_MIN, 0};
    double sum = 0;

    for (size_t b = 0; b < g->count; b++) {
        if (c->values[b] == BIN_EMPTY)
            continue;
        e.bins++;
        sum += (double)c->values[b];
        if (c->values[b] < e.min)
            e.min = c->values[b];
        if (c->values[b] > e.max)
            e.max = c->values[b];
    }
    if (e.bins)
        e.mean = llround(sum / (double)e.bins);
    return e;
}

static void put_figure(struct table *t, const struct column *c, int64_t worth, size_t bins)
{
    struct strbuf b = STRBUF_INIT;

    if (bins)
        value_add_human(&b, column_value(c), worth);
    table_cell(t, "%s", b.data ? b.data : "");
    strbuf_release(&b);
}

static void put_series(struct table *t, const struct filled *f, const struct grid *g)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct column *c = &f->columns[i];
        struct extent e = extent_of(c, g);

        table_cell(t, "%s", i ? "" : f->series->name);
        table_cell(t, "%s", c->key);
        table_cell(t, "%s", i ? "" : f->series->unit);
        table_cell(t, "%zu", e.bins);
        put_figure(t, c, e.min, e.bins);
        put_figure(t, c, e.mean, e.bins);
        put_figure(t, c, e.max, e.bins);
    }
}

static void add_absent(struct strbuf *out, const struct series_out *o, enum table_style style)
{
    struct table t;
    size_t count = 0;

    table_init(&t, "ll");
    table_cell(&t, "can't be had");
    table_cell(&t, "because");
    for (size_t i = 0; i < o->count; i++) {
        if (!o->list[i].why)
            continue;
        table_cell(&t, "%s", o->list[i].series->name);
        table_cell(&t, "%s", o->list[i].why);
        count++;
    }
    if (count) {
        strbuf_char(out, '\n');
        table_print(&t, style, out);
    }
    table_release(&t);
}

void out_series_table(struct strbuf *out, const struct series_out *o, enum table_style style)
{
    static const char *const heads[] = {"series", "line", "unit", "bins", "min", "mean", "max"};
    struct table t;
    size_t shown = 0;

    strbuf_printf(out, "%sSeries\n%s", style == TABLE_MARKDOWN ? "# " : "",
                  style == TABLE_MARKDOWN ? "\n" : "");
    if (o->grid->count) {
        add_count(out, o->counts->understood - o->counts->unselected);
        strbuf_str(out, " lines; ");
        series_add_span(out, o->grid);
        strbuf_char(out, '\n');
    }
    table_init(&t, "lllrrrr");
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        table_cell(&t, "%s", heads[i]);
    for (size_t i = 0; i < o->count; i++) {
        if (o->list[i].why)
            continue;
        put_series(&t, &o->list[i], o->grid);
        shown++;
    }
    if (shown) {
        strbuf_char(out, '\n');
        table_print(&t, style, out);
    }
    table_release(&t);
    add_absent(out, o, style);
}

/* ---- rows ---- */

/* One bin of a column. */
struct sample {
    const char *series;
    const struct column *column;
    int64_t time_ns, worth;
};

static void add_worth(struct strbuf *b, const struct sample *p, const char *empty)
{
    if (p->worth == BIN_EMPTY)
        strbuf_str(b, empty);
    else
        value_add_plain(b, column_value(p->column), p->worth);
}

static void add_csv_row(struct strbuf *b, const struct sample *p)
{
    nstime_add_seconds(b, p->time_ns);
    strbuf_printf(b, ",%s,", p->series);
    quote_csv(b, slice_of(p->column->key));
    strbuf_char(b, ',');
    add_worth(b, p, "");
    strbuf_char(b, '\n');
}

static void add_json_row(struct strbuf *b, const struct sample *p)
{
    strbuf_printf(b, "{\"time_ns\":%lld,\"series\":\"%s\",\"key\":", (long long)p->time_ns,
                  p->series);
    quote_json(b, slice_of(p->column->key));
    strbuf_str(b, ",\"value\":");
    add_worth(b, p, "null");
    strbuf_str(b, "}\n");
}

static void put_rows(FILE *f, const struct series_out *o,
                     void (*add_row)(struct strbuf *b, const struct sample *p))
{
    struct strbuf b = STRBUF_INIT;

    for (size_t i = 0; i < o->count; i++) {
        const struct filled *s = &o->list[i];

        for (size_t k = 0; !s->why && k < s->count; k++) {
            for (size_t bin = 0; bin < o->grid->count; bin++) {
                struct sample p = {s->series->name, &s->columns[k], grid_time(o->grid, bin),
                                   s->columns[k].values[bin]};

                strbuf_reset(&b);
                add_row(&b, &p);
                fwrite(b.data, 1, b.len, f);
            }
        }
    }
    strbuf_release(&b);
}

void out_series_csv(FILE *f, const struct series_out *o)
{
    fputs("time,series,key,value\n", f);
    put_rows(f, o, add_csv_row);
}

void out_series_ndjson(FILE *f, const struct series_out *o)
{
    put_rows(f, o, add_json_row);
}
