/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The samples of a definition: each line must yield the stage and id that it is there for.
 */
#include "lifecycle/loader.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "lifecycle/matcher.h"

/* Samples stand in no file; they are read as if from standard input. */
#define SAMPLE_FILE "-"

/* What a sample should yield, and whether it did. */
struct expectation {
    const struct lifecycle *lc;
    const char *stage;
    struct slice id;
    bool found;
    bool stage_found;
};

static void compare_sample(void *context, const struct event *e)
{
    struct expectation *x = context;
    const char *name;

    switch (e->trigger->kind) {
    case TRIGGER_STAGE:
        name = x->lc->stages[e->trigger->target].name;
        break;
    case TRIGGER_OUTCOME:
        name = x->lc->outcomes[e->trigger->target].name;
        break;
    default:
        name = e->trigger->kind == TRIGGER_LINK ? "link" : "unless";
        break;
    }
    if (strcmp(name, x->stage) != 0)
        return;
    x->stage_found = true;
    x->found |= slice_eq(x->id, e->id.p ? e->id : e->link);
}

static bool is_trigger_name(const struct lifecycle *lc, const char *name)
{
    for (size_t i = 0; i < lc->outcome_count; i++) {
        if (strcmp(lc->outcomes[i].name, name) == 0)
            return true;
    }
    return lifecycle_stage(lc, name) != NO_STAGE || strcmp(name, "link") == 0 ||
           strcmp(name, "unless") == 0;
}

static int check_sample_id(struct loader *l, struct matcher *m, const struct record *r,
                           const char *stage, const json_t *id)
{
    static char none[] = "";
    static const struct origin nowhere = {
        .job = none, .index = none, .vm = none, .process = none, .file = SAMPLE_FILE};
    struct expectation x = {.lc = l->lc, .stage = stage};

    if (!json_is_string(id))
        return loader_fail(l, "must be a string");
    x.id = (struct slice){json_string_value(id), json_string_length(id)};
    matcher_record(m, r, &nowhere, compare_sample, &x);
    matcher_forget(m);
    if (!x.stage_found)
        return loader_fail(l, "the sample does not match \"%s\"%s", stage,
                           is_trigger_name(l->lc, stage) ? "" : ", which is no stage or outcome");
    return x.found ? 0 : loader_fail(l, "the sample matches \"%s\", but not with this id", stage);
}

static int check_sample_ids(struct loader *l, struct matcher *m, const struct record *r,
                            json_t *sample, const char *stage)
{
    json_t *ids = json_object_get(sample, "ids"), *id = json_object_get(sample, "id"), *item;
    size_t i;
    int rc = 0;

    if (id) {
        loader_enter_key(l, "id");
        rc = check_sample_id(l, m, r, stage, id);
        if (rc == 0)
            loader_leave(l);
    }
    if (rc == 0 && ids) {
        loader_enter_key(l, "ids");
        if (!json_is_array(ids))
            return loader_fail(l, "must be a list of strings");
        json_array_foreach (ids, i, item) {
            if (check_sample_id(l, m, r, stage, item) < 0)
                return -1;
        }
        loader_leave(l);
    }
    if (!id && !ids)
        return loader_fail(l, "lacks \"id\" (or \"ids\")");
    return rc;
}

/* Note which source logs the stage, and at which level. */
static void keep_sample(struct lifecycle *lc, const char *stage, const struct record *r)
{
    size_t n = lifecycle_stage(lc, stage);
    struct strbuf source = STRBUF_INIT;
    struct stage_sample *sample;

    if (n == NO_STAGE)
        return;
    jscan_unescape(&source, r->source.p, r->source.len);
    sample = arena_alloc(&lc->arena, sizeof *sample);
    *sample =
        (struct stage_sample){arena_dup(&lc->arena, source.len ? source.data : "", source.len),
                              r->level, lc->stages[n].samples};
    lc->stages[n].samples = sample;
    strbuf_release(&source);
}

static int check_sample(struct loader *l, struct matcher *m, json_t *sample)
{
    const char *key, *line = json_string_value(json_object_get(sample, "line")),
                     *stage = json_string_value(json_object_get(sample, "stage"));
    json_t *value;
    size_t len;
    struct record r;
    char *copy;
    int rc;

    if (!json_is_object(sample))
        return loader_fail(l, "must be an object");
    json_object_foreach (sample, key, value) {
        loader_enter_key(l, key);
        if (strcmp(key, "line") != 0 && strcmp(key, "stage") != 0 && strcmp(key, "id") != 0 &&
            strcmp(key, "ids") != 0)
            return loader_fail(l, "unknown key; allowed here: line, stage, id, ids");
        loader_leave(l);
    }
    if (!line || !stage)
        return loader_fail(l, "lacks \"%s\"", line ? "stage" : "line");
    len = strlen(line);
    copy = xmalloc(len + 1 + JSCAN_SLACK);
    memcpy(copy, line, len);
    memset(copy + len, '\n', 1 + JSCAN_SLACK);
    loader_enter_key(l, "line");
    rc = l->lc->log->decode(copy, len, &r) ? 0 : loader_fail(l, "is not a %s", l->lc->log->line);
    if (rc == 0) {
        loader_leave(l);
        rc = check_sample_ids(l, m, &r, sample, stage);
    }
    if (rc == 0)
        keep_sample(l->lc, stage, &r);
    free(copy);
    return rc;
}

int loader_check_samples(struct loader *l, json_t *list)
{
    struct matcher *m;
    json_t *item;
    size_t i;
    int rc = 0;

    loader_enter_key(l, "samples");
    if (!json_is_array(list) || json_array_size(list) == 0)
        return loader_fail(l, "must be a list of samples that is not empty");
    m = matcher_new((const struct lifecycle *const *)&l->lc, 1);
    json_array_foreach (list, i, item) {
        loader_enter_item(l, i);
        rc = check_sample(l, m, item);
        if (rc < 0)
            break;
        loader_leave(l);
    }
    matcher_free(m);
    return rc;
}
