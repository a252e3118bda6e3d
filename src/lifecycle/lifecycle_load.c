/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a definition: jansson gives the tree, this checks every key of it.
 * The first error ends it, with file, line and column.
 */
#include "lifecycle/lifecycle.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "decode/lager.h"
#include "lifecycle/json_where.h"
#include "lifecycle/matcher.h"

#define MAX_JOIN 4
#define MAX_NEST 16

struct loader {
    struct lifecycle *lc;
    const char *path, *text;
    size_t len;
    struct err *err;
    struct json_step steps[JSON_WHERE_DEPTH];
    size_t depth;
    size_t trigger_room;
    const json_t **unless; /* the sets of UNLESS triggers there are, borrowed from the tree */
    size_t unless_count;
};

/* ---- errors and places ---- */

static void enter_key(struct loader *l, const char *key)
{
    if (l->depth < JSON_WHERE_DEPTH)
        l->steps[l->depth] = (struct json_step){key, 0};
    l->depth++;
}

static void enter_item(struct loader *l, size_t index)
{
    if (l->depth < JSON_WHERE_DEPTH)
        l->steps[l->depth] = (struct json_step){NULL, index};
    l->depth++;
}

static void leave(struct loader *l)
{
    l->depth--;
}

/* The steps as a person writes them: stages[3].match.message */
static void add_steps(const struct loader *l, struct strbuf *b)
{
    for (size_t i = 0; i < l->depth && i < JSON_WHERE_DEPTH; i++) {
        if (!l->steps[i].key)
            strbuf_printf(b, "[%zu]", l->steps[i].index);
        else
            strbuf_printf(b, "%s%s", i ? "." : "", l->steps[i].key);
    }
}

static int fail(struct loader *l, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(struct loader *l, const char *format, ...)
{
    size_t depth = l->depth < JSON_WHERE_DEPTH ? l->depth : JSON_WHERE_DEPTH;
    struct json_place at = json_where(l->text, l->len, l->steps, depth);
    struct strbuf text = STRBUF_INIT;
    va_list args;

    add_steps(l, &text);
    if (l->depth)
        strbuf_str(&text, ": ");
    va_start(args, format);
    strbuf_vprintf(&text, format, args);
    va_end(args);
    err_set(l->err, "%s:%zu:%zu: %s", l->path, at.line, at.col, text.data);
    strbuf_release(&text);
    return -1;
}

/* ---- simple values ---- */

static int load_string(struct loader *l, const json_t *value, const char **out)
{
    if (!json_is_string(value) || json_string_length(value) == 0)
        return fail(l, "must be a string that is not empty");
    *out = arena_dup(&l->lc->arena, json_string_value(value), json_string_length(value));
    return 0;
}

static int load_bool(struct loader *l, const json_t *value, bool *out)
{
    if (!json_is_boolean(value))
        return fail(l, "must be true or false");
    *out = json_is_true(value);
    return 0;
}

static int load_pattern(struct loader *l, const json_t *value, struct regex **out)
{
    struct err why = ERR_INIT;
    struct slice text;

    if (!json_is_string(value))
        return fail(l, "must be a pattern (a string)");
    text = (struct slice){json_string_value(value), json_string_length(value)};
    *out = cond_set_regex(l->lc->set, text, &why);
    return *out ? 0 : fail(l, "%s", why.text);
}

static int load_field(struct loader *l, const json_t *value, struct field_ref *out)
{
    const char *text = json_string_value(value);

    if (!text)
        return fail(l, "must be a path (a string)");
    if (!field_parse(l->lc->set, slice_of(text), out))
        return fail(l, "\"%s\" is no field; there are: %s", text, field_names);
    return 0;
}

/* ---- conditions ---- */

static int load_cond(struct loader *l, const json_t *value, struct cond **out, unsigned nest);

static struct cond *cond_new(struct loader *l, enum cond_kind kind, size_t kids)
{
    struct cond *c = arena_alloc(&l->lc->arena, sizeof *c);

    *c = (struct cond){.kind = kind};
    c->kids = arena_alloc(&l->lc->arena, (kids ? kids : 1) * sizeof(struct cond *));
    return c;
}

/* A pattern, or a number that the text must be equal to. */
static int load_test(struct loader *l, const json_t *value, struct cond *c)
{
    if (json_is_integer(value)) {
        char text[24];
        int n = snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));

        if (c->field.field == FIELD_LEVEL) {
            json_int_t level = json_integer_value(value);

            if (level < 0 || level >= LEVEL_COUNT)
                return fail(l, "levels are 0 to 3, or debug, info, error, fatal");
            c->equal = slice_of(level_name((enum level)level));
            return 0;
        }
        c->equal = (struct slice){arena_dup(&l->lc->arena, text, (size_t)n), (size_t)n};
        return 0;
    }
    if (!json_is_string(value))
        return fail(l, "must be a pattern (a string) or a whole number");
    return load_pattern(l, value, &c->re);
}

