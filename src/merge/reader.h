/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reader.h - the lines of one input, or of a bundle's logs, one after the other
 *
 * Whole lines come out before more is read, so that a pipe is followed as it
 * grows.  What is wrong with an input is noted there, and so are its bytes and
 * the lines that are longer than allowed, which are left out.
 */
#ifndef CICERONE_READER_H
#define CICERONE_READER_H

#include "base/slice.h"
#include "input/feed.h"

struct reader;

/* NULL, with the problem noted in the input, if it cannot be opened.  The input must outlive it. */
struct reader *reader_open(struct input *in, const struct feed_options *options);

/* What is being read: the input it was opened for, or, if that is a bundle, a log in it. */
struct input *reader_input(const struct reader *r);

/*
 * The next line that is not empty, without its end, as lager_decode() wants it;
 * good until the next call.  False at the end of this input.
 */
bool reader_next(struct reader *r, struct slice *line);

/* The number of that line, from 1; at the end of an input, how many lines it has. */
uint64_t reader_number(const struct reader *r);

/* On to the next log of a bundle, after the last line of one; false if there is none. */
bool reader_next_input(struct reader *r);

void reader_close(struct reader *r);

#endif
