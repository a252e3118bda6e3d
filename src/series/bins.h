/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bins.h - what is left of many values when time is cut into bins
 *
 * Bin n of a grid holds the times from (first + n) * width up to, but without, the next one: bins
 * are aligned to the epoch, as those of pulse.h.  "No value" is never 0.
 */
#ifndef CICERONE_BINS_H
#define CICERONE_BINS_H

#include <stdbool.h>

#include "base/nstime.h"
#include "series/series.h"

#define BINS_MAX 20000

/* "No value in this bin." */
#define BIN_EMPTY INT64_MIN

struct grid {
    int64_t width_ns;
    int64_t first; /* number of the first bin, counted from the epoch */
    size_t count;
};

/* When a bin begins. */
int64_t grid_time(const struct grid *g, size_t bin);

/* The bin of a time; false if it lies in none. */
bool grid_bin(const struct grid *g, int64_t time_ns, size_t *bin);

/* A value at a time. */
struct point {
    int64_t time_ns;
    int64_t worth;
};

/* What is taken of the points in each bin, BIN_EMPTY where there is none. */
void bins_take(const struct grid *g, const struct point *points, size_t count,
               enum series_take take, int64_t *out);

/* How many points lie in each bin. */
void bins_count(const struct grid *g, const struct point *points, size_t count, int64_t *out);

/* A stay from a time to another, which is NSTIME_NONE if it does not end. */
struct stay {
    int64_t from_ns, to_ns;
};

/* How many stays are on when each bin ends; what ends no later than it begins is none. */
void bins_level(const struct grid *g, const struct stay *stays, size_t count, int64_t *out);

/*
 * Where a component logged, given the bins with lines: silences that are no longer than silence_ns
 * are bridged, but what comes before the first line and after the last one is not.
 */
void bins_bridge(const struct grid *g, bool *logs, int64_t silence_ns);

/* Let values last until the next one, where there are logs; behind a gap in those they begin anew.
 */
void bins_hold(const struct grid *g, int64_t *values, const bool *logs);

#endif
