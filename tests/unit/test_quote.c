/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/strbuf.h"
#include "output/quote.h"

#define COUNT(list)   (sizeof(list) / sizeof *(list))
#define TEXT(literal) (__extension__(struct slice){literal, sizeof(literal) - 1})

typedef void quote_fn(struct strbuf *out, struct slice text);

struct pair {
    struct slice text;
    const char *quoted;
};

static void expect(quote_fn *fn, const struct pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct strbuf out = STRBUF_INIT;

        strbuf_str(&out, "<"); /* quoting appends */
        fn(&out, pairs[i].text);
        assert_int_equal(out.data[0], '<');
        assert_int_equal(strlen(out.data), out.len);
        assert_string_equal(out.data + 1, pairs[i].quoted);
        strbuf_release(&out);
    }
}

static void a_csv_field_is_quoted_where_it_must_be(void **state)
{
    const struct pair pairs[] = {
        {TEXT(""), ""},
        {TEXT("plain text; with 'marks' | and \ttabs"), "plain text; with 'marks' | and \ttabs"},
        {TEXT("a,b"), "\"a,b\""},
        {TEXT("\""), "\"\"\"\""},
        {TEXT("say \"so\""), "\"say \"\"so\"\"\""},
        {TEXT("two\nlines"), "\"two\nlines\""},
        {TEXT("cr\r"), "\"cr\r\""},
    };

    (void)state;
    expect(quote_csv, pairs, COUNT(pairs));
}

/* Fields are looked through in steps of several widths. */
static void a_csv_field_is_quoted_wherever_its_comma_stands(void **state)
{
    (void)state;
    for (size_t len = 1; len < 70; len++) {
        for (size_t at = 0; at <= len; at++) { /* the last time nowhere */
            struct strbuf out = STRBUF_INIT;
            char *text = test_malloc(len);

            memset(text, 'x', len);
            if (at < len)
                text[at] = ",\"\n\r"[at % 4];
            quote_csv(&out, (struct slice){text, len});
            assert_int_equal(out.len, at == len ? len : len + 2 + (at % 4 == 1));
            test_free(text);
            strbuf_release(&out);
        }
    }
}

static void a_csv_field_keeps_every_byte(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    quote_csv(&out, TEXT("a\0b,\xff"));
    assert_int_equal(out.len, 7);
    assert_memory_equal(out.data, "\"a\0b,\xff\"", 7);
    strbuf_release(&out);
}

