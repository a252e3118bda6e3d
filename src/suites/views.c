/* SPDX-License-Identifier: Apache-2.0 */
#include "suites/views.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "suites/document.h"

bool views_lag(int64_t client_ns, int64_t logs_ns, int64_t *lag_ns)
{
    if (client_ns == NSTIME_NONE || logs_ns == NSTIME_NONE)
        return false;
    *lag_ns = nstime_between(logs_ns, client_ns);
    return true;
}

/* Since the report's time; what is not there stays so. */
static int64_t since(const struct fezzik_report *r, int64_t time_ns)
{
    int64_t ns;

    if (time_ns == NSTIME_NONE)
        return NSTIME_NONE;
    ns = nstime_between(r->time_ns, time_ns);
    /* years away: nothing of this run */
    return ns > DOCUMENT_LONGEST_NS || ns < -DOCUMENT_LONGEST_NS ? NSTIME_NONE : ns;
}

static int64_t stage_time(const struct timelines *t, const struct timeline *tl, const char *stage)
{
    size_t i = lifecycle_stage(t->lc, stage);

    return i == NO_STAGE ? NSTIME_NONE : timeline_time(t, tl, i);
}

/* ---- Tasks ---- */

static int by_id(const void *pa, const void *pb)
{
    const struct timeline *const *a = pa, *const *b = pb;

    return slice_cmp(timeline_id(*a), timeline_id(*b));
}

static void view_task(const struct fezzik_report *r, const struct timelines *t,
                      const struct timeline *tl, struct sighting *v)
{
    v->tl = tl;
    v->first_ns = since(r, stage_time(t, tl, VIEWS_TASK_FIRST));
    v->last_stage = timeline_last_stage(t, tl);
    if (v->last_stage != NO_STAGE)
        v->last_ns = since(r, timeline_time(t, tl, v->last_stage));
    v->done = v->last_stage != NO_STAGE && v->last_stage >= lifecycle_stage(t->lc, VIEWS_TASK_DONE);
}

