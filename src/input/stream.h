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

/* Is reading costly (inflation), so that others should decode meanwhile? */
bool stream_is_packed(const struct stream *s);

void stream_close(struct stream *s);

#endif
