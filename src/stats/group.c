/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/group.h"

#include <stdlib.h>

#include "base/xalloc.h"

static struct slice tag_text(const struct groups *g, const struct timeline *tl)
{
    return timeline_tag(g->timelines, tl, g->tag);
}

static int by_text(const void *pa, const void *pb, void *context)
{
    const struct timeline *a = *(const struct timeline *const *)pa,
                          *b = *(const struct timeline *const *)pb;
    int c = slice_cmp(tag_text(context, a), tag_text(context, b));

    if (c)
        return c;
    if (a->start_ns != b->start_ns)
        return a->start_ns < b->start_ns ? -1 : 1;
    return slice_cmp(timeline_id(a), timeline_id(b));
}

void groups_init(struct groups *g, const struct timelines *t, size_t tag)
{
    size_t room = 0;

    *g = (struct groups){.timelines = t, .tag = tag};
    g->sorted = xreallocarray(NULL, t->count, sizeof *g->sorted);
    g->ns = xreallocarray(NULL, t->count, sizeof *g->ns);
    g->of = xreallocarray(NULL, t->count, sizeof *g->of);
    for (size_t i = 0; i < t->count; i++)
        g->sorted[i] = t->list[i];
    if (t->count)
        qsort_r(g->sorted, t->count, sizeof *g->sorted, by_text, g);
    for (size_t i = 0; i < t->count; i++) {
        struct slice text = tag_text(g, g->sorted[i]);

        if (!g->count || !slice_eq(g->list[g->count - 1].text, text)) {
            if (g->count == room) {
                room = room ? room * 2 : 16;
                g->list = xreallocarray(g->list, room, sizeof *g->list);
            }
            g->list[g->count++] = (struct tag_group){.text = text, .from = i};
        }
        g->list[g->count - 1].count++;
        g->list[g->count - 1].ok += g->sorted[i]->outcome == OUTCOME_OK;
    }
}

void groups_release(struct groups *g)
{
    free(g->sorted);
    free(g->list);
    free(g->ns);
    free(g->of);
}

void group_stage(const struct groups *g, const struct tag_group *group, size_t stage,
                 struct summary *out)
{
    size_t n = 0;

    for (size_t i = group->from; i < group->from + group->count; i++) {
        const struct timeline *tl = g->sorted[i];

        if (stage != NO_STAGE && !timeline_duration(g->timelines, tl, stage, &g->ns[n]))
            continue;
        if (stage == NO_STAGE) {
            if (timeline_last_stage(g->timelines, tl) == NO_STAGE)
                continue;
            g->ns[n] = timeline_total(tl);
        }
        g->of[n++] = tl;
    }
    summarize(out, g->ns, g->of, n);
}

void group_value(const struct groups *g, const struct tag_group *group, size_t value,
                 struct summary *out)
{
    size_t n = 0;

    for (size_t i = group->from; i < group->from + group->count; i++) {
        if (timeline_value(g->timelines, g->sorted[i], value, &g->ns[n]))
            g->of[n++] = g->sorted[i];
    }
    summarize(out, g->ns, g->of, n);
}