static int load_cond_list(struct loader *l, const json_t *list, enum cond_kind kind,
                          struct cond **out, unsigned nest)
{
    struct cond *c;
    size_t i;
    json_t *item;

    if (!json_is_array(list) || json_array_size(list) == 0)
        return fail(l, "must be a list of conditions that is not empty");
    c = cond_new(l, kind, json_array_size(list));
    json_array_foreach (list, i, item) {
        enter_item(l, i);
        if (load_cond(l, item, &c->kids[c->count++], nest) < 0)
            return -1;
        leave(l);
    }
    *out = c;
    return 0;
}

/* One key of a condition. */
static int load_member(struct loader *l, const char *key, const json_t *value, struct cond **out,
                       unsigned nest)
{
    struct field_ref field;

    if (strcmp(key, "any") == 0)
        return load_cond_list(l, value, COND_ANY, out, nest);
    if (strcmp(key, "all") == 0)
        return load_cond_list(l, value, COND_ALL, out, nest);
    if (strcmp(key, "not") == 0) {
        *out = cond_new(l, COND_NOT, 1);
        (*out)->count = 1;
        return load_cond(l, value, &(*out)->kids[0], nest);
    }
    if (!field_parse(l->lc->set, slice_of(key), &field))
        return fail(l, "unknown key; allowed here: %s, any, all, not", field_names);
    *out = cond_new(l, COND_FIELD, 0);
    (*out)->field = field;
    return load_test(l, value, *out);
}

/* Keys of an alternative that are no conditions. */
static bool is_extra(const char *key)
{
    static const char *const extras[] = {"id",     "by",      "belongs", "anchor",
                                         "unless", "void_if", "about"};

    for (size_t i = 0; i < sizeof extras / sizeof *extras; i++) {
        if (strcmp(key, extras[i]) == 0)
            return true;
    }
    return false;
}

/* All keys of an object but the extras, if those are allowed. */
static int load_members(struct loader *l, json_t *object, bool extras, struct cond **out,
                        unsigned nest)
{
    struct cond *c;
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return fail(l, "must be a condition (an object)");
    if (nest > MAX_NEST)
        return fail(l, "conditions nest too deeply");
    c = cond_new(l, COND_ALL, json_object_size(object));
    /* A source is the quickest to say no, so it is asked first. */
    json_object_foreach (object, key, value) {
        if (extras && is_extra(key))
            continue;
        enter_key(l, key);
        if (load_member(l, key, value, &c->kids[c->count], nest + 1) < 0)
            return -1;
        leave(l);
        if (strcmp(key, "source") == 0) {
            struct cond *first = c->kids[0];

            c->kids[0] = c->kids[c->count];
            c->kids[c->count] = first;
        }
        c->count++;
    }
    if (c->count == 0)
        return fail(l, "asks for nothing; allowed here: %s, any, all, not", field_names);
    *out = c->count == 1 ? c->kids[0] : c;
    return 0;
}

static int load_cond(struct loader *l, const json_t *value, struct cond **out, unsigned nest)
{
    if (json_is_array(value))
        return load_cond_list(l, value, COND_ANY, out, nest);
    return load_members(l, (json_t *)(uintptr_t)value, false, out, nest);
}

