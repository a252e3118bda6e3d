/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/cond.h"

#include <stdlib.h>

#include "base/xalloc.h"

#define MAX_GROUPS 4

static const struct {
    const char *name;
    enum field field;
} fields[] = {
    {"message", FIELD_MESSAGE}, {"source", FIELD_SOURCE},   {"level", FIELD_LEVEL},
    {"session", FIELD_SESSION}, {"job", FIELD_JOB},         {"index", FIELD_INDEX},
    {"vm", FIELD_VM},           {"process", FIELD_PROCESS}, {"file", FIELD_FILE},
};

const char field_names[] =
    "message, source, level, session, job, index, vm, process, file, data.KEY";

struct cond_set *cond_set_new(void)
{
    struct cond_set *set = xcalloc(1, sizeof *set);

    set->paths = jpaths_new();
    return set;
}

void cond_set_free(struct cond_set *set)
{
    if (!set)
        return;
    for (size_t i = 0; i < set->regex_count; i++)
        regex_free(set->regexes[i]);
    for (size_t i = 0; i < set->element_count; i++)
        jpaths_free(set->elements[i]);
    free(set->regexes);
    free(set->elements);
    jpaths_free(set->paths);
    free(set);
}

struct regex *cond_set_regex(struct cond_set *set, struct slice pattern, struct err *err)
{
    struct regex *re = regex_new(pattern, err);

    if (re) {
        set->regexes = xreallocarray(set->regexes, set->regex_count + 1, sizeof *set->regexes);
        set->regexes[set->regex_count++] = re;
    }
    return re;
}

bool field_parse(struct cond_set *set, struct slice text, struct field_ref *ref)
{
    const char *brackets;
    struct slice path;

    *ref = (struct field_ref){0};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (slice_eq(text, slice_of(fields[i].name))) {
            ref->field = fields[i].field;
            return true;
        }
    }
    if (text.len < 6 || memcmp(text.p, "data.", 5) != 0)
        return false;
    ref->field = FIELD_DATA;
    path = (struct slice){text.p + 5, text.len - 5};
    brackets = memmem(path.p, path.len, "[]", 2);
    if (brackets) {
        struct slice rest = {brackets + 2, (size_t)(path.p + path.len - brackets) - 2};

        path.len = (size_t)(brackets - path.p);
        ref->each = true;
        if (rest.len) {
            if (*rest.p != '.' || rest.len < 2 || memmem(rest.p, rest.len, "[]", 2))
                return false;
            ref->element = jpaths_new();
            set->elements =
                xreallocarray(set->elements, set->element_count + 1, sizeof *set->elements);
            set->elements[set->element_count++] = ref->element;
            jpaths_add(ref->element, (struct slice){rest.p + 1, rest.len - 1});
        }
    }
    if (!path.len)
        return false;
    ref->slot = jpaths_add(set->paths, path);
    return true;
}

void view_init(struct view *v, const struct cond_set *set)
{
    *v = (struct view){.set = set, .texts = ARENA_INIT};
    v->slots = xcalloc(jpaths_count(set->paths), sizeof *v->slots);
    v->memo = jpaths_memo_new();
    if (set->steady_count)
        v->steady = xcalloc(VIEW_STEADY, sizeof *v->steady);
}

void view_release(struct view *v)
{
    arena_release(&v->texts);
    free(v->slots);
    jpaths_memo_free(v->memo);
    free(v->steady);
    v->slots = NULL;
    v->memo = NULL;
    v->steady = NULL;
}

void view_set(struct view *v, const struct record *r, uint32_t triple)
{
    v->record = r;
    v->triple = triple;
    v->walked = false;
}

void view_forget_triples(struct view *v)
{
    if (v->steady)
        memset(v->steady, 0, VIEW_STEADY * sizeof *v->steady);
}

/* What a string of the line stands for; copied only if it has escapes. */
static struct slice plain(struct view *v, const char *p, size_t len, bool escaped)
{
    struct strbuf b = STRBUF_INIT;
    struct slice s = {p, len};

    if (escaped) {
        jscan_unescape(&b, p, len);
        s = (struct slice){arena_pack(&v->texts, b.data, b.len), b.len};
        strbuf_release(&b);
    }
    return s;
}

static struct slice plain_jstr(struct view *v, struct jstr s)
{
    return plain(v, s.p, s.len, s.escaped);
}

static inline void walk_data(struct view *v)
{
    if (!v->walked) {
        v->present = jpaths_find_again(v->set->paths, v->memo, v->record->data, &v->record->members,
                                       v->slots);
        v->walked = true;
    }
}

const struct jvalue *view_slot(struct view *v, size_t slot)
{
    walk_data(v);
    return &v->slots[slot];
}

