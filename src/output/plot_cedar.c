/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot_suites.h"

#include <stdio.h>

#include "output/plot.h"

/* The legend has no room for more. */
#define MOST_TYPES 24

/* The types that are drawn each with a colour; what is left shares the last. */
static size_t type_count(const struct cedar *c)
{
    size_t types = c->group_count - 1; /* the last group is of all */

    return types < MOST_TYPES ? types : MOST_TYPES;
}

static size_t type_of(const struct cedar *c, const struct cedar_app *app)
{
    size_t i = 0;

    while (i + 1 < type_count(c) && !slice_eq(c->groups[i].type, app->type))
        i++;
    return i;
}

static int64_t zero_of(const struct cedar *c)
{
    int64_t zero = NSTIME_NONE;

    for (size_t i = 0; i < c->app_count; i++) {
        for (int step = 0; step < CEDAR_STEPS; step++) {
            if (c->apps[i].step[step].start_ns < zero)
                zero = c->apps[i].step[step].start_ns;
        }
    }
    return zero;
}

/* Highest value of each axis. */
struct extent {
    double x, y[CEDAR_STEPS];
};

static void put_points(struct plot *p, const struct cedar *c, enum cedar_step step, int64_t zero,
                       struct extent *extent)
{
    struct strbuf ok[MOST_TYPES] = {STRBUF_INIT}, failed = STRBUF_INIT;
    char name[32];

    for (size_t i = 0; i < c->app_count; i++) {
        const struct cedar_action *a = &c->apps[i].step[step];
        size_t type = type_of(c, &c->apps[i]);
        struct strbuf *b = a->state == CEDAR_OK ? &ok[type] : &failed;
        int64_t at;

        if (a->start_ns == NSTIME_NONE)
            continue;
        at = nstime_between(zero, a->start_ns);
        nstime_add_seconds(b, at);
        plot_add_seconds(b, a->duration_ns);
        strbuf_char(b, '\n');
        if ((double)at / 1e9 > extent->x)
            extent->x = (double)at / 1e9;
        if ((double)a->duration_ns / 1e9 > extent->y[step])
            extent->y[step] = (double)a->duration_ns / 1e9;
    }
    for (size_t i = 0; i < type_count(c); i++) {
        snprintf(name, sizeof name, "%s_%02zu", cedar_step_name(step), i + 1);
        plot_put_block(p, name, &ok[i], "NaN NaN\n");
    }
    snprintf(name, sizeof name, "%s_failed", cedar_step_name(step));
    plot_put_block(p, name, &failed, "NaN NaN\n");
}

static void set_types(struct plot *p, const struct cedar *c)
{
    size_t count = type_count(c);

    plot_set_number(p, "type_count", (double)count);
    plot_open_array(p, "type_name", count);
    for (size_t i = 0; i < count; i++) {
        const struct cedar_group *g = &c->groups[i];

        plot_next_item(p, i);
        plot_add_text(p, i + 1 == count && count + 1 < c->group_count ? slice_of("(others)")
                         : g->type.len                                ? g->type
                                                                      : slice_of("(unknown)"));
    }
    plot_close_array(p);
    plot_open_array(p, "type_color", count);
    for (size_t i = 0; i < count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(plot_color(p, i)));
    }
    plot_close_array(p);
}

/* Seconds from the picture's zero; those of batches that the names tell are not known. */
static void set_batch_times(struct plot *p, const struct cedar *c, const char *name, size_t count,
                            bool end, int64_t zero)
{
    size_t n = 0;

    plot_open_array(p, name, count);
    for (size_t i = 0; i < c->batch_count; i++) {
        const struct cedar_batch *b = &c->batches[i];

        if (b->first_ns == NSTIME_NONE)
            continue;
        plot_next_item(p, n++);
        nstime_add_seconds(p->head, nstime_between(zero, end ? b->end_ns : b->first_ns));
    }
    plot_close_array(p);
}

static void set_batches(struct plot *p, const struct cedar *c, int64_t zero)
{
    size_t count = 0;

    for (size_t i = 0; i < c->batch_count; i++)
        count += c->batches[i].first_ns != NSTIME_NONE;
    plot_set_number(p, "batch_count", (double)count);
    if (!count)
        return;
    plot_open_array(p, "batch_number", count);
    for (size_t i = 0, n = 0; i < c->batch_count; i++) {
        if (c->batches[i].first_ns == NSTIME_NONE)
            continue;
        plot_next_item(p, n++);
        strbuf_printf(p->head, "%lld", (long long)c->batches[i].number);
    }
    plot_close_array(p);
    set_batch_times(p, c, "batch_from", count, false, zero);
    set_batch_times(p, c, "batch_to", count, true, zero);
}

static void set_texts(struct plot *p, const struct cedar *c, int64_t zero)
{
    const struct cedar_group *all = &c->groups[c->group_count - 1];
    struct strbuf b = STRBUF_INIT;

    plot_set_text(p, "title_text", "Cedar: push and start of each app");
    add_count(&b, c->app_count);
    strbuf_printf(&b, " %s", c->app_count == 1 ? "app" : "apps");
    if (zero != NSTIME_NONE) {
        strbuf_str(&b, "; time zero ");
        nstime_add_rfc3339(&b, zero, 3);
    }
    plot_set_text(p, "subtitle_text", b.data);
    strbuf_reset(&b);
    if (all->state[CEDAR_START][CEDAR_NEVER]) {
        add_count(&b, all->state[CEDAR_START][CEDAR_NEVER]);
        strbuf_str(&b, all->state[CEDAR_START][CEDAR_NEVER] == 1 ? " app was never started"
                                                                 : " apps were never started");
    }
    plot_set_text(p, "note_text", b.len ? b.data : "");
    strbuf_release(&b);
    plot_set_number(p, "push_failed", (double)all->state[CEDAR_PUSH][CEDAR_FAILED]);
    plot_set_number(p, "start_failed", (double)all->state[CEDAR_START][CEDAR_FAILED]);
}

static void build(const void *subject, struct plot *p)
{
    const struct cedar *c = subject;
    int64_t zero = zero_of(c);
    struct extent extent = {0};

    set_texts(p, c, zero);
    set_types(p, c);
    set_batches(p, c, zero);
    for (int step = 0; step < CEDAR_STEPS; step++)
        put_points(p, c, (enum cedar_step)step, zero, &extent);
    plot_set_number(p, "x_max", extent.x);
    plot_set_number(p, "push_y_max", extent.y[CEDAR_PUSH]);
    plot_set_number(p, "start_y_max", extent.y[CEDAR_START]);
}

const struct plot_sheet plot_cedar = {"pushes", "pushes.gp", "Push and start times", build};
