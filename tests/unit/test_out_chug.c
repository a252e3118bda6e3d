/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "output/out_chug.h"
#include "output/raw_json.h"
#include "unit/lines.h"

static const struct origin nowhere = {.job = (char *)(uintptr_t) "",
                                      .index = (char *)(uintptr_t) "",
                                      .vm = (char *)(uintptr_t) "",
                                      .process = (char *)(uintptr_t) ""};

/* An entry of a line, in which ' stands for "; free() its text. */
static struct entry entry_of(const struct input *in, const char *text)
{
    size_t len = strlen(text);
    char *copy = xmalloc(len + 1 + JSCAN_SLACK), *quoted = with_quotes(text);
    struct entry e = {.input = in, .number = 7, .text = {copy, len}};

    memset(copy, '\n', len + 1 + JSCAN_SLACK);
    memcpy(copy, quoted, len);
    free(quoted);
    line_decode(copy, len, &e.line);
    return e;
}

static void show(struct chug *c, struct strbuf *out, const char *text)
{
    const struct input in = {.path = (char *)(uintptr_t) "a.log", .origin = nowhere};
    struct entry e = entry_of(&in, text);

    chug_pretty(c, &e, out);
    free((char *)(uintptr_t)e.text.p);
}

#define LINE(second, source, message, level, data)                                                 \
    "{'timestamp':'" second "','source':'" source "','message':'" message "','log_level':" level   \
    ",'data':" data "}"

static void expect(const struct chug_style *style, const char *const *lines, size_t count,
                   const char *want)
{
    struct chug *c = chug_new(style);
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < count; i++)
        show(c, &out, lines[i]);
    assert_string_equal(out.data, want);
    strbuf_release(&out);
    chug_free(c);
}

#define EXPECT(style, lines, want) expect(style, lines, sizeof(lines) / sizeof *(lines), want)

static void columns_grow_with_their_texts(void **state)
{
    const struct chug_style style = {.data = CHUG_DATA_SHORT};
    const char *const lines[] = {
        LINE("1.000000999", "rep", "rep.a", "1", "null"),
        LINE("2", "route-emitter", "route-emitter.b", "0", "{'session':'1.2'}"),
        LINE("3", "rep", "repeat", "2", "{'cicerone-job':'cell','cicerone-index':1}"),
        LINE("4", "a-source-beyond-any-measure", "m", "3", "{'session':'12.34567.89012345'}"),
        LINE("5", "rep", "rep.", "1", "{}"),
    };

    (void)state;
    EXPECT(&style, lines,
           "1970-01-01T00:00:01.000000Z  rep         INFO   a\n"
           "1970-01-01T00:00:02.000000Z  route-emitter  debug  1.2         b\n"
           "1970-01-01T00:00:03.000000Z  cell/1  rep            ERROR              repeat\n"
           "1970-01-01T00:00:04.000000Z          a-source-beyond-any-measure  FATAL  "
           "12.34567.89012345  m\n"
           "1970-01-01T00:00:05.000000Z          rep                   INFO                   "
           "rep.\n");
}

static void a_long_vm_is_cut(void **state)
{
    const struct chug_style style = {.data = CHUG_DATA_NONE};
    const char *const lines[] = {LINE(
        "1", "s", "m", "1",
        "{'cicerone-job':'diego-cell','cicerone-index':'0d3cb2a4-4a86-4c9b-8f0e-3b6a8e0a1c55'}")};

    (void)state;
    EXPECT(&style, lines,
           "1970-01-01T00:00:01.000000Z  diego-cell/0d3cb2a4-4a8…  s           INFO   m\n");
}

