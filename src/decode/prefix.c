/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/prefix.h"

#include <string.h>

/* No name is longer; a uuid has 36. */
#define NAME_MOST 128

static bool is_name(struct slice s)
{
    if (s.len == 0 || s.len > NAME_MOST)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.p[i], letter = c | 0x20;

        if (!(letter >= 'a' && letter <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '.' &&
            c != '-')
            return false;
    }
    return true;
}

/* A value, in quotes with escapes or up to a blank or bracket; returns what is behind it. */
static const char *take_value(const char *p, const char *end, struct slice *value)
{
    if (p < end && *p == '"') {
        value->p = ++p;
        for (; p < end && *p != '"'; p++) {
            if (*p == '\\' && p + 1 < end)
                p++;
        }
        value->len = (size_t)(p - value->p);
        return p < end ? p + 1 : p;
    }
    value->p = p;
    while (p < end && *p != ' ' && *p != ']')
        p++;
    value->len = (size_t)(p - value->p);
    return p;
}

/* What stands behind the bracket that opens the origin, or NULL. */
static const char *find_start(struct slice prefix)
{
    static const char job[] = "[job=", instance[] = "[instance@";
    const char *p = memmem(prefix.p, prefix.len, job, sizeof job - 1);

    if (p)
        return p + 1;
    p = memmem(prefix.p, prefix.len, instance, sizeof instance - 1);
    return p ? memchr(p, ' ', (size_t)(prefix.p + prefix.len - p)) : NULL;
}

static bool key_is(struct slice key, const char *name)
{
    return slice_eq(key, slice_of(name));
}

void prefix_origin(struct slice prefix, struct record *r)
{
    const char *p = find_start(prefix), *end = prefix.p + prefix.len;
    struct slice job = {NULL, 0}, index = {NULL, 0}, id = {NULL, 0};

    while (p && p < end && *p != ']') {
        struct slice key = {p, 0}, value = {NULL, 0};

        if (*p == ' ') {
            p++;
            continue;
        }
        while (p < end && *p != '=' && *p != ' ' && *p != ']')
            p++;
        key.len = (size_t)(p - key.p);
        if (p < end && *p == '=')
            p = take_value(p + 1, end, &value);
        if (key_is(key, "job") || key_is(key, "group"))
            job = value;
        else if (key_is(key, "index"))
            index = value;
        else if (key_is(key, "id"))
            id = value;
    }
    if (!index.len)
        index = id;
    if (!p || p == end || !is_name(job) || !is_name(index))
        return;
    r->job = (struct jstr){job.p, (uint32_t)job.len, false};
    r->index = (struct jstr){index.p, (uint32_t)index.len, false};
}
