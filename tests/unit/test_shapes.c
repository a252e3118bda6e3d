/* SPDX-License-Identifier: Apache-2.0 */
/* What is foreseen of a line's keys, and what is not.  That a line means the same whatever was
 * foreseen is the referee's, in test_lager_referee.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "decode/lager.h"

/* How many members of data were foreseen; -1 if it is no usual line. */
static int foreseen(struct shapes *shapes, const char *message, const char *data, uint32_t *shape)
{
    struct strbuf line = STRBUF_INIT;
    struct record r;
    int n = -1;

    strbuf_printf(&line,
                  "{\"timestamp\":\"1441087134.999691010\",\"source\":\"rep\",\"message\":\"%s\","
                  "\"log_level\":1,\"data\":%s}\n",
                  message, data);
    memset(strbuf_room(&line, JSCAN_SLACK), '"', JSCAN_SLACK);
    if (lager_decode_next(line.data, shapes, &r)) {
        n = (int)r.members.foreseen;
        assert_true(r.members.foreseen <= r.members.count);
        if (r.members.shape)
            assert_int_equal(r.members.foreseen, r.members.count);
        if (shape)
            *shape = r.members.shape;
    }
    strbuf_release(&line);
    return n;
}

static void the_keys_of_the_last_line_are_foreseen(void **state)
{
    struct shapes *s = shapes_new();
    uint32_t one, two, three;

    (void)state;
    assert_int_equal(foreseen(s, "rep.a", "{\"session\":\"1\",\"n\":5}", &one), 0);
    assert_int_equal(foreseen(s, "rep.b", "{\"session\":\"1\",\"n\":5}", &one), 0);
    assert_int_equal(foreseen(s, "rep.a", "{\"session\":\"2\",\"n\":[{}]}", &one), 2);
    assert_int_equal(foreseen(s, "rep.b", "{\"session\":\"\",\"n\":\"\"}", &two), 2);
    assert_int_equal(one, two); /* another message, the same keys */
    /* others are read as ever, and known from then on */
    assert_int_equal(foreseen(s, "rep.a", "{\"session\":\"2\",\"m\":5}", NULL), 1);
    assert_int_equal(foreseen(s, "rep.a", "{\"session\":\"2\",\"m\":5}", &three), 2);
    assert_int_not_equal(one, three);
    assert_int_equal(foreseen(s, "rep.a", "{\"session\":\"2\",\"m\":5,\"n\":6}", NULL), 2);
    assert_int_equal(foreseen(s, "rep.a", "{\"session\":\"2\",\"m\":5,\"n\":6}", NULL), 3);
    /* the first ones of them are no reason to forget the others, but are another shape */
    assert_int_equal(foreseen(s, "rep.a", "{\"session\":\"2\"}", &one), 1);
    assert_int_equal(one, 0);
    assert_int_equal(foreseen(s, "rep.a", "{}", &one), 0);
    assert_int_equal(one, 0);
    assert_int_equal(foreseen(s, "rep.a", "{\"session\":\"2\",\"m\":5,\"n\":6}", &two), 3);
    assert_int_not_equal(two, 0);
    shapes_free(s);
}

static void keys_of_any_length_are_compared_to_their_ends(void **state)
{
    struct strbuf data = STRBUF_INIT;

    (void)state;
    for (size_t len = 0; len < 80; len++) {
        struct shapes *s = shapes_new();
        size_t start;

        strbuf_reset(&data);
        strbuf_str(&data, "{\"");
        start = data.len;
        for (size_t i = 0; i < len; i++)
            strbuf_char(&data, (char)('a' + i % 26));
        strbuf_str(&data, "\":1}");
        foreseen(s, "rep.key", data.data, NULL);
        assert_int_equal(foreseen(s, "rep.key", data.data, NULL), 1);
        for (size_t i = 0; i < len; i++) {
            data.data[start + i] ^= 1;
            assert_int_equal(foreseen(s, "rep.key", data.data, NULL), 0);
            data.data[start + i] ^= 1;
            foreseen(s, "rep.key", data.data, NULL);
        }
        shapes_free(s);
    }
    strbuf_release(&data);
}

static void what_lager_does_not_write_is_not_learnt(void **state)
{
    static const char *const odd[] = {"{ \"a\":1}", "{\"a\" :1}", "{\"\\u0061\":1}",
                                      "{\"a\":1, \"b\":2}", "{\"a\":1,\"b\\n\":2}"};
    struct shapes *s = shapes_new();
    struct strbuf many = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        assert_int_equal(foreseen(s, "rep.odd", odd[i], NULL), 0);
        assert_int_equal(foreseen(s, "rep.odd", odd[i], NULL), 0);
    }
    /* a blank behind the colon or the value is no matter */
    foreseen(s, "rep.odd", "{\"a\":1,\"b\":2}", NULL);
    assert_int_equal(foreseen(s, "rep.odd", "{\"a\": 1,\"b\":\t2}", NULL), 2);
    assert_int_equal(foreseen(s, "rep.odd", "{\"a\":1 ,\"b\":2}", NULL), 1);
    /* as many members as can be noted, and one more */
    strbuf_str(&many, "{\"k0\":0");
    for (int i = 1; i < JMEMBERS_ROOM; i++)
        strbuf_printf(&many, ",\"k%d\":%d", i, i);
    strbuf_str(&many, "}");
    foreseen(s, "rep.many", many.data, NULL);
    assert_int_equal(foreseen(s, "rep.many", many.data, NULL), JMEMBERS_ROOM);
    many.data[many.len - 1] = ',';
    strbuf_str(&many, "\"session\":\"1\"}");
    foreseen(s, "rep.more", many.data, NULL);
    assert_int_equal(foreseen(s, "rep.more", many.data, NULL), 0);
    strbuf_release(&many);
    shapes_free(s);
}

/* More kinds of lines than are remembered: the old ones are forgotten, and no number comes twice.
 */
static void there_is_no_end_of_messages(void **state)
{
    struct shapes *s = shapes_new();
    char message[32], data[128];
    uint32_t last = 0, shape;
    int found = 0;

    (void)state;
    for (int i = 0; i < 20000; i++) {
        snprintf(message, sizeof message, "rep.m%07d", i);
        snprintf(data, sizeof data, "{\"%060d\":1,\"session\":\"%d\"}", i, i);
        foreseen(s, message, data, &shape);
        assert_int_equal(shape, 0);
        if (foreseen(s, message, data, &shape) == 2) {
            assert_true(shape > last);
            last = shape;
            found++;
        }
    }
    assert_true(found > 1024);
    assert_true(found < 20000); /* where it never pays it is hardly tried */
    shapes_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_keys_of_the_last_line_are_foreseen),
        cmocka_unit_test(keys_of_any_length_are_compared_to_their_ends),
        cmocka_unit_test(what_lager_does_not_write_is_not_learnt),
        cmocka_unit_test(there_is_no_end_of_messages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
