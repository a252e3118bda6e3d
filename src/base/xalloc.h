/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xalloc.h - memory or the end of the program
 *
 * These never return NULL: when memory runs out they say so and exit with
 * status 3.  Whoever calls owns the result and frees it with free().
 */
#ifndef CICERONE_XALLOC_H
#define CICERONE_XALLOC_H

#include <stddef.h>

void *xmalloc(size_t size) __attribute__((malloc, returns_nonnull, warn_unused_result));
void *xcalloc(size_t count, size_t size)
    __attribute__((malloc, returns_nonnull, warn_unused_result));
void *xrealloc(void *old, size_t size) __attribute__((returns_nonnull, warn_unused_result));

/* Room for count things of size bytes; an overflow of the product ends the program. */
void *xreallocarray(void *old, size_t count, size_t size)
    __attribute__((returns_nonnull, warn_unused_result));

char *xstrdup(const char *text) __attribute__((malloc, returns_nonnull, warn_unused_result));

/* A NUL-terminated copy of len bytes. */
char *xmemdup0(const char *bytes, size_t len)
    __attribute__((malloc, returns_nonnull, warn_unused_result));

/*
 * From now on, what is large goes back to the system as soon as it is freed.  Else each thread
 * would keep what it needed for a file, for the next one.
 */
void xalloc_give_back(void);

/* For libraries that return NULL for want of memory. */
void xalloc_fail(void) __attribute__((noreturn));

#endif
