/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When all events are in: which are void, whose those of an earlier id are, what became of each
 * entity.  Nothing here depends on the order in which events came.
 */
#include "lifecycle/timeline.h"

#include <stdlib.h>

#include "base/threads.h"
#include "base/xalloc.h"
#include "lifecycle/timeline_table.h"

/* ---- what is void, and whose is it? ---- */

/* Does one of the facts void an event: did its session log what it must not? */
static bool session_failed(const struct timelines *t, const struct facts *facts,
                           const struct fact *fact)
{
    size_t unless = t->lc->triggers[fact->trigger].unless;

    for (size_t i = 0; unless && fact->session && i < facts->count; i++) {
        const struct fact *other = fact_at(t, facts, i);
        const struct trigger *trigger = &t->lc->triggers[other->trigger];

        if (trigger->kind == TRIGGER_UNLESS && trigger->target == unless - 1 &&
            other->session == fact->session)
            return true;
    }
    return false;
}

static int by_link(const void *pa, const void *pb)
{
    const struct timeline *a = *(struct timeline *const *)pa, *b = *(struct timeline *const *)pb;

    if (a->link != b->link)
        return a->link < b->link ? -1 : 1;
    if (a->start_ns != b->start_ns)
        return a->start_ns < b->start_ns ? -1 : 1;
    return slice_cmp(timeline_id(a), timeline_id(b));
}

/* The instance, of those in order of their own first events, to which an event belongs; NULL if to
 * none. */
static struct timeline *owner(struct timeline *const *instances, size_t count, enum belongs belongs,
                              int64_t time_ns)
{
    size_t next = 0;

    while (next < count && instances[next]->start_ns < time_ns)
        next++;
    switch (belongs) {
    case BELONGS_NEXT:
        return next < count ? instances[next] : NULL;
    case BELONGS_PREVIOUS:
        if (next < count && instances[next]->start_ns == time_ns)
            return instances[next];
        return next ? instances[next - 1] : count ? instances[0] : NULL;
    case BELONGS_NEAREST:
        if (next == count)
            return count ? instances[count - 1] : NULL;
        if (next && time_ns - instances[next - 1]->start_ns <= instances[next]->start_ns - time_ns)
            return instances[next - 1];
        return instances[next];
    }
    return NULL;
}

/* Is an event of an earlier id void, by a line of that id or of one of its instances? */
static bool is_void(const struct timelines *t, const struct link *l,
                    struct timeline *const *instances, size_t count, const struct fact *fact)
{
    if (session_failed(t, &l->facts, fact))
        return true;
    for (size_t i = 0; i < count; i++) {
        if (session_failed(t, waiting(t, instances[i]), fact))
            return true;
    }
    return false;
}

/* Give the events of an earlier id to its instances; what is left over is an entity of its own. */
static void share_out(struct timelines *t, uint32_t number, struct timeline *const *instances,
                      size_t count)
{
    struct link *l = t->links[number];
    struct timeline *rest = NULL;

    for (size_t i = 0; i < l->facts.count; i++) {
        const struct fact *fact = fact_at(t, &l->facts, i);
        const struct trigger *trigger = &t->lc->triggers[fact->trigger];
        struct timeline *tl;

        if (trigger->kind == TRIGGER_UNLESS) { /* sessions tell whose events it voids */
            for (size_t k = 0; k < count; k++)
                timeline_add_fact(t, instances[k], fact);
            continue;
        }
        if (is_void(t, l, instances, count, fact))
            continue;
        tl = owner(instances, count, trigger->belongs, fact->time_ns);
        if (!tl) {
            if (!rest) {
                rest = timelines_find(t, link_id(l));
                rest->link = number + 1;
                for (size_t k = 0; k < t->lc->tag_slots; k++) {
                    if (link_tags(t, l)[k] != TAG_AMBIGUOUS)
                        tags(t, rest)[k] = link_tags(t, l)[k];
                }
                for (size_t k = 0; k < t->lc->value_count; k++) {
                    if (link_worths(l)[k] != WORTH_AMBIGUOUS)
                        worths(t, rest)[k] = link_worths(l)[k];
                }
            }
            tl = rest;
        }
        timeline_add_fact(t, tl, fact);
    }
    free(l->facts.list);
    l->facts = (struct facts){NULL, 0, 0};
}

static void join_links(struct timelines *t)
{
    size_t count = 0, at = 0;
    struct timeline **tied = xreallocarray(NULL, t->count, sizeof *tied);

    for (size_t i = 0; i < t->count; i++) {
        /* one of which nothing was seen under its own id can't be told from the others */
        if (t->list[i]->link && t->list[i]->start_ns != NSTIME_NONE)
            tied[count++] = t->list[i];
    }
    qsort(tied, count, sizeof *tied, by_link);
    for (uint32_t n = 0; n < t->link_count; n++) {
        size_t from = at;

        while (at < count && tied[at]->link == n + 1)
            at++;
        share_out(t, n, tied + from, at - from);
    }
    free(tied);
}

