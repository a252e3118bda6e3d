/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/hash.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "input/feed.h"
#include "input/sites.h"

/* A line that came through, and where it stood. */
struct stood {
    struct site site;
    uint64_t hash;
};

/* What came through: each line's place and bytes, summed up so that order does not matter. */
struct seen {
    pthread_mutex_t lock;
    const struct strbuf *text;
    size_t max_line;
    uint64_t lines, bytes, sum;
    uint64_t numbered; /* a sum with the lines' numbers */
    struct sites sites;
    struct stood *stood;
    size_t room;
};

static uint64_t line_sum(const char *line, size_t len, uint64_t offset)
{
    return hash_bytes(line, len, HASH_SEED + offset * 2);
}

static void take(void *context, const struct block *b)
{
    struct seen *s = context;
    struct line_counter counter = {b->data, 0};
    uint32_t number;

    pthread_mutex_lock(&s->lock);
    assert_true(b->len ? b->data[b->len - 1] == '\n' : b->long_behind == 1);
    number = sites_add(&s->sites, b, line_number(&counter, b->data + b->len) - 1);
    counter = (struct line_counter){b->data, 0};
    for (const char *p = b->data, *end = p + b->len; p < end;) {
        size_t len = (size_t)((char *)memchr(p, '\n', (size_t)(end - p)) - p);

        if (len <= s->max_line) {
            if (s->lines == s->room) {
                s->room = s->room * 2 + 64;
                s->stood = xreallocarray(s->stood, s->room, sizeof *s->stood);
            }
            s->stood[s->lines++] = (struct stood){{number, (uint32_t)line_number(&counter, p)},
                                                  hash_bytes(p, len, HASH_SEED)};
            s->bytes += len;
            s->sum += line_sum(p, len, b->offset + (uint64_t)(p - b->data));
        }
        p += len + 1;
    }
    pthread_mutex_unlock(&s->lock);
}

static uint64_t number_sum(uint64_t hash, uint64_t number)
{
    return hash_bytes((const char *)&number, sizeof number, hash);
}

/* When all is read: sum up the lines with their numbers. */
static void number_lines(struct seen *s, const char *path)
{
    sites_number(&s->sites);
    for (uint64_t i = 0; i < s->lines; i++) {
        uint64_t n;

        assert_string_equal(sites_file(&s->sites, s->stood[i].site, &n), path);
        s->numbered += number_sum(s->stood[i].hash, n);
    }
    sites_release(&s->sites);
    free(s->stood);
}

static struct seen expected(const struct strbuf *text, size_t max_line)
{
    struct seen s = {.max_line = max_line};
    uint64_t n = 1;

    for (size_t at = 0; at < text->len; n++) {
        const char *p = text->data + at, *nl = memchr(p, '\n', text->len - at);
        size_t len = nl ? (size_t)(nl - p) : text->len - at;

        if (len <= max_line) {
            s.lines++;
            s.bytes += len;
            s.sum += line_sum(p, len, at);
            s.numbered += number_sum(hash_bytes(p, len, HASH_SEED), n);
        }
        at += len + 1;
    }
    return s;
}

static uint64_t state = 1;

static uint64_t next_random(void)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return state >> 33;
}

/* Lines of all lengths, many of them empty, some longer than any block. */
static void fill(struct strbuf *text, size_t bytes, bool last_newline)
{
    while (text->len < bytes) {
        uint64_t kind = next_random() % 100;
        size_t len = kind < 15 ? 0 : kind < 97 ? next_random() % 300 : next_random() % 30000;

        for (size_t i = 0; i < len; i++)
            strbuf_char(text, (char)('a' + next_random() % 26));
        strbuf_char(text, '\n');
    }
    if (!last_newline)
        strbuf_str(text, "the last line has no end");
}

static char *write_file(const struct strbuf *text, bool packed)
{
    char *path = xstrdup("/tmp/cicerone-feed-XXXXXX");
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    if (packed) { /* several members, the second half in another */
        for (int half = 0; half < 2; half++) {
            size_t from = half ? text->len / 2 : 0, to = half ? text->len : text->len / 2;
            gzFile z = gzdopen(dup(fd), "wb1");

            assert_int_equal(gzwrite(z, text->data + from, (unsigned)(to - from)),
                             (int)(to - from));
            gzclose(z);
        }
    } else if (text->len) {
        assert_int_equal(write(fd, text->data, text->len), (ssize_t)text->len);
    }
    close(fd);
    return path;
}

static struct seen run(const char *path, const struct strbuf *text, unsigned threads,
                       size_t block_bytes, size_t max_line, uint64_t *long_lines)
{
    struct seen s = {.text = text, .max_line = max_line};
    struct inputs inputs = INPUTS_INIT;
    struct feed_options o = {threads, max_line, block_bytes, 0, NULL};
    void *contexts[16];

    pthread_mutex_init(&s.lock, NULL);
    for (unsigned i = 0; i < threads; i++)
        contexts[i] = &s;
    inputs_add(&inputs, path, NULL);
    feed(&inputs, &o, take, contexts);
    assert_int_equal(inputs.list[0].state, INPUT_FINE);
    number_lines(&s, path);
    if (long_lines)
        *long_lines = inputs.list[0].long_lines;
    inputs_release(&inputs);
    return s;
}

