/* SPDX-License-Identifier: Apache-2.0 */
/*
 * correlate.h - Pearson's correlation of durations
 */
#ifndef CICERONE_CORRELATE_H
#define CICERONE_CORRELATE_H

#include "lifecycle/timeline.h"

/*
 * The coefficient, -1 to 1, of the pairs in which both values are there (x and y have count values each, NAN where there is none); NAN if there are fewer than three
 * pairs or one side never changes.  *pairs tells how many there were.
 */
double correlate(const double *x, const double *y, size_t count, size_t *pairs);

#endif
