/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table.h - cells in rows and columns, for a terminal, in Markdown or in HTML
 */
#ifndef CICERONE_TABLE_H
#define CICERONE_TABLE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/strbuf.h"

struct table {
    size_t columns;
    const char *align; /* per column: 'l' or 'r' */
    char **cells;
    size_t count;
    struct arena arena;
};

/* align is borrowed and tells the number of columns; the first row is the head. */
void table_init(struct table *t, const char *align);

/* The next cell, row by row; cleaned of what would disturb a terminal. */
void table_cell(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

enum table_style { TABLE_PLAIN, TABLE_COLOUR, TABLE_MARKDOWN, TABLE_HTML };

/* How wide it is in a terminal. */
size_t table_width(const struct table *t);

/* Take the last column away. */
void table_drop_last(struct table *t);

void table_print(const struct table *t, enum table_style style, struct strbuf *out);
void table_release(struct table *t);

#endif
