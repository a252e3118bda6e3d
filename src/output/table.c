/* SPDX-License-Identifier: Apache-2.0 */
#include "output/table.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "output/quote.h"

void table_init(struct table *t, const char *align)
{
    *t = (struct table){.columns = strlen(align), .align = align};
}

void table_cell(struct table *t, const char *format, ...)
{
    struct strbuf raw = STRBUF_INIT, text = STRBUF_INIT;
    va_list args;

    va_start(args, format);
    strbuf_vprintf(&raw, format, args);
    va_end(args);
    quote_plain(&text, (struct slice){raw.data, raw.len});
    t->cells = xreallocarray(t->cells, t->count + 1, sizeof *t->cells);
    t->cells[t->count++] = arena_dup(&t->arena, text.data, text.len);
    strbuf_release(&raw);
    strbuf_release(&text);
}

static void pad(struct strbuf *out, size_t n, char c)
{
    while (n-- > 0)
        strbuf_char(out, c);
}

static void print_cell(const struct table *t, size_t i, size_t width, bool last, struct strbuf *out)
{
    const char *text = t->cells[i];
    size_t gap = width - text_columns(slice_of(text));

    if (t->align[i % t->columns] == 'r')
        pad(out, gap, ' ');
    strbuf_str(out, text);
    if (t->align[i % t->columns] == 'l' && !last)
        pad(out, gap, ' ');
}

static void markdown_rule(const struct table *t, const size_t *width, struct strbuf *out)
{
    for (size_t c = 0; c < t->columns; c++) {
        strbuf_str(out, c ? " | " : "| ");
        pad(out, width[c] - (t->align[c] == 'r'), '-');
        if (t->align[c] == 'r')
            strbuf_char(out, ':');
    }
    strbuf_str(out, " |\n");
}

/* In Markdown a bar would end the cell. */
static void markdown_row(const struct table *t, size_t row, const size_t *width, struct strbuf *out)
{
    for (size_t c = 0; c < t->columns; c++) {
        size_t from;

        strbuf_str(out, c ? " | " : "| ");
        from = out->len;
        print_cell(t, row * t->columns + c, width[c], false, out);
        for (size_t i = from; i < out->len; i++) {
            if (out->data[i] == '|')
                out->data[i] = '/';
        }
    }
    strbuf_str(out, " |\n");
}

static void plain_row(const struct table *t, size_t row, const size_t *width, bool bold,
                      struct strbuf *out)
{
    if (bold)
        strbuf_str(out, "\033[1m");
    for (size_t c = 0; c < t->columns; c++) {
        if (c)
            strbuf_str(out, "  ");
        print_cell(t, row * t->columns + c, width[c], c + 1 == t->columns, out);
    }
    if (bold)
        strbuf_str(out, "\033[0m");
    strbuf_char(out, '\n');
}

static void html_row(const struct table *t, size_t row, struct strbuf *out)
{
    const char *cell = row ? "td" : "th", *scope = row ? "" : " scope=\"col\"";

    strbuf_str(out, "<tr>");
    for (size_t c = 0; c < t->columns; c++) {
        strbuf_printf(out, "<%s%s%s>", cell, scope, t->align[c] == 'r' ? " class=\"r\"" : "");
        quote_html(out, slice_of(t->cells[row * t->columns + c]));
        strbuf_printf(out, "</%s>", cell);
    }
    strbuf_str(out, "</tr>\n");
}

static void print_html(const struct table *t, size_t rows, struct strbuf *out)
{
    strbuf_str(out, "<div class=\"wide\"><table>\n<thead>");
    for (size_t row = 0; row < rows; row++) {
        html_row(t, row, out);
        if (row == 0)
            strbuf_str(out, "</thead><tbody>\n");
    }
    strbuf_str(out, "</tbody></table></div>\n");
}

/* Of each column that of its widest cell; free(). */
static size_t *widths(const struct table *t)
{
    size_t *width = xcalloc(t->columns, sizeof *width);

    for (size_t i = 0; i < t->count; i++) {
        size_t n = text_columns(slice_of(t->cells[i]));

        if (n > width[i % t->columns])
            width[i % t->columns] = n;
    }
    return width;
}

size_t table_width(const struct table *t)
{
    size_t *width = widths(t), sum = 2 * (t->columns - 1);

    for (size_t c = 0; c < t->columns; c++)
        sum += width[c];
    free(width);
    return sum;
}

void table_drop_last(struct table *t)
{
    size_t kept = 0;

    for (size_t i = 0; i < t->count; i++) {
        if (i % t->columns != t->columns - 1)
            t->cells[kept++] = t->cells[i];
    }
    t->count = kept;
    t->columns--;
}

void table_print(const struct table *t, enum table_style style, struct strbuf *out)
{
    size_t *width, rows = t->count / t->columns;

    if (style == TABLE_HTML) {
        print_html(t, rows, out);
        return;
    }
    width = widths(t);
    for (size_t c = 0; style == TABLE_MARKDOWN && c < t->columns; c++) {
        if (width[c] < 3)
            width[c] = 3;
    }
    for (size_t row = 0; row < rows; row++) {
        if (style == TABLE_MARKDOWN)
            markdown_row(t, row, width, out);
        else
            plain_row(t, row, width, style == TABLE_COLOUR && row == 0, out);
        if (style == TABLE_MARKDOWN && row == 0)
            markdown_rule(t, width, out);
    }
    free(width);
}

void table_release(struct table *t)
{
    free(t->cells);
    arena_release(&t->arena);
}
