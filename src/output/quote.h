/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quote.h - text from logs made harmless, for each thing that will read it
 */
#ifndef CICERONE_QUOTE_H
#define CICERONE_QUOTE_H

#include <stdbool.h>

#include "base/slice.h"
#include "base/strbuf.h"

/* A field of CSV (RFC 4180): in quotes where it holds a comma, a quote or a line end. */
void quote_csv(struct strbuf *out, struct slice text);

/* Text of HTML, also in an attribute; control characters and invalid UTF-8 become U+FFFD. */
void quote_html(struct strbuf *out, struct slice text);

/* A string expression of gnuplot, valid UTF-8 without control characters; nothing in it is read
 * as code. */
void quote_gnuplot(struct strbuf *out, struct slice text);

/* For a terminal or a Markdown table: control characters and invalid UTF-8 become U+FFFD. */
void quote_plain(struct strbuf *out, struct slice text);

/* Valid UTF-8, for JSON: what is not becomes U+FFFD. */
void quote_utf8(struct strbuf *out, struct slice text);

/* A string of JSON, quotes and all: control characters escaped, what is no UTF-8 replaced. */
void quote_json(struct strbuf *out, struct slice text);

/* The columns that a text takes on a terminal: its code points. */
size_t text_columns(struct slice text);

#endif
