/* SPDX-License-Identifier: Apache-2.0 */
#include "base/csv.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/xalloc.h"

#define MAX_ROW_BYTES ((size_t)16 << 20)
#define MAX_FIELDS    4096

static int error_at(const struct csv *c, struct csv_place at, struct err *err, const char *text)
{
    return err_set(err, "%s:%zu:%zu: %s", c->path, at.line, at.column, text);
}

/* The next byte, or EOF. */
static int next(struct csv *c)
{
    int b = getc_unlocked(c->f);

    if (b == '\n') {
        c->next.line++;
        c->next.column = 1;
    } else if (b != EOF && (b & 0xc0) != 0x80) {
        c->next.column++;
    }
    return b;
}

/* Is this byte next?  Then take it. */
static bool take(struct csv *c, int byte)
{
    int b = getc_unlocked(c->f);

    ungetc(b, c->f);
    return b == byte && next(c) == byte;
}

void csv_init(struct csv *c, FILE *f, const char *path)
{
    *c = (struct csv){.f = f, .path = path, .text = STRBUF_INIT, .next = {1, 1}};
    if (take(c, 0xef) && take(c, 0xbb))
        take(c, 0xbf);
    c->next.column = 1;
}

void csv_release(struct csv *c)
{
    strbuf_release(&c->text);
    free(c->fields);
}

struct slice csv_field(const struct csv *c, size_t i)
{
    return (struct slice){c->text.data + c->fields[i].from, c->fields[i].len};
}

int csv_error(const struct csv *c, size_t field, struct err *err, const char *format, ...)
{
    struct strbuf b = STRBUF_INIT;
    va_list args;

    va_start(args, format);
    strbuf_vprintf(&b, format, args);
    va_end(args);
    error_at(c, field < c->count ? c->fields[field].at : c->next, err, b.data);
    strbuf_release(&b);
    return -1;
}

static int begin_field(struct csv *c, struct err *err)
{
    if (c->count == MAX_FIELDS)
        return error_at(c, c->next, err, "more fields than any file of cicerone has");
    if (c->count == c->room) {
        c->room = c->room ? c->room * 2 : 64;
        c->fields = xreallocarray(c->fields, c->room, sizeof *c->fields);
    }
    c->fields[c->count].from = c->text.len;
    c->fields[c->count].len = 0;
    c->fields[c->count].at = c->next;
    c->count++;
    return 0;
}

static int add(struct csv *c, int byte, struct err *err)
{
    if (c->text.len == MAX_ROW_BYTES)
        return error_at(c, c->next, err, "a row of more than 16 MiB");
    strbuf_char(&c->text, (char)byte);
    return 0;
}

/* What stands between quotes, up to the byte behind the last one: that byte, EOF, or -2 and err. */
#define FAILED (-2)

static int read_quoted(struct csv *c, struct err *err)
{
    struct csv_place opened = c->fields[c->count - 1].at;

    for (;;) {
        int b = next(c);

        if (b == EOF) {
            error_at(c, opened, err, "the quote opened here is never closed");
            return FAILED;
        }
        if (b == '"' && !take(c, '"'))
            return next(c);
        if (add(c, b, err) < 0)
            return FAILED;
    }
}

/* A field without quotes; returns as read_quoted() does. */
static int read_bare(struct csv *c, int b, struct err *err)
{
    for (; b != ',' && b != '\n' && b != '\r' && b != EOF; b = next(c)) {
        if (b == '"') {
            error_at(c, c->fields[c->count - 1].at, err,
                     "a quote in a field that does not begin with one");
            return FAILED;
        }
        if (add(c, b, err) < 0)
            return FAILED;
    }
    return b;
}

int csv_read(struct csv *c, struct err *err)
{
    int b;

    c->count = 0;
    strbuf_reset(&c->text);
    strbuf_add(&c->text, "", 0);
    b = getc_unlocked(c->f);
    if (b == EOF)
        return ferror(c->f) ? err_set(err, "%s: %s", c->path, strerror(errno)) : 0;
    ungetc(b, c->f);
    do {
        if (begin_field(c, err) < 0)
            return -1;
        b = next(c);
        b = b == '"' ? read_quoted(c, err) : read_bare(c, b, err);
        if (b == FAILED)
            return -1;
        c->fields[c->count - 1].len = c->text.len - c->fields[c->count - 1].from;
        if (b == '\r')
            b = take(c, '\n') ? '\n' : '\r';
        if (b != ',' && b != '\n' && b != EOF)
            return error_at(c, c->next, err,
                            b == '\r' ? "a carriage return without a line feed"
                                      : "something behind a closing quote");
    } while (b == ',');
    if (ferror(c->f))
        return err_set(err, "%s: %s", c->path, strerror(errno));
    return 1;
}
