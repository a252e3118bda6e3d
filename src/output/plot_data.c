/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "output/quote.h"
#include "stats/correlate.h"

/* More rows than this can't be told apart, and make files that no viewer likes. */
#define MAX_ROWS 5000

/* Segments narrower than this part of the axis are joined: a quarter of a pixel. */
#define AXIS_PIECES 5000

#define HISTOGRAM_MIN_BINS    8
#define HISTOGRAM_MAX_BINS    30
#define HISTOGRAM_COMMON_BINS 30
#define BINS_PER_DECADE       10

enum { ORDER_START, ORDER_END, ORDER_VM };
enum { SCALE_OWN, SCALE_COMMON };

/* What all builders work with. */
struct plot {
    const struct run *run;
    const struct lifecycle *lc;
    const struct timelines *t;
    const struct palette *palette;
    bool plain_glyphs; /* gnuplot's bitmap terminals paint blots for glyphs that no font has */
    struct strbuf *head, *data;
    size_t stages[LIFECYCLE_MAX_STAGES]; /* those that the run shows; only they are drawn */
    size_t stage_count;
};

static struct plot plot_of(const struct run *run, const struct palette *palette, bool plain_glyphs,
                           struct strbuf *head, struct strbuf *data)
{
    struct plot p = {.run = run,
                     .lc = run->lc,
                     .t = run->timelines,
                     .palette = palette,
                     .plain_glyphs = plain_glyphs,
                     .head = head,
                     .data = data};

    for (size_t i = 0; i < run->lc->stage_count; i++) {
        if (run->timelines->seen[i])
            p.stages[p.stage_count++] = i;
    }
    return p;
}

/* ---- the head ---- */

static void add_text(struct plot *p, struct slice text)
{
    size_t from = p->head->len;

    quote_gnuplot(p->head, text);
    if (!p->plain_glyphs)
        return;
    /* U+2E80 and above: three bytes from E2 BA 80 on, or four */
    for (size_t i = from; i < p->head->len; i++) {
        unsigned char *c = (unsigned char *)p->head->data + i;

        if (c[0] >= 0xf0) {
            memcpy(c, "?   ", 4);
        } else if (c[0] >= 0xe3 || (c[0] == 0xe2 && c[1] >= 0xba)) {
            memcpy(c, "?  ", 3);
        }
    }
}

static void set_text(struct plot *p, const char *name, const char *text)
{
    strbuf_printf(p->head, "%s = ", name);
    add_text(p, slice_of(text));
    strbuf_char(p->head, '\n');
}

static void set_number(struct plot *p, const char *name, double value)
{
    strbuf_printf(p->head, "%s = %.9g\n", name, value);
}

static void open_array(struct plot *p, const char *name, size_t count)
{
    strbuf_printf(p->head, "array %s[%zu] = [", name, count);
}

static void next_item(struct plot *p, size_t i)
{
    if (i)
        strbuf_str(p->head, ", ");
}

static void close_array(struct plot *p)
{
    strbuf_str(p->head, "]\n");
}

/* A stage has the same colour in all plots, whichever others are seen. */
static const char *color_of(const struct plot *p, size_t stage)
{
    return p->palette->colors[stage % p->palette->count];
}

static void set_stages(struct plot *p)
{
    set_number(p, "stage_count", (double)p->stage_count);
    open_array(p, "stage_name", p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        next_item(p, i);
        add_text(p, slice_of(p->lc->stages[p->stages[i]].name));
    }
    close_array(p);
    open_array(p, "stage_color", p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        next_item(p, i);
        add_text(p, slice_of(color_of(p, p->stages[i])));
    }
    close_array(p);
}

/* Which stages are missing from the picture. */
static void add_unseen(const struct plot *p, struct strbuf *note)
{
    bool first = true;

    for (size_t i = 0; i < p->lc->stage_count; i++) {
        if (p->t->seen[i])
            continue;
        strbuf_printf(note, "%s%s",
                      !first      ? ", "
                      : note->len ? "; not seen in this run: "
                                  : "not seen in this run: ",
                      p->lc->stages[i].name);
        first = false;
    }
}

