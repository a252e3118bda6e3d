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

static inline bool is_of(const struct triples *t, const struct triple *k, const struct record *r)
{
    const char *text = t->pool.data + k->text;

    return k->level == r->level && k->message_len == r->message.len &&
           k->source_len == r->source.len && bytes_equal(text, r->source.p, r->source.len) &&
           bytes_equal(text + r->source.len, r->message.p, r->message.len);
}

/* Messages of one length mostly differ at their ends. */
static inline size_t recent_of(const struct record *r)
{
    uint64_t end = r->level;
    size_t n = r->message.len < sizeof end ? r->message.len : sizeof end;

    if (n == sizeof end)
        memcpy(&end, r->message.p + r->message.len - n, sizeof end);
    return hash_mix(end ^ HASH_SEED,
                    UINT64_C(0xe7037ed1a0b428db) + r->message.len * 64 + r->source.len) &
           (TRIPLES_RECENT - 1);
}

struct triple *triples_recent(const struct triples *t, const struct record *r)
{
    uint16_t number = t->recent[recent_of(r)];

    return number && is_of(t, &t->list[number - 1], r) ? &t->list[number - 1] : NULL;
}

struct triple *triples_find(struct triples *t, const struct record *r, uint64_t hash)
{
    uint32_t number;

    for (struct probe p = slots_probe(hash); slots_next(&t->slots, &p, &number);) {
        struct triple *k = &t->list[number];

        if (k->hash == hash && is_of(t, k, r)) {
            t->recent[recent_of(r)] = (uint16_t)(number + 1);
            return k;
        }
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
    memset(t->recent, 0, sizeof t->recent);
    t->count = 0;
}

void triples_release(struct triples *t)
{
    slots_release(&t->slots);
    strbuf_release(&t->pool);
    free(t->list);
    *t = (struct triples)TRIPLES_INIT;
}
