/* SPDX-License-Identifier: Apache-2.0 */
#include "base/slots.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define FIRST_SIZE 64

static void put(struct slots *s, struct number_slot slot)
{
    size_t i = slot.tag;

    while (s->list[i & (s->size - 1)].number)
        i++;
    s->list[i & (s->size - 1)] = slot;
}

static void grow(struct slots *s)
{
    struct slots larger = {.size = s->size ? s->size * 2 : FIRST_SIZE, .used = s->used};

    /* Not xcalloc(): of a large table each page would be read before it is written, which on
     * several threads costs more than to write all of it now. */
    larger.list = xreallocarray(NULL, larger.size, sizeof *larger.list);
    memset(larger.list, 0, larger.size * sizeof *larger.list);
    for (size_t i = 0; i < s->size; i++) {
        if (s->list[i].number)
            put(&larger, s->list[i]);
    }
    free(s->list);
    *s = larger;
}

void slots_add(struct slots *s, uint64_t hash, uint32_t number)
{
    if (s->used * 3 >= s->size * 2)
        grow(s);
    put(s, (struct number_slot){number + 1, (uint32_t)(hash >> 32)});
    s->used++;
}

void slots_release(struct slots *s)
{
    free(s->list);
    *s = (struct slots)SLOTS_INIT;
}
