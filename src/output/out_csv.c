/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_csv.h"

#include <math.h>

#include "base/threads.h"
#include "lifecycle/value.h"
#include "output/quote.h"

/* Rows are put together by so many before they are written. */
#define PIECE_ROWS ((size_t)512)

static void flush(FILE *f, struct strbuf *b)
{
    if (b->len) {
        fwrite(b->data, 1, b->len, f);
        strbuf_reset(b);
    }
}

static void add_field(struct strbuf *b, const char *text)
{
    strbuf_char(b, ',');
    quote_csv(b, slice_of(text));
}

static void timelines_head(struct strbuf *b, const struct lifecycle *lc)
{
    strbuf_str(b, "id");
    for (size_t i = 0; i < lc->tag_count; i++)
        add_field(b, lc->tags[i].name);
    for (size_t i = 0; i < lc->value_count; i++)
        add_field(b, lc->values[i].name);
    strbuf_str(b, ",outcome,complete,start,end,total");
    for (size_t i = 0; i < lc->stage_count; i++) {
        struct strbuf vm = STRBUF_INIT;

        add_field(b, lc->stages[i].name);
        strbuf_printf(&vm, "%s.vm", lc->stages[i].name);
        add_field(b, vm.data);
        strbuf_release(&vm);
    }
    strbuf_char(b, '\n');
}

void out_timelines_csv_head(FILE *f, const struct lifecycle *lc)
{
    struct strbuf b = STRBUF_INIT;

    timelines_head(&b, lc);
    flush(f, &b);
    strbuf_release(&b);
}

/* Seconds that stand in the row; len is 0 if none do. */
struct written {
    int64_t ns;
    size_t at, len;
};

static struct written add_seconds(struct strbuf *b, int64_t ns)
{
    struct written w = {.ns = ns, .at = b->len};

    nstime_add_seconds(b, ns);
    w.len = b->len - w.at;
    return w;
}

/* Add seconds again if they are those that stand there: mostly they are. */
static bool add_again(struct strbuf *b, int64_t ns, const struct written *w)
{
    if (!w->len || w->ns != ns)
        return false;
    strbuf_repeat(b, w->at, w->len);
    return true;
}

static void add_timeline(struct strbuf *b, const struct run *run, const struct timeline *tl)
{
    const struct timelines *t = run->timelines;
    struct written start, end;

    quote_csv(b, timeline_id(tl));
    for (size_t i = 0; i < run->lc->tag_count; i++) {
        strbuf_char(b, ',');
        quote_csv(b, timeline_tag(t, tl, i));
    }
    for (size_t i = 0; i < run->lc->value_count; i++) {
        int64_t worth;

        strbuf_char(b, ',');
        if (timeline_value(t, tl, i, &worth))
            value_add_plain(b, &run->lc->values[i], worth);
    }
    strbuf_char(b, ',');
    strbuf_str(b, timeline_outcome(t, tl));
    strbuf_add(b, tl->complete ? ",1," : ",0,", 3);
    start = add_seconds(b, tl->start_ns);
    strbuf_char(b, ',');
    end = add_seconds(b, tl->end_ns);
    strbuf_char(b, ',');
    nstime_add_seconds(b, timeline_total(tl));
    for (size_t i = 0; i < run->lc->stage_count; i++) {
        int64_t at = timeline_time(t, tl, i);

        strbuf_char(b, ',');
        if (at != NSTIME_NONE && !add_again(b, at, &start) && !add_again(b, at, &end))
            nstime_add_seconds(b, at);
        strbuf_char(b, ',');
        quote_csv(b, timelines_vm_name(t, timeline_vm(t, tl, i)));
    }
    strbuf_char(b, '\n');
}

static void add_durations(struct strbuf *b, const struct run *run, const struct timeline *tl)
{
    const struct timelines *t = run->timelines;
    struct written last = {.len = 0};

    quote_csv(b, timeline_id(tl));
    for (size_t i = 0; i < run->lc->stage_count; i++) {
        int64_t ns;

        strbuf_char(b, ',');
        if (timeline_duration(t, tl, i, &ns))
            last = add_seconds(b, ns);
    }
    strbuf_char(b, ',');
    if (!add_again(b, timeline_total(tl), &last))
        nstime_add_seconds(b, timeline_total(tl));
    strbuf_char(b, '\n');
}

