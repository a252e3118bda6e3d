/* SPDX-License-Identifier: Apache-2.0 */
/*
 * raw_json.h - JSON of a log, copied as it was written
 *
 * What is copied was checked by the decoder, so it is JSON; numbers keep their
 * digits and strings their escapes.
 */
#ifndef CICERONE_RAW_JSON_H
#define CICERONE_RAW_JSON_H

#include "base/slice.h"
#include "base/strbuf.h"

/* Which members of an object are left out. */
struct json_drop {
    const char *keys[5];
    size_t count;
};

/* A value that stands within a line, without blanks between its tokens. */
void raw_json_compact(struct strbuf *out, struct slice value);

/* An object that stands within a line, compact and without some members; true if any are left. */
bool raw_json_object(struct strbuf *out, struct slice object, const struct json_drop *drop);

/* A compact value on lines of its own, each but the first with so many blanks and more in front. */
void raw_json_indented(struct strbuf *out, struct slice value, size_t indent);

#endif
