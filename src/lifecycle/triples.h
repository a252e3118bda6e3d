/* SPDX-License-Identifier: Apache-2.0 */
/*
 * triples.h - what is known of each distinct source, message and level
 *
 * A deployment has several hundred.  Hostile logs may have any number, so the memory is bounded:
 * when it is full, its owner empties it, and it fills anew.
 */
#ifndef CICERONE_TRIPLES_H
#define CICERONE_TRIPLES_H

#include "base/slots.h"
#include "base/strbuf.h"
#include "decode/record.h"

/* Source and message may have this many bytes together. */
#define TRIPLE_MAX_TEXT 2048

/* first, count and source are its owner's. */
struct triple {
    uint64_t hash;
    uint64_t lines; /* for its owner to count */
    uint32_t text;  /* offset of source and message in the pool */
    uint16_t source_len, message_len;
    uint8_t level;
    uint32_t source;
    uint32_t first, count;
};

#define TRIPLES_RECENT 1024 /* a power of two */

struct triples {
    struct triple *list;
    size_t count, room;
    struct slots slots;
    struct strbuf pool;              /* their texts */
    uint16_t recent[TRIPLES_RECENT]; /* numbers + 1 of those found last, by the ends of messages */
};

#define TRIPLES_INIT                                                                               \
    {                                                                                              \
        .slots = SLOTS_INIT, .pool = STRBUF_INIT                                                   \
    }

/*
 * That of a record if it is among those found last, which most are; NULL: triples_find() must say.
 * Valid until the next triples_add().
 */
struct triple *triples_recent(const struct triples *t, const struct record *r);

uint64_t triple_hash(const struct record *r);

/* That of a record, by its hash; NULL if it is not known.  Valid until the next triples_add(). */
struct triple *triples_find(struct triples *t, const struct record *r, uint64_t hash);

/* Is there room for that of a record?  If not, there is after triples_empty(). */
bool triples_has_room(const struct triples *t, const struct record *r);

/* Know it from now on; its text must not be longer than TRIPLE_MAX_TEXT. */
struct triple *triples_add(struct triples *t, const struct record *r, uint64_t hash);

void triples_empty(struct triples *t);
void triples_release(struct triples *t);

#endif
