/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inflater.h - gzip members, one after the other
 *
 * Two libraries do it behind this: inflater_isal.c, or inflater_zlib.c where that one is not to be
 * had.
 */
#ifndef CICERONE_INFLATER_H
#define CICERONE_INFLATER_H

#include <stddef.h>

struct inflater;

enum inflate_result {
    INFLATE_MORE, /* wants more input, or more room for output */
    INFLATE_END,  /* a member is over, its checksum and length were right */
    INFLATE_SUM,  /* a member is over, but its checksum or length was wrong: see inflater_problem()
                   */
    INFLATE_BAD,  /* damaged: see inflater_problem() */
};

/* in and out are moved on past what was used and written. */
struct inflate_io {
    const unsigned char *in;
    size_t in_len;
    unsigned char *out;
    size_t out_len;
};

struct inflater *inflater_new(void);
enum inflate_result inflater_run(struct inflater *z, struct inflate_io *io);

/* Start over with the next member. */
void inflater_reset(struct inflater *z);

/* What was wrong, in lower case; owned by the inflater. */
const char *inflater_problem(const struct inflater *z);
void inflater_free(struct inflater *z);

#endif
