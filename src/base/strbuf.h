/* SPDX-License-Identifier: Apache-2.0 */
/*
 * strbuf.h - bytes that grow
 *
 * data is always NUL-terminated once something was added, and may hold NUL
 * bytes itself.  Start with STRBUF_INIT, end with strbuf_release().
 */
#ifndef CICERONE_STRBUF_H
#define CICERONE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

#include "base/slice.h"

struct strbuf {
    char *data;
    size_t len;
    size_t cap;
};

#define STRBUF_INIT                                                                                \
    {                                                                                              \
        NULL, 0, 0                                                                                 \
    }

/* Make room for more bytes beyond len and return where they go; the caller adds to len. */
char *strbuf_room(struct strbuf *b, size_t more);

static inline void strbuf_add(struct strbuf *b, const char *bytes, size_t len)
{
    char *p = b->cap - b->len > len ? b->data + b->len : strbuf_room(b, len);

    if (len)
        memcpy(p, bytes, len);
    p[len] = '\0';
    b->len += len;
}

static inline void strbuf_slice(struct strbuf *b, struct slice s)
{
    strbuf_add(b, s.p, s.len);
}

static inline void strbuf_char(struct strbuf *b, char c)
{
    strbuf_add(b, &c, 1);
}

/* Append len bytes of its own, which stand at a place in it. */
static inline void strbuf_repeat(struct strbuf *b, size_t at, size_t len)
{
    char *p = strbuf_room(b, len);

    strbuf_add(b, p - b->len + at, len);
}

void strbuf_str(struct strbuf *b, const char *text);

void strbuf_printf(struct strbuf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strbuf_vprintf(struct strbuf *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0), nonnull(2)));

/* Forget the bytes, keep the room. */
void strbuf_reset(struct strbuf *b);
void strbuf_release(struct strbuf *b);

#endif
