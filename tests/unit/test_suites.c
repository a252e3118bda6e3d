/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "suites/cedar.h"
#include "suites/fezzik.h"
#include "suites/views.h"

/* A file of this text and name in a folder of its own, which remove_file() takes away. */
static char path[64], folder[32];

static const char *make_file(const char *name, const char *text)
{
    FILE *f;

    snprintf(folder, sizeof folder, "/tmp/suites-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    return path;
}

static void remove_file(void)
{
    unlink(path);
    rmdir(folder);
}

static int add_report(struct fezzik *f, const char *text, struct err *err)
{
    int rc = fezzik_add(f, make_file("reports.json", text), err);

    remove_file();
    fezzik_finish(f);
    return rc;
}

static int add_apps(struct cedar *c, const char *name, const char *text, struct err *err)
{
    int rc = cedar_add(c, make_file(name, text), err);

    remove_file();
    return rc;
}

static void three_objects_speak_of_one_task(void **state)
{
    struct fezzik f = FEZZIK_INIT;
    struct err err = ERR_INIT;
    const struct fezzik_report *r;

    (void)state;
    assert_int_equal(
        add_report(&f,
                   "TASK_REPORT\r\n"
                   "{\"ReportTime\":\"1970-01-01T00:00:01.000000002Z\",\"ReportName\":\"n\","
                   "\"NumCells\":2,\"NumRequested\":4,\"Other\":[1],"
                   "\"TimeToCreate\":{\"b\":10,\"a\":30,\"c\":20},"
                   "\"TimeToComplete\":{\"b\":100,\"d\":-50},"
                   "\"FailedTasks\":{\"d\":\"why\"},\"TaskDistribution\":{\"z\":1,\"y\":0}}\r\n",
                   &err),
        0);
    assert_int_equal(f.count, 1);
    r = &f.list[0];
    assert_true(r->tasks);
    assert_int_equal(r->time_ns, INT64_C(1000000002));
    assert_int_equal(r->requested, 4);
    assert_int_equal(r->entity_count, 4);
    assert_string_equal(r->entities[0].id.p, "a");
    assert_int_equal(r->entities[0].first_ns, 30);
    assert_int_equal(r->entities[0].last_ns, NSTIME_NONE);
    assert_string_equal(fezzik_outcome(r, &r->entities[0]), "never completed");
    assert_int_equal(r->entities[1].first_ns, 10);
    assert_int_equal(r->entities[1].last_ns, 100);
    assert_string_equal(fezzik_outcome(r, &r->entities[1]), "ok");
    assert_int_equal(r->entities[3].first_ns, NSTIME_NONE);
    assert_int_equal(r->entities[3].last_ns, -50);
    assert_string_equal(fezzik_outcome(r, &r->entities[3]), "failed");
    assert_string_equal(r->entities[3].reason.p, "why");
    assert_int_equal(r->first.n, 3);
    assert_int_equal(r->first.p50_ns, 20);
    assert_true(r->first.sd_ns > 9.999 && r->first.sd_ns < 10.001); /* of a sample */
    assert_int_equal(r->last.negative, 1);
    assert_string_equal(r->cells[0].name.p, "y");
    fezzik_release(&f);
}

static void reports_are_in_order_of_time_and_indexes_in_order_of_number(void **state)
{
    struct fezzik f = FEZZIK_INIT;
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(add_report(&f,
                                "LRP_REPORT\n"
                                "{\"ReportTime\":\"2020-01-01T00:00:00Z\",\"ReportName\":\"late\","
                                "\"NumInstances\":3,\"TimeToClaimed\":{\"10\":1,\"9\":2,\"0\":3}}\n"
                                "\n"
                                "LRP_REPORT\n"
                                "{\"ReportTime\":\"2020-01-01T01:00:00+02:00\",\"ReportName\":"
                                "\"early\",\"NumInstances\":0}",
                                &err),
                     0);
    assert_int_equal(f.count, 2);
    assert_int_equal(f.problem_count, 0);
    assert_string_equal(f.list[0].name.p, "early");
    assert_int_equal(f.list[0].entity_count, 0);
    assert_string_equal(f.list[1].entities[0].id.p, "0");
    assert_string_equal(f.list[1].entities[1].id.p, "9");
    assert_string_equal(f.list[1].entities[2].id.p, "10");
    fezzik_release(&f);
}

static void the_good_reports_of_a_file_are_kept(void **state)
{
    static const char good[] = "TASK_REPORT\n{\"ReportTime\":\"2020-01-01T00:00:00Z\","
                               "\"ReportName\":\"n\",\"NumRequested\":0}\n";
    struct fezzik f = FEZZIK_INIT;
    struct err err = ERR_INIT;
    struct strbuf b = STRBUF_INIT;

    (void)state;
    for (int i = 0; i < 20; i++)
        strbuf_str(&b, "TASK_REPORT\n{\n");
    strbuf_str(&b, good);
    assert_int_equal(add_report(&f, b.data, &err), 0);
    assert_int_equal(f.count, 1);
    assert_int_equal(f.problem_count, 20);
    assert_non_null(strstr(f.problems[0], "reports.json:2:"));
    /* a file without any adds no problem, but an error */
    assert_int_equal(add_report(&f, "TASK_REPORT\n{\n", &err), -1);
    assert_int_equal(f.problem_count, 20);
    assert_int_equal(f.count, 1);
    strbuf_release(&b);
    fezzik_release(&f);
}

static void a_lag_needs_both_times(void **state)
{
    int64_t ns = 7;

    (void)state;
    assert_true(views_lag(5, 3, &ns));
    assert_int_equal(ns, 2);
    assert_true(views_lag(-5, 3, &ns));
    assert_int_equal(ns, -8);
    assert_false(views_lag(NSTIME_NONE, 3, &ns));
    assert_false(views_lag(3, NSTIME_NONE, &ns));
}

/* An app of an output of Cedar; times are what JSON has. */
static void add_app(struct strbuf *b, const char *name, const char *guid, const char *push,
                    const char *start)
{
    strbuf_printf(b, "%s{\"app_name\":\"%s\",\"app_guid\":\"%s\",\"push\":{%s},\"start\":{%s}}",
                  b->len ? "," : "{\"succeeded\":true,\"apps\":[", name, guid, push, start);
}

static void apps_are_grouped_by_type_and_batch(void **state)
{
    struct cedar c = {0};
    struct err err = ERR_INIT;
    struct strbuf b = STRBUF_INIT;

    (void)state;
    add_app(&b, "p-1-light-0", "g1",
            "\"succeeded\":true,\"start_time\":\"2018-01-01T00:00:02.500-0700\",\"duration_ns\":20",
            "\"succeeded\":true,\"start_time\":\"2018-01-01T07:00:09Z\",\"duration_ns\":7");
    add_app(&b, "p-0-light-0", "g0",
            "\"succeeded\":true,\"start_time\":\"2018-01-01T00:00:01.000-0700\",\"duration_ns\":10",
            "\"succeeded\":false,\"start_time\":\"2018-01-01T07:00:08Z\",\"duration_ns\":9");
    add_app(
        &b, "p-0-heavy-0", "",
        "\"succeeded\":false,\"start_time\":\"2018-01-01T00:00:01.500-0700\",\"duration_ns\":40",
        "\"succeeded\":false,\"start_time\":null,\"duration_ns\":0");
    strbuf_str(&b, "]}");
    assert_int_equal(add_apps(&c, "x.json", b.data, &err), 0);
    assert_int_equal(add_apps(&c, "y.json",
                              "{\"g1\":{\"Guid\":\"g1\",\"TotalRequests\":4,"
                              "\"SuccessfulRequests\":3,\"FailedRequests\":1},"
                              "\"g9\":{\"TotalRequests\":1,\"SuccessfulRequests\":1,"
                              "\"FailedRequests\":0}}",
                              &err),
                     0);
    assert_int_equal(cedar_finish(&c, &err), 0);
    assert_int_equal(c.app_count, 3);
    assert_string_equal(c.apps[0].name.p, "p-0-light-0"); /* in order of push */
    assert_int_equal(c.apps[0].step[CEDAR_PUSH].start_ns, INT64_C(1514790001000000000));
    assert_int_equal(c.apps[1].step[CEDAR_START].state, CEDAR_NEVER);
    assert_int_equal(c.apps[0].step[CEDAR_START].state, CEDAR_FAILED);
    assert_true(c.apps[2].asked);
    assert_int_equal(c.stranger_count, 1);
    assert_int_equal(c.group_count, 3); /* heavy, light, all */
    assert_int_equal(c.groups[0].duration[CEDAR_PUSH].n, 0);
    assert_int_equal(c.groups[0].state[CEDAR_PUSH][CEDAR_FAILED], 1);
    assert_int_equal(c.groups[1].duration[CEDAR_PUSH].p50_ns, 15);
    assert_int_equal(c.groups[2].apps, 3);
    assert_int_equal(c.groups[2].routable, 0);
    assert_int_equal(c.groups[2].answered, 3);
    assert_false(c.batches_by_time);
    assert_int_equal(c.batch_count, 2);
    assert_int_equal(c.batches[0].number, 0);
    assert_int_equal(c.batches[0].app_count, 2);
    assert_int_equal(c.batches[1].app_count, 1);
    strbuf_release(&b);
    cedar_release(&c);
}

static void a_batch_takes_both_its_edges(void **state)
{
    struct cedar_app app = {.name_batch = 4};
    struct cedar_batch b = {.number = 1, .first_ns = 10, .end_ns = 20};

    (void)state;
    for (int64_t at = 0; at < 30; at++) {
        app.step[CEDAR_PUSH].start_ns = at;
        assert_int_equal(cedar_in_batch(&app, &b), at >= 10 && at <= 20);
    }
    app.step[CEDAR_PUSH].start_ns = NSTIME_NONE;
    assert_false(cedar_in_batch(&app, &b));
    b = (struct cedar_batch){.number = 4, .first_ns = NSTIME_NONE, .end_ns = NSTIME_NONE};
    assert_true(cedar_in_batch(&app, &b));
}

static void bounds_must_make_sense(void **state)
{
    static const char output[] = "{\"succeeded\":true,\"apps\":[]}";
    struct cedar c = {0};
    struct err err = ERR_INIT;

    (void)state;
    assert_int_equal(add_apps(&c, "output.json", output, &err), 0);
    assert_int_equal(add_apps(&c, "min-3.json", " 20\n", &err), 0);
    assert_int_equal(add_apps(&c, "max-3.json", "10", &err), 0);
    assert_int_equal(cedar_finish(&c, &err), -1);
    assert_string_equal(err.text, "batch 3 ends before it begins");
    cedar_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_objects_speak_of_one_task),
        cmocka_unit_test(reports_are_in_order_of_time_and_indexes_in_order_of_number),
        cmocka_unit_test(the_good_reports_of_a_file_are_kept),
        cmocka_unit_test(a_lag_needs_both_times),
        cmocka_unit_test(apps_are_grouped_by_type_and_batch),
        cmocka_unit_test(a_batch_takes_both_its_edges),
        cmocka_unit_test(bounds_must_make_sense),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
