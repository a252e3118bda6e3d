/* SPDX-License-Identifier: Apache-2.0 */
/* data.h - the object behind "data", and the members of it that an entry is made of */
#ifndef CICERONE_DATA_H
#define CICERONE_DATA_H

#include "decode/jscan.h"
#include "decode/shapes.h"

enum inner { INNER_SESSION, INNER_ERROR, INNER_TRACE, INNER_JOB, INNER_INDEX, INNER_COUNT };

/* The values of those members, NULL where there is none; of equal keys the last counts. */
struct inners {
    const struct jvalue *at[INNER_COUNT]; /* in the members that are noted, or, */
    struct jvalue late[INNER_COUNT];      /* if there was no room for them, here */
};

/* Which of them a key without escapes names, or INNER_COUNT. */
static inline enum inner inner_of_key(struct jstr key)
{
    switch (key.len) {
    case 5:
        return memcmp(key.p, "error", 5) == 0   ? INNER_ERROR
               : memcmp(key.p, "trace", 5) == 0 ? INNER_TRACE
                                                : INNER_COUNT;
    case 7:
        return memcmp(key.p, "session", 7) == 0 ? INNER_SESSION : INNER_COUNT;
    case 12:
        return memcmp(key.p, "cicerone-job", 12) == 0 ? INNER_JOB : INNER_COUNT;
    case 14:
        return memcmp(key.p, "cicerone-index", 14) == 0 ? INNER_INDEX : INNER_COUNT;
    default:
        return INNER_COUNT;
    }
}

/*
 * Check the object, p at its brace, and note its members; shape is what is foreseen of them, or
 * &shape_none.  Returns the byte behind it, NULL if it is not JSON.
 */
const char *data_scan(const char *p, const struct shape *shape, struct inners *in,
                      struct jmembers *members);

#endif
