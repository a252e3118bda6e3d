/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "decode/jscan.h"
#include "support/linegen.h"

/* A text as jscan wants it: a sentinel and slack behind, nothing else in its block. */
struct text {
    char *block;
    const char *p;
    size_t len;
};

static struct text text_new(const char *bytes, size_t len, size_t offset, int slack)
{
    char *block = xmalloc(offset + len + 1 + JSCAN_SLACK);

    if (len)
        memcpy(block + offset, bytes, len);
    block[offset + len] = '\n';
    memset(block + offset + len + 1, slack, JSCAN_SLACK);
    return (struct text){block, block + offset, len};
}

static void check_value(const char *json, enum jkind kind, const char *content, size_t rest)
{
    for (size_t offset = 0; offset < 17; offset++) {
        struct text t = text_new(json, strlen(json), offset, offset % 2 ? '"' : 0xff);
        struct jvalue v;
        const char *end = jscan_value(t.p, &v);

        if (!end)
            fail_msg("%s is refused", json);
        assert_int_equal(v.kind, kind);
        assert_int_equal(end - t.p, strlen(json) - rest);
        assert_int_equal(v.len, strlen(content));
        assert_memory_equal(v.p, content, v.len);
        assert_int_equal(v.escaped, kind == J_STRING && strchr(content, '\\') != NULL);
        free(t.block);
    }
}

static void check_refused(const char *json, size_t len)
{
    for (size_t offset = 0; offset < 17; offset++) {
        struct text t = text_new(json, len, offset, offset % 2 ? '"' : 0xff);
        struct jvalue v;

        if (jscan_value(t.p, &v))
            fail_msg("%s is taken", json);
        free(t.block);
    }
}

static void a_value_is_given_with_its_kind_and_text(void **state)
{
    (void)state;
    check_value("\"ab\"", J_STRING, "ab", 0);
    check_value("\"\"", J_STRING, "", 0);
    check_value("\"a\\\"b\\\\\"", J_STRING, "a\\\"b\\\\", 0);
    check_value("\"0123456789abcdef0123456789abcdef\"x", J_STRING,
                "0123456789abcdef0123456789abcdef", 1);
    check_value("\"\x7f\x80\xff\"", J_STRING, "\x7f\x80\xff", 0);
    check_value("true,", J_TRUE, "true", 1);
    check_value("false}", J_FALSE, "false", 1);
    check_value("null ", J_NULL, "null", 1);
    check_value("{}", J_OBJECT, "{}", 0);
    check_value("[ ]]", J_ARRAY, "[ ]", 1);
    check_value("{ \"a\" : [ 1 , { } , \"}\" ] , \"\" : null } x", J_OBJECT,
                "{ \"a\" : [ 1 , { } , \"}\" ] , \"\" : null }", 2);
    check_value("[[],[[]],{\"a\":[]}]", J_ARRAY, "[[],[[]],{\"a\":[]}]", 0);
}

static void numbers_are_those_of_the_standard(void **state)
{
    static const char *const numbers[] = {"0",
                                          "-0",
                                          "7",
                                          "10",
                                          "-19",
                                          "0.0",
                                          "1.25",
                                          "1e5",
                                          "1E+05",
                                          "-0.5e-7",
                                          "123456789012345678901234567890",
                                          "1e99999"};
    static const char *const no_numbers[] = {"-",   "+1", ".5",  "1.",       "1.e5",     "1e",
                                             "1e+", "-a", "NaN", "Infinity", "-Infinity"};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        check_value(numbers[i], J_NUMBER, numbers[i], 0);
    for (size_t i = 0; i < sizeof no_numbers / sizeof *no_numbers; i++)
        check_refused(no_numbers[i], strlen(no_numbers[i]));
    check_value("01", J_NUMBER, "0", 1); /* whoever called finds the 1 out of place */
    check_value("1.5x", J_NUMBER, "1.5", 1);
    check_refused("[01]", 4);
    check_refused("[1.5x]", 6);
}

