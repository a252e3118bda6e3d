/* SPDX-License-Identifier: Apache-2.0 */
/*
 * jscan.h - JSON read where it stands, without a tree
 *
 * Two kinds of reader.  The checking ones (jscan_value) accept exactly the
 * JSON of RFC 8259 and stop at the first byte that is not; the walking ones
 * (jpaths) run over text that was checked before.
 *
 * Every text handed in must be followed by a sentinel, a control byte such as
 * '\n', and JSCAN_SLACK readable bytes: strings are read in wide steps, and no
 * token can run past a control byte.  So there is no other check for the end.
 * Bytes of 0x80 and above are allowed in strings whatever they are: logs cut
 * UTF-8 in the middle.
 */
#ifndef CICERONE_JSCAN_H
#define CICERONE_JSCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/slice.h"
#include "base/strbuf.h"

#define JSCAN_SLACK 32

/* Nesting beyond this is refused (the same bound as jansson's). */
#define JSCAN_MAX_DEPTH 2048

/* A string of the text, without its quotes; escaped tells that it holds backslashes. */
struct jstr {
    const char *p;
    uint32_t len;
    bool escaped;
};

enum jkind { J_ABSENT, J_STRING, J_NUMBER, J_TRUE, J_FALSE, J_NULL, J_OBJECT, J_ARRAY };

/* A value of the text: of a string what is between the quotes, of the others the whole text. */
struct jvalue {
    enum jkind kind;
    bool escaped;
    const char *p;
    size_t len;
};

/* A member of an object. */
struct jmember {
    struct jstr key;
    struct jvalue value;
};

#define JMEMBERS_ROOM 16

/* The members of an object that was checked, in its order; those of one with more are not had. */
struct jmembers {
    bool whole; /* these are all */
    uint32_t count;
    uint32_t foreseen; /* the first ones, whose keys stood where they were looked for (shapes.h) */
    uint32_t shape;    /* a number that is the same where all keys are; 0: not known */
    struct jmember list[JMEMBERS_ROOM + 1]; /* the last is for whoever fills it */
};

/* Check one value and give it; returns the byte after it, NULL if it is not JSON. */
const char *jscan_value(const char *p, struct jvalue *value);

/*
 * The first byte at or after p that is a quote, a backslash or a control byte.
 * Lager lines are mostly strings, and so is the time spent here.
 */
static inline const char *jscan_plain_run(const char *p)
{
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
                  last = _mm_set1_epi8(0x1f);

    for (;; p += 16) {
        __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)),
                                   _mm_cmpeq_epi8(_mm_min_epu8(x, last), x));
        unsigned mask = (unsigned)_mm_movemask_epi8(hit);

        if (mask)
            return p + __builtin_ctz(mask);
    }
#else
    while (*p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
        p++;
    return p;
#endif
}

/* The closing quote of a string, NULL if it is none, and whether there are backslashes before it.
 * Returned as a value: a pointer to it would keep it out of the registers where there are none. */
struct jscan_end {
    const char *quote;
    bool escaped;
};

/* The end of a string, p at its first byte that is not plain and is no quote. */
struct jscan_end jscan_string_rest(const char *p);

/* Check a string, p behind its opening quote; returns the byte after the closing one, or NULL. */
static inline const char *jscan_string(const char *p, struct jstr *s)
{
    struct jscan_end end = {jscan_plain_run(p), false};

    if (*end.quote != '"') {
        end = jscan_string_rest(end.quote);
        if (!end.quote) {
            *s = (struct jstr){p, 0, false};
            return NULL;
        }
    }
    s->p = p;
    s->len = (uint32_t)(end.quote - p);
    s->escaped = end.escaped;
    return end.quote + 1;
}

/* Past blanks, tabs and carriage returns. */
static inline const char *jscan_blank(const char *p)
{
    if ((unsigned char)*p > ' ') /* lager writes none */
        return p;
    while (*p == ' ' || *p == '\t' || *p == '\r')
        p++;
    return p;
}

/* Past a byte and the blanks around it; NULL if another stands there. */
static inline const char *jscan_past(const char *p, char c)
{
    if (*p != c) {
        p = jscan_blank(p);
        if (*p != c)
            return NULL;
    }
    return jscan_blank(p + 1);
}

/* A member's key, p at its quote, and the colon; returns the byte where the value starts, or NULL.
 */
static inline const char *jscan_key(const char *p, struct jstr *key)
{
    if (*p != '"')
        return NULL;
    p = jscan_string(p + 1, key);
    return p ? jscan_past(p, ':') : NULL;
}

/*
 * Behind a member's value: past the comma to the next key, or past the brace to the end of the
 * object (*done); NULL if neither stands there.
 */
static inline const char *jscan_next(const char *p, bool *done)
{
    const char *next = jscan_past(p, ',');

    *done = !next;
    if (next)
        return next;
    p = jscan_blank(p);
    return *p == '}' ? p + 1 : NULL;
}

/* Append the text that a checked string stands for. */
void jscan_unescape(struct strbuf *out, const char *p, size_t len);

/* Is the text that a checked string stands for equal to a plain one? */
bool jscan_equals(struct jstr s, const char *text, size_t len);

#endif
