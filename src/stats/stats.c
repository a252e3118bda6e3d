/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/stats.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/order.h"
#include "base/slots.h"
#include "base/threads.h"
#include "base/xalloc.h"

/* Each has lists as long as there are entities, and fewer of these are not worth a thread. */
#define MAX_THREADS   4
#define WORTH_THREADS 10000

int64_t percentile(const int64_t *sorted, size_t count, double p)
{
    double rank = (double)(count - 1) * p;
    size_t low = (size_t)rank;

    if (low + 1 >= count)
        return sorted[count - 1];
    return sorted[low] +
           (int64_t)llround((double)(sorted[low + 1] - sorted[low]) * (rank - (double)low));
}

/* Who holds the least and the greatest; of several the first id. */
static void find_extremes(struct summary *s, const int64_t *ns, const struct timeline *const *of,
                          size_t count)
{
    size_t least = 0, most = 0;

    for (size_t i = 1; i < count; i++) {
        if (ns[i] < ns[least] ||
            (ns[i] == ns[least] && slice_cmp(timeline_id(of[i]), timeline_id(of[least])) < 0))
            least = i;
        if (ns[i] > ns[most] ||
            (ns[i] == ns[most] && slice_cmp(timeline_id(of[i]), timeline_id(of[most])) < 0))
            most = i;
    }
    s->min_at = of[least];
    s->max_at = of[most];
}

void summarize(struct summary *s, int64_t *ns, const struct timeline *const *of, size_t count)
{
    __extension__ typedef __int128 wide;
    wide sum = 0;
    double squares = 0;

    *s = (struct summary){.n = count};
    if (!count)
        return;
    if (of)
        find_extremes(s, ns, of, count);
    order_numbers(ns, count);
    for (size_t i = 0; i < count; i++) {
        sum += ns[i];
        s->negative += ns[i] < 0;
    }
    s->sum_ns = (double)sum;
    s->mean_ns = (double)sum / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += ((double)ns[i] - s->mean_ns) * ((double)ns[i] - s->mean_ns);
    s->sd_ns = count > 1 ? sqrt(squares / (double)(count - 1)) : 0;
    s->min_ns = ns[0];
    s->max_ns = ns[count - 1];
    s->p50_ns = percentile(ns, count, 0.50);
    s->p90_ns = percentile(ns, count, 0.90);
    s->p95_ns = percentile(ns, count, 0.95);
    s->p99_ns = percentile(ns, count, 0.99);
    histogram_count(&s->histogram, ns, count);
}

static void add_fate(struct stats *s, const struct timeline *tl)
{
    const struct trigger *reason = timeline_reason(s->timelines, tl);
    size_t last = timeline_last_stage(s->timelines, tl);

    for (size_t i = 0; i < s->fate_count; i++) {
        struct fate *f = &s->fates[i];

        if (f->outcome == tl->outcome && f->reason == reason && f->last_stage == last) {
            f->count++;
            return;
        }
    }
    s->fates = xreallocarray(s->fates, s->fate_count + 1, sizeof *s->fates);
    s->fates[s->fate_count++] = (struct fate){tl->outcome, reason, last, 1, tl};
}

static int by_fate_count(const void *pa, const void *pb)
{
    const struct fate *a = pa, *b = pb;

    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    if (a->outcome != b->outcome)
        return a->outcome < b->outcome ? -1 : 1;
    if (a->last_stage != b->last_stage)
        return a->last_stage < b->last_stage ? -1 : 1;
    return slice_cmp(timeline_id(a->example), timeline_id(b->example));
}

static void count_outcomes(struct stats *s)
{
    const struct timelines *t = s->timelines;

    s->outcomes = xcalloc(t->lc->outcome_count, sizeof *s->outcomes);
    for (size_t i = 0; i < t->count; i++) {
        const struct timeline *tl = timelines_at(t, i);

        s->complete += tl->complete;
        if (tl->outcome == OUTCOME_OK) {
            s->ok++;
            continue;
        }
        if (tl->outcome == OUTCOME_INCOMPLETE)
            s->incomplete++;
        else
            s->outcomes[tl->outcome]++;
        add_fate(s, tl);
    }
    if (s->fate_count)
        qsort(s->fates, s->fate_count, sizeof *s->fates, by_fate_count);
}

