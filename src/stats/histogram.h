/* SPDX-License-Identifier: Apache-2.0 */
/*
 * histogram.h - the shape of some durations, in a few bins
 *
 * The bins part the way from the least duration above zero to the greatest one into equal parts of
 * a logarithmic scale.  What is not above zero has no place there and is counted beside them.
 */
#ifndef CICERONE_HISTOGRAM_H
#define CICERONE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_BINS 16

struct histogram {
    size_t not_positive;
    size_t bins[HISTOGRAM_BINS]; /* all in the first one if they are equal */
};

/* Of durations in order, the least first. */
void histogram_count(struct histogram *h, const int64_t *sorted, size_t count);

#endif
