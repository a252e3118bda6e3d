/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Property: lager_decode() and the referee (support/referee.h) say the same of
 * every line: recorded ones, generated ones, and damaged ones of both kinds.
 *
 * CICERONE_ALL_LINES=1 takes every recorded line; CICERONE_PROPERTY_RUNS=N
 * makes N damaged lines; CICERONE_PROPERTY_SEED=N starts elsewhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/xalloc.h"
#include "decode/lager.h"
#include "support/linegen.h"
#include "support/referee.h"

#define GENERATED_RUNS 60000
#define DAMAGED_RUNS   240000
#define POOL_SIZE      4096

/* Without CICERONE_ALL_LINES this many bytes of a recorded file are read, one line in STEP
 * compared. */
#define SOME_BYTES (1 << 20)
#define STEP       7

static struct {
    size_t lines, accepted, undecided;
} tally;

/* Some recorded lines, to be damaged later. */
static struct strbuf pool[POOL_SIZE];
static size_t pool_count, pool_seen;

static uint64_t number_from_env(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static uint64_t seed(void)
{
    return number_from_env("CICERONE_PROPERTY_SEED", 20180326);
}

/* Put a line to both; what tells where it came from. */
static void compare(const char *line, size_t len, const char *what, size_t number)
{
    enum referee_verdict verdict;
    struct strbuf why = STRBUF_INIT, quoted = STRBUF_INIT;

    if (!referee_agrees(line, len, (number * 5 + len) % 64, &verdict, &why)) {
        linegen_quote(&quoted, line, len);
        print_error("%s %zu (seed %llu): %s\nline: \"%s\"\n", what, number,
                    (unsigned long long)seed(), why.data, quoted.data ? quoted.data : "");
        strbuf_release(&quoted);
        strbuf_release(&why);
        fail();
    }
    tally.lines++;
    tally.accepted += verdict == REFEREE_ACCEPTS;
    tally.undecided += verdict == REFEREE_UNDECIDED;
}

static void start_tally(void)
{
    memset(&tally, 0, sizeof tally);
}

static void print_tally(const char *what)
{
    print_message("%s: %zu lines compared, %zu accepted, %zu too deep for jansson\n", what,
                  tally.lines, tally.accepted, tally.undecided);
}

static void keep_for_damage(const char *line, size_t len)
{
    struct strbuf *place;

    pool_seen++;
    if (len == 0 || len > 4096)
        return;
    if (pool_count < POOL_SIZE)
        place = &pool[pool_count++];
    else if (pool_seen % 37 == 0)
        place = &pool[pool_seen / 37 % POOL_SIZE];
    else
        return;
    strbuf_reset(place);
    strbuf_add(place, line, len);
}

static void compare_file(const char *path, size_t step, size_t most_bytes)
{
    gzFile file = gzopen(path, "rb"); /* reads plain files too */
    struct strbuf bytes = STRBUF_INIT;
    const char *line, *end, *newline;
    size_t number = 0;
    int n;

    assert_non_null(file);
    do {
        n = gzread(file, strbuf_room(&bytes, 1 << 18), 1 << 18);
        if (n > 0)
            bytes.len += (size_t)n;
    } while (n > 0 && bytes.len < most_bytes);
    gzclose(file);
    line = bytes.data;
    end = bytes.data + bytes.len;
    for (; line < end; line = newline + 1) {
        newline = memchr(line, '\n', (size_t)(end - line));
        if (!newline)
            newline = end;
        if (number++ % step)
            continue;
        compare(line, (size_t)(newline - line), path, number);
        if (number % 11 == 1)
            keep_for_damage(line, (size_t)(newline - line));
    }
    strbuf_release(&bytes);
}

static bool is_log(const char *name)
{
    const char *dot = strstr(name, ".log");
    size_t len = strlen(name);

    if (!dot)
        return false;
    return strcmp(name + len - 4, ".log") == 0 || strcmp(name + len - 3, ".gz") == 0;
}

static void compare_tree(const char *folder, size_t step, size_t most_bytes)
{
    struct dirent **names;
    int n = scandir(folder, &names, NULL, alphasort);

    for (int i = 0; i < n; i++) {
        struct strbuf path = STRBUF_INIT;
        struct stat st;

        strbuf_printf(&path, "%s/%s", folder, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && stat(path.data, &st) == 0) {
            if (S_ISDIR(st.st_mode))
                compare_tree(path.data, step, most_bytes);
            else if (is_log(names[i]->d_name))
                compare_file(path.data, step, most_bytes);
        }
        strbuf_release(&path);
        free(names[i]);
    }
    if (n >= 0)
        free(names);
}

static void compare_glob(const char *pattern, size_t step, size_t most_bytes)
{
    glob_t found;

    if (glob(pattern, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            if (is_log(found.gl_pathv[i]))
                compare_file(found.gl_pathv[i], step, most_bytes);
        }
    }
    globfree(&found);
}

static void every_line_of_testdata_is_decoded_as_the_referee_does(void **state)
{
    (void)state;
    start_tally();
    compare_tree("testdata", 1, SIZE_MAX);
    print_tally("testdata");
}

static void recorded_lines_are_decoded_as_the_referee_does(void **state)
{
    bool all = number_from_env("CICERONE_ALL_LINES", 0) != 0;
    size_t step = all ? 1 : STEP, most_bytes = all ? SIZE_MAX : SOME_BYTES;

    (void)state;
    start_tally();
    compare_glob("../shared/recorded/*/*/*/*", step, most_bytes);
    compare_glob("../shared/oracle/*.log.gz", step, most_bytes);
    print_tally("recorded");
}

static void generated_lines_are_decoded_as_the_referee_does(void **state)
{
    struct strbuf line = STRBUF_INIT;
    struct rng r = {seed()};

    (void)state;
    start_tally();
    for (size_t i = 0; i < GENERATED_RUNS; i++) {
        strbuf_reset(&line);
        linegen_lager(&r, &line, i % 2);
        compare(line.data, line.len, "generated", i);
    }
    print_tally("generated");
    /* The property is worth little unless both verdicts are common. */
    assert_true(tally.accepted > GENERATED_RUNS / 4);
    assert_true(tally.accepted < GENERATED_RUNS * 3 / 4);
    strbuf_release(&line);
}

static void damaged_lines_are_decoded_as_the_referee_does(void **state)
{
    size_t runs = (size_t)number_from_env("CICERONE_PROPERTY_RUNS", DAMAGED_RUNS);
    struct strbuf line = STRBUF_INIT, other = STRBUF_INIT;
    struct rng r = {seed() + 1};

    (void)state;
    start_tally();
    for (size_t i = 0; i < runs; i++) {
        strbuf_reset(&line);
        strbuf_reset(&other);
        if (pool_count && rng_below(&r, 2))
            strbuf_add(&line, pool[i % pool_count].data, pool[i % pool_count].len);
        else
            linegen_lager(&r, &line, i % 4 == 0);
        if (rng_below(&r, 4) == 0)
            linegen_lager(&r, &other, false);
        linegen_damage(&r, &line, (struct slice){other.data, other.len});
        compare(line.data, line.len, "damaged", i);
    }
    print_tally("damaged");
    strbuf_release(&line);
    strbuf_release(&other);
    for (size_t i = 0; i < pool_count; i++)
        strbuf_release(&pool[i]);
}

/* Is a line with one value in it lager?  Both must say so. */
static void check(const char *line, bool accepted)
{
    enum referee_verdict verdict;
    struct strbuf why = STRBUF_INIT;

    for (size_t offset = 0; offset < 64; offset += 7) {
        if (!referee_agrees(line, strlen(line), offset, &verdict, &why))
            fail_msg("%s: %s", line, why.data);
        assert_int_equal(verdict, accepted ? REFEREE_ACCEPTS : REFEREE_REJECTS);
    }
    strbuf_release(&why);
}

#define ENVELOPE "\"timestamp\":\"1.5\",\"source\":\"s\",\"message\":\"m\""

static void the_envelope_is_as_the_contract_says(void **state)
{
    (void)state;
    check("", false);
    check("{", false);
    check("{}", false);
    check("no brace", false);
    check("{" ENVELOPE "}", false);
    check("{" ENVELOPE ",\"log_level\":0}", true);
    check("{" ENVELOPE ",\"log_level\":3}", true);
    check("{" ENVELOPE ",\"log_level\":-0}", true);
    check("{" ENVELOPE ",\"log_level\":4}", false);
    check("{" ENVELOPE ",\"log_level\":-1}", false);
    check("{" ENVELOPE ",\"log_level\":1.0}", false);
    check("{" ENVELOPE ",\"log_level\":1e0}", false);
    check("{" ENVELOPE ",\"log_level\":\"1\"}", false);
    check("{" ENVELOPE ",\"log_level\":00}", false);
    check("{" ENVELOPE ",\"log_level\":12345678901234567890}", false);
    check("{" ENVELOPE ",\"level\":\"FaTaL\"}", true);
    check("{" ENVELOPE ",\"level\":\"\\u0069nfo\"}", true);
    check("{" ENVELOPE ",\"level\":\"warn\"}", false);
    check("{" ENVELOPE ",\"level\":\"info\\u0000\"}", false);
    check("{" ENVELOPE ",\"level\":1}", false);
    check("{" ENVELOPE ",\"level\":\"info\",\"source\":1}", false);
    check("{" ENVELOPE ",\"level\":\"info\",\"source\":1,\"source\":\"t\"}", true);
    check("{" ENVELOPE ",\"level\":\"info\",\"timestamp\":1.5}", false);
    check("{" ENVELOPE ",\"level\":\"info\",\"\\u0074imestamp\":\"2.5\"}", true);
    check("{" ENVELOPE ",\"level\":\"info\",\"timestamp\":\"\\u0031.5\"}", true);
    check("{" ENVELOPE ",\"level\":\"info\",}", false);
    check("[x index=0] {" ENVELOPE ",\"level\":\"info\"} tail {", true);
    check("{x {" ENVELOPE ",\"level\":\"info\"}", false);
    check("{" ENVELOPE ",\"level\":\"info\"}}", false);
    check("{" ENVELOPE ",\"level\":\"info\"} list\",\"session\":\"12.1\"}}", false);
    check("{" ENVELOPE ",\"level\":\"info\"}{" ENVELOPE ",\"level\":\"info\"}", false);
}

static void entries_of_gorouter_are_not_lager(void **state)
{
#define ROUTER(time, message, levels)                                                              \
    "{\"timestamp\":\"" time "\",\"source\":\"s\",\"message\":\"" message "\"," levels "}"
    (void)state;
    check(ROUTER("2018-03-26T23:57:03Z", "m", "\"log_level\":3"), false);
    check(ROUTER("2018-03-26T23:57:03Z", "s", "\"log_level\":3"), false);
    check(ROUTER("2018-03-26T23:57:03Z", "s.m", "\"log_level\":3"), true);
    check(ROUTER("2018-03-26T23:57:03Z", "\\u0073.m", "\"log_level\":3"), true);
    check(ROUTER("2018-03-26T23:57:03Z", "\\u0000.m", "\"log_level\":3"), false);
    check(ROUTER("\\u0032018-03-26T23:57:03Z", "m", "\"log_level\":3"), false);
    check(ROUTER("2018-03-26T23:57:03Z", "m", "\"log_level\":3,\"level\":\"info\""), true);
    check(ROUTER("2018-03-26T23:57:03Z", "m", "\"level\":\"info\""), true);
    check(ROUTER("1.5", "m", "\"log_level\":3"), true);
}

static void origins_of_prefixes_are_those_of_the_referee(void **state)
{
    static const char *const prefixes[] = {
        "[job=a index=0] ",
        "x [job=a index=0 job=b]",
        "[job=a b [job=c index=1]",
        "[instance@1 group=\"a\" index=\"0\"]",
        "[instance@1 group=\"a\\\"\" index=\"0\" id=\"b\"]",
        "[instance@ ] group=a index=1]",
        "[instance@1 x=\"]\" group=\"a\" id=\"u\"]",
        "[job=\"a index=0]",
        "[job=a index=\"0",
        "[job=a index=0",
        "[job==a index=0]",
        "[job=a =b index=0]",
    };
    char line[256];

    (void)state;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        snprintf(line, sizeof line, "%s{" ENVELOPE ",\"level\":\"info\"}", prefixes[i]);
        check(line, true);
        snprintf(line, sizeof line,
                 "%s{" ENVELOPE ",\"level\":\"info\",\"data\":{\"cicerone-job\":\"j\"}}",
                 prefixes[i]);
        check(line, true);
    }
}

