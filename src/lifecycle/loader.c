/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/loader.h"

#include <stdarg.h>

/* ---- errors and places ---- */

void loader_enter_key(struct loader *l, const char *key)
{
    if (l->depth < JSON_WHERE_DEPTH)
        l->steps[l->depth] = (struct json_step){key, 0};
    l->depth++;
}

void loader_enter_item(struct loader *l, size_t index)
{
    if (l->depth < JSON_WHERE_DEPTH)
        l->steps[l->depth] = (struct json_step){NULL, index};
    l->depth++;
}

void loader_leave(struct loader *l)
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

int loader_fail(struct loader *l, const char *format, ...)
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
    err_set(l->err, "%s:%zu:%zu: %s", l->path, l->lines_before + at.line, at.col, text.data);
    strbuf_release(&text);
    return -1;
}

/* ---- simple values ---- */

int loader_string(struct loader *l, const json_t *value, const char **out)
{
    if (!json_is_string(value) || json_string_length(value) == 0)
        return loader_fail(l, "must be a string that is not empty");
    *out = arena_dup(&l->lc->arena, json_string_value(value), json_string_length(value));
    return 0;
}

int loader_bool(struct loader *l, const json_t *value, bool *out)
{
    if (!json_is_boolean(value))
        return loader_fail(l, "must be true or false");
    *out = json_is_true(value);
    return 0;
}

int loader_pattern(struct loader *l, const json_t *value, struct regex **out)
{
    struct err why = ERR_INIT;
    struct slice text;

    if (!json_is_string(value))
        return loader_fail(l, "must be a pattern (a string)");
    text = (struct slice){json_string_value(value), json_string_length(value)};
    *out = cond_set_regex(l->lc->set, text, &why);
    return *out ? 0 : loader_fail(l, "%s", why.text);
}

int loader_field(struct loader *l, const json_t *value, struct field_ref *out)
{
    const char *text = json_string_value(value);

    if (!text)
        return loader_fail(l, "must be a path (a string)");
    if (!field_parse(l->lc->set, slice_of(text), out))
        return loader_fail(l, "\"%s\" is no field; there are: %s", text, field_names);
    return 0;
}
