/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a definition: jansson gives the tree, this checks every key of it.
 * The first error ends it, with file, line and column.
 */
#include "lifecycle/lifecycle.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "lifecycle/loader.h"

/* ---- triggers ---- */

static int load_stage_name(struct loader *l, const json_t *value, size_t *stage)
{
    const char *name = json_string_value(value);

    *stage = name ? lifecycle_stage(l->lc, name) : NO_STAGE;
    return *stage == NO_STAGE ? loader_fail(l, "must be the name of a stage") : 0;
}

/* One of some words, by number. */
static int load_word(struct loader *l, const json_t *value, const char *const *words, size_t count,
                     const char *all, size_t *number)
{
    const char *text = json_string_value(value);

    for (size_t i = 0; text && i < count; i++) {
        if (strcmp(text, words[i]) == 0) {
            *number = i;
            return 0;
        }
    }
    return loader_fail(l, "must be one of: %s", all);
}

static int load_match(struct loader *l, json_t *value, const struct trigger *model);

/* What voids an event.  Equal conditions are one set, however often they are written. */
static int load_unless(struct loader *l, json_t *value, size_t *unless)
{
    struct trigger model = {.kind = TRIGGER_UNLESS, .void_stage = NO_STAGE};

    for (*unless = 1; *unless <= l->unless_count; ++*unless) {
        if (json_equal(l->unless[*unless - 1], value))
            return 0;
    }
    l->unless = xreallocarray(l->unless, l->unless_count + 1, sizeof *l->unless);
    l->unless[l->unless_count++] = value;
    model.target = l->unless_count - 1;
    return load_match(l, value, &model);
}

static int load_extra(struct loader *l, const char *key, json_t *value, struct trigger *t)
{
    static const char *const by[] = {"id", "link"}, *const belongs[] = {"next", "previous",
                                                                        "nearest"};
    size_t n = 0;

    if (strcmp(key, "id") == 0)
        return loader_rules(l, value, &t->id);
    if (strcmp(key, "anchor") == 0)
        return loader_bool(l, value, &t->anchor);
    if (strcmp(key, "about") == 0)
        return loader_string(l, value, &t->about);
    if (strcmp(key, "unless") == 0)
        return load_unless(l, value, &t->unless);
    if (strcmp(key, "void_if") == 0)
        return load_stage_name(l, value, &t->void_stage);
    if (strcmp(key, "by") == 0) {
        if (load_word(l, value, by, 2, "id, link", &n) < 0)
            return -1;
        t->by_id = n == 0;
        t->by_link = n == 1;
        if (t->by_link && !l->lc->linked)
            return loader_fail(l, "there is no \"link\" in this definition");
        return 0;
    }
    if (load_word(l, value, belongs, 3, "next, previous, nearest", &n) < 0)
        return -1;
    t->belongs = (enum belongs)n;
    return 0;
}

static struct trigger *trigger_new(struct loader *l)
{
    struct lifecycle *lc = l->lc;

    if (lc->trigger_count == l->trigger_room) {
        l->trigger_room = l->trigger_room ? l->trigger_room * 2 : 64;
        lc->triggers = xreallocarray(lc->triggers, l->trigger_room, sizeof *lc->triggers);
    }
    return &lc->triggers[lc->trigger_count++];
}

static int load_alternative(struct loader *l, json_t *value, const struct trigger *model,
                            unsigned rank)
{
    struct trigger t = *model;
    const char *key;
    json_t *extra;

    if (l->lc->trigger_count == LIFECYCLE_MAX_TRIGGERS)
        return loader_fail(l, "more than %d alternatives", LIFECYCLE_MAX_TRIGGERS);
    t.rank = rank;
    if (loader_members(l, value, true, &t.cond, 0) < 0)
        return -1;
    json_object_foreach (value, key, extra) {
        if (!loader_is_extra(key))
            continue;
        loader_enter_key(l, key);
        if (load_extra(l, key, extra, &t) < 0)
            return -1;
        loader_leave(l);
    }
    *trigger_new(l) = t;
    return 0;
}

