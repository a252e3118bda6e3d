/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/analyze_follow.h"

#include <stdio.h>
#include <time.h>

#include "base/diag.h"
#include "cmd/following.h"
#include "lifecycle/live.h"
#include "output/out_csv.h"
#include "output/out_json.h"

static int64_t clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

/* False if standard output takes nothing more. */
static bool print(const struct lifecycle *lc, const struct timelines *t, bool csv)
{
    const struct run run = {.lc = lc, .timelines = t};

    if (!t)
        return true;
    if (csv)
        out_timelines_csv_rows(stdout, &run);
    else
        out_ndjson(stdout, &run);
    return fflush(stdout) == 0;
}

/*
 * Of several inputs one may be read far ahead of another, so what is done is known only when all
 * that is there was read.
 */
static void print_all(struct live *live, struct follow *f, const struct lifecycle *lc, bool csv,
                      bool several)
{
    int64_t quiet_since_ns = 0;
    enum follow_event event;
    struct follow_line line;
    bool good = true;

    while (good && (event = follow_next(f, &line)) != FOLLOW_OVER) {
        if (event == FOLLOW_LINE) {
            live_line(live, line.text, &line.input->origin);
            quiet_since_ns = 0;
            if (!several)
                good = print(lc, live_done(live, 0), csv);
        } else {
            if (!quiet_since_ns)
                quiet_since_ns = clock_ns();
            good = print(lc, live_done(live, clock_ns() - quiet_since_ns), csv);
        }
    }
}

static void report(const struct live *live, const struct lifecycle *lc, uint64_t changed)
{
    uint64_t lines, understood = live_understood_lines(live, &lines);

    if (lines && !understood)
        report_no_line(lc->log, lines);
    if (changed)
        diag("%llu %s had further events when %s printed; a longer --settle waits for them",
             (unsigned long long)changed, changed == 1 ? lc->noun : lc->noun_plural,
             changed == 1 ? "it was already" : "they were already");
}

enum exit_status analyze_follow(struct reading *r, const struct lifecycle *lc,
                                const struct selection *selection, bool csv, int64_t settle_ns)
{
    enum exit_status status = reading_report(r); /* of what is not followed */
    struct live *live = live_new(lc, r->filter, selection, settle_ns);
    struct follow *f = following_open(r, FOLLOW_ALL_LINES);
    uint64_t changed;

    if (csv) {
        out_timelines_csv_head(stdout, lc);
        fflush(stdout);
    }
    print_all(live, f, lc, csv, r->inputs.count > 1);
    follow_close(f);
    print(lc, live_rest(live, &changed), csv);
    report(live, lc, changed);
    live_free(live);
    return status;
}
