/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines.h - the lines of a block, one after the other
 */
#ifndef CICERONE_LINES_H
#define CICERONE_LINES_H

#include "base/slice.h"
#include "input/feed.h"

/*
 * The next line that is not empty, without its end; *at is the block's data
 * at first and moves on.  False when there is none left.
 */
static inline bool block_line(const struct block *b, const char **at, struct slice *line)
{
    const char *p = *at, *end = b->data + b->len;

    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)(nl - p);

        *line = (struct slice){p, len};
        p = nl + 1;
        if (len > 1 || (len == 1 && *line->p != '\r')) {
            *at = p;
            return true;
        }
    }
    *at = p;
    return false;
}

#endif
