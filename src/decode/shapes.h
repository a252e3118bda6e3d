/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shapes.h - which keys data has, foreseen by the message
 *
 * Lines of one message mostly have the same members in the same order.  Where the keys of the last
 * such line are known, those of the next one need not be read, only compared.  What is foreseen is
 * never believed: a line that differs is read as if nothing had been foreseen, and its keys are
 * the ones that count from then on.
 *
 * Not for use by several threads at once.
 */
#ifndef CICERONE_SHAPES_H
#define CICERONE_SHAPES_H

#include "decode/jscan.h"

/* A key as it stands in the line: `{"key":` or `,"key":`. */
struct shape_key {
    uint16_t at; /* where in the texts of its shape */
    uint16_t len;
    uint16_t mask; /* a bit for each of its first 16 bytes */
    uint8_t inner; /* enum inner */
};

/* The keys of an object, and their texts behind them. */
struct shape {
    uint32_t number; /* no other shape has or had it; 0: that of no object */
    uint32_t count;
    struct shape_key keys[];
};

struct shapes;

struct shapes *shapes_new(void);
void shapes_free(struct shapes *s);

/* The keys that data of this message had the last time; valid until shapes_learn(). */
const struct shape *shapes_foresee(struct shapes *s, struct jstr message);

/* Nothing is foreseen. */
extern const struct shape shape_none;

/* The members of data that a line of this message has; it was not as foreseen. */
void shapes_learn(struct shapes *s, struct jstr message, const struct jmembers *members);

#ifdef __SSE2__
/* A bit for each of sixteen bytes that are equal. */
static inline unsigned shape_equal_bytes(const char *a, const char *b)
{
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)a),
            y = _mm_loadu_si128((const __m128i *)(const void *)b);

    return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, y));
}
#endif

/* Does the key stand at p?  As much may be read there as jscan.h asks for. */
static inline bool shape_key_is_at(const struct shape *shape, const struct shape_key *key,
                                   const char *p)
{
    const char *text = (const char *)(shape->keys + shape->count) + key->at;

#ifdef __SSE2__
    if (key->mask & ~shape_equal_bytes(p, text))
        return false;
    if (key->len <= 16)
        return true;
    if (key->len <= 32)
        return shape_equal_bytes(p + key->len - 16, text + key->len - 16) == UINT16_MAX;
    return bytes_equal(p + 16, text + 16, key->len - 16u);
#else
    return bytes_equal(p, text, key->len);
#endif
}

#endif
