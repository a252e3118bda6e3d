/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"

/* More bars than this can't be told apart, and make files that no viewer likes. */
#define MAX_ROWS 5000

/* Segments narrower than this part of the axis are joined: a quarter of a pixel. */
#define AXIS_PIECES 5000

/* Of alike marks that fall into one cell of such a grid, of some four pixels, one is drawn. */
#define GRID_COLUMNS 320
#define GRID_ROWS    250

/* Outcomes have their own numbers as marks; behind them come these. */
#define MARK_MAX (LIFECYCLE_MAX_OUTCOMES + 2)

/* The signs that a template has for marks; those from STYLE_OTHER on are for any outcome. */
enum { STYLE_FAILED = 1, STYLE_INCOMPLETE, STYLE_NEGATIVE, STYLE_CANCELLED, STYLE_OTHER };
#define STYLE_COUNT 10

/* A run of rows that lived on one VM. */
struct group {
    uint16_t vm;
    size_t size;        /* all its entities */
    size_t first, last; /* rows, from 1 */
};

struct rows {
    const struct timeline **list; /* all entities, in order */
    size_t *number;               /* the row that each is in, from 1 */
    bool *drawn;                  /* does its bar stand there? */
    size_t entity_count;
    size_t count; /* of rows */
    size_t step;  /* every so many entities a row */
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

static size_t group_end(const struct rows *r, size_t from, bool grouped)
{
    size_t end = from;

    if (!grouped)
        return r->entity_count;
    while (end < r->entity_count && r->list[end]->home == r->list[from]->home)
        end++;
    return end;
}

/* Give every entity a row; step of them share one, of which the first is drawn. */
static void number_rows(struct rows *r, size_t step, bool grouped)
{
    for (size_t i = 0; i < r->entity_count;) {
        size_t from = i, end = group_end(r, i, grouped), first = r->count + 1;

        for (; i < end; i++) {
            r->drawn[i] = (i - from) % step == 0;
            r->count += r->drawn[i];
            r->number[i] = r->count;
        }
        if (grouped) {
            r->groups = xreallocarray(r->groups, r->group_count + 1, sizeof *r->groups);
            r->groups[r->group_count++] =
                (struct group){r->list[from]->home, end - from, first, r->count};
        }
    }
}

static const char *ordinal_ending(size_t n)
{
    if (n % 100 >= 11 && n % 100 <= 13)
        return "th";
    return n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
}

static void choose_rows(struct plot *p, struct rows *r, struct strbuf *note)
{
    size_t step = p->t->count / (MAX_ROWS + 1) + 1;
    int order = p->kind->variant;

    r->entity_count = p->t->count;
    r->list = xreallocarray(NULL, p->t->count, sizeof *r->list);
    r->number = xcalloc(p->t->count, sizeof *r->number);
    r->drawn = xcalloc(p->t->count, sizeof *r->drawn);
    for (size_t i = 0; i < p->t->count; i++)
        r->list[i] = p->t->list[i];
    if (order == ORDER_END)
        qsort(r->list, r->entity_count, sizeof *r->list, by_end);
    if (order == ORDER_VM)
        qsort_r(r->list, r->entity_count, sizeof *r->list, by_home, (void *)(uintptr_t)p->t);
    r->step = step;
    number_rows(r, step, order == ORDER_VM);
    if (r->count < r->entity_count) {
        strbuf_str(note, "bars are those of ");
        add_count(note, r->count);
        strbuf_str(note, " of ");
        add_count(note, r->entity_count);
        strbuf_printf(note, " %s (every %zu%s), marks those of all", p->lc->noun_plural, step,
                      ordinal_ending(step));
    }
}

static void release_rows(struct rows *r)
{
    free(r->list);
    free(r->number);
    free(r->drawn);
    free(r->groups);
}

/* The blocks of a plot of timelines while rows are added to them. */
struct bars {
    struct plot *plot;
    const struct rows *rows;
    struct strbuf stage[LIFECYCLE_MAX_STAGES];
    struct strbuf negative, missed;
    struct strbuf mark[MARK_MAX];
    size_t mark_total[MARK_MAX], missed_total;
    size_t incomplete_mark, negative_mark, mark_count;
    uint32_t *grid; /* per cell a bit for each mark that is in it */
    bool aligned;   /* each bar counts from its own start */
    int64_t zero_ns, low_ns, high_ns, pixel_ns;
};

/* A time on the axis; what lies beyond its end is cut off. */
static int64_t on_axis(const struct bars *b, int64_t at)
{
    int64_t ns = nstime_between(b->zero_ns, at);

    return ns < b->high_ns ? ns : b->high_ns;
}

static void add_row(struct bars *b, struct strbuf *out, size_t row, int64_t from, int64_t to)
{
    strbuf_printf(out, "%zu", row);
    plot_add_seconds(out, on_axis(b, from));
    plot_add_seconds(out, on_axis(b, to));
    strbuf_char(out, '\n');
}

/* Where a value of low..high lies among so many cells. */
static size_t cell_of(double value, double low, double high, size_t cells)
{
    double at = high > low ? (value - low) / (high - low) * (double)cells : 0;

    return at <= 0 ? 0 : at >= (double)cells ? cells - 1 : (size_t)at;
}

static void add_mark(struct bars *b, size_t mark, size_t row, int64_t at)
{
    int64_t x = on_axis(b, at);
    size_t column = cell_of((double)x, (double)b->low_ns, (double)b->high_ns, GRID_COLUMNS),
           line = cell_of((double)row, 1, (double)b->rows->count, GRID_ROWS);
    uint32_t *cell = &b->grid[line * GRID_COLUMNS + column], bit = UINT32_C(1) << mark;

    b->mark_total[mark]++;
    if (b->rows->count > GRID_ROWS && *cell & bit)
        return;
    *cell |= bit;
    strbuf_printf(&b->mark[mark], "%zu", row);
    plot_add_seconds(&b->mark[mark], x);
    strbuf_char(&b->mark[mark], '\n');
}

static void add_end_mark(struct bars *b, const struct timeline *tl, size_t row, int64_t at)
{
    if (tl->outcome == OUTCOME_INCOMPLETE)
        add_mark(b, b->incomplete_mark, row, at);
    else if (tl->outcome != OUTCOME_OK)
        add_mark(b, (size_t)tl->outcome, row, at);
}

/*
 * One bar, or only its marks.  Pieces too narrow to be seen join with the next ones, under the
 * stage of the widest; nothing is painted twice, so a step back in time gets
 * a sign of its own and the bar goes on from the greatest time so far.
 */
static void add_bar(struct bars *b, size_t row, const struct timeline *tl, bool drawn)
{
    int64_t from = tl->start_ns, widest = 0;
    struct piece piece = {0};
    size_t stage = 0;

    piece.front = tl->start_ns;
    if (b->aligned)
        b->zero_ns = tl->start_ns;
    while (plot_next_piece(b->plot, tl, &piece)) {
        int64_t width = nstime_between(piece.from_ns, piece.to_ns);

        b->missed_total += piece.missed;
        if (piece.missed && drawn && width >= 4 * b->pixel_ns && !piece.first)
            add_row(b, &b->missed, row, piece.from_ns, piece.to_ns);
        if (piece.first) {
            from = piece.to_ns;
            if (drawn)
                add_row(b, &b->stage[piece.stage], row, from, from);
            continue;
        }
        if (piece.back) {
            if (drawn)
                add_row(b, &b->negative, row, piece.from_ns, piece.to_ns);
            add_mark(b, b->negative_mark, row, piece.to_ns);
            continue;
        }
        if (width > widest) {
            widest = width;
            stage = piece.stage;
        }
        if (drawn && piece.front > from && nstime_between(from, piece.front) >= b->pixel_ns) {
            add_row(b, &b->stage[stage], row, from, piece.front);
            from = piece.front;
            widest = 0;
        }
    }
    if (drawn && piece.front > from)
        add_row(b, &b->stage[stage], row, from, piece.front);
    add_end_mark(b, tl, row, piece.front);
}

/* The sign of an outcome; others counts those that have none of their own. */
static size_t style_of(const char *outcome, size_t *others)
{
    if (strcmp(outcome, "failed") == 0)
        return STYLE_FAILED;
    if (strcmp(outcome, "cancelled") == 0)
        return STYLE_CANCELLED;
    return STYLE_OTHER + (*others)++ % (STYLE_COUNT - STYLE_OTHER + 1);
}

/* The arrays of the marks that there are, and their blocks. */
static void put_marks(struct plot *p, struct bars *b)
{
    const char *names[MARK_MAX];
    double styles[MARK_MAX], totals[MARK_MAX];
    size_t n = 0, others = 0;

    for (size_t i = 0; i < b->mark_count; i++) {
        const char *name = i == b->incomplete_mark ? "incomplete"
                           : i == b->negative_mark ? "negative duration"
                                                   : p->lc->outcomes[i].name;
        size_t style = i == b->incomplete_mark ? STYLE_INCOMPLETE
                       : i == b->negative_mark ? STYLE_NEGATIVE
                                               : style_of(name, &others);
        char block[32];

        if (!b->mark_total[i])
            continue;
        names[n] = name;
        styles[n] = (double)style;
        totals[n++] = (double)b->mark_total[i];
        snprintf(block, sizeof block, "mark_%zu", n);
        plot_put_block(p, block, &b->mark[i], "0 0\n");
    }
    plot_set_number(p, "mark_count", (double)n);
    plot_set_number(p, "missed_total", (double)b->missed_total);
    if (!n) { /* one that is drawn nowhere */
        names[n] = "";
        styles[n] = STYLE_OTHER;
        totals[n++] = 0;
        plot_put_block(p, "mark_1", &b->mark[0], "0 0\n");
    }
    plot_open_array(p, "mark_name", n);
    for (size_t i = 0; i < n; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(names[i]));
    }
    plot_close_array(p);
    plot_set_numbers(p, "mark_total", totals, n);
    plot_set_numbers(p, "mark_style", styles, n);
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

/*
 * An axis for bars that begin at zero.  Where few are much longer than all others, they are cut
 * off, and the note says so.
 */
static void choose_length(const struct plot *p, struct bars *b, struct strbuf *note)
{
    const struct summary *total = &p->run->stats->total;
    size_t beyond = 0;

    b->low_ns = 0;
    b->high_ns = total->max_ns;
    if (total->max_ns / 3 <= total->p90_ns || !total->p90_ns)
        return;
    b->high_ns = total->p90_ns + total->p90_ns / 2;
    for (size_t i = 0; i < p->t->count; i++)
        beyond += timeline_total(p->t->list[i]) > b->high_ns;
    strbuf_printf(note, "%s%zu longer than shown, up to ", note->len ? "; " : "", beyond);
    nstime_add_human(note, total->max_ns, false);
}

static void choose_time(const struct plot *p, struct bars *b, struct strbuf *note)
{
    plot_time_span(p->t, &b->low_ns, &b->high_ns);
    plot_note_idle(p, note);
}

static void set_x_axis(struct plot *p, struct bars *b)
{
    b->pixel_ns = nstime_between(b->low_ns, b->high_ns) / AXIS_PIECES;
    plot_set_seconds(p, "x_min", b->low_ns);
    plot_set_seconds(p, "x_max", b->high_ns);
    if (b->aligned)
        plot_set_text(p, "x_label", "seconds since its own start");
    else
        plot_set_time_label(p);
}

static void put_bars(struct plot *p, struct bars *b)
{
    char name[32];

    for (size_t i = 0; i < p->stage_count; i++) {
        snprintf(name, sizeof name, "stage_%02zu", i + 1);
        plot_put_block(p, name, &b->stage[i], "0 0 0\n");
    }
    plot_put_block(p, "missed", &b->missed, "0 0 0\n");
    plot_put_block(p, "negative", &b->negative, "0 0 0\n");
}

void plot_build_timelines(struct plot *p)
{
    static const char *const orders[] = {"start", "end", "vm", "start"};
    struct bars *b = xcalloc(1, sizeof *b);
    struct strbuf note = STRBUF_INIT;
    struct rows rows = {0};

    choose_rows(p, &rows, &note);
    b->plot = p;
    b->rows = &rows;
    b->incomplete_mark = p->lc->outcome_count;
    b->negative_mark = b->incomplete_mark + 1;
    b->mark_count = b->negative_mark + 1;
    b->grid = xcalloc((size_t)GRID_COLUMNS * GRID_ROWS, sizeof *b->grid);
    b->zero_ns = plot_zero(p->t);
    b->aligned = p->kind->variant == ORDER_ALIGNED;
    if (b->aligned)
        choose_length(p, b, &note);
    else
        choose_time(p, b, &note);
    plot_set_common(p, &note);
    plot_set_text(p, "order_by", orders[p->kind->variant]);
    plot_set_number(p, "row_count", (double)rows.count);
    plot_set_number(p, "row_step", (double)rows.step);
    set_x_axis(p, b);
    plot_set_stages(p);
    set_groups(p, &rows);
    set_row_names(p, &rows);
    for (size_t i = 0; i < rows.entity_count; i++)
        add_bar(b, rows.number[i], rows.list[i], rows.drawn[i]);
    put_bars(p, b);
    put_marks(p, b);
    release_rows(&rows);
    strbuf_release(&note);
    free(b->grid);
    free(b);
}
