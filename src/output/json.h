/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json.h - what the writers of JSON need of jansson, without failures
 *
 * jansson gives NULL for want of memory only, as all texts are made valid
 * before; that ends the program (xalloc.h).
 */
#ifndef CICERONE_JSON_H
#define CICERONE_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "base/slice.h"

json_t *json_need(json_t *value);

/* These take the value. */
void json_put(json_t *object, const char *key, json_t *value);
void json_add(json_t *array, json_t *value);

/* Any bytes as a string; what is not UTF-8 is replaced. */
json_t *json_text(struct slice s);

/* Write it without blanks and line end, and let it go. */
void json_print(FILE *f, json_t *value);

#endif
