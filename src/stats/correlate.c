/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/correlate.h"

#include <math.h>

double correlate(const double *x, const double *y, size_t count, size_t *pairs)
{
    double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0, r;
    size_t n = 0;

    /* Two passes: with one, the squares of large times would swallow small differences. */
    for (size_t i = 0; i < count; i++) {
        if (isnan(x[i]) || isnan(y[i]))
            continue;
        mean_x += x[i];
        mean_y += y[i];
        n++;
    }
    *pairs = n;
    if (n < 3)
        return NAN;
    mean_x /= (double)n;
    mean_y /= (double)n;
    for (size_t i = 0; i < count; i++) {
        if (isnan(x[i]) || isnan(y[i]))
            continue;
        xx += (x[i] - mean_x) * (x[i] - mean_x);
        yy += (y[i] - mean_y) * (y[i] - mean_y);
        xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    if (xx <= 0 || yy <= 0)
        return NAN;
    r = xy / sqrt(xx) / sqrt(yy);
    return r > 1 ? 1 : r < -1 ? -1 : r;
}
