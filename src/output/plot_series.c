/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_series.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "lifecycle/value.h"
#include "output/plot.h"

/* What one plot is of. */
struct subject {
    const struct filled *filled;
    const struct grid *grid;
};

static double plain(const struct column *c, int64_t worth)
{
    return (double)worth / (double)(c->is_duration ? NS_PER_SECOND : VALUE_ONE);
}

/* Lines of "time value": NaN makes a gap. */
static void put_line(struct plot *p, const struct subject *s, const struct column *c, size_t number)
{
    struct strbuf lines = STRBUF_INIT;
    char block[32];

    snprintf(block, sizeof block, "line_%02zu", number);
    for (size_t b = 0; b < s->grid->count; b++) {
        nstime_add_seconds(&lines, grid_time(s->grid, b));
        if (c->values[b] == BIN_EMPTY)
            strbuf_str(&lines, " NaN\n");
        else
            strbuf_printf(&lines, " %.9g\n", plain(c, c->values[b]));
    }
    plot_put_block(p, block, &lines, "NaN NaN\n");
}

/* Lines of "time end_of_bin low high", on top of what is below. */
static void put_layer(struct plot *p, const struct subject *s, const struct column *c,
                      size_t number, double *below)
{
    struct strbuf lines = STRBUF_INIT;
    char block[32];

    snprintf(block, sizeof block, "line_%02zu", number);
    for (size_t b = 0; b < s->grid->count; b++) {
        double more = c->values[b] == BIN_EMPTY ? 0 : plain(c, c->values[b]);

        if (c->values[b] == BIN_EMPTY)
            continue;
        nstime_add_seconds(&lines, grid_time(s->grid, b));
        plot_add_seconds(&lines, grid_time(s->grid, b + 1));
        strbuf_printf(&lines, " %.9g %.9g\n", below[b], below[b] + more);
        below[b] += more;
    }
    plot_put_block(p, block, &lines, "NaN NaN NaN NaN\n");
}

static double greatest(const struct subject *s)
{
    double most = 0;

    for (size_t i = 0; i < s->filled->count; i++) {
        const struct column *c = &s->filled->columns[i];

        for (size_t b = 0; b < s->grid->count; b++) {
            if (c->values[b] != BIN_EMPTY && plain(c, c->values[b]) > most)
                most = plain(c, c->values[b]);
        }
    }
    return most;
}

static void set_legend(struct plot *p, const struct filled *f, size_t count)
{
    plot_set_number(p, "line_count", (double)count);
    plot_open_array(p, "line_name", count);
    for (size_t i = 0; i < count; i++) {
        const char *key = f->columns[i].key;

        plot_next_item(p, i);
        plot_add_text(p, slice_of(*key ? key : f->series->unit));
    }
    plot_close_array(p);
    plot_open_array(p, "line_color", count);
    for (size_t i = 0; i < count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(plot_color(p, i)));
    }
    plot_close_array(p);
}

static void set_head(struct plot *p, const struct subject *s)
{
    const struct series *series = s->filled->series;
    struct strbuf b = STRBUF_INIT;

    plot_set_text(p, "title_text", series->title);
    series_add_span(&b, s->grid);
    plot_set_text(p, "subtitle_text", b.data);
    plot_set_text(p, "note_text", "");
    plot_set_text(p, "unit_text", series->unit);
    plot_set_number(p, "y_max", greatest(s));
    strbuf_reset(&b);
    strbuf_str(&b, "x_min = ");
    nstime_add_seconds(&b, grid_time(s->grid, 0));
    strbuf_str(&b, "\nx_max = ");
    nstime_add_seconds(&b, grid_time(s->grid, s->grid->count));
    strbuf_printf(p->head, "%s\n", b.data);
    strbuf_release(&b);
}

static void build_lines(const void *subject, struct plot *p)
{
    const struct subject *s = subject;

    set_head(p, s);
    set_legend(p, s->filled, s->filled->count);
    for (size_t i = 0; i < s->filled->count; i++)
        put_line(p, s, &s->filled->columns[i], i + 1);
}

static void build_stack(const void *subject, struct plot *p)
{
    const struct subject *s = subject;
    double *below = xcalloc(s->grid->count + 1, sizeof *below);
    size_t count = s->filled->count - 1; /* without the total, which is the upper edge */

    set_head(p, s);
    set_legend(p, s->filled, count);
    for (size_t i = 0; i < count; i++)
        put_layer(p, s, &s->filled->columns[i], i + 1, below);
    free(below);
}

enum plot_result out_series_plots(const struct series_out *o, const struct plot_options *options,
                                  struct err *err)
{
    struct plot_sheet *sheets = xcalloc(o->count + 1, sizeof *sheets);
    struct subject *subjects = xcalloc(o->count + 1, sizeof *subjects);
    const void **list = xcalloc(o->count + 1, sizeof *list);
    enum plot_result result;
    size_t count = 0;

    for (size_t i = 0; i < o->count; i++) {
        const struct series *series = o->list[i].series;

        if (o->list[i].why)
            continue;
        subjects[count] = (struct subject){&o->list[i], o->grid};
        list[count] = &subjects[count];
        sheets[count++] =
            (struct plot_sheet){series->name, series->stacked ? "series-stacked.gp" : "series.gp",
                                "Series", series->stacked ? build_stack : build_lines};
    }
    result = out_sheets(sheets, list, count, options, err);
    free(sheets);
    free(subjects);
    free(list);
    return result;
}