static bool value_text(struct view *v, const struct jvalue *value, struct slice *text)
{
    switch (value->kind) {
    case J_STRING:
    case J_NUMBER:
    case J_TRUE:
    case J_FALSE:
        *text = plain(v, value->p, value->len, value->escaped);
        return text->len > 0;
    default:
        return false;
    }
}

bool view_text(struct view *v, const struct field_ref *ref, struct slice *text)
{
    switch (ref->field) {
    case FIELD_MESSAGE:
        *text = plain_jstr(v, v->record->message);
        break;
    case FIELD_SOURCE:
        *text = plain_jstr(v, v->record->source);
        break;
    case FIELD_LEVEL:
        *text = slice_of(level_name(v->record->level));
        break;
    case FIELD_SESSION:
        *text = plain_jstr(v, v->record->session);
        break;
    case FIELD_JOB:
        *text = v->place->job;
        break;
    case FIELD_INDEX:
        *text = v->place->index;
        break;
    case FIELD_VM:
        *text = v->place->vm;
        break;
    case FIELD_PROCESS:
        *text = v->place->process;
        break;
    case FIELD_FILE:
        *text = v->place->file;
        break;
    case FIELD_DATA:
        return !ref->each && value_text(v, view_slot(v, ref->slot), text);
    }
    return text->len > 0;
}

static bool text_matches(const struct cond *c, struct slice text)
{
    return c->re ? regex_match(c->re, text) : slice_eq(c->equal, text);
}

/* Texts of a field with [], one a call; at is NULL before the first. */
static bool next_element(struct view *v, const struct field_ref *ref, const char **at,
                         struct slice *text)
{
    const struct jvalue *array = view_slot(v, ref->slot);
    struct jvalue element, inner;

    if (array->kind != J_ARRAY)
        return false;
    if (!*at)
        *at = array->p;
    while (jarray_next((struct slice){array->p, array->len}, at, &element)) {
        if (ref->element) {
            if (element.kind != J_OBJECT)
                continue;
            jpaths_find(ref->element, (struct slice){element.p, element.len}, &inner);
            element = inner;
        }
        if (value_text(v, &element, text))
            return true;
    }
    return false;
}

static bool field_holds(const struct cond *c, struct view *v)
{
    const char *at = NULL;
    struct slice text;

    if (!c->field.each)
        return view_text(v, &c->field, &text) && text_matches(c, text);
    while (next_element(v, &c->field, &at, &text)) {
        if (text_matches(c, text))
            return true;
    }
    return false;
}

bool cond_holds(const struct cond *c, struct view *v)
{
    switch (c->kind) {
    case COND_FIELD:
        return field_holds(c, v);
    case COND_NOT:
        return !cond_holds(c->kids[0], v);
    case COND_ALL:
        for (size_t i = 0; i < c->count; i++) {
            if (!cond_holds(c->kids[i], v))
                return false;
        }
        return true;
    case COND_ANY:
        for (size_t i = 0; i < c->count; i++) {
            if (cond_holds(c->kids[i], v))
                return true;
        }
        return false;
    }
    return false;
}

enum truth cond_foresee(const struct cond *c, struct view *v, bool by_source)
{
    enum truth all = YES, any = NO, t;

    switch (c->kind) {
    case COND_FIELD:
        if (by_source ? c->field.field != FIELD_SOURCE : c->field.field > FIELD_LEVEL)
            return MAYBE;
        return field_holds(c, v) ? YES : NO;
    case COND_NOT:
        t = cond_foresee(c->kids[0], v, by_source);
        return t == YES ? NO : t == NO ? YES : MAYBE;
    case COND_ALL:
        /* A "no" ends it: sources differ more cheaply than messages do. */
        for (size_t i = 0; i < c->count && all != NO; i++) {
            t = cond_foresee(c->kids[i], v, by_source);
            all = t == NO ? NO : t == MAYBE ? MAYBE : all;
        }
        return all;
    case COND_ANY:
        for (size_t i = 0; i < c->count && any != YES; i++) {
            t = cond_foresee(c->kids[i], v, by_source);
            any = t == YES ? YES : t == MAYBE ? MAYBE : any;
        }
        return any;
    }
    return MAYBE;
}

/* Put texts together with '/' between them. */
static struct slice join(struct view *v, const struct slice *texts, size_t count)
{
    size_t len = count - 1;
    char *p, *q;

    for (size_t i = 0; i < count; i++)
        len += texts[i].len;
    p = q = arena_alloc(&v->texts, len);
    for (size_t i = 0; i < count; i++) {
        if (i)
            *q++ = '/';
        memcpy(q, texts[i].p, texts[i].len);
        q += texts[i].len;
    }
    return (struct slice){p, len};
}

