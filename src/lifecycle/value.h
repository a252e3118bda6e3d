/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value.h - what the text of a value is worth, and how it is written again
 *
 * The worth is an int64: of a duration nanoseconds, of any other value
 * thousandths, so that figures over either need no floating point.
 */
#ifndef CICERONE_VALUE_H
#define CICERONE_VALUE_H

#include "base/strbuf.h"
#include "lifecycle/lifecycle.h"

#define VALUE_ONE INT64_C(1000)

/*
 * A duration is a whole number of nanoseconds, or a duration as Go writes it
 * ("1m2.5s", "850.3µs"); any other value a decimal number, of whose fraction
 * three digits are kept.  Both may be negative.  False if it is neither or does
 * not fit.
 */
bool value_parse(const struct value *v, struct slice text, int64_t *worth);

/* For files: seconds with nine digits, or the number without trailing zeros. */
void value_add_plain(struct strbuf *b, const struct value *v, int64_t worth);

/* For people: "12.4s", or the number. */
void value_add_human(struct strbuf *b, const struct value *v, int64_t worth);

#endif
