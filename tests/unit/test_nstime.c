/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "support/linegen.h"
#include "support/referee.h"

#define SECONDS(s) ((s)*NS_PER_SECOND)

/* The years that a time may have. */
#define FIRST_SECOND INT64_C(-9214560000) /* 1678-01-01T00:00:00Z */
#define LAST_SECOND  INT64_C(9214646399)  /* 2261-12-31T23:59:59Z */

typedef bool parser(const char *text, size_t len, int64_t *time_ns);

static void check_parse(parser *parse, const char *text, int64_t want_ns)
{
    int64_t got_ns = 1, either_ns = 1;

    if (!parse(text, strlen(text), &got_ns) || !nstime_parse(text, strlen(text), &either_ns))
        fail_msg("\"%s\" is refused", text);
    if (got_ns != want_ns || either_ns != want_ns)
        fail_msg("\"%s\" is %lld, not %lld", text, (long long)got_ns, (long long)want_ns);
}

static void check_refused(parser *parse, const char *text)
{
    int64_t got_ns;

    if (parse(text, strlen(text), &got_ns) || nstime_parse(text, strlen(text), &got_ns))
        fail_msg("\"%s\" is taken", text);
}

/* Compare and empty. */
static void check_text(struct strbuf *b, const char *want)
{
    assert_non_null(b->data);
    assert_string_equal(b->data, want);
    assert_int_equal(b->len, strlen(want));
    strbuf_reset(b);
}

/* The second that was read last is known; it must not be taken for another one, nor for none.  Has
 * to come first: nothing was read before. */
static void the_last_second_is_no_other(void **state)
{
    static const char nothing[] = "\0\0\0\0\0\0\0\0\0\0.999691010";
    const int64_t want = INT64_C(1441087134999691010);
    char text[] = "1441087134.999691010";
    int64_t ns;

    (void)state;
    assert_false(nstime_parse_epoch(nothing, sizeof nothing - 1, &ns));
    assert_true(nstime_parse_epoch("0000000000.999691010", 20, &ns));
    assert_int_equal(ns, 999691010);
    for (size_t i = 0; i < 10; i++) {
        assert_true(nstime_parse_epoch(text, 20, &ns));
        assert_true(ns == want);
        for (char c = '/'; c <= ':'; c++) {
            char was = text[i];
            bool good = c >= '0' && c <= '9' && (i || c != '9');

            text[i] = c;
            if (i || c != '9')
                assert_int_equal(nstime_parse_epoch(text, 20, &ns), good);
            assert_true(!good || (ns == want) == (c == was));
            text[i] = was;
            assert_true(nstime_parse_epoch(text, 20, &ns) && ns == want);
        }
    }
    assert_false(nstime_parse_epoch(nothing, sizeof nothing - 1, &ns));
}

static void epoch_seconds_are_parsed_to_the_nanosecond(void **state)
{
    (void)state;
    check_parse(nstime_parse_epoch, "1441087134.999691010", INT64_C(1441087134999691010));
    check_parse(nstime_parse_epoch, "1441087134.99969101", INT64_C(1441087134999691010));
    check_parse(nstime_parse_epoch, "1648568063.71738", INT64_C(1648568063717380000));
    check_parse(nstime_parse_epoch, "1441087134", SECONDS(INT64_C(1441087134)));
    check_parse(nstime_parse_epoch, "0", 0);
    check_parse(nstime_parse_epoch, "7.", SECONDS(7));
    check_parse(nstime_parse_epoch, "0.000000001", 1);
    check_parse(nstime_parse_epoch, "9223372035.999999999", INT64_C(9223372035999999999));
}

