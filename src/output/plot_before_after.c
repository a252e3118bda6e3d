/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/order.h"
#include "base/xalloc.h"

#define MAX_PANELS (2 * LIFECYCLE_MAX_STAGES + 1)

/* The total, or a stage that at least one of the runs shows. */
struct panel {
    const char *name, *color;
    size_t stage[2]; /* in each run; NO_STAGE for the total */
    bool in[2];
    int64_t *sorted[2];
    size_t n[2];
};

static bool is_duration(const struct run *run, size_t stage)
{
    return run->timelines->seen[stage] && stage != run->stats->first_stage;
}

static struct panel stage_panel(const struct plot *p, size_t before, size_t after)
{
    struct panel panel = {.stage = {before, after},
                          .in = {before != NO_STAGE && is_duration(p->before, before),
                                 after != NO_STAGE && is_duration(p->run, after)}};

    panel.name = after != NO_STAGE ? p->lc->stages[after].name : p->before->lc->stages[before].name;
    panel.color = plot_color(p, after != NO_STAGE ? after : before);
    return panel;
}

/* Stages are the same if their names are: those of the later run, then what else the earlier had.
 */
static size_t choose_panels(const struct plot *p, struct panel *panels)
{
    const struct lifecycle *old = p->before->lc;
    size_t n = 0;

    panels[n++] =
        (struct panel){"total", "", {NO_STAGE, NO_STAGE}, {true, true}, {NULL, NULL}, {0}};
    for (size_t i = 0; i < p->lc->stage_count; i++) {
        panels[n] = stage_panel(p, lifecycle_stage(old, p->lc->stages[i].name), i);
        n += panels[n].in[0] || panels[n].in[1];
    }
    for (size_t i = 0; i < old->stage_count; i++) {
        if (lifecycle_stage(p->lc, old->stages[i].name) != NO_STAGE || !is_duration(p->before, i))
            continue;
        panels[n++] = stage_panel(p, i, NO_STAGE);
    }
    return n;
}

static void sort_durations(const struct plot *p, struct panel *panel)
{
    const struct run *runs[2] = {p->before, p->run};

    for (size_t i = 0; i < 2; i++) {
        const struct timelines *t = runs[i]->timelines;

        panel->sorted[i] = xreallocarray(NULL, t->count, sizeof(int64_t));
        if (panel->in[i])
            panel->n[i] = plot_durations(t, panel->stage[i], panel->sorted[i]);
        if (panel->n[i])
            order_numbers(panel->sorted[i], panel->n[i]);
    }
}

/* "median 44.1ms, then 52.0ms (+18 %)" */
static void add_panel_text(struct plot *p, const struct panel *panel)
{
    struct strbuf b = STRBUF_INIT;
    int64_t median[2] = {0, 0};

    for (size_t i = 0; i < 2; i++) {
        strbuf_str(&b, i ? " → " : "median ");
        if (panel->n[i]) {
            median[i] = percentile(panel->sorted[i], panel->n[i], 0.5);
            nstime_add_human(&b, median[i], false);
        } else {
            strbuf_str(&b, "none");
        }
    }
    if (median[0] > 0 && panel->n[1])
        strbuf_printf(&b, " (%+.0f %%)",
                      100 * ((double)median[1] - (double)median[0]) / (double)median[0]);
    plot_add_text(p, (struct slice){b.data, b.len});
    strbuf_release(&b);
}

static void put_panel(struct plot *p, const struct panel *panel, size_t number, double *logs,
                      double *lows, double *highs)
{
    static const char *const names[2] = {"before", "after"};
    double least = INFINITY, low = INFINITY, high = -INFINITY, middle = 0;
    bool log;

    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < panel->n[i]; k++) {
            if (panel->sorted[i][k] > 0) {
                least = fmin(least, (double)panel->sorted[i][k] / 1e9);
                break;
            }
        }
        if (panel->n[i]) {
            low = fmin(low, (double)panel->sorted[i][0] / 1e9);
            high = fmax(high, (double)panel->sorted[i][panel->n[i] - 1] / 1e9);
            middle = (double)panel->sorted[i][panel->n[i] / 2] / 1e9;
        }
    }
    log = isfinite(least) && plot_wants_log(least, middle, high);
    logs[number - 1] = log;
    lows[number - 1] = log ? least : plot_linear_low(low, high);
    highs[number - 1] = isfinite(high) ? high : 1;
    for (size_t i = 0; i < 2; i++) {
        struct strbuf lines = STRBUF_INIT;
        char name[32];

        plot_add_steps(&lines, panel->sorted[i], panel->n[i], log, lows[number - 1]);
        snprintf(name, sizeof name, "%s_%02zu", names[i], number);
        plot_put_block(p, name, &lines, "NaN NaN\n");
    }
}

static void set_texts(struct plot *p, const struct panel *panels, size_t count)
{
    plot_set_number(p, "panel_count", (double)count);
    plot_open_array(p, "panel_name", count);
    for (size_t i = 0; i < count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(panels[i].name));
    }
    plot_close_array(p);
    plot_open_array(p, "panel_color", count);
    for (size_t i = 0; i < count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(*panels[i].color ? panels[i].color : "#b8b8b8"));
    }
    plot_close_array(p);
    plot_open_array(p, "panel_text", count);
    for (size_t i = 0; i < count; i++) {
        plot_next_item(p, i);
        add_panel_text(p, &panels[i]);
    }
    plot_close_array(p);
}

/* "before: old.csv (463 tasks, time zero ...)" */
static void set_run_name(struct plot *p, const char *variable, const char *word, const char *name,
                         const struct run *run)
{
    struct strbuf b = STRBUF_INIT;

    strbuf_printf(&b, "%s: %s (", word, name);
    add_count(&b, run->timelines->count);
    strbuf_printf(&b, " %s, time zero ",
                  run->timelines->count == 1 ? run->lc->noun : run->lc->noun_plural);
    nstime_add_rfc3339(&b, plot_zero(run->timelines), 3);
    strbuf_char(&b, ')');
    plot_set_text(p, variable, b.data);
    strbuf_release(&b);
}

void plot_build_before_after(struct plot *p)
{
    struct panel *panels = xcalloc(MAX_PANELS, sizeof *panels);
    double logs[MAX_PANELS], lows[MAX_PANELS], highs[MAX_PANELS];
    struct strbuf note = STRBUF_INIT;
    size_t count = choose_panels(p, panels);

    plot_set_common(p, &note);
    set_run_name(p, "before_name", "before", p->names[0], p->before);
    set_run_name(p, "after_name", "after", p->names[1], p->run);
    for (size_t i = 0; i < count; i++) {
        sort_durations(p, &panels[i]);
        put_panel(p, &panels[i], i + 1, logs, lows, highs);
    }
    set_texts(p, panels, count);
    plot_set_numbers(p, "panel_log", logs, count);
    plot_set_numbers(p, "panel_x_min", lows, count);
    plot_set_numbers(p, "panel_x_max", highs, count);
    for (size_t i = 0; i < count; i++) {
        free(panels[i].sorted[0]);
        free(panels[i].sorted[1]);
    }
    free(panels);
    strbuf_release(&note);
}
