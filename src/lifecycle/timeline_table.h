/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeline_table.h - the inside of struct timelines, for its two halves
 *
 * timeline.c takes events in, timeline_finish.c decides what they come to.
 */
#ifndef CICERONE_TIMELINE_TABLE_H
#define CICERONE_TIMELINE_TABLE_H

#include <string.h>

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

#define NO_RANK       UINT8_MAX
#define TAG_AMBIGUOUS (UINT32_MAX - 1)

/*
 * What lies behind a timeline: a time per stage, a time per tag, a text
 * number per tag, a VM per stage, a rule per tag, a rank per stage.  Then, if they are kept, a site
 * per stage.
 */
static inline int64_t *times(const struct timeline *tl)
{
    return (int64_t *)(uintptr_t)tl->data;
}

static inline int64_t *tag_times(const struct timelines *t, const struct timeline *tl)
{
    return times(tl) + t->lc->stage_count;
}

static inline uint32_t *tags(const struct timelines *t, const struct timeline *tl)
{
    return (uint32_t *)(void *)(tag_times(t, tl) + t->lc->tag_slots);
}

static inline uint16_t *vms(const struct timelines *t, const struct timeline *tl)
{
    return (uint16_t *)(void *)(tags(t, tl) + t->lc->tag_slots);
}

static inline uint16_t *tag_rules(const struct timelines *t, const struct timeline *tl)
{
    return vms(t, tl) + t->lc->stage_count;
}

static inline uint8_t *ranks(const struct timelines *t, const struct timeline *tl)
{
    return (uint8_t *)(tag_rules(t, tl) + t->lc->tag_slots);
}

/* The bytes of a timeline, with what lies behind it but for the sites. */
size_t timeline_bytes(const struct lifecycle *lc);

/* Only where sites are kept. */
static inline struct site *stage_sites(const struct timelines *t, const struct timeline *tl)
{
    size_t bytes = timeline_bytes(t->lc), align = _Alignof(struct site);

    return (struct site *)(void *)((char *)(uintptr_t)tl + (bytes + align - 1) / align * align);
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

/* A timeline of nothing, which the table does not know; borrows the id. */
struct timeline *timeline_new(struct timelines *t, struct slice id);

/* Take an event of a stage that nothing can void. */
void timeline_reach(const struct timelines *t, struct timeline *tl, const struct fact *fact);

/* Take an event at once, or keep it for the end. */
void timeline_add_fact(struct timelines *t, struct timeline *tl, const struct fact *fact);

/* Take a tag or value of an event. */
void timeline_add_tag(struct timelines *t, struct timeline *tl, const struct tag_text *tag,
                      int64_t time_ns);

/* The same of a tag whose text has this number in t->tag_texts. */
void timeline_add_known_tag(struct timelines *t, struct timeline *tl, const struct tag_text *tag,
                            uint32_t text, int64_t time_ns);

/* A total order of facts that does not depend on the order in which they came. */
int fact_cmp(const struct timelines *t, const struct fact *a, const struct fact *b);

/* Two facts are equal: only one is kept, and the site that comes first. */
void fact_join(const struct timelines *t, struct fact *kept, const struct fact *other);

/* Of a repeating lifecycle: keep an event, and cut the events of all ids into timelines. */
void series_add(struct timelines *t, struct timeline *tl, const struct event *e,
                const struct fact *fact);
void series_cut(struct timelines *t);

/* No more timelines, of which all but their home is known: what was read, not collected. */
void timelines_finish_read(struct timelines *t);

#endif
