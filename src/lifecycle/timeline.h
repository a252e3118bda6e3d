/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeline.h - per entity, the earliest event of each stage
 *
 * Events may be added in any order, and any of them twice, from any number of
 * files: all that is kept is what "earliest" needs, so the result is the same.
 * Memory grows with the entities, not with the events.
 *
 * While events come in, a timeline is provisional; timelines_finish() decides
 * which instance events of an earlier id belong to, drops what is void, and
 * leaves the entities of this kind in order.  Where a lifecycle repeats, all
 * events of an id are kept until then as a series, and cut into timelines at the first
 * stage.
 *
 * Not for use by several threads at once.
 */
#ifndef CICERONE_TIMELINE_H
#define CICERONE_TIMELINE_H

#include <stdint.h>

#include "base/intern.h"
#include "base/nstime.h"
#include "base/slots.h"
#include "input/sites.h"
#include "lifecycle/matcher.h"

/* A timeline of ok or incomplete has no outcome of its definition. */
#define OUTCOME_OK         (-1)
#define OUTCOME_INCOMPLETE (-2)

#define NO_VM  UINT16_MAX
#define NO_TAG UINT32_MAX

struct fact;
struct series;
struct tag_set;

/* The facts of one entity or one earlier id, in order, each once. */
struct facts {
    struct fact *list;
    uint32_t count, room;
};

/*
 * One entity's way through the lifecycle, in as few bytes as can be, for there may be hundreds of
 * thousands.  Its times, VMs and tags lie behind it: see timeline_time() and its neighbours.
 */
struct timeline {
    const char *id;   /* not NUL-terminated */
    int64_t start_ns; /* the earliest event; while events come in, of those found by its own id */
    int64_t end_ns;   /* the latest event */
    uint32_t id_len;
    uint32_t link;   /* number of the earlier id + 1, 0 = none */
    int16_t outcome; /* number in the lifecycle's outcomes, or OUTCOME_... */
    uint16_t home;   /* number of the VM it lived on, or NO_VM */
    uint16_t reason; /* number of the trigger that decided the outcome, or NO_REASON */
    bool complete : 1;
    bool anchored : 1;
    bool again : 1;     /* of a repeating lifecycle: there are others of this id */
    bool cut_short : 1; /* of a repeating lifecycle: there were more events of it than are kept */
    int64_t data[];
};

#define NO_REASON UINT16_MAX

/*
 * Where in a timeline stand, in bytes from its start: a time per stage, a worth per value, a site
 * per stage if they are kept, a text number per tag, a VM per stage.  That is what is asked for in
 * the end.  Only while events come in there are behind it, too: the facts that have to wait; a time
 * and a rule per tag and, behind those, per value; a rank per stage.
 */
struct timeline_layout {
    uint32_t worths, sites, tags, vms;
    uint32_t kept; /* all these together */
    uint32_t told_times, told_rules, ranks;
    uint32_t all;
};

/* An earlier id, and what was seen under it. */
struct link {
    const char *id;
    uint32_t id_len;
    struct facts facts;
    int64_t data[]; /* what all its lines agree on: a worth per value, then a text per tag slot */
};

struct timelines {
    const struct lifecycle *lc;
    const struct sites *sites; /* where stages stand is kept, too; NULL: it is not */
    struct timeline_layout at;
    uint32_t block;         /* in sites, of the events that come now */
    size_t threads;         /* to finish on; 0 is 1.  The result does not depend on it. */
    struct timeline **list; /* after timelines_finish(): in order of start, then id */
    size_t count;
    struct intern vms;
    struct intern tag_texts;
    struct series **series; /* of a repeating lifecycle: the events of each id, until the end, */
    size_t series_count, series_room;
    struct tag_set *tag_sets; /* and the tags that came together */
    uint32_t tag_set_count, tag_set_room;
    struct slots tag_set_slots;
    struct value_worth *worths; /* of the events of series */
    size_t worth_count, worth_room;
    bool finished;                   /* nothing waits for the end any more */
    bool seen[LIFECYCLE_MAX_STAGES]; /* stages that some entity reached */
    int64_t zero_ns;     /* the earliest event of the first stage seen, NSTIME_NONE if none */
    uint64_t other_kind; /* entities dropped: none of their events is an anchor */
    uint64_t unselected; /* entities dropped by the selection */
    uint64_t cut_short;  /* ids of which not all events were kept */
    struct arena arena;
    struct link **links;
    size_t link_count;
    size_t room, link_room;         /* of the lists */
    struct slots slots, link_slots; /* by id; of a repeating lifecycle those of the series */
};

