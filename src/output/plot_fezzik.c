/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot_suites.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "output/plot.h"

#define MOST_PANELS 24

/* More points than this a curve does not need. */
#define MOST_POINTS 4000

static int by_ns(const void *pa, const void *pb)
{
    int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

    return (a > b) - (a < b);
}

/* How many had got there at which time. */
static void put_curve(struct plot *p, size_t panel, const char *name, int64_t *ns, size_t count)
{
    struct strbuf lines = STRBUF_INIT;
    char block[48];

    snprintf(block, sizeof block, "report_%02zu_%s", panel, name);
    if (count) {
        qsort(ns, count, sizeof *ns, by_ns);
        nstime_add_seconds(&lines, ns[0]);
        strbuf_str(&lines, " 0\n");
    }
    for (size_t i = 0; i < count; i++) {
        if (i && i + 1 < count && i % (count / MOST_POINTS + 1))
            continue;
        nstime_add_seconds(&lines, ns[i]);
        strbuf_printf(&lines, " %zu\n", i + 1);
    }
    plot_put_block(p, block, &lines, "NaN NaN\n");
}

/* When Tasks that failed completed, and how many had completed by then. */
static void put_failed(struct plot *p, size_t panel, const struct fezzik_report *r,
                       const int64_t *sorted, size_t count)
{
    struct strbuf lines = STRBUF_INIT;
    char block[48];

    snprintf(block, sizeof block, "report_%02zu_failed", panel);
    for (size_t i = 0; i < r->entity_count; i++) {
        const struct fezzik_entity *e = &r->entities[i];
        const int64_t *at;

        if (!e->failed || e->last_ns == NSTIME_NONE)
            continue;
        at = bsearch(&e->last_ns, sorted, count, sizeof *sorted, by_ns);
        nstime_add_seconds(&lines, e->last_ns);
        strbuf_printf(&lines, " %zu\n", (size_t)(at - sorted) + 1);
    }
    plot_put_block(p, block, &lines, "NaN NaN\n");
}

/* Which of the four times of an entity. */
enum curve { FIRST, LAST, LOG_FIRST, LOG_LAST, CURVES };

static int64_t time_of(const struct fezzik_out *o, size_t report, size_t i, enum curve curve)
{
    const struct fezzik_entity *e = &o->fezzik->list[report].entities[i];
    const struct sighting *v = &o->views[report].list[i];

    return curve == FIRST       ? e->first_ns
           : curve == LAST      ? e->last_ns
           : curve == LOG_FIRST ? v->first_ns
                                : v->last_ns;
}

static void put_report(struct plot *p, const struct fezzik_out *o, size_t i, double range[2])
{
    static const char *const names[] = {"first", "last", "log_first", "log_last"};
    const struct fezzik_report *r = &o->fezzik->list[i];
    int64_t *ns = xreallocarray(NULL, r->entity_count, sizeof *ns);

    for (int curve = 0; curve < CURVES; curve++) {
        size_t count = 0;

        for (size_t k = 0; k < r->entity_count; k++) {
            ns[count] = time_of(o, i, k, (enum curve)curve);
            if (ns[count] == NSTIME_NONE)
                continue;
            if ((double)ns[count] / 1e9 < range[0])
                range[0] = (double)ns[count] / 1e9;
            if ((double)ns[count] / 1e9 > range[1])
                range[1] = (double)ns[count] / 1e9;
            count++;
        }
        put_curve(p, i + 1, names[curve], ns, count);
        if (curve == LAST)
            put_failed(p, i + 1, r, ns, count);
    }
    free(ns);
}

static void add_subtitle(struct strbuf *b, const struct fezzik_report *r)
{
    nstime_add_rfc3339(b, r->time_ns, 0);
    strbuf_str(b, "; ");
    add_count(b, r->last_count);
    strbuf_str(b, " of ");
    add_count(b, (uint64_t)r->requested);
    strbuf_printf(b, " %s", fezzik_last_name(r));
    if (r->failed_count) {
        strbuf_str(b, ", ");
        add_count(b, r->failed_count);
        strbuf_str(b, " failed");
    }
}

static void set_texts(struct plot *p, const struct fezzik *f, const char *name, size_t count,
                      void (*add)(struct strbuf *b, const struct fezzik_report *r))
{
    plot_open_array(p, name, count);
    for (size_t i = 0; i < count; i++) {
        struct strbuf b = STRBUF_INIT;

        plot_next_item(p, i);
        add(&b, &f->list[i]);
        plot_add_text(p, (struct slice){b.data, b.len});
        strbuf_release(&b);
    }
    plot_close_array(p);
}

static void add_name(struct strbuf *b, const struct fezzik_report *r)
{
    strbuf_slice(b, r->name);
}

static void add_first(struct strbuf *b, const struct fezzik_report *r)
{
    strbuf_str(b, fezzik_first_name(r));
}

static void add_last(struct strbuf *b, const struct fezzik_report *r)
{
    strbuf_str(b, fezzik_last_name(r));
}

static void set_numbers(struct plot *p, const char *name, const double *values, size_t count,
                        size_t stride)
{
    plot_open_array(p, name, count);
    for (size_t i = 0; i < count; i++) {
        plot_next_item(p, i);
        strbuf_printf(p->head, "%.9g", values[i * stride]);
    }
    plot_close_array(p);
}

static void build(const void *subject, struct plot *p)
{
    const struct fezzik_out *o = subject;
    const struct fezzik *f = o->fezzik;
    size_t count = f->count < MOST_PANELS ? f->count : MOST_PANELS;
    double range[MOST_PANELS][2] = {{0}}, rows[MOST_PANELS], failed[MOST_PANELS];
    struct strbuf b = STRBUF_INIT;

    for (size_t i = 0; i < count; i++) {
        put_report(p, o, i, range[i]);
        rows[i] = (double)f->list[i].entity_count;
        failed[i] = (double)f->list[i].failed_count;
    }
    plot_set_text(p, "title_text", "Fezzik: how many had got there");
    add_count(&b, f->count);
    strbuf_printf(&b, " %s; time zero of each is its own", f->count == 1 ? "report" : "reports");
    plot_set_text(p, "subtitle_text", b.data);
    strbuf_reset(&b);
    if (count < f->count)
        strbuf_printf(&b, "the first %zu of %zu reports are shown", count, f->count);
    plot_set_text(p, "note_text", b.len ? b.data : "");
    strbuf_release(&b);
    plot_set_number(p, "report_count", (double)count);
    plot_set_number(p, "has_logs", o->tasks || o->lrps);
    set_texts(p, f, "report_name", count, add_name);
    set_texts(p, f, "report_text", count, add_subtitle);
    set_texts(p, f, "first_name", count, add_first);
    set_texts(p, f, "last_name", count, add_last);
    set_numbers(p, "report_x_min", &range[0][0], count, 2);
    set_numbers(p, "report_x_max", &range[0][1], count, 2);
    set_numbers(p, "report_rows", rows, count, 1);
    set_numbers(p, "report_failed", failed, count, 1);
}

const struct plot_sheet plot_fezzik = {"cumulative", "cumulative.gp", "Reports of Fezzik", build};
