/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/density.h"

#include <math.h>

/* Beyond so many bandwidths a kernel is less than 4e-6 of its height. */
#define REACH 5

static double quantile(const double *sorted, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t i = (size_t)at;

    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

double density_bandwidth(const double *sorted, size_t n)
{
    double mean = 0, squares = 0, sd, middle;

    if (n < 2 || sorted[0] == sorted[n - 1])
        return 0;
    for (size_t i = 0; i < n; i++)
        mean += sorted[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (sorted[i] - mean) * (sorted[i] - mean);
    sd = sqrt(squares / (double)(n - 1));
    middle = (quantile(sorted, n, 0.75) - quantile(sorted, n, 0.25)) / 1.34;
    return 0.9 * (middle > 0 ? fmin(sd, middle) : sd) * pow((double)n, -0.2);
}

void density_estimate(const double *sorted, size_t n, double bandwidth, double low, double high,
                      double *density, size_t places)
{
    const double height = 1 / (sqrt(2 * acos(-1)) * bandwidth * (double)n);
    size_t first = 0;

    for (size_t k = 0; k < places; k++) {
        double at = low + (high - low) * (double)k / (double)(places - 1), sum = 0;

        while (first < n && sorted[first] < at - REACH * bandwidth)
            first++;
        for (size_t i = first; i < n && sorted[i] <= at + REACH * bandwidth; i++) {
            double far = (sorted[i] - at) / bandwidth;

            sum += exp(-0.5 * far * far);
        }
        density[k] = height * sum;
    }
}
