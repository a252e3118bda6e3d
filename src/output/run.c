/* SPDX-License-Identifier: Apache-2.0 */
#include "output/run.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "output/quote.h"

void add_count(struct strbuf *out, uint64_t n)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%llu", (unsigned long long)n);

    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            strbuf_char(out, ',');
        strbuf_char(out, text[i]);
    }
}

void add_bytes(struct strbuf *out, uint64_t bytes)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    double v = (double)bytes / 1000;
    size_t u = 0;

    if (bytes < 1000) {
        strbuf_printf(out, "%llu B", (unsigned long long)bytes);
        return;
    }
    for (; v >= 999.5 && u < 3; u++)
        v /= 1000;
    strbuf_printf(out, "%.*f %s", v < 9.995 ? 2 : v < 99.95 ? 1 : 0, v, units[u]);
}

static void add_outcome(struct strbuf *out, size_t from, size_t n, const char *name)
{
    if (!n)
        return;
    if (out->len > from)
        strbuf_str(out, ", ");
    add_count(out, n);
    strbuf_printf(out, " %s", name);
}

void run_add_outcomes(const struct run *run, struct strbuf *out)
{
    const struct stats *s = run->stats;
    size_t from = out->len;

    add_outcome(out, from, s->ok, "ok");
    for (size_t i = 0; i < run->lc->outcome_count; i++)
        add_outcome(out, from, s->outcomes[i], run->lc->outcomes[i].name);
    add_outcome(out, from, s->incomplete, "incomplete");
}

void run_add_sources(const struct run *run, struct strbuf *out)
{
    uint32_t *sorted = collection_sorted_sources(run->collection);

    for (uint32_t i = 0; i < run->collection->sources.count; i++) {
        if (i)
            strbuf_str(out, ", ");
        quote_plain(out, intern_text(&run->collection->sources, sorted[i]));
    }
    free(sorted);
}

const char *fate_why(const struct fate *f)
{
    if (f->reason && f->reason->about)
        return f->reason->about;
    return f->outcome == OUTCOME_INCOMPLETE ? "no further line of it in these logs" : "";
}

static int by_name(const void *a, const void *b, void *context)
{
    const struct intern *vms = context;

    return slice_cmp(intern_text(vms, *(const uint16_t *)a),
                     intern_text(vms, *(const uint16_t *)b));
}

uint16_t *run_vm_ranks(const struct run *run)
{
    const struct intern *vms = &run->timelines->vms;
    uint16_t *order = xcalloc(vms->count, sizeof *order),
             *ranks = xcalloc(vms->count, sizeof *ranks);

    for (uint32_t i = 0; i < vms->count; i++)
        order[i] = (uint16_t)i;
    if (vms->count)
        qsort_r(order, vms->count, sizeof *order, by_name, (void *)(uintptr_t)vms);
    for (uint32_t i = 0; i < vms->count; i++)
        ranks[order[i]] = (uint16_t)i;
    free(order);
    return ranks;
}