/* Take the stage events that had to wait for their sessions, then for other stages. */
static void settle_stages(const struct timelines *t, struct timeline *tl, bool conditional)
{
    for (size_t i = 0; i < waiting(t, tl)->count; i++) {
        const struct fact *fact = fact_at(t, waiting(t, tl), i);
        const struct trigger *trigger = &t->lc->triggers[fact->trigger];

        if (trigger->kind != TRIGGER_STAGE || (trigger->void_stage != NO_STAGE) != conditional)
            continue;
        if (conditional && times(tl)[trigger->void_stage] != NSTIME_NONE)
            continue;
        if (!session_failed(t, waiting(t, tl), fact))
            timeline_reach(t, tl, fact);
    }
}

static void note_seen(struct timelines *t)
{
    for (size_t i = 0; i < t->count; i++) {
        const struct timeline *tl = timelines_at(t, i);

        for (size_t s = 0; s < t->lc->stage_count; s++) {
            if (times(tl)[s] != NSTIME_NONE)
                t->seen[s] = true;
        }
    }
}

/* The first outcome, in the definition's order, with an event that stands. */
static void settle_outcome(const struct timelines *t, struct timeline *tl)
{
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < waiting(t, tl)->count; i++) {
        const struct fact *fact = fact_at(t, waiting(t, tl), i);
        const struct trigger *trigger = &t->lc->triggers[fact->trigger];

        if (trigger->kind != TRIGGER_OUTCOME || trigger->target >= best ||
            session_failed(t, waiting(t, tl), fact))
            continue;
        if (trigger->void_stage != NO_STAGE && times(tl)[trigger->void_stage] != NSTIME_NONE)
            continue;
        best = trigger->target;
        tl->reason = fact->trigger;
        tl->outcome = (int16_t)best;
    }
}

static bool has_anchoring_fact(const struct timelines *t, const struct timeline *tl)
{
    for (size_t i = 0; i < waiting(t, tl)->count; i++) {
        const struct trigger *trigger = &t->lc->triggers[fact_at(t, waiting(t, tl), i)->trigger];

        if (trigger->anchor && trigger->kind == TRIGGER_OUTCOME)
            return true;
    }
    return false;
}

static bool is_selected(const struct timelines *t, const struct timeline *tl,
                        const struct selection *sel)
{
    if (sel->id && !regex_match(sel->id, timeline_id(tl)))
        return false;
    if (!sel->link)
        return true;
    return tl->link &&
           regex_match(sel->link, link_part(link_id(t->links[tl->link - 1]), TAG_LINK_HEAD));
}

static void drop_facts(const struct timelines *t, struct timeline *tl)
{
    free(waiting(t, tl)->list);
    *waiting(t, tl) = (struct facts){NULL, 0, 0};
}

static void drop_unselected(struct timelines *t, const struct selection *sel)
{
    size_t kept = 0;

    if (!sel->id && !sel->link)
        return;
    for (size_t i = 0; i < t->count; i++) {
        if (is_selected(t, t->list[i], sel))
            t->list[kept++] = t->list[i];
    }
    t->unselected = t->count - kept;
    t->count = kept;
}

/* Where it lived: the VM of its first home stage, else the VM of most of its stages. */
static uint16_t find_home(const struct timelines *t, const struct timeline *tl)
{
    uint16_t best = NO_VM;
    size_t most = 0;

    for (size_t i = 0; i < t->lc->stage_count; i++) {
        if (t->lc->stages[i].home && vms(t, tl)[i] != NO_VM)
            return vms(t, tl)[i];
    }
    for (size_t i = 0; i < t->lc->stage_count; i++) {
        uint16_t vm = vms(t, tl)[i];
        size_t n = 0;

        for (size_t k = 0; k < t->lc->stage_count; k++)
            n += vms(t, tl)[k] == vm;
        if (vm == NO_VM || n < most)
            continue;
        if (n > most || slice_cmp(timelines_vm_name(t, vm), timelines_vm_name(t, best)) < 0)
            best = vm;
        most = n;
    }
    return best;
}

/* From when to when; NSTIME_NONE if it has neither stage nor outcome. */
static void find_span(const struct timelines *t, struct timeline *tl)
{
    tl->start_ns = NSTIME_NONE;
    tl->end_ns = INT64_MIN;
    for (size_t i = 0; i < t->lc->stage_count; i++) {
        int64_t at = times(tl)[i];

        if (at == NSTIME_NONE)
            continue;
        if (at < tl->start_ns)
            tl->start_ns = at;
        if (at > tl->end_ns)
            tl->end_ns = at;
    }
    if (tl->start_ns != NSTIME_NONE)
        return;
    for (size_t i = 0; i < waiting(t, tl)->count; i++) {
        if (fact_at(t, waiting(t, tl), i)->time_ns < tl->start_ns)
            tl->start_ns = fact_at(t, waiting(t, tl), i)->time_ns;
    }
    tl->end_ns = tl->start_ns;
}

