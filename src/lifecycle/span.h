/* SPDX-License-Identifier: Apache-2.0 */
/*
 * span.h - from the first event to the last
 */
#ifndef CICERONE_SPAN_H
#define CICERONE_SPAN_H

#include "base/err.h"
#include "decode/log.h"
#include "input/feed.h"

struct span {
    int64_t first_ns, last_ns; /* first > last: there is no event */
};

/*
 * The earliest and the latest time of all lines of a format.  Reads the inputs on its
 * own and leaves them as they are, for they will be read again; what is wrong
 * with one is said then.  -1 and err if one can be read only once.
 */
int span_find(const struct inputs *inputs, const struct feed_options *options,
              const struct log_format *log, struct span *span, struct err *err);

#endif
