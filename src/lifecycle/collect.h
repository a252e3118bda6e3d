/* SPDX-License-Identifier: Apache-2.0 */
/*
 * collect.h - from inputs to timelines, on all threads
 *
 * Each thread decodes and matches the lines of its blocks on its own; what
 * they found goes into the one table of timelines a block at a time.
 */
#ifndef CICERONE_COLLECT_H
#define CICERONE_COLLECT_H

#include "input/feed.h"
#include "lifecycle/filter.h"
#include "lifecycle/pulse.h"
#include "lifecycle/timeline.h"

struct line_counts {
    uint64_t lines;      /* all but empty ones */
    uint64_t understood; /* of the lifecycle's format */
    uint64_t unselected; /* of these, left out by the filter */
    uint64_t other;      /* of no such format, left out */
    uint64_t too_long;   /* left out unread */
    uint64_t long_ids;   /* ids left out for their length */
    uint64_t left_out;   /* files in bundles that are no logs */
};

/* How often an alternative of the definition fired, on lines of which source. */
struct hit {
    const struct trigger *trigger;
    uint32_t source;
    uint64_t lines;
};

struct collection {
    struct timelines timelines;
    struct line_counts counts;
    struct intern sources;
    struct source_count *source_counts; /* per source */
    struct hit *hits;                   /* in order of trigger, then source's name */
    size_t hit_count;
};

/*
 * Read all inputs; trouble with one is noted there.  Lines that the filter does
 * not take, if there is one, are counted and no more; the selection is of
 * entities.  Release with collection_release().
 */
void collect(struct inputs *inputs, const struct lifecycle *lc, const struct feed_options *options,
             const struct filter *filter, const struct selection *selection,
             struct collection *out);
void collection_release(struct collection *c);

/*
 * The same for some lifecycles of one kind of log at once (or for none, of lager): the inputs are
 * read once, and out[i] is what lcs[i] has of them.  All entities are kept.  pulse, which has its
 * width, counts the lines that the filter takes; NULL if nobody wants to know.
 */
void collect_all(struct inputs *inputs, const struct lifecycle *const *lcs, size_t count,
                 const struct feed_options *options, const struct filter *filter,
                 struct collection *out, struct pulse *pulse);

/* The numbers of the sources in order of their names; free() the result. */
uint32_t *collection_sorted_sources(const struct collection *c);

#endif