static void what_is_no_epoch_time_is_refused(void **state)
{
    static const char *const texts[] = {"",
                                        ".",
                                        ".5",
                                        "-1",
                                        "-1.5",
                                        "+1",
                                        " 1",
                                        "1 ",
                                        "1.5 ",
                                        "1..5",
                                        "1.5.",
                                        "1.-5",
                                        "1,5",
                                        "1e9",
                                        "0x10",
                                        "1.0000000001",
                                        "1.0000000000",
                                        "9223372036",
                                        "9223372036.854775807",
                                        "9999999999",
                                        "10000000000",
                                        "99999999999",
                                        "18446744073709551617",
                                        "99999999999999999999999",
                                        "some-time"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_refused(nstime_parse_epoch, texts[i]);
}

static void a_fraction_has_up_to_nine_digits(void **state)
{
    const char *digits = "123456789";
    int64_t ns = 0, unit = 100000000;
    char text[64];

    (void)state;
    for (int n = 1; n <= 9; n++, unit /= 10) {
        ns += n * unit;
        snprintf(text, sizeof text, "5.%.*s", n, digits);
        check_parse(nstime_parse_epoch, text, SECONDS(5) + ns);
        snprintf(text, sizeof text, "1970-01-01T00:00:05.%.*sZ", n, digits);
        check_parse(nstime_parse_rfc3339, text, SECONDS(5) + ns);
    }
}

static void rfc3339_is_parsed_to_the_nanosecond(void **state)
{
    (void)state;
    check_parse(nstime_parse_rfc3339, "1970-01-01T00:00:00Z", 0);
    check_parse(nstime_parse_rfc3339, "2018-03-26T23:57:03.5858943Z", INT64_C(1522108623585894300));
    check_parse(nstime_parse_rfc3339, "2018-03-26t23:57:03.585894312z",
                INT64_C(1522108623585894312));
    check_parse(nstime_parse_rfc3339, "1969-12-31T23:59:59.999999999Z", -1);
    check_parse(nstime_parse_rfc3339, "1678-01-01T00:00:00Z", SECONDS(FIRST_SECOND));
    check_parse(nstime_parse_rfc3339, "2261-12-31T23:59:59.999999999Z",
                SECONDS(LAST_SECOND) + 999999999);
}

static void an_offset_is_taken_off(void **state)
{
    (void)state;
    check_parse(nstime_parse_rfc3339, "1970-01-01T00:00:00+00:00", 0);
    check_parse(nstime_parse_rfc3339, "1970-01-01T00:00:00-00:00", 0);
    check_parse(nstime_parse_rfc3339, "1970-01-01T05:45:00+05:45", 0);
    check_parse(nstime_parse_rfc3339, "1969-12-31T17:00:00.25-07:00", 250000000);
    check_parse(nstime_parse_rfc3339, "1970-01-02T00:00:00+23:59", SECONDS(60));
    check_parse(nstime_parse_rfc3339, "1678-01-01T00:00:00+23:59", SECONDS(FIRST_SECOND - 86340));
    check_parse(nstime_parse_rfc3339, "2261-12-31T23:59:60-23:59",
                SECONDS(LAST_SECOND + 1 + 86340));
    check_parse(nstime_parse_rfc3339, "1677-09-21T00:12:45Z", SECONDS(INT64_C(-9223372035)));
    check_parse(nstime_parse_rfc3339, "2262-04-11T23:47:15Z", SECONDS(INT64_C(9223372035)));
}

static void leap_days_and_seconds_are_known(void **state)
{
    (void)state;
    check_parse(nstime_parse_rfc3339, "2000-02-29T00:00:00Z", SECONDS(INT64_C(951782400)));
    check_parse(nstime_parse_rfc3339, "2016-02-29T23:59:59Z", SECONDS(INT64_C(1456790399)));
    check_parse(nstime_parse_rfc3339, "2016-12-31T23:59:60Z", SECONDS(INT64_C(1483228800)));
    check_refused(nstime_parse_rfc3339, "1900-02-29T00:00:00Z");
    check_refused(nstime_parse_rfc3339, "2100-02-29T00:00:00Z");
    check_refused(nstime_parse_rfc3339, "2018-02-29T00:00:00Z");
    check_refused(nstime_parse_rfc3339, "2016-02-30T00:00:00Z");
    check_refused(nstime_parse_rfc3339, "2016-12-31T23:59:61Z");
}

static void what_is_no_rfc3339_time_is_refused(void **state)
{
    static const char *const texts[] = {
        "1677-09-21T00:12:44Z",      "2262-04-11T23:47:16Z",
        "0000-01-01T00:00:00Z",      "9999-12-31T23:59:59Z",
        "2018-00-26T23:57:03Z",      "2018-13-26T23:57:03Z",
        "2018-04-31T23:57:03Z",      "2018-03-00T23:57:03Z",
        "2018-03-32T23:57:03Z",      "2018-03-26T24:00:00Z",
        "2018-03-26T23:60:03Z",      "2018-03-26T23:57:03",
        "2018-03-26T23:57Z",         "2018-03-26 23:57:03Z",
        "2018-03-26T23:57:03.Z",     "2018-03-26T23:57:03.1234567890Z",
        "2018-03-26T23:57:03,5Z",    "2018-03-26T23:57:03+0000",
        "2018-03-26T23:57:03+00",    "2018-03-26T23:57:03+24:00",
        "2018-03-26T23:57:03+00:60", "2018-03-26T23:57:03 00:00",
        "2018-03-26T23:57:03Z ",     " 2018-03-26T23:57:03Z",
        "2018-03-26T23:57:03ZZ",     "2018-03-26T23:57:03Zx",
        "2018/03/26T23:57:03Z",      "20180326T235703Z",
        "+018-03-26T23:57:03Z",      "2018-0x-26T23:57:03Z",
        "2018-03-26T23-57-03Z",      "2018-03-26T23:57:03.5-7:000"};
    const char *whole = "2018-03-26T23:57:03.585894312+01:00";
    int64_t ns;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_refused(nstime_parse_rfc3339, texts[i]);
    for (size_t len = 0; len < strlen(whole); len++)
        assert_false(nstime_parse_rfc3339(whole, len, &ns));
    assert_false(nstime_parse_rfc3339(NULL, 0, &ns));
    assert_false(nstime_parse(NULL, 0, &ns));
    assert_false(nstime_parse("1\0", 2, &ns));
}

static void no_time_that_can_be_parsed_is_none(void **state)
{
    int64_t ns;

    (void)state;
    assert_true(nstime_parse_epoch("9223372035.999999999", 20, &ns));
    assert_true(ns < NSTIME_NONE);
}

static void any_text_of_a_time_is_parsed_as_by_the_referee(void **state)
{
    static const char *const starts[] = {"1441087134.999691010", "2018-03-26T23:57:03.5858943Z",
                                         "2016-02-29T00:00:00+01:30", "1678-01-01T00:00:00-00:01"};
    struct strbuf text = STRBUF_INIT;
    struct rng r = {2};
    size_t taken = 0;

    (void)state;
    for (size_t i = 0; i < 200000; i++) {
        const char *start = starts[i % 4];
        int64_t got_ns = 0, want_ns = 0;
        bool got, want;

        strbuf_reset(&text);
        strbuf_str(&text, start);
        for (size_t n = 1 + rng_below(&r, 3); n > 0; n--) {
            size_t at = rng_below(&r, text.len);

            text.data[at] = "0123456789012345678901234569.-+:TtZz \x01"[rng_below(&r, 38)];
        }
        got = nstime_parse(text.data, text.len, &got_ns);
        want = referee_time(text.data, text.len, &want_ns);
        if (got != want || got_ns != want_ns)
            fail_msg("\"%s\": %d %lld, the referee %d %lld", text.data, got, (long long)got_ns,
                     want, (long long)want_ns);
        taken += got;
    }
    assert_true(taken > 20000 && taken < 180000);
    strbuf_release(&text);
}

static void every_day_of_the_calendar_goes_there_and_back(void **state)
{
    struct strbuf text = STRBUF_INIT, before = STRBUF_INIT;
    int64_t ns;

    (void)state;
    for (int64_t s = FIRST_SECOND; s <= LAST_SECOND; s += 86400) {
        strbuf_reset(&text);
        nstime_add_rfc3339(&text, SECONDS(s), 0);
        assert_true(slice_cmp((struct slice){before.data, before.len},
                              (struct slice){text.data, text.len}) < 0);
        assert_true(nstime_parse_rfc3339(text.data, text.len, &ns));
        assert_true(ns == SECONDS(s));
        assert_true(referee_time(text.data, text.len, &ns));
        assert_true(ns == SECONDS(s));
        strbuf_reset(&before);
        strbuf_add(&before, text.data, text.len);
    }
    strbuf_release(&text);
    strbuf_release(&before);
}

static void random_times_go_there_and_back(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct rng r = {1};

    (void)state;
    for (int i = 0; i < 100000; i++) {
        int64_t s = FIRST_SECOND + (int64_t)rng_below(&r, (size_t)(LAST_SECOND - FIRST_SECOND));
        int64_t time_ns = SECONDS(s) + (int64_t)rng_below(&r, 1000000000), ns = 0;

        strbuf_reset(&text);
        nstime_add_rfc3339(&text, time_ns, 9);
        assert_true(nstime_parse_rfc3339(text.data, text.len, &ns) && ns == time_ns);
        if (time_ns < 0)
            continue;
        strbuf_reset(&text);
        nstime_add_seconds(&text, time_ns);
        assert_true(nstime_parse_epoch(text.data, text.len, &ns) && ns == time_ns);
    }
    strbuf_release(&text);
}

static void seconds_are_written_with_nine_digits(void **state)
{
    struct strbuf b = STRBUF_INIT;
    char out[NSTIME_SECONDS_MAX];

    (void)state;
    nstime_add_seconds(&b, INT64_C(1441087134999691010));
    check_text(&b, "1441087134.999691010");
    nstime_add_seconds(&b, 0);
    check_text(&b, "0.000000000");
    nstime_add_seconds(&b, 1);
    check_text(&b, "0.000000001");
    nstime_add_seconds(&b, -1);
    check_text(&b, "-0.000000001");
    nstime_add_seconds(&b, -SECONDS(3) - 500000000);
    check_text(&b, "-3.500000000");
    nstime_add_seconds(&b, INT64_MAX);
    check_text(&b, "9223372036.854775807");
    nstime_add_seconds(&b, INT64_MIN);
    check_text(&b, "-9223372036.854775808");
    for (int64_t ns = 1; ns < INT64_MAX / 7; ns = ns * 7 + 3) { /* all lengths, many digits */
        char expected[32];

        snprintf(expected, sizeof expected, "%lld.%09lld", (long long)(ns / NS_PER_SECOND),
                 (long long)(ns % NS_PER_SECOND));
        nstime_add_seconds(&b, ns);
        check_text(&b, expected);
    }
    assert_int_equal(nstime_format_seconds(out, INT64_MIN), 21);
    assert_memory_equal(out, "-9223372036.854775808", 21);
    strbuf_release(&b);
}

static void rfc3339_is_cut_not_rounded(void **state)
{
    static const char *const want[] = {
        "2018-03-26T23:57:03Z",          "2018-03-26T23:57:03.9Z",
        "2018-03-26T23:57:03.99Z",       "2018-03-26T23:57:03.999Z",
        "2018-03-26T23:57:03.9999Z",     "2018-03-26T23:57:03.99999Z",
        "2018-03-26T23:57:03.999999Z",   "2018-03-26T23:57:03.9999999Z",
        "2018-03-26T23:57:03.99999999Z", "2018-03-26T23:57:03.999999999Z"};
    struct strbuf b = STRBUF_INIT;

    (void)state;
    for (int digits = 0; digits <= 9; digits++) {
        nstime_add_rfc3339(&b, INT64_C(1522108623999999999), digits);
        check_text(&b, want[digits]);
    }
    nstime_add_rfc3339(&b, 50, 3);
    check_text(&b, "1970-01-01T00:00:00.000Z");
    nstime_add_rfc3339(&b, -1, 9);
    check_text(&b, "1969-12-31T23:59:59.999999999Z");
    nstime_add_rfc3339(&b, -1, 0);
    check_text(&b, "1969-12-31T23:59:59Z");
    nstime_add_rfc3339(&b, INT64_MIN, 9);
    check_text(&b, "1677-09-21T00:12:43.145224192Z");
    nstime_add_rfc3339(&b, INT64_MAX, 9);
    check_text(&b, "2262-04-11T23:47:16.854775807Z");
    strbuf_release(&b);
}

static void a_duration_for_people_has_three_digits_and_a_unit(void **state)
{
    static const struct {
        int64_t ns;
        const char *want;
    } rows[] = {
        {0, "0s"},
        {1, "1ns"},
        {850, "850ns"},
        {999, "999ns"},
        {1000, "1.00us"},
        {9990, "9.99us"},
        {10000, "10.0us"},
        {12345, "12.3us"},
        {100000, "100us"},
        {999000, "999us"},
        {1000000, "1.00ms"},
        {4567000, "4.57ms"},
        {SECONDS(1), "1.00s"},
        {INT64_C(12400000000), "12.4s"},
        {SECONDS(99), "99.0s"},
        {SECONDS(100), "1m40s"},
        {SECONDS(192), "3m12s"},
        {SECONDS(3599) + 999999999, "59m59s"},
        {SECONDS(3600), "1h00m"},
        {SECONDS(7500), "2h05m"},
        {SECONDS(360000), "100h00m"},
        {-850, "-850ns"},
        {-SECONDS(192), "-3m12s"},
        {INT64_MAX, "2562047h47m"},
        {INT64_MIN, "-2562047h47m"},
        /* what rounds up to the next digit or unit */
        {9994, "9.99us"},
        {9995, "10.0us"},
        {9996, "10.0us"},
        {99960, "100us"},
        {999499, "999us"},
        {999600, "1.00ms"},
        {9996000, "10.0ms"},
        {INT64_C(999700000), "1.00s"},
        {INT64_C(9996000000), "10.0s"},
        {INT64_C(99949999999), "99.9s"},
        {INT64_C(99960000000), "100s"},
    };
    struct strbuf b = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        nstime_add_human(&b, rows[i].ns, true);
        check_text(&b, rows[i].want);
    }
    nstime_add_human(&b, 12345, false);
    check_text(&b, "12.3µs");
    strbuf_release(&b);
}

