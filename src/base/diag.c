/* SPDX-License-Identifier: Apache-2.0 */
#include "base/diag.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/strbuf.h"

/* Held while something is written. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t drawn; /* bytes of the line that is drawn, which are no fewer than its columns */

/* Write in the place of what is drawn. */
static void put(struct slice text, bool stays)
{
    pthread_mutex_lock(&lock);
    if (drawn)
        fprintf(stderr, "\r%*s\r", (int)drawn, "");
    if (text.len)
        fwrite(text.p, 1, text.len, stderr);
    fflush(stderr);
    drawn = stays ? 0 : text.len;
    pthread_mutex_unlock(&lock);
}

void diag_draw(struct slice text)
{
    put(text, false);
}

void diag(const char *format, ...)
{
    struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;
    va_list args;

    va_start(args, format);
    strbuf_vprintf(&text, format, args);
    va_end(args);
    strbuf_str(&line, "cicerone: ");
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        /* U+0080 to U+009F are controls too */
        bool c1 = c == 0xc2 && ((unsigned char)text.data[i + 1] & 0xe0) == 0x80;

        if (c < 0x20 || c == 0x7f || c1)
            strbuf_printf(&line, "\\x%02x", c);
        else
            strbuf_char(&line, (char)c);
    }
    strbuf_char(&line, '\n');
    put((struct slice){line.data, line.len}, true);
    strbuf_release(&text);
    strbuf_release(&line);
}
