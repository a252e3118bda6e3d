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

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/intern.h"
#include "base/regex.h"
#include "base/slice.h"
#include "base/slots.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "support/linegen.h"

static const struct slice nothing = {NULL, 0};

static void slices_are_ordered_by_bytes_then_by_length(void **state)
{
    static const char *const ordered[] = {"", "A", "AA", "AB", "B", "a", "\x7f", "\x80", "\xff"};
    size_t n = sizeof ordered / sizeof *ordered;

    (void)state;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            struct slice a = slice_of(ordered[i]), b = slice_of(ordered[j]);

            assert_int_equal(slice_cmp(a, b), i < j ? -1 : i > j);
            assert_int_equal(slice_eq(a, b), i == j);
        }
    }
    assert_int_equal(slice_cmp(nothing, nothing), 0);
    assert_int_equal(slice_cmp(nothing, slice_of("")), 0);
    assert_int_equal(slice_cmp(nothing, slice_of("a")), -1);
    assert_true(slice_eq(nothing, slice_of("")));
    assert_int_equal(slice_cmp((struct slice){"a\0b", 3}, (struct slice){"a\0c", 3}), -1);
    assert_false(slice_eq((struct slice){"a\0b", 3}, (struct slice){"a\0c", 3}));
}

static void a_strbuf_grows_and_stays_terminated(void **state)
{
    struct strbuf b = STRBUF_INIT;

    (void)state;
    strbuf_add(&b, NULL, 0);
    assert_string_equal(b.data, "");
    strbuf_slice(&b, nothing);
    for (size_t i = 0; i < 5000; i++) {
        assert_int_equal(b.len, i);
        strbuf_char(&b, (char)('a' + i % 26));
        assert_true(b.cap > b.len);
        assert_int_equal(b.data[b.len], '\0');
    }
    for (size_t i = 0; i < 5000; i++)
        assert_int_equal(b.data[i], 'a' + (int)(i % 26));
    strbuf_reset(&b);
    assert_int_equal(b.len, 0);
    assert_string_equal(b.data, "");
    strbuf_add(&b, "a\0b", 3);
    assert_int_equal(b.len, 3);
    assert_memory_equal(b.data, "a\0b", 4);
    strbuf_release(&b);
    assert_null(b.data);
    strbuf_reset(&b); /* harmless on an empty one */
    strbuf_release(&b);
}

static void room_in_a_strbuf_is_really_there(void **state)
{
    (void)state;
    for (size_t had = 0; had < 130; had += 7) {
        for (size_t more = 0; more < 300; more++) {
            struct strbuf b = STRBUF_INIT;
            char *p;

            for (size_t i = 0; i < had; i++)
                strbuf_char(&b, 'x');
            p = strbuf_room(&b, more);
            assert_ptr_equal(p, b.data + had);
            memset(p, 'y', more + 1); /* and one for the terminator */
            strbuf_release(&b);
        }
    }
}

