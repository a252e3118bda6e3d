/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "lifecycle/value.h"
#include "output/quote.h"

/* Of lists that may be long, this much is shown. */
#define MAX_FATES  20
#define MAX_SKEWS  8
#define MAX_VMS    200
#define MAX_GROUPS 50

struct writer {
    struct strbuf *out;  /* lines of text, and but for HTML the tables too */
    struct strbuf *page; /* HTML: where lines go as paragraphs, with the tables between them */
    const struct run *run;
    const struct table_options *options;
    struct strbuf cell; /* for a value while it goes into a table */
};

static bool markdown(const struct writer *w)
{
    return w->options->style == TABLE_MARKDOWN;
}

static bool html(const struct writer *w)
{
    return w->options->style == TABLE_HTML;
}

/* HTML: the lines so far become paragraphs. */
static void flush_lines(struct writer *w)
{
    for (const char *p = w->out->data; w->out->len && *p;) {
        size_t len = strcspn(p, "\n");

        if (len) {
            strbuf_str(w->page, "<p>");
            quote_html(w->page, (struct slice){p, len});
            strbuf_str(w->page, "</p>\n");
        }
        p += len + (p[len] == '\n');
    }
    strbuf_reset(w->out);
}

static void heading(struct writer *w, const char *text)
{
    if (html(w)) {
        flush_lines(w);
        strbuf_printf(w->page, "<h3>%s</h3>\n", text);
        return;
    }
    strbuf_char(w->out, '\n');
    if (markdown(w))
        strbuf_printf(w->out, "## %s\n\n", text);
}

static void finish_table(struct writer *w, struct table *t)
{
    if (html(w))
        flush_lines(w);
    table_print(t, w->options->style, html(w) ? w->page : w->out);
    table_release(t);
}

/* ---- histograms ---- */

/* U+2581 to U+2588, of which whatever is counted gets at least the lowest. */
static void add_block(struct strbuf *out, size_t count, size_t peak)
{
    static const char blocks[][4] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    size_t steps = sizeof blocks / sizeof *blocks - 1;

    strbuf_str(out, blocks[(size_t)ceil((double)count * (double)steps / (double)peak)]);
}

/* What is not above zero stands before a bar. */
static void histogram_cell(struct writer *w, struct table *t, const struct summary *s)
{
    const struct histogram *h = &s->histogram;
    size_t peak = h->not_positive;

    if (!w->options->columns)
        return;
    strbuf_reset(&w->cell);
    for (size_t i = 0; i < HISTOGRAM_BINS; i++)
        peak = h->bins[i] > peak ? h->bins[i] : peak;
    if (h->not_positive) {
        add_block(&w->cell, h->not_positive, peak);
        strbuf_char(&w->cell, '|');
    }
    for (size_t i = 0; peak && i < HISTOGRAM_BINS; i++)
        add_block(&w->cell, h->bins[i], peak);
    table_cell(t, "%s", w->cell.len ? w->cell.data : "");
}

/* A table that has them as its last column, if there is room for it. */
static void finish_with_histograms(struct writer *w, struct table *t)
{
    if (w->options->columns && table_width(t) > w->options->columns)
        table_drop_last(t);
    finish_table(w, t);
}

/* The head of that column, or no such column. */
static void histogram_head(struct writer *w, struct table *t)
{
    if (w->options->columns)
        table_cell(t, "min to max (log)");
    else
        t->columns--;
}

/* An id or VM, cut in its middle if it must be; valid until the next call. */
static const char *short_text(struct writer *w, struct slice text)
{
    size_t max = w->options->id_columns;

    strbuf_reset(&w->cell);
    if (max < 5 || text.len <= max) {
        strbuf_slice(&w->cell, text);
    } else {
        strbuf_add(&w->cell, text.p, (max - 1) / 2);
        strbuf_str(&w->cell, "…");
        strbuf_add(&w->cell, text.p + text.len - max / 2, max / 2);
    }
    return w->cell.data ? w->cell.data : "";
}

