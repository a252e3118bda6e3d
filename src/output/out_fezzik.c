/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_fezzik.h"

#include <stdlib.h>

#include "output/figures.h"
#include "output/json.h"
#include "output/quote.h"
#include "output/run.h"

/* Rows are gathered to pieces of this size before they are written. */
#define FLUSH_BYTES ((size_t)64 * 1024)

/* Nobody counts more signs in a row than this. */
#define MOST_SIGNS 1000

/* Of Tasks that failed, so many are told of in the table. */
#define MOST_FAILURES 100

static void flush(FILE *f, struct strbuf *b, size_t limit)
{
    if (b->len > limit) {
        fwrite(b->data, 1, b->len, f);
        strbuf_reset(b);
    }
}

static void add_ns(struct strbuf *b, int64_t ns)
{
    strbuf_char(b, ',');
    if (ns != NSTIME_NONE)
        nstime_add_seconds(b, ns);
}

static void add_text(struct strbuf *b, struct slice text)
{
    strbuf_char(b, ',');
    quote_csv(b, text);
}

/* Tasks that completed without a failure; negative where failed ones never completed. */
static int64_t succeeded(const struct fezzik_report *r)
{
    return (int64_t)r->last_count - (int64_t)r->failed_count;
}

static int64_t missing(const struct fezzik_report *r, size_t seen)
{
    return r->requested - (int64_t)seen;
}

static struct slice cell_name(const struct fezzik_cell *c)
{
    return c->name.len ? c->name : slice_of("(unknown)");
}

static const struct timelines *timelines_of(const struct fezzik_out *o,
                                            const struct fezzik_report *r)
{
    return r->tasks ? o->tasks : o->lrps;
}

/* ---- the table: first what Fezzik prints ---- */

static void add_share(struct strbuf *b, const struct fezzik_report *r, int64_t n, const char *what)
{
    strbuf_printf(b, "  %lld (%.2f%%) %s\n", (long long)n,
                  r->requested ? (double)n * 100 / (double)r->requested : 0.0, what);
}

static void add_failures(struct strbuf *b, const struct fezzik_report *r)
{
    size_t shown = 0;

    for (size_t i = 0; i < r->entity_count; i++) {
        const struct fezzik_entity *e = &r->entities[i];

        if (!e->failed || shown++ >= MOST_FAILURES)
            continue;
        strbuf_str(b, "    ");
        quote_plain(b, e->id);
        strbuf_str(b, ": ");
        quote_plain(b, e->reason);
        strbuf_char(b, '\n');
    }
    if (shown > MOST_FAILURES)
        strbuf_printf(b, "    and %zu more\n", shown - MOST_FAILURES);
}

static void add_counts(struct strbuf *b, const struct fezzik_report *r)
{
    if (r->tasks) {
        strbuf_printf(b, "Of %lld Tasks:\n", (long long)r->requested);
        add_share(b, r, succeeded(r), "Succeeded");
        add_share(b, r, (int64_t)r->failed_count, "Failed");
        add_failures(b, r);
        if (missing(r, r->last_count) > 0)
            add_share(b, r, missing(r, r->last_count), "Never Completed");
        return;
    }
    if (missing(r, r->first_count) <= 0 && missing(r, r->last_count) <= 0)
        return;
    strbuf_printf(b, "Of %lld instances:\n", (long long)r->requested);
    if (missing(r, r->first_count) > 0)
        add_share(b, r, missing(r, r->first_count), "Never Claimed");
    if (missing(r, r->last_count) > 0)
        add_share(b, r, missing(r, r->last_count), "Never Running");
}

static void add_figures(struct strbuf *b, const char *name, const struct summary *s)
{
    strbuf_printf(b, "%s time stats (in seconds)\n  Count: %zu", name, s->n);
    if (s->n)
        strbuf_printf(b,
                      " - %.4f <= <%.4f> ± %.4f <= %.4f\n"
                      "  p50 %.4f  p90 %.4f  p95 %.4f  p99 %.4f",
                      (double)s->min_ns / 1e9, s->mean_ns / 1e9, s->sd_ns / 1e9,
                      (double)s->max_ns / 1e9, (double)s->p50_ns / 1e9, (double)s->p90_ns / 1e9,
                      (double)s->p95_ns / 1e9, (double)s->p99_ns / 1e9);
    strbuf_char(b, '\n');
}