/* With sites it is kept where stages stand. */
void timelines_init(struct timelines *t, const struct lifecycle *lc, const struct sites *sites);
void timelines_release(struct timelines *t);

/* Add an event; vm is its VM's number in t->vms, not the event's own. */
void timelines_add(struct timelines *t, const struct event *e, uint32_t vm);

/*
 * An event will be added soon: have what it needs at hand by then.  One step leads to the next: its
 * place in the table, where its entity stands, the entity.  They are far apart, and so should the
 * steps be: TIMELINES_STRIDE events at least.  Where a lifecycle repeats, only the first is worth
 * its time: an id has few events, and the table points to series.
 */
enum expect { EXPECT_PLACE, EXPECT_NUMBER, EXPECT_ENTITY };

#define TIMELINES_STRIDE 5

void timelines_expect(const struct timelines *t, const struct event *e, enum expect step);

/* Which entities to keep; what is NULL keeps all. */
struct selection {
    const struct regex *id;
    const struct regex *link; /* against the earlier id, or where it has parts its first one */
};

/* No more events: decide and order.  Stages count as seen in the run whoever of this kind reached
 * them. */
void timelines_finish(struct timelines *t, const struct selection *selection);

/* Drop further entities, as timelines_finish() does with those that are not selected. */
void timelines_select(struct timelines *t, const struct selection *selection);

/* For loops over all timelines: number i, while one that comes soon is fetched to the cache. */
static inline const struct timeline *timelines_at(const struct timelines *t, size_t i)
{
    if (i + 8 < t->count) {
        __builtin_prefetch(t->list[i + 8]);
        __builtin_prefetch(t->list[i + 8]->data);
    }
    return t->list[i];
}

/* When it reached a stage: NSTIME_NONE if it did not. */
int64_t timeline_time(const struct timelines *t, const struct timeline *tl, size_t stage);

/*
 * Where the line stands that told of a stage, as sites_file() has it; NULL if that is not known. Of
 * several that say the same it is the first one by the titles of files, then by lines.
 */
const char *timeline_site(const struct timelines *t, const struct timeline *tl, size_t stage,
                          uint64_t *line);

/* The VM on which it reached a stage, number in t->vms; NO_VM if it did not. */
uint16_t timeline_vm(const struct timelines *t, const struct timeline *tl, size_t stage);

/* The text of a tag; empty if it has none. */
struct slice timeline_tag(const struct timelines *t, const struct timeline *tl, size_t tag);

/* The number of that text in t->tag_texts; NO_TAG if it has none or is of an earlier id. */
static inline uint32_t timeline_tag_number(const struct timelines *t, const struct timeline *tl,
                                           size_t tag)
{
    const struct tag *of = &t->lc->tags[tag];
    const uint32_t *numbers = (const uint32_t *)(const void *)((const char *)tl + t->at.tags);

    return of->kind == TAG_RULES ? numbers[of->slot] : NO_TAG;
}

/* A value, see value.h; false if it has none. */
bool timeline_value(const struct timelines *t, const struct timeline *tl, size_t value,
                    int64_t *worth);

/* The name of a VM; empty for NO_VM and for a VM that is not known. */
struct slice timelines_vm_name(const struct timelines *t, uint16_t vm);

static inline struct slice timeline_id(const struct timeline *tl)
{
    return (struct slice){tl->id, tl->id_len};
}

/* The outcome's name: of the definition, "ok" or "incomplete". */
const char *timeline_outcome(const struct timelines *t, const struct timeline *tl);

/* What decided the outcome, or NULL; and what the definition says about that, or NULL. */
const struct trigger *timeline_reason(const struct timelines *t, const struct timeline *tl);
const char *timeline_why(const struct timelines *t, const struct timeline *tl);

/* The number of the last stage, in the definition's order, that it reached; NO_STAGE if none. */
size_t timeline_last_stage(const struct timelines *t, const struct timeline *tl);

/* The present stage before this one, or NO_STAGE. */
size_t timeline_stage_before(const struct timelines *t, const struct timeline *tl, size_t stage);

/*
 * Time from the present stage before this one to this one; of the first stage that the run shows,
 * since the run's zero.  False if there is no such time.
 */
bool timeline_duration(const struct timelines *t, const struct timeline *tl, size_t stage,
                       int64_t *duration_ns);

/* end - start. */
int64_t timeline_total(const struct timeline *tl);

#endif
