/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/blind.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Does this component log at this level? */
static bool reaches(const struct survey_component *c, enum level level)
{
    for (int i = 0; i <= (int)level; i++) {
        if (c->all.levels[i])
            return true;
    }
    return false;
}

/* On how many VMs there is the source, and on how many of these nothing of that level. */
static size_t count_lacking(const struct survey *s, const struct stage_sample *sample,
                            size_t *total)
{
    size_t lacking = 0;

    *total = 0;
    for (size_t i = 0; i < s->component_count; i++) {
        const struct survey_component *c = &s->components[i];

        if (!slice_eq(c->source, slice_of(sample->source)))
            continue;
        ++*total;
        lacking += !reaches(c, sample->level);
    }
    return lacking;
}

/*
 * The sample that shows the stage on most VMs; NULL if one shows it on all.
 * Samples that nothing is known of come last.
 */
static const struct stage_sample *best_sample(const struct survey *s, const struct stage *stage,
                                              size_t *lacking, size_t *total)
{
    const struct stage_sample *best = NULL;

    *lacking = *total = 0;
    for (const struct stage_sample *x = stage->samples; x; x = x->next) {
        size_t t, n = count_lacking(s, x, &t);

        if (t && !n)
            return NULL;
        /* of equals the one that the definition has first, which the list has last */
        if (!best || (t && !*total) || (!t == !*total && t - n >= *total - *lacking)) {
            best = x;
            *lacking = n;
            *total = t;
        }
    }
    return best;
}

static struct blind *find_reason(struct blind *list, size_t count,
                                 const struct stage_sample *sample, bool absent)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].source, sample->source) == 0 && list[i].absent == absent &&
            (absent || list[i].level == sample->level))
            return &list[i];
    }
    return NULL;
}

static void note_vms(const struct survey *s, struct blind *b)
{
    for (size_t i = 0; i < s->component_count; i++) {
        const struct survey_component *c = &s->components[i];

        if (!slice_eq(c->source, slice_of(b->source)) || reaches(c, b->level))
            continue;
        b->vms = xreallocarray(b->vms, b->vm_count + 1, sizeof *b->vms);
        b->vms[b->vm_count++] = c->vm;
    }
}

/*
 * Is a lifecycle not missed here?  One that a single component logs, and none of these logs is of
 * that, has nothing to do with them: Cedar's pushes among the logs of cells, say.
 */
static bool is_elsewhere(const struct survey *s, const struct lifecycle *lc)
{
    const struct stage_sample *first = NULL;
    size_t total = 0;

    if (lc->log != &log_lager)
        return true;
    for (size_t i = 0; i < lc->stage_count; i++) {
        for (const struct stage_sample *x = lc->stages[i].samples; x; x = x->next) {
            if (first && strcmp(first->source, x->source) != 0)
                return false;
            first = x;
        }
    }
    if (first)
        count_lacking(s, first, &total);
    return !total;
}

struct blind *blind_find(const struct survey *s, const struct lifecycle *lc, size_t *count)
{
    struct blind *list = NULL;

    *count = 0;
    if (is_elsewhere(s, lc))
        return NULL;
    for (size_t i = 0; i < lc->stage_count; i++) {
        size_t lacking, total;
        const struct stage_sample *sample = best_sample(s, &lc->stages[i], &lacking, &total);
        struct blind *b;

        /* Components of another release are no loss where a timeline is complete without them. */
        if (!sample || (lc->stages[i].optional && !total))
            continue;
        b = find_reason(list, *count, sample, total == 0);
        if (!b) {
            list = xreallocarray(list, *count + 1, sizeof *list);
            b = &list[(*count)++];
            *b = (struct blind){.lc = lc,
                                .source = sample->source,
                                .absent = total == 0,
                                .level = sample->level,
                                .vm_total = total};
            if (total)
                note_vms(s, b);
        }
        b->stages[b->stage_count++] = i;
    }
    return list;
}

void blind_free(struct blind *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i].vms);
    free(list);
}