static void printing_into_a_strbuf_appends(void **state)
{
    struct strbuf b = STRBUF_INIT;
    char longer[300];

    (void)state;
    memset(longer, 'z', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    strbuf_str(&b, "a");
    strbuf_printf(&b, "%s", "");
    strbuf_printf(&b, "%d-%s|", 42, longer);
    assert_int_equal(b.len, 1 + 3 + 299 + 1);
    assert_memory_equal(b.data, "a42-zzz", 7);
    assert_int_equal(b.data[b.len - 1], '|');
    assert_int_equal(b.data[b.len], '\0');
    strbuf_release(&b);
}

static void what_an_arena_gives_is_apart_and_aligned(void **state)
{
    struct arena a = ARENA_INIT;
    struct rng r = {3};
    struct {
        unsigned char *p;
        size_t len;
    } given[4000];

    (void)state;
    for (size_t i = 0; i < 4000; i++) {
        size_t len = rng_below(&r, i % 50 == 0 ? 100000 : 100);
        unsigned char fill = (unsigned char)i;

        if (i % 3 == 0) {
            given[i].p = arena_alloc(&a, len);
            assert_int_equal((uintptr_t)given[i].p % 8, 0);
            memset(given[i].p, fill, len);
        } else {
            char *bytes = xmalloc(len);

            memset(bytes, fill, len);
            given[i].p = (unsigned char *)(i % 3 == 1 ? arena_dup(&a, bytes, len)
                                                      : arena_pack(&a, bytes, len));
            free(bytes);
            if (i % 3 == 1)
                assert_int_equal(given[i].p[len], 0);
        }
        given[i].len = len;
    }
    for (size_t i = 0; i < 4000; i++) {
        for (size_t k = 0; k < given[i].len; k++)
            assert_int_equal(given[i].p[k], (unsigned char)i);
    }
    assert_true(a.total_bytes > 0);
    arena_release(&a);
    assert_null(a.chunks);
    assert_int_equal(a.total_bytes, 0);
    arena_release(&a);
}

/* Only a large arena asks for one, before its chunk is full, once, and takes it then. */
static void an_arena_asks_for_a_spare_in_time(void **state)
{
    struct arena a = ARENA_INIT;
    struct arena_chunk *spare = NULL;
    size_t asked = 0, taken = 0;

    (void)state;
    while (a.total_bytes < ((size_t)32 << 20)) {
        size_t before = a.total_bytes;

        memset(arena_alloc(&a, 1000), 1, 1000);
        if (a.total_bytes > before && asked > taken) {
            assert_null(a.spare); /* it was taken instead of a new one */
            assert_ptr_equal(a.chunks, spare);
            taken++;
        }
        if (!arena_wants_spare(&a))
            continue;
        assert_in_range(a.total_bytes, (size_t)4 << 20, (size_t)32 << 20);
        assert_false(arena_wants_spare(&a));
        spare = arena_spare_new();
        arena_give_spare(&a, spare);
        assert_false(arena_wants_spare(&a));
        asked++;
    }
    assert_in_range(taken, 10, 14);
    assert_in_range(asked, taken, taken + 1);
    arena_give_spare(&a, arena_spare_new());
    arena_release(&a);
}

static void an_arena_never_gives_null(void **state)
{
    struct arena a = ARENA_INIT, b = ARENA_INIT, c = ARENA_INIT;
    void *volatile p; /* the attribute says non-null, and the compiler would believe it */

    (void)state;
    p = arena_alloc(&a, 0);
    assert_non_null(p);
    p = arena_pack(&b, NULL, 0);
    assert_non_null(p);
    p = arena_dup(&c, NULL, 0);
    assert_non_null(p);
    assert_string_equal((char *)p, "");
    arena_release(&a);
    arena_release(&b);
    arena_release(&c);
}

static void each_distinct_text_has_one_number(void **state)
{
    struct intern in = INTERN_INIT;
    char text[32];

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 20000; i++) {
            snprintf(text, sizeof text, "text-%u", i * 7919u);
            assert_int_equal(intern_add(&in, slice_of(text)), i);
        }
    }
    assert_int_equal(in.count, 20000);
    for (uint32_t i = 0; i < 20000; i++) {
        struct slice s = intern_text(&in, i);

        snprintf(text, sizeof text, "text-%u", i * 7919u);
        assert_int_equal(s.len, strlen(text));
        assert_string_equal(s.p, text); /* NUL-terminated */
    }
    intern_release(&in);
    assert_int_equal(in.count, 0);
    assert_int_equal(intern_add(&in, slice_of("again")), 0);
    intern_release(&in);
}

static void texts_are_distinct_by_all_their_bytes(void **state)
{
    static const struct slice texts[] = {
        {NULL, 0},   {"\0", 1},   {"\0\0", 2},     {"a", 1},          {"a\0", 2},
        {"a\0b", 3}, {"a\0c", 3}, {"abcdefgh", 8}, {"abcdefgh\0", 9}, {"abcdefghi", 9}};
    struct intern in = INTERN_INIT;

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            assert_int_equal(intern_add(&in, texts[i]), i);
            assert_true(slice_eq(intern_text(&in, i), texts[i]));
        }
    }
    assert_int_equal(intern_add(&in, slice_of("")), 0);
    intern_release(&in);
}