bool timeline_settle(const struct timelines *t, struct timeline *tl)
{
    bool kept;

    settle_stages(t, tl, false);
    kept = tl->anchored || has_anchoring_fact(t, tl);
    if (kept) {
        settle_stages(t, tl, true);
        find_span(t, tl);
        tl->home = find_home(t, tl);
        settle_outcome(t, tl);
    }
    drop_facts(t, tl);
    return kept;
}

int timelines_cmp(const struct keyed *a, const struct keyed *b)
{
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return slice_cmp(timeline_id(a->of), timeline_id(b->of));
}

static int by_id(const void *pa, const void *pb)
{
    return timelines_cmp(pa, pb);
}

void timelines_order(struct keyed *list, size_t count)
{
    order_keyed(list, count);
    for (size_t i = 0, next; i < count; i = next) {
        for (next = i + 1; next < count && list[next].key == list[i].key;)
            next++;
        if (next - i > 1)
            qsort(list + i, next - i, sizeof *list, by_id);
    }
}

static void order_list(struct timelines *t)
{
    struct keyed *list = xreallocarray(NULL, t->count, sizeof *list);

    for (size_t i = 0; i < t->count; i++)
        list[i] = (struct keyed){t->list[i]->start_ns, t->list[i]};
    timelines_order(list, t->count);
    for (size_t i = 0; i < t->count; i++)
        t->list[i] = list[i].of;
    free(list);
}

/* Settle all, drop those of other kinds, and put the others in order. */
static void settle_all(struct timelines *t)
{
    size_t kept = 0;

    for (size_t i = 0; i < t->count; i++) {
        if (timeline_settle(t, t->list[i]))
            t->list[kept++] = t->list[i];
    }
    t->other_kind = t->count - kept;
    t->count = kept;
    order_list(t);
}

/* Has it every stage that the run shows?  One of which only an outcome was seen has not. */
static void find_complete(const struct timelines *t, struct timeline *tl)
{
    bool any = false;

    tl->complete = true;
    for (size_t i = 0; i < t->lc->stage_count; i++) {
        if (times(tl)[i] != NSTIME_NONE)
            any = true;
        else if (t->seen[i] && !t->lc->stages[i].optional)
            tl->complete = false;
    }
    tl->complete = tl->complete && any;
    if (tl->complete && tl->outcome == OUTCOME_INCOMPLETE)
        tl->outcome = OUTCOME_OK;
}

static void find_zero(struct timelines *t)
{
    size_t first = 0;

    while (first < t->lc->stage_count && !t->seen[first])
        first++;
    for (size_t i = 0; i < t->count && first < t->lc->stage_count; i++) {
        int64_t at = times(timelines_at(t, i))[first];

        if (at < t->zero_ns)
            t->zero_ns = at;
    }
}

/* Nothing comes in and nothing is looked up any more. */
static void close_tables(struct timelines *t)
{
    t->finished = true;
    slots_release(&t->slots);
    slots_release(&t->link_slots);
}

void timelines_select(struct timelines *t, const struct selection *selection)
{
    uint64_t before = t->unselected;

    drop_unselected(t, selection);
    t->unselected += before;
    t->zero_ns = NSTIME_NONE;
    find_zero(t);
}

void timelines_finish_read(struct timelines *t)
{
    note_seen(t);
    for (size_t i = 0; i < t->count; i++)
        t->list[i]->home = find_home(t, t->list[i]);
    order_list(t);
    find_zero(t);
    close_tables(t);
}

#define COMPLETE_AT_ONCE ((size_t)4096)

static void complete_some(void *context, size_t i)
{
    struct timelines *t = context;
    size_t from = i * COMPLETE_AT_ONCE, to = from + COMPLETE_AT_ONCE;

    for (size_t k = from; k < to && k < t->count; k++)
        find_complete(t, t->list[k]);
}

void timelines_finish(struct timelines *t, const struct selection *selection)
{
    if (t->lc->linked)
        join_links(t);
    if (t->lc->repeats)
        series_cut(t);
    else
        settle_all(t);
    note_seen(t);
    threads_each(t->threads ? t->threads : 1, (t->count + COMPLETE_AT_ONCE - 1) / COMPLETE_AT_ONCE,
                 complete_some, t);
    drop_unselected(t, selection);
    find_zero(t);
    close_tables(t);
}
