/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/histogram.h"

#include <math.h>

/* How many are not above a bound: a few bounds and a search for each cost less than a logarithm
 * for each duration. */
static size_t up_to(const int64_t *sorted, size_t count, double bound)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if ((double)sorted[middle] <= bound)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void histogram_count(struct histogram *h, const int64_t *sorted, size_t count)
{
    size_t done = up_to(sorted, count, 0);
    double least, step;

    *h = (struct histogram){.not_positive = done};
    if (done == count)
        return;
    least = (double)sorted[done];
    step = log((double)sorted[count - 1] / least) / HISTOGRAM_BINS;
    for (size_t i = 0; i < HISTOGRAM_BINS && done < count; i++) {
        size_t end = i + 1 < HISTOGRAM_BINS
                         ? up_to(sorted, count, least * exp(step * (double)(i + 1)))
                         : count;

        h->bins[i] = end - done;
        done = end;
    }
}
