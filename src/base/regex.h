/* SPDX-License-Identifier: Apache-2.0 */
/*
 * regex.h - PCRE2 behind compile, match and capture
 *
 * Patterns are UTF-8 agnostic (bytes), unanchored, compiled once with the JIT
 * where it works.  A struct regex may be used by many threads at once; what a
 * match writes to belongs to the thread.  Match effort is limited, since
 * patterns meet hostile lines: a match that costs too much is no match.
 */
#ifndef CICERONE_REGEX_H
#define CICERONE_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/slice.h"

struct regex;

/* NULL and err (with the offset in the pattern) if it does not compile.  Free with regex_free(). */
struct regex *regex_new(struct slice pattern, struct err *err) __attribute__((warn_unused_result));
void regex_free(struct regex *re);

/* Does the pattern occur anywhere in the text? */
bool regex_match(const struct regex *re, struct slice text);

/*
 * Like regex_match(), and fills groups[0..max-1] with the text of capture groups 1..max, borrowed
 * from text; a group that took no part is empty with a NULL pointer.
 */
bool regex_capture(const struct regex *re, struct slice text, struct slice *groups, size_t max);

/* Was a match given up for its cost, by any thread so far? */
bool regex_gave_up(void);

/* The number of capture groups in the pattern. */
size_t regex_groups(const struct regex *re);

/* Free what this thread used for matching; call before a thread ends. */
void regex_thread_release(void);

#endif
