/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nstime.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "merge/merge.h"
#include "merge/sorter.h"
#include "unit/rounds.h"

#define T0 INT64_C(1700000000000000000)

static char folder[] = "/tmp/cicerone-merge-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    char command[64];

    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

/* Add a file of a text to the inputs. */
static void add(struct inputs *inputs, const char *name, const char *text, size_t len)
{
    struct strbuf path = STRBUF_INIT;
    FILE *f;

    strbuf_printf(&path, "%s/%s", folder, name);
    f = fopen(path.data, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
    inputs_add(inputs, path.data, NULL);
    strbuf_release(&path);
}

static const struct feed_options some_options = {.threads = 2, .max_line_bytes = 1000};

static struct merge *open_merge(struct inputs *inputs, const struct feed_options *options,
                                enum merge_order order)
{
    struct err err = ERR_INIT;
    struct merge *m = merge_open(inputs, options, order, &err);

    if (!m)
        fail_msg("%s", err.text);
    return m;
}

/* Each entry as "FILE:NUMBER@TIME TEXT\n", time in seconds since T0. */
static void describe(struct merge *m, struct strbuf *out)
{
    struct err err = ERR_INIT;
    struct entry e;
    int rc;

    while ((rc = merge_next(m, &e, &err)) == 1) {
        const char *name = strrchr(e.input->path, '/');

        assert_true((unsigned char)e.text.p[e.text.len] < ' ');
        strbuf_printf(out, "%s:%d@", name ? name + 1 : e.input->path, (int)e.number);
        if (e.time_ns == NSTIME_NONE)
            strbuf_str(out, "-");
        else
            strbuf_printf(out, "%g", (double)(e.time_ns - T0) / 1e9);
        strbuf_printf(out, " %s %.*s\n", line_kind_name(e.line.kind),
                      e.text.len < 20 ? (int)e.text.len : 20, e.text.p);
    }
    assert_int_equal(rc, 0);
}

static void assert_merged(struct inputs *inputs, enum merge_order order, const char *expected)
{
    struct merge *m = open_merge(inputs, &some_options, order);
    struct strbuf out = STRBUF_INIT;

    describe(m, &out);
    assert_string_equal(out.data ? out.data : "", expected);
    strbuf_release(&out);
    merge_close(m);
}

#define LAGER(at)                                                                                  \
    "{\"timestamp\":\"17000000" at ".000000000\",\"source\":\"rep\",\"message\":\"rep.a\","        \
    "\"log_level\":1}"

static void lines_come_as_they_are_read(void **state)
{
    static const char first[] = "before\n" LAGER("05") "\r\n\n\r\n\tpanic\n" LAGER("03"),
                      second[] = "\n" LAGER("01") "\n";
    struct inputs inputs = INPUTS_INIT;

    (void)state;
    add(&inputs, "b", first, sizeof first - 1);
    inputs_add(&inputs, "/nowhere", NULL);
    add(&inputs, "a", second, sizeof second - 1);
    assert_merged(&inputs, MERGE_AS_READ,
                  "b:1@- bare before\n"
                  "b:2@5 lager {\"timestamp\":\"170000\n"
                  "b:5@5 bare \tpanic\n"
                  "b:6@3 lager {\"timestamp\":\"170000\n"
                  "a:2@1 lager {\"timestamp\":\"170000\n");
    assert_int_equal(inputs.list[0].bytes, sizeof first - 1);
    assert_int_equal(inputs.list[1].state, INPUT_FAILED);
    assert_non_null(inputs.list[1].problem);
    inputs_release(&inputs);
}

static void long_lines_are_counted_and_left_out(void **state)
{
    static const size_t lengths[] = {1000, 1001, 200000, 1000, 65536, 0, 70000, 1};
    struct inputs inputs = INPUTS_INIT;
    struct strbuf text = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        memset(strbuf_room(&text, lengths[i]), 'a' + (int)i, lengths[i]);
        text.len += lengths[i];
        strbuf_char(&text, '\n');
    }
    add(&inputs, "long", text.data, text.len);
    memset(text.data, 'x', text.len);
    add(&inputs, "endless", text.data, text.len);
    assert_merged(&inputs, MERGE_AS_READ,
                  "long:1@- bare aaaaaaaaaaaaaaaaaaaa\n"
                  "long:4@- bare dddddddddddddddddddd\n"
                  "long:8@- bare h\n");
    assert_int_equal(inputs.list[0].long_lines, 4);
    assert_int_equal(inputs.list[1].long_lines, 1);
    assert_int_equal(inputs.list[1].bytes, text.len);
    strbuf_release(&text);
    inputs_release(&inputs);
}

