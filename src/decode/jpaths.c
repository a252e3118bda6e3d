/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/jpaths.h"

#include <stdlib.h>

#include "base/xalloc.h"

#define NO_SLOT SIZE_MAX

/* Keys of this length and longer ones are looked up together. */
#define LONG_KEY 63

/* A key of some path.  Its children are the keys that may follow below it, the shorter first. */
struct node {
    char *key;
    size_t len;
    size_t slot; /* of the path that ends here, or NO_SLOT */
    struct node *children;
    size_t count;
    uint32_t first[LONG_KEY + 2]; /* per length: the first child with a key that is not shorter */
};

struct jpaths {
    struct node root;
    size_t slots;
};

struct jpaths *jpaths_new(void)
{
    struct jpaths *set = xcalloc(1, sizeof *set);

    set->root.slot = NO_SLOT;
    return set;
}

static void node_release(struct node *n)
{
    for (size_t i = 0; i < n->count; i++)
        node_release(&n->children[i]);
    free(n->children);
    free(n->key);
}

void jpaths_free(struct jpaths *set)
{
    if (set) {
        node_release(&set->root);
        free(set);
    }
}

static inline size_t length_class(size_t len)
{
    return len < LONG_KEY ? len : LONG_KEY;
}

static struct node *child(struct node *n, struct slice key)
{
    size_t class = length_class(key.len), at = n->first[class + 1];
    struct node *c;

    for (size_t i = n->first[class]; i < at; i++) {
        c = &n->children[i];
        if (c->len == key.len && memcmp(c->key, key.p, key.len) == 0)
            return c;
    }
    n->children = xreallocarray(n->children, n->count + 1, sizeof *n->children);
    c = &n->children[at];
    memmove(c + 1, c, (n->count - at) * sizeof *c);
    *c = (struct node){.key = xmemdup0(key.p, key.len), .len = key.len, .slot = NO_SLOT};
    n->count++;
    for (size_t i = class + 1; i < sizeof n->first / sizeof *n->first; i++)
        n->first[i]++;
    return c;
}

size_t jpaths_add(struct jpaths *set, struct slice path)
{
    const char *p = path.p, *end = path.p + path.len;
    struct node *n = &set->root;

    for (;;) {
        const char *dot = memchr(p, '.', (size_t)(end - p));

        if (!dot)
            dot = end;
        n = child(n, (struct slice){p, (size_t)(dot - p)});
        if (dot == end)
            break;
        p = dot + 1;
    }
    if (n->slot == NO_SLOT)
        n->slot = set->slots++;
    return n->slot;
}

size_t jpaths_count(const struct jpaths *set)
{
    return set->slots;
}

/* Past a checked value, p at its first byte. */
static const char *skip_value(const char *p, struct jvalue *v)
{
    struct jstr s;
    size_t depth = 0;

    if (*p == '"') {
        const char *end = jscan_string(p + 1, &s);

        *v = (struct jvalue){J_STRING, s.escaped, s.p, s.len};
        return end;
    }
    if (*p != '{' && *p != '[')
        return jscan_value(p, v);
    *v = (struct jvalue){*p == '{' ? J_OBJECT : J_ARRAY, false, p, 0};
    /* Brackets are known to match, so counting them is enough. */
    do {
        if (*p == '"') {
            p = jscan_string(p + 1, &s);
            continue;
        }
        if (*p == '{' || *p == '[')
            depth++;
        else if (*p == '}' || *p == ']')
            depth--;
        p++;
    } while (depth);
    v->len = (size_t)(p - v->p);
    return p;
}

/* What is found, and a bit for each of the first slots. */
struct finds {
    struct jvalue *slots;
    uint64_t present;
};

static void forget(const struct node *n, struct finds *f)
{
    if (n->slot != NO_SLOT) {
        f->slots[n->slot].kind = J_ABSENT;
        if (n->slot < 64)
            f->present &= ~(UINT64_C(1) << n->slot);
    }
    for (size_t i = 0; i < n->count; i++)
        forget(&n->children[i], f);
}

static inline void keep(const struct node *n, const struct jvalue *v, struct finds *f)
{
    if (n->slot == NO_SLOT)
        return;
    f->slots[n->slot] = *v;
    if (n->slot < 64)
        f->present |= UINT64_C(1) << n->slot;
}

static const struct node *find_escaped(const struct node *n, struct jstr key)
{
    for (size_t i = 0; i < n->count; i++) {
        if (jscan_equals(key, n->children[i].key, n->children[i].len))
            return &n->children[i];
    }
    return NULL;
}

/* The child of that key, or NULL. */
static inline const struct node *find_child(const struct node *n, struct jstr key)
{
    size_t class = length_class(key.len);

    if (key.escaped)
        return find_escaped(n, key);
    for (size_t i = n->first[class]; i < n->first[class + 1]; i++) {
        const struct node *c = &n->children[i];

        if (key.len == c->len && bytes_equal(key.p, c->key, c->len))
            return c;
    }
    return NULL;
}

