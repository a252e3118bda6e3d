/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lifecycles that repeat: an id is borne by one timeline after the other, such
 * as a session that counts from 1 again when its process starts anew.
 *
 * To whom an event belongs is known only when all events of its id are, for they
 * come in any order.  So a series of events is kept per id, 16 bytes each; the
 * tags of a line are one more, which names a set of tags, for most lines say
 * the same.  At the end each series is put in order and cut where the first
 * stage was reached; if the definition says so, only where what came before is over.
 */
#include "lifecycle/timeline_table.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/xalloc.h"

/* The trigger of a fact that is no event but tags; its session is the number of the set. */
#define TAGS_FACT UINT16_MAX

/* Of one id and alternative the earliest are kept: a bound for what hostile lines can do. */
#define KEEP_PER_SERIES ((uint32_t)1 << 20)

#define FEW_FACTS 16

/* A tag or value in a set. */
struct tag_ref {
    uint16_t slot, rule;
    uint32_t text;
};

struct tag_set {
    const struct tag_ref *refs; /* in the table's arena */
    size_t count;
};

/* Sets by what they say, as their numbers mean nothing. */
static int set_cmp(const struct timelines *t, uint32_t a, uint32_t b)
{
    const struct tag_set *set_a = &t->tag_sets[a], *set_b = &t->tag_sets[b];

    for (size_t i = 0; i < set_a->count; i++) {
        const struct tag_ref *x = &set_a->refs[i], *y = &set_b->refs[i];
        int c;

        if (i == set_b->count)
            return 1;
        c = x->slot != y->slot   ? x->slot - y->slot
            : x->rule != y->rule ? x->rule - y->rule
                                 : slice_cmp(intern_text(&t->tag_texts, x->text),
                                             intern_text(&t->tag_texts, y->text));
        if (c)
            return c;
    }
    return set_a->count < set_b->count ? -1 : 0;
}

static int by_trigger(const void *pa, const void *pb, void *context)
{
    const struct fact *a = pa, *b = pb;

    if (a->trigger != TAGS_FACT || b->trigger != TAGS_FACT || a->time_ns != b->time_ns)
        return fact_cmp(context, a, b);
    return a->session == b->session ? 0 : set_cmp(context, a->session, b->session);
}

/* Most series are of a handful of facts, for which qsort_r() is a long way round. */
static void sort_facts(struct timelines *t, struct facts *f,
                       int (*cmp)(const void *, const void *, void *))
{
    size_t bytes = fact_bytes(t);
    struct sited_fact moved;

    if (f->count > FEW_FACTS) {
        qsort_r(f->list, f->count, bytes, cmp, t);
        return;
    }
    for (size_t i = 1; i < f->count; i++) {
        size_t to = i;

        while (to && cmp(fact_at(t, f, to - 1), fact_at(t, f, i), t) > 0)
            to--;
        if (to == i)
            continue;
        memcpy(&moved, fact_at(t, f, i), bytes);
        memmove(fact_at(t, f, to + 1), fact_at(t, f, to), (i - to) * bytes);
        memcpy(fact_at(t, f, to), &moved, bytes);
    }
}

/* Each fact once, and of one trigger no more than may be kept. */
static void compact(struct timelines *t, struct timeline *tl)
{
    struct facts *f = &tl->facts;
    uint32_t kept = 0, same = 0;

    sort_facts(t, f, by_trigger);
    for (uint32_t i = 0; i < f->count; i++) {
        const struct fact *fact = fact_at(t, f, i);
        struct fact *last = kept ? fact_at(t, f, kept - 1) : NULL;

        if (last && by_trigger(last, fact, t) == 0) {
            fact_join(t, last, fact);
            continue;
        }
        same = last && last->trigger == fact->trigger ? same + 1 : 0;
        if (same < KEEP_PER_SERIES)
            memmove(fact_at(t, f, kept++), fact, fact_bytes(t));
        else
            tl->cut_short = true;
    }
    f->count = kept;
}

