/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.h - a 64-bit hash of some bytes
 *
 * For tables in memory only: the value differs between byte orders and may
 * change with any release.
 */
#ifndef CICERONE_HASH_H
#define CICERONE_HASH_H

#include <stdint.h>
#include <string.h>

#include "base/slice.h"

#define HASH_SEED UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* The last bytes of a text, fewer than eight of them; reading them one by one would take longer. */
static inline uint64_t hash_tail(const char *p, size_t len)
{
    uint32_t first, last;

    if (len >= 4) {
        memcpy(&first, p, 4);
        memcpy(&last, p + len - 4, 4);
        return (uint64_t)first << 32 | last;
    }
    if (len)
        return (uint64_t)(unsigned char)p[0] << 16 | (uint64_t)(unsigned char)p[len / 2] << 8 |
               (unsigned char)p[len - 1];
    return 0;
}

static inline uint64_t hash_word(const char *p)
{
    uint64_t word;

    memcpy(&word, p, sizeof word);
    return word;
}

/*
 * Sixteen bytes a step, folded by a wide multiplication, the last step over some bytes twice (the
 * ideas of wyhash).  Seed with HASH_SEED, or with a hash, to hash several things together.
 */
static inline uint64_t hash_bytes(const char *p, size_t len, uint64_t seed)
{
    const uint64_t a = UINT64_C(0xa0761d6478bd642f), b = UINT64_C(0xe7037ed1a0b428db);
    uint64_t h = seed ^ (len * UINT64_C(0xff51afd7ed558ccd));
    const char *last;

    if (len < 8)
        return hash_mix(h ^ hash_tail(p, len), b);
    last = p + len - 8;
    if (len > 16) {
        for (; p < last - 8; p += 16)
            h = hash_mix(hash_word(p) ^ a, hash_word(p + 8) ^ h);
        p = last - 8;
    }
    return hash_mix(hash_word(p) ^ b, hash_word(last) ^ h);
}

static inline uint64_t hash_slice(struct slice s, uint64_t seed)
{
    return hash_bytes(s.p, s.len, seed);
}

#endif