/* Depth of recursion is the depth of the paths, not of the line. */
static const char *walk(const struct node *n, const char *p, struct finds *f)
{
    struct jvalue v;
    struct jstr key;

    p = jscan_blank(p + 1);
    while (*p != '}') {
        const struct node *hit;

        if (*p == ',')
            p = jscan_blank(p + 1);
        p = jscan_string(p + 1, &key);
        p = jscan_blank(jscan_blank(p) + 1);
        hit = find_child(n, key);
        if (hit && hit->count)
            forget(hit, f);
        if (hit && hit->count && *p == '{') {
            v = (struct jvalue){J_OBJECT, false, p, 0};
            p = walk(hit, p, f);
            v.len = (size_t)(p - v.p);
        } else {
            p = skip_value(p, &v);
        }
        if (hit)
            keep(hit, &v, f);
        p = jscan_blank(p);
    }
    return p + 1;
}

static inline void take_member(const struct node *hit, const struct jmember *m, struct finds *f)
{
    if (hit->count) {
        forget(hit, f);
        if (m->value.kind == J_OBJECT)
            walk(hit, m->value.p, f);
    }
    keep(hit, &m->value, f);
}

/* walk(), of members that have been noted. */
static void take_members(const struct node *n, const struct jmembers *members, struct finds *f)
{
    for (size_t i = 0; i < members->count; i++) {
        const struct node *hit = find_child(n, members->list[i].key);

        if (hit)
            take_member(hit, &members->list[i], f);
    }
}

uint64_t jpaths_find(const struct jpaths *set, struct slice object, struct jvalue *slots)
{
    struct finds f = {slots, 0};

    for (size_t i = 0; i < set->slots; i++)
        slots[i].kind = J_ABSENT;
    if (object.len)
        walk(&set->root, object.p, &f);
    return f.present;
}

/* ---- what is remembered ---- */

/* As many as this of one object are remembered; more are wanted hardly ever. */
#define WANTED_ROOM 8

/* Of one shape: which members are wanted, and by which children of the root. */
struct wanted {
    uint32_t shape;
    uint8_t count;
    uint8_t member[WANTED_ROOM], child[WANTED_ROOM];
};

#define WANTED_PLACES 64 /* a power of two */

struct jpaths_memo {
    uint64_t present; /* what the slots hold */
    struct wanted wanted[WANTED_PLACES];
};

struct jpaths_memo *jpaths_memo_new(void)
{
    return xcalloc(1, sizeof(struct jpaths_memo));
}

void jpaths_memo_free(struct jpaths_memo *memo)
{
    free(memo);
}

/* Which members of data of this shape are wanted; NULL if they can't be told. */
static struct wanted *wanted_of(const struct jpaths *set, struct jpaths_memo *memo,
                                const struct jmembers *members)
{
    struct wanted *w = &memo->wanted[members->shape & (WANTED_PLACES - 1)];

    if (w->shape == members->shape)
        return w;
    w->shape = 0;
    w->count = 0;
    for (size_t i = 0; i < members->count; i++) {
        const struct node *hit = find_child(&set->root, members->list[i].key);

        if (!hit)
            continue;
        if (w->count == WANTED_ROOM || hit - set->root.children > UINT8_MAX)
            return NULL;
        w->member[w->count] = (uint8_t)i;
        w->child[w->count++] = (uint8_t)(hit - set->root.children);
    }
    w->shape = members->shape;
    return w;
}

static void find_again(const struct jpaths *set, struct jpaths_memo *memo, struct slice object,
                       const struct jmembers *members, struct finds *f)
{
    const struct wanted *w = members->shape ? wanted_of(set, memo, members) : NULL;

    if (!w && members->whole)
        take_members(&set->root, members, f);
    else if (!w)
        walk(&set->root, object.p, f);
    for (size_t i = 0; w && i < w->count; i++)
        take_member(&set->root.children[w->child[i]], &members->list[w->member[i]], f);
}

uint64_t jpaths_find_again(const struct jpaths *set, struct jpaths_memo *memo, struct slice object,
                           const struct jmembers *members, struct jvalue *slots)
{
    struct finds f = {slots, 0};

    for (uint64_t left = memo->present; left; left &= left - 1)
        slots[__builtin_ctzll(left)].kind = J_ABSENT;
    for (size_t i = 64; i < set->slots; i++)
        slots[i].kind = J_ABSENT;
    if (object.len) /* else there are no members */
        find_again(set, memo, object, members, &f);
    memo->present = f.present;
    return f.present;
}

bool jobject_next(struct slice object, const char **at, struct jstr *key, struct jvalue *value)
{
    const char *p = jscan_blank(*at == object.p ? *at + 1 : *at);

    if (*p == ',')
        p = jscan_blank(p + 1);
    if (*p == '}')
        return false;
    p = jscan_string(p + 1, key);
    *at = skip_value(jscan_blank(jscan_blank(p) + 1), value);
    return true;
}

bool jarray_next(struct slice array, const char **at, struct jvalue *element)
{
    const char *p = jscan_blank(*at == array.p ? *at + 1 : *at);

    if (*p == ',')
        p = jscan_blank(p + 1);
    if (*p == ']')
        return false;
    *at = skip_value(p, element);
    return true;
}
