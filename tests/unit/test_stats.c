/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "stats/stats.h"
#include "unit/lines.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define S           NS_PER_SECOND

static const char definition[] =
    "{ 'version': 1, 'name': 'things', 'title': 'Things',"
    "  'entity': { 'noun': 'thing', 'id': ['data.id'] },"
    "  'stages': [ { 'name': 'unseen', 'match': {'message': '\\\\.unseen$'} },"
    "              { 'name': 'born', 'match': {'message': '\\\\.born$'} },"
    "              { 'name': 'grown', 'match': {'message': '\\\\.grown$'} },"
    "              { 'name': 'old', 'match': {'message': '\\\\.old$'} } ],"
    "  'failed': [ {'about': 'this', 'anchor': true, 'message': '\\\\.this$'}, {'about': 'that', "
    "'message': "
    "'\\\\.that$'} ],"
    "  'samples': [ {'line': "
    "'{\\'timestamp\\':\\'1.0\\',\\'source\\':\\'s\\',\\'message\\':\\'s.born\\',"
    "\\'log_level\\':1,\\'data\\':{\\'id\\':\\'x\\'}}', 'stage': 'born', 'id': 'x'} ] }";

static void a_percentile_lies_between_the_closest_ranks(void **state)
{
    /* quantile(c(10,20,30,40), type=7) of R */
    static const int64_t four[] = {10, 20, 30, 40}, one[] = {7}, two[] = {-10, 10},
                         ties[] = {5, 5, 5, 9};

    (void)state;
    assert_int_equal(percentile(four, 4, 0), 10);
    assert_int_equal(percentile(four, 4, 0.25), 18); /* 17.5 */
    assert_int_equal(percentile(four, 4, 0.5), 25);
    assert_int_equal(percentile(four, 4, 0.9), 37);
    assert_int_equal(percentile(four, 4, 1), 40);
    for (double p = 0; p <= 1; p += 0.125)
        assert_int_equal(percentile(one, 1, p), 7);
    assert_int_equal(percentile(two, 2, 0.5), 0);
    assert_int_equal(percentile(two, 2, 0.95), 9);
    assert_int_equal(percentile(ties, 4, 0.5), 5);
    assert_int_equal(percentile(ties, 4, 0.99), 9); /* 8.88 */
}

static void a_percentile_of_years_is_good_to_the_nanosecond(void **state)
{
    static const int64_t values[] = {INT64_C(1441087134999691010), INT64_C(1441087134999691012)};

    (void)state;
    assert_int_equal(percentile(values, 2, 0.5), INT64_C(1441087134999691011));
}

static void a_summary_of_nothing_is_empty(void **state)
{
    struct summary s;

    (void)state;
    summarize(&s, NULL, NULL, 0);
    assert_int_equal(s.n, 0);
    assert_int_equal(s.negative, 0);
    assert_null(s.min_at);
    assert_null(s.max_at);
}

static void a_summary_of_one_has_no_deviation(void **state)
{
    int64_t list[] = {-5};
    struct summary s;

    (void)state;
    summarize(&s, list, NULL, 1);
    assert_int_equal(s.n, 1);
    assert_int_equal(s.negative, 1);
    assert_int_equal(s.min_ns, -5);
    assert_int_equal(s.max_ns, -5);
    assert_int_equal(s.p99_ns, -5);
    assert_true(s.mean_ns == -5 && s.sd_ns == 0);
}

static void a_summary_sorts_and_counts(void **state)
{
    int64_t list[] = {4 * S, -1 * S, 0, 5 * S};
    struct summary s;

    (void)state;
    summarize(&s, list, NULL, COUNT(list));
    assert_int_equal(s.n, 4);
    assert_int_equal(s.negative, 1); /* 0 is none */
    assert_int_equal(s.min_ns, -1 * S);
    assert_int_equal(s.max_ns, 5 * S);
    assert_int_equal(s.p50_ns, 2 * S);
    assert_true(s.mean_ns == 2.0 * S);
    assert_true(fabs(s.sd_ns - sqrt(26.0 / 3) * S) < 1); /* of a sample: n - 1 */
    assert_true(s.sum_ns == 8.0 * S);
}

static void the_deviation_of_large_equal_times_is_0(void **state)
{
    int64_t list[1000];
    struct summary s;

    (void)state;
    for (size_t i = 0; i < COUNT(list); i++)
        list[i] = INT64_C(1441087134999691010);
    summarize(&s, list, NULL, COUNT(list));
    assert_true(s.sd_ns < 300); /* a double of that size steps by 256 */
    assert_int_equal(s.p50_ns, INT64_C(1441087134999691010));
}

static void a_sum_beyond_64_bits_does_not_wrap(void **state)
{
    int64_t list[] = {INT64_MAX / 2, INT64_MAX / 2, INT64_MAX / 2};
    struct summary s;

    (void)state;
    summarize(&s, list, NULL, 3);
    assert_true(fabs(s.mean_ns - (double)(INT64_MAX / 2)) < 4096);
}

/* The figures of these lines; free with release_run(). */
struct run_of_lines {
    struct lifecycle *lc;
    struct timelines t;
    struct stats s;
};

static void make_run(struct run_of_lines *r, const struct log_line *lines, size_t count)
{
    struct err err = ERR_INIT;

    r->lc = load_text(definition, &err);
    if (!r->lc)
        fail_msg("%s", err.text);
    assert_true(make_timelines(&r->t, r->lc, lines, NULL, count));
    stats_init(&r->s, &r->t, 1);
}

static void release_run(struct run_of_lines *r)
{
    stats_release(&r->s);
    timelines_release(&r->t);
    lifecycle_free(r->lc);
}

