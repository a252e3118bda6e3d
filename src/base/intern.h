/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intern.h - each distinct text once, known by a small number
 *
 * Numbers count from 0 in the order the texts came, so they mean nothing
 * outside one run: order by the texts, never by the numbers.
 */
#ifndef CICERONE_INTERN_H
#define CICERONE_INTERN_H

#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"
#include "base/slots.h"

struct intern {
    struct arena arena;
    struct slice *texts;
    uint32_t count, room;
    struct slots slots;
};

#define INTERN_INIT                                                                                \
    {                                                                                              \
        ARENA_INIT, NULL, 0, 0, SLOTS_INIT                                                         \
    }

/* The number of a text; a new one is copied. */
uint32_t intern_add(struct intern *in, struct slice text);

/* The text of a number, NUL-terminated, owned by the table. */
static inline struct slice intern_text(const struct intern *in, uint32_t number)
{
    return in->texts[number];
}

void intern_release(struct intern *in);

#endif
