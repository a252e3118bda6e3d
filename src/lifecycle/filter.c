/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/filter.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/nstime.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "lifecycle/cond.h"

/* The memory of triples: each has one slot where it may be, and a newer one takes its place. */
#define SLOT_COUNT 512
#define SLOT_TEXT  228

enum anchor { FROM_EPOCH, FROM_FIRST, FROM_LAST };

struct bound {
    enum filter_kind kind;
    enum anchor anchor;
    int64_t ns; /* a time, or what is added to the anchor's */
    const char *text;
};

struct filter {
    int64_t since_ns, until_ns; /* both ends are selected */
    enum level least;
    struct bound *bounds;
    size_t bound_count;
    struct cond_set *set;
    struct arena arena;   /* of the conditions */
    struct cond by_event; /* ask for source, message and level only; all must hold */
    struct cond by_rest;  /* the others; all must hold */
};

/* What is known of a source, message and level. */
struct slot {
    uint64_t hash;
    uint16_t source_len, message_len;
    uint8_t level;
    bool used, taken;
    char text[SLOT_TEXT];
};

struct sieve {
    const struct filter *f;
    struct view view;
    struct placer placer;
    struct slot *slots; /* NULL if no condition asks for source, message and level only */
};

void filter_request_add(struct filter_request *rq, enum filter_kind kind, const char *text)
{
    rq->items = xreallocarray(rq->items, rq->count + 1, sizeof *rq->items);
    rq->items[rq->count++] = (struct filter_item){kind, text};
}

void filter_request_release(struct filter_request *rq)
{
    free(rq->items);
    *rq = (struct filter_request){NULL, 0};
}

/* ---- times ---- */

static int add_bound(struct filter *f, const struct filter_item *item, struct err *err)
{
    struct bound b = {.kind = item->kind, .text = item->text};
    struct slice s = slice_of(item->text);
    bool ok;

    if (*item->text == '+' || *item->text == '-') {
        b.anchor = *item->text == '+' ? FROM_FIRST : FROM_LAST;
        ok = nstime_parse_duration(s.p + 1, s.len - 1, &b.ns);
        if (b.anchor == FROM_LAST)
            b.ns = -b.ns;
    } else {
        ok = nstime_parse(s.p, s.len, &b.ns);
    }
    if (!ok)
        return err_set(err,
                       "--%s wants a time, as 2026-11-22T07:19:50.25Z or 1795331990.25, or a "
                       "duration from the first event, as +90s, or back from the last one, as "
                       "-10m, not \"%s\"",
                       b.kind == FILTER_SINCE ? "since" : "until", b.text);
    f->bounds = xreallocarray(f->bounds, f->bound_count + 1, sizeof *f->bounds);
    f->bounds[f->bound_count++] = b;
    return 0;
}

static void apply_bound(struct filter *f, enum filter_kind kind, int64_t ns)
{
    if (kind == FILTER_SINCE && ns > f->since_ns)
        f->since_ns = ns;
    if (kind == FILTER_UNTIL && ns < f->until_ns)
        f->until_ns = ns;
}

const char *filter_relative(const struct filter *f)
{
    for (size_t i = 0; i < f->bound_count; i++) {
        if (f->bounds[i].anchor != FROM_EPOCH)
            return f->bounds[i].kind == FILTER_SINCE ? "--since" : "--until";
    }
    return NULL;
}

static int64_t add_saturated(int64_t a, int64_t b)
{
    if (b > 0 && a > INT64_MAX - b)
        return INT64_MAX;
    if (b < 0 && a < INT64_MIN - b)
        return INT64_MIN;
    return a + b;
}

void filter_set_span(struct filter *f, int64_t first_ns, int64_t last_ns)
{
    for (size_t i = 0; i < f->bound_count; i++) {
        const struct bound *b = &f->bounds[i];

        if (b->anchor != FROM_EPOCH)
            apply_bound(f, b->kind,
                        add_saturated(b->anchor == FROM_FIRST ? first_ns : last_ns, b->ns));
    }
}

/* ---- conditions ---- */

static struct cond *new_cond(struct filter *f, enum cond_kind kind)
{
    struct cond *c = arena_alloc(&f->arena, sizeof *c);

    *c = (struct cond){.kind = kind};
    return c;
}

static void add_kid(struct cond *parent, struct cond *kid)
{
    parent->kids = xreallocarray(parent->kids, parent->count + 1, sizeof *parent->kids);
    parent->kids[parent->count++] = kid;
}

/* Conditions on source, message and level apart from those on the rest. */
static void demand(struct filter *f, enum field field, struct cond *c)
{
    add_kid(field <= FIELD_LEVEL ? &f->by_event : &f->by_rest, c);
}