static void add_distribution(struct strbuf *b, const struct fezzik_report *r)
{
    strbuf_str(b, "Distribution:\n");
    for (size_t i = 0; i < r->distribution_count; i++) {
        const struct fezzik_cell *c = &r->cells[i];
        struct strbuf name = STRBUF_INIT;
        int64_t signs = c->count < MOST_SIGNS ? c->count : MOST_SIGNS;

        quote_plain(&name, cell_name(c));
        for (size_t n = text_columns((struct slice){name.data, name.len}); n < 12; n++)
            strbuf_char(b, ' ');
        strbuf_slice(b, (struct slice){name.data, name.len});
        strbuf_char(b, ' ');
        while (signs-- > 0)
            strbuf_char(b, '+');
        if (c->count > MOST_SIGNS)
            strbuf_printf(b, " ... %lld", (long long)c->count);
        strbuf_char(b, '\n');
        strbuf_release(&name);
    }
}

static void plain_report(struct strbuf *b, const struct fezzik_report *r)
{
    struct strbuf name = STRBUF_INIT;

    quote_plain(&name, r->name);
    for (size_t n = text_columns((struct slice){name.data, name.len}); n > 0; n--)
        strbuf_char(b, '-');
    strbuf_printf(b, "\n%s\n", name.data ? name.data : "");
    strbuf_release(&name);
    add_counts(b, r);
    add_figures(b, r->tasks ? "Creation" : "Claim", &r->first);
    add_figures(b, r->tasks ? "Completion" : "Running", &r->last);
    add_distribution(b, r);
}

/* ---- the table: Markdown, and the logs ---- */

static void finish_table(struct table *t, enum table_style style, struct strbuf *out)
{
    table_print(t, style, out);
    table_release(t);
}

static void heading(struct strbuf *out, enum table_style style, const char *text)
{
    if (style == TABLE_MARKDOWN)
        strbuf_printf(out, "\n## %s\n\n", text);
    else
        strbuf_printf(out, "\n%s\n", text);
}

static void markdown_reports(struct strbuf *out, const struct fezzik *f)
{
    struct table t;

    strbuf_str(out, "# Reports of Fezzik\n\n");
    table_init(&t, "rlrrrrl" FIGURES_ALIGN);
    table_cell(&t, "report");
    table_cell(&t, "name");
    table_cell(&t, "requested");
    table_cell(&t, "done");
    table_cell(&t, "failed");
    table_cell(&t, "never done");
    table_cell(&t, "time until");
    figures_heads(&t);
    for (size_t i = 0; i < f->count; i++) {
        const struct fezzik_report *r = &f->list[i];

        for (int last = 0; last < 2; last++) {
            table_cell(&t, "%zu", i + 1);
            table_cell(&t, "%s", r->name.p);
            table_cell(&t, "%lld", (long long)r->requested);
            table_cell(&t, "%zu", r->last_count);
            table_cell(&t, "%zu", r->failed_count);
            table_cell(&t, "%lld", (long long)missing(r, r->last_count));
            table_cell(&t, "%s", last ? fezzik_last_name(r) : fezzik_first_name(r));
            figures_cells(&t, last ? &r->last : &r->first);
        }
    }
    finish_table(&t, TABLE_MARKDOWN, out);
}

static void view_rows(struct table *t, const struct fezzik_out *o, size_t i)
{
    const struct fezzik_report *r = &o->fezzik->list[i];
    const struct views *v = &o->views[i];

    for (int last = 0; last < 2; last++) {
        table_cell(t, "%zu", i + 1);
        table_cell(t, "%s", last ? fezzik_last_name(r) : fezzik_first_name(r));
        table_cell(t, "%s",
                   !r->tasks ? (last ? VIEWS_LRP_LAST : VIEWS_LRP_FIRST)
                   : last    ? "(last stage)"
                             : VIEWS_TASK_FIRST);
        figures_cells(t, last ? &v->last_lag : &v->first_lag);
    }
}