static void durations_are_parsed_exactly(void **state)
{
    static const struct {
        const char *text;
        int64_t ns;
    } good[] = {
        {"0s", 0},
        {"90s", 90 * NS_PER_SECOND},
        {"1ns", 1},
        {"1.9ns", 1},
        {"2us", 2000},
        {"2.001us", 2001},
        {"3µs", 3000},
        {"3μs", 3000},
        {"850.3ms", 850300000},
        {"1.5m", 90 * NS_PER_SECOND},
        {"1h30m", 5400 * NS_PER_SECOND},
        {"0.000000001d", 86400},
        {"2.999999999d", 3 * 86400 * NS_PER_SECOND - 86400},
        {"106750d", INT64_C(106750) * 86400 * NS_PER_SECOND},
        {"1d1h1m1s1ms1us1ns", 90061 * NS_PER_SECOND + 1001001},
    };
    static const char *const bad[] = {
        "",
        "s",
        "1",
        "1.s",
        ".5s",
        "1 s",
        "-1s",
        "+1s",
        "1sx",
        "1x",
        "1S",
        "1s-1s",
        "1e3s",
        "1.0000000001s",
        "99999999999999999999s",
        "106752d",
        "1m1",
        "1.5",
        ".",
    };
    int64_t ns;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(nstime_parse_duration(good[i].text, strlen(good[i].text), &ns));
        assert_int_equal(ns, good[i].ns);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (nstime_parse_duration(bad[i], strlen(bad[i]), &ns))
            fail_msg("\"%s\" is taken for a duration", bad[i]);
    }
    assert_false(nstime_parse_duration(NULL, 0, &ns));
}