static int add_pattern(struct filter *f, const struct field_ref *field, struct slice pattern,
                       bool negated, const char *option, struct err *err)
{
    struct cond *c = new_cond(f, COND_FIELD);
    struct err why = ERR_INIT;

    c->field = *field;
    c->re = cond_set_regex(f->set, pattern, &why);
    if (!c->re)
        return err_set(err, "%s: %s", option, why.text);
    if (negated) {
        struct cond *not_c = new_cond(f, COND_NOT);

        not_c->kids = arena_alloc(&f->arena, sizeof *not_c->kids);
        not_c->kids[0] = c;
        not_c->count = 1;
        c = not_c;
    }
    demand(f, field->field, c);
    return 0;
}

static struct cond *equal_cond(struct filter *f, const struct field_ref *field, struct slice text)
{
    struct cond *c = new_cond(f, COND_FIELD);

    c->field = *field;
    c->equal = text;
    return c;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static int add_where(struct filter *f, const char *text, struct err *err)
{
    size_t n = strcspn(text, "=!");
    struct slice name = {text, n}, value;
    struct field_ref field;
    bool negated = text[n] == '!', pattern;

    n += negated;
    pattern = text[n] == '~' || (!negated && text[n] && text[n + 1] == '~');
    if (!text[n] || (negated && text[n] != '=' && text[n] != '~'))
        return err_set(err,
                       "--where wants FIELD=TEXT, FIELD!=TEXT, FIELD=~PATTERN or FIELD!~PATTERN, "
                       "not \"%s\"",
                       text);
    n += pattern && !negated ? 2 : 1;
    while (name.len && is_blank(name.p[name.len - 1]))
        name.len--;
    while (name.len && is_blank(*name.p)) {
        name.p++;
        name.len--;
    }
    value = slice_of(text + n);
    while (value.len && is_blank(*value.p)) {
        value.p++;
        value.len--;
    }
    if (!field_parse(f->set, name, &field))
        return err_set(err, "--where: there is no field \"%.*s\"; there are: %s", (int)name.len,
                       name.p, field_names);
    if (!value.len)
        return err_set(err,
                       "--where: nothing stands behind the operator of \"%s\"; for lines with any "
                       "text in this field, say %.*s=~.",
                       text, (int)name.len, name.p);
    if (pattern)
        return add_pattern(f, &field, value, negated, "--where", err);
    if (negated) {
        struct cond *c = new_cond(f, COND_NOT);

        c->kids = arena_alloc(&f->arena, sizeof *c->kids);
        c->kids[0] = equal_cond(f, &field, value);
        c->count = 1;
        demand(f, field.field, c);
    } else {
        demand(f, field.field, equal_cond(f, &field, value));
    }
    return 0;
}

static int set_level(struct filter *f, const char *text, struct err *err)
{
    for (int i = 0; i < LEVEL_COUNT; i++) {
        if (strcmp(text, level_name((enum level)i)) == 0 ||
            (text[0] == '0' + i && text[1] == '\0')) {
            if (i > (int)f->least)
                f->least = (enum level)i;
            return 0;
        }
    }
    return err_set(err, "--level wants debug, info, error or fatal, not \"%s\"", text);
}

static int add_session(struct filter *f, const char *text, struct err *err)
{
    static const struct field_ref session = {.field = FIELD_SESSION};
    struct strbuf pattern = STRBUF_INIT;
    int rc;

    if (!*text || strspn(text, "0123456789.") != strlen(text))
        return err_set(err, "--session wants a session as 17 or 17.3, not \"%s\"", text);
    strbuf_printf(&pattern, "^\\Q%s\\E(?:\\.|$)", text);
    rc = add_pattern(f, &session, (struct slice){pattern.data, pattern.len}, false, "--session",
                     err);
    strbuf_release(&pattern);
    return rc;
}

/* What one kind of option names, any of which will do. */
static void add_names(struct filter *f, const struct filter_request *rq, enum filter_kind kind,
                      enum field field)
{
    const struct field_ref ref = {.field = field};
    struct cond *any = NULL;