/* Keys are numbers, many of one hash; of each all are found, each once, and nothing else. */
static void numbers_of_equal_hashes_are_all_found(void **state)
{
    enum { HASHES = 5000, EACH = 3 };
    struct slots s = SLOTS_INIT;
    uint32_t number = 0;
    struct probe none = slots_probe(1);

    (void)state;
    assert_false(slots_next(&s, &none, &number));
    for (uint32_t i = 0; i < HASHES * EACH; i++)
        slots_add(&s, (uint64_t)(i % HASHES) << 32, i);
    for (uint32_t h = 0; h < HASHES; h++) {
        struct probe p = slots_probe((uint64_t)h << 32);
        bool seen[EACH] = {false};

        for (int n = 0; n < EACH; n++) {
            assert_true(slots_next(&s, &p, &number));
            assert_int_equal(number % HASHES, h);
            assert_false(seen[number / HASHES]);
            seen[number / HASHES] = true;
        }
        assert_false(slots_next(&s, &p, &number));
    }
    none = slots_probe((uint64_t)HASHES << 32);
    assert_false(slots_next(&s, &none, &number));
    slots_release(&s);
}

static void a_hash_is_the_same_for_the_same_bytes(void **state)
{
    char block[128 + 16];
    uint64_t at_zero[129];

    (void)state;
    for (size_t offset = 0; offset < 16; offset++) {
        for (size_t len = 0; len <= 128; len++) {
            uint64_t h;

            memset(block, 0x55 + (int)offset, sizeof block); /* what is around must not count */
            for (size_t i = 0; i < len; i++)
                block[offset + i] = (char)(i * 37);
            h = hash_bytes(block + offset, len, HASH_SEED);
            if (offset == 0)
                at_zero[len] = h;
            assert_true(h == at_zero[len]);
            assert_true(h == hash_slice((struct slice){block + offset, len}, HASH_SEED));
        }
    }
    for (size_t i = 0; i <= 128; i++) {
        for (size_t j = 0; j < i; j++)
            assert_true(at_zero[i] != at_zero[j]);
    }
    assert_true(hash_bytes("a", 1, 1) != hash_bytes("a", 1, 2));
    assert_true(hash_bytes(NULL, 0, 1) == hash_bytes("", 0, 1));
}

static void every_bit_of_a_text_counts_in_its_hash(void **state)
{
    unsigned char bytes[40] = "0123456789abcdefghijklmnopqrstuvwxyz";

    (void)state;
    for (size_t len = 1; len <= sizeof bytes; len++) {
        uint64_t h = hash_bytes((char *)bytes, len, HASH_SEED);

        for (size_t bit = 0; bit < len * 8; bit++) {
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
            assert_true(hash_bytes((char *)bytes, len, HASH_SEED) != h);
            bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
    }
}

static void the_first_error_wins(void **state)
{
    struct err e = ERR_INIT;
    char longer[3000];

    (void)state;
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(err_set(&e, "line %d: %s", 7, "bad"), -1);
    assert_int_equal(err_set(&e, "later"), -1);
    assert_true(e.set);
    assert_string_equal(e.text, "line 7: bad");
    e.set = false;
    assert_int_equal(err_set(&e, "%s", longer), -1);
    assert_int_equal(strlen(e.text), sizeof e.text - 1);
}

static struct regex *compiled(const char *pattern)
{
    struct err e = ERR_INIT;
    struct regex *re = regex_new(slice_of(pattern), &e);

    if (!re)
        fail_msg("%s", e.text);
    assert_false(e.set);
    return re;
}

static bool matches(const char *pattern, struct slice text)
{
    struct regex *re = compiled(pattern);
    bool yes = regex_match(re, text);

    regex_free(re);
    return yes;
}

static void a_pattern_matches_anywhere_in_the_bytes(void **state)
{
    (void)state;
    assert_true(matches("b+", slice_of("abc")));
    assert_false(matches("^b", slice_of("abc")));
    assert_true(matches("c$", slice_of("abc")));
    assert_false(matches("B", slice_of("abc")));
    assert_true(matches("(?i)B", slice_of("abc")));
    assert_true(matches("", nothing));
    assert_true(matches("^$", nothing));
    assert_false(matches("a", nothing));
    assert_true(matches("a.b", (struct slice){"a\0b", 3}));
    assert_true(matches("a\\x00b", (struct slice){"a\0b", 3}));
    assert_true(matches("^.$", slice_of("\xff"))); /* bytes, not UTF-8 */
    assert_true(matches("^..$", slice_of("é")));
    assert_false(matches("b", (struct slice){"ab", 1})); /* not beyond the length */
}

/* A whole word is compared without a machine, to the same end: (?:) makes another pattern of it. */
static void a_whole_word_matches_as_any_other_pattern(void **state)
{
    static const char *const words[] = {"rep", "garden-linux", "bbs_2", "X"};
    static const char *const texts[] = {
        "",      "rep",   "rep\n", "rep\n\n",      "\nrep",        "re",
        "reps",  "Rep",   "xrep",  "garden-linux", "garden-linuX", "garden_linux",
        "bbs_2", "bbs-2", "X",     "X\n",          "\r\nX",        "x"};
    size_t yes = 0;

    (void)state;
    for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
        char plain[40], other[40];

        snprintf(plain, sizeof plain, "^%s$", words[w]);
        snprintf(other, sizeof other, "^(?:%s)$", words[w]);
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            bool want = matches(other, slice_of(texts[i]));

            if (matches(plain, slice_of(texts[i])) != want)
                fail_msg("%s and \"%s\": not %d", plain, texts[i], (int)want);
            yes += want;
        }
    }
    assert_int_equal(yes, 6);
    assert_false(matches("^a$", nothing));
    assert_false(matches("^ab$", (struct slice){"ab", 1}));
}