static void what_is_no_json_is_refused(void **state)
{
    static const char *const texts[] = {"",
                                        " 1",
                                        "\"",
                                        "\"a",
                                        "\"a\\\"",
                                        "\"\\",
                                        "\"\\x\"",
                                        "\"\\u12\"",
                                        "\"\\u12g4\"",
                                        "\"\\U0041\"",
                                        "\"a\tb\"",
                                        "\"a\x01\"",
                                        "\"\x1f\"",
                                        "'a'",
                                        "tru",
                                        "trUe",
                                        "nul",
                                        "fals",
                                        "True",
                                        "undefined",
                                        "{",
                                        "[",
                                        "}",
                                        "]",
                                        "[}",
                                        "{]",
                                        "[1,]",
                                        "[,1]",
                                        "[1 2]",
                                        "[1,,2]",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{,}",
                                        "{\"a\" 1}",
                                        "{\"a\"=1}",
                                        "{a:1}",
                                        "{1:1}",
                                        "{\"a\":1 \"b\":2}",
                                        "[1",
                                        "[1,",
                                        "{\"a",
                                        "{\"a\"",
                                        "{\"a\":",
                                        "{\"a\":1",
                                        "{\"a\":1,",
                                        "[\"]",
                                        "[\v1]",
                                        "[1\n]",
                                        "[truee]",
                                        "{\"a\":1]",
                                        "[[1}]",
                                        "[nan]"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_refused(texts[i], strlen(texts[i]));
    check_refused("[\0]", 3);
    check_refused("\"\0\"", 3);
}

static void every_cut_of_a_value_is_refused(void **state)
{
    const char *json = "{\"a\":[true,false,null,-1.5e+7,\"\\ud83d\\ude00\\n0123456789abcdef\"],"
                       "\"\\u0062\":{\"c\":{}}}";

    (void)state;
    for (size_t len = 0; len < strlen(json); len++)
        check_refused(json, len);
    check_value(json, J_OBJECT, json, 0);
}

static void surrogates_come_in_pairs(void **state)
{
    static const char *const bad[] = {
        "\"\\ud800\"",        "\"\\udc00\"",       "\"\\udfff\\ud800\"",
        "\"\\ud800x\"",       "\"\\ud800\\n\"",    "\"\\ud800\\u0041\"",
        "\"\\ud800\\ud800\"", "\"\\ud800\\udc0\"", "\"\\ud800\\\""};

    (void)state;
    check_value("\"\\ud800\\udc00\"", J_STRING, "\\ud800\\udc00", 0);
    check_value("\"\\uDBFF\\uDFFF\\ud7ff\\ue000\"", J_STRING, "\\uDBFF\\uDFFF\\ud7ff\\ue000", 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        check_refused(bad[i], strlen(bad[i]));
}

static void a_string_ends_where_its_quote_stands(void **state)
{
    (void)state;
    for (size_t len = 0; len < 70; len++) {
        for (size_t offset = 0; offset < 16; offset++) {
            char bytes[80];
            struct text t;
            struct jstr s;

            memset(bytes, 'x', sizeof bytes);
            bytes[len] = '"';
            t = text_new(bytes, len + 1, offset, '"');
            assert_ptr_equal(jscan_string(t.p, &s), t.p + len + 1);
            assert_ptr_equal(s.p, t.p);
            assert_int_equal(s.len, len);
            assert_false(s.escaped);
            free(t.block);
            /* a control byte in its place, and no quote behind but in the slack */
            for (int c = 0; c < 0x20; c += 31) {
                bytes[len] = (char)c;
                t = text_new(bytes, len + 1, offset, '"');
                assert_null(jscan_string(t.p, &s));
                free(t.block);
            }
        }
    }
}

static void nesting_is_bounded(void **state)
{
    static const char *const shapes[][2] = {{"[", "]"}, {"{\"k\":", "}"}, {"[{\"k\":", "}]"}};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        size_t levels = i == 2 ? 2 : 1;

        for (size_t depth = JSCAN_MAX_DEPTH - 2; depth <= JSCAN_MAX_DEPTH + 2; depth += 2) {
            struct strbuf b = STRBUF_INIT;
            struct text t;
            struct jvalue v;

            for (size_t d = 0; d < depth; d += levels)
                strbuf_str(&b, shapes[i][0]);
            strbuf_char(&b, '1');
            for (size_t d = 0; d < depth; d += levels)
                strbuf_str(&b, shapes[i][1]);
            t = text_new(b.data, b.len, 0, '"');
            assert_int_equal(jscan_value(t.p, &v) != NULL, depth <= JSCAN_MAX_DEPTH);
            free(t.block);
            strbuf_release(&b);
        }
    }
}

static void each_level_closes_with_its_own_bracket(void **state)
{
    struct rng r = {5};

    (void)state;
    for (int i = 0; i < 300; i++) {
        struct strbuf b = STRBUF_INIT, closing = STRBUF_INIT;
        size_t depth = 60 + rng_below(&r, 80), wrong;
        struct text t;
        struct jvalue v;

        for (size_t d = 0; d < depth; d++) {
            bool object = rng_below(&r, 2);

            strbuf_str(&b, object ? "[0,{\"x\":[],\"k\":" : "{\"a\":{},\"b\":[");
            strbuf_str(&closing, object ? "]}" : "}]");
        }
        strbuf_char(&b, '1');
        while (closing.len)
            strbuf_char(&b, closing.data[--closing.len]);
        wrong = b.len - 2 * depth + rng_below(&r, 2 * depth);
        t = text_new(b.data, b.len, rng_below(&r, 16), 0xff);
        assert_ptr_equal(jscan_value(t.p, &v), t.p + b.len);
        free(t.block);
        b.data[wrong] = b.data[wrong] == '}' ? ']' : '}';
        t = text_new(b.data, b.len, rng_below(&r, 16), 0xff);
        assert_null(jscan_value(t.p, &v));
        free(t.block);
        strbuf_release(&b);
        strbuf_release(&closing);
    }
}

static void check_plain(const char *escaped, const char *want, size_t len)
{
    struct strbuf out = STRBUF_INIT;
    struct jstr s = {escaped, (uint32_t)strlen(escaped), strchr(escaped, '\\') != NULL};

    strbuf_str(&out, "<");
    jscan_unescape(&out, escaped, strlen(escaped));
    assert_int_equal(out.len, len + 1);
    assert_memory_equal(out.data + 1, want, len);
    assert_true(jscan_equals(s, want, len));
    assert_false(jscan_equals(s, "something else", 14));
    strbuf_release(&out);
}

static void escapes_stand_for_bytes(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    check_plain("", "", 0);
    check_plain("plain \x80", "plain \x80", 7);
    check_plain("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t", 8);
    check_plain("a\\u0041b", "aAb", 3);
    check_plain("\\u0000", "\0", 1);
    check_plain("x\\u0000y", "x\0y", 3);
    check_plain("\\u007f\\u0080\\u07FF\\u0800", "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80", 8);
    check_plain("\\uffff\\ud7ff\\ue000", "\xef\xbf\xbf\xed\x9f\xbf\xee\x80\x80", 9);
    check_plain("\\ud800\\udc00\\uDBFF\\uDFFF", "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", 8);
    check_plain("\\\\u0041", "\\u0041", 6);
    check_plain("\\\\\\\\n", "\\\\n", 3);
    jscan_unescape(&out, NULL, 0); /* an absent text */
    assert_int_equal(out.len, 0);
    strbuf_release(&out);
}

static void equality_wants_the_whole_text(void **state)
{
    struct jstr s = {"\\u0061bc", 8, true}, plain = {"abc", 3, false}, absent = {NULL, 0, false};

    (void)state;
    assert_true(jscan_equals(s, "abc", 3));
    assert_false(jscan_equals(s, "ab", 2));
    assert_false(jscan_equals(s, "abcd", 4));
    assert_false(jscan_equals(s, "\\u0061bc", 8));
    assert_true(jscan_equals(plain, "abc", 3));
    assert_false(jscan_equals(plain, "abd", 3));
    assert_false(jscan_equals(absent, "a", 1));
}

/* Any value that is whole and has no high bytes: jansson says what it is. */
static void any_value_is_judged_as_by_jansson(void **state)
{
    struct strbuf b = STRBUF_INIT;
    struct rng r = {6};
    size_t taken = 0;

    (void)state;
    for (size_t i = 0; i < 60000; i++) {
        json_error_t error;
        struct jvalue v;
        struct text t;
        const char *end;
        json_t *value;
        bool fits = true;

        strbuf_reset(&b);
        linegen_value(&r, &b, 4, i % 2);
        for (size_t k = 0; k < b.len; k++) {
            if ((b.data[k] & 0x80) || b.data[k] == '\0')
                b.data[k] = 'q';
        }
        value = json_loadb(b.data, b.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &error);
        if (!value)
            fits = json_error_code(&error) != json_error_numeric_overflow &&
                   json_error_code(&error) != json_error_null_byte_in_key &&
                   json_error_code(&error) != json_error_stack_overflow;
        t = text_new(b.data, b.len, i % 16, i % 3 ? '"' : 0xff);
        end = jscan_value(t.p, &v);
        if (fits && (end == t.p + b.len) != (value != NULL))
            fail_msg("%zu: %.*s: %s", i, (int)b.len, b.data, value ? "refused" : "taken");
        taken += value != NULL;
        json_decref(value);
        free(t.block);
    }
    assert_true(taken > 20000 && taken < 58000);
    strbuf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_given_with_its_kind_and_text),
        cmocka_unit_test(numbers_are_those_of_the_standard),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(every_cut_of_a_value_is_refused),
        cmocka_unit_test(surrogates_come_in_pairs),
        cmocka_unit_test(a_string_ends_where_its_quote_stands),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(each_level_closes_with_its_own_bracket),
        cmocka_unit_test(escapes_stand_for_bytes),
        cmocka_unit_test(equality_wants_the_whole_text),
        cmocka_unit_test(any_value_is_judged_as_by_jansson),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
