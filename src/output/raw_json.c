/* SPDX-License-Identifier: Apache-2.0 */
#include "output/raw_json.h"

#include "decode/jpaths.h"

/* Deeper levels stand as far to the right as this one, or a deep line would become a huge one. */
#define INDENT_MOST 32
#define INDENT_STEP 2

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

void raw_json_compact(struct strbuf *out, struct slice value)
{
    const char *p = value.p, *end = p + value.len, *from = p;
    struct jstr s;

    while (p < end) {
        if (*p == '"') {
            p = jscan_string(p + 1, &s);
        } else if (is_blank(*p)) {
            strbuf_add(out, from, (size_t)(p - from));
            while (p < end && is_blank(*p))
                p++;
            from = p;
        } else {
            p++;
        }
    }
    strbuf_add(out, from, (size_t)(p - from));
}

static bool is_dropped(const struct json_drop *drop, struct jstr key)
{
    for (size_t i = 0; i < drop->count; i++) {
        const char *name = drop->keys[i];
        size_t len = strlen(name);

        if (key.escaped ? jscan_equals(key, name, len)
                        : key.len == len && memcmp(key.p, name, len) == 0)
            return true;
    }
    return false;
}

bool raw_json_object(struct strbuf *out, struct slice object, const struct json_drop *drop)
{
    const char *at = object.p;
    struct jstr key;
    struct jvalue value;
    bool any = false;

    strbuf_char(out, '{');
    while (jobject_next(object, &at, &key, &value)) {
        if (is_dropped(drop, key))
            continue;
        if (any)
            strbuf_char(out, ',');
        raw_json_compact(out, (struct slice){key.p - 1, (size_t)(at - key.p) + 1});
        any = true;
    }
    strbuf_char(out, '}');
    return any;
}

static void new_line(struct strbuf *out, size_t indent, size_t depth)
{
    size_t n = indent + (depth < INDENT_MOST ? depth : INDENT_MOST) * INDENT_STEP;

    strbuf_char(out, '\n');
    memset(strbuf_room(out, n), ' ', n);
    out->len += n;
}

void raw_json_indented(struct strbuf *out, struct slice value, size_t indent)
{
    size_t depth = 0;
    bool string = false;

    for (size_t i = 0; i < value.len; i++) {
        char c = value.p[i], next = i + 1 < value.len ? value.p[i + 1] : '\0';

        if ((c == '}' || c == ']') && !string)
            new_line(out, indent, --depth);
        strbuf_char(out, c);
        if (string && c == '\\' && next) {
            strbuf_char(out, next);
            i++;
        } else if (c == '"') {
            string = !string;
        } else if (string) {
            continue;
        } else if ((c == '{' || c == '[') && (next == '}' || next == ']')) {
            strbuf_char(out, next);
            i++;
        } else if (c == '{' || c == '[') {
            new_line(out, indent, ++depth);
        } else if (c == ',') {
            new_line(out, indent, depth);
        } else if (c == ':') {
            strbuf_char(out, ' ');
        }
    }
}
