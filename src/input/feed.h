/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed.h - all inputs, as blocks of whole lines, to some threads
 *
 * A plain file is cut into ranges that threads take one after the other; each
 * reads its own and looks for the line ends around it.  Of a packed stream or
 * a pipe one thread at a time reads the next block, while others work on those
 * that were read before.  A bundle is such a stream, of one log after the other.  Blocks come in no
 * particular order.
 */
#ifndef CICERONE_FEED_H
#define CICERONE_FEED_H

#include <stddef.h>
#include <stdint.h>

#include "input/input.h"

struct block {
    char *data; /* whole lines, each with its '\n'; JSCAN_SLACK readable bytes behind */
    size_t len;
    char *room; /* what data is a part of */
    size_t cap; /* bytes from where data was read to */
    const struct input *input;
    uint64_t offset; /* of data in the unpacked input */
    /* lines left out for their length, next to those in data; if there are any behind, it may hold
     * no other */
    uint64_t long_before, long_behind;
    struct block *next;
};

struct sites;

struct feed_options {
    unsigned threads;
    size_t max_line_bytes; /* longer lines are left out and counted */
    size_t block_bytes;    /* 0: what suits the machine; results never depend on it */
    uint64_t max_unpacked; /* of one argument, 0: the default (layer.h) */
    struct sites *sites;   /* where collect() notes in which line each event stood; NULL: nowhere */
};

/* A thread's context and a block, which is the feed's again when this returns. */
typedef void feed_fn(void *context, const struct block *block);

/* Run until all inputs are read; contexts[0 .. threads - 1].  Trouble is noted in the inputs. */
void feed(struct inputs *inputs, const struct feed_options *options, feed_fn *fn,
          void *const *contexts);

/* The threads this process may use. */
unsigned feed_default_threads(void);

#endif
