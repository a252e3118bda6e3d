/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order.h - many numbers in order, several times faster than qsort()
 *
 * The C library compares any two things through a function; a few hundred thousand times that is
 * what a run would wait for.
 */
#ifndef CICERONE_ORDER_H
#define CICERONE_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* A number, and what it belongs to. */
struct keyed {
    int64_t key;
    void *of;
};

/* Put the least first. */
void order_numbers(int64_t *list, size_t count);

/* The same by key; those of equal keys come in any order. */
void order_keyed(struct keyed *list, size_t count);

#endif
