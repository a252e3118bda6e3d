/* SPDX-License-Identifier: Apache-2.0 */
/* Origins from names, and the reading of archives that libarchive writes here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "input/feed.h"
#include "input/names.h"
#include "input/sniff.h"
#include "input/stream.h"

#define UUID "15852747-1134-5645-9019-0b264092aebf"

/* ---- names ---- */

static void names_of_logs_and_bundles_are_known(void **unused)
{
    static const char *const logs[] = {"rep.log", "a/b/rep.stdout.log.1.gz", "x.log.zst",
                                       "x.log.12", "x.log.3.lz4"},
                             *const bundles[] = {"a.tgz", "b/c.tar", "c.tar.gz", "d.zip",
                                                 "e.tar.xz"},
                             *const neither[] = {"log", ".log", "a.txt",   "a.log.old",
                                                 "tgz", "a.gz", "x.log/y", ""};

    (void)unused;
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++)
        assert_true(name_is_log(logs[i]) && !name_is_bundle(logs[i]));
    for (size_t i = 0; i < sizeof bundles / sizeof *bundles; i++)
        assert_true(name_is_bundle(bundles[i]) && !name_is_log(bundles[i]));
    for (size_t i = 0; i < sizeof neither / sizeof *neither; i++)
        assert_false(name_is_bundle(neither[i]) || name_is_log(neither[i]));
}

/* ---- origins ---- */

static void names_of_bundles_tell_the_vm(void **unused)
{
    static const struct {
        const char *name, *vm;
    } cases[] = {
        {"cell_z1.0.2015-09-01-07-18-54.tgz", "cell_z1/0"},
        {"x/y.z/cell_z1.12.2015-09-01-07-18-54.tgz", "cell_z1/12"},
        {"./diego_cell." UUID ".2018-03-26-23-57-03.tgz", "diego_cell/" UUID},
        {"diego_cell." UUID ".tgz", "diego_cell/" UUID},
        {"cf.diego-cell." UUID "-20180326-235703-614145.tgz", "diego-cell/" UUID},
        {"cf.diego-cell.3-20180326-235703-614145.tgz", "diego-cell/3"},
        {"cell.0.tgz", "cell/0"},
        {"cell-1/all.tgz", "cell/1"},
        {"diego-cell/" UUID "/logs.tgz", "diego-cell/" UUID},
        {"cf-20180326-235703-997614145.tgz", "outer/1"},
        {"release-1.2.3.tgz", "outer/1"},
        {"2018.03.tgz", "outer/1"},
        {UUID ".tgz", "outer/1"},
        {".0.tgz", "outer/1"},
        {"", "outer/1"},
        {"/", "outer/1"},
    };
    struct origin outer = origin_new(slice_of("outer"), slice_of("1"), slice_of(""));

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct origin o = origin_of_bundle(cases[i].name, &outer);

        assert_string_equal(o.vm, cases[i].vm);
        assert_string_equal(o.process, "");
        origin_release(&o);
    }
    origin_release(&outer);
}

static void names_of_members_tell_the_vm_and_the_process(void **unused)
{
    static const struct {
        const char *name, *vm, *process;
    } cases[] = {
        {"./rep/rep.stdout.log.1.gz", "outer/1", "rep"},
        {"rep/rep.stdout.log", "outer/1", "rep"},
        {"rep.stdout.log", "outer/1", ""},
        {"./rep.stdout.log", "outer/1", ""},
        {"cell_z1-0/rep/rep.log", "cell_z1/0", "rep"},
        {"cell_z1-0/rep.log", "cell_z1/0", ""},
        {"a/b/cell_z1-0/rep/rep.log", "cell_z1/0", "rep"},
        {"cell_z1.0.2015-09-01-07-18-54/rep/rep.log", "cell_z1/0", "rep"},
        {"diego-cell/" UUID "/rep/rep.stdout.log", "diego-cell/" UUID, "rep"},
        {"./diego-cell/" UUID "/rep.log", "diego-cell/" UUID, ""},
        {UUID "/rep/rep.log", "outer/1", "rep"},
        {"./" UUID "/rep/rep.log", "outer/1", "rep"},
        {"cf-20180326/rep/rep.log", "outer/1", "rep"},
        {"/var/vcap/sys/log/rep/rep.log", "outer/1", "rep"},
        {"../../rep/rep.log", "outer/1", "rep"},
        {"", "outer/1", ""},
        {"///", "outer/1", ""},
    };
    struct origin outer = origin_new(slice_of("outer"), slice_of("1"), slice_of("")), o;

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        o = origin_of_member(cases[i].name, &outer);
        assert_string_equal(o.vm, cases[i].vm);
        assert_string_equal(o.process, cases[i].process);
        origin_release(&o);
    }
    outer.fixed = true;
    o = origin_of_bundle("cell_z1.0.2015-09-01.tgz", &outer);
    assert_string_equal(o.vm, "outer/1");
    assert_true(o.fixed);
    origin_release(&o);
    o = origin_of_member("cell_z1-0/rep/rep.log", &outer);
    assert_string_equal(o.vm, "outer/1");
    assert_string_equal(o.process, "rep");
    origin_release(&o);
    origin_release(&outer);
}

