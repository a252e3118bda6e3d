/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/nstime.h"
#include "decode/lager.h"
#include "lifecycle/filter.h"

#define T0 INT64_C(1700000000000000000)

struct given {
    enum filter_kind kind;
    const char *text;
};

static struct filter *compile(const struct given *given, size_t count, struct err *err)
{
    struct filter_request rq = {NULL, 0};
    struct filter *f;

    for (size_t i = 0; i < count; i++)
        filter_request_add(&rq, given[i].kind, given[i].text);
    f = filter_new(&rq, err);
    filter_request_release(&rq);
    return f;
}

static bool line_is_taken(struct sieve *s, const char *line, const struct origin *origin)
{
    char padded[4096];
    struct record r;

    assert_true(strlen(line) + JSCAN_SLACK + 2 < sizeof padded);
    memset(padded, '\n', sizeof padded);
    memcpy(padded, line, strlen(line));
    assert_true(lager_decode(padded, strlen(line), &r));
    return sieve_takes(s, &r, origin);
}

/* Is a line taken by what is given, from cell/3?  Asked twice, for the memory's sake. */
static bool taken(const struct given *given, size_t count, const char *line)
{
    struct err err = ERR_INIT;
    struct filter *f = compile(given, count, &err);
    struct origin origin = origin_new(slice_of("cell"), slice_of("3"), slice_of("rep"));
    struct sieve *s;
    bool once, twice;

    assert_false(err.set);
    assert_non_null(f);
    filter_set_span(f, T0, T0 + 100 * NS_PER_SECOND);
    s = sieve_new(f);
    once = line_is_taken(s, line, &origin);
    twice = line_is_taken(s, line, &origin);
    assert_true(once == twice);
    sieve_free(s);
    filter_free(f);
    origin_release(&origin);
    return once;
}

static bool one(enum filter_kind kind, const char *text, const char *line)
{
    struct given given = {kind, text};

    return taken(&given, 1, line);
}

#define LINE                                                                                       \
    "{\"timestamp\":\"1700000050.000000001\",\"source\":\"rep\",\"message\":\"rep.a.b\","          \
    "\"log_level\":1,\"data\":{\"guid\":\"fezzik-7\",\"n\":12,\"on\":true,\"session\":\"4.2\","    \
    "\"tasks\":[\"t1\",\"t2\"],\"key\":{\"index\":3},\"esc\":\"a\\u0041\"}}"
#define UNIFIED                                                                                    \
    "{\"timestamp\":\"1700000050.0\",\"source\":\"bbs\",\"message\":\"bbs.x\",\"log_level\":2,"    \
    "\"data\":{\"cicerone-job\":\"database_z1\",\"cicerone-index\":1}}"

static void bounds_are_inclusive(void **state)
{
    (void)state;
    assert_true(one(FILTER_SINCE, "1700000050.000000001", LINE));
    assert_false(one(FILTER_SINCE, "1700000050.000000002", LINE));
    assert_true(one(FILTER_UNTIL, "1700000050.000000001", LINE));
    assert_false(one(FILTER_UNTIL, "1700000050", LINE));
    assert_true(one(FILTER_SINCE, "2023-11-14T22:14:10.000000001Z", LINE));
    assert_false(one(FILTER_SINCE, "2023-11-14T22:14:10.000000002Z", LINE));
    assert_true(one(FILTER_UNTIL, "2023-11-14T23:14:10.000000001+01:00", LINE));
}

static void relative_times(void **state)
{
    (void)state;
    assert_true(one(FILTER_SINCE, "+50s1ns", LINE));
    assert_false(one(FILTER_SINCE, "+50s2ns", LINE));
    assert_true(one(FILTER_UNTIL, "+50.000000001s", LINE));
    assert_false(one(FILTER_UNTIL, "+50s", LINE));
    assert_true(one(FILTER_SINCE, "-50s", LINE));
    assert_true(one(FILTER_SINCE, "-49.999999999s", LINE));
    assert_false(one(FILTER_SINCE, "-49s", LINE));
    assert_true(one(FILTER_UNTIL, "-49s", LINE));
    assert_false(one(FILTER_UNTIL, "-50s", LINE));
    /* beyond all times */
    assert_false(one(FILTER_SINCE, "+100000d", LINE));
    assert_true(one(FILTER_SINCE, "-100000d", LINE));
}

