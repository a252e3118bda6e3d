/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lifecycles that repeat: an id is borne by one timeline after the other, such
 * as a session that counts from 1 again when its process starts anew.
 *
 * To whom an event belongs is known only when all events of its id are, for they
 * come in any order.  So a series of events is kept per id; the tags of a line are a number in each,
 * which names a set of tags, for most lines say the same.  At the end each series is put in order and
 * cut where the first stage was reached; if the definition says so, only where what came before is
 * over.  No series has to do with another then, so threads share them out.
 */
#include "lifecycle/timeline_table.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/threads.h"
#include "base/xalloc.h"

/* Of one id and alternative the earliest are kept: a bound for what hostile lines can do. */
#define KEEP_PER_SERIES ((uint32_t)1 << 20)

/* Most series are of two events. */
#define FIRST_EVENTS 2
#define FEW_EVENTS   16

/* So many series are cut at a time, and fewer than these are not worth a thread. */
#define CUT_AT_ONCE   1024
#define WORTH_THREADS 8192

/* Each has a list of what it made, and more of them would hardly be faster. */
#define MAX_THREADS 4

/* An event of a series. */
struct moment {
    struct sited_fact fact;
    uint32_t set;    /* its tags, or NO_TAG_SET */
    uint32_t values; /* where in t->worths its values begin, + 1; 0: it has none */
};

/* What was seen of an id.  The memory of a series is that of its first timeline in the end. */
struct series {
    const char *id; /* behind it */
    struct moment *list;
    uint32_t id_len, count, room;
    bool cut_short;
    struct moment first[FIRST_EVENTS]; /* list, until there are more */
};

/* A tag in a set. */
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

/* Values by what they are. */
static int values_cmp(const struct timelines *t, uint32_t a, uint32_t b)
{
    for (size_t i = 0;; i++) {
        const struct value_worth *x = &t->worths[a - 1 + i], *y = &t->worths[b - 1 + i];

        if (x->value != y->value)
            return x->value < y->value ? -1 : 1;
        if (x->rule != y->rule)
            return x->rule < y->rule ? -1 : 1;
        if (x->worth != y->worth)
            return x->worth < y->worth ? -1 : 1;
        if (x->last || y->last)
            return (int)y->last - (int)x->last;
    }
}

/* A total order that does not depend on the order in which they came. */
static int by_trigger(const void *pa, const void *pb, void *context)
{
    const struct moment *a = pa, *b = pb;
    int c = fact_cmp(context, &a->fact.fact, &b->fact.fact);

    if (c == 0 && a->set != b->set) {
        if (a->set == NO_TAG_SET || b->set == NO_TAG_SET)
            return a->set == NO_TAG_SET ? 1 : -1;
        c = set_cmp(context, a->set, b->set);
    }
    if (c || a->values == b->values)
        return c;
    return !a->values ? 1 : !b->values ? -1 : values_cmp(context, a->values, b->values);
}

/* Most series are of a handful of events, for which qsort_r() is a long way round. */
static void sort_moments(const struct timelines *t, struct moment *list, size_t count,
                         int (*cmp)(const void *, const void *, void *))
{
    void *context = (void *)(uintptr_t)t;

    if (count > FEW_EVENTS) {
        qsort_r(list, count, sizeof *list, cmp, context);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct moment moved = list[i];
        size_t to = i;

        for (; to && cmp(&list[to - 1], &moved, context) > 0; to--)
            list[to] = list[to - 1];
        list[to] = moved;
    }
}

/* Each event once, and of one trigger no more than may be kept. */
static void compact(const struct timelines *t, struct series *s)
{
    uint32_t kept = 0, same = 0;

    sort_moments(t, s->list, s->count, by_trigger);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct moment *m = &s->list[i];
        struct moment *last = kept ? &s->list[kept - 1] : NULL;

        if (last && by_trigger(last, m, (void *)(uintptr_t)t) == 0) {
            fact_join(t, &last->fact.fact, &m->fact.fact);
            continue;
        }
        same = last && last->fact.fact.trigger == m->fact.fact.trigger ? same + 1 : 0;
        if (same < KEEP_PER_SERIES)
            s->list[kept++] = *m;
        else
            s->cut_short = true;
    }
    s->count = kept;
}

