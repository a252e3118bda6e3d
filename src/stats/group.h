/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group.h - timelines put together by what one or more tags say of them
 *
 * Only the order is kept; the figures of a group are made when they are asked
 * for, since a tag may have as many texts as there are timelines.
 */
#ifndef CICERONE_GROUP_H
#define CICERONE_GROUP_H

#include "stats/stats.h"

struct tag_group {
    size_t from, count;
    size_t ok;
    int64_t start_ns, end_ns; /* of its first event, and of its last one */
};

struct groups {
    const struct timelines *timelines;
    size_t tags[LIFECYCLE_MAX_BY];
    size_t tag_count; /* at least one */
    const struct timeline **sorted;
    struct tag_group *list; /* in order of the texts of the first tag, then of the next */
    size_t count;
    int64_t *ns; /* room for figures */
    const struct timeline **of;
};

/* The timelines must outlive it. */
void groups_init(struct groups *g, const struct timelines *t, const size_t *tags, size_t tag_count);
void groups_release(struct groups *g);

/* The text of a tag, counted among those of the groups; empty for those without it. */
struct slice group_text(const struct groups *g, const struct tag_group *group, size_t tag);

/* Are they alike in all tags but the last one?  Such groups are neighbours. */
bool group_peers(const struct groups *g, const struct tag_group *a, const struct tag_group *b);

/* Durations of a stage, or totals where stage is NO_STAGE. */
void group_stage(const struct groups *g, const struct tag_group *group, size_t stage,
                 struct summary *out);
void group_value(const struct groups *g, const struct tag_group *group, size_t value,
                 struct summary *out);

#endif