/* One alternative or a list of them. */
static int load_match(struct loader *l, json_t *value, const struct trigger *model)
{
    size_t i;
    json_t *item;

    if (!json_is_array(value))
        return load_alternative(l, value, model, 0);
    if (json_array_size(value) == 0)
        return loader_fail(l, "is empty");
    if (json_array_size(value) > 200)
        return loader_fail(l, "more than 200 alternatives");
    json_array_foreach (value, i, item) {
        loader_enter_item(l, i);
        if (load_alternative(l, item, model, (unsigned)i) < 0)
            return -1;
        loader_leave(l);
    }
    return 0;
}

/* ---- stages ---- */

/* Stages and tags are columns of CSV beside others, which must stay unique. */
static int check_name(struct loader *l, const char *name)
{
    static const char *const taken[] = {"id", "outcome", "complete", "start", "end", "total"};
    size_t len = strlen(name);

    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        if (strcmp(name, taken[i]) == 0)
            return loader_fail(l, "\"%s\" is the name of another column", name);
    }
    if (len > 3 && strcmp(name + len - 3, ".vm") == 0)
        return loader_fail(l, "a name can't end in .vm");
    return strpbrk(name, "\r\n") ? loader_fail(l, "a name can't hold line ends") : 0;
}

static int load_stage_members(struct loader *l, json_t *object, struct stage *s)
{
    const char *key;
    json_t *value;
    bool ok = true, has_match = false;

    if (!json_is_object(object))
        return loader_fail(l, "must be a stage (an object)");
    json_object_foreach (object, key, value) {
        loader_enter_key(l, key);
        if (strcmp(key, "name") == 0)
            ok = loader_string(l, value, &s->name) == 0;
        else if (strcmp(key, "about") == 0)
            ok = loader_string(l, value, &s->about) == 0;
        else if (strcmp(key, "optional") == 0)
            ok = loader_bool(l, value, &s->optional) == 0;
        else if (strcmp(key, "anchor") == 0)
            ok = loader_bool(l, value, &s->anchor) == 0;
        else if (strcmp(key, "ranked") == 0)
            ok = loader_bool(l, value, &s->ranked) == 0;
        else if (strcmp(key, "home") == 0)
            ok = loader_bool(l, value, &s->home) == 0;
        else if (strcmp(key, "match") == 0)
            has_match = true;
        else if (strcmp(key, "unless") != 0)
            return loader_fail(
                l, "unknown key; allowed here: name, about, match, optional, anchor, ranked, "
                   "home, unless");
        if (!ok)
            return -1;
        loader_leave(l);
    }
    if (!s->name)
        return loader_fail(l, "lacks \"name\"");
    if (!has_match)
        return loader_fail(l, "lacks \"match\"");
    return check_name(l, s->name);
}

/* Names and properties first: alternatives may name any stage. */
static int load_stages(struct loader *l, json_t *list)
{
    struct lifecycle *lc = l->lc;
    size_t i;
    json_t *item;

    if (!json_is_array(list) || json_array_size(list) == 0)
        return loader_fail(l, "must be a list of stages that is not empty");
    if (json_array_size(list) > LIFECYCLE_MAX_STAGES)
        return loader_fail(l, "more than %d stages", LIFECYCLE_MAX_STAGES);
    lc->stages = arena_alloc(&lc->arena, json_array_size(list) * sizeof *lc->stages);
    json_array_foreach (list, i, item) {
        struct stage s = {0};

        loader_enter_item(l, i);
        if (load_stage_members(l, item, &s) < 0)
            return -1;
        if (lifecycle_stage(lc, s.name) != NO_STAGE)
            return loader_fail(l, "there is another stage named \"%s\"", s.name);
        loader_leave(l);
        lc->has_anchors |= s.anchor;
        lc->stages[lc->stage_count++] = s;
    }
    return 0;
}

