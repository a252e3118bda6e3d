/* SPDX-License-Identifier: Apache-2.0 */
/*
 * threads.h - some work on several threads at once
 *
 * One of them is the caller's own.  Where the system gives no more threads, those that there are do
 * all of it.
 */
#ifndef CICERONE_THREADS_H
#define CICERONE_THREADS_H

#include <stddef.h>

/*
 * Call fn with each of the contexts, all at once, and wait for the end.  Should threads be missing,
 * some contexts are not used: the calls must share out the work among themselves.
 */
void threads_run(size_t count, void (*fn)(void *context), void *const *contexts);

/* Call fn(context, i) for each i below count, on so many threads at most, in any order. */
void threads_each(size_t threads, size_t count, void (*fn)(void *context, size_t i), void *context);

#endif
