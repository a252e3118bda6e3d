/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/tag_memo.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/xalloc.h"

/* Each set of places is in order of use, the last that was looked for first: what comes often must
 * not push out something else that does. */
#define WAYS 4
#define SETS 64 /* a power of two */

/* Values of data that tags may follow from. */
#define MAX_SLOTS 8

/* What is longer is worked out each time. */
#define MAX_TEXT_BYTES 512

/* One memory block: the tags, what they follow from, and their texts lie behind. */
struct entry {
    struct known_tags known;
    struct entry *next; /* of those that lost their places */
    uint64_t hash;
    uint32_t triple, vm;
    const char *key; /* per slot its kind, its length and its text */
    size_t key_len;
    struct tag_text tags[];
};

struct tag_memo {
    size_t slots[MAX_SLOTS];
    size_t slot_count;
    bool by_vm;
    struct entry *sets[SETS][WAYS];
    struct entry *lost;
    /* of the record that was looked for last */
    uint64_t hash;
    uint32_t triple, vm;
    char key[MAX_TEXT_BYTES];
    size_t key_len; /* 0: too long */
};

/* ---- what do tags follow from? ---- */

static bool add_field(struct tag_memo *m, const struct field_ref *ref)
{
    switch (ref->field) {
    case FIELD_MESSAGE:
    case FIELD_SOURCE:
    case FIELD_LEVEL:
        return true;
    case FIELD_JOB:
    case FIELD_INDEX:
    case FIELD_VM:
        m->by_vm = true;
        return true;
    case FIELD_DATA:
        for (size_t i = 0; i < m->slot_count; i++) {
            if (m->slots[i] == ref->slot)
                return !ref->each;
        }
        if (ref->each || m->slot_count == MAX_SLOTS)
            return false;
        m->slots[m->slot_count++] = ref->slot;
        return true;
    case FIELD_SESSION:
    case FIELD_PROCESS:
    case FIELD_FILE:
        return false;
    }
    return false;
}

static bool add_cond(struct tag_memo *m, const struct cond *c)
{
    if (c->kind == COND_FIELD)
        return add_field(m, &c->field);
    for (size_t i = 0; i < c->count; i++) {
        if (!add_cond(m, c->kids[i]))
            return false;
    }
    return true;
}

static bool add_rule(struct tag_memo *m, const struct rule *rule)
{
    if (rule->when && !add_cond(m, rule->when))
        return false;
    if (!rule->join)
        return rule->text.len || add_field(m, &rule->field);
    for (size_t i = 0; i < rule->count; i++) {
        if (!add_rule(m, &rule->parts[i]))
            return false;
    }
    return true;
}

struct tag_memo *tag_memo_new(const struct lifecycle *lc)
{
    struct tag_memo *m = xcalloc(1, sizeof *m);

    for (size_t i = 0; i < lc->tag_count; i++) {
        const struct rules *rules = &lc->tags[i].rules;

        if (lc->tags[i].kind != TAG_RULES || lc->tags[i].unused)
            continue;
        for (size_t k = 0; k < rules->count; k++) {
            if (!add_rule(m, &rules->list[k])) {
                free(m);
                return NULL;
            }
        }
    }
    return m;
}

/* ---- what is known ---- */

/* What the tags of the record follow from, in m->key. */
static void make_key(struct tag_memo *m, struct view *v)
{
    size_t len = 0;

    m->key_len = 0;
    for (size_t i = 0; i < m->slot_count; i++) {
        const struct jvalue *value = view_slot(v, m->slots[i]);
        /* no tag is taken from a value that holds others */
        size_t n = value->kind == J_OBJECT || value->kind == J_ARRAY ? 0 : value->len;

        if (value->kind == J_ABSENT)
            n = 0;
        if (len + n + 1 + sizeof n > sizeof m->key)
            return;
        m->key[len++] = (char)value->kind;
        memcpy(m->key + len, &n, sizeof n);
        len += sizeof n;
        if (n)
            memcpy(m->key + len, value->p, n);
        len += n;
    }
    m->key_len = len;
}

/* Is it of the record that is looked for? */
static inline bool is_sought(const struct tag_memo *m, const struct entry *e)
{
    return e->hash == m->hash && e->triple == m->triple && e->vm == m->vm &&
           e->key_len == m->key_len && bytes_equal(e->key, m->key, m->key_len);
}

/* Put an entry first in its set, the others of the places before n behind it. */
static void put_first(struct entry **set, struct entry *e, size_t n)
{
    memmove(set + 1, set, n * sizeof *set);
    set[0] = e;
}

struct known_tags *tag_memo_find(struct tag_memo *m, struct view *v, uint32_t triple, uint32_t vm)
{
    struct entry **set;

    m->triple = triple;
    m->vm = m->by_vm ? vm : 0;
    make_key(m, v);
    if (m->slot_count && !m->key_len)
        return NULL;
    m->hash = hash_bytes(m->key, m->key_len, HASH_SEED ^ ((uint64_t)triple << 32 | m->vm));
    set = m->sets[m->hash & (SETS - 1)];
    for (size_t i = 0; i < WAYS && set[i]; i++) {
        struct entry *e = set[i];

        if (is_sought(m, e)) {
            if (i)
                put_first(set, e, i);
            return &e->known;
        }
    }
    return NULL;
}

static void lose(struct tag_memo *m, struct entry *e)
{
    if (e) {
        e->next = m->lost;
        m->lost = e;
    }
}

struct known_tags *tag_memo_add(struct tag_memo *m, const struct tag_text *tags, size_t count)
{
    size_t texts = m->key_len;
    struct entry *e, **set = m->sets[m->hash & (SETS - 1)];
    char *p;

    for (size_t i = 0; i < count; i++)
        texts += tags[i].text.len;
    if ((m->slot_count && !m->key_len) || texts > 2 * MAX_TEXT_BYTES)
        return NULL;
    e = xmalloc(sizeof *e + count * sizeof *tags + texts);
    *e = (struct entry){.known = {e->tags, count, NO_TAG_SET},
                        .hash = m->hash,
                        .triple = m->triple,
                        .vm = m->vm,
                        .key_len = m->key_len};
    p = (char *)(e->tags + count);
    e->key = p;
    memcpy(p, m->key, m->key_len);
    p += m->key_len;
    for (size_t i = 0; i < count; i++) {
        e->tags[i] = (struct tag_text){tags[i].slot, tags[i].rule, {p, tags[i].text.len}};
        memcpy(p, tags[i].text.p, tags[i].text.len);
        p += tags[i].text.len;
    }
    lose(m, set[WAYS - 1]);
    put_first(set, e, WAYS - 1);
    return &e->known;
}

void tag_memo_forget(struct tag_memo *m)
{
    while (m->lost) {
        struct entry *e = m->lost;

        m->lost = e->next;
        free(e);
    }
}

void tag_memo_empty(struct tag_memo *m)
{
    for (size_t i = 0; i < SETS; i++) {
        for (size_t k = 0; k < WAYS; k++)
            lose(m, m->sets[i][k]);
    }
    memset(m->sets, 0, sizeof m->sets);
}

void tag_memo_free(struct tag_memo *m)
{
    if (!m)
        return;
    tag_memo_empty(m);
    tag_memo_forget(m);
    free(m);
}