static void view_counts(struct table *t, const struct fezzik_out *o, size_t i)
{
    const struct fezzik_report *r = &o->fezzik->list[i];
    const struct views *v = &o->views[i];

    table_cell(t, "%zu", i + 1);
    table_cell(t, "%s", r->name.p);
    if (v->process.len)
        table_cell(t, "%.*s", (int)v->process.len, v->process.p);
    else
        table_cell(t, "%s", r->tasks ? "" : "(unknown)");
    table_cell(t, "%zu", r->entity_count);
    table_cell(t, "%zu", v->known);
    table_cell(t, "%zu", v->client_only);
    table_cell(t, "%zu", v->logs_only);
}

/* Why a report of instances has no process. */
static void add_unknown_processes(struct strbuf *out, const struct fezzik_out *o)
{
    for (size_t i = 0; i < o->fezzik->count; i++) {
        const struct views *v = &o->views[i];

        if (o->fezzik->list[i].tasks || v->process.len || !v->looked)
            continue;
        if (v->candidates)
            strbuf_printf(out,
                          "report %zu: %zu processes in these logs may be meant, so it was "
                          "compared with none\n",
                          i + 1, v->candidates);
        else
            strbuf_printf(out, "report %zu: no process in these logs was created then\n", i + 1);
    }
}

static void add_views(struct strbuf *out, const struct fezzik_out *o, enum table_style style)
{
    struct table t;

    heading(out, style, "How much later the client saw it than the components");
    table_init(&t, "rll" FIGURES_ALIGN);
    table_cell(&t, "report");
    table_cell(&t, "client");
    table_cell(&t, "components");
    figures_heads(&t);
    for (size_t i = 0; i < o->fezzik->count; i++)
        view_rows(&t, o, i);
    finish_table(&t, style, out);
    heading(out, style, "Who saw what");
    table_init(&t, "rllrrrr");
    table_cell(&t, "report");
    table_cell(&t, "name");
    table_cell(&t, "process");
    table_cell(&t, "entities");
    table_cell(&t, "in logs");
    table_cell(&t, "done for client only");
    table_cell(&t, "done in logs only");
    for (size_t i = 0; i < o->fezzik->count; i++)
        view_counts(&t, o, i);
    finish_table(&t, style, out);
    add_unknown_processes(out, o);
}

void out_fezzik_table(struct strbuf *out, const struct fezzik_out *o, enum table_style style)
{
    if (style == TABLE_MARKDOWN) {
        markdown_reports(out, o->fezzik);
    } else {
        for (size_t i = 0; i < o->fezzik->count; i++)
            plain_report(out, &o->fezzik->list[i]);
    }
    if (o->tasks || o->lrps)
        add_views(out, o, style);
}

/* ---- CSV ---- */

static void add_report(struct strbuf *b, const struct fezzik_report *r, size_t number)
{
    strbuf_printf(b, "%zu,", number);
    nstime_add_seconds(b, r->time_ns);
    add_text(b, r->name);
    strbuf_printf(b, ",%s", r->tasks ? "tasks" : "lrps");
}

void out_fezzik_reports_csv(FILE *f, const struct fezzik_out *o)
{
    struct strbuf b = STRBUF_INIT;

    strbuf_str(&b, "report,time,name,kind,cells,requested,done,failed,never_done,"
                   "measure," FIGURES_CSV_HEAD "\n");
    for (size_t i = 0; i < o->fezzik->count; i++) {
        const struct fezzik_report *r = &o->fezzik->list[i];
        const struct views *v = &o->views[i];
        struct {
            const char *name, *suffix;
            const struct summary *s;
        } rows[] = {{fezzik_first_name(r), "", &r->first},
                    {fezzik_last_name(r), "", &r->last},
                    {fezzik_first_name(r), "-lag", &v->first_lag},
                    {fezzik_last_name(r), "-lag", &v->last_lag}};

        for (size_t k = 0; k < (v->looked ? 4 : 2); k++) {
            add_report(&b, r, i + 1);
            strbuf_printf(&b, ",%lld,%lld,%zu,%zu,%lld,%s%s,", (long long)r->cell_count,
                          (long long)r->requested, r->last_count, r->failed_count,
                          (long long)missing(r, r->last_count), rows[k].name, rows[k].suffix);
            figures_csv(&b, rows[k].s);
            strbuf_char(&b, '\n');
        }
        flush(f, &b, FLUSH_BYTES);
    }
    flush(f, &b, 0);
    strbuf_release(&b);
}

