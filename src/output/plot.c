/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include <math.h>

#include "output/quote.h"

void plot_init(struct plot *p, const struct run *run)
{
    p->run = run;
    p->lc = run->lc;
    p->t = run->timelines;
    p->stage_count = 0;
    for (size_t i = 0; i < run->lc->stage_count; i++) {
        if (run->timelines->seen[i])
            p->stages[p->stage_count++] = i;
    }
}

void plot_drop_first(struct plot *p)
{
    if (p->stage_count && p->stages[0] == p->run->stats->first_stage) {
        p->stage_count--;
        memmove(p->stages, p->stages + 1, p->stage_count * sizeof *p->stages);
    }
}

void plot_add_text(struct plot *p, struct slice text)
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

void plot_set_text(struct plot *p, const char *name, const char *text)
{
    strbuf_printf(p->head, "%s = ", name);
    plot_add_text(p, slice_of(text));
    strbuf_char(p->head, '\n');
}

void plot_set_number(struct plot *p, const char *name, double value)
{
    strbuf_printf(p->head, "%s = %.9g\n", name, value);
}

void plot_set_seconds(struct plot *p, const char *name, int64_t ns)
{
    strbuf_printf(p->head, "%s =", name);
    plot_add_seconds(p->head, ns);
    strbuf_char(p->head, '\n');
}

void plot_open_array(struct plot *p, const char *name, size_t count)
{
    /* gnuplot has no empty arrays */
    strbuf_printf(p->head, "array %s[%zu] = [%s", name, count ? count : 1, count ? "" : "0");
}

void plot_next_item(struct plot *p, size_t i)
{
    if (i)
        strbuf_str(p->head, ", ");
}

void plot_close_array(struct plot *p)
{
    strbuf_str(p->head, "]\n");
}

void plot_set_numbers(struct plot *p, const char *name, const double *values, size_t count)
{
    plot_open_array(p, name, count);
    for (size_t i = 0; i < count; i++) {
        plot_next_item(p, i);
        strbuf_printf(p->head, "%.9g", values[i]);
    }
    plot_close_array(p);
}

const char *plot_color(const struct plot *p, size_t stage)
{
    return p->palette->colors[stage % p->palette->count];
}

void plot_set_stages(struct plot *p)
{
    plot_set_number(p, "stage_count", (double)p->stage_count);
    plot_open_array(p, "stage_name", p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(p->lc->stages[p->stages[i]].name));
    }
    plot_close_array(p);
    plot_open_array(p, "stage_color", p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(plot_color(p, p->stages[i])));
    }
    plot_close_array(p);
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

int64_t plot_zero(const struct timelines *t)
{
    return t->zero_ns != NSTIME_NONE || !t->count ? t->zero_ns : t->list[0]->start_ns;
}

void plot_set_time_label(struct plot *p)
{
    struct strbuf label = STRBUF_INIT;
    size_t first = p->run->stats->first_stage;

    if (first == NO_STAGE)
        strbuf_str(&label, "seconds");
    else
        strbuf_printf(&label, "seconds since the first %s", p->lc->stages[first].name);
    plot_set_text(p, "x_label", label.data);
    strbuf_release(&label);
}

/* How many entities of a run there are, and what became of them. */
static void add_run(struct strbuf *b, const struct run *run, bool zero)
{
    add_count(b, run->timelines->count);
    strbuf_printf(b, " %s: ", run->timelines->count == 1 ? run->lc->noun : run->lc->noun_plural);
    run_add_outcomes(run, b);
    if (zero && run->timelines->count) {
        strbuf_str(b, "; time zero ");
        nstime_add_rfc3339(b, plot_zero(run->timelines), 3);
    }
}

void plot_set_common(struct plot *p, struct strbuf *note)
{
    struct strbuf b = STRBUF_INIT;

    add_unseen(p, note);

    strbuf_printf(&b, "%s: %s", p->title ? p->title : p->lc->title, p->kind->title);
    plot_set_text(p, "title_text", b.data);
    strbuf_reset(&b);
    if (p->before) {
        strbuf_str(&b, "before ");
        add_run(&b, p->before, false);
        strbuf_str(&b, "   |   after ");
    }
    add_run(&b, p->run, !p->before);
    plot_set_text(p, "subtitle_text", b.data);
    plot_set_text(p, "note_text", note->len ? note->data : "");
    plot_set_text(p, "noun", p->lc->noun);
    plot_set_text(p, "noun_plural", p->lc->noun_plural);
    strbuf_release(&b);
}

static void open_block(struct plot *p, const char *name)
{
    strbuf_printf(p->data, "%s# %s\n", p->data->len ? "\n\n" : "", name);
}

