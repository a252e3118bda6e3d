/* SPDX-License-Identifier: Apache-2.0 */
#include "base/intern.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/xalloc.h"

uint32_t intern_add(struct intern *in, struct slice text)
{
    uint64_t hash = hash_slice(text, HASH_SEED);
    uint32_t number;

    for (struct probe p = slots_probe(hash); slots_next(&in->slots, &p, &number);) {
        if (slice_eq(in->texts[number], text))
            return number;
    }
    if (in->count == in->room) {
        in->room = in->room ? in->room * 2 : 32;
        in->texts = xreallocarray(in->texts, in->room, sizeof *in->texts);
    }
    in->texts[in->count] = (struct slice){arena_dup(&in->arena, text.p, text.len), text.len};
    slots_add(&in->slots, hash, in->count);
    return in->count++;
}

void intern_release(struct intern *in)
{
    arena_release(&in->arena);
    slots_release(&in->slots);
    free(in->texts);
    *in = (struct intern)INTERN_INIT;
}
