/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/cflogs.h"

#include <string.h>

#include "base/nstime.h"

/* No source is longer; APP/TASK/NAME/0 has the name of a task in it. */
#define SOURCE_MOST 256

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p;
}

/* "[CELL/0]", without the brackets; returns what is behind it, or NULL. */
static const char *take_source(const char *p, const char *end, struct slice *source)
{
    size_t most = (size_t)(end - p) < SOURCE_MOST ? (size_t)(end - p) : SOURCE_MOST;
    const char *close = most && *p == '[' ? memchr(p, ']', most) : NULL;

    if (!close || close < p + 2 || (p[1] | 0x20) < 'a' || (p[1] | 0x20) > 'z')
        return NULL;
    *source = (struct slice){p + 1, (size_t)(close - p) - 1};
    return close + 1;
}

/* "OUT" or "ERR", perhaps in brackets; returns where the message starts, or NULL. */
static const char *take_stream(const char *p, const char *end, enum level *level)
{
    bool bracket = p < end && *p == '[';

    p += bracket;
    if (end - p < 3 + bracket || (memcmp(p, "OUT", 3) != 0 && memcmp(p, "ERR", 3) != 0))
        return NULL;
    *level = *p == 'E' ? LEVEL_ERROR : LEVEL_INFO;
    p += 3;
    if (bracket && *p++ != ']')
        return NULL;
    if (p == end || *p == '\r')
        return p;
    return *p == ' ' || *p == '\t' ? p + 1 : NULL;
}

/* Take a number behind the last slash off the source. */
static struct slice take_index(struct slice *source)
{
    size_t len = source->len, n = len;

    while (n && source->p[n - 1] >= '0' && source->p[n - 1] <= '9')
        n--;
    if (n == len || n < 2 || source->p[n - 1] != '/')
        return (struct slice){"", 0};
    source->len = n - 1;
    return (struct slice){source->p + n, len - n};
}

bool cflogs_decode(const char *text, size_t len, struct record *r)
{
    const char *end = text + len, *p = record_text_start(text, end);
    struct slice source, index;
    int64_t time_ns;
    enum level level;
    bool zoned;
    size_t n = nstime_take_stamp(p, (size_t)(end - p), &time_ns, &zoned);

    if (!n || !zoned || p[10] != 'T')
        return false;
    p = take_source(skip_blanks(p + n, end), end, &source);
    if (!p)
        return false;
    p = take_stream(skip_blanks(p, end), end, &level);
    if (!p)
        return false;
    index = take_index(&source);
    record_set_plain(r, time_ns, level, source, (struct slice){p, (size_t)(end - p)});
    r->job = r->source;
    r->index = (struct jstr){index.p, (uint32_t)index.len, false};
    return true;
}
