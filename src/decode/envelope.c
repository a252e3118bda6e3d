/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/envelope.h"

#include <string.h>

#define KEY_IS(text) (memcmp(key.p, text, sizeof(text) - 1) == 0)

/* Which value of the envelope a key without escapes names, or NULL. */
static inline struct jvalue *plain_envelope_slot(struct envelope *e, struct jstr key)
{
    switch (key.len) {
    case 4:
        return KEY_IS("data") ? &e->data : NULL;
    case 5:
        return KEY_IS("level") ? &e->level : NULL;
    case 6:
        return KEY_IS("source") ? &e->source : NULL;
    case 7:
        return KEY_IS("message") ? &e->message : NULL;
    case 9:
        return KEY_IS("timestamp") ? &e->timestamp : KEY_IS("log_level") ? &e->log_level : NULL;
    default:
        return NULL;
    }
}

static struct jvalue *envelope_slot(struct envelope *e, struct jstr key)
{
    struct strbuf buffer = STRBUF_INIT;
    struct jvalue *slot;

    if (!key.escaped)
        return plain_envelope_slot(e, key);
    jscan_unescape(&buffer, key.p, key.len);
    slot = plain_envelope_slot(e, (struct jstr){buffer.data, (uint32_t)buffer.len, false});
    strbuf_release(&buffer);
    return slot;
}

/* Check the whole object, p at its brace, and note the values. */
static const char *scan_line(const char *p, struct envelope *e, struct jmembers *members)
{
    struct jvalue v, *slot;
    struct jstr key;
    bool done;

    p = jscan_blank(p + 1);
    if (*p == '}')
        return p + 1;
    for (;;) {
        p = jscan_key(p, &key);
        if (!p)
            return NULL;
        slot = envelope_slot(e, key);
        if (slot == &e->data && *p == '{') {
            v = (struct jvalue){J_OBJECT, false, p, 0};
            p = data_scan(p, &shape_none, &e->inners, members);
            if (!p)
                return NULL;
            v.len = (size_t)(p - v.p);
        } else {
            p = jscan_value(p, &v);
            if (!p)
                return NULL;
        }
        if (slot)
            *slot = v;
        p = jscan_next(p, &done);
        if (!p || done)
            return p;
    }
}

const char *envelope_scan(const char *line, size_t len, struct envelope *e,
                          struct jmembers *members)
{
    const char *p = memchr(line, '{', len);

    if (p)
        memset(e, 0, sizeof *e);
    e->object = p;
    return p ? scan_line(p, e, members) : NULL;
}

/* Is the first text at the start of the second, with a dot behind? */
static bool leads(const char *a, size_t a_len, const char *b, size_t b_len)
{
    return b_len > a_len && b[a_len] == '.' && (a_len == 0 || memcmp(a, b, a_len) == 0);
}

bool envelope_message_names_source(const struct envelope *e)
{
    struct strbuf source = STRBUF_INIT, message = STRBUF_INIT;
    bool yes;

    if (!e->source.escaped && !e->message.escaped)
        return leads(e->source.p, e->source.len, e->message.p, e->message.len);
    jscan_unescape(&source, e->source.p, e->source.len);
    jscan_unescape(&message, e->message.p, e->message.len);
    yes = leads(source.data, source.len, message.data, message.len);
    strbuf_release(&source);
    strbuf_release(&message);
    return yes;
}