/* Which entity: its id, and its start where others bear the same. */
static const char *who(struct writer *w, const struct timeline *tl)
{
    short_text(w, timeline_id(tl));
    if (tl->again) {
        strbuf_str(&w->cell, " at ");
        nstime_add_rfc3339(&w->cell, tl->start_ns, 3);
    }
    return w->cell.data;
}

static const char *human(struct writer *w, double ns)
{
    strbuf_reset(&w->cell);
    nstime_add_human(&w->cell, (int64_t)ns, false);
    return w->cell.data;
}

static const char *vm_text(struct writer *w, uint16_t vm)
{
    struct slice name = timelines_vm_name(w->run->timelines, vm);

    return name.len ? short_text(w, name) : "(unknown)";
}

static void print_head(struct writer *w)
{
    const struct run *run = w->run;
    const struct timelines *t = run->timelines;
    const struct line_counts *c = &run->collection->counts;

    if (markdown(w))
        strbuf_printf(w->out, "# %s\n\n", run->lc->title);
    else if (w->options->style == TABLE_COLOUR)
        strbuf_printf(w->out, "\033[1m%s\033[0m\n", run->lc->title);
    else if (!html(w))
        strbuf_printf(w->out, "%s\n", run->lc->title);
    add_count(w->out, t->count);
    strbuf_printf(w->out, " %s in ", t->count == 1 ? run->lc->noun : run->lc->noun_plural);
    add_count(w->out, c->understood - c->unselected);
    strbuf_str(w->out, c->understood - c->unselected == 1 ? " line" : " lines");
    if (run->collection->sources.count) {
        strbuf_str(w->out, " of ");
        run_add_sources(run, w->out);
    }
    strbuf_str(w->out, "; ");
    add_count(w->out, run->input_count);
    strbuf_printf(w->out, " %s\n", run->input_count == 1 ? "file" : "files");
    if (t->count) {
        int64_t end = INT64_MIN;

        for (size_t i = 0; i < t->count; i++) {
            if (t->list[i]->end_ns > end)
                end = t->list[i]->end_ns;
        }
        strbuf_str(w->out, markdown(w) ? "\nFrom " : "from ");
        nstime_add_rfc3339(w->out, t->list[0]->start_ns, 3);
        strbuf_str(w->out, " to ");
        nstime_add_rfc3339(w->out, end, 3);
        strbuf_str(w->out, ", ");
        nstime_add_human(w->out, nstime_between(t->list[0]->start_ns, end), false);
        strbuf_str(w->out, markdown(w) ? "\n\n" : "\n");
    }
    if (t->count) {
        run_add_outcomes(run, w->out);
        strbuf_str(w->out, "; ");
        add_count(w->out, run->stats->complete);
        strbuf_str(w->out, " with every stage\n");
    }
}

/* What became of those that are not ok. */
static void print_fates(struct writer *w)
{
    const struct stats *s = w->run->stats;
    struct table t;
    size_t rest = 0;

    if (!s->fate_count)
        return;
    heading(w, "Not ok");
    table_init(&t, "rllll");
    table_cell(&t, "%s", w->run->lc->noun_plural);
    table_cell(&t, "outcome");
    table_cell(&t, "last stage reached");
    table_cell(&t, "why");
    table_cell(&t, "for example");
    for (size_t i = 0; i < s->fate_count; i++) {
        const struct fate *f = &s->fates[i];

        if (i >= MAX_FATES) {
            rest += f->count;
            continue;
        }
        table_cell(&t, "%zu", f->count);
        table_cell(&t, "%s", timeline_outcome(w->run->timelines, f->example));
        table_cell(&t, "%s",
                   f->last_stage == NO_STAGE ? "(none)" : w->run->lc->stages[f->last_stage].name);
        table_cell(&t, "%s", fate_why(f));
        table_cell(&t, "%s", who(w, f->example));
    }
    finish_table(w, &t);
    if (rest)
        strbuf_printf(w->out, "and %zu more\n", rest);
}