/* Strip and capture; false if the rule does not take this text. */
static bool shape(const struct rule *rule, struct view *v, struct slice *text)
{
    struct slice groups[MAX_GROUPS];
    size_t n;

    if (rule->strip.len) {
        if (text->len <= rule->strip.len || memcmp(text->p, rule->strip.p, rule->strip.len) != 0)
            return false;
        text->p += rule->strip.len;
        text->len -= rule->strip.len;
    }
    if (!rule->re)
        return true;
    n = regex_groups(rule->re);
    if (n == 0)
        return regex_match(rule->re, *text);
    if (n > MAX_GROUPS)
        n = MAX_GROUPS;
    if (!regex_capture(rule->re, *text, groups, n))
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!groups[i].len)
            return false;
    }
    *text = n == 1 ? groups[0] : join(v, groups, n);
    return true;
}

/* shape(), of a rule that makes the same of all lines of a triple. */
static bool steady_shape(const struct rule *rule, struct view *v, struct slice *text)
{
    struct steady_text *known = &v->steady[(v->triple + rule->steady * 11) & (VIEW_STEADY - 1)];
    struct slice whole = *text;

    if (known->rule != rule->steady || known->triple != v->triple) {
        known->taken = shape(rule, v, text);
        known->at = (uint32_t)(text->p - whole.p);
        known->len = (uint32_t)text->len;
        known->rule = rule->steady;
        known->triple = v->triple;
    }
    *text = (struct slice){whole.p + known->at, known->len};
    return known->taken;
}

static bool applies(const struct rule *rule, struct view *v)
{
    return !rule->when || cond_holds(rule->when, v);
}

static bool rule_text(const struct rule *rule, struct view *v, struct slice *text)
{
    struct slice parts[MAX_GROUPS];

    /* a field that is absent is found out sooner than what a condition comes to */
    if (!rule->join && !rule->text.len)
        return view_text(v, &rule->field, text) && applies(rule, v) &&
               (rule->steady && v->triple != NO_TRIPLE ? steady_shape(rule, v, text)
                                                       : shape(rule, v, text));
    if (!applies(rule, v))
        return false;
    if (rule->text.len) {
        *text = rule->text;
        return true;
    }
    for (size_t i = 0; i < rule->count; i++) {
        const struct rule *part = &rule->parts[i];

        if (part->plain ? !view_text(v, &part->field, &parts[i]) : !rule_text(part, v, &parts[i]))
            return false;
    }
    *text = join(v, parts, rule->count);
    return true;
}

/* The texts of the elements that the last part walks, or the rule itself, behind those of all parts
 * before it. */
static bool element_each(const struct rule *rule, struct view *v, unsigned number, text_fn *fn,
                         void *context)
{
    size_t before = rule->join ? rule->count - 1 : 0;
    const struct rule *walks = rule->join ? &rule->parts[before] : rule;
    struct slice texts[MAX_GROUPS];
    const char *at = NULL;
    bool any = false;

    if (!applies(walks, v))
        return false;
    for (size_t i = 0; i < before; i++) {
        if (!rule_text(&rule->parts[i], v, &texts[i]))
            return false;
    }
    while (next_element(v, &walks->field, &at, &texts[before])) {
        if (shape(walks, v, &texts[before])) {
            fn(context, before ? join(v, texts, before + 1) : texts[0], number);
            any = true;
        }
    }
    return any;
}

void rule_complete(struct cond_set *set, struct rule *rule)
{
    /* more groups than one are put together elsewhere */
    if (!rule->join && rule->field.field == FIELD_MESSAGE && rule->re &&
        regex_groups(rule->re) < 2 && set->steady_count < UINT16_MAX)
        rule->steady = ++set->steady_count;
    rule->needs = 0;
    for (size_t i = 0; i < rule->count; i++)
        rule->needs |= rule->parts[i].needs;
    if (!rule->join && !rule->text.len && rule->field.field == FIELD_DATA && rule->field.slot < 64)
        rule->needs = UINT64_C(1) << rule->field.slot;
}

/* Is there all that the rule needs?  Most rules of a list are for lines of other kinds. */
static inline bool may_give(const struct rule *rule, struct view *v)
{
    if (!rule->needs)
        return true;
    walk_data(v);
    return !(rule->needs & ~v->present);
}

static bool rule_each(const struct rule *rule, struct view *v, unsigned number, text_fn *fn,
                      void *context)
{
    struct slice text;

    if (rule->plain) {
        if (!view_text(v, &rule->field, &text))
            return false;
        fn(context, text, number);
        return true;
    }
    if (rule->join ? rule->parts[rule->count - 1].field.each : rule->field.each)
        return element_each(rule, v, number, fn, context);
    if (!rule_text(rule, v, &text))
        return false;
    fn(context, text, number);
    return true;
}

bool rules_each(const struct rules *rules, struct view *v, text_fn *fn, void *context)
{
    for (size_t i = 0; i < rules->count; i++) {
        if (may_give(&rules->list[i], v) && rule_each(&rules->list[i], v, (unsigned)i, fn, context))
            return true;
    }
    return false;
}
