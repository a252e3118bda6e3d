/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "decode/jpaths.h"
#include "decode/lager.h"
#include "support/linegen.h"
#include "support/referee.h"
#include "unit/rounds.h"

/* Look one path up, among some others that share its keys, and compare the text of its value. */
static void check_found(const char *object, const char *path, enum jkind kind, const char *want)
{
    struct strbuf text = STRBUF_INIT;
    struct jpaths *set = jpaths_new();
    struct jvalue slots[8];
    size_t slot;

    jpaths_add(set, slice_of("a.b.c.d"));
    jpaths_add(set, slice_of("a.x"));
    slot = jpaths_add(set, slice_of(path));
    jpaths_add(set, slice_of("x"));
    strbuf_str(&text, object);
    strbuf_char(&text, '\n');
    memset(strbuf_room(&text, JSCAN_SLACK), '"', JSCAN_SLACK);
    memset(slots, 0xa5, sizeof slots);
    jpaths_find(set, (struct slice){text.data, strlen(object)}, slots);
    if (slots[slot].kind != kind)
        fail_msg("%s in %s: kind %d", path, object, (int)slots[slot].kind);
    if (want) {
        assert_int_equal(slots[slot].len, strlen(want));
        assert_memory_equal(slots[slot].p, want, strlen(want));
    }
    if (*object) {
        bool noted;

        strbuf_reset(&text);
        if (!referee_members_agree(set, slice_of(object), &noted, &text))
            fail_msg("%s in %s: %s", path, object, text.data);
        assert_true(noted);
    }
    jpaths_free(set);
    strbuf_release(&text);
}

/* Of as many members as there is room for, and of one more, which are not noted. */
static void members_that_have_no_room_are_walked(void **state)
{
    for (unsigned count = JMEMBERS_ROOM; count <= JMEMBERS_ROOM + 1; count++) {
        struct strbuf line = STRBUF_INIT, why = STRBUF_INIT;
        struct jpaths *set = jpaths_new();
        struct jpaths_memo *memo = jpaths_memo_new();
        struct jvalue slots[2] = {{J_ABSENT, false, NULL, 0}};
        struct record r;
        bool noted;
        size_t start, first = jpaths_add(set, slice_of("session")),
                      last = jpaths_add(set, slice_of("error"));

        (void)state;
        strbuf_str(&line, "{\"timestamp\":\"1.5\",\"source\":\"s\",\"message\":\"m\","
                          "\"log_level\":2,\"data\":");
        start = line.len;
        strbuf_str(&line, "{\"session\":\"1.2\"");
        for (unsigned i = 2; i < count; i++)
            strbuf_printf(&line, ",\"k%u\":%u", i, i);
        strbuf_str(&line, ",\"error\":\"no\"}");
        if (!referee_members_agree(set, (struct slice){line.data + start, line.len - start}, &noted,
                                   &why))
            fail_msg("%u members: %s", count, why.data);
        assert_int_equal(noted, count == JMEMBERS_ROOM);
        strbuf_str(&line, "}\n");
        memset(strbuf_room(&line, JSCAN_SLACK), '"', JSCAN_SLACK);
        assert_true(lager_decode(line.data, line.len - 1, &r));
        assert_int_equal(r.members.whole, noted);
        assert_int_equal(r.members.count, JMEMBERS_ROOM);
        assert_int_equal(r.session.len, 3);
        assert_int_equal(r.error.len, 2);
        assert_memory_equal(r.error.p, "no", 2);
        assert_int_equal(jpaths_find_again(set, memo, r.data, &r.members, slots), 3);
        assert_int_equal(slots[first].len, 3);
        assert_ptr_equal(slots[last].p, r.error.p);
        jpaths_memo_free(memo);
        jpaths_free(set);
        strbuf_release(&line);
        strbuf_release(&why);
    }
}