static void the_inner_keys_are_as_the_contract_says(void **state)
{
#define LINE(level, data) "{" ENVELOPE ",\"log_level\":" level ",\"data\":" data "}"
    (void)state;
    check(LINE("1", "null"), true);
    check(LINE("1", "{}"), true);
    check(LINE("1", "[]"), false);
    check(LINE("1", "\"\""), false);
    check(LINE("1", "{\"session\":\"4.2\"}"), true);
    check(LINE("1", "{\"session\":4.2}"), false);
    check(LINE("1", "{\"session\":null}"), false);
    check(LINE("1", "{\"session\":4.2,\"session\":\"4.2\"}"), true);
    check(LINE("1", "{\"session\":4.2},\"data\":null"), true);
    check(LINE("1", "{\"session\":4.2},\"data\":{}"), true);
    check(LINE("1", "{\"a\":{\"session\":4.2}}"), true);
    check(LINE("1", "{\"error\":1,\"trace\":[]}"), true);
    check(LINE("2", "{\"error\":1}"), false);
    check(LINE("3", "{\"trace\":{}}"), false);
    check(LINE("3", "{\"error\":\"e\\n\",\"trace\":\"t\"}"), true);
    check(LINE("1", "{\"cicerone-job\":\"cell\",\"cicerone-index\":\"0\"}"), true);
    check(LINE("1", "{\"cicerone-job\":1,\"cicerone-index\":-7.50}"), true);
    check(LINE("1", "{\"cicerone-index\":1e999,\"\\u0000\":\"\\u0000\",\"\xff\":1}"), true);
}

