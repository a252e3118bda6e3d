/* SPDX-License-Identifier: Apache-2.0 */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/strbuf.h"

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
    fwrite(line.data, 1, line.len, stderr);
    strbuf_release(&text);
    strbuf_release(&line);
}