static void html_has_no_markup_of_the_text(void **state)
{
    const struct pair pairs[] = {
        {TEXT(""), ""},
        {TEXT("<b a='1' c=\"2\">&amp;"), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;"},
        {TEXT("\x1b[0m\xff"), "\xef\xbf\xbd[0m\xef\xbf\xbd"},
    };

    (void)state;
    expect(quote_html, pairs, COUNT(pairs));
}

static void a_script_element_is_not_left(void **state)
{
    const struct pair pairs[] = {
        {TEXT(""), "\"\""},
        {TEXT("plain \xc2\xb5s"), "\"plain \xc2\xb5s\""},
        {TEXT("</script><!--&"), "\"\\u003c/script\\u003e\\u003c!--\\u0026\""},
        {TEXT("a\"<\0\xff"), "\"a\\\"\\u003c\\u0000\xef\xbf\xbd\""},
    };

    (void)state;
    expect(quote_script, pairs, COUNT(pairs));
}

static void for_a_terminal_control_characters_are_replaced(void **state)
{
    const struct pair pairs[] = {
        {TEXT("plain"), "plain"},
        {TEXT("\x1b[31mred"), "\xef\xbf\xbd[31mred"},
        {TEXT("a\tb\nc\rd\x7f"), "a\xef\xbf\xbd"
                                 "b\xef\xbf\xbd"
                                 "c\xef\xbf\xbd"
                                 "d\xef\xbf\xbd"},
        {TEXT("nul\0"), "nul\xef\xbf\xbd"},
        {TEXT("\xc2\x9b"
              "31m"),
         "\xef\xbf\xbd"
         "31m"}, /* U+009B, CSI in one character */
        {TEXT("\xe2\x80\xae"
              "evil"),
         "\xef\xbf\xbd"
         "evil"}, /* U+202E, right to left */
        {TEXT("\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80"), "\xc3\xa9 \xe4\xb8\xad \xf0\x9f\x98\x80"},
    };

    (void)state;
    expect(quote_plain, pairs, COUNT(pairs));
}

static void what_is_not_utf8_is_replaced(void **state)
{
    const struct pair pairs[] = {
        {TEXT("\xff"), "\xef\xbf\xbd"},
        {TEXT("\x80z"), "\xef\xbf\xbd"
                        "z"},
        {TEXT("\xc3"), "\xef\xbf\xbd"},                 /* cut off */
        {TEXT("\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd"}, /* too long a form */
        {TEXT("\xe0\x80\xaf"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {TEXT("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* half a surrogate pair */
        {TEXT("\xf4\x90\x80\x80"),
         "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* beyond U+10FFFF */
        {TEXT("\xf4\x8f\xbf\xbd"), "\xf4\x8f\xbf\xbd"},
        {TEXT("a\xc3\xa9\xc3z"), "a\xc3\xa9\xef\xbf\xbdz"},
    };

    (void)state;
    expect(quote_utf8, pairs, COUNT(pairs));
    expect(quote_plain, pairs, COUNT(pairs));
}

static void for_json_control_characters_stay(void **state)
{
    const struct pair pairs[] = {{TEXT("a\tb\x1b\xc2\x9b"), "a\tb\x1b\xc2\x9b"}};

    (void)state;
    expect(quote_utf8, pairs, COUNT(pairs));
}

static void a_json_string_is_valid_whatever_it_holds(void **state)
{
    const struct pair pairs[] = {
        {TEXT(""), "\"\""},
        {TEXT("plain \xc3\xa9"), "\"plain \xc3\xa9\""},
        {TEXT("a\"b\\c/"), "\"a\\\"b\\\\c/\""},
        {TEXT("\b\f\n\r\t\x1b\x01"), "\"\\u0008\\u000c\\n\\u000d\\t\\u001b\\u0001\""},
        {TEXT("nul\0"), "\"nul\\u0000\""},
        {TEXT("\xff\n\xc3"), "\"\xef\xbf\xbd\\n\xef\xbf\xbd\""},
    };

    (void)state;
    expect(quote_json, pairs, COUNT(pairs));
}

static void for_gnuplot_text_stays_within_its_quotes(void **state)
{
    const struct pair pairs[] = {
        {TEXT(""), "''"},
        {TEXT("plain"), "'plain'"},
        {TEXT("it's"), "'it''s'"},
        {TEXT("back\\slash \"q\" `cmd` $(x) @m #"), "'back\\slash \"q\" `cmd` $(x) @m #'"},
        {TEXT("two\nlines"), "'two\xef\xbf\xbdlines'"},
        {TEXT("\xff"), "'\xef\xbf\xbd'"},
    };

    (void)state;
    expect(quote_gnuplot, pairs, COUNT(pairs));
}

/* No bytes at all make what is quoted anything but valid. */
static void any_bytes_are_made_harmless(void **state)
{
    uint32_t seed = 7;

    (void)state;
    for (int n = 0; n < 20000; n++) {
        struct strbuf out = STRBUF_INIT, again = STRBUF_INIT;
        char bytes[12];
        size_t len;

        seed = seed * 1664525 + 1013904223;
        len = seed >> 28;
        if (len > sizeof bytes)
            len = sizeof bytes;
        for (size_t i = 0; i < len; i++) {
            seed = seed * 1664525 + 1013904223;
            bytes[i] = (char)(seed >> 24);
        }
        quote_plain(&out, (struct slice){bytes, len});
        for (size_t i = 0; i < out.len; i++)
            assert_true((unsigned char)out.data[i] >= 0x20 && out.data[i] != 0x7f);
        quote_utf8(&again, (struct slice){out.data, out.len}); /* valid: it stays as it is */
        assert_int_equal(again.len, out.len);
        if (out.len)
            assert_memory_equal(again.data, out.data, out.len);
        assert_true(text_columns((struct slice){out.data, out.len}) <= len);
        strbuf_release(&out);
        strbuf_release(&again);
    }
}

static void columns_are_code_points(void **state)
{
    (void)state;
    assert_int_equal(text_columns(TEXT("")), 0);
    assert_int_equal(text_columns(TEXT("abc")), 3);
    assert_int_equal(text_columns(TEXT("\xc2\xb5s\xe2\x80\xa6")), 3);
}

static void a_json_string_holds_any_bytes(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    quote_json(&out, TEXT("a\"b\\c\0d\n\te\x1b\r\xff\xc2\xb5\xed\xa0\x80\x7f"));
    assert_string_equal(out.data, "\"a\\\"b\\\\c\\u0000d\\n\\te\\u001b\\u000d\xef\xbf\xbd\xc2\xb5"
                                  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\x7f\"");
    strbuf_reset(&out);
    quote_json(&out, TEXT(""));
    assert_string_equal(out.data, "\"\"");
    strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_csv_field_is_quoted_where_it_must_be),
        cmocka_unit_test(a_csv_field_is_quoted_wherever_its_comma_stands),
        cmocka_unit_test(a_csv_field_keeps_every_byte),
        cmocka_unit_test(html_has_no_markup_of_the_text),
        cmocka_unit_test(a_script_element_is_not_left),
        cmocka_unit_test(for_a_terminal_control_characters_are_replaced),
        cmocka_unit_test(what_is_not_utf8_is_replaced),
        cmocka_unit_test(for_json_control_characters_stay),
        cmocka_unit_test(a_json_string_is_valid_whatever_it_holds),
        cmocka_unit_test(for_gnuplot_text_stays_within_its_quotes),
        cmocka_unit_test(any_bytes_are_made_harmless),
        cmocka_unit_test(a_json_string_holds_any_bytes),
        cmocka_unit_test(columns_are_code_points),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
