/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Compare by the first so many tags. */
static int texts_cmp(const struct groups *g, const struct timeline *a, const struct timeline *b,
                     size_t count)
{
    int c = 0;

    for (size_t i = 0; !c && i < count; i++)
        c = slice_cmp(timeline_tag(g->timelines, a, g->tags[i]),
                      timeline_tag(g->timelines, b, g->tags[i]));
    return c;
}

static int by_texts(const void *pa, const void *pb, void *context)
{
    const struct timeline *a = *(const struct timeline *const *)pa,
                          *b = *(const struct timeline *const *)pb;
    const struct groups *g = context;
    int c = texts_cmp(g, a, b, g->tag_count);

    if (c)
        return c;
    if (a->start_ns != b->start_ns)
        return a->start_ns < b->start_ns ? -1 : 1;
    return slice_cmp(timeline_id(a), timeline_id(b));
}

static void add_to_group(struct tag_group *group, const struct timeline *tl)
{
    group->count++;
    group->ok += tl->outcome == OUTCOME_OK;
    if (tl->end_ns > group->end_ns)
        group->end_ns = tl->end_ns;
}

void groups_init(struct groups *g, const struct timelines *t, const size_t *tags, size_t tag_count)
{
    size_t room = 0;

    *g = (struct groups){.timelines = t, .tag_count = tag_count};
    memcpy(g->tags, tags, tag_count * sizeof *tags);
    g->sorted = xreallocarray(NULL, t->count, sizeof *g->sorted);
    g->ns = xreallocarray(NULL, t->count, sizeof *g->ns);
    g->of = xreallocarray(NULL, t->count, sizeof *g->of);
    for (size_t i = 0; i < t->count; i++)
        g->sorted[i] = t->list[i];
    if (t->count)
        qsort_r(g->sorted, t->count, sizeof *g->sorted, by_texts, g);
    for (size_t i = 0; i < t->count; i++) {
        const struct timeline *tl = g->sorted[i];

        if (!i || texts_cmp(g, g->sorted[i - 1], tl, tag_count) != 0) {
            if (g->count == room) {
                room = room ? room * 2 : 16;
                g->list = xreallocarray(g->list, room, sizeof *g->list);
            }
            g->list[g->count++] =
                (struct tag_group){.from = i, .start_ns = tl->start_ns, .end_ns = tl->end_ns};
        }
        add_to_group(&g->list[g->count - 1], tl);
    }
}

void groups_release(struct groups *g)
{
    free(g->sorted);
    free(g->list);
    free(g->ns);
    free(g->of);
}

struct slice group_text(const struct groups *g, const struct tag_group *group, size_t tag)
{
    return timeline_tag(g->timelines, g->sorted[group->from], g->tags[tag]);
}

bool group_peers(const struct groups *g, const struct tag_group *a, const struct tag_group *b)
{
    return texts_cmp(g, g->sorted[a->from], g->sorted[b->from], g->tag_count - 1) == 0;
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