static void several_times_must_all_hold(void **state)
{
    const struct given in[] = {{FILTER_SINCE, "1700000000"},
                               {FILTER_SINCE, "+50s"},
                               {FILTER_UNTIL, "1800000000"},
                               {FILTER_UNTIL, "-40s"}};
    const struct given out[] = {{FILTER_SINCE, "+51s"}, {FILTER_SINCE, "1700000000"}};

    (void)state;
    assert_true(taken(in, 4, LINE));
    assert_false(taken(out, 2, LINE));
}

static void places(void **state)
{
    const struct given any[] = {{FILTER_VM, "cell/2"}, {FILTER_VM, "cell/3"}};
    const struct given both[] = {{FILTER_VM, "cell/3"}, {FILTER_JOB, "bbs"}};

    (void)state;
    assert_true(one(FILTER_VM, "cell/3", LINE));
    assert_false(one(FILTER_VM, "cell", LINE));
    assert_true(one(FILTER_JOB, "cell", LINE));
    assert_false(one(FILTER_JOB, "cel", LINE));
    assert_true(taken(any, 2, LINE));
    assert_false(taken(both, 2, LINE));
    assert_true(one(FILTER_VM, "database_z1/1", UNIFIED));
    assert_false(one(FILTER_VM, "cell/3", UNIFIED));
    assert_true(one(FILTER_WHERE, "index=3", LINE));
    assert_true(one(FILTER_WHERE, "index=1", UNIFIED));
    assert_true(one(FILTER_WHERE, "process=rep", LINE));
}

static void events(void **state)
{
    const struct given any[] = {{FILTER_SOURCE, "bbs"}, {FILTER_SOURCE, "rep"}};
    const struct given all[] = {{FILTER_MATCH, "a"}, {FILTER_MATCH, "z"}};

    (void)state;
    assert_true(one(FILTER_SOURCE, "rep", LINE));
    assert_false(one(FILTER_SOURCE, "re", LINE));
    assert_true(taken(any, 2, LINE));
    assert_true(one(FILTER_LEVEL, "debug", LINE));
    assert_true(one(FILTER_LEVEL, "info", LINE));
    assert_true(one(FILTER_LEVEL, "1", LINE));
    assert_false(one(FILTER_LEVEL, "error", LINE));
    assert_true(one(FILTER_LEVEL, "error", UNIFIED));
    assert_true(one(FILTER_MATCH, "\\.b$", LINE));
    assert_false(one(FILTER_MATCH, "\\.c$", LINE));
    assert_false(taken(all, 2, LINE));
    assert_false(one(FILTER_EXCLUDE, "\\.b$", LINE));
    assert_true(one(FILTER_EXCLUDE, "\\.c$", LINE));
}

static void where(void **state)
{
    static const char *const yes[] = {
        "data.guid=fezzik-7",    "data.guid=~^fezzik", "data.guid!=x",
        "data.guid!~^x",         "data.n=12",          "data.on=true",
        "data.tasks[]=t2",       "data.tasks[]!=t3",   "data.key.index=3",
        "data.esc=aA",           "data.none!=x",       "data.none!~.",
        " data.guid = fezzik-7", "level=info",         "message=~^rep\\.",
        "session=4.2",           "source!=bbs",        "data.guid=~z.*=?",
        "data.guid =~ ik-7$",
    };
    static const char *const no[] = {
        "data.guid=fezzik", "data.guid!=fezzik-7", "data.guid!~^fez",
        "data.tasks[]=t3",  "data.none=x",         "data.none=~.",
        "data.key=3",       "data.tasks[]!=t1",    "level=debug",
    };

    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (!one(FILTER_WHERE, yes[i], LINE))
            fail_msg("%s should take the line", yes[i]);
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        if (one(FILTER_WHERE, no[i], LINE))
            fail_msg("%s should not take the line", no[i]);
    }
}

