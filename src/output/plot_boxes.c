/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/order.h"
#include "base/xalloc.h"
#include "stats/density.h"

/* As many names as fit one below another. */
#define MAX_GROUPS 100

/* The total, and the stages with the greatest shares. */
#define MAX_PANELS 4

/* Of fewer durations than this no density is made up: each is a dot. */
#define MIN_VIOLIN 5

/* Where the density of a violin is known, from its least duration to its greatest. */
#define VIOLIN_PLACES 101

/* Entities that are alike in VM or cell. */
struct group {
    struct slice name;
    const struct timeline **list;
    size_t count;
    int64_t median; /* of the totals */
};

struct boxes {
    struct group *list;
    size_t count, all;
    const struct timeline **entities;
};

/* By what entities are told apart. */
struct grouping {
    const struct timelines *t;
    size_t tag; /* or NO_STAGE: the VM */
};

static struct slice group_name(const struct grouping *g, const struct timeline *tl)
{
    return g->tag == NO_STAGE ? timelines_vm_name(g->t, tl->home) : timeline_tag(g->t, tl, g->tag);
}

/* cell/2 comes before cell/10; those without a name come last. */
static int name_cmp(struct slice a, struct slice b)
{
    int c;

    if (!a.len || !b.len)
        return (int)(a.len == 0) - (int)(b.len == 0);
    c = strverscmp(a.p, b.p);
    return c ? c : slice_cmp(a, b);
}

static int by_name(const void *pa, const void *pb, void *context)
{
    const struct timeline *a = *(const struct timeline *const *)pa,
                          *b = *(const struct timeline *const *)pb;
    int c = name_cmp(group_name(context, a), group_name(context, b));

    return c ? c : slice_cmp(timeline_id(a), timeline_id(b));
}

static int slowest_first(const void *pa, const void *pb)
{
    const struct group *a = pa, *b = pb;

    if (a->median != b->median)
        return a->median > b->median ? -1 : 1;
    return name_cmp(a->name, b->name);
}

static int boxes_by_name(const void *pa, const void *pb)
{
    return name_cmp(((const struct group *)pa)->name, ((const struct group *)pb)->name);
}

/* The tag that holds the cell, or NO_STAGE. */
static size_t cell_tag(const struct lifecycle *lc)
{
    for (size_t i = 0; i < lc->tag_count; i++) {
        if (strcmp(lc->tags[i].name, "cell") == 0 && lc->tags[i].kind == TAG_RULES)
            return i;
    }
    return NO_STAGE;
}

static struct boxes make_groups(const struct plot *p, const struct grouping *by, int64_t *values)
{
    struct boxes g = {NULL, 0, 0, xreallocarray(NULL, p->t->count, sizeof *g.entities)};

    for (size_t i = 0; i < p->t->count; i++)
        g.entities[i] = p->t->list[i];
    qsort_r(g.entities, p->t->count, sizeof *g.entities, by_name, (void *)(uintptr_t)by);
    for (size_t i = 0; i < p->t->count;) {
        struct group group = {group_name(by, g.entities[i]), g.entities + i, 0, 0};

        for (; i < p->t->count && slice_eq(group_name(by, g.entities[i]), group.name); i++)
            values[group.count++] = timeline_total(g.entities[i]);
        order_numbers(values, group.count);
        group.median = percentile(values, group.count, 0.5);
        g.list = xreallocarray(g.list, g.count + 1, sizeof *g.list);
        g.list[g.count++] = group;
    }
    g.all = g.count;
    if (g.count > MAX_GROUPS) {
        qsort(g.list, g.count, sizeof *g.list, slowest_first);
        g.count = MAX_GROUPS;
        qsort(g.list, g.count, sizeof *g.list, boxes_by_name);
    }
    return g;
}

/* One panel: the durations of a stage, or the totals if it is NO_STAGE. */
struct panel {
    size_t stage;
    bool log;
    double low, high;                       /* seconds */
    double least_bandwidth, most_bandwidth; /* of its violins, in seconds or, if log, decades */
};

static size_t choose_panels(const struct plot *p, struct panel *panels)
{
    size_t n = 1;

    panels[0].stage = NO_STAGE;
    while (n < MAX_PANELS) {
        size_t best = NO_STAGE;

        for (size_t i = 0; i < p->stage_count; i++) {
            size_t stage = p->stages[i];
            bool taken = stage == p->run->stats->first_stage || !p->run->stats->stage[stage].n;

            for (size_t k = 1; k < n; k++)
                taken |= panels[k].stage == stage;
            if (!taken &&
                (best == NO_STAGE || p->run->stats->share[stage] > p->run->stats->share[best]))
                best = stage;
        }
        if (best == NO_STAGE)
            break;
        panels[n++].stage = best;
    }
    return n;
}