static void add_view(struct strbuf *b, const struct timelines *t, const struct fezzik_entity *e,
                     const struct sighting *v)
{
    int64_t lag;

    add_text(b, v->tl ? timeline_id(v->tl) : (struct slice){NULL, 0});
    add_ns(b, v->first_ns);
    add_ns(b, v->last_ns);
    add_ns(b, views_lag(e->first_ns, v->first_ns, &lag) ? lag : NSTIME_NONE);
    add_ns(b, views_lag(e->last_ns, v->last_ns, &lag) ? lag : NSTIME_NONE);
    add_text(b, slice_of(v->tl ? timeline_outcome(t, v->tl) : ""));
    add_text(b, slice_of(v->last_stage == NO_STAGE ? "" : t->lc->stages[v->last_stage].name));
}

void out_fezzik_csv(FILE *f, const struct fezzik_out *o)
{
    struct strbuf b = STRBUF_INIT;

    strbuf_str(&b, "report,time,name,kind,process_guid,id,first,last,outcome,reason,log_id,"
                   "log_first,log_last,first_lag,last_lag,log_outcome,log_last_stage\n");
    for (size_t i = 0; i < o->fezzik->count; i++) {
        const struct fezzik_report *r = &o->fezzik->list[i];

        for (size_t k = 0; k < r->entity_count; k++) {
            const struct fezzik_entity *e = &r->entities[k];

            add_report(&b, r, i + 1);
            add_text(&b, o->views[i].process);
            add_text(&b, e->id);
            add_ns(&b, e->first_ns);
            add_ns(&b, e->last_ns);
            add_text(&b, slice_of(fezzik_outcome(r, e)));
            add_text(&b, e->reason);
            add_view(&b, timelines_of(o, r), e, &o->views[i].list[k]);
            strbuf_char(&b, '\n');
            flush(f, &b, FLUSH_BYTES);
        }
    }
    flush(f, &b, 0);
    strbuf_release(&b);
}

void out_fezzik_cells_csv(FILE *f, const struct fezzik_out *o)
{
    struct strbuf b = STRBUF_INIT;

    strbuf_str(&b, "report,time,name,kind,cell,count\n");
    for (size_t i = 0; i < o->fezzik->count; i++) {
        const struct fezzik_report *r = &o->fezzik->list[i];

        for (size_t k = 0; k < r->distribution_count; k++) {
            add_report(&b, r, i + 1);
            add_text(&b, r->cells[k].name);
            strbuf_printf(&b, ",%lld\n", (long long)r->cells[k].count);
            flush(f, &b, FLUSH_BYTES);
        }
    }
    flush(f, &b, 0);
    strbuf_release(&b);
}

/* ---- JSON ---- */

static void put_ns(json_t *o, const char *key, int64_t ns)
{
    if (ns != NSTIME_NONE)
        json_put(o, key, json_integer(ns));
}

static void put_view(json_t *o, const struct timelines *t, const struct fezzik_entity *e,
                     const struct sighting *v)
{
    json_t *logs;
    int64_t lag;

    if (!v->tl)
        return;
    logs = json_need(json_object());
    json_put(logs, "id", json_text(timeline_id(v->tl)));
    put_ns(logs, "first_ns", v->first_ns);
    put_ns(logs, "last_ns", v->last_ns);
    if (views_lag(e->first_ns, v->first_ns, &lag))
        json_put(logs, "first_lag_ns", json_integer(lag));
    if (views_lag(e->last_ns, v->last_ns, &lag))
        json_put(logs, "last_lag_ns", json_integer(lag));
    json_put(logs, "outcome", json_string(timeline_outcome(t, v->tl)));
    if (v->last_stage != NO_STAGE)
        json_put(logs, "last_stage", json_string(t->lc->stages[v->last_stage].name));
    json_put(logs, "done", json_boolean(v->done));
    json_put(o, "logs", logs);
}