/* ---- rules ---- */

static int load_rules(struct loader *l, const json_t *value, struct rules *out);
static int load_rule(struct loader *l, json_t *value, struct rule *out);

static int load_join(struct loader *l, json_t *list, struct rule *out)
{
    size_t i;
    json_t *item;

    if (json_array_size(list) < 2 || json_array_size(list) > MAX_JOIN)
        return fail(l, "a list joins 2 to %d parts", MAX_JOIN);
    out->join = true;
    out->parts = arena_alloc(&l->lc->arena, json_array_size(list) * sizeof *out->parts);
    json_array_foreach (list, i, item) {
        enter_item(l, i);
        if (load_rule(l, item, &out->parts[i]) < 0)
            return -1;
        if (out->parts[i].join || out->parts[i].field.each)
            return fail(l, "a part of a joined id can be neither a list nor a path with []");
        leave(l);
        out->count++;
    }
    return 0;
}

static int load_rule_object(struct loader *l, json_t *object, struct rule *out)
{
    bool has_path = false;
    const char *key, *strip;
    json_t *value;

    json_object_foreach (object, key, value) {
        int rc;

        enter_key(l, key);
        if (strcmp(key, "path") == 0) {
            has_path = true;
            rc = load_field(l, value, &out->field);
        } else if (strcmp(key, "strip") == 0) {
            rc = load_string(l, value, &strip);
            if (rc == 0)
                out->strip = slice_of(strip);
        } else if (strcmp(key, "pattern") == 0) {
            rc = load_pattern(l, value, &out->re);
            if (rc == 0 && regex_groups(out->re) > MAX_JOIN)
                rc = fail(l, "at most %d groups can be joined to an id", MAX_JOIN);
        } else if (strcmp(key, "when") == 0) {
            rc = load_cond(l, value, &out->when, 0);
        } else {
            rc = fail(l, "unknown key; allowed here: path, strip, pattern, when");
        }
        if (rc < 0)
            return -1;
        leave(l);
    }
    return has_path ? 0 : fail(l, "lacks \"path\"");
}

static int load_rule(struct loader *l, json_t *value, struct rule *out)
{
    *out = (struct rule){0};
    if (json_is_string(value))
        return load_field(l, value, &out->field);
    if (json_is_array(value))
        return load_join(l, value, out);
    if (json_is_object(value))
        return load_rule_object(l, value, out);
    return fail(l, "must be a path, a list of paths to join, or an object with \"path\"");
}

static int load_rules(struct loader *l, const json_t *value, struct rules *out)
{
    size_t i;
    json_t *item;

    if (!json_is_array(value) || json_array_size(value) == 0)
        return fail(l, "must be a list of rules that is not empty");
    out->list = arena_alloc(&l->lc->arena, json_array_size(value) * sizeof *out->list);
    out->count = 0;
    json_array_foreach (value, i, item) {
        enter_item(l, i);
        if (load_rule(l, item, &out->list[i]) < 0)
            return -1;
        leave(l);
        out->count++;
    }
    return 0;
}

/* ---- triggers ---- */

