/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document.h - a file of a test suite, whole in memory, and the JSON in it
 *
 * Such files are small beside logs; one of more than DOCUMENT_MOST bytes is
 * refused.  They may be packed as logs may.
 */
#ifndef CICERONE_DOCUMENT_H
#define CICERONE_DOCUMENT_H

#include <jansson.h>

#include "base/nstime.h"
#include "base/strbuf.h"
#include "input/input.h"
#include "lifecycle/loader.h"

#define DOCUMENT_MOST ((size_t)256 << 20)

/* Durations beyond this are refused, so that no difference of differences can overflow: 50 years.
 */
#define DOCUMENT_LONGEST_NS (INT64_C(18262) * 86400 * NS_PER_SECOND)

struct document {
    const char *path; /* as messages have it, borrowed */
    struct strbuf text;
    char *damage; /* a sentence if only a part could be read, or NULL */
};

/* Read a file, "-" is standard input; 0, or -1 and err.  Release it in either case. */
int document_read(struct document *d, const char *path, struct err *err);
void document_release(struct document *d);

/* Do the unpacked bytes of a regular file begin with a word?  Other files are not looked into. */
bool document_begins(const char *path, const char *word);

/* Parse JSON; in it is an object or array, each key once.  NULL and a located error. */
json_t *document_json(struct loader *l) __attribute__((warn_unused_result));

/* Members of an object, with located errors.  A member that is absent or null leaves *out as it is,
 * unless it is needed. */
int document_text(struct loader *l, const json_t *object, const char *key, bool needed,
                  struct slice *out);
int document_bool(struct loader *l, const json_t *object, const char *key, bool *out);

/* A whole number, not below 0. */
int document_count(struct loader *l, const json_t *object, const char *key, bool needed,
                   int64_t *out);

/* A whole number of nanoseconds, which may be negative. */
int document_duration(struct loader *l, const json_t *value, int64_t *out);

/* The bytes of a string value, borrowed. */
static inline struct slice document_slice(const json_t *string)
{
    return (struct slice){json_string_value(string), json_string_length(string)};
}

#endif
