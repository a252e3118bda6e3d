/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeline_series.h - the inside of a lifecycle that repeats, for its two halves
 *
 * An id is borne by one timeline after the other, such as a session that counts from 1 again when
 * its process starts anew.  To whom an event belongs is known only when all events of its id are,
 * for they come in any order.  So a series of events is kept per id (timeline_repeat.c); the tags
 * of a line are a number in each, which names a set of tags, for most lines say the same.  At the
 * end each series is put in order and cut into timelines (timeline_cut.c).
 */
#ifndef CICERONE_TIMELINE_SERIES_H
#define CICERONE_TIMELINE_SERIES_H

#include "lifecycle/timeline_table.h"

/* Most series are of two events. */
#define FIRST_MOMENTS 2

/* An event of a series; where sites are kept a site follows, and the fact is of that kind. */
struct moment {
    uint32_t set;    /* its tags, number in t->tag_sets, or NO_TAG_SET */
    uint32_t values; /* where in t->worths its values begin, + 1; 0: it has none */
    struct fact fact;
};

#define MOMENT_MAX_BYTES (sizeof(struct moment) + sizeof(struct site))

static inline size_t moment_bytes(const struct timelines *t)
{
    return sizeof(struct moment) + (t->sites ? sizeof(struct site) : 0);
}

static inline struct moment *moment_at(const struct timelines *t, const struct moment *list,
                                       size_t n)
{
    return (struct moment *)(void *)((char *)(uintptr_t)list + n * moment_bytes(t));
}

/* What was seen of an id.  The memory of a series is that of its first timeline in the end. */
struct series {
    const char *id; /* behind it */
    struct moment *list;
    uint32_t id_len, count, room;
    bool cut_short;
    struct moment first[]; /* list, until there are more than FIRST_MOMENTS */
};

static inline size_t series_bytes(const struct timelines *t)
{
    return sizeof(struct series) + FIRST_MOMENTS * moment_bytes(t);
}

/* A tag in a set. */
struct tag_ref {
    uint16_t slot, rule;
    uint32_t text; /* number in t->tag_texts */
};

struct tag_set {
    const struct tag_ref *refs; /* in the table's arena */
    size_t count;
};

/* A total order of moments that does not depend on the order in which they came; for qsort_r(),
 * with the timelines. */
int moment_cmp(const void *pa, const void *pb, void *context);

/* By that order or another one. */
void moments_sort(const struct timelines *t, struct moment *list, size_t count,
                  int (*cmp)(const void *, const void *, void *));

/* Each moment once, and of one trigger no more than may be kept. */
void series_compact(const struct timelines *t, struct series *s);

#endif