/* ---- reading ---- */

struct file {
    const char *name;
    const char *bytes;
    size_t len;
};

static la_ssize_t append(struct archive *a, void *context, const void *bytes, size_t len)
{
    (void)a;
    strbuf_add(context, bytes, len);
    return (la_ssize_t)len;
}

/* An archive of these files, ended by a NULL name. */
static struct strbuf pack(const struct file *files, int format, int filter)
{
    struct archive *a = archive_write_new();
    struct strbuf out = STRBUF_INIT;

    assert_int_equal(archive_write_set_format(a, format), ARCHIVE_OK);
    assert_int_equal(archive_write_add_filter(a, filter), ARCHIVE_OK);
    assert_int_equal(archive_write_open2(a, &out, NULL, append, NULL, NULL), ARCHIVE_OK);
    for (; files->name; files++) {
        struct archive_entry *e = archive_entry_new();

        archive_entry_set_pathname(e, files->name);
        archive_entry_set_size(e, (la_int64_t)files->len);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_perm(e, 0644);
        assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
        assert_int_equal(archive_write_data(a, files->bytes, files->len), (la_ssize_t)files->len);
        archive_entry_free(e);
    }
    archive_write_free(a);
    return out;
}

static char *write_file(const struct strbuf *bytes)
{
    char *path = xstrdup("/tmp/cicerone-bundle-XXXXXX");
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes->data, bytes->len), (ssize_t)bytes->len);
    close(fd);
    return path;
}

/* "VM PROCESS: bytes" of each log, in order. */
static struct strbuf read_all(const char *path, struct inputs *inputs)
{
    struct strbuf seen = STRBUF_INIT;
    struct stream *s;

    inputs_add(inputs, path, NULL);
    s = stream_open(&inputs->list[0], 0);
    assert_non_null(s);
    do {
        const struct input *in = stream_input(s);
        char buf[7];
        size_t n;

        if (in->bundle)
            break;
        strbuf_printf(&seen, "[%s %s] ", in->origin.vm, in->origin.process);
        while ((n = stream_read(s, buf, sizeof buf)) > 0)
            strbuf_add(&seen, buf, n);
    } while (stream_next(s));
    assert_false(stream_next(s));
    assert_int_equal(stream_read(s, (char[1]){0}, 1), 0);
    stream_close(s);
    return seen;
}

static void check_read(const struct strbuf *bytes, const char *want, uint64_t left_out)
{
    struct inputs inputs = INPUTS_INIT;
    char *path = write_file(bytes);
    struct strbuf seen = read_all(path, &inputs);

    assert_string_equal(seen.data ? seen.data : "", want);
    for (const struct input *in = &inputs.list[0]; in; in = in->next)
        assert_null(in->problem);
    assert_int_equal(inputs.list[0].left_out, left_out);
    strbuf_release(&seen);
    inputs_release(&inputs);
    unlink(path);
    free(path);
}

static void members_come_in_order_from_any_format(void **unused)
{
    static const struct file files[] = {{"cell-0/rep/rep.log", "one\n", 4},
                                        {"cell-0/rep/notes.txt", "no\n", 3},
                                        {"cell-1/rep/rep.log.1", "", 0},
                                        {"api/" UUID "/bbs/bbs.log", "two\nthree", 9},
                                        {NULL, NULL, 0}};
    static const int formats[] = {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_TAR_GNUTAR,
                                  ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FORMAT_ZIP},
                     filters[] = {ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_BZIP2,
                                  ARCHIVE_FILTER_XZ};

    (void)unused;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        for (size_t k = 0; k < sizeof filters / sizeof *filters; k++) {
            struct strbuf b = pack(files, formats[i], filters[k]);

            check_read(&b, "[cell/0 rep] one\n[cell/1 rep] [api/" UUID " bbs] two\nthree", 1);
            strbuf_release(&b);
        }
    }
}

static void bundles_in_bundles_come_in_their_place(void **unused)
{
    static const struct file inner[] = {{"./rep/rep.log", "inner\n", 6}, {NULL, NULL, 0}};
    struct strbuf tgz = pack(inner, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP),
                  zip = pack(inner, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE), outer;
    const struct file files[] = {{"first.log", "first\n", 6},
                                 {"cell." UUID ".2018-03-26.tgz", tgz.data, tgz.len},
                                 {"no-name-says-zip", zip.data, zip.len},
                                 {"last.log", "last\n", 5},
                                 {NULL, NULL, 0}};

    (void)unused;
    outer = pack(files, ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE, ARCHIVE_FILTER_GZIP);
    check_read(&outer, "[ ] first\n[cell/" UUID " rep] inner\n[ rep] inner\n[ ] last\n", 0);
    strbuf_release(&outer);
    strbuf_release(&tgz);
    strbuf_release(&zip);
}

