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

/* Both lists in order of id, so that one pass over each finds all. */
static void view_tasks(struct views *v, const struct fezzik_report *r, const struct timelines *t)
{
    const struct timeline **sorted = xreallocarray(NULL, t->count, sizeof *sorted);
    size_t at = 0;

    if (t->count) {
        memcpy(sorted, t->list, t->count * sizeof *sorted);
        qsort(sorted, t->count, sizeof *sorted, by_id);
    }
    for (size_t i = 0; i < r->entity_count; i++) {
        while (at < t->count && slice_cmp(timeline_id(sorted[at]), r->entities[i].id) < 0)
            at++;
        if (at < t->count && slice_eq(timeline_id(sorted[at]), r->entities[i].id))
            view_task(r, t, sorted[at], &v->list[i]);
    }
    free(sorted);
}

/* ---- instances ---- */

/* A process in the logs. */
struct process {
    struct slice guid;
    int64_t created_ns; /* its first instance */
    size_t instances;
};

/* The number of a tag, or tag_count. */
static size_t find_tag(const struct timelines *t, const char *name)
{
    size_t i = 0;

    while (i < t->lc->tag_count && strcmp(t->lc->tags[i].name, name) != 0)
        i++;
    return i;
}

static int by_guid(const void *pa, const void *pb)
{
    const struct process *a = pa, *b = pb;

    return slice_cmp(a->guid, b->guid);
}

/* All processes, in order of guid. */
static struct process *find_processes(const struct timelines *t, size_t tag, size_t *count)
{
    struct process *list = xreallocarray(NULL, t->count, sizeof *list);
    size_t kept = 0;

    *count = 0;
    for (size_t i = 0; i < t->count; i++)
        list[i] = (struct process){timeline_tag(t, t->list[i], tag),
                                   stage_time(t, t->list[i], VIEWS_LRP_CREATED), 1};
    if (t->count)
        qsort(list, t->count, sizeof *list, by_guid);
    for (size_t i = 0; i < t->count; i++) {
        struct process *to = kept ? &list[kept - 1] : NULL;

        if (!list[i].guid.len)
            continue;
        if (!to || !slice_eq(to->guid, list[i].guid)) {
            list[kept++] = list[i];
            continue;
        }
        to->instances++;
        if (list[i].created_ns < to->created_ns)
            to->created_ns = list[i].created_ns;
    }
    *count = kept;
    return list;
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
static void choose_process(struct views *v, const struct fezzik_report *r,
                           const struct timelines *t, size_t tag)
{
    int64_t sign = first_sign(r);
    size_t count, exact = 0;
    struct process *list = find_processes(t, tag, &count);
    struct slice of_exact = {NULL, 0};

    for (size_t i = 0; i < count; i++) {
        int64_t at = since(r, list[i].created_ns);

        if (at == NSTIME_NONE || at < -VIEWS_BEFORE_NS || at > sign)
            continue;
        v->candidates++;
        v->process = list[i].guid;
        if ((int64_t)list[i].instances == r->requested) {
            exact++;
            of_exact = list[i].guid;
        }
    }
    if (v->candidates > 1)
        v->process = exact == 1 ? of_exact : (struct slice){NULL, 0};
    free(list);
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
static void view_instances(struct views *v, const struct fezzik_report *r,
                           const struct timelines *t)
{
    size_t process = find_tag(t, "process_guid"), index = find_tag(t, "index");

    if (process == t->lc->tag_count || index == t->lc->tag_count)
        return;
    choose_process(v, r, t, process);
    for (size_t i = 0; i < t->count && v->process.len; i++) {
        const struct timeline *tl = t->list[i];
        int64_t claimed = since(r, stage_time(t, tl, VIEWS_LRP_FIRST)),
                running = since(r, stage_time(t, tl, VIEWS_LRP_LAST));
        struct sighting *to;
        size_t e;

        if (!slice_eq(timeline_tag(t, tl, process), v->process))
            continue;
        e = find_index(r, timeline_tag(t, tl, index));
        if (e == r->entity_count)
            continue;
        to = &v->list[e];
        if (!to->tl || running < to->last_ns)
            to->tl = tl;
        if (claimed < to->first_ns)
            to->first_ns = claimed;
        if (running < to->last_ns)
            to->last_ns = running;
        to->done |= running != NSTIME_NONE;
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

void views_take(struct views *v, const struct fezzik_report *r, const struct timelines *t)
{
    *v = (struct views){.looked = t != NULL};
    v->list = xreallocarray(NULL, r->entity_count, sizeof *v->list);
    for (size_t i = 0; i < r->entity_count; i++)
        v->list[i] = (struct sighting){NULL, NSTIME_NONE, NSTIME_NONE, NO_STAGE, false};
    if (!t)
        return;
    if (r->tasks)
        view_tasks(v, r, t);
    else
        view_instances(v, r, t);
    count_views(v, r);
}

void views_release(struct views *v)
{
    free(v->list);
    *v = (struct views){0};
}
