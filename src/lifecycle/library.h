/* SPDX-License-Identifier: Apache-2.0 */
/*
 * library.h - the lifecycles there are, by name
 */
#ifndef CICERONE_LIBRARY_H
#define CICERONE_LIBRARY_H

#include "base/assets.h"
#include "lifecycle/lifecycle.h"

/* The definition NAME.json: NULL without an error if there is none, NULL with one if it is wrong.
 */
struct lifecycle *library_load(const struct asset_search *search, const char *name, struct err *err)
    __attribute__((warn_unused_result));

/* The definition in a file. */
struct lifecycle *library_load_file(const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* The names of all definitions, sorted; free() each and the list. */
char **library_names(const struct asset_search *search, size_t *count);

#endif