/* ---- rows by several threads ---- */

static void rows_init(struct csv_rows *r, FILE *f, const struct run *run, csv_row_fn *add)
{
    *r = (struct csv_rows){.f = f,
                           .run = run,
                           .add = add,
                           .count = (run->timelines->count + PIECE_ROWS - 1) / PIECE_ROWS};
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->written, NULL);
}

void csv_rows_release(struct csv_rows *r)
{
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->written);
}

void csv_rows_of_timelines(struct csv_rows *r, FILE *f, const struct run *run)
{
    out_timelines_csv_head(f, run->lc);
    rows_init(r, f, run, add_timeline);
}

void csv_rows_of_durations(struct csv_rows *r, FILE *f, const struct run *run)
{
    struct strbuf b = STRBUF_INIT;

    strbuf_str(&b, "id");
    for (size_t i = 0; i < run->lc->stage_count; i++)
        add_field(&b, run->lc->stages[i].name);
    strbuf_str(&b, ",total\n");
    flush(f, &b);
    strbuf_release(&b);
    rows_init(r, f, run, add_durations);
}

static void make_piece(const struct csv_rows *r, size_t piece, struct strbuf *b)
{
    const struct timelines *t = r->run->timelines;
    size_t from = piece * PIECE_ROWS, to = from + PIECE_ROWS;

    for (size_t k = from; k < to && k < t->count; k++)
        r->add(b, r->run, timelines_at(t, k));
}

/* True with the last. */
static bool write_piece(struct csv_rows *r, size_t piece, struct strbuf *b)
{
    pthread_mutex_lock(&r->lock);
    while (r->turn != piece)
        pthread_cond_wait(&r->written, &r->lock);
    pthread_mutex_unlock(&r->lock);
    flush(r->f, b);
    pthread_mutex_lock(&r->lock);
    r->turn++;
    pthread_cond_broadcast(&r->written);
    pthread_mutex_unlock(&r->lock);
    return piece + 1 == r->count;
}

bool csv_rows_write(struct csv_rows *r)
{
    struct strbuf b = STRBUF_INIT;
    bool ended = false;
    size_t piece;

    /* without rows there is one piece all the same, for somebody to end */
    while ((piece = r->next++) < r->count || (piece == 0 && r->count == 0)) {
        make_piece(r, piece, &b);
        ended |= write_piece(r, piece, &b) || r->count == 0;
    }
    strbuf_release(&b);
    return ended;
}

static void write_some(void *context)
{
    csv_rows_write(context);
}

/* All rows at once; releases them. */
static void write_all(struct csv_rows *r)
{
    void *contexts[CSV_ROWS_THREADS];
    size_t threads = r->run->threads ? r->run->threads : 1;

    if (threads > CSV_ROWS_THREADS)
        threads = CSV_ROWS_THREADS;
    for (size_t i = 0; i < threads; i++)
        contexts[i] = r;
    threads_run(r->count > 1 ? threads : 1, write_some, contexts);
    csv_rows_release(r);
}

void out_timelines_csv(FILE *f, const struct run *run)
{
    struct csv_rows r;

    csv_rows_of_timelines(&r, f, run);
    write_all(&r);
}

void out_timelines_csv_rows(FILE *f, const struct run *run)
{
    struct csv_rows r;

    rows_init(&r, f, run, add_timeline);
    write_all(&r);
}

void out_durations_csv(FILE *f, const struct run *run)
{
    struct csv_rows r;

    csv_rows_of_durations(&r, f, run);
    write_all(&r);
}

/* ---- figures ---- */

static void add_figure(struct strbuf *b, const struct value *v, double worth)
{
    strbuf_char(b, ',');
    value_add_plain(b, v, (int64_t)llround(worth));
}

