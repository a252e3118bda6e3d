/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/outlier.h"

#include <stdlib.h>

#include "base/order.h"
#include "base/xalloc.h"

void outliers_init(struct outliers *o, const struct groups *g)
{
    const struct timelines *t = g->timelines;

    *o = (struct outliers){.groups = g, .first_stage = NO_STAGE};
    for (size_t i = t->lc->stage_count; i-- > 0;) {
        if (t->seen[i])
            o->first_stage = i;
    }
    o->medians = xreallocarray(NULL, g->count, sizeof *o->medians);
}

void outliers_release(struct outliers *o)
{
    free(o->medians);
}

/* Figures are counted: first the stages, then the total, then the values. */
static void figure(const struct groups *g, const struct tag_group *group, size_t number,
                   struct summary *out)
{
    size_t stages = g->timelines->lc->stage_count;

    if (number <= stages)
        group_stage(g, group, number < stages ? number : NO_STAGE, out);
    else
        group_value(g, group, number - stages - 1, out);
}

static bool has_last_tag(const struct groups *g, const struct tag_group *group)
{
    return group_text(g, group, g->tag_count - 1).len > 0;
}

static int64_t limit_of(struct outliers *o, size_t number)
{
    struct summary s;
    size_t n = 0;
    int64_t limit;

    if (number == o->first_stage)
        return INT64_MAX;
    for (size_t i = o->from; i < o->to; i++) {
        if (!has_last_tag(o->groups, &o->groups->list[i]))
            continue;
        figure(o->groups, &o->groups->list[i], number, &s);
        if (s.n)
            o->medians[n++] = s.p50_ns;
    }
    if (n < OUTLIER_MIN_PEERS)
        return INT64_MAX;
    order_numbers(o->medians, n);
    limit = percentile(o->medians, n, 0.5);
    return limit <= 0 || limit > INT64_MAX / OUTLIER_FACTOR ? INT64_MAX : limit * OUTLIER_FACTOR;
}

/* Let the limits be those of the peers of this group. */
static void look_at(struct outliers *o, const struct tag_group *group)
{
    const struct groups *g = o->groups;
    size_t at = (size_t)(group - g->list);

    if (at >= o->from && at < o->to)
        return;
    for (o->from = at; o->from > 0 && group_peers(g, group, &g->list[o->from - 1]);)
        o->from--;
    for (o->to = at + 1; o->to < g->count && group_peers(g, group, &g->list[o->to]);)
        o->to++;
    for (size_t i = 0; i <= g->timelines->lc->stage_count + g->timelines->lc->value_count; i++)
        o->limits[i] = limit_of(o, i);
}

static bool above(struct outliers *o, const struct tag_group *group, size_t number,
                  const struct summary *s)
{
    const struct groups *g = o->groups;

    if (s->n < OUTLIER_MIN_OWN || !has_last_tag(g, group) ||
        !g->timelines->lc->tags[g->tags[g->tag_count - 1]].peers)
        return false;
    look_at(o, group);
    return s->p50_ns > o->limits[number];
}

bool outlier_stage(struct outliers *o, const struct tag_group *group, size_t stage,
                   const struct summary *s)
{
    size_t stages = o->groups->timelines->lc->stage_count;

    return above(o, group, stage == NO_STAGE ? stages : stage, s);
}

bool outlier_value(struct outliers *o, const struct tag_group *group, size_t value,
                   const struct summary *s)
{
    return above(o, group, o->groups->timelines->lc->stage_count + 1 + value, s);
}
