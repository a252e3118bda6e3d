/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/value.h"

#include "base/nstime.h"

/* A decimal number in units of which there are `ones` in one, a power of ten; the rest is cut off.
 */
static bool parse_decimal(struct slice text, int64_t ones, int64_t *out)
{
    const char *p = text.p, *end = p + text.len;
    int64_t sum = 0;

    for (; p < end && *p >= '0' && *p <= '9'; p++) {
        if (sum > INT64_MAX / 10 / ones - 1)
            return false;
        sum = sum * 10 + (*p - '0');
    }
    if (p == text.p)
        return false;
    sum *= ones;
    if (ones > 1 && p < end && *p == '.') {
        if (++p == end)
            return false;
        for (; p < end && *p >= '0' && *p <= '9'; p++) {
            ones /= 10;
            sum += (*p - '0') * ones;
        }
    }
    *out = sum;
    return p == end;
}

bool value_parse(const struct value *v, struct slice text, int64_t *worth)
{
    bool negative = text.len && *text.p == '-';

    if (negative) {
        text.p++;
        text.len--;
    }
    if (!parse_decimal(text, v->is_duration ? 1 : VALUE_ONE, worth) &&
        !(v->is_duration && nstime_parse_duration(text.p, text.len, worth)))
        return false;
    if (negative)
        *worth = -*worth;
    return true;
}

static void add_number(struct strbuf *b, int64_t worth)
{
    uint64_t u = worth < 0 ? (uint64_t)0 - (uint64_t)worth : (uint64_t)worth;
    unsigned rest = (unsigned)(u % VALUE_ONE);

    strbuf_printf(b, "%s%llu", worth < 0 ? "-" : "", (unsigned long long)(u / VALUE_ONE));
    for (int digits = 3; rest; digits--, rest /= 10) {
        if (rest % 10) {
            strbuf_printf(b, ".%0*u", digits, rest);
            break;
        }
    }
}

void value_add_plain(struct strbuf *b, const struct value *v, int64_t worth)
{
    if (v->is_duration)
        nstime_add_seconds(b, worth);
    else
        add_number(b, worth);
}

void value_add_human(struct strbuf *b, const struct value *v, int64_t worth)
{
    if (v->is_duration)
        nstime_add_human(b, worth, false);
    else
        add_number(b, worth);
}