static void short_data_ends_at_the_terminal(void **state)
{
    const struct chug_style wide = {.data = CHUG_DATA_SHORT, .columns = 90},
                            narrow = {.data = CHUG_DATA_SHORT, .columns = 20};
    const char *const fits[] = {LINE("1", "s", "m", "1", "{'k':'0123456789012345678901234567'}")};
    const char *const long_one[] = {
        LINE("1", "s", "m", "1", "{'k':'\xc3\xa9\xc3\xa9 3456789012345678901234567890'}")};

    (void)state;
    EXPECT(&wide, fits,
           "1970-01-01T00:00:01.000000Z  s           INFO   m  "
           "{\"k\":\"0123456789012345678901234567\"}\n");
    EXPECT(&wide, long_one,
           "1970-01-01T00:00:01.000000Z  s           INFO   m  {\"k\":\"\xc3\xa9\xc3\xa9 "
           "3456789012345678901234567890\"}\n");
    EXPECT(&narrow, long_one,
           "1970-01-01T00:00:01.000000Z  s           INFO   m  {\"k\":\"\xc3\xa9\xc3\xa9 "
           "34567890123456…\n");
}

static void what_stands_elsewhere_is_not_shown_twice(void **state)
{
    const struct chug_style style = {.data = CHUG_DATA_SHORT};
    const char *const lines[] = {
        LINE("1", "s", "s.m", "1", "{'error':'no','session':'1','trace':7,'s\\u0065ssion':'2'}"),
        LINE("1", "s", "s.m", "2", "{'error':'a\\r\\nb\\n','trace':'c\\n\\td','x':1}")};

    (void)state;
    EXPECT(&style, lines,
           "1970-01-01T00:00:01.000000Z  s           INFO   2           m  "
           "{\"error\":\"no\",\"trace\":7}\n"
           "1970-01-01T00:00:01.000000Z  s           ERROR              m  {\"x\":1}\n"
           "    error: a\n"
           "    b\n"
           "    c\n"
           "        d\n");
}

static void times_may_count_from_somewhere(void **state)
{
    const struct chug_style first = {.times = CHUG_TIMES_SINCE_FIRST},
                            zero = {.times = CHUG_TIMES_SINCE_ZERO, .zero_ns = 2500000000};
    const char *const lines[] = {LINE("2", "s", "m", "1", "null"), "no time",
                                 LINE("3.000001", "s", "m", "1", "null"),
                                 LINE("1234567892", "s", "m", "1", "null")};

    (void)state;
    EXPECT(&first, lines,
           "    +0.000000s  s           INFO   m\n"
           "no time\n"
           "    +1.000001s  s           INFO   m\n"
           "+1234567890.000000s  s           INFO   m\n");
    EXPECT(&zero, lines,
           "    -0.500000s  s           INFO   m\n"
           "no time\n"
           "    +0.500001s  s           INFO   m\n"
           "+1234567889.500000s  s           INFO   m\n");
}

static void colours_are_there_only_when_asked_for(void **state)
{
    const struct chug_style style = {.data = CHUG_DATA_SHORT, .colour = true};
    const char *const lines[] = {LINE("1", "bbs", "m", "3", "{'error':'e','k':1}"),
                                 "\x1b[2Jno\ttime"};

    (void)state;
    EXPECT(&style, lines,
           "1970-01-01T00:00:01.000000Z  \x1b[38;5;67mbbs\x1b[0m         \x1b[1;37;41mFATAL\x1b[0m "
           " m  "
           "\x1b[2m{\"k\":1}\x1b[0m\n"
           "    \x1b[31merror: e\x1b[0m\n"
           "\x1b[2m\xef\xbf\xbd[2Jno    time\x1b[0m\n");
}

static void expect_json(const struct origin *origin, const char *text, const char *want)
{
    const struct input in = {.path = (char *)(uintptr_t) "a \"b\"\n.log", .origin = *origin};
    struct entry e = entry_of(&in, text);
    struct chug_json *c = chug_json_new();
    struct strbuf out = STRBUF_INIT;
    char *quoted = with_quotes(want);

    chug_json(c, &e, &out);
    chug_json(c, &e, &out); /* the head is kept */
    assert_int_equal(out.len % 2, 0);
    assert_memory_equal(out.data, out.data + out.len / 2, out.len / 2);
    out.data[out.len / 2] = '\0';
    assert_string_equal(out.data, quoted);
    free(quoted);
    strbuf_release(&out);
    chug_json_free(c);
    free((char *)(uintptr_t)e.text.p);
}