/* Whatever whole lines a pipe gave come out before more is waited for. */
static void a_pipe_is_not_held_back(void **state)
{
    static const char line[] = LAGER("01") "\n" LAGER("02") "\npart";
    struct inputs inputs = INPUTS_INIT;
    struct err err = ERR_INIT;
    struct merge *m;
    struct entry e;
    int ends[2], saved = dup(STDIN_FILENO);

    (void)state;
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    inputs_add(&inputs, "-", NULL);
    m = open_merge(&inputs, &some_options, MERGE_AS_READ);
    assert_int_equal(write(ends[1], line, sizeof line - 1), sizeof line - 1);
    alarm(10); /* a read too many would wait for ever */
    assert_int_equal(merge_next(m, &e, &err), 1);
    assert_int_equal(e.number, 1);
    assert_int_equal(merge_next(m, &e, &err), 1);
    assert_int_equal(e.number, 2);
    alarm(0);
    assert_int_equal(write(ends[1], "ly", 2), 2);
    close(ends[1]);
    assert_int_equal(merge_next(m, &e, &err), 1);
    assert_memory_equal(e.text.p, "partly", 6);
    assert_int_equal(merge_next(m, &e, &err), 0);
    merge_close(m);
    inputs_release(&inputs);
    dup2(saved, STDIN_FILENO);
    close(saved);
}

static void lines_come_in_order_of_time(void **state)
{
    static const char late[] =
        "head\n" LAGER("05") "\n" LAGER("03") "\n\tof 3\n" LAGER("05") "\n\tof 5\n",
                      other[] = LAGER("03") "\n" LAGER("04") "\n" LAGER("05"),
                      bare[] = "no\ntime\n";
    struct inputs inputs = INPUTS_INIT;

    (void)state;
    add(&inputs, "late", late, sizeof late - 1);
    add(&inputs, "other", other, sizeof other - 1);
    inputs_add(&inputs, "/nowhere", NULL);
    add(&inputs, "bare", bare, sizeof bare - 1);
    assert_merged(&inputs, MERGE_BY_TIME,
                  "bare:1@3 bare no\n"
                  "bare:2@3 bare time\n"
                  "late:3@3 lager {\"timestamp\":\"170000\n"
                  "late:4@3 bare \tof 3\n"
                  "other:1@3 lager {\"timestamp\":\"170000\n"
                  "other:2@4 lager {\"timestamp\":\"170000\n"
                  "late:1@5 bare head\n"
                  "late:2@5 lager {\"timestamp\":\"170000\n"
                  "late:5@5 lager {\"timestamp\":\"170000\n"
                  "late:6@5 bare \tof 5\n"
                  "other:3@5 lager {\"timestamp\":\"170000\n");
    assert_int_equal(inputs.list[0].bytes, sizeof late - 1);
    assert_int_equal(inputs.list[2].state, INPUT_FAILED);
    inputs_release(&inputs);
}

static void lines_without_any_time_come_as_they_are_read(void **state)
{
    struct inputs inputs = INPUTS_INIT;

    (void)state;
    add(&inputs, "y", "b\n\na", 4);
    add(&inputs, "x", "c\n", 2);
    add(&inputs, "empty", "", 0);
    assert_merged(&inputs, MERGE_BY_TIME,
                  "y:1@-1.7e+09 bare b\ny:3@-1.7e+09 bare a\nx:1@-1.7e+09 bare c\n");
    inputs_release(&inputs);
}

/* ---- random files against a plain sort ---- */

static uint64_t seed = 1;