static void a_path_leads_to_its_value(void **state)
{
    (void)state;
    check_found("{\"a\":\"v\"}", "a", J_STRING, "v");
    check_found("{\"a\":{\"b\":-1.5}}", "a.b", J_NUMBER, "-1.5");
    check_found("{\"a\":{\"b\":{\"c\":{\"d\":true}}}}", "a.b.c.d", J_TRUE, "true");
    check_found("{ \"a\" :\t{ \"b\"\r: [ 1, {\"c\":2} ] } }", "a.b", J_ARRAY, "[ 1, {\"c\":2} ]");
    check_found("{\"a\":{\"b\":{\"]\":\"}\"}},\"c\":null}", "a", J_OBJECT, "{\"b\":{\"]\":\"}\"}}");
    check_found("{\"z\":[{\"a\":1}],\"y\":{\"a\":2},\"a\":3}", "a", J_NUMBER, "3");
    check_found("{\"\":{\"\":false}}", ".", J_FALSE, "false");
    check_found("{\"\":null}", "", J_NULL, "null");
}

static void a_path_that_leads_nowhere_is_absent(void **state)
{
    (void)state;
    check_found("{}", "a", J_ABSENT, NULL);
    check_found("{ }", "a.b", J_ABSENT, NULL);
    check_found("", "a", J_ABSENT, NULL);
    check_found("{\"a\":1}", "a.b", J_ABSENT, NULL);
    check_found("{\"a\":[{\"b\":1}]}", "a.b", J_ABSENT, NULL);
    check_found("{\"a\":\"{\\\"b\\\":1}\"}", "a.b", J_ABSENT, NULL);
    check_found("{\"a.b\":1}", "a.b", J_ABSENT, NULL);
    check_found("{\"b\":1,\"ab\":2,\"A\":3}", "a", J_ABSENT, NULL);
    check_found("{\"a\":{\"b\":1}}", "a.", J_ABSENT, NULL);
    check_found("{\"z\":{\"a\":1}}", "a", J_ABSENT, NULL);
}

static void a_path_and_a_longer_one_are_both_found(void **state)
{
    const char *object =
        "{\"a\":{\"b\":\"x\",\"c\":[]},\"d\":1}\n                                  ";
    struct jpaths *set = jpaths_new();
    size_t a = jpaths_add(set, slice_of("a")), b = jpaths_add(set, slice_of("a.b"));
    struct jvalue slots[2];

    (void)state;
    assert_int_equal(jpaths_count(set), 2);
    jpaths_find(set, (struct slice){object, 28}, slots);
    assert_int_equal(slots[a].kind, J_OBJECT);
    assert_int_equal(slots[a].len, strlen("{\"b\":\"x\",\"c\":[]}"));
    assert_int_equal(slots[b].kind, J_STRING);
    assert_memory_equal(slots[b].p, "x", 1);
    jpaths_free(set);
}

static void of_equal_keys_the_last_counts(void **state)
{
    (void)state;
    check_found("{\"a\":1,\"a\":2}", "a", J_NUMBER, "2");
    check_found("{\"a\":{\"b\":1},\"a\":{\"b\":2}}", "a.b", J_NUMBER, "2");
    check_found("{\"a\":{\"b\":1},\"a\":{\"c\":2}}", "a.b", J_ABSENT, NULL);
    check_found("{\"a\":{\"b\":1},\"a\":null}", "a.b", J_ABSENT, NULL);
    check_found("{\"a\":null,\"a\":{\"b\":1}}", "a.b", J_NUMBER, "1");
    check_found("{\"a\":{\"b\":{\"c\":{\"d\":1}},\"b\":[]}}", "a.b.c.d", J_ABSENT, NULL);
    check_found("{\"a\":1,\"\\u0061\":2}", "a", J_NUMBER, "2");
}

static void escaped_keys_are_known_by_what_they_stand_for(void **state)
{
    (void)state;
    check_found("{\"\\u0061\":{\"\\u0062\":\"\\u0063\"}}", "a.b", J_STRING, "\\u0063");
    check_found("{\"\\\"\\n\":1}", "\"\n", J_NUMBER, "1");
    check_found("{\"\\ud83d\\ude00\":1}", "😀", J_NUMBER, "1");
    check_found("{\"\\\\u0061\":1}", "a", J_ABSENT, NULL);
    check_found("{\"a\\u0000\":1}", "a", J_ABSENT, NULL);
    check_found("{\"\xff\":1}", "\xff", J_NUMBER, "1");
}

