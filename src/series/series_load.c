/* SPDX-License-Identifier: Apache-2.0 */
#include "series/series.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "lifecycle/loader.h"

const char *const series_take_names[TAKE_KINDS] = {"max", "p95",  "p50", "mean",
                                                   "min", "last", "sum"};

/* One name or a list of them. */
static int load_names(struct loader *l, json_t *value, struct series_names *names)
{
    size_t i;
    json_t *item;

    if (json_is_string(value)) {
        names->count = 1;
        return loader_string(l, value, &names->list[0]);
    }
    if (!json_is_array(value) || json_array_size(value) == 0 ||
        json_array_size(value) > SERIES_MAX_NAMES)
        return loader_fail(l, "must be a name, or a list of 1 to %d names", SERIES_MAX_NAMES);
    json_array_foreach (value, i, item) {
        loader_enter_item(l, i);
        if (loader_string(l, item, &names->list[names->count++]) < 0)
            return -1;
        loader_leave(l);
    }
    return 0;
}

static int load_takes(struct loader *l, json_t *value, struct series_line *line)
{
    struct series_names names = {.count = 0};

    if (load_names(l, value, &names) < 0)
        return -1;
    for (size_t i = 0; i < names.count; i++) {
        size_t k = 0;

        while (k < TAKE_KINDS && strcmp(names.list[i], series_take_names[k]) != 0)
            k++;
        if (k == TAKE_KINDS || line->take_count == TAKE_KINDS)
            return loader_fail(l, "must be of: max, p95, p50, mean, min, last, sum");
        line->takes[line->take_count++] = (enum series_take)k;
    }
    return 0;
}

static int load_wheres(struct loader *l, json_t *object, struct series_line *line)
{
    const char *key;
    json_t *value;

    if (!json_is_object(object) || json_object_size(object) > SERIES_MAX_NAMES)
        return loader_fail(l, "must be an object of at most %d members", SERIES_MAX_NAMES);
    json_object_foreach (object, key, value) {
        struct series_where *w = &line->wheres[line->where_count++];
        struct regex *pattern = NULL;

        loader_enter_key(l, key);
        if (loader_pattern(l, value, &pattern) < 0)
            return -1;
        w->tag = arena_dup(&l->lc->arena, key, strlen(key));
        w->pattern = pattern;
        loader_leave(l);
    }
    return 0;
}

/* The key that says what is drawn decides the kind. */
static int load_line_key(struct loader *l, const char *key, json_t *value, struct series_line *line,
                         unsigned *kinds)
{
    static const struct {
        const char *key;
        enum series_kind kind;
    } kind_keys[] = {{"level", SERIES_LEVEL},
                     {"count", SERIES_COUNT},
                     {"duration", SERIES_DURATION},
                     {"value", SERIES_VALUE},
                     {"errors", SERIES_ERRORS}};

    for (size_t i = 0; i < sizeof kind_keys / sizeof *kind_keys; i++) {
        if (strcmp(key, kind_keys[i].key) == 0) {
            ++*kinds;
            line->kind = kind_keys[i].kind;
        }
    }
    if (strcmp(key, "level") == 0 || strcmp(key, "duration") == 0)
        return load_names(l, value, &line->from);
    if (strcmp(key, "to") == 0)
        return load_names(l, value, &line->to);
    if (strcmp(key, "count") == 0 || strcmp(key, "at") == 0)
        return load_names(l, value, &line->to);
    if (strcmp(key, "leave") == 0)
        return load_names(l, value, &line->leave);
    if (strcmp(key, "value") == 0)
        return loader_string(l, value, &line->value);
    if (strcmp(key, "errors") == 0)
        return json_is_true(value) ? 0 : loader_fail(l, "must be true");
    if (strcmp(key, "name") == 0)
        return loader_string(l, value, &line->name);
    if (strcmp(key, "of") == 0)
        return loader_string(l, value, &line->of);
    if (strcmp(key, "by") == 0)
        return loader_string(l, value, &line->by);
    if (strcmp(key, "hold") == 0)
        return loader_bool(l, value, &line->hold);
    if (strcmp(key, "single") == 0)
        return loader_bool(l, value, &line->single);
    if (strcmp(key, "take") == 0)
        return load_takes(l, value, line);
    if (strcmp(key, "where") == 0)
        return load_wheres(l, value, line);
    return loader_fail(l, "unknown key; allowed here: name, of, level, count, duration, value, "
                          "errors, to, at, leave, single, by, take, hold, where");
}

static int load_line(struct loader *l, json_t *object, struct series_line *line)
{
    const char *key;
    json_t *value;
    unsigned kinds = 0;

    *line = (struct series_line){.kind = SERIES_LEVEL};
    if (!json_is_object(object))
        return loader_fail(l, "must be an object");
    json_object_foreach (object, key, value) {
        loader_enter_key(l, key);
        if (load_line_key(l, key, value, line, &kinds) < 0)
            return -1;
        loader_leave(l);
    }
    if (kinds != 1)
        return loader_fail(l, "needs one of: level, count, duration, value, errors");
    if (!line->of != (line->kind == SERIES_ERRORS))
        return loader_fail(l, "needs \"of\", a lifecycle, unless it is of errors");
    if (!line->to.count && line->kind != SERIES_ERRORS)
        return loader_fail(l, line->kind == SERIES_VALUE ? "lacks \"at\"" : "lacks \"to\"");
    if (!line->take_count)
        line->takes[line->take_count++] = TAKE_MAX;
    return 0;
}