static size_t group_durations(const struct plot *p, const struct group *g, size_t stage,
                              int64_t *values)
{
    size_t n = 0;

    for (size_t i = 0; i < g->count; i++) {
        if (stage != NO_STAGE)
            n += timeline_duration(p->t, g->list[i], stage, &values[n]);
        else if (timeline_last_stage(p->t, g->list[i]) != NO_STAGE)
            values[n++] = timeline_total(g->list[i]);
    }
    if (n)
        order_numbers(values, n);
    return n;
}

/* The durations that can stand on the panel's axis, as they lie there. */
static size_t axis_values(const struct panel *panel, const int64_t *sorted, size_t n, double *on)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++) {
        double s = (double)sorted[i] / 1e9;

        if (!panel->log)
            on[count++] = s;
        else if (s > 0)
            on[count++] = log10(s);
    }
    return count;
}

static double seconds_at(const struct panel *panel, double on)
{
    return panel->log ? pow(10, on) : on;
}

/* A violin, cut off at the least and the greatest of the values; its widest place is 1. */
static void add_violin(struct strbuf *lines, size_t row, struct panel *panel, const double *on,
                       size_t n)
{
    double density[VIOLIN_PLACES], widest = 0, low = on[0], high = on[n - 1];
    double step = (high - low) / (VIOLIN_PLACES - 1);
    /* finer than its places it could not be seen */
    double bandwidth = fmax(density_bandwidth(on, n), step);

    density_estimate(on, n, bandwidth, low, high, density, VIOLIN_PLACES);
    for (size_t i = 0; i < VIOLIN_PLACES; i++)
        widest = fmax(widest, density[i]);
    for (size_t i = 0; i < VIOLIN_PLACES; i++)
        strbuf_printf(lines, "%zu %.9g %.4f\n", row, seconds_at(panel, low + (double)i * step),
                      density[i] / widest);
    strbuf_char(lines, '\n');
    panel->least_bandwidth = fmin(panel->least_bandwidth, bandwidth);
    panel->most_bandwidth = fmax(panel->most_bandwidth, bandwidth);
}

static void put_violins(struct plot *p, const struct boxes *groups, struct panel *panel,
                        size_t number, int64_t *values)
{
    double *on = xreallocarray(NULL, p->t->count, sizeof *on);
    struct strbuf violins = STRBUF_INIT, dots = STRBUF_INIT;
    char name[32];

    panel->least_bandwidth = INFINITY;
    for (size_t i = 0; i < groups->count; i++) {
        size_t n = group_durations(p, &groups->list[i], panel->stage, values);

        n = axis_values(panel, values, n, on);
        if (n >= MIN_VIOLIN && on[0] < on[n - 1]) {
            add_violin(&violins, i + 1, panel, on, n);
            continue;
        }
        for (size_t k = 0; k < n; k++) {
            if (k == 0 || on[k] > on[k - 1])
                strbuf_printf(&dots, "%zu %.9g\n", i + 1, seconds_at(panel, on[k]));
        }
    }
    snprintf(name, sizeof name, "violin_%zu", number);
    plot_put_block(p, name, &violins, "0 0 0\n");
    snprintf(name, sizeof name, "dots_%zu", number);
    plot_put_block(p, name, &dots, "0 0\n");
    free(on);
}

