/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lifecycle/value.h"

static const struct value number = {.name = "n", .unit = "MB"},
                          duration = {.name = "d", .unit = "duration", .is_duration = true};

static void is(const struct value *v, const char *text, int64_t expected, const char *plain)
{
    struct strbuf b = STRBUF_INIT;
    int64_t worth;

    assert_true(value_parse(v, slice_of(text), &worth));
    assert_int_equal(worth, expected);
    value_add_plain(&b, v, worth);
    assert_string_equal(b.data, plain);
    strbuf_release(&b);
}

static void is_none(const struct value *v, const char *text)
{
    int64_t worth;

    if (value_parse(v, slice_of(text), &worth))
        fail_msg("\"%s\" is %lld", text, (long long)worth);
}

static void numbers_keep_three_digits_of_their_fraction(void **state)
{
    (void)state;
    is(&number, "0", 0, "0");
    is(&number, "200", 200000, "200");
    is(&number, "-7", -7000, "-7");
    is(&number, "1.5", 1500, "1.5");
    is(&number, "1.25", 1250, "1.25");
    is(&number, "0.0019999", 1, "0.001");
    is(&number, "-0.050", -50, "-0.05");
    is(&number, "900000000000000", 900000000000000000, "900000000000000");
}

static void durations_are_those_of_go_or_nanoseconds(void **state)
{
    (void)state;
    is(&duration, "124.237266ms", 124237266, "0.124237266");
    is(&duration, "850.3µs", 850300, "0.000850300");
    is(&duration, "1m2.5s", 62500000000, "62.500000000");
    is(&duration, "-1.2s", -1200000000, "-1.200000000");
    is(&duration, "0s", 0, "0.000000000");
    is(&duration, "2868989", 2868989, "0.002868989");
    is(&duration, "-5", -5, "-0.000000005");
}

static void anything_else_is_none(void **state)
{
    static const char *const neither[] = {"",   "-",  "--1", ".5",  "1.",   "1e3",    "0x10",
                                          "+1", "1 ", " 1",  "NaN", "true", "1.2.3s", "soon"};

    (void)state;
    for (size_t i = 0; i < sizeof neither / sizeof *neither; i++) {
        is_none(&number, neither[i]);
        is_none(&duration, neither[i]);
    }
    is_none(&number, "1s");
    is_none(&number, "99999999999999999999");
    is_none(&number, "9223372036854775807");
    is_none(&duration, "99999999999999999999");
    is_none(&duration, "9999999999h");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_keep_three_digits_of_their_fraction),
        cmocka_unit_test(durations_are_those_of_go_or_nanoseconds),
        cmocka_unit_test(anything_else_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