static void check(const struct strbuf *text, size_t max_line)
{
    static const size_t block_sizes[] = {1, 7, 64, 1000, 4096, 0};
    static const unsigned thread_counts[] = {1, 2, 7};
    struct seen want = expected(text, max_line);

    for (int packed = 0; packed < 2; packed++) {
        char *path = write_file(text, packed);

        for (size_t b = 0; b < sizeof block_sizes / sizeof *block_sizes; b++) {
            for (size_t t = 0; t < sizeof thread_counts / sizeof *thread_counts; t++) {
                struct seen got = run(path, text, thread_counts[t], block_sizes[b], max_line, NULL);

                assert_int_equal(got.lines, want.lines);
                assert_int_equal(got.bytes, want.bytes);
                assert_int_equal(got.sum, want.sum);
                assert_int_equal(got.numbered, want.numbered);
            }
        }
        unlink(path);
        free(path);
    }
}

static void every_line_comes_once_whatever_the_blocks_and_threads(void **unused)
{
    (void)unused;
    for (int i = 0; i < 4; i++) {
        struct strbuf text = STRBUF_INIT;

        fill(&text, i == 0 ? 100 : 60000, i % 2);
        check(&text, (size_t)16 << 20);
        strbuf_release(&text);
    }
}

static void lines_that_are_too_long_cost_no_others(void **unused)
{
    struct strbuf text = STRBUF_INIT;

    (void)unused;
    fill(&text, 60000, true);
    check(&text, 5000);
    strbuf_release(&text);
}

static void small_files_are_read_whole(void **unused)
{
    static const char *const texts[] = {"",     "\n",   "x",      "x\n",
                                        "\n\n", "a\nb", "a\nb\n", "ab\n\n\ncd"};

    (void)unused;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct strbuf text = STRBUF_INIT;

        strbuf_str(&text, texts[i]);
        check(&text, 1000);
        strbuf_release(&text);
    }
}

static void a_very_long_line_is_counted_once(void **unused)
{
    struct strbuf text = STRBUF_INIT;

    (void)unused;
    strbuf_str(&text, "before\n");
    for (int i = 0; i < 200000; i++)
        strbuf_char(&text, 'x');
    strbuf_str(&text, "\nafter\n");
    for (int packed = 0; packed < 2; packed++) {
        char *path = write_file(&text, packed);

        for (unsigned threads = 1; threads <= 3; threads++) {
            uint64_t long_lines;
            struct seen s = run(path, &text, threads, 1000, 50000, &long_lines);

            assert_int_equal(s.lines, 2);
            assert_int_equal(s.numbered, expected(&text, 50000).numbered);
            assert_int_equal(long_lines, 1);
        }
        unlink(path);
        free(path);
    }
    strbuf_release(&text);
}

static void *write_pipe(void *arg)
{
    const char *path = arg;
    FILE *f = fopen(path, "w");

    for (int i = 0; i < 20000; i++)
        fprintf(f, "line %d\n", i);
    fclose(f);
    return NULL;
}

static void a_pipe_is_read_to_its_end(void **unused)
{
    char path[] = "/tmp/cicerone-fifo-XXXXXX";
    struct seen s;
    pthread_t writer;

    (void)unused;
    assert_non_null(mkdtemp(path));
    rmdir(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    pthread_create(&writer, NULL, write_pipe, path);
    s = run(path, NULL, 2, 0, 1000, NULL);
    pthread_join(writer, NULL);
    assert_int_equal(s.lines, 20000);
    unlink(path);
}

static void sites_are_in_order_of_titles_then_of_lines(void **unused)
{
    struct input a = {.path = (char *)(uintptr_t) "a"}, dash = {.path = (char *)(uintptr_t) "-"},
                 first = {.path = (char *)(uintptr_t) "t: m", .member = 1},
                 second = {.path = (char *)(uintptr_t) "t: m", .member = 2};
    const struct block blocks[] = {{.input = &second},
                                   {.input = &a, .offset = 10},
                                   {.input = &first, .offset = 5},
                                   {.input = &dash},
                                   {.input = &a, .long_before = 2}};
    const struct site order[] = {{4, 1}, {4, 9}, {1, 1}, {3, 1}, {2, 3}, {0, 1}, NO_SITE};
    const size_t count = sizeof order / sizeof *order;
    struct sites s = SITES_INIT;
    uint64_t line;

    (void)unused;
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        sites_add(&s, &blocks[i], 20);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            int c = sites_cmp(&s, order[i], order[k]);

            assert_true(i < k ? c < 0 : i > k ? c > 0 : c == 0);
        }
    }
    sites_number(&s);
    assert_string_equal(sites_file(&s, order[2], &line), "a");
    assert_int_equal(line, 23); /* behind 22, of which 2 were left out */
    assert_string_equal(sites_file(&s, order[3], &line), "standard input");
    assert_int_equal(line, 1);
    assert_null(sites_file(&s, NO_SITE, &line));
    sites_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_comes_once_whatever_the_blocks_and_threads),
        cmocka_unit_test(lines_that_are_too_long_cost_no_others),
        cmocka_unit_test(small_files_are_read_whole),
        cmocka_unit_test(a_very_long_line_is_counted_once),
        cmocka_unit_test(a_pipe_is_read_to_its_end),
        cmocka_unit_test(sites_are_in_order_of_titles_then_of_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
