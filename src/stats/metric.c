/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/metric.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/threads.h"
#include "base/xalloc.h"
#include "lifecycle/pare.h"
#include "stats/stats.h"

/* Fewer timelines are not worth a thread. */
#define LEAST_SHARE 4096

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
    *tag = name ? lifecycle_tag(lc, slice_of(name)) : NO_TAG_NUMBER;
    return name && *tag == NO_TAG_NUMBER
               ? err_set(err, "%s: %s has no tag \"%s\"", m->name, lc->name, name)
               : 0;
}

void metrics_pare(struct lifecycle *lc)
{
    pare_tags(lc);
    for (size_t i = 0; i < metrics_count; i++) {
        const struct metric *m = &metrics[i];

        if (strcmp(m->lifecycle, lc->name) != 0)
            continue;
        pare_keep_tag(lc, m->component ? NULL : "component");
        pare_keep_tag(lc, m->if_tag);
        for (size_t k = 0; k < METRIC_TAGS; k++)
            pare_keep_tag(lc, m->tags[k].tag);
    }
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

/* The text without a component that it begins with. */
static struct slice without_component(struct slice text, struct slice component)
{
    if (text.len > component.len && memcmp(text.p, component.p, component.len) == 0) {
        text.p += component.len;
        text.len -= component.len;
    }
    return text;
}

static struct slice tag_text(const struct metric_points *p, const struct timeline *tl,
                             struct slice component, size_t tag)
{
    const struct metric_tag *of = &p->metric->tags[tag];
    struct slice text;

    if (!of->key)
        return (struct slice){"", 0};
    if (!of->tag)
        return timeline_id(tl);
    text = timeline_tag(p->timelines, tl, p->tags[tag]);
    return of->no_component ? without_component(text, component) : text;
}

struct slice metric_tag_text(const struct metric_points *p, const struct metric_point *point,
                             size_t tag)
{
    return tag_text(p, point->timeline, p->groups[point->group].component, tag);
}

/* ---- taking points ---- */

/* A range of the timelines, and what one thread took of it. */
struct share {
    struct metric_points *p;
    const struct wanted *w;
    size_t from, to;            /* timelines; their points lie from there on in the list */
    size_t count;               /* of the points */
    struct metric_group *kinds; /* those it met; points have their numbers at first */
    size_t kind_count, kind_room;
    struct slots slots;  /* of them */
    uint32_t *number_of; /* of a kind among all groups */
    uint64_t open, headless, negative;
};

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

/* Texts of tags are kept once each, so most that are equal are the same. */
static bool is_same(struct slice a, struct slice b)
{
    return a.p == b.p && a.len == b.len;
}

static uint32_t kind_of(struct share *s, struct slice component, struct slice text)
{
    uint64_t hash = hash_mix((uintptr_t)component.p ^ HASH_SEED, (uintptr_t)text.p + text.len);
    uint32_t n;

    for (struct probe at = slots_probe(hash); slots_next(&s->slots, &at, &n);) {
        if (is_same(s->kinds[n].component, component) && is_same(s->kinds[n].text, text))
            return n;
    }
    if (s->kind_count == s->kind_room) {
        s->kind_room = s->kind_room ? s->kind_room * 2 : 32;
        s->kinds = xreallocarray(s->kinds, s->kind_room, sizeof *s->kinds);
    }
    slots_add(&s->slots, hash, (uint32_t)s->kind_count);
    s->kinds[s->kind_count] = (struct metric_group){.component = component, .text = text};
    return (uint32_t)s->kind_count++;
}

static void take(struct share *s, const struct timeline *tl)
{
    const struct metric_points *p = s->p;
    const struct metric *m = p->metric;
    int64_t from_ns = timeline_time(p->timelines, tl, s->w->from),
            to_ns = timeline_time(p->timelines, tl, s->w->to), value_ns;
    struct slice component, text = {"", 0};
    uint32_t kind;

    if (from_ns == NSTIME_NONE || to_ns == NSTIME_NONE) {
        s->open += from_ns != NSTIME_NONE;
        s->headless += to_ns != NSTIME_NONE;
        return;
    }
    if (!came_so(m, tl))
        return;
    value_ns = nstime_between(from_ns, to_ns);
    if (value_ns < 0) {
        s->negative++;
        return;
    }
    component =
        m->component ? slice_of(m->component) : timeline_tag(p->timelines, tl, s->w->component);
    if (m->by_tag)
        text = tag_text(p, tl, component, 0);
    kind = kind_of(s, component, text);
    s->kinds[kind].count++;
    p->list[s->from + s->count++] =
        (struct metric_point){.timeline = tl,
                              .time_ns = from_ns + (m->middle ? value_ns / 2 : 0),
                              .value_ns = value_ns,
                              .group = kind};
}

static void take_share(void *context, size_t i)
{
    struct share *s = (struct share *)context + i;
    const struct timelines *t = s->p->timelines;

    for (size_t k = s->from; k < s->to; k++) {
        if (is_of(s->p, s->w, t->list[k]))
            take(s, t->list[k]);
    }
}

/* ---- groups ---- */

/* A kind of a share. */
struct kind {
    struct share *share;
    uint32_t number;
};

static const struct metric_group *group_of_kind(const struct kind *k)
{
    return &k->share->kinds[k->number];
}

static int by_texts(const void *a, const void *b)
{
    const struct metric_group *x = group_of_kind(a), *y = group_of_kind(b);
    int c = slice_cmp(x->component, y->component);

    return c ? c : slice_cmp(x->text, y->text);
}

/* The groups are the kinds of all shares, those of equal texts together. */
static void make_groups(struct metric_points *p, struct share *shares, size_t count)
{
    struct kind *kinds;
    size_t total = 0, n = 0;

    for (size_t i = 0; i < count; i++)
        total += shares[i].kind_count;
    kinds = xreallocarray(NULL, total + 1, sizeof *kinds);
    p->groups = xreallocarray(NULL, total + 1, sizeof *p->groups);
    for (size_t i = 0; i < count; i++) {
        shares[i].number_of =
            xreallocarray(NULL, shares[i].kind_count + 1, sizeof *shares[i].number_of);
        for (size_t k = 0; k < shares[i].kind_count; k++)
            kinds[n++] = (struct kind){&shares[i], (uint32_t)k};
    }
    qsort(kinds, total, sizeof *kinds, by_texts);
    for (size_t i = 0; i < total; i++) {
        const struct metric_group *kind = group_of_kind(&kinds[i]);

        if (i == 0 || by_texts(&kinds[i - 1], &kinds[i]) != 0)
            p->groups[p->group_count++] =
                (struct metric_group){.component = kind->component, .text = kind->text};
        p->groups[p->group_count - 1].count += kind->count;
        kinds[i].share->number_of[kinds[i].number] = (uint32_t)p->group_count - 1;
    }
    free(kinds);
}

/* Put what the shares took together, in order; each is released. */
static void put_together(struct metric_points *p, struct share *shares, size_t count)
{
    make_groups(p, shares, count);
    for (size_t i = 0; i < count; i++) {
        struct share *s = &shares[i];

        for (size_t k = 0; k < s->count; k++) {
            p->list[p->count] = p->list[s->from + k];
            p->list[p->count].group = s->number_of[p->list[p->count].group];
            p->count++;
        }
        p->open += s->open;
        p->headless += s->headless;
        p->negative += s->negative;
        free(s->kinds);
        free(s->number_of);
        slots_release(&s->slots);
    }
}

int metric_points_init(struct metric_points *p, const struct metric *m, const struct timelines *t,
                       struct err *err)
{
    size_t threads = t->threads ? t->threads : 1, count = t->count / LEAST_SHARE + 1;
    struct share *shares;
    struct wanted w;

    *p = (struct metric_points){.metric = m, .timelines = t};
    if (find_wanted(p, &w, err) < 0)
        return -1;
    if (count > threads)
        count = threads;
    p->list = xreallocarray(NULL, t->count + 1, sizeof *p->list);
    shares = xcalloc(count, sizeof *shares);
    for (size_t i = 0; i < count; i++)
        shares[i] = (struct share){.p = p,
                                   .w = &w,
                                   .from = t->count * i / count,
                                   .to = t->count * (i + 1) / count,
                                   .slots = SLOTS_INIT};
    threads_each(threads, count, take_share, shares);
    put_together(p, shares, count);
    free(shares);
    return 0;
}

void metric_points_release(struct metric_points *p)
{
    free(p->list);
    free(p->groups);
    *p = (struct metric_points){0};
}

/* ---- figures ---- */

/* The values of all points, those of a group side by side. */
struct figures {
    struct metric_points *p;
    int64_t *ns;
    size_t *from; /* of each group, and of one more */
};

static void sum_up(void *context, size_t i)
{
    struct figures *f = context;
    struct metric_group *g = &f->p->groups[i];
    int64_t *ns = f->ns + f->from[i];
    struct summary s;

    summarize(&s, ns, NULL, g->count);
    g->p10_ns = percentile(ns, g->count, 0.10);
    g->p50_ns = s.p50_ns;
    g->p90_ns = s.p90_ns;
    g->p95_ns = s.p95_ns;
    g->p99_ns = s.p99_ns;
    g->sum_ns = s.sum_ns;
}

void metric_groups_sum_up(struct metric_points *p)
{
    struct figures f = {p, xreallocarray(NULL, p->count + 1, sizeof *f.ns),
                        xreallocarray(NULL, p->group_count + 1, sizeof *f.from)};
    size_t *next = xreallocarray(NULL, p->group_count + 1, sizeof *next);

    f.from[0] = 0;
    for (size_t i = 0; i < p->group_count; i++) {
        next[i] = f.from[i];
        f.from[i + 1] = f.from[i] + p->groups[i].count;
    }
    for (size_t i = 0; i < p->count; i++)
        f.ns[next[p->list[i].group]++] = p->list[i].value_ns;
    threads_each(p->timelines->threads ? p->timelines->threads : 1, p->group_count, sum_up, &f);
    free(next);
    free(f.from);
    free(f.ns);
}