static int64_t zero_of(const struct timelines *t)
{
    return t->zero_ns != NSTIME_NONE || !t->count ? t->zero_ns : t->list[0]->start_ns;
}

static void set_common(struct plot *p, const struct plot_kind *kind, struct strbuf *note)
{
    struct strbuf b = STRBUF_INIT;

    add_unseen(p, note);

    strbuf_printf(&b, "%s: %s", p->lc->title, kind->title);
    set_text(p, "title_text", b.data);
    strbuf_reset(&b);
    add_count(&b, p->t->count);
    strbuf_printf(&b, " %s: ", p->t->count == 1 ? p->lc->noun : p->lc->noun_plural);
    run_add_outcomes(p->run, &b);
    if (p->t->count) {
        strbuf_str(&b, "; time zero ");
        nstime_add_rfc3339(&b, zero_of(p->t), 3);
    }
    set_text(p, "subtitle_text", b.data);
    set_text(p, "note_text", note->len ? note->data : "");
    set_text(p, "noun", p->lc->noun);
    set_text(p, "noun_plural", p->lc->noun_plural);
    strbuf_release(&b);
}

/* ---- data blocks ---- */

static void open_block(struct plot *p, const char *name)
{
    strbuf_printf(p->data, "%s# %s\n", p->data->len ? "\n\n" : "", name);
}

static void add_seconds(struct strbuf *b, int64_t ns)
{
    strbuf_char(b, ' ');
    nstime_add_seconds(b, ns);
}

static void put_block(struct plot *p, const char *name, struct strbuf *lines, const char *if_empty)
{
    open_block(p, name);
    if (lines->len)
        strbuf_add(p->data, lines->data, lines->len);
    else
        strbuf_str(p->data, if_empty);
    strbuf_release(lines);
}

/* ---- timelines ---- */

enum mark { MARK_FAILED, MARK_INCOMPLETE, MARK_NEGATIVE, MARK_CANCELLED, MARK_OTHER, MARK_COUNT };

/* A run of rows that lived on one VM. */
struct group {
    uint16_t vm;
    size_t size;        /* all its entities */
    size_t first, last; /* rows, from 1 */
};

struct rows {
    const struct timeline **list;
    size_t count;
    struct group *groups;
    size_t group_count;
};

/* The latest of its times. */
static int64_t end_of(const struct timeline *tl)
{
    return tl->end_ns;
}

static int by_end(const void *pa, const void *pb)
{
    const struct timeline *a = *(const struct timeline *const *)pa,
                          *b = *(const struct timeline *const *)pb;

    if (end_of(a) != end_of(b))
        return end_of(a) < end_of(b) ? -1 : 1;
    return slice_cmp(timeline_id(a), timeline_id(b));
}

/* cell_z1/2 comes before cell_z1/10; entities without a VM come last. */
static int by_home(const void *pa, const void *pb, void *context)
{
    const struct timeline *a = *(const struct timeline *const *)pa,
                          *b = *(const struct timeline *const *)pb;
    struct slice vm_a = timelines_vm_name(context, a->home),
                 vm_b = timelines_vm_name(context, b->home);
    int c;

    if (!vm_a.len || !vm_b.len)
        c = (int)(vm_a.len == 0) - (int)(vm_b.len == 0);
    else
        c = strverscmp(vm_a.p, vm_b.p);
    if (c)
        return c;
    if (a->start_ns != b->start_ns)
        return a->start_ns < b->start_ns ? -1 : 1;
    return slice_cmp(timeline_id(a), timeline_id(b));
}

/* Keep every step-th row, of each group at least one. */
static void thin_out(struct rows *r, size_t step, bool grouped)
{
    size_t kept = 0;

    for (size_t i = 0; i < r->count;) {
        size_t end = r->count, size;
        uint16_t vm = r->list[i]->home;

        if (grouped) {
            for (end = i; end < r->count && r->list[end]->home == vm; end++)
                ;
        }
        size = end - i;
        if (grouped) {
            r->groups = xreallocarray(r->groups, r->group_count + 1, sizeof *r->groups);
            r->groups[r->group_count] = (struct group){.vm = vm, .size = size, .first = kept + 1};
        }
        for (; i < end; i += step)
            r->list[kept++] = r->list[i];
        if (grouped)
            r->groups[r->group_count++].last = kept;
        i = end;
    }
    r->count = kept;
}

