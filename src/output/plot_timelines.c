/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"

/* More rows than this can't be told apart, and make files that no viewer likes. */
#define MAX_ROWS 5000

/* Segments narrower than this part of the axis are joined: a quarter of a pixel. */
#define AXIS_PIECES 5000

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

static int by_end(const void *pa, const void *pb)
{
    const struct timeline *a = *(const struct timeline *const *)pa,
                          *b = *(const struct timeline *const *)pb;

    if (a->end_ns != b->end_ns)
        return a->end_ns < b->end_ns ? -1 : 1;
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
    plot_add_seconds(out, from - b->zero_ns);
    plot_add_seconds(out, to - b->zero_ns);
    strbuf_char(out, '\n');
}

static void add_mark(struct bars *b, enum mark mark, size_t row, int64_t at)
{
    strbuf_printf(&b->mark[mark], "%zu", row);
    plot_add_seconds(&b->mark[mark], at - b->zero_ns);
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
            plot_add_seconds(&b->negative, previous - b->zero_ns);
            plot_add_seconds(&b->negative, at - b->zero_ns);
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
    plot_open_array(p, "mark_name", MARK_COUNT);
    for (size_t i = 0; i < MARK_COUNT; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(names[i]));
    }
    plot_close_array(p);
    plot_open_array(p, "mark_total", MARK_COUNT);
    for (size_t i = 0; i < MARK_COUNT; i++) {
        plot_next_item(p, i);
        strbuf_printf(p->head, "%zu", total[i]);
    }
    plot_close_array(p);
}

static void set_group_numbers(struct plot *p, const struct rows *r, const char *name, size_t offset)
{
    plot_open_array(p, name, r->group_count);
    for (size_t i = 0; i < r->group_count; i++) {
        plot_next_item(p, i);
        strbuf_printf(p->head, "%zu",
                      *(const size_t *)(const void *)((const char *)&r->groups[i] + offset));
    }
    plot_close_array(p);
}

static void set_groups(struct plot *p, const struct rows *r)
{
    plot_set_number(p, "group_count", (double)r->group_count);
    if (!r->group_count)
        return;
    plot_open_array(p, "group_name", r->group_count);
    for (size_t i = 0; i < r->group_count; i++) {
        struct slice name = timelines_vm_name(p->t, r->groups[i].vm);

        plot_next_item(p, i);
        plot_add_text(p, name.len ? name : slice_of("(no VM)"));
    }
    plot_close_array(p);
    set_group_numbers(p, r, "group_size", offsetof(struct group, size));
    set_group_numbers(p, r, "group_first", offsetof(struct group, first));
    set_group_numbers(p, r, "group_last", offsetof(struct group, last));
}

static void set_row_names(struct plot *p, const struct rows *r)
{
    if (r->count > 40 || r->group_count || !r->count)
        return;
    plot_open_array(p, "row_name", r->count);
    for (size_t i = 0; i < r->count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, timeline_id(r->list[i]));
    }
    plot_close_array(p);
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
    plot_add_seconds(p->head, low);
    strbuf_str(p->head, "\nx_max =");
    plot_add_seconds(p->head, high);
    strbuf_char(p->head, '\n');
    if (first == NO_STAGE)
        strbuf_str(&label, "seconds");
    else
        strbuf_printf(&label, "seconds since the first %s", p->lc->stages[first].name);
    plot_set_text(p, "x_label", label.data);
    strbuf_release(&label);
}

static void put_bars(struct plot *p, struct bars *b)
{
    char name[32];

    for (size_t i = 0; i < p->stage_count; i++) {
        snprintf(name, sizeof name, "stage_%02zu", i + 1);
        plot_put_block(p, name, &b->stage[i], "0 0 0\n");
    }
    plot_put_block(p, "negative", &b->negative, "0 0 0\n");
    for (size_t i = 0; i < MARK_COUNT; i++) {
        snprintf(name, sizeof name, "mark_%zu", i + 1);
        plot_put_block(p, name, &b->mark[i], "0 0\n");
    }
}

void plot_build_timelines(const struct run *run, const struct plot_kind *kind,
                          const struct palette *palette, bool plain_glyphs, struct strbuf *head,
                          struct strbuf *data)
{
    static const char *const orders[] = {"start", "end", "vm"};
    struct plot plot = plot_of(run, palette, plain_glyphs, head, data), *p = &plot;
    struct bars *b = xcalloc(1, sizeof *b);
    struct strbuf note = STRBUF_INIT;
    struct rows rows = {0};

    b->plot = p;
    b->zero_ns = plot_zero(p->t);
    choose_rows(p, kind->variant, &rows, &note);
    plot_set_common(p, kind, &note);
    plot_set_text(p, "order_by", orders[kind->variant]);
    plot_set_number(p, "row_count", (double)rows.count);
    set_x_axis(p, &rows, b);
    plot_set_stages(p);
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
