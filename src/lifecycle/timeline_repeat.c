/* SPDX-License-Identifier: Apache-2.0 */
/* Lifecycles that repeat: taking events in; see timeline_series.h. */
#include "lifecycle/timeline_series.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/xalloc.h"

/* Of one id and alternative the earliest are kept: a bound for what hostile lines can do. */
#define KEEP_PER_SERIES ((uint32_t)1 << 20)

#define FEW_MOMENTS 16

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

int moment_cmp(const void *pa, const void *pb, void *context)
{
    const struct moment *a = pa, *b = pb;
    int c = fact_cmp(context, &a->fact, &b->fact);

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
void moments_sort(const struct timelines *t, struct moment *list, size_t count,
                  int (*cmp)(const void *, const void *, void *))
{
    void *context = (void *)(uintptr_t)t;

    size_t bytes = moment_bytes(t);

    if (count > FEW_MOMENTS) {
        qsort_r(list, count, bytes, cmp, context);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct moment *m = moment_at(t, list, i);
        uint64_t moved[MOMENT_MAX_BYTES / sizeof(uint64_t)];
        size_t to = i;

        while (to && cmp(moment_at(t, list, to - 1), m, context) > 0)
            to--;
        if (to == i)
            continue;
        memcpy(moved, m, bytes);
        memmove(moment_at(t, list, to + 1), moment_at(t, list, to), (i - to) * bytes);
        memcpy(moment_at(t, list, to), moved, bytes);
    }
}

void series_compact(const struct timelines *t, struct series *s)
{
    uint32_t kept = 0, same = 0;

    moments_sort(t, s->list, s->count, moment_cmp);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct moment *m = moment_at(t, s->list, i);
        struct moment *last = kept ? moment_at(t, s->list, kept - 1) : NULL;

        if (last && moment_cmp(last, m, (void *)(uintptr_t)t) == 0) {
            fact_join(t, &last->fact, &m->fact);
            continue;
        }
        same = last && last->fact.trigger == m->fact.trigger ? same + 1 : 0;
        if (same == KEEP_PER_SERIES) {
            s->cut_short = true;
            same--;
            continue;
        }
        if (kept < i)
            memcpy(moment_at(t, s->list, kept), m, moment_bytes(t));
        kept++;
    }
    s->count = kept;
}

static void make_room(const struct timelines *t, struct series *s)
{
    series_compact(t, s);
    if (s->count < s->room / 2) /* what was left out makes room enough */
        return;
    if (s->list == s->first) {
        s->list = xreallocarray(NULL, (size_t)s->room * 2, moment_bytes(t));
        memcpy(s->list, s->first, s->count * moment_bytes(t));
    } else {
        s->list = xreallocarray(s->list, (size_t)s->room * 2, moment_bytes(t));
    }
    s->room *= 2;
}

/* The series of an id, new if need be. */
static struct series *find(struct timelines *t, struct slice id, uint64_t hash)
{
    size_t bytes = t->at.kept > series_bytes(t) ? t->at.kept : series_bytes(t);
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
    s = arena_alloc(&t->arena, bytes + id.len);
    copy = (char *)s + bytes;
    memcpy(copy, id.p, id.len);
    s->id = copy;
    s->id_len = (uint32_t)id.len;
    s->list = s->first;
    s->count = 0;
    s->room = FIRST_MOMENTS;
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
    struct moment *m;

    if (s->count == s->room)
        make_room(t, s);
    m = moment_at(t, s->list, s->count++);
    *m = (struct moment){set_of(t, e), keep_values(t, e), fact->fact};
    if (t->sites)
        *fact_site(&m->fact) = fact->site;
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