static void choose_rows(struct plot *p, int order, struct rows *r, struct strbuf *note)
{
    size_t step = (p->t->count + MAX_ROWS - 1) / MAX_ROWS;

    r->list = xreallocarray(NULL, p->t->count, sizeof *r->list);
    for (size_t i = 0; i < p->t->count; i++)
        r->list[i] = p->t->list[i];
    r->count = p->t->count;
    if (order == ORDER_END)
        qsort(r->list, r->count, sizeof *r->list, by_end);
    if (order == ORDER_VM)
        qsort_r(r->list, r->count, sizeof *r->list, by_home, (void *)(uintptr_t)p->t);
    thin_out(r, step ? step : 1, order == ORDER_VM);
    strbuf_str(note, "");
    if (r->count < p->t->count) {
        add_count(note, r->count);
        strbuf_str(note, " of ");
        add_count(note, p->t->count);
        strbuf_printf(note, " %s are shown (every %zu%s)", p->lc->noun_plural, step,
                      step % 10 == 2 && step % 100 != 12   ? "nd"
                      : step % 10 == 3 && step % 100 != 13 ? "rd"
                      : step % 10 == 1 && step % 100 != 11 ? "st"
                                                           : "th");
    }
}

static enum mark mark_of(const struct plot *p, const struct timeline *tl)
{
    const char *name = timeline_outcome(p->t, tl);

    if (tl->outcome == OUTCOME_OK)
        return MARK_COUNT;
    if (tl->outcome == OUTCOME_INCOMPLETE)
        return MARK_INCOMPLETE;
    if (strcmp(name, "failed") == 0)
        return MARK_FAILED;
    return strcmp(name, "cancelled") == 0 ? MARK_CANCELLED : MARK_OTHER;
}

/* The blocks of a plot of timelines while rows are added to them. */
struct bars {
    struct plot *plot;
    struct strbuf stage[LIFECYCLE_MAX_STAGES];
    struct strbuf negative, mark[MARK_COUNT];
    int64_t zero_ns, pixel_ns;
};

static void add_segment(struct bars *b, size_t row, size_t stage, int64_t from, int64_t to)
{
    struct strbuf *out = &b->stage[stage];

    strbuf_printf(out, "%zu", row);
    add_seconds(out, from - b->zero_ns);
    add_seconds(out, to - b->zero_ns);
    strbuf_char(out, '\n');
}

static void add_mark(struct bars *b, enum mark mark, size_t row, int64_t at)
{
    strbuf_printf(&b->mark[mark], "%zu", row);
    add_seconds(&b->mark[mark], at - b->zero_ns);
    strbuf_char(&b->mark[mark], '\n');
}

/*
 * One bar.  Pieces too narrow to be seen join with the next ones, under the
 * stage of the widest; nothing is painted twice, so a step back in time gets
 * a sign of its own and the bar goes on from the greatest time so far.
 */
static void add_bar(struct bars *b, size_t row, const struct timeline *tl)
{
    const struct plot *p = b->plot;
    int64_t run = NSTIME_NONE, previous = 0, from = 0, widest = 0;
    size_t stage = 0;
    enum mark mark = mark_of(p, tl);

    for (size_t i = 0; i < p->stage_count; i++) {
        int64_t at = timeline_time(p->t, tl, p->stages[i]);

        if (at == NSTIME_NONE)
            continue;
        if (run == NSTIME_NONE) {
            add_segment(b, row, 0, at, at);
            run = previous = from = at;
            continue;
        }
        if (at < previous) {
            strbuf_printf(&b->negative, "%zu", row);
            add_seconds(&b->negative, previous - b->zero_ns);
            add_seconds(&b->negative, at - b->zero_ns);
            strbuf_char(&b->negative, '\n');
            add_mark(b, MARK_NEGATIVE, row, at);
        }
        previous = at;
        if (at <= run)
            continue;
        if (at - run > widest) {
            widest = at - run;
            stage = i;
        }
        run = at;
        if (run - from >= b->pixel_ns) {
            add_segment(b, row, stage, from, run);
            from = run;
            widest = 0;
        }
    }
    if (run == NSTIME_NONE)
        run = from = tl->start_ns;
    if (run > from)
        add_segment(b, row, stage, from, run);
    if (mark != MARK_COUNT)
        add_mark(b, mark, row, run);
}

