/* SPDX-License-Identifier: Apache-2.0 */
#include "base/strbuf.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"

char *strbuf_room(struct strbuf *b, size_t more)
{
    if (b->cap - b->len <= more) {
        size_t cap = b->cap ? b->cap * 2 : 64;

        if (cap <= b->len + more)
            cap = b->len + more + 1;
        b->data = xrealloc(b->data, cap);
        b->cap = cap;
    }
    return b->data + b->len;
}

void strbuf_str(struct strbuf *b, const char *text)
{
    strbuf_add(b, text, strlen(text));
}

void strbuf_vprintf(struct strbuf *b, const char *format, va_list args)
{
    va_list again;
    int n;

    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, args);
    if (n > 0) {
        char *p = strbuf_room(b, (size_t)n);

        vsnprintf(p, (size_t)n + 1, format, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void strbuf_printf(struct strbuf *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    strbuf_vprintf(b, format, args);
    va_end(args);
}

void strbuf_reset(struct strbuf *b)
{
    b->len = 0;
    if (b->data)
        b->data[0] = '\0';
}

void strbuf_release(struct strbuf *b)
{
    free(b->data);
    *b = (struct strbuf)STRBUF_INIT;
}
