/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/shapes.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "decode/data.h"

#define PLACES 1024 /* a power of two */

/* All shapes together, in words of eight bytes; when there are more, all are forgotten. */
#define MAX_WORDS 8192

#define MAX_TEXT_BYTES 1024

/* A key may be read beyond its end. */
#define SLACK 16

/* One line of so many may be learned from, and that many at first: where each line has a message of
 * its own, there is nothing to be gained. */
#define LINES_PER_LESSON 8
#define FIRST_LESSONS    1024

struct shapes {
    uint16_t
        places[PLACES]; /* by message: where in the pool its shape is, in words, + 1; 0: none */
    uint64_t *pool;
    size_t used, room; /* words */
    uint64_t lines;
    uint32_t lessons;
};

const struct shape shape_none = {0, 0, 0};

struct shapes *shapes_new(void)
{
    return xcalloc(1, sizeof(struct shapes));
}

void shapes_free(struct shapes *s)
{
    if (s)
        free(s->pool);
    free(s);
}

static struct shape *shape_at(const struct shapes *s, uint16_t place)
{
    return (struct shape *)(void *)(s->pool + place - 1);
}

/* Messages of one length mostly differ at their ends. */
static inline size_t place_of(struct jstr message)
{
    uint64_t end = message.len < 8 ? hash_tail(message.p, message.len)
                                   : hash_word(message.p + message.len - 8);

    return hash_mix(end ^ HASH_SEED, UINT64_C(0xe7037ed1a0b428db) + message.len) & (PLACES - 1);
}

const struct shape *shapes_foresee(struct shapes *s, struct jstr message)
{
    uint16_t place = s->places[place_of(message)];

    s->lines++;
    return place ? shape_at(s, place) : &shape_none;
}

/* The bytes that a member's key takes with the quotes, the colon, and what is in front of it; 0 if
 * it does not stand as lager writes it. */
static size_t key_bytes(const struct jmember *m)
{
    const char *p = m->key.p;

    if (m->key.escaped || (p[-2] != '{' && p[-2] != ',') || p[m->key.len + 1] != ':')
        return 0;
    return (size_t)m->key.len + 4;
}

/* The bytes of all keys, 0 if there is one that can't be compared. */
static size_t text_bytes(const struct jmembers *members)
{
    size_t bytes = 0;

    for (size_t i = 0; i < members->count; i++) {
        size_t n = key_bytes(&members->list[i]);

        if (!n || bytes + n > MAX_TEXT_BYTES)
            return 0;
        bytes += n;
    }
    return bytes;
}

/* Room for the shape of a place, with so many words. */
static struct shape *make_room(struct shapes *s, uint16_t *place, uint16_t words)
{
    if (*place && shape_at(s, *place)->words >= words)
        return shape_at(s, *place);
    if (s->used + words > MAX_WORDS) {
        memset(s->places, 0, sizeof s->places);
        s->used = 0;
    }
    if (s->used + words > s->room) {
        s->room = s->room ? s->room * 2 : 512;
        s->pool = xreallocarray(s->pool, s->room, sizeof *s->pool);
    }
    *place = (uint16_t)(s->used + 1);
    s->used += words;
    shape_at(s, *place)->words = words;
    return shape_at(s, *place);
}

void shapes_learn(struct shapes *s, struct jstr message, const struct jmembers *members)
{
    size_t bytes = members->whole ? text_bytes(members) : 0, at = 0;
    struct shape *shape;
    char *text;

    if (!bytes || s->lessons > FIRST_LESSONS + s->lines / LINES_PER_LESSON ||
        s->lessons == UINT32_MAX)
        return;
    s->lessons++;
    bytes += sizeof *shape + members->count * sizeof *shape->keys + SLACK;
    shape = make_room(s, &s->places[place_of(message)], (uint16_t)((bytes + 7) / 8));
    shape->number = s->lessons;
    shape->count = (uint16_t)members->count;
    text = (char *)(shape->keys + shape->count);
    for (size_t i = 0; i < members->count; i++) {
        const struct jmember *m = &members->list[i];
        size_t len = key_bytes(m);

        memcpy(text + at, m->key.p - 2, len);
        shape->keys[i] = (struct shape_key){(uint16_t)at, (uint16_t)len,
                                            len < 16 ? (uint16_t)((1u << len) - 1) : UINT16_MAX,
                                            (uint8_t)inner_of_key(m->key)};
        at += len;
    }
    memset(text + at, 0, SLACK);
}