static int load_stage_triggers(struct loader *l, json_t *list)
{
    size_t i;
    json_t *item;

    json_array_foreach (list, i, item) {
        struct stage *s = &l->lc->stages[i];
        struct trigger model = {.kind = TRIGGER_STAGE,
                                .target = i,
                                .anchor = s->anchor || !l->lc->has_anchors,
                                .void_stage = NO_STAGE};
        json_t *unless = json_object_get(item, "unless");

        loader_enter_item(l, i);
        if (unless) {
            loader_enter_key(l, "unless");
            if (load_unless(l, unless, &model.unless) < 0)
                return -1;
            loader_leave(l);
        }
        loader_enter_key(l, "match");
        if (load_match(l, json_object_get(item, "match"), &model) < 0)
            return -1;
        loader_leave(l);
        loader_leave(l);
    }
    return 0;
}

/* ---- the rest of the top ---- */

static int load_entity(struct loader *l, json_t *object)
{
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return loader_fail(l, "must be an object");
    json_object_foreach (object, key, value) {
        int rc;

        loader_enter_key(l, key);
        if (strcmp(key, "noun") == 0)
            rc = loader_string(l, value, &l->lc->noun);
        else if (strcmp(key, "plural") == 0)
            rc = loader_string(l, value, &l->lc->noun_plural);
        else if (strcmp(key, "id") == 0)
            rc = loader_rules(l, value, &l->lc->id);
        else
            rc = loader_fail(l, "unknown key; allowed here: noun, plural, id");
        if (rc < 0)
            return -1;
        loader_leave(l);
    }
    if (!l->lc->noun)
        return loader_fail(l, "lacks \"noun\"");
    return l->lc->id.count ? 0 : loader_fail(l, "lacks \"id\"");
}

static int load_link(struct loader *l, json_t *object)
{
    struct trigger model = {.kind = TRIGGER_LINK, .void_stage = NO_STAGE};
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return loader_fail(l, "must be an object");
    l->lc->linked = true;
    json_object_foreach (object, key, value) {
        int rc;

        loader_enter_key(l, key);
        if (strcmp(key, "noun") == 0)
            rc = loader_string(l, value, &l->lc->link_noun);
        else if (strcmp(key, "id") == 0)
            rc = loader_rules(l, value, &l->lc->link_id);
        else if (strcmp(key, "match") == 0)
            rc = load_match(l, value, &model);
        else
            rc = loader_fail(l, "unknown key; allowed here: noun, id, match");
        if (rc < 0)
            return -1;
        loader_leave(l);
    }
    return l->lc->link_id.count ? 0 : loader_fail(l, "lacks \"id\"");
}

static int load_tag_members(struct loader *l, json_t *object, struct tag *tag)
{
    const char *key;
    json_t *item;

    json_object_foreach (object, key, item) {
        int rc;

        loader_enter_key(l, key);
        if (strcmp(key, "rules") == 0)
            rc = loader_rules(l, item, &tag->rules);
        else if (strcmp(key, "before") == 0)
            rc = loader_bool(l, item, &tag->before);
        else if (strcmp(key, "peers") == 0)
            rc = loader_bool(l, item, &tag->peers);
        else
            rc = loader_fail(l, "unknown key; allowed here: rules, before, peers");
        if (rc < 0)
            return -1;
        loader_leave(l);
    }
    return tag->rules.count ? 0 : loader_fail(l, "lacks \"rules\"");
}

