/* SPDX-License-Identifier: Apache-2.0 */
/*
 * density.h - how densely values lie: a Gaussian kernel density estimate
 *
 * Values are of any unit, in ascending order and finite.
 */
#ifndef CICERONE_DENSITY_H
#define CICERONE_DENSITY_H

#include <stddef.h>

/*
 * The width of the kernel by Silverman's rule of thumb ("Density Estimation for Statistics and
 * Data Analysis", 1986, (3.31)): 0.9 min(sd, interquartile range / 1.34) n^(-1/5).  It is the sd
 * alone where the middle half are the same; 0 if all are.
 */
double density_bandwidth(const double *sorted, size_t n);

/*
 * The density at so many places, two or more, from low to high, both included, and evenly spread.
 * It is that of all values, among them those outside, for each 1 / the unit of the values.
 * bandwidth and n must not be 0.  Takes time for each place and each value near it.
 */
void density_estimate(const double *sorted, size_t n, double bandwidth, double low, double high,
                      double *density, size_t places);

#endif
