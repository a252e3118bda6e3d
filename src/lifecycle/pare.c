/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/pare.h"

void pare_tags(struct lifecycle *lc)
{
    for (size_t i = 0; i < lc->tag_count; i++)
        lc->tags[i].unused = true;
    for (size_t i = 0; i < lc->value_count; i++)
        lc->values[i].unused = true;
}

void pare_keep_tag(struct lifecycle *lc, const char *name)
{
    size_t tag = name ? lifecycle_tag(lc, slice_of(name)) : NO_TAG_NUMBER;

    if (tag != NO_TAG_NUMBER)
        lc->tags[tag].unused = false;
}

static bool is_field(const struct rule *rule, enum field field)
{
    return rule->plain && rule->field.field == field;
}

/* Does each of the ids hold the field? */
static bool all_hold(const struct rules *ids, enum field field)
{
    for (size_t i = 0; i < ids->count; i++) {
        const struct rule *rule = &ids->list[i];
        bool holds = is_field(rule, field);

        for (size_t k = 0; k < rule->count; k++)
            holds |= is_field(&rule->parts[k], field);
        if (!holds)
            return false;
    }
    return true;
}

static bool is_of_entity(const struct lifecycle *lc, enum field field)
{
    if (lc->linked || !all_hold(&lc->id, field))
        return false;
    for (size_t i = 0; i < lc->trigger_count; i++) {
        if (!all_hold(&lc->triggers[i].id, field))
            return false;
    }
    return true;
}

bool pare_to(struct lifecycle *lc, size_t tag, const struct regex *const *patterns, size_t count)
{
    const struct tag *t = &lc->tags[tag];
    const struct rule *rule = t->rules.list;
    struct cond *any;

    if (t->kind != TAG_RULES || t->rules.count != 1 || !rule->plain ||
        (rule->field.field != FIELD_SOURCE && rule->field.field != FIELD_MESSAGE) ||
        !is_of_entity(lc, rule->field.field))
        return false;
    any = arena_alloc(&lc->arena, sizeof *any);
    *any = (struct cond){.kind = COND_ANY,
                         .kids = arena_alloc(&lc->arena, count * sizeof *any->kids),
                         .count = count};
    for (size_t i = 0; i < count; i++) {
        any->kids[i] = arena_alloc(&lc->arena, sizeof *any);
        *any->kids[i] = (struct cond){.kind = COND_FIELD, .field = rule->field, .re = patterns[i]};
    }
    lc->only = any;
    return true;
}