/* The figures of a stage, of the total, or of a value; share may be NULL. */
static void add_summary(struct strbuf *b, const struct value *v, const struct summary *s,
                        const double *share)
{
    quote_csv(b, slice_of(v->name));
    strbuf_printf(b, ",%zu,%zu", s->n, s->negative);
    if (!s->n) {
        strbuf_str(b, ",,,,,,,,,,,\n");
        return;
    }
    add_figure(b, v, (double)s->min_ns);
    add_figure(b, v, s->mean_ns);
    add_figure(b, v, s->sd_ns);
    add_figure(b, v, (double)s->p50_ns);
    add_figure(b, v, (double)s->p90_ns);
    add_figure(b, v, (double)s->p95_ns);
    add_figure(b, v, (double)s->p99_ns);
    add_figure(b, v, (double)s->max_ns);
    if (share)
        strbuf_printf(b, ",%.6f,", *share);
    else
        strbuf_str(b, ",,");
    quote_csv(b, timeline_id(s->min_at));
    strbuf_char(b, ',');
    quote_csv(b, timeline_id(s->max_at));
    strbuf_char(b, '\n');
}

#define STAGES_HEAD "stage,n,negative,min,mean,sd,p50,p90,p95,p99,max,share,min_id,max_id\n"

void out_stages_csv(FILE *f, const struct run *run)
{
    const struct stats *s = run->stats;
    struct strbuf b = STRBUF_INIT;
    static const double whole = 1;

    strbuf_str(&b, STAGES_HEAD);
    for (size_t i = 0; i < run->lc->stage_count; i++)
        add_summary(&b, &(struct value){.name = run->lc->stages[i].name, .is_duration = true},
                    &s->stage[i], i != s->first_stage ? &s->share[i] : NULL);
    add_summary(&b, &(struct value){.name = "total", .is_duration = true}, &s->total, &whole);
    for (size_t i = 0; i < run->lc->value_count; i++)
        add_summary(&b, &run->lc->values[i], &s->value[i], NULL);
    flush(f, &b);
    strbuf_release(&b);
}

/* What stands before the figures: the texts of the tags, from when to when, an outlier or not. */
static void add_group_cells(struct strbuf *b, const struct groups *g, const struct tag_group *group,
                            bool is_outlier)
{
    for (size_t i = 0; i < g->tag_count; i++) {
        quote_csv(b, group_text(g, group, i));
        strbuf_char(b, ',');
    }
    nstime_add_seconds(b, group->start_ns);
    strbuf_char(b, ',');
    nstime_add_seconds(b, group->end_ns);
    strbuf_str(b, is_outlier ? ",1," : ",0,");
}

static void add_group(struct strbuf *b, const struct run *run, const struct tag_group *group,
                      struct outliers *o)
{
    static const double whole = 1;
    struct summary total, s;
    double share;

    group_stage(run->groups, group, NO_STAGE, &total);
    for (size_t i = 0; i < run->lc->stage_count; i++) {
        group_stage(run->groups, group, i, &s);
        share = total.sum_ns > 0 ? s.sum_ns / total.sum_ns : 0;
        add_group_cells(b, run->groups, group, outlier_stage(o, group, i, &s));
        add_summary(b, &(struct value){.name = run->lc->stages[i].name, .is_duration = true}, &s,
                    i != run->stats->first_stage ? &share : NULL);
    }
    add_group_cells(b, run->groups, group, outlier_stage(o, group, NO_STAGE, &total));
    add_summary(b, &(struct value){.name = "total", .is_duration = true}, &total, &whole);
    for (size_t i = 0; i < run->lc->value_count; i++) {
        group_value(run->groups, group, i, &s);
        add_group_cells(b, run->groups, group, outlier_value(o, group, i, &s));
        add_summary(b, &run->lc->values[i], &s, NULL);
    }
}

void out_groups_csv(FILE *f, const struct run *run)
{
    struct strbuf b = STRBUF_INIT;
    struct outliers o;

    outliers_init(&o, run->groups);
    for (size_t i = 0; i < run->groups->tag_count; i++) {
        quote_csv(&b, slice_of(run->lc->tags[run->groups->tags[i]].name));
        strbuf_char(&b, ',');
    }
    strbuf_str(&b, "start,end,outlier," STAGES_HEAD);
    for (size_t i = 0; i < run->groups->count; i++) {
        add_group(&b, run, &run->groups->list[i], &o);
        flush(f, &b);
    }
    flush(f, &b);
    outliers_release(&o);
    strbuf_release(&b);
}
