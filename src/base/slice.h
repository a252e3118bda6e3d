/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slice.h - some bytes that belong to somebody else
 *
 * A slice is never NUL-terminated and may hold NUL bytes.  An empty slice may
 * have a NULL pointer.
 */
#ifndef CICERONE_SLICE_H
#define CICERONE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
    const char *p;
    size_t len;
};

/* The bytes of a NUL-terminated string. */
static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, strlen(text)};
}

static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* Order by bytes, the shorter first on a common start: -1, 0 or 1. */
static inline int slice_cmp(struct slice a, struct slice b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.p, b.p, n) : 0;

    if (c == 0)
        c = a.len < b.len ? -1 : a.len > b.len;
    return c < 0 ? -1 : c > 0;
}

#endif