static void assert_id(const struct timeline *tl, const char *id)
{
    assert_non_null(tl);
    assert_true(slice_eq(timeline_id(tl), slice_of(id)));
}

static void the_figures_of_a_run(void **state)
{
    static const struct log_line lines[] = {
        {"10", "a", "s.born", "'id':'x'"},  {"12", "b", "s.grown", "'id':'x'"},
        {"13", "a", "s.old", "'id':'x'"},   {"11", "a", "s.born", "'id':'y'"},
        {"13", "b", "s.grown", "'id':'y'"}, {"12.5", "a", "s.old", "'id':'y'"},
        {"12", "a", "s.born", "'id':'z'"},  {"20", "b", "s.this", "'id':'z'"},
        {"13", "c", "s.born", "'id':'w'"},  {"14", "c", "s.grown", "'id':'w'"},
        {"15", "c", "s.that", "'id':'w'"},  {"14", "c", "s.born", "'id':'v'"},
        {"16", "c", "s.grown", "'id':'v'"}, {"17", "c", "s.that", "'id':'v'"},
        {"15", "c", "s.born", "'id':'u'"},
    };
    struct run_of_lines r;
    const struct stats *s = &r.s;

    (void)state;
    make_run(&r, lines, COUNT(lines));
    assert_int_equal(s->ok, 2);
    assert_int_equal(s->complete, 2);
    assert_int_equal(s->incomplete, 1);
    assert_int_equal(s->outcomes[0], 3);
    assert_int_equal(s->first_stage, 1); /* nobody reached the first one */
    assert_int_equal(s->stage[0].n, 0);
    assert_int_equal(s->stage[1].n, 6);
    assert_int_equal(s->stage[1].min_ns, 0);
    assert_id(s->stage[1].min_at, "x");
    assert_id(s->stage[1].max_at, "u");
    assert_int_equal(s->stage[2].n, 4);
    assert_int_equal(s->stage[2].max_ns, 2 * S);
    assert_id(s->stage[2].max_at, "v"); /* of three the first by id */
    assert_id(s->stage[2].min_at, "w");
    assert_int_equal(s->stage[3].n, 2);
    assert_int_equal(s->stage[3].negative, 1);
    assert_int_equal(s->stage[3].min_ns, -S / 2);
    assert_int_equal(s->total.n, 6);
    assert_true(s->total.sum_ns == 8.0 * S); /* 3, 2, 0, 1, 2, 0 */
    assert_true(s->share[1] == 0);
    assert_true(fabs(s->share[2] - 7.0 / 8) < 1e-12);

    /* fates: the most frequent first */
    assert_int_equal(s->fate_count, 3);
    assert_int_equal(s->fates[0].count, 2);
    assert_string_equal(s->fates[0].reason->about, "that");
    assert_int_equal(s->fates[0].last_stage, 2);
    assert_id(s->fates[0].example, "w");
    assert_int_equal(s->fates[1].count, 1);
    assert_int_equal(s->fates[2].count, 1);

    /* skews: between which VMs */
    assert_int_equal(s->skew_count, 1);
    assert_int_equal(s->skews[0].stage, 3);
    assert_int_equal(s->skews[0].count, 1);
    assert_int_equal(s->skews[0].worst_ns, -S / 2);
    assert_true(slice_eq(timelines_vm_name(&r.t, s->skews[0].from_vm), slice_of("b/0")));
    assert_true(slice_eq(timelines_vm_name(&r.t, s->skews[0].to_vm), slice_of("a/0")));

    /* VMs in order of names */
    assert_int_equal(s->vm_count, 2);
    assert_true(slice_eq(timelines_vm_name(&r.t, s->vms[0].vm), slice_of("a/0")));
    assert_int_equal(s->vms[0].count, 3);
    assert_int_equal(s->vms[0].not_ok, 1);
    assert_int_equal(s->vms[0].p50_total_ns, 2 * S);
    assert_int_equal(s->vms[1].count, 3);
    assert_int_equal(s->vms[1].not_ok, 3);
    release_run(&r);
}

static void a_run_of_nothing_has_no_figures(void **state)
{
    struct run_of_lines r;

    (void)state;
    make_run(&r, NULL, 0);
    assert_int_equal(r.s.total.n, 0);
    assert_int_equal(r.s.fate_count, 0);
    assert_int_equal(r.s.vm_count, 0);
    assert_true(r.s.first_stage == NO_STAGE);
    release_run(&r);
}

static void an_outcome_alone_has_no_duration(void **state)
{
    static const struct log_line lines[] = {{"10", "a", "s.this", "'id':'x'"},
                                            {"11", "a", "s.born", "'id':'y'"}};
    struct run_of_lines r;

    (void)state;
    make_run(&r, lines, COUNT(lines));
    assert_int_equal(r.t.count, 2);
    assert_int_equal(r.s.outcomes[0], 1);
    assert_int_equal(r.s.total.n, 1);
    assert_int_equal(r.s.fates[0].last_stage == NO_STAGE || r.s.fate_count > 1, 1);
    release_run(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_percentile_lies_between_the_closest_ranks),
        cmocka_unit_test(a_percentile_of_years_is_good_to_the_nanosecond),
        cmocka_unit_test(a_summary_of_nothing_is_empty),
        cmocka_unit_test(a_summary_of_one_has_no_deviation),
        cmocka_unit_test(a_summary_sorts_and_counts),
        cmocka_unit_test(the_deviation_of_large_equal_times_is_0),
        cmocka_unit_test(a_sum_beyond_64_bits_does_not_wrap),
        cmocka_unit_test(the_figures_of_a_run),
        cmocka_unit_test(a_run_of_nothing_has_no_figures),
        cmocka_unit_test(an_outcome_alone_has_no_duration),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