/* A figure of a value, or of durations where v is NULL. */
static const char *figure(struct writer *w, const struct value *v, double worth)
{
    if (!v)
        return human(w, worth);
    strbuf_reset(&w->cell);
    value_add_human(&w->cell, v, (int64_t)llround(worth));
    return w->cell.data;
}

static void figure_cells(struct writer *w, struct table *t, const struct value *v,
                         const struct summary *s, const char *mark)
{
    table_cell(t, "%s", figure(w, v, (double)s->min_ns));
    table_cell(t, "%s", figure(w, v, s->mean_ns));
    table_cell(t, "%s", figure(w, v, s->sd_ns));
    table_cell(t, "%s%s", mark, figure(w, v, (double)s->p50_ns));
    table_cell(t, "%s", figure(w, v, (double)s->p90_ns));
    table_cell(t, "%s", figure(w, v, (double)s->p95_ns));
    table_cell(t, "%s", figure(w, v, (double)s->p99_ns));
    table_cell(t, "%s", figure(w, v, (double)s->max_ns));
}

static void empty_cells(struct table *t, int count)
{
    for (int i = 0; i < count; i++)
        table_cell(t, "%s", "");
}

static void summary_row(struct writer *w, struct table *t, const char *name,
                        const struct summary *s, double share, bool has_share)
{
    table_cell(t, "%s", name);
    table_cell(t, "%zu", s->n);
    if (!s->n) {
        empty_cells(t, 10);
        histogram_cell(w, t, s);
        return;
    }
    figure_cells(w, t, NULL, s, "");
    if (has_share)
        table_cell(t, "%.1f %%", share * 100);
    else
        table_cell(t, "%s", "");
    table_cell(t, "%s", who(w, s->max_at));
    histogram_cell(w, t, s);
}

static void print_stages(struct writer *w)
{
    static const char *const head[] = {"stage", "n",   "min", "mean", "sd",    "p50",
                                       "p90",   "p95", "p99", "max",  "share", "slowest"};
    const struct stats *s = w->run->stats;
    struct table t;

    heading(w, "Time since the stage before");
    table_init(&t, "lrrrrrrrrrrlr");
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        table_cell(&t, "%s", head[i]);
    histogram_head(w, &t);
    for (size_t i = 0; i < w->run->lc->stage_count; i++) {
        if (w->run->timelines->seen[i])
            summary_row(w, &t, w->run->lc->stages[i].name, &s->stage[i], s->share[i],
                        i != s->first_stage);
    }
    summary_row(w, &t, "total", &s->total, 1, true);
    finish_with_histograms(w, &t);
    if (s->first_stage != NO_STAGE)
        strbuf_printf(w->out, "%s%s counts from the first one of the run.\n",
                      markdown(w) ? "\n" : "", w->run->lc->stages[s->first_stage].name);
}

/* "cells (MB)" */
static void value_name_cell(struct table *t, const struct value *v)
{
    if (*v->unit && !v->is_duration)
        table_cell(t, "%s (%s)", v->name, v->unit);
    else
        table_cell(t, "%s", v->name);
}

static void value_row(struct writer *w, struct table *t, const struct value *v,
                      const struct summary *s)
{
    value_name_cell(t, v);
    table_cell(t, "%zu", s->n);
    figure_cells(w, t, v, s, "");
    table_cell(t, "%s", figure(w, v, s->sum_ns));
    table_cell(t, "%s", who(w, s->max_at));
    histogram_cell(w, t, s);
}

/* Of the values that some line told. */
static void print_values(struct writer *w)
{
    static const char *const head[] = {"value", "n",   "min", "mean", "sd",  "p50",
                                       "p90",   "p95", "p99", "max",  "sum", "greatest"};
    const struct lifecycle *lc = w->run->lc;
    const struct summary *s = w->run->stats->value;
    struct table t;
    bool any = false;

    for (size_t i = 0; i < lc->value_count; i++) {
        if (!s[i].n)
            continue;
        if (!any) {
            heading(w, "Values");
            table_init(&t, "lrrrrrrrrrrlr");
            for (size_t k = 0; k < sizeof head / sizeof *head; k++)
                table_cell(&t, "%s", head[k]);
            histogram_head(w, &t);
        }
        value_row(w, &t, &lc->values[i], &s[i]);
        any = true;
    }
    if (any)
        finish_with_histograms(w, &t);
}