static unsigned below(unsigned n)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % n;
}

/* A file's lines: mostly in order, many of one time, some late, some without a time. */
static void random_log(struct strbuf *text, int64_t start_ns, unsigned lines)
{
    int64_t at = start_ns;

    if (below(3) == 0)
        strbuf_str(text, "head\n\nhead\n");
    for (unsigned i = 0; i < lines; i++) {
        int64_t time_ns = below(10) ? at : at - (int64_t)below(2000) * 1000000;

        at += (int64_t)below(3) * 1000000;
        if (below(8) == 0) {
            strbuf_str(text, "\tno time\r\n");
            continue;
        }
        strbuf_str(text, "{\"timestamp\":\"");
        nstime_add_seconds(text, time_ns);
        strbuf_printf(text, "\",\"source\":\"a\",\"message\":\"a.%u\",\"log_level\":1}\n", i);
    }
}

struct kept {
    int64_t time_ns;
    size_t file; /* counted as they are read */
    uint64_t number;
    char *text;
};

static int by_time_and_place(const void *a, const void *b)
{
    const struct kept *x = a, *y = b;

    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* All lines, as they should come.  Lines in front of the first one with a time take its time. */
static struct kept *sorted_lines(struct inputs *inputs, size_t *count)
{
    struct merge *m = open_merge(inputs, &some_options, MERGE_AS_READ);
    const struct input *in = NULL;
    struct kept *list = NULL;
    struct err err = ERR_INIT;
    struct entry e;
    size_t file = 0;

    *count = 0;
    while (merge_next(m, &e, &err) == 1) {
        file += in != e.input;
        in = e.input;
        list = xreallocarray(list, *count + 1, sizeof *list);
        list[(*count)++] = (struct kept){e.time_ns, file, e.number, xmemdup0(e.text.p, e.text.len)};
    }
    merge_close(m);
    for (size_t i = *count; i-- > 1;) {
        if (list[i - 1].time_ns == NSTIME_NONE && list[i - 1].file == list[i].file)
            list[i - 1].time_ns = list[i].time_ns;
    }
    qsort(list, *count, sizeof *list, by_time_and_place);
    return list;
}

static void make_random_inputs(const char *name)
{
    char path[64];

    for (unsigned i = 0; i < 8; i++) {
        struct strbuf text = STRBUF_INIT;
        FILE *f;

        random_log(&text, T0 + (int64_t)below(5) * 1000000000, 1 + below(3000));
        snprintf(path, sizeof path, "%s/%s-%u.log", folder, name, i);
        f = fopen(path, "w");
        assert_non_null(f);
        fwrite(text.data, 1, text.len, f);
        fclose(f);
        strbuf_release(&text);
    }
}

static void add_random_inputs(struct inputs *inputs, const char *name)
{
    static const char *const endings[] = {"-2.log.gz", "-3.log", "-4.log", ".tgz",
                                          "-5.log",    "-6.log", "-7.log"};
    char path[64];

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(path, sizeof path, "%s/%s%s", folder, name, endings[i]);
        inputs_add(inputs, path, NULL);
    }
}

static void random_files_come_as_a_sort_has_them(void **state)
{
    (void)state;
    for (unsigned round = 0; round < rounds(20); round++) {
        struct inputs inputs = INPUTS_INIT;
        struct err err = ERR_INIT;
        struct feed_options options = some_options;
        struct kept *expected;
        struct merge *m;
        struct entry e;
        size_t count, i = 0;
        char command[256], name[16];

        snprintf(name, sizeof name, "r%u", round);
        make_random_inputs(name);
        snprintf(command, sizeof command,
                 "cd %s && tar -czf %s.tgz %s-1.log %s-0.log && rm %s-0.log %s-1.log && gzip "
                 "%s-2.log",
                 folder, name, name, name, name, name, name);
        assert_int_equal(system(command), 0);
        add_random_inputs(&inputs, name);
        expected = sorted_lines(&inputs, &count);
        inputs_release(&inputs);
        add_random_inputs(&inputs, name);
        options.threads = 1 + below(4);
        m = open_merge(&inputs, &options, MERGE_BY_TIME);
        while (merge_next(m, &e, &err) == 1) {
            assert_true(i < count);
            assert_int_equal(e.number, expected[i].number);
            assert_true(e.time_ns == expected[i].time_ns);
            assert_int_equal(e.text.len, strlen(expected[i].text));
            assert_memory_equal(e.text.p, expected[i].text, e.text.len);
            i++;
        }
        assert_int_equal(i, count);
        merge_close(m);
        inputs_release(&inputs);
        for (i = 0; i < count; i++)
            free(expected[i].text);
        free(expected);
    }
}

