/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loader.h - what the parts of lifecycle_load() share
 *
 * While a definition is read, the loader knows by which keys and items it came
 * to where it is, so that an error can say its line and column.  Functions
 * return 0, or -1 with the error set.
 */
#ifndef CICERONE_LOADER_H
#define CICERONE_LOADER_H

#include <jansson.h>

#include "lifecycle/json_where.h"
#include "lifecycle/lifecycle.h"

#define LOADER_MAX_JOIN 4

struct loader {
    struct lifecycle *lc;
    const char *path, *text;
    size_t len;
    size_t lines_before; /* of the file, in front of the text */
    struct err *err;
    struct json_step steps[JSON_WHERE_DEPTH];
    size_t depth;
    size_t trigger_room;
    const json_t **unless; /* the sets of UNLESS triggers there are, borrowed from the tree */
    size_t unless_count;
};

/* Step into a member or an item, and out of it again. */
void loader_enter_key(struct loader *l, const char *key);
void loader_enter_item(struct loader *l, size_t index);
void loader_leave(struct loader *l);

/* An error at this place; returns -1. */
int loader_fail(struct loader *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Simple values; texts are copied. */
int loader_string(struct loader *l, const json_t *value, const char **out);
int loader_bool(struct loader *l, const json_t *value, bool *out);
int loader_pattern(struct loader *l, const json_t *value, struct regex **out);
int loader_field(struct loader *l, const json_t *value, struct field_ref *out);

/* A condition, or a list of which any must hold; nest is the depth it stands in. */
int loader_cond(struct loader *l, const json_t *value, struct cond **out, unsigned nest);

/* The conditions among an object's keys; the extras of an alternative are passed over if allowed.
 */
int loader_members(struct loader *l, json_t *object, bool extras, struct cond **out, unsigned nest);

/* Is a key of an alternative none of its conditions? */
bool loader_is_extra(const char *key);

int loader_rules(struct loader *l, const json_t *value, struct rules *out);

/* Does every sample do what it says? */
int loader_check_samples(struct loader *l, json_t *list);

#endif
