/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stats.h - the numbers of a run: durations per stage, outcomes, VMs
 *
 * Durations are int64 nanoseconds.  Percentiles interpolate linearly between
 * closest ranks (type 7 of Hyndman and Fan, "Sample Quantiles in Statistical
 * Packages", 1996); the standard deviation is that of a sample (n - 1).
 * Negative durations, of clocks that disagree, are in all figures, and
 * counted besides.
 */
#ifndef CICERONE_STATS_H
#define CICERONE_STATS_H

#include "lifecycle/timeline.h"
#include "stats/histogram.h"

struct summary {
    size_t n;
    size_t negative;
    int64_t min_ns, max_ns;
    const struct timeline *min_at, *max_at; /* who holds the extremes; of several the first */
    double mean_ns, sd_ns;                  /* sd of fewer than two is 0 */
    int64_t p50_ns, p90_ns, p95_ns, p99_ns;
    double sum_ns;
    struct histogram histogram;
};

/* Entities that are alike in outcome, in what decided it, and in the stage they reached last. */
struct fate {
    int outcome;
    const struct trigger *reason; /* or NULL */
    size_t last_stage;            /* or NO_STAGE */
    size_t count;
    const struct timeline *example; /* the first of them */
};

/* Durations below zero, by the VMs whose clocks they compare. */
struct skew {
    size_t stage;
    uint16_t from_vm, to_vm;
    size_t count;
    int64_t worst_ns;
};

struct vm_summary {
    uint16_t vm;
    size_t count; /* entities that lived there */
    size_t not_ok;
    int64_t p50_total_ns;
};

struct stats {
    const struct timelines *timelines;
    struct summary stage[LIFECYCLE_MAX_STAGES];
    double
        share[LIFECYCLE_MAX_STAGES]; /* of the sum of totals, 0 to 1; 0 for the first seen stage */
    size_t first_stage; /* the first one seen; its durations count from the run's zero */
    struct summary total;
    struct summary value[LIFECYCLE_MAX_VALUES]; /* in what value.h says, not ns, of no durations */
    size_t complete;
    size_t *outcomes; /* per outcome of the lifecycle */
    size_t ok, incomplete;
    struct fate *fates; /* all but ok ones, the most frequent first */
    size_t fate_count;
    struct skew *skews; /* the most frequent first */
    size_t skew_count;
    struct vm_summary *vms; /* in order of names */
    size_t vm_count;
};

/* All figures of finished timelines, which must outlive them; on so many threads at most. */
void stats_init(struct stats *s, const struct timelines *t, size_t threads);
void stats_release(struct stats *s);

/* Figures of some durations and their owners (of, may be NULL); sorts the durations in place. */
void summarize(struct summary *s, int64_t *ns, const struct timeline *const *of, size_t count);

/* A percentile, p in 0..1, of durations in order; count must not be 0. */
int64_t percentile(const int64_t *sorted, size_t count, double p);

#endif
