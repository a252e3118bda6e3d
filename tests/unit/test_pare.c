/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "lifecycle/collect.h"
#include "lifecycle/library.h"
#include "lifecycle/pare.h"

static struct lifecycle *load(const char *name)
{
    struct asset_search search = {"parsers", NULL, 0};
    struct err err = ERR_INIT;
    struct lifecycle *lc = library_load(&search, name, &err);

    assert_non_null(lc);
    return lc;
}

static struct regex *pattern(const char *text)
{
    struct err err = ERR_INIT;
    struct regex *re = regex_new(slice_of(text), &err);

    assert_non_null(re);
    return re;
}

static void read_logs(const struct lifecycle *lc, struct collection *c)
{
    struct feed_options options = {2, (size_t)16 << 20, 0, 0, NULL};
    struct inputs inputs = INPUTS_INIT;
    struct selection all = {NULL, NULL};

    inputs_add(&inputs, "testdata/2018", NULL);
    collect(&inputs, lc, &options, NULL, &all, c);
    inputs_release(&inputs);
}

static bool same_times(const struct timelines *a, const struct timeline *x,
                       const struct timelines *b, const struct timeline *y)
{
    for (size_t i = 0; i < a->lc->stage_count; i++) {
        if (timeline_time(a, x, i) != timeline_time(b, y, i))
            return false;
    }
    return x->outcome == y->outcome && slice_eq(timeline_id(x), timeline_id(y));
}

/* What is read of the pared lifecycle is what of the whole one has the text. */
static void entities_that_nobody_asks_for_are_left_out(void **state)
{
    struct lifecycle *whole = load("requests"), *pared = load("requests");
    struct regex *patterns[] = {pattern("^bb"), pattern("^auctioneer$")};
    size_t tag = lifecycle_tag(whole, slice_of("component")), k = 0, bbs = 0;
    struct collection all, some;

    (void)state;
    assert_true(pare_to(pared, tag, (const struct regex *const *)patterns, 2));
    read_logs(whole, &all);
    read_logs(pared, &some);
    for (size_t i = 0; i < all.timelines.count; i++) {
        const struct timeline *tl = timelines_at(&all.timelines, i), *got;
        struct slice text = timeline_tag(&all.timelines, tl, tag);

        if (!regex_match(patterns[0], text) && !regex_match(patterns[1], text))
            continue;
        bbs += slice_eq(text, slice_of("bbs"));
        assert_in_range(k, 0, some.timelines.count - 1);
        got = timelines_at(&some.timelines, k++);
        assert_true(same_times(&all.timelines, tl, &some.timelines, got));
        assert_true(slice_eq(timeline_tag(&some.timelines, got, tag), text));
    }
    assert_int_equal(k, some.timelines.count);
    assert_in_range(bbs, 1, k - 1);
    assert_in_range(k, 1, all.timelines.count - 1);
    assert_int_equal(some.counts.lines, all.counts.lines);
    assert_int_equal(some.counts.understood, all.counts.understood);
    collection_release(&all);
    collection_release(&some);
    lifecycle_free(whole);
    lifecycle_free(pared);
    regex_free(patterns[0]);
    regex_free(patterns[1]);
}

/* Lines of one entity may differ in these, or may not tell them. */
static void tags_that_lines_do_not_agree_on_restrict_nothing(void **state)
{
    static const char *const tags[][2] = {
        {"tasks", "cell"}, {"lrps", "index"}, {"requests", "endpoint"}, {"requests", "method"}};
    struct regex *any = pattern(".");

    (void)state;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        struct lifecycle *lc = load(tags[i][0]);
        size_t tag = lifecycle_tag(lc, slice_of(tags[i][1]));

        assert_int_not_equal(tag, NO_TAG_NUMBER);
        assert_false(pare_to(lc, tag, (const struct regex *const *)&any, 1));
        assert_null(lc->only);
        lifecycle_free(lc);
    }
    regex_free(any);
}

static void tags_that_nobody_asks_for_are_empty(void **state)
{
    struct lifecycle *lc = load("requests");
    size_t component = lifecycle_tag(lc, slice_of("component")),
           endpoint = lifecycle_tag(lc, slice_of("endpoint"));
    struct collection c;

    (void)state;
    pare_tags(lc);
    lc->tags[component].unused = false;
    read_logs(lc, &c);
    assert_in_range(c.timelines.count, 10, 100000);
    for (size_t i = 0; i < c.timelines.count; i++) {
        const struct timeline *tl = timelines_at(&c.timelines, i);
        int64_t worth;

        assert_int_not_equal(timeline_tag(&c.timelines, tl, component).len, 0);
        assert_int_equal(timeline_tag(&c.timelines, tl, endpoint).len, 0);
        assert_false(timeline_value(&c.timelines, tl, 0, &worth));
    }
    collection_release(&c);
    lifecycle_free(lc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entities_that_nobody_asks_for_are_left_out),
        cmocka_unit_test(tags_that_lines_do_not_agree_on_restrict_nothing),
        cmocka_unit_test(tags_that_nobody_asks_for_are_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
