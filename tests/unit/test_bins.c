/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lifecycle/pulse.h"
#include "series/bins.h"

#define S NS_PER_SECOND

static void times_fall_into_bins_that_are_aligned_to_the_epoch(void **state)
{
    struct grid g = {10 * S, 170000000, 3};
    size_t bin = 9;

    (void)state;
    assert_int_equal(grid_time(&g, 1), INT64_C(1700000010) * S);
    assert_true(grid_bin(&g, INT64_C(1700000000) * S, &bin));
    assert_int_equal(bin, 0);
    assert_true(grid_bin(&g, INT64_C(1700000010) * S - 1, &bin));
    assert_int_equal(bin, 0);
    assert_true(grid_bin(&g, INT64_C(1700000010) * S, &bin));
    assert_int_equal(bin, 1);
    assert_false(grid_bin(&g, INT64_C(1700000000) * S - 1, &bin));
    assert_false(grid_bin(&g, INT64_C(1700000030) * S, &bin));
    assert_int_equal(pulse_bin_of(-1, 10 * S), -1);
    assert_int_equal(pulse_bin_of(-10 * S, 10 * S), -1);
    assert_int_equal(pulse_bin_of(INT64_MIN, S), INT64_MIN / S - 1);
}

static void each_take_is_of_its_bin_alone(void **state)
{
    struct grid g = {10 * S, 0, 3};
    struct point points[] = {{25 * S, 7}, {1 * S, 30}, {9 * S, 10}, {4 * S, 20}, {99 * S, 1}};
    int64_t out[3];

    (void)state;
    bins_take(&g, points, 5, TAKE_MAX, out);
    assert_int_equal(out[0], 30);
    assert_int_equal(out[1], BIN_EMPTY);
    assert_int_equal(out[2], 7);
    bins_take(&g, points, 5, TAKE_MIN, out);
    assert_int_equal(out[0], 10);
    bins_take(&g, points, 5, TAKE_LAST, out);
    assert_int_equal(out[0], 10);
    bins_take(&g, points, 5, TAKE_MEAN, out);
    assert_int_equal(out[0], 20);
    bins_take(&g, points, 5, TAKE_SUM, out);
    assert_int_equal(out[0], 60);
    bins_take(&g, points, 5, TAKE_P50, out);
    assert_int_equal(out[0], 20);
    bins_take(&g, points, 5, TAKE_P95, out);
    assert_int_equal(out[0], 29); /* between 20 and 30 at 0.9 */
    bins_take(&g, NULL, 0, TAKE_MAX, out);
    assert_int_equal(out[0], BIN_EMPTY);
}

static void sums_do_not_overflow(void **state)
{
    struct grid g = {10 * S, 0, 1};
    struct point points[] = {{1, INT64_MAX}, {2, INT64_MAX}};
    int64_t out[1];

    (void)state;
    bins_take(&g, points, 2, TAKE_SUM, out);
    assert_int_equal(out[0], INT64_MAX);
}

static void counts_are_of_the_bin(void **state)
{
    struct grid g = {10 * S, 0, 2};
    struct point points[] = {{0, 1}, {10 * S - 1, 1}, {10 * S, 1}, {-1, 1}};
    int64_t out[2];

    (void)state;
    bins_count(&g, points, 4, out);
    assert_int_equal(out[0], 2);
    assert_int_equal(out[1], 1);
}

static void levels_are_those_at_the_end_of_a_bin(void **state)
{
    struct grid g = {10 * S, 0, 4};
    struct stay stays[] = {
        {1 * S, 15 * S},       /* in at the end of the first bin alone */
        {2 * S, 3 * S},        /* come and gone */
        {12 * S, NSTIME_NONE}, /* stays */
        {10 * S, 20 * S},      /* what ends where a bin ends is in until then, and not behind it */
        {8 * S, 8 * S},        /* never in */
        {9 * S, 5 * S},        /* clocks that disagree */
    };
    int64_t out[4];

    (void)state;
    bins_level(&g, stays, 6, out);
    assert_int_equal(out[0], 1);
    assert_int_equal(out[1], 2);
    assert_int_equal(out[2], 1);
    assert_int_equal(out[3], 1);
}

static void short_silences_are_bridged_and_ends_are_not(void **state)
{
    struct grid g = {10 * S, 0, 10};
    bool logs[10] = {false, true, false, false, true, false, false, false, true, false};
    bool expected[10] = {false, true, true, true, true, false, false, false, true, false};

    (void)state;
    bins_bridge(&g, logs, 20 * S);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(logs[i], expected[i]);
}

static void values_hold_while_there_are_logs(void **state)
{
    struct grid g = {10 * S, 0, 7};
    int64_t e = BIN_EMPTY, values[7] = {e, 5, e, e, e, 8, e}, expected[7] = {e, 5, 5, e, e, 8, 8};
    bool logs[7] = {true, true, true, false, true, true, true};

    (void)state;
    bins_hold(&g, values, logs);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(values[i], expected[i]);
}