static void make_room(const struct timelines *t, struct series *s)
{
    compact(t, s);
    if (s->count < s->room / 2) /* what was left out makes room enough */
        return;
    if (s->list == s->first) {
        s->list = xreallocarray(NULL, (size_t)s->room * 2, sizeof *s->list);
        memcpy(s->list, s->first, s->count * sizeof *s->list);
    } else {
        s->list = xreallocarray(s->list, (size_t)s->room * 2, sizeof *s->list);
    }
    s->room *= 2;
}

/* The series of an id, new if need be. */
static struct series *find(struct timelines *t, struct slice id, uint64_t hash)
{
    size_t bytes = timeline_kept_bytes(t);
    uint32_t number;
    struct series *s;
    char *copy;

    for (struct probe p = slots_probe(hash); slots_next(&t->slots, &p, &number);) {
        s = t->series[number];
        if (s->id_len == id.len && memcmp(s->id, id.p, id.len) == 0)
            return s;
    }
    if (t->series_count == t->series_room) {
        t->series_room = t->series_room ? t->series_room * 2 : 64;
        t->series = xreallocarray(t->series, t->series_room, sizeof(struct series *));
    }
    if (bytes < sizeof *s)
        bytes = sizeof *s;
    s = arena_alloc(&t->arena, bytes + id.len);
    copy = (char *)s + bytes;
    memcpy(copy, id.p, id.len);
    s->id = copy;
    s->id_len = (uint32_t)id.len;
    s->list = s->first;
    s->count = 0;
    s->room = FIRST_EVENTS;
    s->cut_short = false;
    slots_add(&t->slots, hash, (uint32_t)t->series_count);
    t->series[t->series_count++] = s;
    return s;
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
static uint32_t find_set(struct timelines *t, const struct event *e)
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

static uint32_t set_of(struct timelines *t, const struct event *e)
{
    if (!e->tag_count)
        return NO_TAG_SET;
    if (!e->known)
        return find_set(t, e);
    if (e->known->set == NO_TAG_SET)
        e->known->set = find_set(t, e);
    return e->known->set;
}

static uint32_t keep_values(struct timelines *t, const struct event *e)
{
    size_t first = t->worth_count;

    if (!e->value_count || first + e->value_count >= UINT32_MAX)
        return 0;
    if (first + e->value_count > t->worth_room) {
        t->worth_room = (t->worth_room + e->value_count) * 2;
        t->worths = xreallocarray(t->worths, t->worth_room, sizeof *t->worths);
    }
    memcpy(t->worths + first, e->values, e->value_count * sizeof *t->worths);
    t->worth_count += e->value_count;
    return (uint32_t)first + 1;
}

void series_add(struct timelines *t, const struct event *e, const struct sited_fact *fact)
{
    struct series *s = find(t, e->id, e->id_hash);

    if (s->count == s->room)
        make_room(t, s);
    s->list[s->count++] = (struct moment){*fact, set_of(t, e), keep_values(t, e)};
}

void series_release(struct timelines *t)
{
    for (size_t i = 0; i < t->series_count; i++) {
        if (t->series[i]->list != t->series[i]->first)
            free(t->series[i]->list);
    }
    free(t->series);
    free(t->worths);
    t->series = NULL;
    t->worths = NULL;
    t->series_count = t->series_room = t->worth_count = t->worth_room = 0;
}

/* ---- cutting ---- */

static const struct trigger *trigger_of(const struct timelines *t, const struct moment *m)
{
    return &t->lc->triggers[m->fact.fact.trigger];
}

static bool is_start(const struct timelines *t, const struct moment *m)
{
    return trigger_of(t, m)->kind == TRIGGER_STAGE && trigger_of(t, m)->target == 0;
}

/* Does an event show that the next start is another timeline's? */
static bool ends_it(const struct timelines *t, const struct moment *m)
{
    const struct trigger *trigger = trigger_of(t, m);

    return trigger->kind == TRIGGER_OUTCOME ||
           (trigger->kind == TRIGGER_STAGE && trigger->target >= t->lc->repeat_after);
}

/* In order of time; of equal times what begins a timeline comes first. */
static int by_time(const void *pa, const void *pb, void *context)
{
    const struct moment *a = pa, *b = pb;
    bool starts_a, starts_b;

    if (a->fact.fact.time_ns != b->fact.fact.time_ns)
        return a->fact.fact.time_ns < b->fact.fact.time_ns ? -1 : 1;
    starts_a = is_start(context, a);
    starts_b = is_start(context, b);
    return starts_a != starts_b ? (starts_a ? -1 : 1) : by_trigger(a, b, context);
}

/* What the last lines said, for the timeline that begins next. */
struct last_tags {
    struct tag_text tags[LIFECYCLE_MAX_TAGS]; /* text.p is NULL where there is none */
    uint32_t numbers[LIFECYCLE_MAX_TAGS];     /* of the texts */
    int64_t time_ns[LIFECYCLE_MAX_TAGS];
};

/* Series on their way to timelines, those that a thread cuts. */
struct cutter {
    const struct timelines *t;
    _Atomic size_t *next;            /* the first series that no thread has begun with */
    struct moment few[FIRST_EVENTS]; /* the events of a series, if it is short */
    struct timeline *now;            /* in the making */
    struct keyed *list;              /* made: the first of a series in the memory of it, */
    size_t count, room;
    struct arena arena; /* the others here */
    uint64_t other_kind, cut_short;
    const size_t *before; /* of each slot the tag that is of the line before, or NO_TAG_NUMBER */
    bool any_before;
    struct last_tags last;
};

/* The later one; of equal times that of the better rule, then the first in order of texts. */
static void keep_last(struct last_tags *last, size_t tag, const struct tag_text *text,
                      uint32_t number, int64_t time_ns)
{
    struct tag_text *have = &last->tags[tag];

    if (have->text.p && time_ns == last->time_ns[tag] &&
        (text->rule != have->rule ? text->rule > have->rule
                                  : slice_cmp(text->text, have->text) >= 0))
        return;
    *have = *text;
    last->numbers[tag] = number;
    last->time_ns[tag] = time_ns;
}

static void take_last(struct cutter *c)
{
    const struct last_tags *last = &c->last;

    for (size_t i = 0; i < LIFECYCLE_MAX_TAGS; i++) {
        if (last->tags[i].text.p)
            timeline_add_known_tag(c->t, c->now, &last->tags[i], last->numbers[i],
                                   last->time_ns[i]);
    }
}

/* Of each slot the tag that is of the line before; true if there is any. */
static bool find_before(const struct lifecycle *lc, size_t *before)
{
    bool any = false;

    for (size_t i = 0; i < lc->tag_slots; i++)
        before[i] = NO_TAG_NUMBER;
    for (size_t i = 0; i < lc->tag_count; i++) {
        if (lc->tags[i].before) {
            before[lc->tags[i].slot] = i;
            any = true;
        }
    }
    return any;
}

static void take_set(struct cutter *c, const struct moment *m)
{
    const struct timelines *t = c->t;
    const struct tag_set *set = &t->tag_sets[m->set];
    int64_t time_ns = m->fact.fact.time_ns;

    for (size_t i = 0; i < set->count; i++) {
        const struct tag_ref *ref = &set->refs[i];
        struct tag_text tag = {ref->slot, ref->rule, intern_text(&t->tag_texts, ref->text)};

        if (c->before[tag.slot] == NO_TAG_NUMBER)
            timeline_add_known_tag(t, c->now, &tag, ref->text, time_ns);
        else
            keep_last(&c->last, c->before[tag.slot], &tag, ref->text, time_ns);
    }
}

static void take_values(struct cutter *c, const struct moment *m)
{
    const struct value_worth *v = &c->t->worths[m->values - 1];

    for (;; v++) {
        timeline_add_value(c->t, c->now, v, m->fact.fact.time_ns);
        if (v->last)
            return;
    }
}

/* Keep what was made; place is memory for it, or NULL. */
static void put_timeline(struct cutter *c, void *place)
{
    size_t bytes = timeline_kept_bytes(c->t);

    if (c->count == c->room) {
        c->room = c->room ? c->room * 2 : 256;
        c->list = xreallocarray(c->list, c->room, sizeof *c->list);
    }
    if (!place)
        place = arena_alloc(&c->arena, bytes);
    memcpy(place, c->now, bytes);
    c->list[c->count++] = (struct keyed){c->now->start_ns, place};
}

/* What came before any start is a timeline too. */
static void cut(struct cutter *c, struct series *s)
{
    const struct timelines *t = c->t;
    bool over = t->lc->repeat_after == 0, is_short = s->list == s->first;
    struct slice id = {s->id, s->id_len};
    struct moment *list = is_short ? c->few : s->list;
    int64_t start_ns = NSTIME_NONE;
    void *place = s; /* for the first timeline that is kept */
    uint32_t count;

    compact(t, s);
    count = s->count;
    c->cut_short += s->cut_short;
    if (is_short)
        memcpy(list, s->first, count * sizeof *list);
    sort_moments(t, list, count, by_time);
    if (c->any_before)
        c->last = (struct last_tags){0};
    timeline_init(t, c->now, id);
    c->now->cut_short = s->cut_short;
    for (uint32_t i = 0; i < count; i++) {
        const struct moment *m = &list[i];

        if (is_start(t, m) && m->fact.fact.time_ns != start_ns) {
            start_ns = m->fact.fact.time_ns;
            if (i && over) {
                over = t->lc->repeat_after == 0;
                c->now->again = true;
                if (timeline_settle(t, c->now)) {
                    put_timeline(c, place);
                    place = NULL;
                } else {
                    c->other_kind++;
                }
                timeline_init(t, c->now, id);
                c->now->again = true;
            }
            if (c->any_before)
                take_last(c);
        }
        over = over || ends_it(t, m);
        timeline_add_fact(t, c->now, &m->fact.fact);
        if (m->set != NO_TAG_SET)
            take_set(c, m);
        if (m->values)
            take_values(c, m);
    }
    if (timeline_settle(t, c->now))
        put_timeline(c, place);
    else
        c->other_kind++;
    if (!is_short)
        free(list);
}

static void cut_some(void *context)
{
    struct cutter *c = context;
    size_t from;

    c->now = xmalloc(timeline_bytes(c->t));
    while ((from = atomic_fetch_add(c->next, CUT_AT_ONCE)) < c->t->series_count) {
        for (size_t i = from; i < from + CUT_AT_ONCE && i < c->t->series_count; i++)
            cut(c, c->t->series[i]);
    }
    free(c->now);
    timelines_order(c->list, c->count);
}

/* What the threads made, each in order, in one list in order. */
static void gather(struct timelines *t, struct cutter *cutters, size_t threads)
{
    size_t at[MAX_THREADS] = {0};

    for (size_t i = 0; i < threads; i++)
        t->room += cutters[i].count;
    t->list = xreallocarray(NULL, t->room, sizeof(struct timeline *));
    while (t->count < t->room) {
        const struct keyed *first = NULL;
        size_t of = 0;

        for (size_t i = 0; i < threads; i++) {
            const struct keyed *k = &cutters[i].list[at[i]];

            if (at[i] < cutters[i].count && (!first || timelines_cmp(k, first) < 0)) {
                first = k;
                of = i;
            }
        }
        at[of]++;
        t->list[t->count++] = first->of;
    }
    for (size_t i = 0; i < threads; i++) {
        t->other_kind += cutters[i].other_kind;
        t->cut_short += cutters[i].cut_short;
        arena_adopt(&t->arena, &cutters[i].arena);
        free(cutters[i].list);
    }
}

void series_cut(struct timelines *t)
{
    size_t threads = t->series_count < WORTH_THREADS || !t->threads ? 1
                     : t->threads < MAX_THREADS                     ? t->threads
                                                                    : MAX_THREADS;
    struct cutter *cutters = xcalloc(threads, sizeof *cutters);
    void *contexts[MAX_THREADS];
    size_t before[LIFECYCLE_MAX_TAGS];
    bool any_before = find_before(t->lc, before);
    _Atomic size_t next = 0;

    for (size_t i = 0; i < threads; i++) {
        cutters[i] = (struct cutter){.t = t,
                                     .next = &next,
                                     .before = before,
                                     .any_before = any_before};
        contexts[i] = &cutters[i];
    }
    threads_run(threads, cut_some, contexts);
    gather(t, cutters, threads);
    free(cutters);
    t->series_count = 0; /* they are timelines now */
    series_release(t);
}
