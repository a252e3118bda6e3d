/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metric.h - perfchug's metrics: from one stage of a lifecycle to another
 *
 * perfchug paired two lines by what they have in common.  Here entities pair
 * them: a session means something only within one run of one process on one
 * VM, an end closes the start of its own push and no other, and a start
 * without an end is counted.
 */
#ifndef CICERONE_METRIC_H
#define CICERONE_METRIC_H

#include "base/err.h"
#include "lifecycle/timeline.h"

#define METRIC_TAGS 3

/* A tag besides "component". */
struct metric_tag {
    const char *key;
    const char *tag;   /* of the lifecycle, or NULL: the id */
    bool no_component; /* the tag begins with the component, which is taken off */
};

enum metric_which { METRIC_ALL, METRIC_SUCCEEDED, METRIC_FAILED };

struct metric {
    const char *name;                    /* as perfchug has it */
    const char *snake;                   /* request_latency */
    const char *about;                   /* a sentence without a full stop */
    const char *lifecycle;               /* metrics of one lifecycle follow each other */
    const char *from, *to;               /* its stages */
    const char *component;               /* or NULL: its tag of this name says it */
    struct metric_tag tags[METRIC_TAGS]; /* in order of keys; grouped by the first if by_tag */
    bool by_tag;
    const char *if_tag, *if_text; /* only entities with this tag; any text if that is NULL */
    enum metric_which which;
    bool middle;         /* its time is the middle, else the start */
    const char *open_as; /* who misses its end; NULL if another metric says so */
};

extern const struct metric metrics[];
extern const size_t metrics_count;

/* Points of equal component, and of an equal text of the tag by which the metric is grouped. */
struct metric_group {
    struct slice component, text; /* borrowed from the timelines */
    size_t count;
    /* of metric_groups_sum_up() */
    int64_t p10_ns, p50_ns, p90_ns, p95_ns, p99_ns; /* as stats.h says */
    double sum_ns;
};

struct metric_point {
    const struct timeline *timeline;
    int64_t time_ns, value_ns;
    uint32_t group; /* its number */
};

struct metric_points {
    const struct metric *metric;
    const struct timelines *timelines; /* borrowed */
    struct metric_point *list;         /* in order of the timelines */
    size_t count;
    struct metric_group *groups; /* in order of component and text */
    size_t group_count;
    uint64_t open;            /* have no end */
    uint64_t headless;        /* have no start */
    uint64_t negative;        /* end before they start, by clocks that disagree; left out */
    size_t tags[METRIC_TAGS]; /* numbers in the lifecycle */
};

/* Leave out what no metric asks of the lifecycle, before it is read. */
void metrics_pare(struct lifecycle *lc);

/*
 * The points of a metric and their groups; release with metric_points_release().  -1 and err if the
 * lifecycle, which may be the user's own, lacks a stage or a tag.
 */
int metric_points_init(struct metric_points *p, const struct metric *m, const struct timelines *t,
                       struct err *err) __attribute__((warn_unused_result));
void metric_points_release(struct metric_points *p);

/* The text of a tag of a point, by its place in metric.tags; empty if it has none. */
struct slice metric_tag_text(const struct metric_points *p, const struct metric_point *point,
                             size_t tag);

/* Work out the figures of all groups. */
void metric_groups_sum_up(struct metric_points *p);

#endif