    for (size_t i = 0; i < rq->count; i++) {
        struct cond **kids;

        if (rq->items[i].kind != kind)
            continue;
        if (!any) {
            any = new_cond(f, COND_ANY);
            any->kids = arena_alloc(&f->arena, rq->count * sizeof *any->kids);
        }
        kids = any->kids;
        kids[any->count++] = equal_cond(f, &ref, slice_of(rq->items[i].text));
    }
    if (any)
        demand(f, field, any);
}

static int add_item(struct filter *f, const struct filter_item *item, struct err *err)
{
    static const struct field_ref message = {.field = FIELD_MESSAGE};
    struct slice text = slice_of(item->text);

    switch (item->kind) {
    case FILTER_SINCE:
    case FILTER_UNTIL:
        return add_bound(f, item, err);
    case FILTER_LEVEL:
        return set_level(f, item->text, err);
    case FILTER_MATCH:
        return add_pattern(f, &message, text, false, "--match", err);
    case FILTER_EXCLUDE:
        return add_pattern(f, &message, text, true, "--exclude", err);
    case FILTER_SESSION:
        return add_session(f, item->text, err);
    case FILTER_WHERE:
        return add_where(f, item->text, err);
    case FILTER_JOB: /* all of a kind at once: add_names() */
    case FILTER_VM:
    case FILTER_SOURCE:
        break;
    }
    return 0;
}

struct filter *filter_new(const struct filter_request *rq, struct err *err)
{
    struct filter *f = xcalloc(1, sizeof *f);

    f->since_ns = INT64_MIN;
    f->until_ns = INT64_MAX;
    f->least = LEVEL_DEBUG;
    f->set = cond_set_new();
    f->by_event.kind = f->by_rest.kind = COND_ALL;
    /* what is cheapest to ask comes first */
    add_names(f, rq, FILTER_SOURCE, FIELD_SOURCE);
    add_names(f, rq, FILTER_JOB, FIELD_JOB);
    add_names(f, rq, FILTER_VM, FIELD_VM);
    for (size_t i = 0; i < rq->count; i++) {
        if (add_item(f, &rq->items[i], err) < 0) {
            filter_free(f);
            return NULL;
        }
    }
    for (size_t i = 0; i < f->bound_count; i++) {
        if (f->bounds[i].anchor == FROM_EPOCH)
            apply_bound(f, f->bounds[i].kind, f->bounds[i].ns);
    }
    return f;
}

void filter_free(struct filter *f)
{
    if (!f)
        return;
    free(f->bounds);
    free(f->by_event.kids);
    free(f->by_rest.kids);
    cond_set_free(f->set);
    arena_release(&f->arena);
    free(f);
}

/* ---- looking ---- */

struct sieve *sieve_new(const struct filter *f)
{
    struct sieve *s = xcalloc(1, sizeof *s);

    s->f = f;
    view_init(&s->view, f->set);
    if (f->by_event.count)
        s->slots = xcalloc(SLOT_COUNT, sizeof *s->slots);
    return s;
}

void sieve_free(struct sieve *s)
{
    if (!s)
        return;
    view_release(&s->view);
    placer_release(&s->placer);
    free(s->slots);
    free(s);
}

static bool is_slot_of(const struct slot *k, uint64_t hash, const struct record *r)
{
    return k->used && k->hash == hash && k->level == r->level && k->source_len == r->source.len &&
           k->message_len == r->message.len && memcmp(k->text, r->source.p, r->source.len) == 0 &&
           memcmp(k->text + r->source.len, r->message.p, r->message.len) == 0;
}

/* Do the conditions on source, message and level hold?  The view is of this record. */
static bool event_holds(struct sieve *s, const struct record *r)
{
    uint64_t hash;
    struct slot *k;

    if ((size_t)r->source.len + r->message.len > SLOT_TEXT)
        return cond_holds(&s->f->by_event, &s->view);
    hash = hash_bytes(r->message.p, r->message.len, HASH_SEED + r->level);
    hash = hash_bytes(r->source.p, r->source.len, hash);
    k = &s->slots[hash % SLOT_COUNT];
    if (is_slot_of(k, hash, r))
        return k->taken;
    k->hash = hash;
    k->source_len = (uint16_t)r->source.len;
    k->message_len = (uint16_t)r->message.len;
    k->level = (uint8_t)r->level;
    k->used = true;
    memcpy(k->text, r->source.p, r->source.len);
    memcpy(k->text + r->source.len, r->message.p, r->message.len);
    k->taken = cond_holds(&s->f->by_event, &s->view);
    return k->taken;
}

bool sieve_takes(struct sieve *s, const struct record *r, const struct origin *origin)
{
    const struct filter *f = s->f;
    bool takes = true;

    if (r->time_ns < f->since_ns || r->time_ns > f->until_ns || r->level < f->least)
        return false;
    if (!f->by_event.count && !f->by_rest.count)
        return true;
    view_set(&s->view, r, NO_TRIPLE);
    if (f->by_event.count)
        takes = event_holds(s, r);
    if (takes && f->by_rest.count) {
        view_place(&s->view, placer_find(&s->placer, r, origin));
        takes = cond_holds(&f->by_rest, &s->view);
    }
    if (s->view.texts.chunks)
        arena_reset(&s->view.texts);
    return takes;
}