static void a_whole_word_has_no_groups(void **state)
{
    struct regex *re = compiled("^rep$");
    struct slice group = {"x", 1};

    (void)state;
    assert_int_equal(regex_groups(re), 0);
    assert_true(regex_capture(re, slice_of("rep"), &group, 1));
    assert_null(group.p);
    assert_false(regex_capture(re, slice_of("bbs"), &group, 1));
    regex_free(re);
}

static void groups_are_borrowed_from_the_text(void **state)
{
    struct regex *re = compiled("(\\w+)\\.(x)?(\\d*)(?:=(.*))?");
    const char *text = "  rep.=v ";
    struct slice groups[6];

    (void)state;
    assert_int_equal(regex_groups(re), 4);
    memset(groups, 0xa5, sizeof groups);
    assert_true(regex_capture(re, slice_of(text), groups, 6));
    assert_ptr_equal(groups[0].p, text + 2);
    assert_int_equal(groups[0].len, 3);
    assert_null(groups[1].p); /* took no part */
    assert_int_equal(groups[1].len, 0);
    assert_ptr_equal(groups[2].p, text + 6); /* took part with nothing */
    assert_int_equal(groups[2].len, 0);
    assert_true(slice_eq(groups[3], slice_of("v ")));
    assert_null(groups[4].p);
    assert_null(groups[5].p);
    assert_false(regex_capture(re, slice_of("none"), groups, 6));
    assert_true(regex_capture(re, slice_of("a."), groups, 1));
    regex_free(re);
    re = compiled("(a*)(b)?");
    assert_true(regex_capture(re, nothing, groups, 2));
    assert_non_null(groups[0].p); /* took part */
    assert_null(groups[1].p);
    regex_free(re);
}

static void of_many_groups_the_first_eight_are_given(void **state)
{
    struct regex *re = compiled("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)");
    struct slice groups[8];

    (void)state;
    assert_int_equal(regex_groups(re), 10);
    assert_true(regex_match(re, slice_of("abcdefghij")));
    assert_true(regex_capture(re, slice_of("abcdefghij"), groups, 8));
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(groups[i].len, 1);
        assert_int_equal(*groups[i].p, 'a' + (int)i);
    }
    regex_free(re);
}

