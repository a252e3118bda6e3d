/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/data.h"

__attribute__((noinline)) static enum inner escaped_inner_key(struct jstr key)
{
    struct strbuf buffer = STRBUF_INIT;
    enum inner inner;

    jscan_unescape(&buffer, key.p, key.len);
    inner = inner_of_key((struct jstr){buffer.data, (uint32_t)buffer.len, false});
    strbuf_release(&buffer);
    return inner;
}

/* The end of a whole number without a sign that is a member's value, or NULL if it is none. */
static inline const char *whole_number(const char *p)
{
    const char *end = p;

    while (*end >= '0' && *end <= '9')
        end++;
    return end > p && (*end == ',' || *end == '}') && (*p != '0' || end == p + 1) ? end : NULL;
}

/* jscan_value(), for what there is most of without a call. */
static inline const char *member_value(const char *p, struct jvalue *v)
{
    const char *end;
    struct jstr s;

    if (*p == '"') {
        p = jscan_string(p + 1, &s);
        *v = (struct jvalue){J_STRING, s.escaped, s.p, s.len};
        return p;
    }
    end = whole_number(p);
    if (!end)
        return jscan_value(p, v);
    *v = (struct jvalue){J_NUMBER, false, p, (size_t)(end - p)};
    return end;
}

/* A member of data was read: is it one that is looked for?  Returns the place of the next one. */
static inline struct jmember *note_member(struct jmember *m, enum inner inner, struct inners *in)
{
    if (inner != INNER_COUNT)
        in->at[inner] = &m->value;
    return m + 1;
}

/* The members whose keys are foreseen, from the brace of data at *at; the place of the next one, or
 * NULL if it is not JSON. */
static inline struct jmember *scan_foreseen(const char **at, struct inners *in, struct jmember *to,
                                            const struct shape *shape)
{
    const char *p = *at;

    for (size_t i = 0; i < shape->count; i++) {
        const struct shape_key *key = &shape->keys[i];

        if (!shape_key_is_at(shape, key, p))
            break;
        to->key = (struct jstr){p + 2, key->len - 4u, false};
        p = member_value(jscan_blank(p + key->len), &to->value);
        if (!p)
            return NULL;
        to = note_member(to, (enum inner)key->inner, in);
    }
    *at = p;
    return to;
}

const char *data_scan(const char *p, const struct shape *shape, struct inners *in,
                      struct jmembers *members)
{
    struct jmember *to, *last = members->list + JMEMBERS_ROOM;
    struct jstr key;
    enum inner inner;
    bool done;

    for (int i = 0; i < INNER_COUNT; i++)
        in->at[i] = NULL;
    members->whole = true;
    to = scan_foreseen(&p, in, members->list, shape);
    if (!to)
        return NULL;
    members->count = members->foreseen = (uint32_t)(to - members->list);
    members->shape = 0;
    if (!members->count) {
        p = jscan_blank(p + 1);
        if (*p == '}')
            return p + 1;
    } else if (*p == '}' && members->count == shape->count) {
        members->shape = shape->number;
        return p + 1;
    } else {
        p = jscan_next(p, &done);
        if (!p || done)
            return p;
    }
    for (;;) {
        p = jscan_key(p, &key);
        if (!p)
            return NULL;
        to->key = key;
        inner = key.escaped ? escaped_inner_key(key) : inner_of_key(key);
        p = member_value(p, &to->value);
        if (!p)
            return NULL;
        if (to < last) {
            to = note_member(to, inner, in);
        } else {
            members->whole = false;
            if (inner != INNER_COUNT) {
                in->late[inner] = to->value;
                in->at[inner] = &in->late[inner];
            }
        }
        p = jscan_next(p, &done);
        if (!p || done) {
            members->count = (uint32_t)(to - members->list);
            return p;
        }
    }
}
