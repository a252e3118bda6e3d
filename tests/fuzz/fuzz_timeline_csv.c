/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes are refused with a reason, or are timelines of which every figure can be asked.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "lifecycle/timeline_csv.h"
#include "stats/stats.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const struct asset_search none = {"nothing", NULL, 0};
    FILE *f = len ? fmemopen((void *)(uintptr_t)bytes, len, "r") : NULL;
    struct err err = ERR_INIT;
    struct timeline_csv t;
    struct stats stats;

    if (!f)
        return 0;
    if (timeline_csv_read(&t, f, "input", &none, &err) == 0) {
        stats_init(&stats, &t.timelines);
        if (stats.ok + stats.incomplete > t.timelines.count)
            abort();
        stats_release(&stats);
        timeline_csv_release(&t);
    } else if (!err.set) {
        abort();
    }
    fclose(f);
    return 0;
}
