/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/nstime.h"
#include "base/xalloc.h"
#include "decode/cflogs.h"
#include "decode/line.h"

#define MAX_ITEMS 64

/* A line where line_decode() wants it. */
static struct line decode(struct strbuf *room, const char *text, size_t len)
{
    struct line l;

    strbuf_reset(room);
    strbuf_add(room, text, len);
    strbuf_char(room, '\n');
    memset(strbuf_room(room, JSCAN_SLACK), '"', JSCAN_SLACK);
    memset(&l, 0xa5, sizeof l);
    line_decode(room->data, len, &l);
    return l;
}

/* What a line is, as testdata/quirks says it. */
static void describe(struct strbuf *out, const struct line *l)
{
    const struct record *r = &l->record;
    struct strbuf kind = STRBUF_INIT;

    strbuf_str(&kind, line_kind_name(l->kind));
    for (size_t i = 0; i < kind.len; i++)
        strbuf_char(out, kind.data[i] == ' ' ? '-' : kind.data[i]);
    strbuf_release(&kind);
    if (!line_has_time(l))
        return;
    strbuf_char(out, ' ');
    nstime_add_seconds(out, r->time_ns);
    strbuf_printf(out, " %s ", level_name(r->level));
    if (r->source.len)
        strbuf_add(out, r->source.p, r->source.len);
    else
        strbuf_char(out, '-');
    strbuf_char(out, ' ');
    if (r->job.p) {
        strbuf_add(out, r->job.p, r->job.len);
        strbuf_char(out, '/');
        strbuf_add(out, r->index.p, r->index.len);
    } else {
        strbuf_char(out, '-');
    }
    strbuf_char(out, ' ');
    strbuf_add(out, r->message.p, r->message.len);
}

static void check(const char *what, const char *text, size_t len, const char *want)
{
    struct strbuf room = STRBUF_INIT, got = STRBUF_INIT;
    struct line l = decode(&room, text, len);

    describe(&got, &l);
    if (strcmp(got.data, want) != 0)
        fail_msg("%s: %.*s\nis   %s\nnot  %s", what, (int)len, text, got.data, want);
    strbuf_release(&room);
    strbuf_release(&got);
}

static void check_kind(const char *text, size_t len, enum line_kind want)
{
    struct strbuf room = STRBUF_INIT;
    struct line l = decode(&room, text, len);

    if (l.kind != want)
        fail_msg("%.*s is %s, not %s", (int)(len < 100 ? len : 100), text, line_kind_name(l.kind),
                 line_kind_name(want));
    strbuf_release(&room);
}

#define KIND(text, kind) check_kind(text, sizeof(text) - 1, kind)
#define IS(text, want)   check("line", text, sizeof(text) - 1, want)

/* ---- the lines of testdata/quirks ---- */

static char *read_file(const char *path, size_t *len)
{
    FILE *f = fopen(path, "rb");
    struct strbuf b = STRBUF_INIT;
    size_t n;

    assert_non_null(f);
    while ((n = fread(strbuf_room(&b, 1 << 16), 1, 1 << 16, f)) > 0)
        b.len += n;
    fclose(f);
    *len = b.len;
    return b.data;
}

/* Check the lines of a group; its items must be first to last, each there at least once. */
static void check_group(const char *group, int first, int last)
{
    bool met[MAX_ITEMS] = {false};
    char path[64], *bytes, *line, *end;
    size_t len;

    snprintf(path, sizeof path, "testdata/quirks/%s.txt", group);
    bytes = read_file(path, &len);
    for (line = bytes; line < bytes + len; line = end + 1) {
        char *item, *want, *text;
        int number;

        end = memchr(line, '\n', (size_t)(bytes + len - line));
        assert_non_null(end);
        *end = '\0';
        if (*line == '#')
            continue;
        assert_memory_equal(line, "= ", 2);
        item = line + 2;
        want = strchr(item, ' ');
        assert_non_null(want);
        *want++ = '\0';
        text = end + 1;
        end = memchr(text, '\n', (size_t)(bytes + len - text));
        assert_non_null(end);
        check(item, text, (size_t)(end - text), want);
        assert_memory_equal(item, group, 1);
        number = item[1] ? atoi(item + 1) : 0;
        assert_in_range(number, first, last);
        met[number] = true;
    }
    for (int i = first; i <= last; i++) {
        if (!met[i])
            fail_msg("%s has no line of %s%d", path, group, i);
    }
    free(bytes);
}

static void A1_to_A22_entries_of_lager_and_its_kin(void **state)
{
    (void)state;
    check_group("A", 1, 22);
}

static void B1_to_B12_text_before_an_entry(void **state)
{
    (void)state;
    check_group("B", 1, 12);
}

