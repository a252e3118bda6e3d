/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "lifecycle/timeline_csv.h"

/* ---- CSV ---- */

/* The rows of a text, fields in brackets and rows ended by a bar; or the error. */
static void read_all(const char *text, size_t len, struct strbuf *out)
{
    FILE *f = fmemopen((void *)(uintptr_t)text, len, "r");
    struct err err = ERR_INIT;
    struct csv c;
    int rc;

    assert_non_null(f);
    csv_init(&c, f, "f");
    while ((rc = csv_read(&c, &err)) > 0) {
        for (size_t i = 0; i < c.count; i++) {
            strbuf_char(out, '[');
            strbuf_slice(out, csv_field(&c, i));
            strbuf_char(out, ']');
        }
        strbuf_char(out, '|');
    }
    assert_int_equal(rc < 0, err.set);
    if (rc < 0)
        strbuf_str(out, err.text);
    csv_release(&c);
    fclose(f);
}

static void csv_rows(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"a,b\n1,2\n", "[a][b]|[1][2]|"},
        {"a,b\r\n1,2\r\n", "[a][b]|[1][2]|"},
        {"a,b\n1,2", "[a][b]|[1][2]|"},
        {"\xef\xbb\xbf"
         "a\n",
         "[a]|"},
        {",\n", "[][]|"},
        {"\n", "[]|"},
        {"\"a,\"\"b\"\"\nc\",d\n", "[a,\"b\"\nc][d]|"},
        {"\"\",\"\"\"\"\n", "[][\"]|"},
        {"\"a\r\nb\"\r\n", "[a\r\nb]|"},
        {"a,\"b\n", "f:1:3: the quote opened here is never closed"},
        {"a\n\xc3\xa4,b\"c\n", "[a]|f:2:3: a quote in a field that does not begin with one"},
        {"\"a\"b\n", "f:1:5: something behind a closing quote"},
        {"a\rb\n", "f:1:3: a carriage return without a line feed"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct strbuf out = STRBUF_INIT;

        read_all(rows[i].text, strlen(rows[i].text), &out);
        assert_string_equal(out.data, rows[i].expected);
        strbuf_release(&out);
    }
}

static void csv_takes_any_bytes(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    read_all("a\0b,\xff\n", 6, &out);
    assert_int_equal(out.len, 9);
    assert_memory_equal(out.data, "[a\0b][\xff]|", 9);
    strbuf_release(&out);
}

static void csv_rows_have_bounds(void **state)
{
    struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;

    (void)state;
    for (int i = 0; i < 5000; i++)
        strbuf_char(&text, ',');
    read_all(text.data, text.len, &out);
    assert_string_equal(out.data, "f:1:4097: more fields than any file of cicerone has");
    strbuf_reset(&out);
    strbuf_reset(&text);
    memset(strbuf_room(&text, (size_t)17 << 20), 'x', (size_t)17 << 20);
    text.len = (size_t)17 << 20;
    read_all(text.data, text.len, &out);
    assert_string_equal(out.data, "f:1:16777218: a row of more than 16 MiB");
    strbuf_release(&text);
    strbuf_release(&out);
}

/* ---- timelines ---- */

static const struct asset_search none = {"nothing", NULL, 0};

static int read_timelines(struct timeline_csv *t, const char *text, struct err *err)
{
    FILE *f = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    int rc;

    assert_non_null(f);
    *err = (struct err)ERR_INIT;
    rc = timeline_csv_read(t, f, "f", &none, err);
    fclose(f);
    return rc;
}

#define HEAD "id,cell,outcome,complete,start,end,total,A,A.vm,B,B.vm\n"

