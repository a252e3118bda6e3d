/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heap.h - lines, the first of them on top
 *
 * They belong to the caller.  Start with zeros, end with free() of the list.
 */
#ifndef CICERONE_HEAP_H
#define CICERONE_HEAP_H

#include "merge/spot.h"

struct heap {
    struct spot **list;
    size_t count, room;
};

void heap_push(struct heap *h, struct spot *s);

/* The line on top is another one now, a later one. */
void heap_settle(struct heap *h);

void heap_pop(struct heap *h);

#endif