/* The skew of a stage and VMs, new if need be. */
static struct skew *find_skew(struct slots *slots, struct stats *s, size_t stage, uint16_t from,
                              uint16_t to)
{
    uint64_t hash = hash_mix((uint64_t)stage << 32 | (uint64_t)from << 16 | to, HASH_SEED);
    uint32_t number;

    for (struct probe p = slots_probe(hash); slots_next(slots, &p, &number);) {
        struct skew *k = &s->skews[number];

        if (k->stage == stage && k->from_vm == from && k->to_vm == to)
            return k;
    }
    slots_add(slots, hash, (uint32_t)s->skew_count);
    s->skews = xreallocarray(s->skews, s->skew_count + 1, sizeof *s->skews);
    s->skews[s->skew_count] = (struct skew){stage, from, to, 0, 0};
    return &s->skews[s->skew_count++];
}

static void add_skew(struct slots *slots, struct stats *s, const struct timeline *tl, size_t stage,
                     int64_t ns)
{
    size_t before = timeline_stage_before(s->timelines, tl, stage);
    uint16_t from = before == NO_STAGE ? NO_VM : timeline_vm(s->timelines, tl, before),
             to = timeline_vm(s->timelines, tl, stage);
    struct skew *k = find_skew(slots, s, stage, from, to);

    k->count++;
    if (ns < k->worst_ns)
        k->worst_ns = ns;
}

static int by_skew_count(const void *pa, const void *pb, void *context)
{
    const struct skew *a = pa, *b = pb;
    const struct timelines *t = context;
    int c;

    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    if (a->stage != b->stage)
        return a->stage < b->stage ? -1 : 1;
    c = slice_cmp(timelines_vm_name(t, a->from_vm), timelines_vm_name(t, b->from_vm));
    return c ? c : slice_cmp(timelines_vm_name(t, a->to_vm), timelines_vm_name(t, b->to_vm));
}

static int by_vm_name(const void *pa, const void *pb, void *context)
{
    const struct vm_summary *a = pa, *b = pb;

    return slice_cmp(timelines_vm_name(context, a->vm), timelines_vm_name(context, b->vm));
}

/* Totals are put in groups, a group for each VM, in one pass over the timelines.  The last group is
 * of those that lived on none. */
static void count_vms(struct stats *s)
{
    const struct timelines *t = s->timelines;
    size_t all = t->vms.count < NO_VM ? t->vms.count : NO_VM, at = 0;
    struct vm_summary *by_vm = xcalloc(all + 1, sizeof *by_vm);
    size_t *end = xcalloc(all + 1, sizeof *end);
    int64_t *totals = xreallocarray(NULL, t->count, sizeof *totals);

    for (size_t i = 0; i < t->count; i++) {
        const struct timeline *tl = timelines_at(t, i);
        struct vm_summary *v = &by_vm[tl->home == NO_VM ? all : tl->home];

        v->vm = tl->home;
        v->count++;
        v->not_ok += tl->outcome != OUTCOME_OK;
    }
    for (size_t vm = 0; vm <= all; vm++) {
        end[vm] = at;
        at += by_vm[vm].count;
        s->vm_count += by_vm[vm].count > 0;
    }
    for (size_t i = 0; i < t->count; i++) {
        const struct timeline *tl = timelines_at(t, i);

        totals[end[tl->home == NO_VM ? all : tl->home]++] = timeline_total(tl);
    }
    s->vms = xreallocarray(NULL, s->vm_count, sizeof *s->vms);
    s->vm_count = 0;
    for (size_t vm = 0; vm <= all; vm++) {
        struct vm_summary *v = &by_vm[vm];
        int64_t *group = totals + end[vm] - v->count;

        if (!v->count)
            continue;
        order_numbers(group, v->count);
        v->p50_total_ns = percentile(group, v->count, 0.5);
        s->vms[s->vm_count++] = *v;
    }
    if (s->vm_count)
        qsort_r(s->vms, s->vm_count, sizeof *s->vms, by_vm_name, (void *)(uintptr_t)t);
    free(by_vm);
    free(end);
    free(totals);
}

/* What is made side by side: the counts of outcomes and of VMs, the summaries of the total, of each
 * value, and of each stage. */