static void a_stamp_ends_where_its_zone_does(void **state)
{
    static const struct {
        const char *text;
        size_t len; /* 0: there is none */
        int64_t ns;
        bool zoned;
    } rows[] = {
        {"1970-01-01T00:00:01", 19, SECONDS(1), false},
        {"1970-01-01T00:00:01.5Z", 22, 1500000000, true},
        {"1970/01/01 00:00:01.816419 [INF]", 26, 1816419000, false},
        {"1970-01-01_00:00:01.12345 [main]", 25, 1123450000, false},
        {"1970-01-01 00:00:01,5 UTC]", 25, 1500000000, true},
        {"1970-01-01 00:00:01, /var", 19, SECONDS(1), false},
        {"1970-01-01T00:00:01.36-0800 [CELL/0]", 27, SECONDS(8 * 3600 + 1) + 360000000, true},
        {"1970-01-01 05:30:01 +05:30", 26, SECONDS(1), true},
        {"1970-01-01 00:00:01 +0530x", 0, 0, false},
        {"1970-01-01 00:00:01 #17098]", 19, SECONDS(1), false},
        {"1970-01-01T00:00:01\tx", 19, SECONDS(1), false},
        {"1970-01-01T00:00:01.123456789", 29, 1123456789, false},
        {"1970-01-01T00:00:01.1234567890", 0, 0, false},
        {"1970-01-01T00:00:01.", 0, 0, false},
        {"1970-01-01T00:00:01x", 0, 0, false},
        {"1970-01-01T00:00:011", 0, 0, false},
        {"1970-01-01T00:00:01ZZ", 0, 0, false},
        {"1970-01-01T00:00:01-2500", 0, 0, false},
        {"1970-01-01T00:00:0", 0, 0, false},
        {"1970-01/01T00:00:01", 0, 0, false},
        {"1970-13-01T00:00:01", 0, 0, false},
        {"20116-06-22T14:23:49", 0, 0, false},
        {"0001-01-01T00:00:01", 0, 0, false},
        {"9999-01-01T00:00:01", 0, 0, false},
        {"Jan 01 1970 00:00:01", 0, 0, false},
    };
    int64_t ns;
    bool zoned;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = nstime_take_stamp(rows[i].text, strlen(rows[i].text), &ns, &zoned);

        if (n != rows[i].len || (n && (ns != rows[i].ns || zoned != rows[i].zoned)))
            fail_msg("\"%s\": %zu bytes, %lld, %d", rows[i].text, n, (long long)ns, zoned);
    }
    assert_int_equal(nstime_take_stamp("1970-01-01T00:00:01\0", 20, &ns, &zoned), 0);
    assert_int_equal(nstime_take_stamp(NULL, 0, &ns, &zoned), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_second_is_no_other),
        cmocka_unit_test(epoch_seconds_are_parsed_to_the_nanosecond),
        cmocka_unit_test(what_is_no_epoch_time_is_refused),
        cmocka_unit_test(a_fraction_has_up_to_nine_digits),
        cmocka_unit_test(rfc3339_is_parsed_to_the_nanosecond),
        cmocka_unit_test(an_offset_is_taken_off),
        cmocka_unit_test(leap_days_and_seconds_are_known),
        cmocka_unit_test(what_is_no_rfc3339_time_is_refused),
        cmocka_unit_test(no_time_that_can_be_parsed_is_none),
        cmocka_unit_test(any_text_of_a_time_is_parsed_as_by_the_referee),
        cmocka_unit_test(every_day_of_the_calendar_goes_there_and_back),
        cmocka_unit_test(random_times_go_there_and_back),
        cmocka_unit_test(seconds_are_written_with_nine_digits),
        cmocka_unit_test(rfc3339_is_cut_not_rounded),
        cmocka_unit_test(a_duration_for_people_has_three_digits_and_a_unit),
        cmocka_unit_test(durations_are_parsed_exactly),
        cmocka_unit_test(a_stamp_ends_where_its_zone_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