/* Rules, an object that has them, or one of the words that stand for the earlier id. */
static int load_tag(struct loader *l, json_t *value, struct tag *tag)
{
    static const char *const words[] = {"link", "link.1", "link.2"};
    size_t n = 0;

    if (!json_is_string(value)) {
        tag->slot = l->lc->tag_slots++;
        return json_is_object(value) ? load_tag_members(l, value, tag)
                                     : loader_rules(l, value, &tag->rules);
    }
    if (load_word(l, value, words, 3, "link, link.1, link.2 (or a list of rules)", &n) < 0)
        return -1;
    tag->kind = (enum tag_kind)(TAG_LINK + n);
    return 0;
}

static int load_tags(struct loader *l, json_t *object)
{
    struct lifecycle *lc = l->lc;
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return loader_fail(l, "must be an object");
    if (json_object_size(object) > LIFECYCLE_MAX_TAGS)
        return loader_fail(l, "more than %d tags", LIFECYCLE_MAX_TAGS);
    lc->tags = arena_alloc(&lc->arena, (json_object_size(object) + 1) * sizeof *lc->tags);
    json_object_foreach (object, key, value) {
        struct tag *tag = &lc->tags[lc->tag_count];

        loader_enter_key(l, key);
        *tag = (struct tag){.name = arena_dup(&lc->arena, key, strlen(key))};
        if (check_name(l, tag->name) < 0 || load_tag(l, value, tag) < 0)
            return -1;
        loader_leave(l);
        lc->tag_count++;
    }
    return 0;
}

/* What is before a first stage is known only where there may be several. */
static int check_before(struct loader *l)
{
    for (size_t i = 0; i < l->lc->tag_count; i++) {
        if (!l->lc->tags[i].before || l->lc->repeats)
            continue;
        loader_enter_key(l, "tags");
        loader_enter_key(l, l->lc->tags[i].name);
        loader_enter_key(l, "before");
        return loader_fail(l, "is for lifecycles with \"repeat\"");
    }
    return 0;
}

/* The tags that entities are grouped by unless the user says which. */
static int load_by(struct loader *l, json_t *list)
{
    struct lifecycle *lc = l->lc;
    json_t *item;
    size_t i;

    if (!json_is_array(list) || !json_array_size(list))
        return loader_fail(l, "must be a list of tags that is not empty");
    if (json_array_size(list) > LIFECYCLE_MAX_BY)
        return loader_fail(l, "more than %d tags", LIFECYCLE_MAX_BY);
    json_array_foreach (list, i, item) {
        const char *name = json_string_value(item);

        loader_enter_item(l, i);
        lc->by[i] = name ? lifecycle_tag(lc, slice_of(name)) : NO_TAG_NUMBER;
        if (lc->by[i] == NO_TAG_NUMBER)
            return loader_fail(l, "must be the name of a tag");
        loader_leave(l);
    }
    lc->by_count = json_array_size(list);
    return 0;
}

static int load_value(struct loader *l, json_t *object, struct value *v)
{
    const char *key;
    json_t *item;

    if (!json_is_object(object))
        return loader_fail(l, "must be an object");
    json_object_foreach (object, key, item) {
        int rc;

        loader_enter_key(l, key);
        if (strcmp(key, "rules") == 0)
            rc = loader_rules(l, item, &v->rules);
        else if (strcmp(key, "unit") == 0)
            rc = loader_string(l, item, &v->unit);
        else
            rc = loader_fail(l, "unknown key; allowed here: rules, unit");
        if (rc < 0)
            return -1;
        loader_leave(l);
    }
    v->is_duration = strcmp(v->unit, "duration") == 0;
    return v->rules.count ? 0 : loader_fail(l, "lacks \"rules\"");
}