static void a_pulse_counts_lines_in_any_order(void **state)
{
    struct pulse_source rep = {slice_of("rep"), slice_of("cell/0"), 0, 0},
                        bbs = {slice_of("bbs"), slice_of("cell/0"), 1, 0};
    struct pulse counted[2], one;

    (void)state;
    pulse_init(&one, 10 * S);
    pulse_init(&counted[0], 10 * S);
    pulse_init(&counted[1], 10 * S);
    for (int64_t i = 0; i < 1000; i++)
        pulse_add(&counted[i % 3 > 0], &rep, (i * 7919) % 1000 * S, i % 2);
    for (int i = 0; i < 3; i++)
        pulse_add(&counted[1], &bbs, 5 * S, true);
    pulse_merge(&one, &counted[0]);
    pulse_merge(&one, &counted[1]);
    pulse_finish(&one);
    assert_int_equal(one.lost, 0);
    assert_int_equal(one.count, 2);
    assert_memory_equal(one.places[0].source.p, "bbs", 3);
    assert_int_equal(one.places[0].count, 1);
    assert_int_equal(one.places[0].bins[0].errors, 3);
    assert_int_equal(one.places[1].count, 100);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(one.places[1].bins[i].bin, i);
        assert_int_equal(one.places[1].bins[i].lines, 10);
        assert_int_equal(one.places[1].bins[i].errors, 5);
    }
    pulse_release(&one);
    pulse_release(&counted[0]);
    pulse_release(&counted[1]);
}

/* The place and the words of what is wrong. */
static void refused(const char *text, const char *why)
{
    struct series_set set = SERIES_SET_INIT;
    struct err err = ERR_INIT;

    assert_int_equal(series_load(&set, "x.json", text, strlen(text), &err), -1);
    if (!strstr(err.text, why))
        fail_msg("\"%s\" does not say \"%s\"", err.text, why);
    series_set_release(&set);
}

#define WRAP(series)                                                                               \
    "{\"version\": 1, \"groups\": [{\"title\": \"G\", \"series\": [{" series "}]}]}"

static void definitions_are_strict(void **state)
{
    struct series_set set = SERIES_SET_INIT;
    struct err err = ERR_INIT;
    const char *good = WRAP("\"name\": \"a\", \"title\": \"A\", \"lines\": [{\"of\": \"tasks\", "
                            "\"duration\": \"X\", \"to\": [\"Y\", \"Z\"], \"take\": \"p95\"}]");

    (void)state;
    assert_int_equal(series_load(&set, "x.json", good, strlen(good), &err), 0);
    assert_int_equal(set.count, 1);
    assert_int_equal(set.list[0].lines[0].kind, SERIES_DURATION);
    assert_int_equal(set.list[0].lines[0].to.count, 2);
    assert_int_equal(set.list[0].lines[0].takes[0], TAKE_P95);
    assert_int_equal(series_load(&set, "y.json", good, strlen(good), &err), -1);
    assert_non_null(strstr(err.text, "y.json:1:"));
    assert_non_null(strstr(err.text, "there is a series \"a\" already"));
    series_set_release(&set);

    refused("{", "x.json:1:");
    refused("[]", "must be an object of \"version\"");
    refused(WRAP("\"name\": \"a\""), "lacks \"title\"");
    refused(WRAP("\"name\": \"a/b\", \"title\": \"A\", \"absent\": \"x\""), "small letters");
    refused(WRAP("\"name\": \"a\", \"title\": \"A\""), "needs \"lines\" or \"absent\"");
    refused(WRAP("\"name\": \"a\", \"title\": \"A\", \"colour\": 1"), "colour: unknown key");
    refused(WRAP("\"name\": \"a\", \"title\": \"A\", \"lines\": [{\"of\": \"tasks\"}]"),
            "lines[0]: needs one of");
    refused(
        WRAP("\"name\": \"a\", \"title\": \"A\", \"lines\": [{\"of\": \"t\", \"level\": \"X\"}]"),
        "lacks \"to\"");
    refused(WRAP("\"name\": \"a\", \"title\": \"A\", \"lines\": [{\"of\": \"t\", \"count\": \"X\", "
                 "\"where\": {\"cell\": \"(\"}}]"),
            "where.cell");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_fall_into_bins_that_are_aligned_to_the_epoch),
        cmocka_unit_test(each_take_is_of_its_bin_alone),
        cmocka_unit_test(sums_do_not_overflow),
        cmocka_unit_test(counts_are_of_the_bin),
        cmocka_unit_test(levels_are_those_at_the_end_of_a_bin),
        cmocka_unit_test(short_silences_are_bridged_and_ends_are_not),
        cmocka_unit_test(values_hold_while_there_are_logs),
        cmocka_unit_test(a_pulse_counts_lines_in_any_order),
        cmocka_unit_test(definitions_are_strict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