static int load_lines(struct loader *l, json_t *array, struct series *s)
{
    size_t i;
    json_t *item;

    if (!json_is_array(array) || json_array_size(array) == 0)
        return loader_fail(l, "must be a list that is not empty");
    s->lines = arena_alloc(&l->lc->arena, json_array_size(array) * sizeof *s->lines);
    json_array_foreach (array, i, item) {
        loader_enter_item(l, i);
        if (load_line(l, item, &s->lines[s->line_count++]) < 0)
            return -1;
        loader_leave(l);
    }
    return 0;
}

static int load_series_key(struct loader *l, const char *key, json_t *value, struct series *s)
{
    if (strcmp(key, "name") == 0)
        return loader_string(l, value, &s->name);
    if (strcmp(key, "title") == 0)
        return loader_string(l, value, &s->title);
    if (strcmp(key, "about") == 0)
        return loader_string(l, value, &s->about);
    if (strcmp(key, "unit") == 0)
        return loader_string(l, value, &s->unit);
    if (strcmp(key, "absent") == 0)
        return loader_string(l, value, &s->absent);
    if (strcmp(key, "components") == 0)
        return load_names(l, value, &s->components);
    if (strcmp(key, "figures") == 0)
        return load_names(l, value, &s->figures);
    if (strcmp(key, "stacked") == 0)
        return loader_bool(l, value, &s->stacked);
    if (strcmp(key, "lines") == 0)
        return load_lines(l, value, s);
    return loader_fail(l, "unknown key; allowed here: name, title, about, unit, components, "
                          "figures, stacked, lines, absent");
}

/* The name is that of files. */
static bool is_file_name(const char *name)
{
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name) && *name != '-';
}

static int load_one(struct loader *l, json_t *object, struct series_set *set, const char *group)
{
    struct series s = {.group = group, .unit = "", .about = ""};
    const char *key;
    json_t *value;

    if (!json_is_object(object))
        return loader_fail(l, "must be an object");
    json_object_foreach (object, key, value) {
        loader_enter_key(l, key);
        if (load_series_key(l, key, value, &s) < 0)
            return -1;
        loader_leave(l);
    }
    if (!s.name || !s.title)
        return loader_fail(l, "lacks \"%s\"", s.name ? "title" : "name");
    if (!is_file_name(s.name))
        return loader_fail(l, "its name must be of small letters, digits and -");
    if (series_find(set, s.name, strlen(s.name)))
        return loader_fail(l, "there is a series \"%s\" already", s.name);
    if (!s.lines != (s.absent != NULL))
        return loader_fail(l, "needs \"lines\" or \"absent\"");
    set->list = xreallocarray(set->list, set->count + 1, sizeof *set->list);
    set->list[set->count++] = s;
    return 0;
}

static int load_group(struct loader *l, json_t *object, struct series_set *set)
{
    const json_t *title = json_object_get(object, "title");
    json_t *array = json_object_get(object, "series"), *item;
    const char *group = NULL;
    size_t i;

    if (!json_is_object(object) || json_object_size(object) != 2 || !title || !json_is_array(array))
        return loader_fail(l, "must be an object of a \"title\" and a list \"series\"");
    if (loader_string(l, title, &group) < 0)
        return -1;
    loader_enter_key(l, "series");
    json_array_foreach (array, i, item) {
        loader_enter_item(l, i);
        if (load_one(l, item, set, group) < 0)
            return -1;
        loader_leave(l);
    }
    loader_leave(l);
    return 0;
}

static int load_top(struct loader *l, json_t *top, struct series_set *set)
{
    json_t *groups = json_object_get(top, "groups"), *item;
    size_t i;

    if (!json_is_object(top) || json_object_size(top) != 2 || !json_is_array(groups) ||
        json_integer_value(json_object_get(top, "version")) != 1)
        return loader_fail(l, "must be an object of \"version\", 1, and a list \"groups\"");
    loader_enter_key(l, "groups");
    json_array_foreach (groups, i, item) {
        loader_enter_item(l, i);
        if (load_group(l, item, set) < 0)
            return -1;
        loader_leave(l);
    }
    loader_leave(l);
    return 0;
}

int series_load(struct series_set *set, const char *path, const char *text, size_t len,
                struct err *err)
{
    struct loader l = {.path = path, .text = text, .len = len, .err = err};
    json_error_t where;
    json_t *top = json_loadb(text, len, JSON_REJECT_DUPLICATES, &where);
    int rc;

    if (!top)
        return err_set(err, "%s:%d:%d: %s", path, where.line, where.column, where.text);
    l.lc = xcalloc(1, sizeof *l.lc);
    l.lc->set = cond_set_new();
    set->keepers = xreallocarray(set->keepers, set->keeper_count + 1, sizeof *set->keepers);
    set->keepers[set->keeper_count++] = l.lc;
    rc = load_top(&l, top, set);
    json_decref(top);
    return rc;
}

int series_load_all(struct series_set *set, struct err *err)
{
    struct asset_search search = {"series", NULL, 0};
    size_t count;
    char **names = asset_names(&search, ".json", &count);
    int rc = 0;

    for (size_t i = 0; i < count; i++) {
        struct strbuf text = STRBUF_INIT, path = STRBUF_INIT;

        if (rc == 0)
            rc = asset_load(&search, names[i], &text, &path, err) < 0
                     ? -1
                     : series_load(set, path.data, text.data ? text.data : "", text.len, err);
        strbuf_release(&text);
        strbuf_release(&path);
        free(names[i]);
    }
    free(names);
    return rc;
}

void series_set_release(struct series_set *set)
{
    for (size_t i = 0; i < set->keeper_count; i++)
        lifecycle_free(set->keepers[i]);
    free(set->keepers);
    free(set->list);
}

const struct series *series_find(const struct series_set *set, const char *name, size_t len)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strlen(set->list[i].name) == len && memcmp(set->list[i].name, name, len) == 0)
            return &set->list[i];
    }
    return NULL;
}
