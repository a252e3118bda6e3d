/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"

#define HISTOGRAM_MIN_BINS    8
#define HISTOGRAM_MAX_BINS    30
#define HISTOGRAM_COMMON_BINS 30
#define BINS_PER_DECADE       10

static const struct {
    const char *name;
    double ns;
} units[] = {{"h", 3600e9}, {"min", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}, {"ns", 1}};

#define SECONDS 2 /* among the units */

/* The largest unit that is not above a value. */
static size_t unit_for(double ns)
{
    size_t i = 0;

    while (i + 1 < sizeof units / sizeof *units && units[i].ns > ns)
        i++;
    return i;
}

/* One panel: durations of a stage in bins, of all entities, of the first and of the last fifth. */
struct panel {
    const struct summary *summary; /* of the stage */
    bool log;
    double low, high; /* of the axis, ns; in log scale exponents of ten of seconds */
    size_t bins;
    size_t unit;
    size_t not_positive; /* have no place on a log axis */
    size_t peak;
};

/* The bin of a duration; false if it has no place on the axis. */
static bool find_bin(const struct panel *panel, double ns, size_t *bin)
{
    double width = (panel->high - panel->low) / (double)panel->bins;

    if (panel->log && ns <= 0)
        return false;
    if (panel->log)
        ns = log10(ns / 1e9);
    *bin = ns <= panel->low ? 0 : (size_t)((ns - panel->low) / width);
    if (*bin >= panel->bins)
        *bin = panel->bins - 1;
    return true;
}

/* A place on the axis in the unit of the panel. */
static double on_axis(const struct panel *panel, double at)
{
    return panel->log ? pow(10, at) : at / units[panel->unit].ns;
}

static void add_bins(struct plot *p, struct panel *panel, size_t stage, struct strbuf *out)
{
    size_t *n = xcalloc(panel->bins * 3, sizeof *n), fifth = p->t->count / 5;
    double width = (panel->high - panel->low) / (double)panel->bins;

    for (size_t i = 0; i < p->t->count; i++) {
        int64_t ns;
        size_t bin;

        if (!timeline_duration(p->t, p->t->list[i], stage, &ns))
            continue;
        if (!find_bin(panel, (double)ns, &bin)) {
            panel->not_positive++;
            continue;
        }
        n[bin * 3]++;
        n[bin * 3 + 1] += i < fifth;
        n[bin * 3 + 2] += i >= p->t->count - fifth;
    }
    for (size_t i = 0; i < panel->bins; i++) {
        double left = panel->low + width * (double)i, right = panel->low + width * (double)(i + 1);

        if (!n[i * 3])
            continue;
        if (n[i * 3] > panel->peak)
            panel->peak = n[i * 3];
        strbuf_printf(out, "%.9g %.9g %zu %zu %zu\n", on_axis(panel, left), on_axis(panel, right),
                      n[i * 3], n[i * 3 + 1], n[i * 3 + 2]);
    }
    if (panel->not_positive > panel->peak)
        panel->peak = panel->not_positive;
    free(n);
}

/* The least duration above zero of a stage. */
static double least_positive(const struct plot *p, size_t stage)
{
    const struct summary *s = &p->run->stats->stage[stage];
    double least = INFINITY;
    int64_t ns;

    if (s->n && s->min_ns > 0)
        return (double)s->min_ns;
    for (size_t i = 0; i < p->t->count; i++) {
        if (timeline_duration(p->t, p->t->list[i], stage, &ns) && ns > 0)
            least = fmin(least, (double)ns);
    }
    return least;
}

/*
 * Bins over the panel's own range: ceil(2 n^(1/3)) of them (Rice's rule), within bounds.  When
 * entities set out has no decades, and where many durations are negative they are to be seen.
 */
static void own_axis(const struct plot *p, struct panel *panel, size_t stage)
{
    const struct summary *s = panel->summary;
    double bins = ceil(2 * cbrt((double)s->n)), least = least_positive(p, stage);

    panel->bins = (size_t)fmin(fmax(bins, HISTOGRAM_MIN_BINS), HISTOGRAM_MAX_BINS);
    panel->log = stage != p->run->stats->first_stage && s->negative * 20 <= s->n &&
                 plot_wants_log(least, (double)s->p50_ns, (double)s->max_ns);
    if (panel->log) {
        panel->low = log10(least / 1e9);
        panel->high = log10((double)s->max_ns / 1e9);
        panel->unit = SECONDS;
        return;
    }
    panel->low = (double)s->min_ns;
    panel->high = (double)s->max_ns;
    if (panel->high - panel->low < 1)
        panel->high = panel->low + 1;
    panel->unit = unit_for(fmax(fabs(panel->low), fabs(panel->high)));
}

