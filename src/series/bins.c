/* SPDX-License-Identifier: Apache-2.0 */
#include "series/bins.h"

#include <math.h>
#include <stdlib.h>

#include "base/order.h"
#include "base/xalloc.h"
#include "lifecycle/pulse.h"
#include "stats/stats.h"

int64_t grid_time(const struct grid *g, size_t bin)
{
    int64_t ns;

    return __builtin_mul_overflow(g->first + (int64_t)bin, g->width_ns, &ns) ? INT64_MIN : ns;
}

bool grid_bin(const struct grid *g, int64_t time_ns, size_t *bin)
{
    int64_t n = pulse_bin_of(time_ns, g->width_ns);

    if (n < g->first || n - g->first >= (int64_t)g->count)
        return false;
    *bin = (size_t)(n - g->first);
    return true;
}

/* The sum of worths, held where an int64 ends. */
static int64_t sum_of(const int64_t *worths, size_t count)
{
    int64_t sum = 0;

    for (size_t i = 0; i < count; i++) {
        if (__builtin_add_overflow(sum, worths[i], &sum))
            return worths[i] > 0 ? INT64_MAX : INT64_MIN + 1;
    }
    return sum;
}

static int64_t mean_of(const int64_t *worths, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++)
        sum += (double)worths[i];
    return llround(sum / (double)count);
}

/* Of the worths of one bin, which are put in order. */
static int64_t take_of(int64_t *worths, size_t count, enum series_take take)
{
    order_numbers(worths, count);
    switch (take) {
    case TAKE_P95:
        return percentile(worths, count, 0.95);
    case TAKE_P50:
        return percentile(worths, count, 0.5);
    case TAKE_MEAN:
        return mean_of(worths, count);
    case TAKE_SUM:
        return sum_of(worths, count);
    case TAKE_MAX:
    case TAKE_MIN:
    case TAKE_LAST:
    case TAKE_KINDS:
        break;
    }
    return BIN_EMPTY;
}

/* For what one point tells of a bin: is it rather the second one? */
static bool is_rather(const struct point *have, const struct point *other, enum series_take take)
{
    if (take == TAKE_MAX)
        return other->worth > have->worth;
    if (take == TAKE_MIN)
        return other->worth < have->worth;
    return other->time_ns != have->time_ns ? other->time_ns > have->time_ns
                                           : other->worth > have->worth;
}

static void take_one(const struct grid *g, const struct point *points, size_t count,
                     enum series_take take, int64_t *out)
{
    const struct point **chosen = xcalloc(g->count + 1, sizeof *chosen);
    size_t bin;

    for (size_t i = 0; i < count; i++) {
        if (grid_bin(g, points[i].time_ns, &bin) &&
            (!chosen[bin] || is_rather(chosen[bin], &points[i], take)))
            chosen[bin] = &points[i];
    }
    for (size_t b = 0; b < g->count; b++)
        out[b] = chosen[b] ? chosen[b]->worth : BIN_EMPTY;
    free(chosen);
}

/* Worths are dealt out to their bins, whose sizes are counted before. */
static void take_all(const struct grid *g, const struct point *points, size_t count,
                     enum series_take take, int64_t *out)
{
    int64_t *worths = xreallocarray(NULL, count + 1, sizeof *worths);
    size_t *end = xcalloc(g->count + 1, sizeof *end), at = 0, bin;

    for (size_t i = 0; i < count; i++) {
        if (grid_bin(g, points[i].time_ns, &bin))
            end[bin]++;
    }
    for (size_t b = 0; b < g->count; b++) {
        size_t n = end[b];

        end[b] = at;
        at += n;
    }
    for (size_t i = 0; i < count; i++) {
        if (grid_bin(g, points[i].time_ns, &bin))
            worths[end[bin]++] = points[i].worth;
    }
    at = 0;
    for (size_t b = 0; b < g->count; b++) {
        out[b] = end[b] > at ? take_of(worths + at, end[b] - at, take) : BIN_EMPTY;
        at = end[b];
    }
    free(worths);
    free(end);
}

void bins_take(const struct grid *g, const struct point *points, size_t count,
               enum series_take take, int64_t *out)
{
    if (take == TAKE_MAX || take == TAKE_MIN || take == TAKE_LAST)
        take_one(g, points, count, take, out);
    else
        take_all(g, points, count, take, out);
}

void bins_count(const struct grid *g, const struct point *points, size_t count, int64_t *out)
{
    size_t bin;

    for (size_t b = 0; b < g->count; b++)
        out[b] = 0;
    for (size_t i = 0; i < count; i++) {
        if (grid_bin(g, points[i].time_ns, &bin))
            out[bin]++;
    }
}

void bins_level(const struct grid *g, const struct stay *stays, size_t count, int64_t *out)
{
    int64_t level = 0;
    size_t bin;

    for (size_t b = 0; b < g->count; b++)
        out[b] = 0;
    for (size_t i = 0; i < count; i++) {
        if (stays[i].to_ns <= stays[i].from_ns || !grid_bin(g, stays[i].from_ns, &bin))
            continue;
        out[bin]++;
        if (stays[i].to_ns != NSTIME_NONE && grid_bin(g, stays[i].to_ns, &bin))
            out[bin]--;
    }
    for (size_t b = 0; b < g->count; b++) {
        level += out[b];
        out[b] = level;
    }
}

void bins_bridge(const struct grid *g, bool *logs, int64_t silence_ns)
{
    size_t last = SIZE_MAX;

    for (size_t b = 0; b < g->count; b++) {
        if (!logs[b])
            continue;
        if (last != SIZE_MAX && (int64_t)(b - last - 1) <= silence_ns / g->width_ns) {
            while (++last < b)
                logs[last] = true;
        }
        last = b;
    }
}

void bins_hold(const struct grid *g, int64_t *values, const bool *logs)
{
    int64_t held = BIN_EMPTY;

    for (size_t b = 0; b < g->count; b++) {
        if (values[b] != BIN_EMPTY)
            held = values[b];
        else if (!logs[b])
            held = BIN_EMPTY;
        else
            values[b] = held;
    }
}