/* More messages than the memory has slots, and some too long for it. */
static void many_messages(void **state)
{
    struct given given[] = {{FILTER_MATCH, "7"}, {FILTER_EXCLUDE, "13"}};
    struct err err = ERR_INIT;
    struct filter *f = compile(given, 2, &err);
    struct origin origin = origin_new(slice_of(""), slice_of(""), slice_of(""));
    struct sieve *s;

    (void)state;
    assert_non_null(f);
    s = sieve_new(f);
    for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < 3000; i++) {
            char digits[16], line[700], filler[400] = "";

            snprintf(digits, sizeof digits, "%d", i);
            if (i % 3 == 0)
                memset(filler, 'x', sizeof filler - 1);
            snprintf(line, sizeof line,
                     "{\"timestamp\":\"1.0\",\"source\":\"s\",\"message\":\"s.%s%s\","
                     "\"log_level\":0}",
                     digits, filler);
            assert_int_equal(line_is_taken(s, line, &origin),
                             strchr(digits, '7') && !strstr(digits, "13"));
        }
    }
    sieve_free(s);
    filter_free(f);
    origin_release(&origin);
}

static void what_is_wrong_is_said(void **state)
{
    static const struct {
        struct given given;
        const char *says;
    } cases[] = {
        {{FILTER_SINCE, "yesterday"}, "--since wants a time"},
        {{FILTER_UNTIL, "+90"}, "--until wants a time"},
        {{FILTER_UNTIL, "-"}, "--until wants a time"},
        {{FILTER_UNTIL, ""}, "--until wants a time"},
        {{FILTER_SINCE, "2023-02-29T00:00:00Z"}, "--since wants a time"},
        {{FILTER_LEVEL, "warn"}, "--level wants"},
        {{FILTER_LEVEL, "4"}, "--level wants"},
        {{FILTER_MATCH, "("}, "--match: bad pattern"},
        {{FILTER_EXCLUDE, "["}, "--exclude: bad pattern"},
        {{FILTER_WHERE, "data.guid"}, "--where wants FIELD=TEXT"},
        {{FILTER_WHERE, "data.guid!"}, "--where wants FIELD=TEXT"},
        {{FILTER_WHERE, "data.guid!x"}, "--where wants FIELD=TEXT"},
        {{FILTER_WHERE, "guid=x"}, "--where: there is no field \"guid\""},
        {{FILTER_WHERE, "=x"}, "--where: there is no field \"\""},
        {{FILTER_WHERE, "data.guid="}, "--where: nothing stands behind"},
        {{FILTER_WHERE, "data.guid=~("}, "--where: bad pattern"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = ERR_INIT;

        assert_null(compile(&cases[i].given, 1, &err));
        if (strncmp(err.text, cases[i].says, strlen(cases[i].says)) != 0)
            fail_msg("%s: said %s", cases[i].given.text, err.text);
    }
}

static void relative_is_known(void **state)
{
    const struct given given[] = {{FILTER_SINCE, "1"}, {FILTER_UNTIL, "-1s"}};
    struct err err = ERR_INIT;
    struct filter *f = compile(given, 1, &err);

    (void)state;
    assert_null(filter_relative(f));
    filter_free(f);
    f = compile(given, 2, &err);
    assert_string_equal(filter_relative(f), "--until");
    filter_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_are_inclusive),
        cmocka_unit_test(relative_times),
        cmocka_unit_test(several_times_must_all_hold),
        cmocka_unit_test(places),
        cmocka_unit_test(events),
        cmocka_unit_test(where),
        cmocka_unit_test(many_messages),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(relative_is_known),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