static void set_marks(struct plot *p)
{
    static const char *const names[MARK_COUNT] = {"failed", "incomplete", "negative duration",
                                                  "cancelled", "other outcome"};
    size_t total[MARK_COUNT] = {0};

    for (size_t i = 0; i < p->t->count; i++) {
        enum mark mark = mark_of(p, p->t->list[i]);

        if (mark != MARK_COUNT)
            total[mark]++;
    }
    for (size_t i = 0; i < p->run->stats->skew_count; i++)
        total[MARK_NEGATIVE] += p->run->stats->skews[i].count;
    open_array(p, "mark_name", MARK_COUNT);
    for (size_t i = 0; i < MARK_COUNT; i++) {
        next_item(p, i);
        add_text(p, slice_of(names[i]));
    }
    close_array(p);
    open_array(p, "mark_total", MARK_COUNT);
    for (size_t i = 0; i < MARK_COUNT; i++) {
        next_item(p, i);
        strbuf_printf(p->head, "%zu", total[i]);
    }
    close_array(p);
}

static void set_group_numbers(struct plot *p, const struct rows *r, const char *name, size_t offset)
{
    open_array(p, name, r->group_count);
    for (size_t i = 0; i < r->group_count; i++) {
        next_item(p, i);
        strbuf_printf(p->head, "%zu",
                      *(const size_t *)(const void *)((const char *)&r->groups[i] + offset));
    }
    close_array(p);
}

static void set_groups(struct plot *p, const struct rows *r)
{
    set_number(p, "group_count", (double)r->group_count);
    if (!r->group_count)
        return;
    open_array(p, "group_name", r->group_count);
    for (size_t i = 0; i < r->group_count; i++) {
        struct slice name = timelines_vm_name(p->t, r->groups[i].vm);

        next_item(p, i);
        add_text(p, name.len ? name : slice_of("(no VM)"));
    }
    close_array(p);
    set_group_numbers(p, r, "group_size", offsetof(struct group, size));
    set_group_numbers(p, r, "group_first", offsetof(struct group, first));
    set_group_numbers(p, r, "group_last", offsetof(struct group, last));
}

static void set_row_names(struct plot *p, const struct rows *r)
{
    if (r->count > 40 || r->group_count || !r->count)
        return;
    open_array(p, "row_name", r->count);
    for (size_t i = 0; i < r->count; i++) {
        next_item(p, i);
        add_text(p, timeline_id(r->list[i]));
    }
    close_array(p);
}

static void set_x_axis(struct plot *p, const struct rows *r, struct bars *b)
{
    int64_t low = 0, high = 0;
    struct strbuf label = STRBUF_INIT;
    size_t first = p->run->stats->first_stage;

    for (size_t i = 0; i < r->count; i++) {
        if (r->list[i]->start_ns - b->zero_ns < low)
            low = r->list[i]->start_ns - b->zero_ns;
        if (r->list[i]->end_ns - b->zero_ns > high)
            high = r->list[i]->end_ns - b->zero_ns;
    }
    b->pixel_ns = (high - low) / AXIS_PIECES;
    strbuf_str(p->head, "x_min =");
    add_seconds(p->head, low);
    strbuf_str(p->head, "\nx_max =");
    add_seconds(p->head, high);
    strbuf_char(p->head, '\n');
    if (first == NO_STAGE)
        strbuf_str(&label, "seconds");
    else
        strbuf_printf(&label, "seconds since the first %s", p->lc->stages[first].name);
    set_text(p, "x_label", label.data);
    strbuf_release(&label);
}

