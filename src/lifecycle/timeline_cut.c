/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lifecycles that repeat: at the end each series is put in order and cut where the first stage was
 * reached; if the definition says so, only where what came before is over.  No series has to do
 * with another then, so threads share them out.
 */
#include "lifecycle/timeline_series.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/threads.h"
#include "base/xalloc.h"

/* So many series are cut at a time, and fewer than these are not worth a thread. */
#define CUT_AT_ONCE   1024
#define WORTH_THREADS 8192

/* Each has a list of what it made, and more of them would hardly be faster. */
#define MAX_THREADS 4

static const struct trigger *trigger_of(const struct timelines *t, const struct moment *m)
{
    return &t->lc->triggers[m->fact.trigger];
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

    if (a->fact.time_ns != b->fact.time_ns)
        return a->fact.time_ns < b->fact.time_ns ? -1 : 1;
    starts_a = is_start(context, a);
    starts_b = is_start(context, b);
    return starts_a != starts_b ? (starts_a ? -1 : 1) : moment_cmp(a, b, context);
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
    _Atomic size_t *next;   /* the first series that no thread has begun with */
    struct moment *few;     /* the events of a series, if it is short */
    struct timeline *now;   /* in the making */
    struct timeline *blank; /* how it begins */
    struct keyed *list;     /* made: the first of a series in the memory of it, */
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
    int64_t time_ns = m->fact.time_ns;

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
        timeline_add_value(c->t, c->now, v, m->fact.time_ns);
        if (v->last)
            return;
    }
}

/* timeline_init(), of which hardly anything depends on the id. */
static void begin(struct cutter *c, struct slice id)
{
    memcpy(c->now, c->blank, c->t->at.all);
    c->now->id = id.p;
    c->now->id_len = (uint32_t)id.len;
}

/* Settle what was made, and keep it if it is of this kind; place is memory for it, or NULL. */
static bool put_timeline(struct cutter *c, void *place)
{
    size_t bytes = c->t->at.kept;

    if (!timeline_settle(c->t, c->now)) {
        c->other_kind++;
        return false;
    }
    if (c->count == c->room) {
        c->room = c->room ? c->room * 2 : 256;
        c->list = xreallocarray(c->list, c->room, sizeof *c->list);
    }
    if (!place)
        place = arena_alloc(&c->arena, bytes);
    memcpy(place, c->now, bytes);
    c->list[c->count++] = (struct keyed){c->now->start_ns, place};
    return true;
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
    uint32_t count,
        told = NO_TAG_SET; /* told: the tags that the timeline has of the event before */

    series_compact(t, s);
    count = s->count;
    c->cut_short += s->cut_short;
    if (is_short)
        memcpy(list, s->first, count * moment_bytes(t));
    moments_sort(t, list, count, by_time);
    if (c->any_before)
        c->last = (struct last_tags){0};
    begin(c, id);
    c->now->cut_short = s->cut_short;
    for (uint32_t i = 0; i < count; i++) {
        const struct moment *m = moment_at(t, list, i);

        if (is_start(t, m) && m->fact.time_ns != start_ns) {
            start_ns = m->fact.time_ns;
            if (i && over) {
                over = t->lc->repeat_after == 0;
                c->now->again = true;
                if (put_timeline(c, place))
                    place = NULL;
                begin(c, id);
                c->now->again = true;
                told = NO_TAG_SET;
            }
            if (c->any_before)
                take_last(c);
        }
        over = over || ends_it(t, m);
        timeline_add_fact(t, c->now, &m->fact);
        /* of equal tags the earlier ones count, unless it is the last line before that does */
        if (m->set != NO_TAG_SET && (m->set != told || c->any_before)) {
            take_set(c, m);
            told = m->set;
        }
        if (m->values)
            take_values(c, m);
    }
    put_timeline(c, place);
    if (!is_short)
        free(list);
}

static void cut_some(void *context)
{
    struct cutter *c = context;
    size_t from;

    c->now = xmalloc(c->t->at.all);
    c->blank = xmalloc(c->t->at.all);
    c->few = xmalloc(FIRST_MOMENTS * moment_bytes(c->t));
    timeline_init(c->t, c->blank, (struct slice){NULL, 0});
    while ((from = atomic_fetch_add(c->next, CUT_AT_ONCE)) < c->t->series_count) {
        for (size_t i = from; i < from + CUT_AT_ONCE && i < c->t->series_count; i++)
            cut(c, c->t->series[i]);
    }
    free(c->now);
    free(c->blank);
    free(c->few);
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
        size_t of = threads;

        for (size_t i = 0; i < threads; i++) {
            if (at[i] < cutters[i].count &&
                (of == threads ||
                 timelines_cmp(&cutters[i].list[at[i]], &cutters[of].list[at[of]]) < 0))
                of = i;
        }
        t->list[t->count++] = cutters[of].list[at[of]].of;
        at[of]++;
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
        cutters[i] =
            (struct cutter){.t = t, .next = &next, .before = before, .any_before = any_before};
        contexts[i] = &cutters[i];
    }
    threads_run(threads, cut_some, contexts);
    gather(t, cutters, threads);
    free(cutters);
    t->series_count = 0; /* they are timelines now */
    series_release(t);
}