static const struct timeline *find_task(const struct view_index *x, struct slice id)
{
    size_t low = 0, high = x->timelines->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int c = slice_cmp(timeline_id(x->sorted[middle]), id);

        if (c == 0)
            return x->sorted[middle];
        if (c < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void view_tasks(struct views *v, const struct fezzik_report *r, const struct view_index *x)
{
    for (size_t i = 0; i < r->entity_count; i++) {
        const struct timeline *tl = find_task(x, r->entities[i].id);

        if (tl)
            view_task(r, x->timelines, tl, &v->list[i]);
    }
}

/* ---- instances ---- */

/* A process in the logs, and its instances among the sorted timelines. */
struct process {
    struct slice guid;
    int64_t created_ns; /* its first instance */
    size_t from, end;
};

/* The number of a tag, or tag_count. */
static size_t find_tag(const struct timelines *t, const char *name)
{
    size_t i = 0;

    while (i < t->lc->tag_count && strcmp(t->lc->tags[i].name, name) != 0)
        i++;
    return i;
}

struct by_tag {
    const struct timelines *t;
    size_t tag;
};

static int by_process(const void *pa, const void *pb, void *context)
{
    const struct timeline *const *a = pa, *const *b = pb;
    const struct by_tag *by = context;
    int c = slice_cmp(timeline_tag(by->t, *a, by->tag), timeline_tag(by->t, *b, by->tag));

    return c ? c : by_id(pa, pb);
}

static void find_processes(struct view_index *x, size_t tag)
{
    const struct timelines *t = x->timelines;

    for (size_t i = 0; i < t->count; i++) {
        struct slice guid = timeline_tag(t, x->sorted[i], tag);
        int64_t created = stage_time(t, x->sorted[i], VIEWS_LRP_CREATED);
        struct process *p = x->process_count ? &x->processes[x->process_count - 1] : NULL;

        if (!guid.len)
            continue;
        if (!p || !slice_eq(p->guid, guid)) {
            x->processes = xreallocarray(x->processes, x->process_count + 1, sizeof *x->processes);
            p = &x->processes[x->process_count++];
            *p = (struct process){guid, created, i, i};
        }
        p->end = i + 1;
        if (created < p->created_ns)
            p->created_ns = created;
    }
}

/* When the client saw the first instance claimed or running: by then the process was there. */
static int64_t first_sign(const struct fezzik_report *r)
{
    int64_t ns = NSTIME_NONE;

    if (r->first.n)
        ns = r->first.min_ns;
    if (r->last.n && r->last.min_ns < ns)
        ns = r->last.min_ns;
    return ns == NSTIME_NONE ? VIEWS_BEFORE_NS : ns;
}

/* The process of a report; of several that fit, the only one with as many instances. */
static const struct process *choose_process(struct views *v, const struct fezzik_report *r,
                                            const struct view_index *x)
{
    const struct process *chosen = NULL, *exact = NULL;
    int64_t sign = first_sign(r);
    size_t exacts = 0;

    for (size_t i = 0; i < x->process_count; i++) {
        const struct process *p = &x->processes[i];
        int64_t at = since(r, p->created_ns);

        if (at == NSTIME_NONE || at < -VIEWS_BEFORE_NS || at > sign)
            continue;
        v->candidates++;
        chosen = p;
        if ((int64_t)(p->end - p->from) == r->requested) {
            exacts++;
            exact = p;
        }
    }
    if (v->candidates > 1)
        chosen = exacts == 1 ? exact : NULL;
    return chosen;
}

static size_t find_index(const struct fezzik_report *r, struct slice index)
{
    size_t low = 0, high = r->entity_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct slice id = r->entities[middle].id;
        int c = id.len != index.len ? (id.len < index.len ? -1 : 1) : slice_cmp(id, index);

        if (c == 0)
            return middle;
        if (c < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return r->entity_count;
}

/* An index may have had several instances; the client waited for the first of them. */
static void view_instance(const struct fezzik_report *r, const struct timelines *t,
                          const struct timeline *tl, struct sighting *to)
{
    int64_t claimed = since(r, stage_time(t, tl, VIEWS_LRP_FIRST)),
            running = since(r, stage_time(t, tl, VIEWS_LRP_LAST));

    if (!to->tl || running < to->last_ns)
        to->tl = tl;
    if (claimed < to->first_ns)
        to->first_ns = claimed;
    if (running < to->last_ns)
        to->last_ns = running;
    to->done |= running != NSTIME_NONE;
}

static void view_instances(struct views *v, const struct fezzik_report *r,
                           const struct view_index *x)
{
    const struct process *p = choose_process(v, r, x);
    size_t tag = find_tag(x->timelines, "index");

    if (!p || tag == x->timelines->lc->tag_count)
        return;
    v->process = p->guid;
    for (size_t i = p->from; i < p->end; i++) {
        size_t e = find_index(r, timeline_tag(x->timelines, x->sorted[i], tag));

        if (e < r->entity_count)
            view_instance(r, x->timelines, x->sorted[i], &v->list[e]);
    }
}

/* ---- both ---- */

static void count_views(struct views *v, const struct fezzik_report *r)
{
    int64_t *first = xreallocarray(NULL, r->entity_count, sizeof *first),
            *last = xreallocarray(NULL, r->entity_count, sizeof *last);
    size_t firsts = 0, lasts = 0;

    for (size_t i = 0; i < r->entity_count; i++) {
        const struct fezzik_entity *e = &r->entities[i];
        bool client_done = e->last_ns != NSTIME_NONE;

        v->known += v->list[i].tl != NULL;
        v->client_only += client_done && !v->list[i].done;
        v->logs_only += !client_done && v->list[i].done;
        firsts += views_lag(e->first_ns, v->list[i].first_ns, &first[firsts]);
        lasts += views_lag(e->last_ns, v->list[i].last_ns, &last[lasts]);
    }
    summarize(&v->first_lag, first, NULL, firsts);
    summarize(&v->last_lag, last, NULL, lasts);
    free(first);
    free(last);
}

void view_index_init(struct view_index *x, const struct timelines *t, bool tasks)
{
    struct by_tag by = {t, tasks ? 0 : find_tag(t, "process_guid")};

    *x = (struct view_index){.timelines = t};
    x->sorted = xreallocarray(NULL, t->count, sizeof *x->sorted);
    if (!t->count)
        return;
    memcpy(x->sorted, t->list, t->count * sizeof *x->sorted);
    if (tasks) {
        qsort(x->sorted, t->count, sizeof *x->sorted, by_id);
    } else if (by.tag < t->lc->tag_count) {
        qsort_r(x->sorted, t->count, sizeof *x->sorted, by_process, &by);
        find_processes(x, by.tag);
    }
}

void view_index_release(struct view_index *x)
{
    free(x->sorted);
    free(x->processes);
    *x = (struct view_index){0};
}

void views_take(struct views *v, const struct fezzik_report *r, const struct view_index *x)
{
    *v = (struct views){.looked = x->timelines != NULL};
    v->list = xreallocarray(NULL, r->entity_count, sizeof *v->list);
    for (size_t i = 0; i < r->entity_count; i++)
        v->list[i] = (struct sighting){NULL, NSTIME_NONE, NSTIME_NONE, NO_STAGE, false};
    if (!v->looked)
        return;
    if (r->tasks)
        view_tasks(v, r, x);
    else
        view_instances(v, r, x);
    count_views(v, r);
}

void views_release(struct views *v)
{
    free(v->list);
    *v = (struct views){0};
}