static void put_bars(struct plot *p, struct bars *b)
{
    char name[32];

    for (size_t i = 0; i < p->stage_count; i++) {
        snprintf(name, sizeof name, "stage_%02zu", i + 1);
        put_block(p, name, &b->stage[i], "0 0 0\n");
    }
    put_block(p, "negative", &b->negative, "0 0 0\n");
    for (size_t i = 0; i < MARK_COUNT; i++) {
        snprintf(name, sizeof name, "mark_%zu", i + 1);
        put_block(p, name, &b->mark[i], "0 0\n");
    }
}

static void build_timelines(const struct run *run, const struct plot_kind *kind,
                            const struct palette *palette, bool plain_glyphs, struct strbuf *head,
                            struct strbuf *data)
{
    static const char *const orders[] = {"start", "end", "vm"};
    struct plot plot = plot_of(run, palette, plain_glyphs, head, data), *p = &plot;
    struct bars *b = xcalloc(1, sizeof *b);
    struct strbuf note = STRBUF_INIT;
    struct rows rows = {0};

    b->plot = p;
    b->zero_ns = zero_of(p->t);
    choose_rows(p, kind->variant, &rows, &note);
    set_common(p, kind, &note);
    set_text(p, "order_by", orders[kind->variant]);
    set_number(p, "row_count", (double)rows.count);
    set_x_axis(p, &rows, b);
    set_stages(p);
    set_marks(p);
    set_groups(p, &rows);
    set_row_names(p, &rows);
    for (size_t i = 0; i < rows.count; i++)
        add_bar(b, i + 1, rows.list[i]);
    put_bars(p, b);
    free(rows.list);
    free(rows.groups);
    strbuf_release(&note);
    free(b);
}

/* ---- histograms ---- */

