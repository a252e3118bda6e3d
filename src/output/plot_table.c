/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include <stdlib.h>

#include "base/xalloc.h"

/*
 * The timelines themselves, a line for each entity, for templates that count for themselves.
 */

static void set_outcomes(struct plot *p)
{
    plot_set_number(p, "outcome_count", (double)p->lc->outcome_count + 2);
    plot_open_array(p, "outcome_name", p->lc->outcome_count + 2);
    plot_add_text(p, slice_of("ok"));
    strbuf_str(p->head, ", ");
    plot_add_text(p, slice_of("incomplete"));
    for (size_t i = 0; i < p->lc->outcome_count; i++) {
        strbuf_str(p->head, ", ");
        plot_add_text(p, slice_of(p->lc->outcomes[i].name));
    }
    plot_close_array(p);
}

/* VMs are numbered in order of their names; number has a place for each. */
static void set_vms(struct plot *p, size_t *number)
{
    const struct stats *s = p->run->stats;

    plot_set_number(p, "vm_count", (double)s->vm_count);
    if (!s->vm_count)
        return;
    plot_open_array(p, "vm_name", s->vm_count);
    for (size_t i = 0; i < s->vm_count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, timelines_vm_name(p->t, s->vms[i].vm));
        number[s->vms[i].vm] = i + 1;
    }
    plot_close_array(p);
}

static void add_line(const struct plot *p, const struct timeline *tl, size_t row,
                     const size_t *vm_number, struct strbuf *out)
{
    int64_t zero = plot_zero(p->t);
    int outcome = tl->outcome == OUTCOME_OK           ? 0
                  : tl->outcome == OUTCOME_INCOMPLETE ? 1
                                                      : tl->outcome + 2;

    strbuf_printf(out, "%zu %d %d %zu", row, outcome, tl->complete, vm_number[tl->home]);
    plot_add_seconds(out, nstime_between(zero, tl->start_ns));
    plot_add_seconds(out, nstime_between(zero, tl->end_ns));
    plot_add_seconds(out, timeline_total(tl));
    for (size_t i = 0; i < p->stage_count; i++) {
        int64_t at = timeline_time(p->t, tl, p->stages[i]);

        if (at == NSTIME_NONE)
            strbuf_str(out, " NaN");
        else
            plot_add_seconds(out, nstime_between(zero, at));
    }
    strbuf_char(out, '\n');
}

void plot_build_table(struct plot *p)
{
    size_t *vm_number = xcalloc((size_t)NO_VM + 1, sizeof *vm_number);
    struct strbuf note = STRBUF_INIT, lines = STRBUF_INIT;

    plot_set_common(p, &note);
    plot_set_time_label(p);
    plot_set_number(p, "row_count", (double)p->t->count);
    plot_set_stages(p);
    set_outcomes(p);
    set_vms(p, vm_number);
    for (size_t i = 0; i < p->t->count; i++)
        add_line(p, p->t->list[i], i + 1, vm_number, &lines);
    plot_put_block(p, "table", &lines, "0\n");
    strbuf_release(&note);
    free(vm_number);
}