static void append(struct timelines *t, struct timeline *tl, const struct fact *fact)
{
    struct facts *f = &tl->facts;

    if (f->count == f->room) {
        compact(t, tl);
        if (f->count >= f->room / 2) { /* else what was left out makes room enough */
            f->room = f->room ? f->room * 2 : 4;
            f->list = xreallocarray(f->list, f->room, fact_bytes(t));
        }
    }
    memcpy(fact_at(t, f, f->count++), fact, fact_bytes(t));
}

static bool is_set_of(const struct timelines *t, const struct tag_set *set, const struct event *e)
{
    if (set->count != e->tag_count)
        return false;
    for (size_t i = 0; i < set->count; i++) {
        const struct tag_ref *ref = &set->refs[i];

        if (ref->slot != e->tags[i].slot || ref->rule != e->tags[i].rule ||
            !slice_eq(intern_text(&t->tag_texts, ref->text), e->tags[i].text))
            return false;
    }
    return true;
}

/* The number of the set that the tags of a line are. */
static uint32_t set_of(struct timelines *t, const struct event *e)
{
    uint64_t hash = HASH_SEED;
    struct tag_ref *refs;
    uint32_t number;

    for (size_t i = 0; i < e->tag_count; i++)
        hash = hash_slice(e->tags[i].text, hash + e->tags[i].slot);
    for (struct probe p = slots_probe(hash); slots_next(&t->tag_set_slots, &p, &number);) {
        if (is_set_of(t, &t->tag_sets[number], e))
            return number;
    }
    if (t->tag_set_count == t->tag_set_room) {
        t->tag_set_room = t->tag_set_room ? t->tag_set_room * 2 : 16;
        t->tag_sets = xreallocarray(t->tag_sets, t->tag_set_room, sizeof *t->tag_sets);
    }
    refs = arena_alloc(&t->arena, e->tag_count * sizeof *refs);
    for (size_t i = 0; i < e->tag_count; i++)
        refs[i] = (struct tag_ref){e->tags[i].slot, e->tags[i].rule,
                                   intern_add(&t->tag_texts, e->tags[i].text)};
    slots_add(&t->tag_set_slots, hash, t->tag_set_count);
    t->tag_sets[t->tag_set_count] = (struct tag_set){refs, e->tag_count};
    return t->tag_set_count++;
}

void series_add(struct timelines *t, struct timeline *tl, const struct event *e,
                const struct fact *fact)
{
    struct sited_fact set = {.fact = {.time_ns = e->time_ns, .trigger = TAGS_FACT}};

    append(t, tl, fact);
    if (!e->tag_count)
        return;
    set.fact.session = set_of(t, e);
    append(t, tl, &set.fact);
}

/* ---- cutting ---- */

static bool is_start(const struct timelines *t, const struct fact *fact)
{
    const struct trigger *trigger;

    if (fact->trigger == TAGS_FACT)
        return false;
    trigger = &t->lc->triggers[fact->trigger];
    return trigger->kind == TRIGGER_STAGE && trigger->target == 0;
}

/* Does an event show that the next start is another timeline's? */
static bool ends_it(const struct timelines *t, const struct fact *fact)
{
    const struct trigger *trigger;

    if (fact->trigger == TAGS_FACT)
        return false;
    trigger = &t->lc->triggers[fact->trigger];
    return trigger->kind == TRIGGER_OUTCOME ||
           (trigger->kind == TRIGGER_STAGE && trigger->target >= t->lc->repeat_after);
}

/* In order of time; of equal times what begins a timeline comes first. */
static int by_time(const void *pa, const void *pb, void *context)
{
    const struct fact *a = pa, *b = pb;

    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns ? -1 : 1;
    return (int)is_start(context, b) - (int)is_start(context, a);
}

/* What the last lines said, for the timeline that begins next. */
struct last_tags {
    struct tag_text tags[LIFECYCLE_MAX_TAGS]; /* text.p is NULL where there is none */
    int64_t time_ns[LIFECYCLE_MAX_TAGS];
};

