/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/jscan.h"

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hex digits as a number, -1 if they are none.  Stops at the first byte that is no digit. */
static int hex4(const char *p)
{
    int v = 0;

    for (int i = 0; i < 4; i++) {
        int d = hex_value(p[i]);

        if (d < 0)
            return -1;
        v = v << 4 | d;
    }
    return v;
}

static inline bool is_high_surrogate(int u)
{
    return u >= 0xd800 && u <= 0xdbff;
}

static inline bool is_low_surrogate(int u)
{
    return u >= 0xdc00 && u <= 0xdfff;
}

/* Check an escape, p at its backslash; returns the byte after it (after both, of a pair), or NULL.
 */
static const char *escape(const char *p)
{
    int u;

    switch (p[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't':
        return p + 2;
    case 'u':
        u = hex4(p + 2);
        if (u < 0 || is_low_surrogate(u))
            return NULL;
        if (!is_high_surrogate(u))
            return p + 6;
        if (p[6] != '\\' || p[7] != 'u' || !is_low_surrogate(hex4(p + 8)))
            return NULL;
        return p + 12;
    default:
        return NULL;
    }
}

struct jscan_end jscan_string_rest(const char *p)
{
    bool escaped = false;

    while (p && *p == '\\') {
        escaped = true;
        p = escape(p);
        if (p)
            p = jscan_plain_run(p);
    }
    return (struct jscan_end){p && *p == '"' ? p : NULL, escaped};
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *number(const char *p)
{
    if (*p == '-')
        p++;
    if (!is_digit(*p))
        return NULL;
    if (*p == '0')
        p++;
    else
        while (is_digit(*p))
            p++;
    if (*p == '.') {
        if (!is_digit(*++p))
            return NULL;
        while (is_digit(*p))
            p++;
    }
    if ((*p | 0x20) == 'e') {
        p++;
        if (*p == '+' || *p == '-')
            p++;
        if (!is_digit(*p))
            return NULL;
        while (is_digit(*p))
            p++;
    }
    /* "01" and "1.5x" end here too; whoever comes next finds the byte out of place. */
    return p;
}

/* A number or word; returns the byte after it, or NULL. */
static inline const char *bare(const char *p, enum jkind *kind)
{
    switch (*p) {
    case 't':
        *kind = J_TRUE;
        return p[1] == 'r' && p[2] == 'u' && p[3] == 'e' ? p + 4 : NULL;
    case 'f':
        *kind = J_FALSE;
        return p[1] == 'a' && p[2] == 'l' && p[3] == 's' && p[4] == 'e' ? p + 5 : NULL;
    case 'n':
        *kind = J_NULL;
        return p[1] == 'u' && p[2] == 'l' && p[3] == 'l' ? p + 4 : NULL;
    default:
        *kind = J_NUMBER;
        return number(p);
    }
}

/*
 * Check an object or array, p at its bracket.  One bit per level of nesting
 * says what is open there: recursion would let a line choose our stack depth.
 */
static const char *container(const char *p)
{
    uint64_t is_object[JSCAN_MAX_DEPTH / 64 + 1];
    size_t depth = 0;
    bool object = false; /* what is open now */
    enum jkind kind;
    struct jstr s;

    is_object[0] = 0;
    for (;;) {
        /* p is at a value */
        if (*p == '{' || *p == '[') {
            object = *p == '{';
            if (++depth > JSCAN_MAX_DEPTH)
                return NULL;
            if (depth % 64 == 0)
                is_object[depth / 64] = 0;
            if (object)
                is_object[depth / 64] |= UINT64_C(1) << depth % 64;
            else
                is_object[depth / 64] &= ~(UINT64_C(1) << depth % 64);
            p = jscan_blank(p + 1);
            if (*p != (object ? '}' : ']')) {
                if (object) {
                    p = jscan_key(p, &s);
                    if (!p)
                        return NULL;
                }
                continue;
            }
        } else {
            p = *p == '"' ? jscan_string(p + 1, &s) : bare(p, &kind);
            if (!p)
                return NULL;
            p = jscan_blank(p);
        }
        /* p is behind a value, or at the bracket that closes an empty container */
        while (*p != ',') {
            if (*p != (object ? '}' : ']'))
                return NULL;
            p++;
            if (--depth == 0)
                return p;
            object = is_object[depth / 64] >> depth % 64 & 1;
            p = jscan_blank(p);
        }
        p = jscan_blank(p + 1);
        if (object) {
            p = jscan_key(p, &s);
            if (!p)
                return NULL;
        }
    }
}

const char *jscan_value(const char *p, struct jvalue *value)
{
    const char *end;
    struct jstr s;

    if (*p == '"') {
        end = jscan_string(p + 1, &s);
        *value = (struct jvalue){J_STRING, s.escaped, s.p, s.len};
        return end;
    }
    value->kind = *p == '{' ? J_OBJECT : J_ARRAY;
    end = *p == '{' || *p == '[' ? container(p) : bare(p, &value->kind);
    if (end) {
        value->escaped = false;
        value->p = p;
        value->len = (size_t)(end - p);
    }
    return end;
}

static void add_utf8(struct strbuf *out, unsigned u)
{
    char c[4];
    size_t n;

    if (u < 0x80) {
        c[0] = (char)u;
        n = 1;
    } else if (u < 0x800) {
        c[0] = (char)(0xc0 | u >> 6);
        c[1] = (char)(0x80 | (u & 0x3f));
        n = 2;
    } else if (u < 0x10000) {
        c[0] = (char)(0xe0 | u >> 12);
        c[1] = (char)(0x80 | (u >> 6 & 0x3f));
        c[2] = (char)(0x80 | (u & 0x3f));
        n = 3;
    } else {
        c[0] = (char)(0xf0 | u >> 18);
        c[1] = (char)(0x80 | (u >> 12 & 0x3f));
        c[2] = (char)(0x80 | (u >> 6 & 0x3f));
        c[3] = (char)(0x80 | (u & 0x3f));
        n = 4;
    }
    strbuf_add(out, c, n);
}

void jscan_unescape(struct strbuf *out, const char *p, size_t len)
{
    const char *end;

    if (len == 0) /* and p perhaps NULL */
        return;
    end = p + len;
    while (p < end) {
        const char *slash = memchr(p, '\\', (size_t)(end - p));
        unsigned u;

        if (!slash)
            slash = end;
        strbuf_add(out, p, (size_t)(slash - p));
        if (slash == end)
            break;
        p = slash + 2;
        switch (slash[1]) {
        case 'b':
            strbuf_char(out, '\b');
            break;
        case 'f':
            strbuf_char(out, '\f');
            break;
        case 'n':
            strbuf_char(out, '\n');
            break;
        case 'r':
            strbuf_char(out, '\r');
            break;
        case 't':
            strbuf_char(out, '\t');
            break;
        case 'u':
            u = (unsigned)hex4(p);
            p += 4;
            if (is_high_surrogate((int)u)) {
                u = 0x10000 + ((u - 0xd800) << 10) + ((unsigned)hex4(p + 2) - 0xdc00);
                p += 6;
            }
            add_utf8(out, u);
            break;
        default:
            strbuf_char(out, slash[1]);
            break;
        }
    }
}

bool jscan_equals(struct jstr s, const char *text, size_t len)
{
    struct strbuf plain = STRBUF_INIT;
    bool equal;

    if (!s.escaped)
        return s.len == len && memcmp(s.p, text, len) == 0;
    jscan_unescape(&plain, s.p, s.len);
    equal = plain.len == len && memcmp(plain.data, text, len) == 0;
    strbuf_release(&plain);
    return equal;
}
