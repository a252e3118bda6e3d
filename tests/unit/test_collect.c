/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lifecycle/collect.h"
#include "lifecycle/library.h"
#include "output/out_csv.h"
#include "output/out_json.h"

/* The last two hold what others do, under other names. */
static const char *const folders[] = {"testdata/logs",         "testdata/rfc3339",
                                      "testdata/2018",         "testdata/unified-2015.log.gz",
                                      "testdata/2018/../logs", "testdata/logs/../rfc3339"};

#define FOLDERS (sizeof folders / sizeof *folders)

/* The names of the VMs that the table knows, in order. */
static void put_vms(FILE *f, const struct run *run)
{
    uint16_t *ranks = run_vm_ranks(run);
    uint32_t count = run->timelines->vms.count;

    for (uint32_t rank = 0; rank < count; rank++) {
        for (uint32_t vm = 0; vm < count; vm++) {
            if (ranks[vm] == rank)
                fprintf(f, "%s\n", intern_text(&run->timelines->vms, vm).p);
        }
    }
    free(ranks);
}

/* What a lifecycle comes to over some inputs, read in a certain way, with the lines where all its
 * stages stand; free() it. */
static char *timelines_of(const char *lifecycle, const char *const *paths, size_t count,
                          unsigned threads, size_t block_bytes, uint64_t *lines)
{
    struct asset_search search = {"parsers", NULL, 0};
    struct sites sites = SITES_INIT;
    struct feed_options options = {threads, (size_t)16 << 20, block_bytes, 0, &sites};
    struct inputs inputs = INPUTS_INIT;
    struct selection all = {NULL, NULL};
    struct collection c;
    struct run run;
    struct err err = ERR_INIT;
    struct lifecycle *lc = library_load(&search, lifecycle, &err);
    char *text = NULL;
    size_t len;
    FILE *f = open_memstream(&text, &len);

    assert_non_null(lc);
    for (size_t i = 0; i < count; i++)
        inputs_add(&inputs, paths[i], NULL);
    collect(&inputs, lc, &options, NULL, &all, &c);
    *lines = c.counts.lines;
    run = (struct run){.lc = lc, .collection = &c, .timelines = &c.timelines};
    out_timelines_csv(f, &run);
    out_ndjson(f, &run);
    put_vms(f, &run);
    fclose(f);
    collection_release(&c);
    sites_release(&sites);
    inputs_release(&inputs);
    lifecycle_free(lc);
    return text;
}

static void compare_ways(const char *lifecycle, const char *const *paths, size_t count)
{
    static const size_t block_sizes[] = {7, 4096, 0};
    static const unsigned thread_counts[] = {1, 2, 7};
    uint64_t want_lines, lines;
    char *want = timelines_of(lifecycle, paths, count, 1, 0, &want_lines);

    assert_true(strlen(want) > 1000);
    assert_non_null(strstr(want, "\"line\":"));
    for (size_t b = 0; b < sizeof block_sizes / sizeof *block_sizes; b++) {
        for (size_t t = 0; t < sizeof thread_counts / sizeof *thread_counts; t++) {
            char *got =
                timelines_of(lifecycle, paths, count, thread_counts[t], block_sizes[b], &lines);

            assert_string_equal(got, want);
            assert_int_equal(lines, want_lines);
            free(got);
        }
    }
    free(want);
}

static void the_same_bytes_come_out_for_any_threads_and_blocks(void **unused)
{
    (void)unused;
    for (size_t i = 2; i < 4; i++) {
        compare_ways("tasks", &folders[i], 1);
        compare_ways("lrps", &folders[i], 1);
    }
    compare_ways("placements", &folders[2], 1);
}

static void the_same_bytes_come_out_for_any_order_of_inputs(void **unused)
{
    static const char *const names[] = {"tasks", "lrps", "cells", "placements"};
    const char *shuffled[] = {folders[2], folders[5], folders[0],
                              folders[3], folders[4], folders[1]};
    const char *twice[] = {folders[0], folders[1], folders[2], folders[3],
                           folders[4], folders[5], folders[1]};
    uint64_t lines;

    (void)unused;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *want = timelines_of(names[i], folders, FOLDERS, 2, 0, &lines);
        char *got = timelines_of(names[i], shuffled, FOLDERS, 2, 0, &lines);
        char *again = timelines_of(names[i], twice, FOLDERS + 1, 2, 0, &lines);

        assert_string_equal(got, want);
        assert_string_equal(again, want); /* and seeing a file twice changes nothing */
        free(want);
        free(got);
        free(again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_bytes_come_out_for_any_threads_and_blocks),
        cmocka_unit_test(the_same_bytes_come_out_for_any_order_of_inputs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
