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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_as_they_are_read),
        cmocka_unit_test(long_lines_are_counted_and_left_out),
        cmocka_unit_test(a_pipe_is_not_held_back),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