static void the_same_path_has_the_same_slot(void **state)
{
    struct jpaths *set = jpaths_new();
    char path[32];

    (void)state;
    assert_int_equal(jpaths_count(set), 0);
    jpaths_find(set, slice_of("{}\n                                "), NULL);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 300; i++) {
            snprintf(path, sizeof path, "k%zu.%zu.x", i % 7, i);
            assert_int_equal(jpaths_add(set, slice_of(path)), i);
        }
    }
    assert_int_equal(jpaths_count(set), 300);
    assert_int_equal(jpaths_add(set, slice_of("k1")), 300);
    assert_int_equal(jpaths_add(set, slice_of("k1.1")), 301);
    assert_int_equal(jpaths_add(set, slice_of("k1.1.x")), 1);
    jpaths_free(set);
    jpaths_free(NULL);
}

static void check_elements(const char *json, const char *const *want, size_t count)
{
    struct strbuf text = STRBUF_INIT;
    struct slice array;
    struct jvalue v;
    const char *at;

    strbuf_str(&text, json);
    strbuf_char(&text, '\n');
    memset(strbuf_room(&text, JSCAN_SLACK), '"', JSCAN_SLACK);
    array = (struct slice){text.data, strlen(json)};
    at = array.p;
    for (size_t i = 0; i < count; i++) {
        assert_true(jarray_next(array, &at, &v));
        assert_int_equal(v.len, strlen(want[i]));
        assert_memory_equal(v.p, want[i], v.len);
    }
    assert_false(jarray_next(array, &at, &v));
    assert_false(jarray_next(array, &at, &v));
    strbuf_release(&text);
}

static void the_elements_of_an_array_come_in_order(void **state)
{
    static const char *const mixed[] = {"1", "a\\\",]", "[2,[]]", "{\"]\":\"[\"}", "null"};
    static const char *const empty[] = {"", "[]", "{}"};

    (void)state;
    check_elements("[]", NULL, 0);
    check_elements("[ \t ]", NULL, 0);
    check_elements("[1,\"a\\\",]\",[2,[]],{\"]\":\"[\"},null]", mixed, 5);
    check_elements("[ 1 , \"a\\\",]\"\t, [2,[]] ,{\"]\":\"[\"} , null\r]", mixed, 5);
    check_elements("[\"\",[],{}]", empty, 3);
}

static void any_path_in_any_object_is_found_as_by_jansson(void **state)
{
    static const char *const names[] = {"a",
                                        "b",
                                        "session",
                                        "error",
                                        "data",
                                        "data.a",
                                        "a.b",
                                        "a.a",
                                        "lrp-key.index",
                                        "guid",
                                        "",
                                        "a.",
                                        ".a",
                                        "b.guid.a",
                                        "timestamp",
                                        "index.index",
                                        "data.session.error",
                                        "e"};
    size_t n = sizeof names / sizeof *names, compared = 0;
    struct slice paths[sizeof names / sizeof *names];
    struct strbuf object = STRBUF_INIT, why = STRBUF_INIT;
    struct rng r = {7};

    (void)state;
    for (size_t i = 0; i < n; i++)
        paths[i] = slice_of(names[i]);
    for (size_t i = 0; i < rounds(60000); i++) {
        bool checked;

        strbuf_reset(&object);
        if (i % 4 == 0) {
            linegen_lager(&r, &object, i % 8 == 0);
        } else {
            do {
                strbuf_reset(&object);
                linegen_value(&r, &object, 5, i % 16 == 1);
            } while (object.len < 30 || object.data[0] != '{');
        }
        if (!referee_paths_agree(object.data, object.len, paths, 1 + i % n, &checked, &why)) {
            struct strbuf quoted = STRBUF_INIT;

            linegen_quote(&quoted, object.data, object.len);
            print_error("%zu: \"%s\": %s\n", i, quoted.data, why.data);
            fail();
        }
        compared += checked;
    }
    print_message("%zu objects compared\n", compared);
    assert_true(compared > rounds(30000));
    strbuf_release(&object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_leads_to_its_value),
        cmocka_unit_test(a_path_that_leads_nowhere_is_absent),
        cmocka_unit_test(a_path_and_a_longer_one_are_both_found),
        cmocka_unit_test(of_equal_keys_the_last_counts),
        cmocka_unit_test(escaped_keys_are_known_by_what_they_stand_for),
        cmocka_unit_test(members_that_have_no_room_are_walked),
        cmocka_unit_test(the_same_path_has_the_same_slot),
        cmocka_unit_test(the_elements_of_an_array_come_in_order),
        cmocka_unit_test(any_path_in_any_object_is_found_as_by_jansson),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
