/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv.h - reading CSV (RFC 4180), row by row
 *
 * Lines may end with CR LF or LF alone; a byte order mark at the start is
 * passed over.  A field may hold any bytes.  Memory is that of one row, and a
 * row has an upper bound, so input without an end does no harm.
 */
#ifndef CICERONE_CSV_H
#define CICERONE_CSV_H

#include <stdio.h>

#include "base/err.h"
#include "base/slice.h"
#include "base/strbuf.h"

struct csv_place {
    size_t line, column; /* from 1; columns count characters */
};

struct csv {
    FILE *f;
    const char *path; /* for messages */
    struct strbuf text;
    struct {
        size_t from, len; /* in text */
        struct csv_place at;
    } * fields;
    size_t count; /* of fields in this row */
    size_t room;
    struct csv_place next;
};

/* Borrows both. */
void csv_init(struct csv *c, FILE *f, const char *path);
void csv_release(struct csv *c);

/* The next row: 1, 0 if there is none, -1 and a located err. */
int csv_read(struct csv *c, struct err *err);

/* A field of the row, until the next one is read. */
struct slice csv_field(const struct csv *c, size_t i);

/* An error "PATH:LINE:COLUMN: ..." at a field of the row; returns -1. */
int csv_error(const struct csv *c, size_t field, struct err *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
