/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/density.h"

#define PLACES 101

/* cmocka's own compares floats. */
#define assert_close(a, b, by) assert_true(fabs((a) - (b)) <= (by))

/* The trapezoidal rule. */
static double area(const double *density, size_t places, double low, double high)
{
    double sum = (density[0] + density[places - 1]) / 2;

    for (size_t i = 1; i + 1 < places; i++)
        sum += density[i];
    return sum * (high - low) / (double)(places - 1);
}

static void the_bandwidth_is_silvermans(void **state)
{
    /* sd 3.0276504, quartiles 3.25 and 7.75: 4.5 / 1.34 is more */
    const double even[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    /* sd 31.0, quartiles 3.25 and 7.75: 3.3582 is less */
    const double outlier[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 100};
    /* the middle half are the same: sd 0.63246 */
    const double tied[] = {4, 5, 5, 5, 5, 6};

    (void)state;
    assert_close(density_bandwidth(even, 10), 0.9 * 3.0276504 * 0.6309573, 1e-6);
    assert_close(density_bandwidth(outlier, 10), 0.9 * 3.3582090 * 0.6309573, 1e-6);
    assert_close(density_bandwidth(tied, 6), 0.9 * 0.6324555 * 0.6988271, 1e-6);
}

static void what_is_all_alike_has_none(void **state)
{
    const double same[] = {0.1, 0.1, 0.1, 0.1, 0.1};

    (void)state;
    assert_true(density_bandwidth(same, 5) == 0);
    assert_true(density_bandwidth(same, 1) == 0);
    assert_true(density_bandwidth(NULL, 0) == 0);
}

static void a_single_value_is_its_kernel(void **state)
{
    const double one[] = {2};
    double density[PLACES];

    (void)state;
    density_estimate(one, 1, 0.5, 0, 4, density, PLACES);
    assert_close(density[50], 0.3989422804 / 0.5, 1e-9);
    assert_close(density[25], 0.3989422804 / 0.5 * exp(-2), 1e-9);
    for (size_t i = 0; i < PLACES / 2; i++) {
        assert_true(density[i] < density[i + 1]);
        assert_close(density[i], density[PLACES - 1 - i], 1e-12);
    }
    assert_close(area(density, PLACES, 0, 4), 1, 1e-4);
}

static void two_heaps_are_two_peaks(void **state)
{
    double values[90], density[PLACES];

    (void)state;
    for (size_t i = 0; i < 60; i++)
        values[i] = 2 + 0.001 * ((double)i - 29.5);
    for (size_t i = 60; i < 90; i++)
        values[i] = 8 + 0.001 * ((double)i - 74.5);
    density_estimate(values, 90, 0.2, 0, 10, density, PLACES);
    assert_close(area(density, PLACES, 0, 10), 1, 1e-4);
    assert_true(density[50] < 1e-4); /* nothing lies in between */
    assert_close(density[20] / density[80], 2, 0.02);
}

static void what_is_cut_off_counts_all_the_same(void **state)
{
    const double halves[] = {-1, -1, 1, 1};
    double whole[PLACES], right[PLACES];

    (void)state;
    density_estimate(halves, 4, 0.1, -2, 2, whole, PLACES);
    density_estimate(halves, 4, 0.1, 0, 2, right, PLACES);
    assert_close(area(whole, PLACES, -2, 2), 1, 1e-4);
    assert_close(area(right, PLACES, 0, 2), 0.5, 1e-4);
    assert_close(right[50], whole[75], 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bandwidth_is_silvermans),
        cmocka_unit_test(what_is_all_alike_has_none),
        cmocka_unit_test(a_single_value_is_its_kernel),
        cmocka_unit_test(two_heaps_are_two_peaks),
        cmocka_unit_test(what_is_cut_off_counts_all_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
