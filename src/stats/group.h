/* SPDX-License-Identifier: Apache-2.0 */
/*
 * group.h - timelines put together by what a tag says of them
 *
 * Only the order is kept; the figures of a group are made when they are asked
 * for, since a tag may have as many texts as there are timelines.
 */
#ifndef CICERONE_GROUP_H
#define CICERONE_GROUP_H

#include "stats/stats.h"

struct tag_group {
    struct slice text; /* of the tag; empty for those without it */
    size_t from, count;
    size_t ok;
};

struct groups {
    const struct timelines *timelines;
    size_t tag;
    const struct timeline **sorted;
    struct tag_group *list; /* in order of texts */
    size_t count;
    int64_t *ns; /* room for figures */
    const struct timeline **of;
};

/* The timelines must outlive it. */
void groups_init(struct groups *g, const struct timelines *t, size_t tag);
void groups_release(struct groups *g);

/* Durations of a stage, or totals where stage is NO_STAGE. */
void group_stage(const struct groups *g, const struct tag_group *group, size_t stage,
                 struct summary *out);
void group_value(const struct groups *g, const struct tag_group *group, size_t value,
                 struct summary *out);

#endif
