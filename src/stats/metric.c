/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/metric.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "stats/stats.h"

#define NO_TAG_NUMBER SIZE_MAX

#define CEDAR_TAGS                                                                                 \
    {                                                                                              \
        {"app", "app", false}, {"session", "session", false},                                      \
    }

const struct metric metrics[] = {
    {.name = "RequestLatency",
     .snake = "request_latency",
     .about = "How long a component took to serve an HTTP request",
     .lifecycle = "requests",
     .from = "Serving",
     .to = "Done",
     .tags = {{"request", "endpoint", true}},
     .by_tag = true,
     .if_tag = "method",
     .open_as = "RequestLatency"},
    {.name = "AuctionScheduleDuration",
     .snake = "auction_schedule_duration",
     .about = "How long the auctioneer took to place a batch",
     .lifecycle = "auctions",
     .from = "Scheduling",
     .to = "Scheduled",
     .component = "auctioneer",
     .open_as = "AuctionScheduleDuration"},
    {.name = "TaskLifecycle",
     .snake = "task_lifecycle",
     .about = "From the desire of a Task to its completion in the BBS",
     .lifecycle = "tasks",
     .from = "Desiring-Task",
     .to = "Persisted-Completed",
     .component = "bbs",
     .tags = {{"task_guid", NULL, false}},
     .open_as = "TaskLifecycle"},
    {.name = "LRPLifecycle",
     .snake = "lrp_lifecycle",
     .about = "From the creation of an LRP instance to its running in the BBS",
     .lifecycle = "lrps",
     .from = "Creating-ALRP",
     .to = "Running-In-BBS",
     .component = "bbs",
     .tags = {{"index", "index", false}, {"process_guid", "process_guid", false}},
     .open_as = "LRPLifecycle"},
    {.name = "CedarSuccessfulPush",
     .snake = "cedar_successful_push",
     .about = "How long the successful pushes of Cedar took",
     .lifecycle = "cedar-apps",
     .from = "Started",
     .to = "Ended",
     .component = "cedar",
     .tags = CEDAR_TAGS,
     .if_tag = "action",
     .if_text = "push",
     .which = METRIC_SUCCEEDED,
     .middle = true,
     .open_as = "CedarSuccessfulPush or CedarFailedPush"},
    {.name = "CedarFailedPush",
     .snake = "cedar_failed_push",
     .about = "How long the failed pushes of Cedar took",
     .lifecycle = "cedar-apps",
     .from = "Started",
     .to = "Ended",
     .component = "cedar",
     .tags = CEDAR_TAGS,
     .if_tag = "action",
     .if_text = "push",
     .which = METRIC_FAILED,
     .middle = true},
    {.name = "CedarSuccessfulStart",
     .snake = "cedar_successful_start",
     .about = "How long the successful starts of Cedar took",
     .lifecycle = "cedar-apps",
     .from = "Started",
     .to = "Ended",
     .component = "cedar",
     .tags = CEDAR_TAGS,
     .if_tag = "action",
     .if_text = "start",
     .which = METRIC_SUCCEEDED,
     .middle = true,
     .open_as = "CedarSuccessfulStart or CedarFailedStart"},
    {.name = "CedarFailedStart",
     .snake = "cedar_failed_start",
     .about = "How long the failed starts of Cedar took",
     .lifecycle = "cedar-apps",
     .from = "Started",
     .to = "Ended",
     .component = "cedar",
     .tags = CEDAR_TAGS,
     .if_tag = "action",
     .if_text = "start",
     .which = METRIC_FAILED,
     .middle = true},
};

const size_t metrics_count = sizeof metrics / sizeof *metrics;

static int find_stage(const struct metric *m, const struct lifecycle *lc, const char *name,
                      size_t *stage, struct err *err)
{
    *stage = lifecycle_stage(lc, name);
    return *stage == NO_STAGE ? err_set(err, "%s: %s has no stage \"%s\"", m->name, lc->name, name)
                              : 0;
}

static int find_tag(const struct metric *m, const struct lifecycle *lc, const char *name,
                    size_t *tag, struct err *err)
{
    for (*tag = 0; name && *tag < lc->tag_count; ++*tag) {
        if (strcmp(lc->tags[*tag].name, name) == 0)
            return 0;
    }
    *tag = NO_TAG_NUMBER;
    return name ? err_set(err, "%s: %s has no tag \"%s\"", m->name, lc->name, name) : 0;
}

/* What a metric asks of its lifecycle, by number. */
struct wanted {
    size_t from, to, component, condition;
};

static int find_wanted(struct metric_points *p, struct wanted *w, struct err *err)
{
    const struct metric *m = p->metric;
    const struct lifecycle *lc = p->timelines->lc;

    for (size_t i = 0; i < METRIC_TAGS; i++) {
        if (find_tag(m, lc, m->tags[i].tag, &p->tags[i], err) < 0)
            return -1;
    }
    if (find_stage(m, lc, m->from, &w->from, err) < 0 ||
        find_stage(m, lc, m->to, &w->to, err) < 0 ||
        find_tag(m, lc, m->component ? NULL : "component", &w->component, err) < 0)
        return -1;
    return find_tag(m, lc, m->if_tag, &w->condition, err);
}

