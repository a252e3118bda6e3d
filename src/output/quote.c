/* SPDX-License-Identifier: Apache-2.0 */
#include "output/quote.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define REPLACEMENT "\xef\xbf\xbd"

/* The bytes for which a field must stand in quotes; what fields are mostly made of comes behind
 * all of them. */
static inline bool is_special(char c)
{
    return (unsigned char)c <= ',' && (c == ',' || c == '"' || c == '\n' || c == '\r');
}

#ifdef __SSE2__
static inline bool any_special(__m128i x)
{
    __m128i comma = _mm_cmpeq_epi8(x, _mm_set1_epi8(',')),
            quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
            line = _mm_cmpeq_epi8(x, _mm_set1_epi8('\n')),
            back = _mm_cmpeq_epi8(x, _mm_set1_epi8('\r'));

    return _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(comma, quote), _mm_or_si128(line, back))) !=
           0;
}
#endif

static bool has_special(struct slice text)
{
    size_t i = 0;

#ifdef __SSE2__
    /* the last step over some bytes twice */
    for (; text.len >= 16 && i < text.len; i += 16) {
        size_t at = text.len - i < 16 ? text.len - 16 : i;

        if (any_special(_mm_loadu_si128((const __m128i *)(const void *)(text.p + at))))
            return true;
    }
    if (text.len >= 8 && text.len < 16) {
        const void *last = text.p + text.len - 8;

        return any_special(
            _mm_unpacklo_epi64(_mm_loadl_epi64((const __m128i *)(const void *)text.p),
                               _mm_loadl_epi64((const __m128i *)last)));
    }
#endif
    for (; i < text.len; i++) {
        if (is_special(text.p[i]))
            return true;
    }
    return false;
}

void quote_csv(struct strbuf *out, struct slice text)
{
    if (!has_special(text)) {
        strbuf_slice(out, text);
        return;
    }
    strbuf_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] == '"')
            strbuf_char(out, '"');
        strbuf_char(out, text.p[i]);
    }
    strbuf_char(out, '"');
}

void quote_html(struct strbuf *out, struct slice text)
{
    struct strbuf valid = STRBUF_INIT;

    quote_plain(&valid, text);
    for (size_t i = 0; i < valid.len; i++) {
        switch (valid.data[i]) {
        case '&':
            strbuf_str(out, "&amp;");
            break;
        case '<':
            strbuf_str(out, "&lt;");
            break;
        case '>':
            strbuf_str(out, "&gt;");
            break;
        case '"':
            strbuf_str(out, "&quot;");
            break;
        case '\'':
            strbuf_str(out, "&#39;");
            break;
        default:
            strbuf_char(out, valid.data[i]);
            break;
        }
    }
    strbuf_release(&valid);
}

void quote_script(struct strbuf *out, struct slice text)
{
    struct strbuf json = STRBUF_INIT;

    quote_json(&json, text);
    for (size_t i = 0; i < json.len; i++) {
        if (strchr("<>&", json.data[i]))
            strbuf_printf(out, "\\u%04x", (unsigned char)json.data[i]);
        else
            strbuf_char(out, json.data[i]);
    }
    strbuf_release(&json);
}

/*
 * The length of the valid UTF-8 sequence at p (RFC 3629), its code point in *u; 0 if there is none.
 */
static size_t utf8_sequence(const unsigned char *p, size_t len, unsigned *u)
{
    static const unsigned least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = p[0] < 0x80                   ? 1
               : p[0] >= 0xf0 && p[0] < 0xf5 ? 4
               : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
               : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
                                             : 0;

    if (n == 0 || n > len)
        return 0;
    *u = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        *u = *u << 6 | (p[i] & 0x3f);
    }
    if (*u < least[n] || (*u >= 0xd800 && *u <= 0xdfff) || *u > 0x10ffff)
        return 0;
    return n;
}

/* The first byte at or after p that is not printable ASCII. */
static const unsigned char *printable_run(const unsigned char *p, const unsigned char *end)
{
    while (p < end && *p >= 0x20 && *p < 0x7f)
        p++;
    return p;
}

/* Copy what is valid, replace what is not, and where asked for control characters too. */
static void clean(struct strbuf *out, struct slice text, bool controls, const char *quote)
{
    const unsigned char *p = (const unsigned char *)text.p, *end = text.len ? p + text.len : p;

    while (p < end) {
        const unsigned char *run = quote ? p : printable_run(p, end);
        unsigned u = 0;

        if (run > p) {
            strbuf_add(out, (const char *)p, (size_t)(run - p));
            p = run;
            continue;
        }
        size_t n = utf8_sequence(p, (size_t)(end - p), &u);

        if (n == 0 || u == 0xfffe || u == 0xffff ||
            (!controls && (u < 0x20 || (u >= 0x7f && u < 0xa0) || (u >= 0x202a && u <= 0x202e) ||
                           (u >= 0x2066 && u <= 0x2069))))
            strbuf_str(out, REPLACEMENT);
        else
            strbuf_add(out, (const char *)p, n);
        if (quote && n == 1 && *p == (unsigned char)*quote)
            strbuf_char(out, *quote);
        p += n ? n : 1;
    }
}

/*
 * gnuplot takes the first two quotes of '''x' for an empty string, so quotes at the front
 * stand in double quotes, where nothing but them is allowed.
 */
void quote_gnuplot(struct strbuf *out, struct slice text)
{
    size_t quotes = 0;

    while (quotes < text.len && text.p[quotes] == '\'')
        quotes++;
    if (quotes) {
        strbuf_char(out, '"');
        strbuf_add(out, text.p, quotes);
        strbuf_str(out, "\".");
        text = (struct slice){text.p + quotes, text.len - quotes};
    }
    strbuf_char(out, '\'');
    clean(out, text, false, "'");
    strbuf_char(out, '\'');
}

void quote_plain(struct strbuf *out, struct slice text)
{
    clean(out, text, false, NULL);
}

void quote_utf8(struct strbuf *out, struct slice text)
{
    clean(out, text, true, NULL);
}

/* The bytes at p that JSON takes as they are, of ASCII only. */
static size_t json_run(const unsigned char *p, size_t len)
{
    size_t n = 0;

    while (n < len && p[n] >= 0x20 && p[n] < 0x80 && p[n] != '"' && p[n] != '\\')
        n++;
    return n;
}

void quote_json(struct strbuf *out, struct slice text)
{
    const unsigned char *p = (const unsigned char *)text.p, *end = p + text.len;

    strbuf_char(out, '"');
    while (p < end) {
        size_t n = json_run(p, (size_t)(end - p));
        unsigned u = 0;

        strbuf_add(out, (const char *)p, n);
        p += n;
        if (p == end)
            break;
        n = utf8_sequence(p, (size_t)(end - p), &u);
        if (n == 0 || u == 0xfffe || u == 0xffff)
            strbuf_str(out, REPLACEMENT);
        else if (n > 1)
            strbuf_add(out, (const char *)p, n);
        else if (u == '"' || u == '\\')
            strbuf_printf(out, "\\%c", (char)u);
        else if (u == '\t' || u == '\n')
            strbuf_str(out, u == '\t' ? "\\t" : "\\n");
        else
            strbuf_printf(out, "\\u%04x", u);
        p += n ? n : 1;
    }
    strbuf_char(out, '"');
}

size_t text_columns(struct slice text)
{
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        n += ((unsigned char)text.p[i] & 0xc0) != 0x80;
    return n;
}
