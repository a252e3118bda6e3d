/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "stats/histogram.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define LAST        (HISTOGRAM_BINS - 1)

static size_t sum(const struct histogram *h)
{
    size_t n = h->not_positive;

    for (size_t i = 0; i < HISTOGRAM_BINS; i++)
        n += h->bins[i];
    return n;
}

static void none_leave_all_bins_empty(void **state)
{
    struct histogram h;

    (void)state;
    histogram_count(&h, NULL, 0);
    assert_int_equal(sum(&h), 0);
}

static void one_or_equal_ones_are_in_the_first_bin(void **state)
{
    const int64_t one[] = {7}, equal[] = {9, 9, 9};
    struct histogram h;

    (void)state;
    histogram_count(&h, one, COUNT(one));
    assert_int_equal(h.bins[0], 1);
    assert_int_equal(sum(&h), 1);
    histogram_count(&h, equal, COUNT(equal));
    assert_int_equal(h.bins[0], 3);
    assert_int_equal(sum(&h), 3);
}

static void what_is_not_above_zero_is_counted_beside_the_bins(void **state)
{
    const int64_t none[] = {INT64_MIN, -5, 0}, some[] = {-5, 0, 0, 1, 65536};
    struct histogram h;

    (void)state;
    histogram_count(&h, none, COUNT(none));
    assert_int_equal(h.not_positive, 3);
    assert_int_equal(sum(&h), 3);
    histogram_count(&h, some, COUNT(some));
    assert_int_equal(h.not_positive, 3);
    assert_int_equal(h.bins[0], 1);
    assert_int_equal(h.bins[LAST], 1);
    assert_int_equal(sum(&h), 5);
}

/* From 1 to 2^16 a bin is a power of two. */
static void bins_are_equal_parts_of_a_logarithmic_scale(void **state)
{
    int64_t list[HISTOGRAM_BINS + 1] = {1};
    struct histogram h;

    (void)state;
    for (size_t i = 1; i < HISTOGRAM_BINS; i++)
        list[i] = (INT64_C(1) << i) + (INT64_C(1) << (i - 1));
    list[HISTOGRAM_BINS] = INT64_C(1) << HISTOGRAM_BINS;
    histogram_count(&h, list, COUNT(list));
    for (size_t i = 0; i < LAST; i++)
        assert_int_equal(h.bins[i], 1);
    assert_int_equal(h.bins[LAST], 2);
}

static void the_longest_durations_are_counted_too(void **state)
{
    const int64_t list[] = {1, INT64_MAX - 1, INT64_MAX};
    struct histogram h;

    (void)state;
    histogram_count(&h, list, COUNT(list));
    assert_int_equal(h.bins[0], 1);
    assert_int_equal(h.bins[LAST], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none_leave_all_bins_empty),
        cmocka_unit_test(one_or_equal_ones_are_in_the_first_bin),
        cmocka_unit_test(what_is_not_above_zero_is_counted_beside_the_bins),
        cmocka_unit_test(bins_are_equal_parts_of_a_logarithmic_scale),
        cmocka_unit_test(the_longest_durations_are_counted_too),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