#define HEAD "{'file':'a \\\"b\\\"\\n.log','line':7,"

static void as_json_a_line_keeps_what_it_says(void **state)
{
    const struct origin cell = {.job = (char *)(uintptr_t) "cell",
                                .index = (char *)(uintptr_t) "3",
                                .vm = (char *)(uintptr_t) "cell/3",
                                .process = (char *)(uintptr_t) "rep"};

    (void)state;
    expect_json(&nowhere, LINE("1.5", "s\\u001b", "s.\\\\", "1", "null"),
                HEAD "'time':'1970-01-01T00:00:01.500000000Z','time_ns':1500000000,'level':'info',"
                     "'source':'s\\u001b','message':'s.\\\\'}\n");
    expect_json(&cell, LINE("1", "s", "m", "2", "{ 'error' : 'x' , 'n' : 1.0E5 }"),
                HEAD "'time':'1970-01-01T00:00:01.000000000Z','time_ns':1000000000,'level':'error',"
                     "'source':'s','message':'m','job':'cell','index':'3','error':'x',"
                     "'data':{'error':'x','n':1.0E5}}\n");
    expect_json(
        &cell,
        LINE("0", "s", "m", "0",
             "{'cicerone-job':'j','session':'','a':{'cicerone-job':1},'cicerone-index':12}"),
        HEAD "'time':'1970-01-01T00:00:00.000000000Z','time_ns':0,'level':'debug',"
             "'source':'s','message':'m','session':'','job':'j','index':'12',"
             "'data':{'session':'','a':{'cicerone-job':1}}}\n");
    expect_json(&nowhere, LINE("1", "\xff", "m", "1", "{'\xc3':'\xc3\xa9','cicerone-job':7}"),
                HEAD "'time':'1970-01-01T00:00:01.000000000Z','time_ns':1000000000,'level':'info',"
                     "'source':'\xef\xbf\xbd','message':'m',"
                     "'data':{'\xef\xbf\xbd':'\xc3\xa9','cicerone-job':7}}\n");
}

static void as_json_another_line_is_raw(void **state)
{
    (void)state;
    expect_json(&nowhere, "a \\ tab\t \x1b \x7f \xff",
                HEAD "'kind':'bare','raw':'a \\\\ tab\\t \\u001b \x7f \xef\xbf\xbd'}\n");
}

static void json_is_indented_up_to_a_depth(void **state)
{
    struct strbuf out = STRBUF_INIT;
    char deep[201];

    (void)state;
    raw_json_indented(&out, slice_of("{\"a\":[1,\"x,{}\\\"\"],\"b\":{},\"c\":[]}"), 1);
    assert_string_equal(out.data,
                        "{\n   \"a\": [\n     1,\n     \"x,{}\\\"\"\n   ],\n   \"b\": {},\n"
                        "   \"c\": []\n }");
    memset(deep, '[', 100);
    memset(deep + 100, ']', 100);
    strbuf_reset(&out);
    raw_json_indented(&out, (struct slice){deep, 200}, 0);
    assert_true(out.len < 200 * (2 * 32 + 2));
    strbuf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_grow_with_their_texts),
        cmocka_unit_test(a_long_vm_is_cut),
        cmocka_unit_test(short_data_ends_at_the_terminal),
        cmocka_unit_test(what_stands_elsewhere_is_not_shown_twice),
        cmocka_unit_test(times_may_count_from_somewhere),
        cmocka_unit_test(colours_are_there_only_when_asked_for),
        cmocka_unit_test(as_json_a_line_keeps_what_it_says),
        cmocka_unit_test(as_json_another_line_is_raw),
        cmocka_unit_test(json_is_indented_up_to_a_depth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
