/* SPDX-License-Identifier: Apache-2.0 */
/*
 * correlate.h - Pearson's correlation between all pairs of some variables
 *
 * Observations are added one by one and not kept.
 */
#ifndef CICERONE_CORRELATE_H
#define CICERONE_CORRELATE_H

#include <stddef.h>

struct correlation;

/*
 * For count variables.  shift has a value near the middle of each: sums are
 * taken of differences from it, so that the squares of large values do not
 * swallow small differences.  Free with correlation_free().
 */
struct correlation *correlation_new(size_t count, const double *shift);
void correlation_free(struct correlation *c);

/* One observation: a value per variable, NAN where there is none. */
void correlation_add(struct correlation *c, const double *values);

/*
 * The coefficient of two variables, -1 to 1, over the observations that have
 * both; NAN with fewer than three, or where one never changes.  *pairs tells
 * how many there were.
 */
double correlation_get(const struct correlation *c, size_t a, size_t b, size_t *pairs);

#endif
