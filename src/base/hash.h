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

/*
 * Eight bytes a step, folded by a wide multiplication (the idea of wyhash).
 * Seed with HASH_SEED, or with a hash, to hash several things together.
 */
static inline uint64_t hash_bytes(const char *p, size_t len, uint64_t seed)
{
    uint64_t h = seed ^ (len * UINT64_C(0xff51afd7ed558ccd)), word = 0;

    while (len >= 8) {
        memcpy(&word, p, 8);
        h = hash_mix(h ^ word, UINT64_C(0xa0761d6478bd642f));
        p += 8;
        len -= 8;
    }
    word = 0;
    if (len)
        memcpy(&word, p, len);
    h = hash_mix(h ^ word, UINT64_C(0xe7037ed1a0b428db));
    return h;
}

static inline uint64_t hash_slice(struct slice s, uint64_t seed)
{
    return hash_bytes(s.p, s.len, seed);
}

#endif
