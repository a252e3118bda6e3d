/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/jpaths.h"

#include <stdlib.h>

#include "base/xalloc.h"

#define NO_SLOT SIZE_MAX

/* A key of some path.  Its children are the keys that may follow below it. */
struct node {
    char *key;
    size_t len;
    size_t slot; /* of the path that ends here, or NO_SLOT */
    struct node *children;
    size_t count;
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

static struct node *child(struct node *n, struct slice key)
{
    struct node *c;

    for (size_t i = 0; i < n->count; i++) {
        c = &n->children[i];
        if (c->len == key.len && memcmp(c->key, key.p, key.len) == 0)
            return c;
    }
    n->children = xreallocarray(n->children, n->count + 1, sizeof *n->children);
    c = &n->children[n->count++];
    *c = (struct node){xmemdup0(key.p, key.len), key.len, NO_SLOT, NULL, 0};
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

static void forget(const struct node *n, struct jvalue *slots)
{
    if (n->slot != NO_SLOT)
        slots[n->slot].kind = J_ABSENT;
    for (size_t i = 0; i < n->count; i++)
        forget(&n->children[i], slots);
}

/* Depth of recursion is the depth of the paths, not of the line. */
static const char *walk(const struct node *n, const char *p, struct jvalue *slots)
{
    struct jvalue v;
    struct jstr key;

    p = jscan_blank(p + 1);
    while (*p != '}') {
        const struct node *hit = NULL;

        if (*p == ',')
            p = jscan_blank(p + 1);
        p = jscan_string(p + 1, &key);
        p = jscan_blank(jscan_blank(p) + 1);
        for (size_t i = 0; i < n->count; i++) {
            const struct node *c = &n->children[i];

            if (key.escaped ? jscan_equals(key, c->key, c->len)
                            : key.len == c->len && memcmp(key.p, c->key, c->len) == 0) {
                hit = c;
                break;
            }
        }
        if (hit)
            forget(hit, slots);
        if (hit && hit->count && *p == '{') {
            v = (struct jvalue){J_OBJECT, false, p, 0};
            p = walk(hit, p, slots);
            v.len = (size_t)(p - v.p);
        } else {
            p = skip_value(p, &v);
        }
        if (hit && hit->slot != NO_SLOT)
            slots[hit->slot] = v;
        p = jscan_blank(p);
    }
    return p + 1;
}

void jpaths_find(const struct jpaths *set, struct slice object, struct jvalue *slots)
{
    for (size_t i = 0; i < set->slots; i++)
        slots[i] = (struct jvalue){J_ABSENT, false, NULL, 0};
    if (object.len)
        walk(&set->root, object.p, slots);
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