/* Of equal size as in the list, which is in order of texts. */
static int by_size(const void *pa, const void *pb)
{
    const struct tag_group *a = *(const struct tag_group *const *)pa,
                           *b = *(const struct tag_group *const *)pb;

    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a < b ? -1 : a > b;
}

/* The table of groups while it is made. */
struct group_table {
    struct table table;
    struct outliers outliers;
    bool marked; /* there is an outlier */
};

/* Who they are, how many, and when. */
static void group_cells(struct writer *w, struct table *t, const struct tag_group *group)
{
    const struct groups *g = w->run->groups;

    for (size_t i = 0; i < g->tag_count; i++) {
        struct slice text = group_text(g, group, i);

        table_cell(t, "%s", text.len ? short_text(w, text) : "(none)");
    }
    table_cell(t, "%zu", group->count);
    table_cell(t, "%zu", group->count - group->ok);
    table_cell(
        t, "%s",
        human(w, (double)nstime_between(w->run->timelines->list[0]->start_ns, group->start_ns)));
    table_cell(t, "%s", human(w, (double)nstime_between(group->start_ns, group->end_ns)));
}

/* A row of a group: what it is stands in the first one only. */
static void group_row(struct writer *w, struct group_table *gt, const struct tag_group *group,
                      bool first, const struct value *v, const char *name, const struct summary *s,
                      bool is_outlier)
{
    struct table *t = &gt->table;

    if (!s->n)
        return;
    if (first)
        group_cells(w, t, group);
    else
        empty_cells(t, (int)w->run->groups->tag_count + 4);
    gt->marked |= is_outlier;
    if (v)
        value_name_cell(t, v);
    else
        table_cell(t, "%s", name);
    table_cell(t, "%zu", s->n);
    figure_cells(w, t, v, s, is_outlier ? "!" : "");
    table_cell(t, "%s", who(w, s->max_at));
    histogram_cell(w, t, s);
}

/* The total comes first; where only one stage follows the first one, it says the same. */
static void group_rows(struct writer *w, struct group_table *gt, const struct tag_group *group)
{
    struct outliers *o = &gt->outliers;
    const struct run *run = w->run;
    struct summary s;
    size_t later = 0;

    for (size_t i = 0; i < run->lc->stage_count; i++) {
        group_stage(run->groups, group, i, &s);
        later += s.n && i != run->stats->first_stage;
    }
    group_stage(run->groups, group, NO_STAGE, &s);
    group_row(w, gt, group, true, NULL, "total", &s, outlier_stage(o, group, NO_STAGE, &s));
    for (size_t i = 0; i < run->lc->stage_count; i++) {
        if (later < 2 || i == run->stats->first_stage)
            continue;
        group_stage(run->groups, group, i, &s);
        group_row(w, gt, group, false, NULL, run->lc->stages[i].name, &s,
                  outlier_stage(o, group, i, &s));
    }
    for (size_t i = 0; i < run->lc->value_count; i++) {
        group_value(run->groups, group, i, &s);
        group_row(w, gt, group, false, &run->lc->values[i], NULL, &s,
                  outlier_value(o, group, i, &s));
    }
}

/* The largest of those that differ in the last tag only; how many are left out. */
static size_t peer_rows(struct writer *w, struct group_table *gt, const struct tag_group *peers,
                        size_t count)
{
    const struct tag_group **sorted = xreallocarray(NULL, count, sizeof *sorted);

    for (size_t i = 0; i < count; i++)
        sorted[i] = &peers[i];
    qsort(sorted, count, sizeof *sorted, by_size);
    for (size_t i = 0; i < count && i < MAX_GROUPS; i++)
        group_rows(w, gt, sorted[i]);
    free(sorted);
    return count > MAX_GROUPS ? count - MAX_GROUPS : 0;
}

