/* SPDX-License-Identifier: Apache-2.0 */
/*
 * matcher.h - what a record means to one lifecycle or several
 *
 * Which alternatives a line may match follows almost always from its source,
 * message and level.  So that is found out once per distinct triple (triples.h),
 * for all lifecycles, and remembered; patterns run again only for what else an
 * alternative asks, and data is looked into only for lines that some
 * alternative may want.
 *
 * What is `known` of the tags of an event is the matcher's, and the same for all events of lines
 * that are alike; whoever numbers such tags notes the number there.
 *
 * A matcher belongs to one thread.
 */
#ifndef CICERONE_MATCHER_H
#define CICERONE_MATCHER_H

#include <stdint.h>

#include "base/intern.h"
#include "lifecycle/lifecycle.h"
#include "lifecycle/tag_memo.h"

/* A value that a line gives. */
struct value_worth {
    uint16_t value; /* its number */
    uint16_t rule;  /* the lower the better */
    bool last;      /* of those of the line */
    int64_t worth;  /* value.h */
};

/* One event of one entity.  The texts are borrowed until matcher_forget() or the line goes. */
struct event {
    const struct trigger *trigger;
    int64_t time_ns;
    uint32_t lifecycle; /* number among the matcher's */
    uint32_t vm;        /* number in matcher_vms() */
    uint32_t line;      /* of its block, from 1; 0: not known */
    uint64_t
        session; /* hash of vm, source and session; 0 if the line has no session, or nobody asks */
    struct slice id;   /* the entity's id, or empty if only the earlier one is known */
    struct slice link; /* the earlier id, or empty */
    uint64_t id_hash;  /* of the entity's id, by HASH_SEED */
    struct slice tie; /* where id is empty: an id that the line ties to the earlier one, or empty */
    const struct tag_text *tags;
    size_t tag_count;
    struct known_tags *known; /* the tags once more, or NULL */
    const struct value_worth *values;
    size_t value_count;
};

typedef void event_fn(void *context, const struct event *event);

struct matcher;

/* The lifecycles are borrowed. */
struct matcher *matcher_new(const struct lifecycle *const *lcs, size_t count);
void matcher_free(struct matcher *m);

/* Call fn for each event that the record stands for; origin is that of its file. */
void matcher_record(struct matcher *m, const struct record *r, const struct origin *origin,
                    event_fn *fn, void *context);

/* Where the record that was read last is from: its source, number in matcher_sources(), NO_SOURCE
 * if it is too long to be remembered; and its VM, number in matcher_vms(). */
#define NO_SOURCE UINT32_MAX

void matcher_whence(struct matcher *m, const struct record *r, const struct origin *origin,
                    uint32_t *source, uint32_t *vm);

/* Let go of the texts of all events so far. */
void matcher_forget(struct matcher *m);

/* The names of the VMs, "" for an unknown one. */
const struct intern *matcher_vms(const struct matcher *m);

/* Lines seen of a source at each level; the numbers are complete after matcher_count(). */
struct source_count {
    uint64_t lines[LEVEL_COUNT];
};

/* How often a trigger fired on lines of a source. */
struct hit_count {
    uint16_t trigger;
    uint32_t source; /* number in matcher_sources() */
    uint64_t lines;
};

/* Ids that were left out for their length. */
uint64_t matcher_long_ids(const struct matcher *m, size_t lifecycle);

/* Bring the counts up to date. */
void matcher_count(struct matcher *m);
const struct intern *matcher_sources(const struct matcher *m);
const struct source_count *matcher_source_counts(const struct matcher *m);
const struct hit_count *matcher_hits(const struct matcher *m, size_t lifecycle, size_t *count);

#endif