/* One axis for all panels; logarithmic where the stages' medians are far apart. */
static void common_axis(const struct plot *p, struct panel *panels)
{
    double low = INFINITY, high = -INFINITY, least = INFINITY, slow = 0, fast = INFINITY;
    bool log;

    for (size_t i = 0; i < p->stage_count; i++) {
        const struct summary *s = panels[i].summary;

        if (!s->n)
            continue;
        low = fmin(low, (double)s->min_ns);
        high = fmax(high, (double)s->max_ns);
        least = fmin(least, least_positive(p, p->stages[i]));
        if (s->p50_ns > 0) {
            slow = fmax(slow, (double)s->p50_ns);
            fast = fmin(fast, (double)s->p50_ns);
        }
    }
    log = slow > 50 * fast;
    for (size_t i = 0; i < p->stage_count; i++) {
        panels[i].log = log;
        if (log) {
            panels[i].low = floor(log10(least / 1e9) * BINS_PER_DECADE) / BINS_PER_DECADE;
            panels[i].high = floor(log10(high / 1e9) * BINS_PER_DECADE + 1) / BINS_PER_DECADE;
            panels[i].bins = (size_t)llround((panels[i].high - panels[i].low) * BINS_PER_DECADE);
            panels[i].unit = SECONDS;
            continue;
        }
        panels[i].low = isfinite(low) ? fmin(0, low) : 0;
        panels[i].high = isfinite(high) ? fmax(high, panels[i].low + 1) : 1;
        panels[i].bins = HISTOGRAM_COMMON_BINS;
        panels[i].unit = unit_for(fmax(fabs(panels[i].low), fabs(panels[i].high)));
    }
}

static void add_stage_text(const struct panel *panel, struct strbuf *out)
{
    if (!panel->summary->n) {
        strbuf_str(out, "no durations");
        return;
    }
    strbuf_str(out, "n ");
    add_count(out, panel->summary->n);
    strbuf_str(out, ", median ");
    nstime_add_human(out, panel->summary->p50_ns, false);
    if (panel->summary->negative) {
        strbuf_str(out, ", ");
        add_count(out, panel->summary->negative);
        strbuf_str(out, " negative");
    }
}

static void set_panels(struct plot *p, const struct panel *panels)
{
    double logs[LIFECYCLE_MAX_STAGES], n[LIFECYCLE_MAX_STAGES], low[LIFECYCLE_MAX_STAGES],
        high[LIFECYCLE_MAX_STAGES], peak[LIFECYCLE_MAX_STAGES], below[LIFECYCLE_MAX_STAGES];
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < p->stage_count; i++) {
        logs[i] = panels[i].log;
        n[i] = (double)panels[i].summary->n;
        low[i] = on_axis(&panels[i], panels[i].low);
        high[i] = on_axis(&panels[i], panels[i].high);
        peak[i] = (double)panels[i].peak;
        below[i] = (double)panels[i].not_positive;
    }
    plot_open_array(p, "stage_text", p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        plot_next_item(p, i);
        strbuf_reset(&text);
        add_stage_text(&panels[i], &text);
        plot_add_text(p, (struct slice){text.data, text.len});
    }
    plot_close_array(p);
    plot_open_array(p, "stage_unit", p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(units[panels[i].unit].name));
    }
    plot_close_array(p);
    plot_set_numbers(p, "stage_log", logs, p->stage_count);
    plot_set_numbers(p, "stage_n", n, p->stage_count);
    plot_set_numbers(p, "stage_x_min", low, p->stage_count);
    plot_set_numbers(p, "stage_x_max", high, p->stage_count);
    plot_set_numbers(p, "stage_peak", peak, p->stage_count);
    plot_set_numbers(p, "stage_not_positive", below, p->stage_count);
    strbuf_release(&text);
}

static void set_fifths(struct plot *p)
{
    size_t fifth = p->t->count / 5;
    struct strbuf b = STRBUF_INIT;

    plot_set_number(p, "has_fifths", p->t->count >= 10);
    strbuf_printf(&b, "all %s (", p->lc->noun_plural);
    add_count(&b, p->t->count);
    strbuf_char(&b, ')');
    plot_set_text(p, "all_name", b.data);
    strbuf_reset(&b);
    strbuf_str(&b, "first 20 % by start (");
    add_count(&b, fifth);
    strbuf_char(&b, ')');
    plot_set_text(p, "first_name", b.data);
    strbuf_reset(&b);
    strbuf_str(&b, "last 20 % by start (");
    add_count(&b, fifth);
    strbuf_char(&b, ')');
    plot_set_text(p, "last_name", b.data);
    strbuf_release(&b);
}

void plot_build_histograms(struct plot *p)
{
    struct panel *panels = xcalloc(p->stage_count, sizeof *panels);
    struct strbuf note = STRBUF_INIT;

    if (p->kind->variant == SCALE_COMMON)
        plot_drop_first(p);
    for (size_t i = 0; i < p->stage_count; i++) {
        panels[i].summary = &p->run->stats->stage[p->stages[i]];
        own_axis(p, &panels[i], p->stages[i]);
    }
    if (p->kind->variant == SCALE_COMMON)
        common_axis(p, panels);
    plot_set_common(p, &note);
    plot_set_text(p, "scale", p->kind->variant == SCALE_COMMON ? "common" : "own");
    for (size_t i = 0; i < p->stage_count; i++) {
        struct strbuf lines = STRBUF_INIT;
        char name[32];

        if (panels[i].summary->n)
            add_bins(p, &panels[i], p->stages[i], &lines);
        snprintf(name, sizeof name, "stage_%02zu", i + 1);
        plot_put_block(p, name, &lines, "0 0 0 0 0\n");
    }
    plot_set_stages(p);
    set_panels(p, panels);
    set_fifths(p);
    free(panels);
    strbuf_release(&note);
}
