/* SPDX-License-Identifier: Apache-2.0 */
#include "support/linegen.h"

#include <stdbool.h>
#include <string.h>

uint64_t rng_next(struct rng *r)
{
    uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

size_t rng_below(struct rng *r, size_t n)
{
    return (size_t)((rng_next(r) >> 11) % n);
}

static bool one_in(struct rng *r, size_t n)
{
    return rng_below(r, n) == 0;
}

#define PICK(r, list) ((list)[rng_below(r, sizeof(list) / sizeof *(list))])

static void blanks(struct rng *r, struct strbuf *out)
{
    static const char *const some[] = {" ", "  ", "\t", "\r", " \t \r "};

    if (one_in(r, 12))
        strbuf_str(out, PICK(r, some));
}

/* One piece of a string's inside. */
static void string_piece(struct rng *r, struct strbuf *out, bool wild)
{
    static const char *const words[] = {"rep", ".",    "0b9f6c1e-3d4a-4b1f",
                                        "a b", "/",    "{",
                                        "}",   "[,]:", "4.2.1",
                                        "'",   "\x7f", "session",
                                        "e",   "é€😀"};
    static const char *const escapes[] = {"\\\"",
                                          "\\\\",
                                          "\\/",
                                          "\\b",
                                          "\\f",
                                          "\\n",
                                          "\\r",
                                          "\\t",
                                          "\\u0000",
                                          "\\u001f",
                                          "\\u007F",
                                          "\\u0080",
                                          "\\u07ff",
                                          "\\u0800",
                                          "\\uFFFF",
                                          "\\ud7ff",
                                          "\\uE000",
                                          "\\ud800\\udc00",
                                          "\\uDBFF\\uDFFF",
                                          "\\ud83d\\ude00"};
    static const char *const wrong[] = {
        "\\",      "\\x",      "\\u12",      "\\u12g4",        "\\ud800",
        "\\udc00", "\\ud800x", "\\ud800\\n", "\\ud800\\u0041", "\\uD800\\uDBFF",
        "\"",      "\x01",     "\t",         "\x1f",           "\\U0041",
        "\\'"};

    switch (rng_below(r, 12)) {
    default:
        strbuf_str(out, PICK(r, words));
        break;
    case 0:
    case 1:
    case 2:
        strbuf_str(out, PICK(r, escapes));
        break;
    case 3:
        strbuf_printf(out, "\\u%04x", (unsigned)rng_below(r, 0xd800));
        break;
    case 4: /* runs around the width of a wide step */
        for (size_t n = rng_below(r, 40); n > 0; n--)
            strbuf_char(out, (char)('a' + n % 26));
        break;
    case 5: /* UTF-8 cut in the middle */
        strbuf_char(out, (char)(0x80 + rng_below(r, 0x80)));
        break;
    case 6:
        if (wild && one_in(r, 4))
            strbuf_str(out, PICK(r, wrong));
        else if (wild && one_in(r, 20))
            strbuf_char(out, '\0');
        break;
    }
}

static void string(struct rng *r, struct strbuf *out, bool wild)
{
    size_t pieces = rng_below(r, one_in(r, 20) ? 40 : 5);

    strbuf_char(out, '"');
    while (pieces--)
        string_piece(r, out, wild);
    strbuf_char(out, '"');
}

/* A text as a string, some of its letters as escapes. */
static void spelled(struct rng *r, struct strbuf *out, const char *text)
{
    bool odd = one_in(r, 12);

    strbuf_char(out, '"');
    for (; *text; text++) {
        if (odd && one_in(r, 3))
            strbuf_printf(out, one_in(r, 2) ? "\\u%04x" : "\\u%04X", (unsigned char)*text);
        else
            strbuf_char(out, *text);
    }
    strbuf_char(out, '"');
}

static void number(struct rng *r, struct strbuf *out, bool wild)
{
    static const char *const some[] = {"0",
                                       "-0",
                                       "1",
                                       "2",
                                       "3",
                                       "4",
                                       "-1",
                                       "0.0",
                                       "1.0",
                                       "2e0",
                                       "1E+2",
                                       "12.5e-3",
                                       "9223372036854775807",
                                       "-9223372036854775808",
                                       "9223372036854775808",
                                       "1e999",
                                       "-1E400",
                                       "1e-999",
                                       "123456789012345678901234567890",
                                       "0.000000000000000000000000000001"};
    static const char *const wrong[] = {"01",  "+1",   "1.",  ".5",   "1e",  "1e+",      "-", "--1",
                                        "0x1", "1.5x", "-01", "1.e1", "NaN", "Infinity", "00"};

    long long any = (long long)rng_next(r);

    if (wild && one_in(r, 10))
        strbuf_str(out, PICK(r, wrong));
    else if (one_in(r, 2))
        strbuf_str(out, PICK(r, some));
    else
        strbuf_printf(out, "%lld", any >> rng_below(r, 60));
}

static void member_key(struct rng *r, struct strbuf *out, bool wild)
{
    static const char *const keys[] = {
        "session", "error", "trace", "cicerone-job", "cicerone-index", "data", "timestamp",
        "a",       "b",     "guid",  "lrp-key",      "index",          "",     "Session"};

    if (one_in(r, 3))
        string(r, out, wild);
    else
        spelled(r, out, PICK(r, keys));
}

static void container(struct rng *r, struct strbuf *out, int depth, bool wild)
{
    bool object = one_in(r, 2), trailing = wild && one_in(r, 40);
    size_t n = rng_below(r, 5);

    strbuf_char(out, object ? '{' : '[');
    blanks(r, out);
    for (size_t i = 0; i < n; i++) {
        if (object) {
            member_key(r, out, wild);
            blanks(r, out);
            strbuf_char(out, wild && one_in(r, 200) ? ',' : ':');
            blanks(r, out);
        }
        linegen_value(r, out, depth - 1, wild);
        blanks(r, out);
        if (i + 1 < n || trailing)
            strbuf_char(out, ',');
        blanks(r, out);
    }
    if (wild && one_in(r, 100))
        object = !object;
    strbuf_char(out, object ? '}' : ']');
}

/* Brackets in brackets, over the words of the scanner's bit set. */
static void deep(struct rng *r, struct strbuf *out, bool wild)
{
    static const size_t depths[] = {10, 62, 63, 64, 65, 127, 128, 129, 130, 500, 2000, 2040, 2100};
    size_t n = PICK(r, depths);
    struct strbuf closing = STRBUF_INIT;

    for (size_t i = 0; i < n; i++) {
        bool object = one_in(r, 2);

        strbuf_str(out, object ? "{\"k\":" : "[");
        strbuf_char(&closing, object ? '}' : ']');
    }
    strbuf_str(out, "1");
    if (wild && one_in(r, 2) && closing.len)
        closing.data[rng_below(r, closing.len)] ^= 0x26; /* } for ] and the other way round */
    while (closing.len)
        strbuf_char(out, closing.data[--closing.len]);
    strbuf_release(&closing);
}

void linegen_value(struct rng *r, struct strbuf *out, int depth, bool wild)
{
    static const char *const words[] = {"true", "false", "null"};
    static const char *const wrong[] = {"True", "nul", "truee", "nil", "", "undefined", "'a'"};

    if (one_in(r, 2000)) {
        deep(r, out, wild);
        return;
    }
    switch (rng_below(r, depth > 0 ? 6 : 4)) {
    case 0:
    case 1:
        string(r, out, wild);
        break;
    case 2:
        number(r, out, wild);
        break;
    case 3:
        if (wild && one_in(r, 20))
            strbuf_str(out, PICK(r, wrong));
        else
            strbuf_str(out, PICK(r, words));
        break;
    default:
        container(r, out, depth, wild);
        break;
    }
}

static void epoch_text(struct rng *r, struct strbuf *text)
{
    static const char *const odd[] = {"0",
                                      "9223372035.999999999",
                                      "9223372036.0",
                                      "9223372036.8547",
                                      "10000000000",
                                      "1441087134.",
                                      "1.1234567890",
                                      "-1.5",
                                      "1e9",
                                      "",
                                      " 1.0",
                                      "1.0 ",
                                      "1441087134,5",
                                      "99999999999",
                                      "."};

    if (one_in(r, 8)) {
        strbuf_str(text, PICK(r, odd));
        return;
    }
    strbuf_printf(text, "%zu", rng_below(r, 2000000000));
    if (!one_in(r, 6)) {
        strbuf_char(text, '.');
        for (size_t n = one_in(r, 2) ? 9 : rng_below(r, 11); n > 0; n--)
            strbuf_char(text, (char)('0' + rng_below(r, 10)));
    }
}

static void rfc3339_text(struct rng *r, struct strbuf *text)
{
    static const char *const odd[] = {"1678-01-01T00:00:00+23:59",
                                      "1677-12-31T23:59:59Z",
                                      "2261-12-31T23:59:60.999999999-23:59",
                                      "2262-01-01T00:00:00Z",
                                      "2000-02-29t00:00:00z",
                                      "1900-02-29T00:00:00Z",
                                      "2018-03-26T23:57:03.Z",
                                      "2018-03-26T23:57:03",
                                      "2018-03-26 23:57:03Z",
                                      "2018-03-26T23:57:03+0000",
                                      "2018-03-26T23:57:03.1234567890Z",
                                      "2018-3-26T23:57:03Z",
                                      "2018-03-26T24:00:00Z",
                                      "2018-03-26T23:57:03+24:00",
                                      "2018-03-26T23:57:03ZZ",
                                      "02018-03-26T23:57:03Z",
                                      "2018-03-26T23:57:03,5Z",
                                      "2018-00-10T00:00:00Z"};
    static const char *const zones[] = {"Z",      "Z",      "Z",      "z",      "+00:00",
                                        "-07:00", "+05:45", "-00:00", "+23:59", "-23:59"};
    size_t year, month, day, hour, minute, second; /* drawn in this order, whatever the compiler */

    if (one_in(r, 8)) {
        strbuf_str(text, PICK(r, odd));
        return;
    }
    year = one_in(r, 4) ? 1670 + rng_below(r, 600) : 2010 + rng_below(r, 20);
    month = 1 + rng_below(r, one_in(r, 20) ? 14 : 12);
    day = 1 + rng_below(r, one_in(r, 9) ? 32 : 28);
    hour = rng_below(r, one_in(r, 20) ? 26 : 24);
    minute = rng_below(r, 60);
    second = rng_below(r, one_in(r, 20) ? 62 : 60);
    strbuf_printf(text, "%04zu-%02zu-%02zuT%02zu:%02zu:%02zu", year, month, day, hour, minute,
                  second);
    if (!one_in(r, 5)) {
        strbuf_char(text, '.');
        for (size_t n = 1 + rng_below(r, 9); n > 0; n--)
            strbuf_char(text, (char)('0' + rng_below(r, 10)));
    }
    strbuf_str(text, PICK(r, zones));
}

static void timestamp(struct rng *r, struct strbuf *out)
{
    struct strbuf text = STRBUF_INIT;

    if (one_in(r, 2))
        epoch_text(r, &text);
    else
        rfc3339_text(r, &text);
    spelled(r, out, text.len ? text.data : "");
    strbuf_release(&text);
}

static void data(struct rng *r, struct strbuf *out, bool wild)
{
    size_t n = rng_below(r, 6);

    if (one_in(r, 15)) {
        strbuf_str(out, "null");
        return;
    }
    strbuf_char(out, '{');
    blanks(r, out);
    for (size_t i = 0; i < n; i++) {
        static const char *const known[] = {"session", "error", "trace", "cicerone-job",
                                            "cicerone-index"};

        if (i)
            strbuf_char(out, ',');
        blanks(r, out);
        if (one_in(r, 2)) {
            spelled(r, out, PICK(r, known));
            strbuf_char(out, ':');
            if (one_in(r, wild ? 3 : 30))
                linegen_value(r, out, 2, wild);
            else
                string(r, out, wild);
        } else {
            member_key(r, out, wild);
            blanks(r, out);
            strbuf_char(out, ':');
            blanks(r, out);
            if (one_in(r, 4) || !wild)
                string(r, out, wild);
            else
                linegen_value(r, out, 3, wild);
        }
        blanks(r, out);
    }
    strbuf_char(out, '}');
}

enum member { TIMESTAMP, SOURCE, MESSAGE, LOG_LEVEL, LEVEL, DATA, OTHER, MEMBERS };

static void member(struct rng *r, struct strbuf *out, enum member m, bool wild)
{
    static const char *const names[] = {"timestamp", "source", "message", "log_level",
                                        "level",     "data",   NULL};
    static const char *const levels[] = {"debug", "info",  "error", "fatal",
                                         "INFO",  "Error", "fAtAl"};
    static const char *const no_levels[] = {"warn", "", "infos", "inf", "debug ", "1"};

    if (m == OTHER)
        string(r, out, wild);
    else
        spelled(r, out, names[m]);
    blanks(r, out);
    strbuf_char(out, ':');
    blanks(r, out);
    if (wild && one_in(r, 8)) {
        linegen_value(r, out, 3, wild);
        return;
    }
    switch (m) {
    case TIMESTAMP:
        timestamp(r, out);
        break;
    case LOG_LEVEL:
        if (wild && one_in(r, 4))
            number(r, out, wild);
        else
            strbuf_char(out, (char)('0' + rng_below(r, 4)));
        break;
    case LEVEL:
        spelled(r, out, one_in(r, 40) ? PICK(r, no_levels) : PICK(r, levels));
        break;
    case DATA:
        data(r, out, wild);
        break;
    case OTHER:
        linegen_value(r, out, 3, wild);
        break;
    default:
        string(r, out, wild);
        break;
    }
}

void linegen_lager(struct rng *r, struct strbuf *out, bool wild)
{
    static const char *const prefixes[] = {
        "[job=cell_z1 index=0] ",
        "[job=\"a\" x index=\\ ] ",
        "<13>x vcap.rep [index=75 id=7 job=a] [job=a\xff index=1]  ",
        "[job=a index=] [instance@1 group=b id=2]",
        "<14>1 2017 b - [instance@47450 az=\"]\\\"\" group=\"db\" id=\"u-1\"] ",
        "- [instance@1 group=\"d\" id=\"u\" index=\"0\" ",
        "<14>1 2017-01-25 x - ",
        " ",
        "\xef\xbb\xbf",
        "rep.log:12:",
        "}",
        "\"",
        "\\"};
    static const char *const suffixes[] = {" tail", "}", "\r", "`", ",", "{", "\"", "\x01", "\xff"};
    enum member order[MEMBERS * 2];
    size_t n = 0;

    for (int m = 0; m < MEMBERS; m++) {
        bool wanted = m == LOG_LEVEL ? one_in(r, 2) : m == OTHER ? one_in(r, 4) : true;

        if (m == LEVEL)
            wanted = n == 0 || order[n - 1] != LOG_LEVEL || one_in(r, 20);
        if (m == DATA)
            wanted = !one_in(r, 10);
        if (wanted && !(wild && one_in(r, 40)))
            order[n++] = (enum member)m;
        if (one_in(r, 60))
            order[n++] = (enum member)m; /* a key twice, or one too many */
    }
    for (size_t i = n; i > 1; i--) {
        size_t j = rng_below(r, i);
        enum member swap = order[j];

        order[j] = order[i - 1];
        order[i - 1] = swap;
    }
    if (one_in(r, 10))
        strbuf_str(out, PICK(r, prefixes));
    strbuf_char(out, '{');
    blanks(r, out);
    for (size_t i = 0; i < n; i++) {
        if (i)
            strbuf_char(out, ',');
        blanks(r, out);
        member(r, out, order[i], wild);
        blanks(r, out);
    }
    strbuf_char(out, '}');
    if (one_in(r, 10))
        strbuf_str(out, PICK(r, suffixes));
}

/* Put len bytes in the place of cut bytes at at. */
static void replace(struct strbuf *b, size_t at, size_t cut, const char *bytes, size_t len)
{
    struct strbuf tail = STRBUF_INIT;

    strbuf_add(&tail, b->data + at + cut, b->len - at - cut);
    b->len = at;
    strbuf_add(b, bytes, len);
    strbuf_add(b, tail.data, tail.len);
    strbuf_release(&tail);
}

static void damage_once(struct rng *r, struct strbuf *b, struct slice other)
{
    static const char *const tokens[] = {
        "\"",          "\\",   "{",    "}",       "[",    "]",    ",",
        ":",           "0",    "9",    "-",       ".",    "e",    "E",
        "+",           "\\u",  "d800", "\\udc00", "true", "null", "\"level\":\"info\",",
        "\"data\":{}", " ",    "\t",   "\r",      "\x7f", "\x80", "\xff",
        "\x1f",        "\x01", "u",    "Z"};
    size_t at = rng_below(r, b->len + 1), left = b->len - at, some = 0, from;
    const char *token = PICK(r, tokens);
    char copy[64];

    if (left)
        some = 1 + rng_below(r, left < sizeof copy ? left : sizeof copy);
    switch (rng_below(r, 9)) {
    case 0:
        if (left)
            b->data[at] ^= (char)(1 << rng_below(r, 8));
        break;
    case 1:
        if (left)
            b->data[at] = (char)rng_below(r, 256);
        break;
    case 2:
        replace(b, at, one_in(r, 2) ? left > 0 : some, "", 0);
        break;
    case 3:
        replace(b, at, 0, token, strlen(token));
        break;
    case 4:
        replace(b, at, left > 0, token, strlen(token));
        break;
    case 5: /* a stretch again, somewhere else */
        if (some) {
            memcpy(copy, b->data + at, some);
            replace(b, rng_below(r, b->len + 1), 0, copy, some);
        }
        break;
    case 6:
        if (one_in(r, 3))
            b->len = at;
        break;
    case 7: /* head of one, tail of the other: two writers at once */
        if (other.len && one_in(r, 2)) {
            from = rng_below(r, other.len);
            replace(b, at, left, other.p + from, other.len - from);
        }
        break;
    case 8:
        if (other.len) {
            size_t n;

            from = rng_below(r, other.len);
            n = rng_below(r, other.len - from < 80 ? other.len - from : 80);
            replace(b, at, some, other.p + from, n);
        }
        break;
    }
}

void linegen_damage(struct rng *r, struct strbuf *b, struct slice other)
{
    size_t times = one_in(r, 2) ? 1 : 1 + rng_below(r, 4);

    strbuf_room(b, 1);
    while (times--)
        damage_once(r, b, other);
    for (size_t i = 0; i < b->len; i++) {
        if (b->data[i] == '\n')
            b->data[i] = '\v';
    }
}

void linegen_quote(struct strbuf *out, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];

        if (c == '"' || c == '\\')
            strbuf_printf(out, "\\%c", c);
        else if (c < 0x20 || c >= 0x7f)
            strbuf_printf(out, "\\%03o", c);
        else
            strbuf_char(out, (char)c);
    }
}
