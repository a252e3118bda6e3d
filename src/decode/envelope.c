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

/* Which of the members looked for a key without escapes names, or INNER_COUNT. */
static inline enum inner plain_inner_key(struct jstr key)
{
    switch (key.len) {
    case 5:
        return KEY_IS("error") ? INNER_ERROR : KEY_IS("trace") ? INNER_TRACE : INNER_COUNT;
    case 7:
        return KEY_IS("session") ? INNER_SESSION : INNER_COUNT;
    case 12:
        return KEY_IS("cicerone-job") ? INNER_JOB : INNER_COUNT;
    case 14:
        return KEY_IS("cicerone-index") ? INNER_INDEX : INNER_COUNT;
    default:
        return INNER_COUNT;
    }
}

/* A key with escapes, as what it stands for; release the buffer. */
static struct jstr unescaped(struct jstr key, struct strbuf *buffer)
{
    jscan_unescape(buffer, key.p, key.len);
    return (struct jstr){buffer->data, (uint32_t)buffer->len, false};
}

static struct jvalue *envelope_slot(struct envelope *e, struct jstr key)
{
    struct strbuf buffer = STRBUF_INIT;
    struct jvalue *slot;

    if (!key.escaped)
        return plain_envelope_slot(e, key);
    slot = plain_envelope_slot(e, unescaped(key, &buffer));
    strbuf_release(&buffer);
    return slot;
}

__attribute__((noinline)) static enum inner escaped_inner_key(struct jstr key)
{
    struct strbuf buffer = STRBUF_INIT;
    enum inner inner = plain_inner_key(unescaped(key, &buffer));

    strbuf_release(&buffer);
    return inner;
}

/* A key, p at its quote, and the colon; returns the byte where the value starts, or NULL. */
static inline const char *member_key(const char *p, struct jstr *key)
{
    if (*p != '"')
        return NULL;
    p = jscan_string(p + 1, key);
    return p ? jscan_past(p, ':') : NULL;
}

/*
 * Behind a value: past the comma to the next key, or past the brace to the end
 * of the object (*done); NULL if neither stands there.
 */
static inline const char *member_next(const char *p, bool *done)
{
    const char *next = jscan_past(p, ',');

    *done = !next;
    if (next)
        return next;
    p = jscan_blank(p);
    return *p == '}' ? p + 1 : NULL;
}

/* jscan_value(), for strings without a call. */
static inline const char *member_value(const char *p, struct jvalue *v)
{
    struct jstr s;

    if (*p != '"')
        return jscan_value(p, v);
    p = jscan_string(p + 1, &s);
    *v = (struct jvalue){J_STRING, s.escaped, s.p, s.len};
    return p;
}

/* Check the object behind "data", p at its brace, and note its members. */
static const char *scan_data(const char *p, struct envelope *e, struct jmembers *members)
{
    struct jmember *to = members->list, *last = to + JMEMBERS_ROOM;
    struct jstr key;
    enum inner inner;
    bool done;

    for (int i = 0; i < INNER_COUNT; i++)
        e->in[i] = NULL;
    members->whole = true;
    members->count = 0;
    p = jscan_blank(p + 1);
    if (*p == '}')
        return p + 1;
    for (;;) {
        p = member_key(p, &key);
        if (!p)
            return NULL;
        to->key = key;
        inner = key.escaped ? escaped_inner_key(key) : plain_inner_key(key);
        p = member_value(p, &to->value);
        if (!p)
            return NULL;
        if (inner != INNER_COUNT) {
            e->in[inner] = &to->value;
            if (to == last) {
                e->late[inner] = to->value;
                e->in[inner] = &e->late[inner];
            }
        }
        if (to == last)
            members->whole = false;
        else
            to++;
        p = member_next(p, &done);
        if (!p || done) {
            members->count = (uint32_t)(to - members->list);
            return p;
        }
    }
}

#define STANDS_AT(p, literal) (memcmp(p, literal, sizeof(literal) - 1) == 0)

/* A string behind a literal that ends with its opening quote. */
static inline const char *string_value(const char *p, struct jvalue *v)
{
    struct jstr s;

    p = jscan_string(p, &s);
    *v = (struct jvalue){J_STRING, s.escaped, s.p, s.len};
    return p;
}

/*
 * The keys as lager itself writes them, in its order and without blanks: they
 * need no looking up.  Returns the byte where data's object starts, or NULL if
 * anything is otherwise, and then scan_line() decides.
 */
static inline const char *scan_usual_head(const char *p, struct envelope *e)
{
    e->level.kind = e->log_level.kind = J_ABSENT;
    if (!STANDS_AT(p, "{\"timestamp\":\""))
        return NULL;
    p = string_value(p + 14, &e->timestamp);
    if (p && STANDS_AT(p, ",\"level\":\""))
        p = string_value(p + 10, &e->level);
    if (!p || !STANDS_AT(p, ",\"source\":\""))
        return NULL;
    p = string_value(p + 11, &e->source);
    if (!p || !STANDS_AT(p, ",\"message\":\""))
        return NULL;
    p = string_value(p + 12, &e->message);
    if (!p)
        return NULL;
    if (STANDS_AT(p, ",\"log_level\":")) {
        if (p[13] < '0' || p[13] > '9')
            return NULL;
        e->log_level = (struct jvalue){J_NUMBER, false, p + 13, 1};
        p += 14;
    }
    return STANDS_AT(p, ",\"data\":{") ? p + 8 : NULL;
}

const char *envelope_scan_usual(const char *p, struct envelope *e, struct jmembers *members)
{
    const char *data = scan_usual_head(p, e), *end = data ? scan_data(data, e, members) : NULL;

    e->object = p;
    if (!end || *end != '}')
        return NULL;
    e->data = (struct jvalue){J_OBJECT, false, data, (size_t)(end - data)};
    return end + 1;
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
        p = member_key(p, &key);
        if (!p)
            return NULL;
        slot = envelope_slot(e, key);
        if (slot == &e->data && *p == '{') {
            v = (struct jvalue){J_OBJECT, false, p, 0};
            p = scan_data(p, e, members);
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
        p = member_next(p, &done);
        if (!p || done)
            return p;
    }
}

const char *envelope_scan(const char *line, size_t len, struct envelope *e,
                          struct jmembers *members)
{
    const char *p = len && *line == '{' ? line : memchr(line, '{', len), *end;

    if (!p) {
        e->object = NULL;
        return NULL;
    }
    end = envelope_scan_usual(p, e, members);
    if (end)
        return end;
    memset(e, 0, sizeof *e);
    e->object = p;
    return scan_line(p, e, members);
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
