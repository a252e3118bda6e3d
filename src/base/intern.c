/* SPDX-License-Identifier: Apache-2.0 */
#include "base/intern.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/xalloc.h"

static void place(struct intern *in, uint32_t number)
{
    uint64_t i = hash_slice(in->texts[number], HASH_SEED);

    while (in->slots[i & (in->slot_count - 1)])
        i++;
    in->slots[i & (in->slot_count - 1)] = number + 1;
}

static void grow(struct intern *in)
{
    in->slot_count = in->slot_count ? in->slot_count * 2 : 64;
    free(in->slots);
    in->slots = xcalloc(in->slot_count, sizeof *in->slots);
    in->texts = xreallocarray(in->texts, in->slot_count, sizeof *in->texts);
    for (uint32_t i = 0; i < in->count; i++)
        place(in, i);
}

uint32_t intern_add(struct intern *in, struct slice text)
{
    if (in->slot_count) {
        uint64_t i = hash_slice(text, HASH_SEED);
        uint32_t slot;

        for (; (slot = in->slots[i & (in->slot_count - 1)]); i++) {
            if (slice_eq(in->texts[slot - 1], text))
                return slot - 1;
        }
    }
    if (in->count * 2 >= in->slot_count)
        grow(in);
    in->texts[in->count] = (struct slice){arena_dup(&in->arena, text.p, text.len), text.len};
    place(in, in->count);
    return in->count++;
}

void intern_release(struct intern *in)
{
    arena_release(&in->arena);
    free(in->texts);
    free(in->slots);
    *in = (struct intern)INTERN_INIT;
}