static json_t *entity_json(const struct fezzik_out *o, size_t report, size_t i)
{
    const struct fezzik_report *r = &o->fezzik->list[report];
    const struct fezzik_entity *e = &r->entities[i];
    json_t *value = json_need(json_object());

    json_put(value, "id", json_text(e->id));
    put_ns(value, "first_ns", e->first_ns);
    put_ns(value, "last_ns", e->last_ns);
    json_put(value, "outcome", json_string(fezzik_outcome(r, e)));
    if (e->reason.len)
        json_put(value, "reason", json_text(e->reason));
    put_view(value, timelines_of(o, r), e, &o->views[report].list[i]);
    return value;
}

void out_fezzik_ndjson(FILE *f, const struct fezzik_out *o)
{
    for (size_t i = 0; i < o->fezzik->count; i++) {
        const struct fezzik_report *r = &o->fezzik->list[i];

        for (size_t k = 0; k < r->entity_count; k++) {
            json_t *line = entity_json(o, i, k);

            json_put(line, "report", json_integer((json_int_t)i + 1));
            json_put(line, "kind", json_string(r->tasks ? "tasks" : "lrps"));
            if (o->views[i].process.len)
                json_put(line, "process_guid", json_text(o->views[i].process));
            json_print(f, line);
            fputc('\n', f);
        }
    }
}

static void put_views(json_t *o, const struct views *v)
{
    json_t *logs = json_need(json_object());

    if (v->process.len)
        json_put(logs, "process_guid", json_text(v->process));
    json_put(logs, "candidates", json_integer((json_int_t)v->candidates));
    json_put(logs, "known", json_integer((json_int_t)v->known));
    json_put(logs, "done_for_client_only", json_integer((json_int_t)v->client_only));
    json_put(logs, "done_in_logs_only", json_integer((json_int_t)v->logs_only));
    json_put(logs, "first_lag", figures_json(&v->first_lag));
    json_put(logs, "last_lag", figures_json(&v->last_lag));
    json_put(o, "logs", logs);
}

static json_t *report_json(const struct fezzik_out *o, size_t i)
{
    const struct fezzik_report *r = &o->fezzik->list[i];
    json_t *value = json_need(json_object()), *cells = json_need(json_array()),
           *entities = json_need(json_array());

    json_put(value, "time_ns", json_integer(r->time_ns));
    json_put(value, "name", json_text(r->name));
    json_put(value, "kind", json_string(r->tasks ? "tasks" : "lrps"));
    json_put(value, "cells", json_integer(r->cell_count));
    json_put(value, "requested", json_integer(r->requested));
    json_put(value, "done", json_integer((json_int_t)r->last_count));
    json_put(value, "failed", json_integer((json_int_t)r->failed_count));
    json_put(value, "never_done", json_integer(missing(r, r->last_count)));
    json_put(value, fezzik_first_name(r), figures_json(&r->first));
    json_put(value, fezzik_last_name(r), figures_json(&r->last));
    for (size_t k = 0; k < r->distribution_count; k++) {
        json_t *cell = json_need(json_object());

        json_put(cell, "cell", json_text(r->cells[k].name));
        json_put(cell, "count", json_integer(r->cells[k].count));
        json_add(cells, cell);
    }
    json_put(value, "distribution", cells);
    if (o->views[i].looked)
        put_views(value, &o->views[i]);
    for (size_t k = 0; k < r->entity_count; k++)
        json_add(entities, entity_json(o, i, k));
    json_put(value, "entities", entities);
    return value;
}

void out_fezzik_json(FILE *f, const struct fezzik_out *o)
{
    fputs("{\"reports\":[", f);
    for (size_t i = 0; i < o->fezzik->count; i++) {
        fputs(i ? ",\n" : "\n", f);
        json_print(f, report_json(o, i));
    }
    fputs("]}\n", f);
}
