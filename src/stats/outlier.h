/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outlier.h - groups that take longer than their peers
 *
 * The peers of a group differ from it in the last tag only: the other cells,
 * of the same operation.  The definition says of which tags the texts can be
 * compared so.  A group is an outlier in a figure if its median is
 * more than twice the median of the medians of all peers, itself among them,
 * three of them or more have the figure, and it has five or more of its own.
 * Figures that count from the run's zero have no outliers, and a group without
 * the last tag is nobody's peer.
 */
#ifndef CICERONE_OUTLIER_H
#define CICERONE_OUTLIER_H

#include "stats/group.h"

#define OUTLIER_FACTOR    2
#define OUTLIER_MIN_PEERS 3
#define OUTLIER_MIN_OWN   5

/* Keeps the limits of the peers that were asked for last, so ask for one set of peers at a time. */
struct outliers {
    const struct groups *groups;
    size_t from, to;    /* the peers, in the list of groups */
    size_t first_stage; /* of the run, or NO_STAGE */
    int64_t *medians;   /* room for one of each peer */
    /* of each stage, the total and each value; INT64_MAX where there are too few peers */
    int64_t limits[LIFECYCLE_MAX_STAGES + 1 + LIFECYCLE_MAX_VALUES];
};

/* The groups must outlive it. */
void outliers_init(struct outliers *o, const struct groups *g);
void outliers_release(struct outliers *o);

/* Is the group one, by its own figures of a stage, or of totals where stage is NO_STAGE? */
bool outlier_stage(struct outliers *o, const struct tag_group *group, size_t stage,
                   const struct summary *s);
bool outlier_value(struct outliers *o, const struct tag_group *group, size_t value,
                   const struct summary *s);

#endif