static int load_values(struct loader *l, json_t *object)
{
    struct lifecycle *lc = l->lc;
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return loader_fail(l, "must be an object");
    if (json_object_size(object) > LIFECYCLE_MAX_VALUES)
        return loader_fail(l, "more than %d values", LIFECYCLE_MAX_VALUES);
    lc->values = arena_alloc(&lc->arena, (json_object_size(object) + 1) * sizeof *lc->values);
    json_object_foreach (object, key, value) {
        struct value *v = &lc->values[lc->value_count];

        loader_enter_key(l, key);
        *v = (struct value){.name = arena_dup(&lc->arena, key, strlen(key)), .unit = ""};
        if (lifecycle_tag(lc, slice_of(key)) != NO_TAG_NUMBER ||
            lifecycle_stage(lc, key) != NO_STAGE)
            return loader_fail(l, "there is a tag or a stage named \"%s\"", key);
        if (check_name(l, v->name) < 0 || load_value(l, value, v) < 0)
            return -1;
        loader_leave(l);
        lc->value_count++;
    }
    return 0;
}

static const char *const outcome_names[] = {"failed",   "cancelled", "crashed",
                                            "rejected", "evacuated", "lost"};

static bool is_outcome(const char *key)
{
    for (size_t i = 0; i < sizeof outcome_names / sizeof *outcome_names; i++) {
        if (strcmp(key, outcome_names[i]) == 0)
            return true;
    }
    return false;
}

static int load_outcome(struct loader *l, const char *key, json_t *value)
{
    struct trigger model = {
        .kind = TRIGGER_OUTCOME, .target = l->lc->outcome_count, .void_stage = NO_STAGE};

    l->lc->outcomes[l->lc->outcome_count++].name = arena_dup(&l->lc->arena, key, strlen(key));
    return load_match(l, value, &model);
}

static int load_version(struct loader *l, const json_t *value)
{
    if (!json_is_integer(value) || json_integer_value(value) != 1)
        return loader_fail(l, "must be 1, the version of the format that this program reads");
    return 0;
}

static int load_log(struct loader *l, const json_t *value)
{
    const char *text = json_string_value(value);

    const struct log_format *log = text ? log_format_find(slice_of(text)) : NULL;

    if (!log)
        return loader_fail(l, "must be one of: lager, loggregator");
    l->lc->log = log;
    return 0;
}

/* true: whatever the one before came to; or the stage that it must have reached. */
static int load_repeat(struct loader *l, const json_t *value)
{
    if (json_is_boolean(value)) {
        l->lc->repeats = json_is_true(value);
        return 0;
    }
    l->lc->repeats = true;
    if (!json_is_string(value))
        return loader_fail(l, "must be true, false or the name of a stage");
    return load_stage_name(l, value, &l->lc->repeat_after);
}

static int load_plain_key(struct loader *l, const char *key, json_t *value)
{
    if (strcmp(key, "version") == 0)
        return load_version(l, value);
    if (strcmp(key, "name") == 0)
        return loader_string(l, value, &l->lc->name);
    if (strcmp(key, "title") == 0)
        return loader_string(l, value, &l->lc->title);
    if (strcmp(key, "about") == 0)
        return loader_string(l, value, &l->lc->about);
    if (strcmp(key, "log") == 0)
        return load_log(l, value);
    if (strcmp(key, "entity") == 0)
        return load_entity(l, value);
    if (strcmp(key, "tags") == 0)
        return load_tags(l, value);
    if (strcmp(key, "stages") == 0)
        return load_stages(l, value);
    if (is_outcome(key) || strcmp(key, "repeat") == 0 || strcmp(key, "values") == 0 ||
        strcmp(key, "by") == 0 || strcmp(key, "link") == 0 || strcmp(key, "samples") == 0)
        return 0; /* these need the stages */
    return loader_fail(
        l,
        "unknown key; allowed here: version, name, title, about, log, entity, link, repeat, "
        "tags, by, values, stages, failed, cancelled, crashed, rejected, evacuated, lost, samples");
}