/* "By operation, cell", and the heads of the columns. */
static void group_heads(struct writer *w, struct table *t)
{
    static const char *const head[] = {"not ok", "begins", "lasts", "stage",  "n",
                                       "min",    "mean",   "sd",    "p50",    "p90",
                                       "p95",    "p99",    "max",   "slowest"};
    static const char columns[] = "llllrrrrlrrrrrrrrrlr"; /* of LIFECYCLE_MAX_BY tags */
    const struct groups *g = w->run->groups;
    struct strbuf title = STRBUF_INIT;

    for (size_t i = 0; i < g->tag_count; i++)
        strbuf_printf(&title, "%s%s", i ? ", " : "By ", w->run->lc->tags[g->tags[i]].name);
    heading(w, title.data);
    table_init(t, columns + LIFECYCLE_MAX_BY - g->tag_count);
    for (size_t i = 0; i < g->tag_count; i++)
        table_cell(t, "%s", w->run->lc->tags[g->tags[i]].name);
    table_cell(t, "%s", w->run->lc->noun_plural);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        table_cell(t, "%s", head[i]);
    histogram_head(w, t);
    strbuf_release(&title);
}

static void print_groups(struct writer *w)
{
    const struct groups *g = w->run->groups;
    struct group_table gt = {.marked = false};
    size_t from = 0, sets = 0, left_out = 0;

    if (!g)
        return;
    group_heads(w, &gt.table);
    outliers_init(&gt.outliers, g);
    for (size_t i = 1; i <= g->count; i++) {
        if (i < g->count && group_peers(g, &g->list[from], &g->list[i]))
            continue;
        if (sets++ < MAX_GROUPS)
            left_out += peer_rows(w, &gt, &g->list[from], i - from);
        else
            left_out += i - from;
        from = i;
    }
    outliers_release(&gt.outliers);
    finish_with_histograms(w, &gt.table);
    if (gt.marked)
        strbuf_printf(w->out, "%s! more than %d times the median of the p50 of all\n",
                      markdown(w) ? "\n" : "", OUTLIER_FACTOR);
    if (left_out)
        strbuf_printf(w->out, "and %zu more, which -f stages and -f json have\n", left_out);
}

static void print_vms(struct writer *w)
{
    const struct stats *s = w->run->stats;
    struct table t;

    heading(w, "By VM");
    table_init(&t, "lrrr");
    table_cell(&t, "VM");
    table_cell(&t, "%s", w->run->lc->noun_plural);
    table_cell(&t, "not ok");
    table_cell(&t, "p50 total");
    for (size_t i = 0; i < s->vm_count && i < MAX_VMS; i++) {
        table_cell(&t, "%s", vm_text(w, s->vms[i].vm));
        table_cell(&t, "%zu", s->vms[i].count);
        table_cell(&t, "%zu", s->vms[i].not_ok);
        table_cell(&t, "%s", human(w, (double)s->vms[i].p50_total_ns));
    }
    finish_table(w, &t);
    if (s->vm_count > MAX_VMS)
        strbuf_printf(w->out, "and %zu VMs more\n", s->vm_count - MAX_VMS);
}

/* The longest total first; of equal ones the earliest, which the list has first. */
static int by_total(const void *pa, const void *pb)
{
    const struct timeline *a = *(struct timeline *const *)pa, *b = *(struct timeline *const *)pb;
    int64_t ta = timeline_total(a), tb = timeline_total(b);

    if (ta != tb)
        return ta > tb ? -1 : 1;
    if (a->start_ns != b->start_ns)
        return a->start_ns < b->start_ns ? -1 : 1;
    return slice_cmp(timeline_id(a), timeline_id(b));
}

