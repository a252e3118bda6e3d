/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots.h - from the hash of a key to its number in a list
 *
 * The list and the keys are the caller's.  A lookup goes through all numbers that may be meant,
 * which the caller compares:
 *
 *     for (struct probe p = slots_probe(hash); slots_next(&slots, &p, &number);)
 *         if (list[number] is the key)
 *             return number;
 *     slots_add(&slots, hash, number of a new entry);
 *
 * Half of the hash is kept with each number, so keys are looked at almost only where they are
 * equal, and never when the table grows.
 */
#ifndef CICERONE_SLOTS_H
#define CICERONE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct number_slot {
    uint32_t number; /* + 1; 0 = free */
    uint32_t tag;    /* of the hash; where it belongs in the table, too */
};

struct slots {
    struct number_slot *list;
    size_t size; /* a power of two, or 0 */
    size_t used;
};

#define SLOTS_INIT                                                                                 \
    {                                                                                              \
        NULL, 0, 0                                                                                 \
    }

/* A lookup on its way. */
struct probe {
    uint32_t tag;
    size_t at;
};

static inline struct probe slots_probe(uint64_t hash)
{
    return (struct probe){(uint32_t)(hash >> 32), hash >> 32};
}

/* The next number that may be meant; false if there is none. */
static inline bool slots_next(const struct slots *s, struct probe *p, uint32_t *number)
{
    if (!s->size)
        return false;
    for (;;) {
        struct number_slot slot = s->list[p->at++ & (s->size - 1)];

        if (!slot.number)
            return false;
        if (slot.tag == p->tag) {
            *number = slot.number - 1;
            return true;
        }
    }
}

/* Note the number, below UINT32_MAX, of a key of this hash. */
void slots_add(struct slots *s, uint64_t hash, uint32_t number);

void slots_release(struct slots *s);

#endif