static int load_top(struct loader *l, json_t *top)
{
    static const char *const needed[] = {"version", "name", "title", "entity", "stages", "samples"};
    const char *key;
    json_t *value;

    if (!json_is_object(top))
        return loader_fail(l, "must be an object");
    json_object_foreach (top, key, value) {
        loader_enter_key(l, key);
        if (load_plain_key(l, key, value) < 0)
            return -1;
        loader_leave(l);
    }
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (!json_object_get(top, needed[i]))
            return loader_fail(l, "lacks \"%s\"", needed[i]);
    }
    value = json_object_get(top, "repeat");
    if (value) {
        loader_enter_key(l, "repeat");
        if (load_repeat(l, value) < 0)
            return -1;
        loader_leave(l);
    }
    if (check_before(l) < 0)
        return -1;
    value = json_object_get(top, "by");
    if (value) {
        loader_enter_key(l, "by");
        if (load_by(l, value) < 0)
            return -1;
        loader_leave(l);
    }
    value = json_object_get(top, "values");
    if (value) {
        loader_enter_key(l, "values");
        if (load_values(l, value) < 0)
            return -1;
        loader_leave(l);
    }
    value = json_object_get(top, "link");
    if (value) {
        loader_enter_key(l, "link");
        if (l->lc->repeats)
            return loader_fail(l, "a lifecycle with \"repeat\" can't have it");
        if (load_link(l, value) < 0)
            return -1;
        loader_leave(l);
    }
    loader_enter_key(l, "stages");
    if (load_stage_triggers(l, json_object_get(top, "stages")) < 0)
        return -1;
    loader_leave(l);
    l->lc->outcomes = arena_alloc(&l->lc->arena, LIFECYCLE_MAX_OUTCOMES * sizeof *l->lc->outcomes);
    json_object_foreach (top, key, value) {
        if (!is_outcome(key))
            continue;
        loader_enter_key(l, key);
        if (load_outcome(l, key, value) < 0)
            return -1;
        loader_leave(l);
    }
    return 0;
}

/* ---- */

static const char *plural_of(struct lifecycle *lc)
{
    struct strbuf b = STRBUF_INIT;
    const char *text;

    strbuf_printf(&b, "%ss", lc->noun);
    text = arena_dup(&lc->arena, b.data, b.len);
    strbuf_release(&b);
    return text;
}

struct lifecycle *lifecycle_load(const char *path, const char *text, size_t len, struct err *err)
{
    struct loader l = {.path = path, .text = text, .len = len, .err = err};
    json_error_t where;
    json_t *top = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
    int rc;

    if (!top) {
        err_set(err, "%s:%d:%d: %s", path, where.line, where.column, where.text);
        return NULL;
    }
    l.lc = xcalloc(1, sizeof *l.lc);
    l.lc->set = cond_set_new();
    l.lc->log = &log_lager;
    l.lc->path = arena_dup(&l.lc->arena, path, strlen(path));
    rc = load_top(&l, top);
    if (rc == 0) {
        if (!l.lc->noun_plural)
            l.lc->noun_plural = plural_of(l.lc);
        if (!l.lc->about)
            l.lc->about = l.lc->title;
        rc = loader_check_samples(&l, json_object_get(top, "samples"));
    }
    json_decref(top);
    free(l.unless);
    if (rc < 0) {
        lifecycle_free(l.lc);
        return NULL;
    }
    return l.lc;
}

void lifecycle_free(struct lifecycle *lc)
{
    if (!lc)
        return;
    cond_set_free(lc->set);
    free(lc->triggers);
    arena_release(&lc->arena);
    free(lc);
}

size_t lifecycle_stage(const struct lifecycle *lc, const char *name)
{
    for (size_t i = 0; i < lc->stage_count; i++) {
        if (strcmp(lc->stages[i].name, name) == 0)
            return i;
    }
    return NO_STAGE;
}

size_t lifecycle_tag(const struct lifecycle *lc, struct slice name)
{
    for (size_t i = 0; i < lc->tag_count; i++) {
        if (slice_eq(slice_of(lc->tags[i].name), name))
            return i;
    }
    return NO_TAG_NUMBER;
}
