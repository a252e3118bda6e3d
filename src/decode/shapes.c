/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/shapes.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "decode/data.h"

#define PLACES 1024 /* a power of two */

/* When there are more shapes than this, or they take more words of eight bytes, all are forgotten.
 */
#define MAX_SHAPES 384
#define MAX_WORDS  4096

#define KEY_PLACES 512 /* a power of two */

#define MAX_TEXT_BYTES 1024

/* A key may be read beyond its end, into the next shape or what is behind the last one. */
#define SLACK_WORDS 2

/* One line of so many may be learned from, and that many at first: where each line has a message of
 * its own, there is nothing to be gained. */
#define LINES_PER_LESSON 8
#define FIRST_LESSONS    1024

/* All memory is taken at the start: what is taken while blocks of a file grow would lie in their
 * way. */
struct shapes {
    uint16_t by_message[PLACES]; /* where in the pool a shape is, in words, + 1; 0: none */
    uint16_t by_keys[KEY_PLACES];
    uint64_t *pool;
    size_t used, count; /* words, shapes */
    uint32_t number;    /* of the last one */
    uint64_t lines, lessons;
};

const struct shape shape_none = {0, 0};

struct shapes *shapes_new(void)
{
    struct shapes *s = xcalloc(1, sizeof *s);

    s->pool = xreallocarray(NULL, MAX_WORDS + SLACK_WORDS, sizeof *s->pool);
    return s;
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
    uint16_t place = s->by_message[place_of(message)];

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

/* Are these the keys that the members have? */
static bool is_of(const struct shape *shape, const struct jmembers *members)
{
    const char *text = (const char *)(shape->keys + shape->count);

    if (shape->count != members->count)
        return false;
    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_key *key = &shape->keys[i];
        const struct jmember *m = &members->list[i];

        if (key->len != m->key.len + 4 || !bytes_equal(text + key->at, m->key.p - 2, key->len))
            return false;
    }
    return true;
}

/* Room for a shape of so many words; all others may be forgotten for it. */
static struct shape *make_room(struct shapes *s, size_t words)
{
    if (s->used + words > MAX_WORDS || s->count == MAX_SHAPES) {
        memset(s->by_message, 0, sizeof s->by_message);
        memset(s->by_keys, 0, sizeof s->by_keys);
        s->used = s->count = 0;
    }
    s->used += words;
    s->count++;
    return (struct shape *)(void *)(s->pool + s->used - words);
}

/* The place of a new shape, whose keys have so many bytes. */
static uint16_t add(struct shapes *s, const struct jmembers *members, size_t bytes)
{
    size_t words, at = 0;
    struct shape *shape;
    char *text;

    bytes += sizeof *shape + members->count * sizeof *shape->keys;
    words = (bytes + sizeof *s->pool - 1) / sizeof *s->pool;
    shape = make_room(s, words);
    shape->number = ++s->number;
    shape->count = members->count;
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
    memset(s->pool + s->used, 0, SLACK_WORDS * sizeof *s->pool);
    return (uint16_t)(s->used - words + 1);
}

/* Where the shape of these members stands by its keys, or is to stand. */
static uint16_t *find(struct shapes *s, const struct jmembers *members)
{
    uint64_t hash = HASH_SEED;
    uint16_t *place;

    for (size_t i = 0; i < members->count; i++)
        hash = hash_bytes(members->list[i].key.p, members->list[i].key.len, hash);
    for (;; hash++) {
        place = &s->by_keys[hash & (KEY_PLACES - 1)];
        if (!*place || is_of(shape_at(s, *place), members))
            return place;
    }
}

void shapes_learn(struct shapes *s, struct jstr message, const struct jmembers *members)
{
    size_t bytes = members->whole ? text_bytes(members) : 0;
    uint16_t *place, number;

    if (!bytes || s->lessons > FIRST_LESSONS + s->lines / LINES_PER_LESSON ||
        s->number == UINT32_MAX)
        return;
    s->lessons++;
    place = find(s, members);
    if (!*place) {
        number = add(s, members, bytes);
        place = find(s, members); /* elsewhere, if all others were forgotten */
        *place = number;
    }
    s->by_message[place_of(message)] = *place;
}