/* Cut anywhere, a bundle gives no more than was in it, and does no harm. */
static void a_bundle_cut_at_any_byte_is_no_more_than_damaged(void **unused)
{
    static const struct file inner[] = {{"./rep/rep.log", "inner\n", 6}, {NULL, NULL, 0}};
    struct strbuf tgz = pack(inner, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP);
    const struct file files[] = {{"1.log", "one\n", 4},
                                 {"2.tgz", tgz.data, tgz.len},
                                 {"3.log", "three\n", 6},
                                 {NULL, NULL, 0}};
    static const int formats[] = {ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_ZIP},
                     filters[] = {ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ};

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < 3; k++) {
            struct strbuf b = pack(files, formats[i], filters[k]);
            const size_t whole = b.len;

            for (b.len = whole > 4000 ? 600 : 20; b.len<whole; b.len += whole> 4000 ? 37 : 1) {
                struct inputs inputs = INPUTS_INIT;
                char *path = write_file(&b);
                struct strbuf seen = read_all(path, &inputs);

                assert_true(seen.len <=
                            100 + TAR_BLOCK); /* cut within its first block, it is no tar */
                strbuf_release(&seen);
                inputs_release(&inputs);
                unlink(path);
                free(path);
            }
            b.len = whole;
            strbuf_release(&b);
        }
    }
    strbuf_release(&tgz);
}

static void count_bytes(void *context, const struct block *b)
{
    uint64_t *sum = context;

    assert_non_null(b->input->origin.vm);
    *sum += b->len;
}

static void many_members_reach_all_threads(void **unused)
{
    enum { MEMBERS = 500, THREADS = 4 };
    struct file files[MEMBERS + 1] = {{NULL, NULL, 0}};
    char names[MEMBERS][32], text[3000];
    uint64_t sums[THREADS] = {0}, want = 0, got = 0;
    void *contexts[THREADS];
    struct strbuf b;
    char *path;

    (void)unused;
    memset(text, 'x', sizeof text);
    for (size_t i = 99; i < sizeof text; i += 100)
        text[i] = '\n';
    for (size_t i = 0; i < MEMBERS; i++) {
        snprintf(names[i], sizeof names[i], "cell-%zu/rep/rep.log", i);
        files[i] = (struct file){names[i], text, i % 30 * 100};
        want += files[i].len;
    }
    for (int i = 0; i < THREADS; i++)
        contexts[i] = &sums[i];
    b = pack(files, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP);
    path = write_file(&b);
    for (unsigned copies = 1; copies <= 6; copies += 5) {
        struct inputs inputs = INPUTS_INIT;
        struct feed_options o = {THREADS, 10000, 512, 0, NULL};

        memset(sums, 0, sizeof sums);
        for (unsigned i = 0; i < copies; i++)
            inputs_add(&inputs, path, NULL);
        feed(&inputs, &o, count_bytes, contexts);
        got = 0;
        for (int i = 0; i < THREADS; i++)
            got += sums[i];
        assert_int_equal(got, want * copies);
        assert_int_equal(inputs_files(&inputs), (size_t)MEMBERS * copies);
        inputs_release(&inputs);
    }
    unlink(path);
    free(path);
    strbuf_release(&b);
}

static void a_tar_header_is_known_by_its_checksum(void **unused)
{
    static const struct file files[] = {{"a.log", "x\n", 2}, {NULL, NULL, 0}};
    struct strbuf b = pack(files, ARCHIVE_FORMAT_TAR_GNUTAR, ARCHIVE_FILTER_NONE);
    unsigned char *block = (unsigned char *)b.data;

    (void)unused;
    assert_true(sniff_is_tar_header(block));
    block[1] ^= 1;
    assert_false(sniff_is_tar_header(block));
    memset(block, 0, TAR_BLOCK);
    assert_false(sniff_is_tar_header(block));
    memset(block, ' ', TAR_BLOCK);
    assert_false(sniff_is_tar_header(block));
    strbuf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_of_logs_and_bundles_are_known),
        cmocka_unit_test(names_of_bundles_tell_the_vm),
        cmocka_unit_test(names_of_members_tell_the_vm_and_the_process),
        cmocka_unit_test(members_come_in_order_from_any_format),
        cmocka_unit_test(bundles_in_bundles_come_in_their_place),
        cmocka_unit_test(a_bundle_cut_at_any_byte_is_no_more_than_damaged),
        cmocka_unit_test(many_members_reach_all_threads),
        cmocka_unit_test(a_tar_header_is_known_by_its_checksum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
