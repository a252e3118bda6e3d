/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jpaths.h - many paths looked up in one walk over an object
 *
 * A set of dotted paths ("lrp-key.index", "tasks[]") is put together once;
 * jpaths_find() then walks an object a single time and notes the value of
 * every path.  The object must have been checked (jscan.h) and end with its
 * brace.  Of equal keys the last counts.
 */
#ifndef CICERONE_JPATHS_H
#define CICERONE_JPATHS_H

#include <stddef.h>

#include "decode/jscan.h"

struct jpaths;

struct jpaths *jpaths_new(void);
void jpaths_free(struct jpaths *set);

/* Add a path of keys parted by dots; returns its slot.  The same path gives the same slot. */
size_t jpaths_add(struct jpaths *set, struct slice path);

/* How many slots there are. */
size_t jpaths_count(const struct jpaths *set);

/*
 * Fill slots[0..jpaths_count() - 1]; a path that is not there is J_ABSENT.  Returns a bit for each
 * of the first 64 slots, 1 << slot, that is set if the path is there.
 */
uint64_t jpaths_find(const struct jpaths *set, struct slice object, struct jvalue *slots);

/*
 * What is remembered from one record to the next: where the paths were in data of the same shape
 * (shapes.h), and which slots were filled.  Belongs to one set of paths and one array of slots,
 * whose kinds must be J_ABSENT at first.
 */
struct jpaths_memo;

struct jpaths_memo *jpaths_memo_new(void);
void jpaths_memo_free(struct jpaths_memo *memo);

/* The same in the data of a record, whose members have been noted: faster. */
uint64_t jpaths_find_again(const struct jpaths *set, struct jpaths_memo *memo, struct slice object,
                           const struct jmembers *members, struct jvalue *slots);

/*
 * The elements of a checked array, one a call: start with *at = array.p, until it returns false.
 */
bool jarray_next(struct slice array, const char **at, struct jvalue *element);

/* The members of a checked object, likewise; *at is the byte behind the value then. */
bool jobject_next(struct slice object, const char **at, struct jstr *key, struct jvalue *value);

#endif