static void a_line_of_hostile_depth_is_refused(void **state)
{
    static const size_t depths[] = {2000, 2040, 2060, 100000};
    struct strbuf line = STRBUF_INIT;
    struct record record;

    (void)state;
    for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
        for (int inside = 0; inside < 2; inside++) {
            strbuf_reset(&line);
            strbuf_printf(&line, "{" ENVELOPE ",\"level\":\"info\",%s",
                          inside ? "\"data\":{\"x\":" : "\"x\":");
            for (size_t d = 0; d < depths[i]; d++)
                strbuf_char(&line, '[');
            for (size_t d = 0; d < depths[i]; d++)
                strbuf_char(&line, ']');
            strbuf_str(&line, inside ? "}}" : "}");
            strbuf_char(&line, '\n');
            memset(strbuf_room(&line, JSCAN_SLACK), '"', JSCAN_SLACK);
            assert_int_equal(lager_decode(line.data, line.len - 1, &record), depths[i] < 2048);
        }
    }
    strbuf_release(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_envelope_is_as_the_contract_says),
        cmocka_unit_test(entries_of_gorouter_are_not_lager),
        cmocka_unit_test(origins_of_prefixes_are_those_of_the_referee),
        cmocka_unit_test(the_inner_keys_are_as_the_contract_says),
        cmocka_unit_test(a_line_of_hostile_depth_is_refused),
        cmocka_unit_test(every_line_of_testdata_is_decoded_as_the_referee_does),
        cmocka_unit_test(recorded_lines_are_decoded_as_the_referee_does),
        cmocka_unit_test(generated_lines_are_decoded_as_the_referee_does),
        cmocka_unit_test(damaged_lines_are_decoded_as_the_referee_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