static void timelines_are_read(void **state)
{
    struct timeline_csv t;
    struct err err;

    (void)state;
    assert_int_equal(read_timelines(&t,
                                    HEAD "b,c1,ok,1,2.5,4,1.5,2.5,cell/1,4.000000001,\n"
                                         "\"a,\"\"\",,lost,0,1,1,0,,,,\n",
                                    &err),
                     -1); /* B lies behind the end */
    assert_string_equal(err.text, "f:2:32: a stage outside of start and end");
    assert_int_equal(read_timelines(&t,
                                    HEAD "b,c1,ok,1,2.5,4,1.5,2.5,cell/1,4.000000000,\n"
                                         "\"a,\"\"\",,lost,0,-1.5,1,2.5,,,,\n"
                                         "c,c2,incomplete,0,3,3,0,,,3,cell/2\n"
                                         "c,c2,incomplete,0,4,4,0,,,4,cell/2\n",
                                    &err),
                     0);
    assert_int_equal(t.timelines.count, 4);
    assert_true(slice_eq(timeline_id(t.timelines.list[3]), slice_of("c")));
    assert_int_equal(t.timelines.zero_ns, 2500000000);
    assert_true(slice_eq(timeline_id(t.timelines.list[0]), slice_of("a,\"")));
    assert_int_equal(t.timelines.list[0]->start_ns, -1500000000);
    assert_string_equal(timeline_outcome(&t.timelines, t.timelines.list[0]), "lost");
    assert_int_equal(timeline_time(&t.timelines, t.timelines.list[1], 1), 4000000000);
    assert_true(slice_eq(timeline_tag(&t.timelines, t.timelines.list[1], 0), slice_of("c1")));
    assert_true(
        slice_eq(timelines_vm_name(&t.timelines, t.timelines.list[2]->home), slice_of("cell/2")));
    assert_string_equal(timeline_outcome(&t.timelines, t.timelines.list[2]), "incomplete");
    assert_int_equal(timeline_time(&t.timelines, t.timelines.list[2], 0), NSTIME_NONE);
    timeline_csv_release(&t);
}

static void what_is_no_timelines_csv_is_refused(void **state)
{
    static const struct {
        const char *text, *error;
    } rows[] = {
        {"a,b\n", "f:1:1: this is no timelines.csv: its first line is not "
                  "id,...,outcome,complete,start,end,total,..."},
        {"id,outcome,complete,start,end,total\n", "f:2:1: there is no stage"},
        {"id,outcome,complete,start,end,total,A\n",
         "f:2:1: behind a stage there must be the column of its VM, the stage's name and \".vm\""},
        {"id,outcome,complete,start,end,total,A,A.vm,A,A.vm\n",
         "f:1:44: there is a stage of this name already"},
        {HEAD "x\n", "f:2:1: 1 fields, where the first line has 11"},
        {HEAD "x,,ok,1,1,1,0,1,,1,\nx,,ok,1,1,1,0,1,,1,\n",
         "f:3:1: there is a row of this id and start already"},
        {HEAD "x,,ok,2,1,1,0,1,,1,\n", "f:2:7: \"complete\" is 0 or 1"},
        {HEAD "x,,ok,1,now,1,0,1,,1,\n", "f:2:9: this is not a time in seconds since 1970"},
        {HEAD "x,,ok,1,1e9,1,0,1,,1,\n", "f:2:9: this is not a time in seconds since 1970"},
        {HEAD "x,,ok,1,,1,0,1,,1,\n", "f:2:9: this is not a time in seconds since 1970"},
        {HEAD "x,,ok,1,2,1,0,1,,1,\n", "f:2:11: the end is before the start"},
        {HEAD "x,,,1,1,1,0,1,,1,\n", "f:2:4: this is not the name of an outcome"},
        {HEAD "x,,ok,1,1,1,0,1,,,v\n", "f:2:19: a VM of a stage that was not reached"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct timeline_csv t;
        struct err err;

        assert_int_equal(read_timelines(&t, rows[i].text, &err), -1);
        assert_string_equal(err.text, rows[i].error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_rows),
        cmocka_unit_test(csv_takes_any_bytes),
        cmocka_unit_test(csv_rows_have_bounds),
        cmocka_unit_test(timelines_are_read),
        cmocka_unit_test(what_is_no_timelines_csv_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