static void a_bad_pattern_is_reported_with_its_place(void **state)
{
    static const struct {
        const char *pattern, *where;
    } rows[] = {
        {"ab(cd", "at character 6"}, {"a)b", "at character 2"}, {"*a", "at character 1"},
        {"a[b", "at character 4"},   {"a\\", "at character 3"}, {"(?<n>a)(?<n>b)", "at character"},
        {"(*UTF)a", "at character"}, {"\\C", "at character"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = ERR_INIT;
        struct strbuf start = STRBUF_INIT;

        strbuf_printf(&start, "bad pattern \"%s\": ", rows[i].pattern);
        assert_null(regex_new(slice_of(rows[i].pattern), &e));
        assert_true(e.set);
        if (!strstr(e.text, rows[i].where) || strncmp(e.text, start.data, start.len) != 0)
            fail_msg("%s", e.text);
        strbuf_release(&start);
    }
    regex_free(NULL);
}

static void a_match_that_costs_too_much_is_no_match(void **state)
{
    struct regex *catastrophic = compiled("(x+x+)+y"), *interpreted = compiled("(*NO_JIT)(x+x+)+y"),
                 *easy = compiled("x+z");
    struct strbuf text = STRBUF_INIT;
    struct slice group;

    (void)state;
    while (text.len < 40)
        strbuf_char(&text, 'x');
    strbuf_char(&text, 'z');
    /* no y at all would be seen at once */
    strbuf_str(&text, " y");
    assert_false(regex_match(catastrophic, (struct slice){text.data, text.len}));
    assert_false(regex_capture(catastrophic, (struct slice){text.data, text.len}, &group, 1));
    /* and does not spoil the next */
    assert_true(regex_match(easy, (struct slice){text.data, text.len}));
    assert_true(regex_gave_up());
    assert_true(regex_match(catastrophic, slice_of("xxxy")));
    assert_false(regex_match(interpreted, (struct slice){text.data, text.len}));
    assert_true(regex_match(interpreted, slice_of("xxxy")));
    regex_free(interpreted);
    regex_free(catastrophic);
    regex_free(easy);
    /* some millions of steps lead to the z, and are too many */
    assert_true(matches("(x+x+)+y|z", slice_of("xxxz")));
    assert_false(matches("(x+x+)+y|z", slice_of("xxxxxxxxxxxxxxxxxxxxxxxz")));
    strbuf_release(&text);
}

static void *match_many(void *re)
{
    struct slice group;
    char text[32];
    size_t good = 0;

    for (int i = 0; i < 2000; i++) {
        int len = snprintf(text, sizeof text, "n=%d;", i);

        good += regex_capture(re, slice_of(text), &group, 1) && group.len == (size_t)len - 3;
    }
    regex_thread_release();
    return good == 2000 ? re : NULL;
}

static void one_pattern_serves_many_threads(void **state)
{
    struct regex *re = compiled("n=(\\d+);");
    pthread_t threads[4];
    void *result;

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, match_many, re), 0);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_non_null(result);
    }
    regex_free(re);
}

static void what_a_thread_released_is_made_anew(void **state)
{
    (void)state;
    regex_thread_release();
    regex_thread_release();
    assert_true(matches("a", slice_of("a")));
    regex_thread_release();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_are_ordered_by_bytes_then_by_length),
        cmocka_unit_test(a_strbuf_grows_and_stays_terminated),
        cmocka_unit_test(room_in_a_strbuf_is_really_there),
        cmocka_unit_test(printing_into_a_strbuf_appends),
        cmocka_unit_test(what_an_arena_gives_is_apart_and_aligned),
        cmocka_unit_test(an_arena_asks_for_a_spare_in_time),
        cmocka_unit_test(an_arena_never_gives_null),
        cmocka_unit_test(each_distinct_text_has_one_number),
        cmocka_unit_test(texts_are_distinct_by_all_their_bytes),
        cmocka_unit_test(numbers_of_equal_hashes_are_all_found),
        cmocka_unit_test(a_hash_is_the_same_for_the_same_bytes),
        cmocka_unit_test(every_bit_of_a_text_counts_in_its_hash),
        cmocka_unit_test(the_first_error_wins),
        cmocka_unit_test(a_pattern_matches_anywhere_in_the_bytes),
        cmocka_unit_test(a_whole_word_matches_as_any_other_pattern),
        cmocka_unit_test(a_whole_word_has_no_groups),
        cmocka_unit_test(groups_are_borrowed_from_the_text),
        cmocka_unit_test(of_many_groups_the_first_eight_are_given),
        cmocka_unit_test(a_bad_pattern_is_reported_with_its_place),
        cmocka_unit_test(a_match_that_costs_too_much_is_no_match),
        cmocka_unit_test(one_pattern_serves_many_threads),
        cmocka_unit_test(what_a_thread_released_is_made_anew),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