/* The later one; of equal times that of the better rule, then the first in order of texts. */
static void keep_last(struct last_tags *last, size_t tag, const struct tag_text *text,
                      int64_t time_ns)
{
    struct tag_text *have = &last->tags[tag];

    if (have->text.p && time_ns == last->time_ns[tag] &&
        (text->rule != have->rule ? text->rule > have->rule
                                  : slice_cmp(text->text, have->text) >= 0))
        return;
    *have = *text;
    last->time_ns[tag] = time_ns;
}

static void take_last(struct timelines *t, struct timeline *tl, const struct last_tags *last)
{
    for (size_t i = 0; i < LIFECYCLE_MAX_TAGS; i++) {
        if (last->tags[i].text.p)
            timeline_add_tag(t, tl, &last->tags[i], last->time_ns[i]);
    }
}

/* Series on their way to timelines. */
struct cutter {
    struct timelines *t;
    struct timeline **list; /* those that are made */
    size_t count, room;
    size_t before[LIFECYCLE_MAX_TAGS + LIFECYCLE_MAX_VALUES]; /* of each slot the tag that is of the
                                                                 line before, or NO_TAG_NUMBER */
    bool any_before;
    struct last_tags last;
};

static void find_before(struct cutter *c)
{
    const struct lifecycle *lc = c->t->lc;

    for (size_t i = 0; i < lc->tag_slots; i++)
        c->before[i] = NO_TAG_NUMBER;
    for (size_t i = 0; i < lc->tag_count; i++) {
        if (lc->tags[i].before) {
            c->before[lc->tags[i].slot] = i;
            c->any_before = true;
        }
    }
}

static void take_set(struct cutter *c, struct timeline *tl, const struct fact *fact)
{
    struct timelines *t = c->t;
    const struct tag_set *set = &t->tag_sets[fact->session];

    for (size_t i = 0; i < set->count; i++) {
        const struct tag_ref *ref = &set->refs[i];
        struct tag_text tag = {ref->slot, ref->rule, intern_text(&t->tag_texts, ref->text)};

        if (c->before[tag.slot] == NO_TAG_NUMBER)
            timeline_add_known_tag(t, tl, &tag, ref->text, fact->time_ns);
        else
            keep_last(&c->last, c->before[tag.slot], &tag, fact->time_ns);
    }
}

static void add_timeline(struct cutter *c, struct timeline *tl)
{
    if (c->count == c->room) {
        c->room = c->room ? c->room * 2 : 256;
        c->list = xreallocarray(c->list, c->room, sizeof(struct timeline *));
    }
    c->list[c->count++] = tl;
}

/* The first timeline is the one that held the series; what came before any start is one too. */
static void cut(struct cutter *c, struct timeline *tl)
{
    struct timelines *t = c->t;
    struct facts facts;
    int64_t start_ns = NSTIME_NONE;
    bool over = t->lc->repeat_after == 0;

    compact(t, tl);
    facts = tl->facts;
    tl->facts = (struct facts){NULL, 0, 0};
    t->cut_short += tl->cut_short;
    add_timeline(c, tl);
    sort_facts(t, &facts, by_time);
    if (c->any_before)
        c->last = (struct last_tags){0};
    for (uint32_t i = 0; i < facts.count; i++) {
        const struct fact *fact = fact_at(t, &facts, i);

        if (is_start(t, fact) && fact->time_ns != start_ns) {
            start_ns = fact->time_ns;
            if (i && over) {
                over = t->lc->repeat_after == 0;
                tl->again = true;
                tl = timeline_new(t, timeline_id(tl));
                tl->again = true;
                add_timeline(c, tl);
            }
            if (c->any_before)
                take_last(t, tl, &c->last);
        }
        over = over || ends_it(t, fact);
        if (fact->trigger == TAGS_FACT)
            take_set(c, tl, fact);
        else
            timeline_add_fact(t, tl, fact);
    }
    free(facts.list);
}

void series_cut(struct timelines *t)
{
    struct cutter c = {.t = t};

    find_before(&c);
    for (size_t i = 0; i < t->count; i++)
        cut(&c, t->list[i]);
    free(t->list);
    t->list = c.list;
    t->count = c.count;
    t->room = c.room;
}
