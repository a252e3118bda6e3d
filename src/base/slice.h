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
#include <stdint.h>
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

/* memcmp() == 0 for short texts, for which a call takes longer than to compare; the last step may
 * go over some bytes twice. */
static inline bool bytes_equal(const char *a, const char *b, size_t len)
{
    uint64_t x, y;

    if (len < 4)
        return len == 0 || (a[0] == b[0] && a[len / 2] == b[len / 2] && a[len - 1] == b[len - 1]);
    if (len < 8) {
        uint32_t first[2], last[2];

        memcpy(&first[0], a, 4);
        memcpy(&first[1], b, 4);
        memcpy(&last[0], a + len - 4, 4);
        memcpy(&last[1], b + len - 4, 4);
        return first[0] == first[1] && last[0] == last[1];
    }
    for (size_t i = 0; i < len - 8; i += 8) {
        memcpy(&x, a + i, 8);
        memcpy(&y, b + i, 8);
        if (x != y)
            return false;
    }
    memcpy(&x, a + len - 8, 8);
    memcpy(&y, b + len - 8, 8);
    return x == y;
}

static inline bool slice_eq(struct slice a, struct slice b)
{
    return a.len == b.len && bytes_equal(a.p, b.p, a.len);
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
