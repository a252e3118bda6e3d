/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream.h - the unpacked bytes of one input, or of a bundle's logs one after the other
 *
 * Files, pipes and standard input.  What is packed or a bundle is known by its
 * first bytes, not by a name, and so is what is in it, bundles in bundles and
 * all.  Nothing is unpacked to disk.
 */
#ifndef CICERONE_STREAM_H
#define CICERONE_STREAM_H

#include <sys/types.h>

#include "input/input.h"

/* Bundles in bundles, up to so many around a log. */
#define STREAM_DEPTH_MOST 4

struct stream;

/*
 * NULL, with the problem noted in the input, if it cannot be opened.  The input
 * must outlive it.  max_unpacked ends what unpacks to more bytes; 0 stands for
 * the default (layer.h).
 */
struct stream *stream_open(struct input *in, uint64_t max_unpacked);

/* What is being read: the input it was opened for, or, if that is a bundle, a log in it. */
struct input *stream_input(const struct stream *s);

/*
 * Up to cap bytes; fewer mean nothing.  0 at the end of this input, also where
 * damage ends what can be used: then the input tells of it.
 */
size_t stream_read(struct stream *s, char *buf, size_t cap);

/* On to the next log of a bundle; false if there is none. */
bool stream_next(struct stream *s);

/* Are these the bytes of a regular file as they stand, so that any part of it can be read at any
 * time? */
bool stream_is_plain_file(const struct stream *s);

/* Does what unpacks these bytes take megabytes, as that of zstd and xz does? */
bool stream_takes_memory(const struct stream *s);

/* Read such a file at an offset, by any thread: up to cap bytes, fewer only at the end or at a
 * failure. */
size_t stream_read_at(struct stream *s, char *buf, size_t cap, uint64_t offset, int *error);

void stream_close(struct stream *s);

#endif
