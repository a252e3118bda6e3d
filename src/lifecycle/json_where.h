/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_where.h - where in a JSON text a value stands
 *
 * jansson's values do not remember their place; for a message it is looked up.
 */
#ifndef CICERONE_JSON_WHERE_H
#define CICERONE_JSON_WHERE_H

#include <stddef.h>

#define JSON_WHERE_DEPTH 32

/* A step into an object (key) or, where key is NULL, into an array. */
struct json_step {
    const char *key;
    size_t index;
};

struct json_place {
    size_t line, col; /* from 1; col counts bytes */
};

/*
 * The place of the value at the end of the steps (of its key, if it is a
 * member), or of the last one that exists.  The text must be valid JSON.
 */
struct json_place json_where(const char *text, size_t len, const struct json_step *steps,
                             size_t count);

#endif