static void print_slowest(struct writer *w)
{
    const struct timelines *t = w->run->timelines;
    size_t count = w->options->slowest < t->count ? w->options->slowest : t->count;
    struct timeline **list;
    struct table table;
    char columns[4 + LIFECYCLE_MAX_TAGS + 1] = "lrll";

    if (!count)
        return;
    list = xreallocarray(NULL, t->count, sizeof(struct timeline *));
    memcpy(list, t->list, t->count * sizeof(struct timeline *));
    qsort(list, t->count, sizeof(struct timeline *), by_total);
    heading(w, "The slowest");
    memset(columns + 4, 'l', t->lc->tag_count);
    columns[4 + t->lc->tag_count] = '\0';
    table_init(&table, columns);
    table_cell(&table, "the slowest %s", w->run->lc->noun_plural);
    table_cell(&table, "total");
    table_cell(&table, "start");
    table_cell(&table, "outcome");
    for (size_t i = 0; i < t->lc->tag_count; i++)
        table_cell(&table, "%s", t->lc->tags[i].name);
    for (size_t i = 0; i < count; i++) {
        table_cell(&table, "%s", short_text(w, timeline_id(list[i])));
        table_cell(&table, "%s", human(w, (double)timeline_total(list[i])));
        strbuf_reset(&w->cell);
        nstime_add_rfc3339(&w->cell, list[i]->start_ns, 3);
        table_cell(&table, "%s", w->cell.data);
        table_cell(&table, "%s", timeline_outcome(t, list[i]));
        for (size_t k = 0; k < t->lc->tag_count; k++)
            table_cell(&table, "%s", short_text(w, timeline_tag(t, list[i], k)));
    }
    finish_table(w, &table);
    free(list);
}

/* Durations below zero: where, and between which VMs. */
static void print_skews(struct writer *w)
{
    const struct stats *s = w->run->stats;
    size_t total = 0;
    struct table t;

    for (size_t i = 0; i < s->skew_count; i++)
        total += s->skews[i].count;
    if (!total)
        return;
    heading(w, "Negative durations");
    add_count(w->out, total);
    strbuf_printf(w->out, " negative %s: the stages overlap, or the clocks disagree%s\n",
                  total == 1 ? "duration" : "durations", markdown(w) ? "\n" : "");
    table_init(&t, "rlllr");
    table_cell(&t, "count");
    table_cell(&t, "stage");
    table_cell(&t, "from VM");
    table_cell(&t, "to VM");
    table_cell(&t, "worst");
    for (size_t i = 0; i < s->skew_count && i < MAX_SKEWS; i++) {
        table_cell(&t, "%zu", s->skews[i].count);
        table_cell(&t, "%s", w->run->lc->stages[s->skews[i].stage].name);
        table_cell(&t, "%s", vm_text(w, s->skews[i].from_vm));
        table_cell(&t, "%s", vm_text(w, s->skews[i].to_vm));
        table_cell(&t, "%s", human(w, (double)s->skews[i].worst_ns));
    }
    finish_table(w, &t);
    if (s->skew_count > MAX_SKEWS)
        strbuf_printf(w->out, "and between %zu more pairs of VMs\n", s->skew_count - MAX_SKEWS);
}

static void note(struct writer *w, bool *any)
{
    if (!*any)
        strbuf_char(w->out, '\n');
    *any = true;
    if (markdown(w))
        strbuf_str(w->out, "- ");
}

