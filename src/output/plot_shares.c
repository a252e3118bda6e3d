/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include <stdlib.h>

#include "base/xalloc.h"

static int by_total(const void *pa, const void *pb)
{
    const struct timeline *a = *(const struct timeline *const *)pa,
                          *b = *(const struct timeline *const *)pb;
    int64_t x = timeline_total(a), y = timeline_total(b);

    if (x != y)
        return x > y ? -1 : 1;
    return slice_cmp(timeline_id(a), timeline_id(b));
}

/* The shares of the stages among the slowest entities. */
static void slow_shares(const struct plot *p, size_t count, double *shares)
{
    const struct timeline **list = xreallocarray(NULL, p->t->count, sizeof *list);
    double total = 0;

    for (size_t i = 0; i < p->t->count; i++)
        list[i] = p->t->list[i];
    qsort(list, p->t->count, sizeof *list, by_total);
    for (size_t i = 0; i < count; i++) {
        total += (double)timeline_total(list[i]);
        for (size_t k = 0; k < p->stage_count; k++) {
            int64_t ns;

            if (timeline_duration(p->t, list[i], p->stages[k], &ns))
                shares[k] += (double)ns;
        }
    }
    for (size_t k = 0; k < p->stage_count; k++)
        shares[k] = total > 0 ? shares[k] / total : 0;
    free(list);
}

void plot_build_shares(struct plot *p)
{
    const struct stats *s = p->run->stats;
    size_t slow = (p->t->count + 9) / 10;
    double slow_share[LIFECYCLE_MAX_STAGES] = {0};
    struct strbuf note = STRBUF_INIT, lines = STRBUF_INIT, b = STRBUF_INIT;

    plot_drop_first(p);
    slow_shares(p, slow, slow_share);
    plot_set_common(p, &note);
    plot_set_stages(p);
    plot_open_array(p, "row_text", p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        const struct summary *sum = &s->stage[p->stages[i]];

        plot_next_item(p, i);
        strbuf_reset(&b);
        nstime_add_human(&b, (int64_t)sum->mean_ns, false);
        plot_add_text(p, (struct slice){b.data, b.len});
        strbuf_printf(&lines, "%zu %.6f %.6f %zu %zu %.9f\n", i + 1, s->share[p->stages[i]],
                      slow_share[i], sum->n, sum->negative, sum->sum_ns / 1e9);
    }
    plot_close_array(p);
    strbuf_reset(&b);
    strbuf_printf(&b, "all %s", p->lc->noun_plural);
    plot_set_text(p, "all_name", b.data);
    strbuf_reset(&b);
    strbuf_str(&b, "the slowest tenth (");
    add_count(&b, slow);
    strbuf_str(&b, ")");
    plot_set_text(p, "slow_name", b.data);
    plot_put_block(p, "shares", &lines, "0 0 0 0 0 0\n");
    strbuf_release(&note);
    strbuf_release(&b);
}