static void put_panel(struct plot *p, const struct boxes *groups, struct panel *panel,
                      size_t number, int64_t *values)
{
    static const double at[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    const struct summary *s =
        panel->stage == NO_STAGE ? &p->run->stats->total : &p->run->stats->stage[panel->stage];
    struct strbuf lines = STRBUF_INIT;
    double least = INFINITY, low = INFINITY, high = -INFINITY;
    char name[32];

    for (size_t i = 0; i < groups->count; i++) {
        size_t n = group_durations(p, &groups->list[i], panel->stage, values), negative = 0;

        if (!n)
            continue;
        for (size_t k = 0; k < n && values[k] <= 0; k++)
            negative += values[k] < 0;
        for (size_t k = 0; k < n; k++) {
            if (values[k] > 0) {
                least = fmin(least, (double)values[k] / 1e9);
                break;
            }
        }
        low = fmin(low, (double)values[0] / 1e9);
        high = fmax(high, (double)values[n - 1] / 1e9);
        strbuf_printf(&lines, "%zu %zu %zu", i + 1, n, negative);
        plot_add_seconds(&lines, values[0]);
        for (size_t k = 0; k < sizeof at / sizeof *at; k++)
            plot_add_seconds(&lines, percentile(values, n, at[k]));
        plot_add_seconds(&lines, values[n - 1]);
        strbuf_char(&lines, '\n');
    }
    panel->log = isfinite(least) && plot_wants_log(least, (double)s->p50_ns / 1e9, high);
    panel->low = panel->log ? least : plot_linear_low(low, high);
    panel->high = isfinite(high) ? high : 1;
    snprintf(name, sizeof name, "panel_%zu", number);
    plot_put_block(p, name, &lines, "0 0 0 0 0 0 0 0 0 0\n");
}

static void set_panels(struct plot *p, const struct panel *panels, size_t count)
{
    double logs[MAX_PANELS], lows[MAX_PANELS], highs[MAX_PANELS];

    for (size_t i = 0; i < count; i++) {
        logs[i] = panels[i].log;
        lows[i] = panels[i].low;
        highs[i] = panels[i].high;
    }
    plot_set_number(p, "panel_count", (double)count);
    plot_open_array(p, "panel_name", count);
    for (size_t i = 0; i < count; i++) {
        plot_next_item(p, i);
        plot_add_text(
            p,
            slice_of(panels[i].stage == NO_STAGE ? "total" : p->lc->stages[panels[i].stage].name));
    }
    plot_close_array(p);
    plot_open_array(p, "panel_color", count);
    for (size_t i = 0; i < count; i++) {
        plot_next_item(p, i);
        plot_add_text(
            p, slice_of(panels[i].stage == NO_STAGE ? "#b8b8b8" : plot_color(p, panels[i].stage)));
    }
    plot_close_array(p);
    plot_set_numbers(p, "panel_log", logs, count);
    plot_set_numbers(p, "panel_x_min", lows, count);
    plot_set_numbers(p, "panel_x_max", highs, count);
}

static void add_bandwidth(struct strbuf *b, const struct panel *panel, double bandwidth)
{
    if (panel->log)
        strbuf_printf(b, "%.2g", bandwidth);
    else
        nstime_add_human(b, (int64_t)(bandwidth * 1e9), false);
}

/* What is said below the axis of each panel of violins: how far their densities are smoothed. */
static void set_bandwidths(struct plot *p, const struct panel *panels, size_t count)
{
    plot_open_array(p, "panel_bandwidth", count);
    for (size_t i = 0; i < count; i++) {
        struct strbuf b = STRBUF_INIT, most = STRBUF_INIT;

        if (panels[i].most_bandwidth > 0) {
            add_bandwidth(&b, &panels[i], panels[i].least_bandwidth);
            add_bandwidth(&most, &panels[i], panels[i].most_bandwidth);
            if (strcmp(b.data, most.data) != 0)
                strbuf_printf(&b, " to %s", most.data);
            strbuf_str(&b, panels[i].log ? " decades" : "");
        }
        plot_next_item(p, i);
        plot_add_text(p, slice_of(b.len ? b.data : ""));
        strbuf_release(&b);
        strbuf_release(&most);
    }
    plot_close_array(p);
}

static void set_groups(struct plot *p, const struct boxes *g, const char *what)
{
    plot_set_text(p, "group_noun", what);
    plot_set_number(p, "group_count", (double)g->count);
    plot_open_array(p, "group_name", g->count);
    for (size_t i = 0; i < g->count; i++) {
        struct slice name = g->list[i].name;

        plot_next_item(p, i);
        plot_add_text(p, name.len ? name : slice_of("(unknown)"));
    }
    plot_close_array(p);
    plot_open_array(p, "group_size", g->count);
    for (size_t i = 0; i < g->count; i++) {
        plot_next_item(p, i);
        strbuf_printf(p->head, "%zu", g->list[i].count);
    }
    plot_close_array(p);
}

static void build(struct plot *p, bool violins)
{
    struct grouping by = {p->t, p->kind->variant == GROUPS_CELL ? cell_tag(p->lc) : NO_STAGE};
    int64_t *values = xreallocarray(NULL, p->t->count, sizeof *values);
    struct boxes groups = make_groups(p, &by, values);
    struct strbuf note = STRBUF_INIT;
    struct panel panels[MAX_PANELS] = {0};
    size_t panel_count = choose_panels(p, panels);

    if (p->kind->variant == GROUPS_CELL && by.tag == NO_STAGE)
        strbuf_printf(&note, "no line of this lifecycle names a cell: these are VMs");
    if (groups.count < groups.all)
        strbuf_printf(&note, "%sthe %zu of %zu with the greatest median", note.len ? "; " : "",
                      groups.count, groups.all);
    plot_set_common(p, &note);
    set_groups(p, &groups, by.tag == NO_STAGE ? "VM" : "cell");
    for (size_t i = 0; i < panel_count; i++) {
        put_panel(p, &groups, &panels[i], i + 1, values);
        if (violins)
            put_violins(p, &groups, &panels[i], i + 1, values);
    }
    set_panels(p, panels, panel_count);
    plot_set_number(p, "violins", violins);
    if (violins) {
        plot_set_number(p, "fewest", MIN_VIOLIN);
        set_bandwidths(p, panels, panel_count);
    }
    free(groups.list);
    free(groups.entities);
    free(values);
    strbuf_release(&note);
}

void plot_build_boxes(struct plot *p)
{
    build(p, false);
}

void plot_build_violins(struct plot *p)
{
    build(p, true);
}
