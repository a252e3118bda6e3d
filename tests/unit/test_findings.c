/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "output/findings.h"
#include "unit/lines.h"

static const char definition[] =
    "{ 'version': 1, 'name': 'things', 'title': 'Things',"
    "  'entity': { 'noun': 'apple', 'id': ['data.id'] },"
    "  'stages': [ { 'name': 'born', 'home': true, 'anchor': true, 'match': {'message': "
    "'\\\\.born$'} },"
    "              { 'name': 'grown', 'match': {'message': '\\\\.grown$'} },"
    "              { 'name': 'old', 'match': {'message': '\\\\.old$'} } ],"
    "  'failed': [ {'about': 'a worm', 'message': '\\\\.worm$'} ],"
    "  'samples': [ {'line': "
    "'{\\'timestamp\\':\\'1.0\\',\\'source\\':\\'s\\',\\'message\\':\\'s.born\\',"
    "\\'log_level\\':1,\\'data\\':{\\'id\\':\\'x\\'}}', 'stage': 'born', 'id': 'x'} ] }";

/* What is found in these lines. */
static char *found(const struct log_line *lines, size_t count)
{
    struct strbuf out = STRBUF_INIT;
    struct err err = ERR_INIT;
    struct lifecycle *lc = load_text(definition, &err);
    struct timelines t;
    struct stats s;
    struct run run = {.lc = lc, .timelines = &t, .stats = &s};

    if (!lc)
        fail_msg("%s", err.text);
    assert_true(make_timelines(&t, lc, lines, NULL, count));
    stats_init(&s, &t, 1);
    strbuf_str(&out, "");
    findings_add(&run, &out);
    stats_release(&s);
    timelines_release(&t);
    lifecycle_free(lc);
    return out.data;
}

static void expect(const struct log_line *lines, size_t count, const char *sentences)
{
    char *text = found(lines, count);

    assert_string_equal(text, sentences);
    free(text);
}

static void of_nothing_there_is_nothing_to_say(void **state)
{
    (void)state;
    expect(NULL, 0, "");
}

static void the_stage_that_takes_most_of_the_time(void **state)
{
    static const struct log_line lines[] = {
        {"10", "a", "s.born", "'id':'x'"},
        {"11", "a", "s.grown", "'id':'x'"},
        {"20", "a", "s.old", "'id':'x'"},
    };

    (void)state;
    expect(lines, 3,
           "The only apple is ok.\n"
           "90 % of the time of an apple goes by on the way to old: half take 9.00s or less, "
           "the longest 9.00s.\n");
}

static void what_became_of_the_others(void **state)
{
    static const struct log_line lines[] = {
        {"10", "a", "s.born", "'id':'x'"},   {"11", "a", "s.grown", "'id':'x'"},
        {"12", "a", "s.old", "'id':'x'"},    {"10", "a", "s.born", "'id':'v'"},
        {"10", "a", "s.born", "'id':'w'"},   {"10", "b", "s.born", "'id':'y'"},
        {"9.5", "a", "s.grown", "'id':'y'"}, {"10", "a", "s.worm", "'id':'y'"},
    };

    (void)state;
    expect(lines, 8,
           "3 of 4 apples are not ok.\n"
           "40 % of the time of an apple goes by on the way to old: half take 1.00s or less, "
           "the longest 1.00s.\n"
           "20 % of the time of an apple goes by on the way to grown: half take 250ms or less, "
           "the longest 1.00s.\n"
           "2 apples never left born: no further line of it in these logs.\n"
           "1 apple ended as failed, last seen at grown: a worm.\n"
           "1 duration is negative, the worst (-500ms, grown) between two VMs: stages overlap, "
           "or clocks disagree.\n");
}

static void the_last_stage_without_those_before_it(void **state)
{
    static const struct log_line lines[] = {
        {"10", "a", "s.born", "'id':'x'"}, {"11", "a", "s.grown", "'id':'x'"},
        {"12", "a", "s.old", "'id':'x'"},  {"10", "a", "s.born", "'id':'y'"},
        {"11", "a", "s.old", "'id':'y'"},
    };
    char *text = found(lines, 5);

    (void)state;
    assert_non_null(strstr(text, "1 apple came to old, but without every stage before it.\n"));
    assert_null(strstr(text, "never left"));
    free(text);
}

/* Of six apples on each VM, which take a second to grow, on the last VM three. */
static char *found_on(const char *vms)
{
    struct log_line lines[300];
    char texts[300][16], names[16][2] = {{0}};
    size_t n = 0;

    for (size_t v = 0; vms[v]; v++) {
        names[v][0] = vms[v];
        for (int i = 0; i < 6; i++) {
            snprintf(texts[n], sizeof texts[n], "'id':'%c%d'", vms[v], i);
            lines[n] = (struct log_line){"10", names[v], "s.born", texts[n]};
            lines[n + 1] =
                (struct log_line){vms[v + 1] ? "11" : "13", names[v], "s.grown", texts[n]};
            n += 2;
        }
    }
    return found(lines, n);
}

static void a_vm_that_is_slower_than_the_others(void **state)
{
    char *text = found_on("abcd");

    (void)state;
    assert_non_null(strstr(text, "d/0 is 3.0 times as slow as the other VMs: half of its 6 apples "
                                 "took longer than 3.00s, elsewhere longer than 1.00s.\n"));
    assert_null(strstr(text, "a/0"));
    free(text);
}

static void of_two_vms_none_is_the_odd_one(void **state)
{
    char *text = found_on("ab");

    (void)state;
    assert_null(strstr(text, "slow"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_nothing_there_is_nothing_to_say),
        cmocka_unit_test(the_stage_that_takes_most_of_the_time),
        cmocka_unit_test(what_became_of_the_others),
        cmocka_unit_test(the_last_stage_without_those_before_it),
        cmocka_unit_test(a_vm_that_is_slower_than_the_others),
        cmocka_unit_test(of_two_vms_none_is_the_odd_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