static void C_text_behind_an_entry(void **state)
{
    (void)state;
    check_group("C", 0, 0);
}

static void D1_to_D8_broken_entries(void **state)
{
    (void)state;
    check_group("D", 1, 8);
}

static void E_other_lines_of_the_same_files(void **state)
{
    (void)state;
    check_group("E", 0, 0);
}

static void F1_to_F8_cf_logs(void **state)
{
    (void)state;
    check_group("F", 1, 8);
}

static void G_sizes(void **state)
{
    (void)state;
    check_group("G", 0, 0);
}

/* ---- what the files do not hold ---- */

#define ENTRY                                                                                      \
    "{\"timestamp\":\"1.5\",\"source\":\"s\",\"message\":\"s.m\",\"log_level\":1,\"data\":{}}"

static void bytes_that_are_no_text(void **state)
{
    (void)state;
    KIND("", LINE_BARE);
    KIND("\0\0\0", LINE_BARE);
    KIND("\0" ENTRY, LINE_LAGER);
    KIND(ENTRY "\0", LINE_LAGER);
    KIND("{\"timestamp\":\"1.5\0\",\"source\":\"s\",\"message\":\"m\",\"log_level\":1}",
         LINE_DAMAGED);
    KIND("{\"timestamp\":\"1.5\",\"source\":\"s\0\",\"message\":\"m\",\"log_level\":1}",
         LINE_DAMAGED);
    KIND("2015-03-02T15:25:10.36-0800 [CELL/0] OUT a\0b", LINE_CF_LOGS);
    KIND("2015-03-02T15:25:10.36-0800\0[CELL/0] OUT a", LINE_BARE);
    IS("\xff\xfe" ENTRY, "lager 1.500000000 info s - s.m");
    IS("{\"timestamp\":\"1.5\",\"source\":\"s\",\"message\":\"\xff\xc3\",\"log_level\":1}",
       "lager 1.500000000 info s - \xff\xc3");
    IS("2015-03-02T15:25:10.36-0800 [CELL/0] OUT \xff\xc3",
       "cf-logs 1425338710.360000000 info CELL CELL/0 \xff\xc3");
    KIND("\x1f\x8b\x08\x00\x00\x00", LINE_BARE);
}

static void ends_of_lines_and_byte_order_marks(void **state)
{
    (void)state;
    IS(ENTRY "\r", "lager 1.500000000 info s - s.m");
    IS("\xef\xbb\xbf" ENTRY, "lager 1.500000000 info s - s.m");
    IS("\xef\xbb\xbf"
       "2015-03-02T15:25:10.36-0800 [CELL/0]     OUT a\r",
       "cf-logs 1425338710.360000000 info CELL CELL/0 a");
    IS("2015-03-02T15:25:10.36-0800 [CELL/0]     OUT\r",
       "cf-logs 1425338710.360000000 info CELL CELL/0 ");
    IS("\xef\xbb\xbf"
       "2016/03/24 15:31:55 [ERR] a\r",
       "text 1458833515.000000000 error - - [ERR] a");
    IS("2016/03/24 15:31:55\r", "text 1458833515.000000000 info - - ");
    IS("2016/03/24 15:31:55", "text 1458833515.000000000 info - - ");
    KIND("\xef\xbb\xbf{\"key\":1}", LINE_JSON);
    KIND("\xef\xbb\xbf{\"timest", LINE_DAMAGED);
    KIND("goroutine 1 [running]:\r", LINE_DUMP);
}

/* Cut anywhere, an entry is damaged, or nothing at all. */
static void an_entry_cut_anywhere_is_damaged(void **state)
{
    const char *entry =
        "{\"timestamp\":\"1453565051.154300690\",\"source\":\"rep\",\"message\":\"rep.x\","
        "\"log_level\":1,\"data\":{\"session\":\"7.1\",\"guid\":\"abc\"}}";
    size_t len = strlen(entry);

    (void)state;
    check_kind(entry, len, LINE_LAGER);
    for (size_t n = 1; n < len; n++) {
        struct strbuf room = STRBUF_INIT;
        struct line l;

        check_kind(entry, n, LINE_DAMAGED);
        l = decode(&room, entry + n, len - n);
        assert_true(l.kind == LINE_DAMAGED || l.kind == LINE_BARE || l.kind == LINE_JSON);
        strbuf_release(&room);
    }
}

