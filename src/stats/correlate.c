/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/correlate.h"

#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"

/* Sums over the observations that have both of two variables. */
struct pair {
    size_t n;
    double x, y, xx, yy, xy;
};

struct correlation {
    size_t count;
    double *shift;
    double *shifted;    /* the observation at hand */
    struct pair *pairs; /* row a, column b; b <= a */
};

struct correlation *correlation_new(size_t count, const double *shift)
{
    struct correlation *c = xcalloc(1, sizeof *c);

    c->count = count;
    c->shift = xcalloc(count, sizeof *c->shift);
    c->shifted = xcalloc(count, sizeof *c->shifted);
    c->pairs = xcalloc(count * count, sizeof *c->pairs);
    for (size_t i = 0; i < count; i++)
        c->shift[i] = shift[i];
    return c;
}

void correlation_free(struct correlation *c)
{
    if (c) {
        free(c->shift);
        free(c->shifted);
        free(c->pairs);
        free(c);
    }
}

void correlation_add(struct correlation *c, const double *values)
{
    for (size_t i = 0; i < c->count; i++)
        c->shifted[i] = values[i] - c->shift[i]; /* NAN stays NAN */
    for (size_t a = 0; a < c->count; a++) {
        double x = c->shifted[a];

        if (isnan(x))
            continue;
        for (size_t b = 0; b <= a; b++) {
            struct pair *p = &c->pairs[a * c->count + b];
            double y = c->shifted[b];

            if (isnan(y))
                continue;
            p->n++;
            p->x += x;
            p->y += y;
            p->xx += x * x;
            p->yy += y * y;
            p->xy += x * y;
        }
    }
}

double correlation_get(const struct correlation *c, size_t a, size_t b, size_t *pairs)
{
    const struct pair *p = &c->pairs[a > b ? a * c->count + b : b * c->count + a];
    double n = (double)p->n, xx, yy, r;

    *pairs = p->n;
    if (p->n < 3)
        return NAN;
    xx = p->xx - p->x * p->x / n;
    yy = p->yy - p->y * p->y / n;
    /* what rounding leaves of a constant is not variance */
    if (xx <= p->xx * 1e-12 || yy <= p->yy * 1e-12)
        return NAN;
    r = (p->xy - p->x * p->y / n) / sqrt(xx) / sqrt(yy);
    return r > 1 ? 1 : r < -1 ? -1 : r;
}