static int load_stage_name(struct loader *l, const json_t *value, size_t *stage)
{
    const char *name = json_string_value(value);

    *stage = name ? lifecycle_stage(l->lc, name) : NO_STAGE;
    return *stage == NO_STAGE ? fail(l, "must be the name of a stage") : 0;
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
    return fail(l, "must be one of: %s", all);
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
        return load_rules(l, value, &t->id);
    if (strcmp(key, "anchor") == 0)
        return load_bool(l, value, &t->anchor);
    if (strcmp(key, "about") == 0)
        return load_string(l, value, &t->about);
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
            return fail(l, "there is no \"link\" in this definition");
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
        return fail(l, "more than %d alternatives", LIFECYCLE_MAX_TRIGGERS);
    t.rank = rank;
    if (load_members(l, value, true, &t.cond, 0) < 0)
        return -1;
    json_object_foreach (value, key, extra) {
        if (!is_extra(key))
            continue;
        enter_key(l, key);
        if (load_extra(l, key, extra, &t) < 0)
            return -1;
        leave(l);
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
        return fail(l, "is empty");
    if (json_array_size(value) > 200)
        return fail(l, "more than 200 alternatives");
    json_array_foreach (value, i, item) {
        enter_item(l, i);
        if (load_alternative(l, item, model, (unsigned)i) < 0)
            return -1;
        leave(l);
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
            return fail(l, "\"%s\" is the name of another column", name);
    }
    if (len > 3 && strcmp(name + len - 3, ".vm") == 0)
        return fail(l, "a name can't end in .vm");
    return strpbrk(name, "\r\n") ? fail(l, "a name can't hold line ends") : 0;
}

static int load_stage_members(struct loader *l, json_t *object, struct stage *s)
{
    const char *key;
    json_t *value;
    bool ok = true, has_match = false;

    if (!json_is_object(object))
        return fail(l, "must be a stage (an object)");
    json_object_foreach (object, key, value) {
        enter_key(l, key);
        if (strcmp(key, "name") == 0)
            ok = load_string(l, value, &s->name) == 0;
        else if (strcmp(key, "about") == 0)
            ok = load_string(l, value, &s->about) == 0;
        else if (strcmp(key, "optional") == 0)
            ok = load_bool(l, value, &s->optional) == 0;
        else if (strcmp(key, "anchor") == 0)
            ok = load_bool(l, value, &s->anchor) == 0;
        else if (strcmp(key, "ranked") == 0)
            ok = load_bool(l, value, &s->ranked) == 0;
        else if (strcmp(key, "home") == 0)
            ok = load_bool(l, value, &s->home) == 0;
        else if (strcmp(key, "match") == 0)
            has_match = true;
        else if (strcmp(key, "unless") != 0)
            return fail(l,
                        "unknown key; allowed here: name, about, match, optional, anchor, ranked, "
                        "home, unless");
        if (!ok)
            return -1;
        leave(l);
    }
    if (!s->name)
        return fail(l, "lacks \"name\"");
    if (!has_match)
        return fail(l, "lacks \"match\"");
    return check_name(l, s->name);
}

/* Names and properties first: alternatives may name any stage. */
static int load_stages(struct loader *l, json_t *list)
{
    struct lifecycle *lc = l->lc;
    size_t i;
    json_t *item;

    if (!json_is_array(list) || json_array_size(list) == 0)
        return fail(l, "must be a list of stages that is not empty");
    if (json_array_size(list) > LIFECYCLE_MAX_STAGES)
        return fail(l, "more than %d stages", LIFECYCLE_MAX_STAGES);
    lc->stages = arena_alloc(&lc->arena, json_array_size(list) * sizeof *lc->stages);
    json_array_foreach (list, i, item) {
        struct stage s = {0};

        enter_item(l, i);
        if (load_stage_members(l, item, &s) < 0)
            return -1;
        if (lifecycle_stage(lc, s.name) != NO_STAGE)
            return fail(l, "there is another stage named \"%s\"", s.name);
        leave(l);
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

        enter_item(l, i);
        if (unless) {
            enter_key(l, "unless");
            if (load_unless(l, unless, &model.unless) < 0)
                return -1;
            leave(l);
        }
        enter_key(l, "match");
        if (load_match(l, json_object_get(item, "match"), &model) < 0)
            return -1;
        leave(l);
        leave(l);
    }
    return 0;
}

/* ---- the rest of the top ---- */

static int load_entity(struct loader *l, json_t *object)
{
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return fail(l, "must be an object");
    json_object_foreach (object, key, value) {
        int rc;

        enter_key(l, key);
        if (strcmp(key, "noun") == 0)
            rc = load_string(l, value, &l->lc->noun);
        else if (strcmp(key, "plural") == 0)
            rc = load_string(l, value, &l->lc->noun_plural);
        else if (strcmp(key, "id") == 0)
            rc = load_rules(l, value, &l->lc->id);
        else
            rc = fail(l, "unknown key; allowed here: noun, plural, id");
        if (rc < 0)
            return -1;
        leave(l);
    }
    if (!l->lc->noun)
        return fail(l, "lacks \"noun\"");
    return l->lc->id.count ? 0 : fail(l, "lacks \"id\"");
}

static int load_link(struct loader *l, json_t *object)
{
    struct trigger model = {.kind = TRIGGER_LINK, .void_stage = NO_STAGE};
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return fail(l, "must be an object");
    l->lc->linked = true;
    json_object_foreach (object, key, value) {
        int rc;

        enter_key(l, key);
        if (strcmp(key, "noun") == 0)
            rc = load_string(l, value, &l->lc->link_noun);
        else if (strcmp(key, "id") == 0)
            rc = load_rules(l, value, &l->lc->link_id);
        else if (strcmp(key, "match") == 0)
            rc = load_match(l, value, &model);
        else
            rc = fail(l, "unknown key; allowed here: noun, id, match");
        if (rc < 0)
            return -1;
        leave(l);
    }
    return l->lc->link_id.count ? 0 : fail(l, "lacks \"id\"");
}

/* Rules, or one of the words that stand for the earlier id. */
static int load_tag(struct loader *l, const json_t *value, struct tag *tag)
{
    static const char *const words[] = {"link", "link.1", "link.2"};
    size_t n = 0;

    if (!json_is_string(value)) {
        tag->slot = l->lc->tag_slots++;
        return load_rules(l, value, &tag->rules);
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
        return fail(l, "must be an object");
    if (json_object_size(object) > LIFECYCLE_MAX_TAGS)
        return fail(l, "more than %d tags", LIFECYCLE_MAX_TAGS);
    lc->tags = arena_alloc(&lc->arena, (json_object_size(object) + 1) * sizeof *lc->tags);
    json_object_foreach (object, key, value) {
        struct tag *tag = &lc->tags[lc->tag_count];

        enter_key(l, key);
        *tag = (struct tag){.name = arena_dup(&lc->arena, key, strlen(key))};
        if (check_name(l, tag->name) < 0 || load_tag(l, value, tag) < 0)
            return -1;
        leave(l);
        lc->tag_count++;
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
        return fail(l, "must be 1, the version of the format that this program reads");
    return 0;
}

static int load_log(struct loader *l, const json_t *value)
{
    const char *text = json_string_value(value);

    return text && strcmp(text, "lager") == 0 ? 0 : fail(l, "must be \"lager\"");
}

static int load_plain_key(struct loader *l, const char *key, json_t *value)
{
    if (strcmp(key, "version") == 0)
        return load_version(l, value);
    if (strcmp(key, "name") == 0)
        return load_string(l, value, &l->lc->name);
    if (strcmp(key, "title") == 0)
        return load_string(l, value, &l->lc->title);
    if (strcmp(key, "about") == 0)
        return load_string(l, value, &l->lc->about);
    if (strcmp(key, "log") == 0)
        return load_log(l, value);
    if (strcmp(key, "entity") == 0)
        return load_entity(l, value);
    if (strcmp(key, "tags") == 0)
        return load_tags(l, value);
    if (strcmp(key, "stages") == 0)
        return load_stages(l, value);
    if (is_outcome(key) || strcmp(key, "link") == 0 || strcmp(key, "samples") == 0)
        return 0; /* these need the stages */
    return fail(l,
                "unknown key; allowed here: version, name, title, about, log, entity, link, tags, "
                "stages, failed, cancelled, crashed, rejected, evacuated, lost, samples");
}

static int load_top(struct loader *l, json_t *top)
{
    static const char *const needed[] = {"version", "name", "title", "entity", "stages", "samples"};
    const char *key;
    json_t *value;

    if (!json_is_object(top))
        return fail(l, "must be an object");
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (!json_object_get(top, needed[i]))
            return fail(l, "lacks \"%s\"", needed[i]);
    }
    json_object_foreach (top, key, value) {
        enter_key(l, key);
        if (load_plain_key(l, key, value) < 0)
            return -1;
        leave(l);
    }
    value = json_object_get(top, "link");
    if (value) {
        enter_key(l, "link");
        if (load_link(l, value) < 0)
            return -1;
        leave(l);
    }
    enter_key(l, "stages");
    if (load_stage_triggers(l, json_object_get(top, "stages")) < 0)
        return -1;
    leave(l);
    l->lc->outcomes = arena_alloc(&l->lc->arena, LIFECYCLE_MAX_OUTCOMES * sizeof *l->lc->outcomes);
    json_object_foreach (top, key, value) {
        if (!is_outcome(key))
            continue;
        enter_key(l, key);
        if (load_outcome(l, key, value) < 0)
            return -1;
        leave(l);
    }
    return 0;
}

/* ---- samples ---- */

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
    static const struct origin nowhere = {none, none, none, none};
    struct expectation x = {.lc = l->lc, .stage = stage};

    if (!json_is_string(id))
        return fail(l, "must be a string");
    x.id = (struct slice){json_string_value(id), json_string_length(id)};
    matcher_record(m, r, &nowhere, compare_sample, &x);
    matcher_forget(m);
    if (!x.stage_found)
        return fail(l, "the sample does not match \"%s\"%s", stage,
                    is_trigger_name(l->lc, stage) ? "" : ", which is no stage or outcome");
    return x.found ? 0 : fail(l, "the sample matches \"%s\", but not with this id", stage);
}

static int check_sample_ids(struct loader *l, struct matcher *m, const struct record *r,
                            json_t *sample, const char *stage)
{
    json_t *ids = json_object_get(sample, "ids"), *id = json_object_get(sample, "id"), *item;
    size_t i;
    int rc = 0;

    if (id) {
        enter_key(l, "id");
        rc = check_sample_id(l, m, r, stage, id);
        if (rc == 0)
            leave(l);
    }
    if (rc == 0 && ids) {
        enter_key(l, "ids");
        if (!json_is_array(ids))
            return fail(l, "must be a list of strings");
        json_array_foreach (ids, i, item) {
            if (check_sample_id(l, m, r, stage, item) < 0)
                return -1;
        }
        leave(l);
    }
    if (!id && !ids)
        return fail(l, "lacks \"id\" (or \"ids\")");
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
        return fail(l, "must be an object");
    json_object_foreach (sample, key, value) {
        enter_key(l, key);
        if (strcmp(key, "line") != 0 && strcmp(key, "stage") != 0 && strcmp(key, "id") != 0 &&
            strcmp(key, "ids") != 0)
            return fail(l, "unknown key; allowed here: line, stage, id, ids");
        leave(l);
    }
    if (!line || !stage)
        return fail(l, "lacks \"%s\"", line ? "stage" : "line");
    len = strlen(line);
    copy = xmalloc(len + 1 + JSCAN_SLACK);
    memcpy(copy, line, len);
    memset(copy + len, '\n', 1 + JSCAN_SLACK);
    enter_key(l, "line");
    rc = lager_decode(copy, len, &r) ? 0 : fail(l, "is not a lager line");
    if (rc == 0) {
        leave(l);
        rc = check_sample_ids(l, m, &r, sample, stage);
    }
    if (rc == 0)
        keep_sample(l->lc, stage, &r);
    free(copy);
    return rc;
}

static int check_samples(struct loader *l, json_t *list)
{
    struct matcher *m;
    json_t *item;
    size_t i;
    int rc = 0;

    enter_key(l, "samples");
    if (!json_is_array(list) || json_array_size(list) == 0)
        return fail(l, "must be a list of samples that is not empty");
    m = matcher_new(l->lc);
    json_array_foreach (list, i, item) {
        enter_item(l, i);
        rc = check_sample(l, m, item);
        if (rc < 0)
            break;
        leave(l);
    }
    matcher_free(m);
    return rc;
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
    l.lc->path = arena_dup(&l.lc->arena, path, strlen(path));
    rc = load_top(&l, top);
    if (rc == 0) {
        if (!l.lc->noun_plural)
            l.lc->noun_plural = plural_of(l.lc);
        if (!l.lc->about)
            l.lc->about = l.lc->title;
        rc = check_samples(&l, json_object_get(top, "samples"));
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