static void print_notes(struct writer *w)
{
    const struct run *run = w->run;
    const struct line_counts *c = &run->collection->counts;
    bool any = false, first = true;

    for (size_t i = 0; i < run->lc->stage_count; i++) {
        if (run->timelines->seen[i])
            continue;
        if (first)
            note(w, &any);
        strbuf_printf(w->out, "%s%s", first ? "not seen in this run: " : ", ",
                      run->lc->stages[i].name);
        first = false;
    }
    if (!first)
        strbuf_char(w->out, '\n');
    if (run->timelines->other_kind) {
        note(w, &any);
        add_count(w->out, run->timelines->other_kind);
        strbuf_printf(w->out,
                      " other %s met, with none of the events that show one to be of this kind\n",
                      run->timelines->other_kind == 1 ? "entity" : "entities");
    }
    if (run->timelines->cut_short) {
        note(w, &any);
        add_count(w->out, run->timelines->cut_short);
        strbuf_printf(w->out, " %s more events than are kept; the later ones were left out\n",
                      run->timelines->cut_short == 1 ? "id has" : "ids have");
    }
    if (run->timelines->unselected) {
        note(w, &any);
        add_count(w->out, run->timelines->unselected);
        strbuf_printf(w->out, " %s not selected\n",
                      run->timelines->unselected == 1 ? run->lc->noun : run->lc->noun_plural);
    }
    if (c->unselected) {
        note(w, &any);
        add_count(w->out, c->unselected);
        strbuf_printf(w->out, " %s not selected\n", c->unselected == 1 ? "line" : "lines");
    }
    if (c->other) {
        note(w, &any);
        add_count(w->out, c->other);
        strbuf_printf(w->out, " %s not %s and left out\n",
                      c->other == 1 ? "line was" : "lines were", run->lc->log->is);
    }
    if (c->long_ids) {
        note(w, &any);
        add_count(w->out, c->long_ids);
        strbuf_printf(w->out, " %s left out for being longer than any id\n",
                      c->long_ids == 1 ? "id was" : "ids were");
    }
    if (c->too_long) {
        note(w, &any);
        add_count(w->out, c->too_long);
        strbuf_printf(w->out, " %s too long and left out\n",
                      c->too_long == 1 ? "line was" : "lines were");
    }
    if (c->left_out) {
        note(w, &any);
        add_count(w->out, c->left_out);
        strbuf_printf(w->out, " %s no %s and left out\n",
                      c->left_out == 1 ? "file in a bundle is" : "files in bundles are",
                      c->left_out == 1 ? "log" : "logs");
    }
}

/* The definition's own name for what a trigger decides. */
static const char *trigger_name(const struct lifecycle *lc, const struct trigger *t)
{
    switch (t->kind) {
    case TRIGGER_STAGE:
        return lc->stages[t->target].name;
    case TRIGGER_OUTCOME:
        return lc->outcomes[t->target].name;
    case TRIGGER_UNLESS:
        return "(unless)";
    case TRIGGER_LINK:
        return "(link)";
    }
    return "";
}

static void print_hits(struct writer *w)
{
    const struct collection *c = w->run->collection;
    struct table t;

    heading(w, "Matches");
    table_init(&t, "lrlr");
    table_cell(&t, "stage or outcome");
    table_cell(&t, "alternative");
    table_cell(&t, "source");
    table_cell(&t, "lines");
    for (size_t i = 0; i < w->run->lc->trigger_count; i++) {
        const struct trigger *trigger = &w->run->lc->triggers[i];
        bool fired = false;

        for (size_t k = 0; k < c->hit_count; k++) {
            if (c->hits[k].trigger != trigger)
                continue;
            fired = true;
            table_cell(&t, "%s", trigger_name(w->run->lc, trigger));
            table_cell(&t, "%u", trigger->rank + 1);
            table_cell(&t, "%s", intern_text(&c->sources, c->hits[k].source).p);
            table_cell(&t, "%llu", (unsigned long long)c->hits[k].lines);
        }
        if (!fired) {
            table_cell(&t, "%s", trigger_name(w->run->lc, trigger));
            table_cell(&t, "%u", trigger->rank + 1);
            table_cell(&t, "-");
            table_cell(&t, "0");
        }
    }
    finish_table(w, &t);
}

void out_table(struct strbuf *out, const struct run *run, const struct table_options *options)
{
    struct strbuf lines = STRBUF_INIT;
    struct writer w = {.out = options->style == TABLE_HTML ? &lines : out,
                       .page = out,
                       .run = run,
                       .options = options,
                       .cell = STRBUF_INIT};

    if (html(&w)) /* the title is a part of the page */
        heading(&w, "The run");
    print_head(&w);
    if (run->timelines->count) {
        print_fates(&w);
        print_stages(&w);
        print_values(&w);
        print_groups(&w);
        print_vms(&w);
        print_slowest(&w);
        print_skews(&w);
    }
    if (html(&w))
        heading(&w, "Notes");
    print_notes(&w);
    if (options->hits)
        print_hits(&w);
    if (html(&w))
        flush_lines(&w);
    strbuf_release(&lines);
    strbuf_release(&w.cell);
}
