/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed.h - all inputs, as blocks of whole lines, to some threads
 *
 * Each thread takes turns at reading (one at a time per input, in order) and
 * at working on blocks that were read, whoever read them.  So a single packed
 * stream is unpacked by one thread while others decode, and many are read side
 * by side.  Blocks come in no particular order.
 */
#ifndef CICERONE_FEED_H
#define CICERONE_FEED_H

#include <stddef.h>
#include <stdint.h>

#include "input/input.h"

struct block {
    char *data; /* whole lines, each with its '\n'; JSCAN_SLACK readable bytes behind */
    size_t len;
    size_t cap;
    const struct input *input;
    uint64_t offset; /* of data in the unpacked input */
    struct block *next;
};

struct feed_options {
    unsigned threads;
    size_t max_line_bytes; /* longer lines are left out and counted */
};

/* A thread's context and a block, which is the feed's again when this returns. */
typedef void feed_fn(void *context, const struct block *block);

/* Run until all inputs are read; contexts[0 .. threads - 1].  Trouble is noted in the inputs. */
void feed(struct inputs *inputs, const struct feed_options *options, feed_fn *fn,
          void *const *contexts);

/* The threads this process may use. */
unsigned feed_default_threads(void);

#endif
