/* SPDX-License-Identifier: Apache-2.0 */
/*
 * several.h - some lifecycles, loaded by name and read together
 *
 * All are of one kind of log, so that the inputs are read once for all of them.
 */
#ifndef CICERONE_SEVERAL_H
#define CICERONE_SEVERAL_H

#include "lifecycle/collect.h"
#include "lifecycle/library.h"

struct several {
    struct lifecycle **lcs;         /* in the order in which they were added */
    struct collection *collections; /* per lifecycle; NULL until several_read() */
    size_t count;
};

#define SEVERAL_INIT                                                                               \
    {                                                                                              \
        NULL, NULL, 0                                                                              \
    }

/*
 * Load a lifecycle, unless it is there already; -1 and err if there is none of that name, if it is
 * wrong, or of another kind of log than the others.
 */
int several_add(struct several *s, const struct asset_search *search, const char *name,
                struct err *err);

/* Load all of these, on so many threads at most; the error is that of the first that has one. */
int several_add_all(struct several *s, const struct asset_search *search, const char *const *names,
                    size_t count, size_t threads, struct err *err);

/* Collect what each of them has of the inputs, see collect_all(). */
void several_read(struct several *s, struct inputs *inputs, const struct feed_options *options,
                  const struct filter *filter, struct pulse *pulse);

/* The number of the lifecycle of that name; count if there is none. */
size_t several_find(const struct several *s, const char *name);

/* What several_read() has of the lifecycle of that name, which was added. */
const struct collection *several_of(const struct several *s, const char *name);

void several_release(struct several *s);

#endif
