/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions and rules of a definition.
 */
#include "lifecycle/loader.h"

#define MAX_NEST 16

/* ---- conditions ---- */

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
    struct regex *re;

    if (json_is_integer(value)) {
        char text[24];
        int n = snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));

        if (c->field.field == FIELD_LEVEL) {
            json_int_t level = json_integer_value(value);

            if (level < 0 || level >= LEVEL_COUNT)
                return loader_fail(l, "levels are 0 to 3, or debug, info, error, fatal");
            c->equal = slice_of(level_name((enum level)level));
            return 0;
        }
        c->equal = (struct slice){arena_dup(&l->lc->arena, text, (size_t)n), (size_t)n};
        return 0;
    }
    if (!json_is_string(value))
        return loader_fail(l, "must be a pattern (a string) or a whole number");
    if (loader_pattern(l, value, &re) < 0)
        return -1;
    c->re = re;
    return 0;
}

static int load_cond_list(struct loader *l, const json_t *list, enum cond_kind kind,
                          struct cond **out, unsigned nest)
{
    struct cond *c;
    size_t i;
    json_t *item;

    if (!json_is_array(list) || json_array_size(list) == 0)
        return loader_fail(l, "must be a list of conditions that is not empty");
    c = cond_new(l, kind, json_array_size(list));
    json_array_foreach (list, i, item) {
        loader_enter_item(l, i);
        if (loader_cond(l, item, &c->kids[c->count++], nest) < 0)
            return -1;
        loader_leave(l);
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
        return loader_cond(l, value, &(*out)->kids[0], nest);
    }
    if (!field_parse(l->lc->set, slice_of(key), &field))
        return loader_fail(l, "unknown key; allowed here: %s, any, all, not", field_names);
    *out = cond_new(l, COND_FIELD, 0);
    (*out)->field = field;
    return load_test(l, value, *out);
}

/* Keys of an alternative that are no conditions. */
bool loader_is_extra(const char *key)
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
int loader_members(struct loader *l, json_t *object, bool extras, struct cond **out, unsigned nest)
{
    struct cond *c;
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return loader_fail(l, "must be a condition (an object)");
    if (nest > MAX_NEST)
        return loader_fail(l, "conditions nest too deeply");
    c = cond_new(l, COND_ALL, json_object_size(object));
    /* A source is the quickest to say no, so it is asked first. */
    json_object_foreach (object, key, value) {
        if (extras && loader_is_extra(key))
            continue;
        loader_enter_key(l, key);
        if (load_member(l, key, value, &c->kids[c->count], nest + 1) < 0)
            return -1;
        loader_leave(l);
        if (strcmp(key, "source") == 0) {
            struct cond *first = c->kids[0];

            c->kids[0] = c->kids[c->count];
            c->kids[c->count] = first;
        }
        c->count++;
    }
    if (c->count == 0)
        return loader_fail(l, "asks for nothing; allowed here: %s, any, all, not", field_names);
    *out = c->count == 1 ? c->kids[0] : c;
    return 0;
}

int loader_cond(struct loader *l, const json_t *value, struct cond **out, unsigned nest)
{
    if (json_is_array(value))
        return load_cond_list(l, value, COND_ANY, out, nest);
    return loader_members(l, (json_t *)(uintptr_t)value, false, out, nest);
}

/* ---- rules ---- */

static int load_rule(struct loader *l, json_t *value, struct rule *out);

static int load_join(struct loader *l, json_t *list, struct rule *out)
{
    size_t i;
    json_t *item;

    if (json_array_size(list) < 2 || json_array_size(list) > LOADER_MAX_JOIN)
        return loader_fail(l, "a list joins 2 to %d parts", LOADER_MAX_JOIN);
    out->join = true;
    out->parts = arena_alloc(&l->lc->arena, json_array_size(list) * sizeof *out->parts);
    json_array_foreach (list, i, item) {
        loader_enter_item(l, i);
        if (load_rule(l, item, &out->parts[i]) < 0)
            return -1;
        if (out->parts[i].join)
            return loader_fail(l, "a part of a joined id can't be a list");
        if (out->parts[i].field.each && i + 1 < json_array_size(list))
            return loader_fail(l, "of a joined id only the last part can be a path with []");
        loader_leave(l);
        out->count++;
    }
    return 0;
}

static int load_rule_object(struct loader *l, json_t *object, struct rule *out)
{
    bool has_path = false;
    const char *key, *text;
    json_t *value;

    json_object_foreach (object, key, value) {
        int rc;

        loader_enter_key(l, key);
        if (strcmp(key, "path") == 0) {
            has_path = true;
            rc = loader_field(l, value, &out->field);
        } else if (strcmp(key, "strip") == 0) {
            rc = loader_string(l, value, &text);
            if (rc == 0)
                out->strip = slice_of(text);
        } else if (strcmp(key, "text") == 0) {
            rc = loader_string(l, value, &text);
            if (rc == 0)
                out->text = slice_of(text);
        } else if (strcmp(key, "pattern") == 0) {
            rc = loader_pattern(l, value, &out->re);
            if (rc == 0 && regex_groups(out->re) > LOADER_MAX_JOIN)
                rc = loader_fail(l, "at most %d groups can be joined to an id", LOADER_MAX_JOIN);
        } else if (strcmp(key, "when") == 0) {
            rc = loader_cond(l, value, &out->when, 0);
        } else {
            rc = loader_fail(l, "unknown key; allowed here: path, text, strip, pattern, when");
        }
        if (rc < 0)
            return -1;
        loader_leave(l);
    }
    if (out->text.len && (has_path || out->strip.len || out->re))
        return loader_fail(l, "\"text\" can stand with \"when\" only");
    return has_path || out->text.len ? 0 : loader_fail(l, "lacks \"path\" or \"text\"");
}

static int load_any_rule(struct loader *l, json_t *value, struct rule *out)
{
    *out = (struct rule){0};
    if (json_is_string(value)) {
        if (loader_field(l, value, &out->field) < 0)
            return -1;
        out->plain = !out->field.each;
        return 0;
    }
    if (json_is_array(value))
        return load_join(l, value, out);
    if (json_is_object(value))
        return load_rule_object(l, value, out);
    return loader_fail(
        l, "must be a path, a list of paths to join, or an object with \"path\" or \"text\"");
}

static int load_rule(struct loader *l, json_t *value, struct rule *out)
{
    int rc = load_any_rule(l, value, out);

    rule_complete(l->lc->set, out);
    return rc;
}

int loader_rules(struct loader *l, const json_t *value, struct rules *out)
{
    size_t i;
    json_t *item;

    if (!json_is_array(value) || json_array_size(value) == 0)
        return loader_fail(l, "must be a list of rules that is not empty");
    out->list = arena_alloc(&l->lc->arena, json_array_size(value) * sizeof *out->list);
    out->count = 0;
    json_array_foreach (value, i, item) {
        loader_enter_item(l, i);
        if (load_rule(l, item, &out->list[i]) < 0)
            return -1;
        loader_leave(l);
        out->count++;
    }
    return 0;
}
