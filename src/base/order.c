/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A radix sort: the list is dealt out by one byte of its keys after the other, from the lowest on,
 * each time into places that were counted before.  Bytes that all keys share, as most of a time's
 * are, cost nothing.
 */
#include "base/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Fewer than so many are not worth the counting. */
#define FEW 512

#define DIGITS 8
#define VALUES 256

/* A digit of the key that a thing begins with; its sign is turned over, so that negative numbers
 * come first. */
static inline size_t digit_of(const char *thing, size_t digit)
{
    uint64_t key;

    memcpy(&key, thing, sizeof key);
    return (key ^ UINT64_C(1) << 63) >> 8 * digit & (VALUES - 1);
}

static inline void deal(char *list, size_t count, size_t size)
{
    size_t(*counts)[VALUES] = xcalloc(DIGITS, sizeof *counts);
    char *other = xreallocarray(NULL, count, size), *from = list, *to = other, *swap;

    for (size_t i = 0; i < count; i++) {
        for (size_t d = 0; d < DIGITS; d++)
            counts[d][digit_of(list + i * size, d)]++;
    }
    for (size_t d = 0; d < DIGITS; d++) {
        size_t at = 0;

        if (counts[d][digit_of(list, d)] == count) /* all have the same */
            continue;
        for (size_t v = 0; v < VALUES; v++) {
            size_t n = counts[d][v];

            counts[d][v] = at;
            at += n;
        }
        for (size_t i = 0; i < count; i++) {
            const char *thing = from + i * size;

            memcpy(to + counts[d][digit_of(thing, d)]++ * size, thing, size);
        }
        swap = from;
        from = to;
        to = swap;
    }
    if (from != list)
        memcpy(list, from, count * size);
    free(other);
    free(counts);
}

static int by_number(const void *pa, const void *pb)
{
    int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

    return (a > b) - (a < b);
}

static int by_key(const void *pa, const void *pb)
{
    const struct keyed *a = pa, *b = pb;

    return (a->key > b->key) - (a->key < b->key);
}

void order_numbers(int64_t *list, size_t count)
{
    if (count >= FEW)
        deal((char *)list, count, sizeof *list);
    else if (count)
        qsort(list, count, sizeof *list, by_number);
}

void order_keyed(struct keyed *list, size_t count)
{
    if (count >= FEW)
        deal((char *)list, count, sizeof *list);
    else if (count)
        qsort(list, count, sizeof *list, by_key);
}