static void keys_twice_and_values_of_wrong_types(void **state)
{
#define WITH(rest)                                                                                 \
    "{\"timestamp\":\"1.5\",\"source\":\"s\",\"message\":\"s.m\",\"log_level\":1" rest "}"
    (void)state;
    IS(WITH(",\"message\":\"s.n\",\"log_level\":2"), "lager 1.500000000 error s - s.n");
    IS(WITH(",\"data\":[],\"data\":{}"), "lager 1.500000000 info s - s.m");
    KIND(WITH(",\"data\":[]"), LINE_DAMAGED);
    KIND(WITH(",\"data\":\"x\""), LINE_DAMAGED);
    KIND(WITH(",\"data\":1"), LINE_DAMAGED);
    KIND(WITH(",\"source\":1"), LINE_DAMAGED);
    KIND(WITH(",\"timestamp\":null"), LINE_DAMAGED);
    KIND(WITH(",\"timestamp\":1e9"), LINE_DAMAGED);
    KIND(WITH(",\"log_level\":9"), LINE_DAMAGED);
}

/* The last number that log_level can be is another with gorouter than with lager. */
static void levels_of_gorouter_and_lager_are_told_apart(void **state)
{
#define AT_LEVEL(time, message, level)                                                             \
    "{\"log_level\":" level ",\"timestamp\":" time ",\"message\":\"" message                       \
    "\",\"source\":\"s\",\"data\":{}}"
    (void)state;
    IS(AT_LEVEL("1.5", "m", "3"), "gorouter 1.500000000 error s - m");
    IS(AT_LEVEL("1.5", "s.m", "4"), "gorouter 1.500000000 fatal s - s.m");
    IS(AT_LEVEL("\"1970-01-01T00:00:01.5Z\"", "m", "3"), "gorouter 1.500000000 error s - m");
    IS(AT_LEVEL("\"1970-01-01T00:00:01.5Z\"", "s.m", "3"), "lager 1.500000000 fatal s - s.m");
    IS(AT_LEVEL("\"1.5\"", "m", "3"), "lager 1.500000000 fatal s - m");
    KIND(AT_LEVEL("1.5", "m", "5"), LINE_DAMAGED);
    IS("[job=router_z1 index=2] " AT_LEVEL("1.5", "m\\n", "1"),
       "gorouter 1.500000000 info s router_z1/2 m\\n");
}

static void times_that_are_none(void **state)
{
    static const char *const times[] = {
        "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "-1.5",          "1.0000000000",
        "1.0000000000000",      "2018-02-29T00:00:00Z", "99999999999.0", "",
        "-0001-01-01T00:00:00Z"};
    char line[256];

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        snprintf(line, sizeof line,
                 "{\"timestamp\":\"%s\",\"source\":\"s\",\"message\":\"s.m\",\"log_level\":1}",
                 times[i]);
        check_kind(line, strlen(line), LINE_DAMAGED);
        snprintf(line, sizeof line, "%s [CELL/0] OUT text", times[i]);
        check_kind(line, strlen(line), LINE_BARE);
    }
    for (int n = 0; n <= 12; n++) {
        snprintf(line, sizeof line,
                 "{\"timestamp\":\"1.%.*s\",\"source\":\"s\",\"message\":\"s.m\",\"log_level\":1}",
                 n, "123456789012");
        check_kind(line, strlen(line), n <= 9 ? LINE_LAGER : LINE_DAMAGED);
        snprintf(line, sizeof line, "2015-03-02T15:25:10%s%.*s-0800 [CELL/0] OUT text",
                 n ? "." : "", n, "123456789012");
        check_kind(line, strlen(line), n <= 9 ? LINE_CF_LOGS : LINE_BARE);
    }
}

static void what_is_not_quite_cf_logs(void **state)
{
    (void)state;
    KIND("2015-03-02T15:25:10.36 [CELL/0] OUT text", LINE_TEXT); /* no offset */
    KIND("2015-03-02 15:25:10.36-0800 [CELL/0] OUT text", LINE_TEXT);
    KIND("2015-03-02T15:25:10.36-0800 [CELL/0] OUTPUT text", LINE_TEXT);
    KIND("2015-03-02T15:25:10.36-0800 [CELL/0] [OUT text", LINE_TEXT);
    KIND("2015-03-02T15:25:10.36-0800 [CELL/0] text", LINE_TEXT);
    KIND("2015-03-02T15:25:10.36-0800 [CELL/0", LINE_TEXT);
    KIND("2015-03-02T15:25:10.36-0800 [] OUT text", LINE_TEXT);
    KIND("2015-03-02T15:25:10.36-0800 [12] OUT text", LINE_TEXT);
    KIND("2015-03-02T15:25:10.36-2500 [CELL/0] OUT text", LINE_BARE);
    KIND("2015-13-02T15:25:10.36-0800 [CELL/0] OUT text", LINE_BARE);
    IS("2015-03-02T15:25:10.36-0800 [/0] OUT text",
       "text 1425338710.360000000 info - - [/0] OUT text");
    /* a lager entry that an app printed is one */
    IS("2015-03-02T15:25:10.36-0800 [APP/0] OUT " ENTRY, "lager 1.500000000 info s - s.m");
}