struct summing {
    struct stats *s;
    _Atomic size_t next;
    pthread_mutex_t lock; /* of what follows, and of the list of skews */
    struct slots skews;
};

/* One of the threads, with room for a duration of each entity. */
struct adder {
    struct summing *shared;
    int64_t *list;
    const struct timeline **of;
};

static void summarize_total(struct adder *a, struct stats *s)
{
    const struct timelines *t = s->timelines;
    size_t n = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct timeline *tl = timelines_at(t, i);

        if (timeline_last_stage(t, tl) == NO_STAGE)
            continue;
        a->list[n] = timeline_total(tl);
        a->of[n++] = tl;
    }
    summarize(&s->total, a->list, a->of, n);
}

static void summarize_value(struct adder *a, struct stats *s, size_t value)
{
    const struct timelines *t = s->timelines;
    size_t n = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct timeline *tl = timelines_at(t, i);

        if (timeline_value(t, tl, value, &a->list[n]))
            a->of[n++] = tl;
    }
    summarize(&s->value[value], a->list, a->of, n);
}

static void summarize_stage(struct adder *a, struct stats *s, size_t stage)
{
    const struct timelines *t = s->timelines;
    size_t n = 0;

    for (size_t i = 0; i < t->count; i++) {
        const struct timeline *tl = timelines_at(t, i);

        if (!timeline_duration(t, tl, stage, &a->list[n]))
            continue;
        if (a->list[n] < 0) {
            pthread_mutex_lock(&a->shared->lock);
            add_skew(&a->shared->skews, s, tl, stage, a->list[n]);
            pthread_mutex_unlock(&a->shared->lock);
        }
        a->of[n++] = tl;
    }
    summarize(&s->stage[stage], a->list, a->of, n);
}

static void make_figures(struct adder *a, struct stats *s, size_t n)
{
    size_t values = s->timelines->lc->value_count;

    if (n == 0)
        count_outcomes(s);
    else if (n == 1)
        count_vms(s);
    else if (n == 2)
        summarize_total(a, s);
    else if (n < 3 + values)
        summarize_value(a, s, n - 3);
    else
        summarize_stage(a, s, n - 3 - values);
}

static void make_some_figures(void *context)
{
    struct adder *a = context;
    struct stats *s = a->shared->s;
    size_t all = 3 + s->timelines->lc->value_count + s->timelines->lc->stage_count, n;

    a->list = xreallocarray(NULL, s->timelines->count, sizeof *a->list);
    a->of = xreallocarray(NULL, s->timelines->count, sizeof *a->of);
    while ((n = a->shared->next++) < all)
        make_figures(a, s, n);
    free(a->list);
    free(a->of);
}

static void make_all_figures(struct stats *s, size_t threads)
{
    const struct timelines *t = s->timelines;
    struct summing shared = {.s = s};
    struct adder adders[MAX_THREADS];
    void *contexts[MAX_THREADS];

    pthread_mutex_init(&shared.lock, NULL);
    for (size_t i = 0; i < MAX_THREADS; i++) {
        adders[i].shared = &shared;
        contexts[i] = &adders[i];
    }
    threads_run(t->count < WORTH_THREADS || !threads ? 1
                : threads < MAX_THREADS              ? threads
                                                     : MAX_THREADS,
                make_some_figures, contexts);
    s->first_stage = NO_STAGE;
    for (size_t stage = t->lc->stage_count; stage-- > 0;) {
        if (t->seen[stage])
            s->first_stage = stage;
    }
    for (size_t stage = 0; stage < t->lc->stage_count; stage++) {
        if (s->total.sum_ns > 0 && stage != s->first_stage)
            s->share[stage] = s->stage[stage].sum_ns / s->total.sum_ns;
    }
    if (s->skew_count)
        qsort_r(s->skews, s->skew_count, sizeof *s->skews, by_skew_count, (void *)(uintptr_t)t);
    slots_release(&shared.skews);
    pthread_mutex_destroy(&shared.lock);
}

void stats_init(struct stats *s, const struct timelines *t, size_t threads)
{
    *s = (struct stats){.timelines = t};
    make_all_figures(s, threads);
}

void stats_release(struct stats *s)
{
    free(s->outcomes);
    free(s->fates);
    free(s->skews);
    free(s->vms);
}