static const struct {
    const char *name;
    double ns;
} units[] = {{"h", 3600e9}, {"min", 60e9}, {"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}, {"ns", 1}};

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
    double low, high;              /* of the axis, ns; in log scale exponents of ten of seconds */
    size_t bins;
    size_t unit;
    size_t not_positive; /* left out of a log axis */
    size_t peak;
};

/* The bin of a duration; false if it has no place on the axis. */
static bool find_bin(const struct panel *panel, double ns, bool log, size_t *bin)
{
    double width = (panel->high - panel->low) / (double)panel->bins;

    if (log && ns <= 0)
        return false;
    if (log)
        ns = log10(ns / 1e9);
    *bin = ns <= panel->low ? 0 : (size_t)((ns - panel->low) / width);
    if (*bin >= panel->bins)
        *bin = panel->bins - 1;
    return true;
}

static void add_bins(struct plot *p, struct panel *panel, size_t stage, bool log,
                     struct strbuf *out)
{
    size_t *n = xcalloc(panel->bins * 3, sizeof *n), fifth = p->t->count / 5;
    double width = (panel->high - panel->low) / (double)panel->bins;

    for (size_t i = 0; i < p->t->count; i++) {
        int64_t ns;
        size_t bin;

        if (!timeline_duration(p->t, p->t->list[i], stage, &ns))
            continue;
        if (!find_bin(panel, (double)ns, log, &bin)) {
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
        if (log)
            strbuf_printf(out, "%.9g %.9g", pow(10, left), pow(10, right));
        else
            strbuf_printf(out, "%.9g %.9g", left / units[panel->unit].ns,
                          right / units[panel->unit].ns);
        strbuf_printf(out, " %zu %zu %zu\n", n[i * 3], n[i * 3 + 1], n[i * 3 + 2]);
    }
    free(n);
}

/* Bins over the panel's own range: ceil(2 n^(1/3)) of them (Rice's rule), within bounds. */
static void own_axis(struct panel *panel)
{
    double bins = ceil(2 * cbrt((double)panel->summary->n));

    panel->low = (double)panel->summary->min_ns;
    panel->high = (double)panel->summary->max_ns;
    if (panel->high - panel->low < 1)
        panel->high = panel->low + 1;
    panel->bins = (size_t)fmin(fmax(bins, HISTOGRAM_MIN_BINS), HISTOGRAM_MAX_BINS);
    panel->unit = unit_for(fmax(fabs(panel->low), fabs(panel->high)));
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

/* One axis for all panels; logarithmic where the stages' medians are far apart. */
static void common_axis(const struct plot *p, struct panel *panels, bool *log)
{
    double low = INFINITY, high = -INFINITY, least = INFINITY, slow = 0, fast = INFINITY;

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
    *log = slow > 50 * fast;
    for (size_t i = 0; i < p->stage_count; i++) {
        if (*log) {
            panels[i].low = floor(log10(least / 1e9) * BINS_PER_DECADE) / BINS_PER_DECADE;
            panels[i].high = floor(log10(high / 1e9) * BINS_PER_DECADE + 1) / BINS_PER_DECADE;
            panels[i].bins = (size_t)llround((panels[i].high - panels[i].low) * BINS_PER_DECADE);
            panels[i].unit = 2;
            continue;
        }
        panels[i].low = isfinite(low) ? fmin(0, low) : 0;
        panels[i].high = isfinite(high) ? fmax(high, panels[i].low + 1) : 1;
        panels[i].bins = HISTOGRAM_COMMON_BINS;
        panels[i].unit = unit_for(fmax(fabs(panels[i].low), fabs(panels[i].high)));
    }
}

static void add_stage_text(const struct panel *panel, bool log, struct strbuf *out)
{
    if (!panel->summary->n) {
        strbuf_str(out, "no durations");
        return;
    }
    strbuf_str(out, "n ");
    add_count(out, panel->summary->n);
    strbuf_str(out, ", median ");
    nstime_add_human(out, panel->summary->p50_ns, false);
    if (log && panel->not_positive) {
        strbuf_str(out, ", ");
        add_count(out, panel->not_positive);
        strbuf_str(out, " not > 0");
    }
}

/* An array with a number per panel. */
static void set_panel_numbers(struct plot *p, const char *name, const struct panel *panels,
                              double (*get)(const struct panel *, bool log), bool log)
{
    open_array(p, name, p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        next_item(p, i);
        strbuf_printf(p->head, "%.9g", get(&panels[i], log));
    }
    close_array(p);
}

static double panel_low(const struct panel *panel, bool log)
{
    return log ? pow(10, panel->low) : panel->low / units[panel->unit].ns;
}

static double panel_high(const struct panel *panel, bool log)
{
    return log ? pow(10, panel->high) : panel->high / units[panel->unit].ns;
}

static double panel_count(const struct panel *panel, bool log)
{
    (void)log;
    return (double)panel->summary->n;
}

static double panel_peak(const struct panel *panel, bool log)
{
    (void)log;
    return (double)panel->peak;
}

static void set_panels(struct plot *p, const struct panel *panels, bool log)
{
    struct strbuf text = STRBUF_INIT;

    open_array(p, "stage_text", p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        next_item(p, i);
        strbuf_reset(&text);
        add_stage_text(&panels[i], log, &text);
        add_text(p, (struct slice){text.data, text.len});
    }
    close_array(p);
    open_array(p, "stage_unit", p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        next_item(p, i);
        add_text(p, slice_of(units[panels[i].unit].name));
    }
    close_array(p);
    set_panel_numbers(p, "stage_n", panels, panel_count, log);
    set_panel_numbers(p, "stage_x_min", panels, panel_low, log);
    set_panel_numbers(p, "stage_x_max", panels, panel_high, log);
    set_panel_numbers(p, "stage_peak", panels, panel_peak, log);
    strbuf_release(&text);
}

static void set_fifths(struct plot *p)
{
    size_t fifth = p->t->count / 5;
    struct strbuf b = STRBUF_INIT;

    set_number(p, "has_fifths", p->t->count >= 10);
    strbuf_printf(&b, "all %s (%zu)", p->lc->noun_plural, p->t->count);
    set_text(p, "all_name", b.data);
    strbuf_reset(&b);
    strbuf_printf(&b, "first 20 %% by start (%zu)", fifth);
    set_text(p, "first_name", b.data);
    strbuf_reset(&b);
    strbuf_printf(&b, "last 20 %% by start (%zu)", fifth);
    set_text(p, "last_name", b.data);
    strbuf_release(&b);
}

static void build_histograms(const struct run *run, const struct plot_kind *kind,
                             const struct palette *palette, bool plain_glyphs, struct strbuf *head,
                             struct strbuf *data)
{
    struct plot plot = plot_of(run, palette, plain_glyphs, head, data), *p = &plot;
    struct panel *panels = xcalloc(p->stage_count, sizeof *panels);
    struct strbuf note = STRBUF_INIT;
    bool log = false;

    for (size_t i = 0; i < p->stage_count; i++) {
        panels[i].summary = &run->stats->stage[p->stages[i]];
        own_axis(&panels[i]);
    }
    if (kind->variant == SCALE_COMMON)
        common_axis(p, panels, &log);
    set_common(p, kind, &note);
    set_text(p, "scale", kind->variant == SCALE_COMMON ? "common" : "own");
    set_number(p, "x_log", log);
    set_text(p, "x_title", "");
    for (size_t i = 0; i < p->stage_count; i++) {
        struct strbuf lines = STRBUF_INIT;
        char name[32];

        if (panels[i].summary->n)
            add_bins(p, &panels[i], p->stages[i], log, &lines);
        snprintf(name, sizeof name, "stage_%02zu", i + 1);
        put_block(p, name, &lines, "0 0 0 0 0\n");
    }
    set_stages(p);
    set_panels(p, panels, log);
    set_fifths(p);
    free(panels);
    strbuf_release(&note);
}

/* ---- correlation ---- */

/* The variables are the start, the durations of all stages but the first, and the total. */
#define MAX_VARIABLES (LIFECYCLE_MAX_STAGES + 2)

static struct correlation *correlate(const struct plot *p, size_t n)
{
    double values[MAX_VARIABLES], shift[MAX_VARIABLES] = {0};
    struct correlation *c;

    for (size_t v = 1; v + 1 < n; v++)
        shift[v] = p->run->stats->stage[p->stages[v]].mean_ns;
    shift[0] = p->t->count ? (double)(p->t->list[p->t->count / 2]->start_ns - zero_of(p->t)) : 0;
    shift[n - 1] = p->run->stats->total.mean_ns;
    c = correlation_new(n, shift);
    for (size_t i = 0; i < p->t->count; i++) {
        const struct timeline *tl = p->t->list[i];
        int64_t ns;

        values[0] = (double)(tl->start_ns - zero_of(p->t));
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
    set_number(p, "var_count", (double)n);
    open_array(p, "var_name", n);
    for (size_t v = 0; v < n; v++) {
        next_item(p, v);
        add_text(p, slice_of(v == 0       ? "start"
                             : v + 1 == n ? "total"
                                          : p->lc->stages[p->stages[v]].name));
    }
    close_array(p);
    open_array(p, "var_color", n);
    for (size_t v = 0; v < n; v++) {
        next_item(p, v);
        add_text(p, slice_of(v == 0 || v + 1 == n ? "" : color_of(p, p->stages[v])));
    }
    close_array(p);
}

static void build_correlation(const struct run *run, const struct plot_kind *kind,
                              const struct palette *palette, bool plain_glyphs, struct strbuf *head,
                              struct strbuf *data)
{
    struct plot plot = plot_of(run, palette, plain_glyphs, head, data), *p = &plot;
    size_t n = p->stage_count + 1;
    struct correlation *c = correlate(p, n);
    struct strbuf note = STRBUF_INIT;

    set_common(p, kind, &note);
    set_variables(p, n);
    set_text(p, "value_title", "Pearson's r");
    put_matrix(p, c, n);
    correlation_free(c);
    strbuf_release(&note);
}

const struct plot_kind plot_kinds[] = {
    {"timelines-by-start", "timelines.gp", "by start", build_timelines, ORDER_START},
    {"timelines-by-end", "timelines.gp", "by end", build_timelines, ORDER_END},
    {"timelines-by-vm", "timelines.gp", "by VM", build_timelines, ORDER_VM},
    {"histograms", "histograms.gp", "durations per stage", build_histograms, SCALE_OWN},
    {"histograms-common-scale", "histograms.gp", "durations per stage, common scale",
     build_histograms, SCALE_COMMON},
    {"correlation", "correlation.gp", "correlation of durations", build_correlation, 0},
    {NULL, NULL, NULL, NULL, 0},
};