static bool is_of(const struct metric_points *p, const struct wanted *w, const struct timeline *tl)
{
    const struct metric *m = p->metric;
    struct slice text;

    if (m->if_tag) {
        text = timeline_tag(p->timelines, tl, w->condition);
        if (m->if_text ? !slice_eq(text, slice_of(m->if_text)) : !text.len)
            return false;
    }
    return true;
}

/* Which of several metrics of the same stages it counts for, now that it has ended. */
static bool came_so(const struct metric *m, const struct timeline *tl)
{
    return m->which == METRIC_ALL || (m->which == METRIC_FAILED) == (tl->outcome >= 0);
}

static void take(struct metric_points *p, const struct wanted *w, const struct timeline *tl)
{
    const struct metric *m = p->metric;
    int64_t from_ns = timeline_time(p->timelines, tl, w->from),
            to_ns = timeline_time(p->timelines, tl, w->to);
    struct metric_point *point = &p->list[p->count];

    if (from_ns == NSTIME_NONE || to_ns == NSTIME_NONE) {
        p->open += from_ns != NSTIME_NONE;
        p->headless += to_ns != NSTIME_NONE;
        return;
    }
    if (!came_so(m, tl))
        return;
    *point = (struct metric_point){.timeline = tl, .value_ns = nstime_between(from_ns, to_ns)};
    if (point->value_ns < 0) {
        p->negative++;
        return;
    }
    point->time_ns = from_ns + (m->middle ? point->value_ns / 2 : 0);
    point->component =
        m->component ? slice_of(m->component) : timeline_tag(p->timelines, tl, w->component);
    if (m->by_tag)
        point->group = metric_tag_text(p, point, 0);
    p->count++;
}

int metric_points_init(struct metric_points *p, const struct metric *m, const struct timelines *t,
                       struct err *err)
{
    struct wanted w;

    *p = (struct metric_points){.metric = m, .timelines = t};
    if (find_wanted(p, &w, err) < 0)
        return -1;
    p->list = xreallocarray(NULL, t->count + 1, sizeof *p->list);
    for (size_t i = 0; i < t->count; i++) {
        if (is_of(p, &w, t->list[i]))
            take(p, &w, t->list[i]);
    }
    return 0;
}

void metric_points_release(struct metric_points *p)
{
    free(p->list);
    *p = (struct metric_points){0};
}

struct slice metric_tag_text(const struct metric_points *p, const struct metric_point *point,
                             size_t tag)
{
    const struct metric_tag *of = &p->metric->tags[tag];
    struct slice text, component = point->component;

    if (!of->key)
        return (struct slice){"", 0};
    if (!of->tag)
        return timeline_id(point->timeline);
    text = timeline_tag(p->timelines, point->timeline, p->tags[tag]);
    if (of->no_component && text.len > component.len &&
        memcmp(text.p, component.p, component.len) == 0) {
        text.p += component.len;
        text.len -= component.len;
    }
    return text;
}

/* ---- groups ---- */

static int by_group(const struct metric_point *a, const struct metric_point *b)
{
    int c = slice_cmp(a->component, b->component);

    return c ? c : slice_cmp(a->group, b->group);
}

static int by_group_pointers(const void *a, const void *b)
{
    return by_group(*(const struct metric_point *const *)a, *(const struct metric_point *const *)b);
}

static void sum_up(struct metric_group *g, int64_t *ns)
{
    struct summary s;

    summarize(&s, ns, NULL, g->count);
    g->p10_ns = percentile(ns, g->count, 0.10);
    g->p50_ns = s.p50_ns;
    g->p90_ns = s.p90_ns;
    g->p95_ns = s.p95_ns;
    g->p99_ns = s.p99_ns;
    g->sum_ns = s.sum_ns;
}

struct metric_group *metric_groups(const struct metric_points *p, size_t *count)
{
    const struct metric_point **sorted = xreallocarray(NULL, p->count + 1, sizeof *sorted);
    struct metric_group *groups = xreallocarray(NULL, p->count + 1, sizeof *groups);
    int64_t *ns = xreallocarray(NULL, p->count + 1, sizeof *ns);

    for (size_t i = 0; i < p->count; i++)
        sorted[i] = &p->list[i];
    qsort(sorted, p->count, sizeof *sorted, by_group_pointers);
    *count = 0;
    for (size_t from = 0, i; from < p->count; from = i) {
        struct metric_group *g = &groups[(*count)++];

        for (i = from; i < p->count && by_group(sorted[i], sorted[from]) == 0; i++)
            ns[i - from] = sorted[i]->value_ns;
        *g = (struct metric_group){
            .component = sorted[from]->component, .group = sorted[from]->group, .count = i - from};
        sum_up(g, ns);
    }
    free(sorted);
    free(ns);
    return groups;
}