void plot_add_seconds(struct strbuf *b, int64_t ns)
{
    strbuf_char(b, ' ');
    nstime_add_seconds(b, ns);
}

void plot_put_block(struct plot *p, const char *name, struct strbuf *lines, const char *if_empty)
{
    open_block(p, name);
    if (lines->len)
        strbuf_add(p->data, lines->data, lines->len);
    else
        strbuf_str(p->data, if_empty);
    strbuf_release(lines);
}

void plot_time_span(const struct timelines *t, int64_t *low_ns, int64_t *high_ns)
{
    *low_ns = *high_ns = 0;
    for (size_t i = 0; i < t->count; i++) {
        int64_t start = nstime_between(plot_zero(t), t->list[i]->start_ns),
                end = nstime_between(plot_zero(t), t->list[i]->end_ns);

        *low_ns = start < *low_ns ? start : *low_ns;
        *high_ns = end > *high_ns ? end : *high_ns;
    }
}

void plot_note_idle(const struct plot *p, struct strbuf *note)
{
    const struct timelines *t = p->t;
    int64_t busy_until, gap_ns = 0, gap_from = 0;
    double idle = 0, all;

    if (!t->count)
        return;
    busy_until = t->list[0]->start_ns;
    for (size_t i = 0; i < t->count; i++) { /* in order of start */
        int64_t gap = nstime_between(busy_until, t->list[i]->start_ns);

        if (gap > 0)
            idle += (double)gap;
        if (gap > gap_ns) {
            gap_ns = gap;
            gap_from = busy_until;
        }
        if (t->list[i]->end_ns > busy_until)
            busy_until = t->list[i]->end_ns;
    }
    all = (double)nstime_between(t->list[0]->start_ns, busy_until);
    if (idle <= all / 2)
        return;
    strbuf_printf(note, "%sno %s is under way in %.0f %% of this time, ", note->len ? "; " : "",
                  p->lc->noun, 100 * idle / all);
    nstime_add_human(note, gap_ns, false);
    strbuf_str(note, " of it after ");
    nstime_add_rfc3339(note, gap_from, 0);
    strbuf_str(note,
               ": --until or --since draws a part, timelines-aligned each from its own start");
}

/* More steps than this can't be told apart; the ends are where single entities count. */
#define MANY_STEPS 400
#define END_STEPS  40

void plot_add_steps(struct strbuf *out, const int64_t *sorted, size_t n, bool log, double low_s)
{
    size_t every = n / MANY_STEPS + 1, first = 0;

    while (log && first < n && sorted[first] <= 0)
        first++;
    if (first)
        strbuf_printf(out, "%.9g %.6f\n", low_s, (double)first / (double)n);
    else if (n)
        strbuf_printf(out, "%.9f 0\n", (double)sorted[0] / 1e9);

    for (size_t i = first; i < n; i++) {
        if (i >= END_STEPS && i + END_STEPS < n && i % every)
            continue;
        nstime_add_seconds(out, sorted[i]);
        strbuf_printf(out, " %.6f\n", (double)(i + 1) / (double)n);
    }
}

bool plot_wants_log(double least, double middle, double most)
{
    return least > 0 && most > 100 * least && (most > 20 * middle || middle > 20 * least);
}

double plot_linear_low(double least, double most)
{
    if (!isfinite(least))
        return 0;
    return least < 0 || least > 0.4 * most ? least : 0;
}

size_t plot_durations(const struct timelines *t, size_t stage, int64_t *values)
{
    size_t n = 0;

    for (size_t i = 0; i < t->count; i++) {
        if (stage != NO_STAGE)
            n += timeline_duration(t, t->list[i], stage, &values[n]);
        else if (timeline_last_stage(t, t->list[i]) != NO_STAGE)
            values[n++] = timeline_total(t->list[i]);
    }
    return n;
}

bool plot_next_piece(const struct plot *p, const struct timeline *tl, struct piece *piece)
{
    piece->missed = false;
    for (size_t i = piece->next; i < p->stage_count; i++) {
        int64_t at = timeline_time(p->t, tl, p->stages[i]);

        if (at == NSTIME_NONE) {
            piece->missed |= !p->lc->stages[p->stages[i]].optional;
            continue;
        }
        piece->first = !piece->begun;
        if (piece->first)
            piece->front = piece->previous = at;
        piece->begun = true;
        piece->back = at < piece->previous;
        piece->from_ns = piece->back ? piece->previous : piece->front;
        piece->to_ns = piece->back || at > piece->front ? at : piece->front;
        if (at > piece->front)
            piece->front = at;
        piece->previous = at;
        piece->stage = i;
        piece->next = i + 1;
        return true;
    }
    return false;
}
