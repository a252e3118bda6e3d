/* SPDX-License-Identifier: Apache-2.0 */
#include "output/findings.h"

#include <math.h>
#include <stdlib.h>

#include "base/order.h"
#include "base/xalloc.h"
#include "output/quote.h"

/* What is worth a sentence. */
#define MIN_SHARE      0.2 /* of the time */
#define MIN_SLOWNESS   1.5 /* of a VM, times the others */
#define MIN_ON_VM      5   /* entities, for a median that means something */
#define MAX_SENTENCES  3   /* of each kind but fates */
#define MAX_FATES_TOLD 5

static const char *noun(const struct run *run, size_t n)
{
    return n == 1 ? run->lc->noun : run->lc->noun_plural;
}

static void add_outcomes(const struct run *run, struct strbuf *out)
{
    size_t all = run->timelines->count, ok = run->stats->ok;

    if (ok == all) {
        strbuf_str(out, all == 1 ? "The only " : all == 2 ? "Both " : "All ");
        if (all > 2) {
            add_count(out, all);
            strbuf_char(out, ' ');
        }
        strbuf_printf(out, "%s %s ok.\n", noun(run, all), all == 1 ? "is" : "are");
        return;
    }
    add_count(out, all - ok);
    strbuf_str(out, " of ");
    add_count(out, all);
    strbuf_printf(out, " %s %s not ok.\n", noun(run, all), all - ok == 1 ? "is" : "are");
}

/* The stages that take most of the time, the first of them always. */
static void add_shares(const struct run *run, struct strbuf *out)
{
    const struct stats *s = run->stats;
    bool told[LIFECYCLE_MAX_STAGES] = {false};

    for (int n = 0; n < MAX_SENTENCES; n++) {
        size_t best = NO_STAGE;

        for (size_t i = 0; i < run->lc->stage_count; i++) {
            if (!told[i] && i != s->first_stage && s->stage[i].n && s->share[i] > 0 &&
                (best == NO_STAGE || s->share[i] > s->share[best]))
                best = i;
        }
        if (best == NO_STAGE || (n && s->share[best] < MIN_SHARE))
            return;
        told[best] = true;
        strbuf_printf(out, "%.0f %% of the time of %s %s goes by on the way to %s: half take ",
                      s->share[best] * 100, strchr("aeiouAEIOU", *run->lc->noun) ? "an" : "a",
                      run->lc->noun, run->lc->stages[best].name);
        nstime_add_human(out, s->stage[best].p50_ns, false);
        strbuf_str(out, " or less, the longest ");
        nstime_add_human(out, s->stage[best].max_ns, false);
        strbuf_str(out, ".\n");
    }
}

/* The median of the medians of the other VMs that have enough to tell; 0 if these are too few. */
static int64_t median_elsewhere(const struct stats *s, size_t vm)
{
    int64_t *medians = xcalloc(s->vm_count, sizeof *medians), median = 0;
    size_t n = 0;

    for (size_t i = 0; i < s->vm_count; i++) {
        if (i != vm && s->vms[i].count >= MIN_ON_VM)
            medians[n++] = s->vms[i].p50_total_ns;
    }
    if (n >= 2) {
        order_numbers(medians, n);
        median = percentile(medians, n, 0.5);
    }
    free(medians);
    return median;
}

static void add_slow_vm(const struct run *run, struct strbuf *out, size_t vm, int64_t elsewhere)
{
    const struct vm_summary *v = &run->stats->vms[vm];

    quote_plain(out, timelines_vm_name(run->timelines, v->vm));
    strbuf_printf(out,
                  " is %.1f times as slow as the other VMs: half of its %zu %s took longer than ",
                  (double)v->p50_total_ns / (double)elsewhere, v->count, noun(run, v->count));
    nstime_add_human(out, v->p50_total_ns, false);
    strbuf_str(out, ", elsewhere longer than ");
    nstime_add_human(out, elsewhere, false);
    strbuf_str(out, ".\n");
}

static void add_slow_vms(const struct run *run, struct strbuf *out)
{
    const struct stats *s = run->stats;
    int64_t *elsewhere = xcalloc(s->vm_count, sizeof *elsewhere);

    for (size_t i = 0; i < s->vm_count; i++) {
        if (s->vms[i].count >= MIN_ON_VM && timelines_vm_name(run->timelines, s->vms[i].vm).len)
            elsewhere[i] = median_elsewhere(s, i);
    }
    for (int n = 0; n < MAX_SENTENCES; n++) {
        size_t worst = s->vm_count;
        double most = MIN_SLOWNESS;

        for (size_t i = 0; i < s->vm_count; i++) {
            double times =
                elsewhere[i] > 0 ? (double)s->vms[i].p50_total_ns / (double)elsewhere[i] : 0;

            if (times >= most && (worst == s->vm_count || times > most)) {
                most = times;
                worst = i;
            }
        }
        if (worst == s->vm_count)
            break;
        add_slow_vm(run, out, worst, elsewhere[worst]);
        elsewhere[worst] = 0;
    }
    free(elsewhere);
}

/* The last stage that anybody reached. */
static size_t last_seen(const struct run *run)
{
    size_t last = NO_STAGE;

    for (size_t i = 0; i < run->lc->stage_count; i++) {
        if (run->timelines->seen[i])
            last = i;
    }
    return last;
}

static void add_fates(const struct run *run, struct strbuf *out)
{
    const struct stats *s = run->stats;

    for (size_t i = 0; i < s->fate_count && i < MAX_FATES_TOLD; i++) {
        const struct fate *f = &s->fates[i];
        const char *stage = f->last_stage == NO_STAGE ? NULL : run->lc->stages[f->last_stage].name,
                   *why = fate_why(f);

        add_count(out, f->count);
        strbuf_printf(out, " %s ", noun(run, f->count));
        if (f->outcome == OUTCOME_INCOMPLETE && stage && f->last_stage == last_seen(run)) {
            strbuf_printf(out, "came to %s, but without every stage before it.\n", stage);
            continue;
        }
        if (f->outcome == OUTCOME_INCOMPLETE && stage)
            strbuf_printf(out, "never left %s", stage);
        else
            strbuf_printf(out, "ended as %s%s%s", timeline_outcome(run->timelines, f->example),
                          stage ? ", last seen at " : "", stage ? stage : "");
        strbuf_printf(out, "%s%s.\n", *why ? ": " : "", why);
    }
}

static void add_skews(const struct run *run, struct strbuf *out)
{
    const struct stats *s = run->stats;
    const struct skew *worst = NULL;
    size_t count = 0;

    for (size_t i = 0; i < s->skew_count; i++) {
        count += s->skews[i].count;
        if (!worst || s->skews[i].worst_ns < worst->worst_ns)
            worst = &s->skews[i];
    }
    if (!worst)
        return;
    add_count(out, count);
    strbuf_printf(out, " %s negative, the worst (", count == 1 ? "duration is" : "durations are");
    nstime_add_human(out, worst->worst_ns, false);
    strbuf_printf(out, ", %s) ", run->lc->stages[worst->stage].name);
    if (worst->from_vm == worst->to_vm)
        strbuf_str(out, "on one VM: its stages overlap.\n");
    else
        strbuf_str(out, "between two VMs: stages overlap, or clocks disagree.\n");
}

void findings_add(const struct run *run, struct strbuf *out)
{
    if (!run->timelines->count)
        return;
    add_outcomes(run, out);
    add_shares(run, out);
    add_slow_vms(run, out);
    add_fates(run, out);
    add_skews(run, out);
}
