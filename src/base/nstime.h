/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nstime.h - times and durations as int64 nanoseconds
 *
 * A time counts from 1970-01-01T00:00:00Z, without leap seconds, and may be
 * as far away as 1678 or 2262.  No floating point is used: nine decimal digits
 * go in and the same nine come out.
 */
#ifndef CICERONE_NSTIME_H
#define CICERONE_NSTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

#define NS_PER_SECOND INT64_C(1000000000)

/* "No such time".  Later than every time that can be parsed. */
#define NSTIME_NONE INT64_MAX

/* to - from; of times that are more than 292 years apart, the largest duration there is. */
static inline int64_t nstime_between(int64_t from_ns, int64_t to_ns)
{
    int64_t ns;

    if (!__builtin_sub_overflow(to_ns, from_ns, &ns))
        return ns;
    return to_ns > from_ns ? INT64_MAX : INT64_MIN;
}

/* "1441087134.99969101": seconds and a fraction of 0 to 9 digits.  False if it is anything else. */
bool nstime_parse_epoch(const char *text, size_t len, int64_t *time_ns);

/*
 * "2018-03-26T23:57:03.5858943Z": RFC 3339 with a fraction of 0 to 9 digits, `Z` or an offset
 * (+hh:mm).  A leap second (60) counts as the second after it.  False if it is anything else.
 */
bool nstime_parse_rfc3339(const char *text, size_t len, int64_t *time_ns);

/* Either of the above. */
bool nstime_parse(const char *text, size_t len, int64_t *time_ns);

/*
 * The stamp that a text begins with, as loggers of all kinds write it:
 * "2015-03-02T15:25:10.36-0800", "2016/03/24 15:31:55.816419", "2018-03-19 18:39:44,5 UTC".
 * Fractions as above, behind a point or a comma; `Z`, UTC or an offset with or without a colon;
 * *zoned is false if there is none, and then the time is taken for UTC.  Returns how many bytes it
 * has, 0 if there is no stamp, or letters or digits stand right behind it.
 */
size_t nstime_take_stamp(const char *text, size_t len, int64_t *time_ns, bool *zoned);

/*
 * "90s", "1.5h", "1h30m": numbers, each with a fraction of up to 9 digits or none and a unit (ns,
 * us or µs, ms, s, m, h, d), whose sum is the duration; never negative.  What is below a nanosecond
 * is cut off.  False if it is anything else or does not fit.
 */
bool nstime_parse_duration(const char *text, size_t len, int64_t *duration_ns);

/* "1441087134.999691010", nine digits always; durations may be negative. */
#define NSTIME_SECONDS_MAX 24
size_t nstime_format_seconds(char out[NSTIME_SECONDS_MAX], int64_t ns);
void nstime_add_seconds(struct strbuf *b, int64_t ns);

/* "2018-03-26T23:57:03.585Z", cut (not rounded) to digits of fraction, 0 to 9. */
void nstime_add_rfc3339(struct strbuf *b, int64_t time_ns, int digits);

/*
 * A duration for people, three significant digits and a unit: "0s", "850ns", "12.3µs", "4.57ms",
 * "12.4s", "3m12s", "2h05m".  ascii_only writes "us" for "µs".
 */
void nstime_add_human(struct strbuf *b, int64_t duration_ns, bool ascii_only);

#endif
