/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/order.h"
#include "base/xalloc.h"

static int by_number(const void *pa, const void *pb)
{
    int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

    return (a > b) - (a < b);
}

/* Numbers of some width, half of them negative, and the extremes. */
static int64_t number(size_t i, unsigned bits)
{
    uint64_t random = hash_mix(i + 1, HASH_SEED) >> (64 - bits);

    if (i % 97 == 13)
        return i % 2 ? INT64_MIN : INT64_MAX;
    return i % 2 ? -(int64_t)(random / 2) : (int64_t)(random / 2);
}

static const size_t counts[] = {0, 1, 2, 3, 511, 512, 513, 5000};

static void numbers_come_in_order(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        for (unsigned bits = 3; bits < 64; bits += 12) {
            int64_t *list = xcalloc(counts[c] + 1, sizeof *list),
                    *expected = xcalloc(counts[c] + 1, sizeof *list);

            for (size_t i = 0; i < counts[c]; i++)
                list[i] = expected[i] = number(i, bits);
            qsort(expected, counts[c], sizeof *expected, by_number);
            order_numbers(list, counts[c]);
            assert_memory_equal(list, expected, counts[c] * sizeof *list);
            free(list);
            free(expected);
        }
    }
}

static void what_belongs_to_a_number_comes_along(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        struct keyed *list = xcalloc(counts[c] + 1, sizeof *list);
        int64_t *owners = xcalloc(counts[c] + 1, sizeof *owners);
        bool *met = xcalloc(counts[c] + 1, sizeof *met);

        for (size_t i = 0; i < counts[c]; i++) {
            owners[i] = number(i, 40);
            list[i] = (struct keyed){owners[i], &owners[i]};
        }
        order_keyed(list, counts[c]);
        for (size_t i = 0; i < counts[c]; i++) {
            size_t owner = (size_t)((int64_t *)list[i].of - owners);

            assert_int_equal(owners[owner], list[i].key);
            assert_true(i == 0 || list[i - 1].key <= list[i].key);
            assert_false(met[owner]);
            met[owner] = true;
        }
        free(list);
        free(owners);
        free(met);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_in_order),
        cmocka_unit_test(what_belongs_to_a_number_comes_along),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