static void origins_of_prefixes(void **state)
{
    (void)state;
    IS("[job=a index=0]" ENTRY, "lager 1.500000000 info s a/0 s.m");
    IS("[job=\"a\" index=\"0\"] " ENTRY, "lager 1.500000000 info s a/0 s.m");
    IS("[job=a x=\"]\\\"\" index=0] " ENTRY, "lager 1.500000000 info s a/0 s.m");
    IS("[job=a index=0 " ENTRY, "lager 1.500000000 info s - s.m");
    IS("[job=a] " ENTRY, "lager 1.500000000 info s - s.m");
    IS("[job=a/b index=0] " ENTRY, "lager 1.500000000 info s - s.m");
    IS("[job=a\xc3\xa9 index=0] " ENTRY, "lager 1.500000000 info s - s.m");
    IS("[job= index=0] " ENTRY, "lager 1.500000000 info s - s.m");
    IS("[job=a index] x=1 index=5] " ENTRY, "lager 1.500000000 info s - s.m");
    IS("[instance@47450 group=\"g\" id=\"u-1\"] " ENTRY, "lager 1.500000000 info s g/u-1 s.m");
    IS("[instance@47450 index=\"2\" id=\"u-1\" group=\"g\"]" ENTRY,
       "lager 1.500000000 info s g/2 s.m");
    IS("[instance@47450 group=\"\x1b[31m\" index=\"2\"]" ENTRY, "lager 1.500000000 info s - s.m");
    IS("[instance@47450]" ENTRY, "lager 1.500000000 info s - s.m");
}

static void cf_logs_are_decoded_without_a_byte_behind(void **state)
{
    static const char text[] = "2015-03-02T15:25:10.36-0800 [APP/PROC/WEB/12]OUT";
    struct record r;

    (void)state;
    for (size_t len = 0; len < sizeof text; len++) {
        char *exact = xmalloc(len);

        memcpy(exact, text, len);
        assert_int_equal(cflogs_decode(exact, len, &r), len == sizeof text - 1);
        free(exact);
    }
    assert_false(cflogs_decode(NULL, 0, &r));
}

/* Lines of many megabytes take a time that grows with their length alone. */
static void large_lines_take_linear_time(void **state)
{
    static const char *const parts[] = {"{",
                                        "[",
                                        "{\"a\":",
                                        "{\"timestamp\":\"1.5\",",
                                        "[job=",
                                        "[instance@ ",
                                        "[job=a index=\"",
                                        "2016/03/24 15:31:55 [",
                                        "goroutine ",
                                        ".go:",
                                        "a.b(",
                                        "\"data\":",
                                        "}",
                                        "\\",
                                        "\"",
                                        " ",
                                        "1"};
    struct timespec from, to;
    struct strbuf b = STRBUF_INIT, room = STRBUF_INIT;

    (void)state;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        for (int entry = 0; entry < 2; entry++) {
            strbuf_reset(&b);
            while (b.len < 4 << 20)
                strbuf_str(&b, parts[i]);
            strbuf_str(&b, entry ? ENTRY : "");
            decode(&room, b.data, b.len);
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    assert_true(to.tv_sec - from.tv_sec < 60);
    strbuf_release(&b);
    strbuf_release(&room);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(A1_to_A22_entries_of_lager_and_its_kin),
        cmocka_unit_test(B1_to_B12_text_before_an_entry),
        cmocka_unit_test(C_text_behind_an_entry),
        cmocka_unit_test(D1_to_D8_broken_entries),
        cmocka_unit_test(E_other_lines_of_the_same_files),
        cmocka_unit_test(F1_to_F8_cf_logs),
        cmocka_unit_test(G_sizes),
        cmocka_unit_test(bytes_that_are_no_text),
        cmocka_unit_test(ends_of_lines_and_byte_order_marks),
        cmocka_unit_test(an_entry_cut_anywhere_is_damaged),
        cmocka_unit_test(keys_twice_and_values_of_wrong_types),
        cmocka_unit_test(levels_of_gorouter_and_lager_are_told_apart),
        cmocka_unit_test(times_that_are_none),
        cmocka_unit_test(what_is_not_quite_cf_logs),
        cmocka_unit_test(origins_of_prefixes),
        cmocka_unit_test(cf_logs_are_decoded_without_a_byte_behind),
        cmocka_unit_test(large_lines_take_linear_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
