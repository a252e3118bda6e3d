/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/triples.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/xalloc.h"

#define MAX_TRIPLES    2048
#define MAX_TEXT_BYTES ((size_t)192 * 1024)

uint64_t triple_hash(const struct record *r)
{
    uint64_t h = hash_bytes(r->message.p, r->message.len, HASH_SEED + r->level);

    return hash_bytes(r->source.p, r->source.len, h);
}

struct triple *triples_find(const struct triples *t, const struct record *r, uint64_t hash)
{
    uint32_t number;

    for (struct probe p = slots_probe(hash); slots_next(&t->slots, &p, &number);) {
        struct triple *k = &t->list[number];
        const char *text = t->pool.data + k->text;

        if (k->hash == hash && k->level == r->level && k->message_len == r->message.len &&
            k->source_len == r->source.len && bytes_equal(text, r->source.p, r->source.len) &&
            bytes_equal(text + r->source.len, r->message.p, r->message.len))
            return k;
    }
    return NULL;
}

bool triples_has_room(const struct triples *t, const struct record *r)
{
    return t->count < MAX_TRIPLES && t->pool.len + r->source.len + r->message.len <= MAX_TEXT_BYTES;
}

struct triple *triples_add(struct triples *t, const struct record *r, uint64_t hash)
{
    if (t->count == t->room) {
        t->room = t->room ? t->room * 2 : 64;
        t->list = xreallocarray(t->list, t->room, sizeof *t->list);
    }
    slots_add(&t->slots, hash, (uint32_t)t->count);
    t->list[t->count] = (struct triple){.hash = hash,
                                        .text = (uint32_t)t->pool.len,
                                        .source_len = (uint16_t)r->source.len,
                                        .message_len = (uint16_t)r->message.len,
                                        .level = (uint8_t)r->level};
    strbuf_add(&t->pool, r->source.p, r->source.len);
    strbuf_add(&t->pool, r->message.p, r->message.len);
    return &t->list[t->count++];
}

void triples_empty(struct triples *t)
{
    slots_release(&t->slots);
    strbuf_reset(&t->pool);
    t->count = 0;
}

void triples_release(struct triples *t)
{
    slots_release(&t->slots);
    strbuf_release(&t->pool);
    free(t->list);
    *t = (struct triples)TRIPLES_INIT;
}