/* ---- the sorter alone, with so little memory that it writes ---- */

static void a_sorter_writes_what_is_too_much(void **state)
{
    struct sorter *s = sorter_new(4096);
    struct source sources[3] = {{.order = 0, .first_ns = NSTIME_NONE},
                                {.order = 1, .first_ns = NSTIME_NONE},
                                {.order = 2, .first_ns = 0}};
    struct err err = ERR_INIT;
    struct spot spot, last = {0};
    char *text = xmalloc(100000);
    uint64_t count = 0, bytes = 0, first = 0;

    (void)state;
    memset(text, 'x', 100000);
    for (uint64_t i = 0; i < 20000; i++) {
        unsigned source = below(3);
        bool front = i < 1000 && source < 2; /* of two files what is in front of the first time */

        spot = (struct spot){front ? NSTIME_NONE : (int64_t)below(1000),
                             &sources[source],
                             i,
                             {text, i % 5000 == 0 ? 100000 : i % 50}};
        bytes += spot.text.len;
        assert_int_equal(sorter_add(s, &spot, &err), 0);
        if (i == 2000)
            sorter_know(s, &sources[0], 500);
        if (i == 15000)
            sorter_know(s, &sources[1], NSTIME_FRONT);
    }
    assert_int_equal(sorter_finish(s, &err), 0);
    while (sorter_next(s, &spot, &err) == 1) {
        assert_true(count == 0 || spot_before(&last, &spot));
        assert_int_equal(spot.text.len, spot.number % 5000 == 0 ? 100000 : spot.number % 50);
        assert_int_equal(spot.text.p[spot.text.len], '\n');
        if (spot.number < 1000 && spot.source != &sources[2])
            assert_true(spot.time_ns == spot.source->first_ns);
        first += spot.time_ns == NSTIME_FRONT;
        bytes -= spot.text.len;
        last = spot;
        count++;
    }
    assert_int_equal(count, 20000);
    assert_int_equal(bytes, 0);
    assert_true(first > 250);
    sorter_free(s);
    free(text);
}

static void a_sorter_says_where_it_cannot_write(void **state)
{
    struct sorter *s = sorter_new(100);
    struct source source = {0};
    struct spot spot = {1, &source, 1, {"text", 4}};
    struct err err = ERR_INIT;
    char *saved = getenv("TMPDIR") ? xstrdup(getenv("TMPDIR")) : NULL;
    int rc = 0;

    (void)state;
    setenv("TMPDIR", "/nowhere/at/all", 1);
    for (int i = 0; rc == 0 && i < 100; i++)
        rc = sorter_add(s, &spot, &err);
    assert_int_equal(rc, -1);
    assert_non_null(strstr(err.text, "/nowhere/at/all: "));
    assert_non_null(strstr(err.text, "TMPDIR"));
    sorter_free(s);
    if (saved)
        setenv("TMPDIR", saved, 1);
    else
        unsetenv("TMPDIR");
    free(saved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_as_they_are_read),
        cmocka_unit_test(long_lines_are_counted_and_left_out),
        cmocka_unit_test(a_pipe_is_not_held_back),
        cmocka_unit_test(lines_come_in_order_of_time),
        cmocka_unit_test(lines_without_any_time_come_as_they_are_read),
        cmocka_unit_test(random_files_come_as_a_sort_has_them),
        cmocka_unit_test(a_sorter_writes_what_is_too_much),
        cmocka_unit_test(a_sorter_says_where_it_cannot_write),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
