/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream.h - the unpacked bytes of one input
 *
 * Files, pipes and standard input; gzip is known by its first bytes, not by a
 * name, and its members follow each other as if they were one.
 */
#ifndef CICERONE_STREAM_H
#define CICERONE_STREAM_H

#include <sys/types.h>

#include "input/input.h"

struct stream;

/* NULL, with the problem noted in the input, if it cannot be opened.  The input must outlive it. */
struct stream *stream_open(struct input *in);

/*
 * Up to cap bytes; fewer mean nothing.  0 at the end, also where damage ends what can be used: then
 * the input tells of it.
 */
size_t stream_read(struct stream *s, char *buf, size_t cap);

/* Are these the bytes of a regular file as they stand, so that any part of it can be read at any
 * time? */
bool stream_is_plain_file(const struct stream *s);

/* Read such a file at an offset, by any thread: up to cap bytes, fewer only at the end or at a
 * failure. */
size_t stream_read_at(const struct stream *s, char *buf, size_t cap, uint64_t offset, int *error);

void stream_close(struct stream *s);

#endif
