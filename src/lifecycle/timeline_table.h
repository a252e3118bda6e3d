/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeline_table.h - the inside of struct timelines, for its parts
 *
 * timeline.c takes events in, timeline_finish.c decides what they come to; what is different where
 * a lifecycle repeats is in timeline_series.h.
 */
#ifndef CICERONE_TIMELINE_TABLE_H
#define CICERONE_TIMELINE_TABLE_H

#include <string.h>

#include "base/order.h"
#include "lifecycle/timeline.h"

/*
 * An event that can't be judged yet.  16 bytes; of the session 32 bits of its
 * hash are enough, since only sessions of one entity are compared.
 */
struct fact {
    int64_t time_ns;
    uint32_t session;
    uint16_t trigger;
    uint16_t vm;
};

/* Where the timelines keep sites, all facts are of this kind. */
struct sited_fact {
    struct fact fact;
    struct site site;
};

static inline size_t fact_bytes(const struct timelines *t)
{
    return t->sites ? sizeof(struct sited_fact) : sizeof(struct fact);
}

static inline struct fact *fact_at(const struct timelines *t, const struct facts *f, size_t n)
{
    return (struct fact *)(void *)((char *)f->list + n * fact_bytes(t));
}

/* Only where sites are kept. */
static inline struct site *fact_site(const struct fact *fact)
{
    return &((struct sited_fact *)(uintptr_t)fact)->site;
}

#define NO_RANK         UINT8_MAX
#define NO_WORTH        INT64_MIN
#define TAG_AMBIGUOUS   (UINT32_MAX - 1)
#define WORTH_AMBIGUOUS INT64_MAX

static inline void *timeline_part(const struct timeline *tl, uint32_t at)
{
    return (char *)(uintptr_t)tl + at;
}

static inline int64_t *times(const struct timeline *tl)
{
    return (int64_t *)(uintptr_t)tl->data;
}

static inline int64_t *worths(const struct timelines *t, const struct timeline *tl)
{
    return timeline_part(tl, t->at.worths);
}

/* Only where sites are kept. */
static inline struct site *stage_sites(const struct timelines *t, const struct timeline *tl)
{
    return timeline_part(tl, t->at.sites);
}

static inline uint32_t *tags(const struct timelines *t, const struct timeline *tl)
{
    return timeline_part(tl, t->at.tags);
}

static inline uint16_t *vms(const struct timelines *t, const struct timeline *tl)
{
    return timeline_part(tl, t->at.vms);
}

/* What has to wait for the end. */
static inline struct facts *waiting(const struct timelines *t, const struct timeline *tl)
{
    return timeline_part(tl, t->at.kept);
}

static inline int64_t *tag_times(const struct timelines *t, const struct timeline *tl)
{
    return timeline_part(tl, t->at.told_times);
}

static inline uint16_t *tag_rules(const struct timelines *t, const struct timeline *tl)
{
    return timeline_part(tl, t->at.told_rules);
}

static inline uint8_t *ranks(const struct timelines *t, const struct timeline *tl)
{
    return timeline_part(tl, t->at.ranks);
}

static inline int64_t *link_worths(const struct link *l)
{
    return (int64_t *)(uintptr_t)l->data;
}

static inline uint32_t *link_tags(const struct timelines *t, const struct link *l)
{
    return (uint32_t *)(void *)(link_worths(l) + t->lc->value_count);
}

static inline size_t link_bytes(const struct timelines *t)
{
    return sizeof(struct link) + t->lc->value_count * sizeof(int64_t) +
           t->lc->tag_slots * sizeof(uint32_t);
}

static inline struct slice link_id(const struct link *l)
{
    return (struct slice){l->id, l->id_len};
}

/* The earlier id, or what stands before or behind its last '/'. */
static inline struct slice link_part(struct slice id, enum tag_kind kind)
{
    const char *slash = memrchr(id.p, '/', id.len);
    size_t head = slash ? (size_t)(slash - id.p) : id.len;

    if (kind == TAG_LINK_HEAD)
        return (struct slice){id.p, head};
    if (kind == TAG_LINK_TAIL)
        return slash ? (struct slice){slash + 1, id.len - head - 1} : (struct slice){"", 0};
    return id;
}

/* The timeline of an id, new if need be. */
struct timeline *timelines_find(struct timelines *t, struct slice id);

/* Make a timeline of nothing, in t->at.all bytes of memory; borrows the id. */
void timeline_init(const struct timelines *t, struct timeline *tl, struct slice id);

/* Take an event of a stage that nothing can void. */
void timeline_reach(const struct timelines *t, struct timeline *tl, const struct fact *fact);

/* Take an event at once, or keep it for the end. */
void timeline_add_fact(const struct timelines *t, struct timeline *tl, const struct fact *fact);

/* Take a value of an event. */
void timeline_add_value(const struct timelines *t, struct timeline *tl, const struct value_worth *v,
                        int64_t time_ns);

/* Take a tag of an event. */
void timeline_add_tag(struct timelines *t, struct timeline *tl, const struct tag_text *tag,
                      int64_t time_ns);

/* The same of a tag whose text has this number in t->tag_texts. */
void timeline_add_known_tag(const struct timelines *t, struct timeline *tl,
                            const struct tag_text *tag, uint32_t text, int64_t time_ns);

/*
 * Take the events that had to wait: all is known of it then but whether it is complete, which
 * depends on the others.  False if it is of another kind, for which nothing is left to free.
 */
bool timeline_settle(const struct timelines *t, struct timeline *tl);

/* The order of timelines in a run: by start, which is the key, then id. */
int timelines_cmp(const struct keyed *a, const struct keyed *b);
void timelines_order(struct keyed *list, size_t count);

/* A total order of facts that does not depend on the order in which they came. */
int fact_cmp(const struct timelines *t, const struct fact *a, const struct fact *b);

/* Two facts are equal: only one is kept, and the site that comes first. */
void fact_join(const struct timelines *t, struct fact *kept, const struct fact *other);

/* Of a repeating lifecycle: keep an event. */
void series_add(struct timelines *t, const struct event *e, const struct sited_fact *fact);

/* Cut the series of all ids into timelines, which are settled and in order then. */
void series_cut(struct timelines *t);

/* What was not cut. */
void series_release(struct timelines *t);

/* No more timelines, of which all but their home is known: what was read, not collected. */
void timelines_finish_read(struct timelines *t);

#endif
