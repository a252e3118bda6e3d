/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/lager.h"

#include <string.h>

#include "base/nstime.h"

const char *level_name(enum level level)
{
    static const char *const names[LEVEL_COUNT] = {"debug", "info", "error", "fatal"};

    return names[level];
}

/* The values of the envelope, as they were met; checked when the line is over. */
struct envelope {
    struct jvalue timestamp, source, message, log_level, level, data;
};

/* The values of data that belong to the envelope. */
struct inner {
    struct jvalue session, error, trace, job, index;
};

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

static inline struct jvalue *plain_inner_slot(struct inner *in, struct jstr key)
{
    switch (key.len) {
    case 5:
        return KEY_IS("error") ? &in->error : KEY_IS("trace") ? &in->trace : NULL;
    case 7:
        return KEY_IS("session") ? &in->session : NULL;
    case 12:
        return KEY_IS("cicerone-job") ? &in->job : NULL;
    case 14:
        return KEY_IS("cicerone-index") ? &in->index : NULL;
    default:
        return NULL;
    }
}

/* A key with escapes, as what it stands for; release the buffer. */
static struct jstr unescaped(struct jstr key, struct strbuf *buffer)
{
    jscan_unescape(buffer, key.p, key.len);
    return (struct jstr){buffer->data, (uint32_t)buffer->len, false};
}

static inline struct jvalue *envelope_slot(struct envelope *e, struct jstr key)
{
    struct strbuf buffer = STRBUF_INIT;
    struct jvalue *slot;

    if (!key.escaped)
        return plain_envelope_slot(e, key);
    slot = plain_envelope_slot(e, unescaped(key, &buffer));
    strbuf_release(&buffer);
    return slot;
}

static inline struct jvalue *inner_slot(struct inner *in, struct jstr key)
{
    struct strbuf buffer = STRBUF_INIT;
    struct jvalue *slot;

    if (!key.escaped)
        return plain_inner_slot(in, key);
    slot = plain_inner_slot(in, unescaped(key, &buffer));
    strbuf_release(&buffer);
    return slot;
}

/* A key, p at its quote, and the colon; returns the byte where the value starts, or NULL. */
static inline const char *member_key(const char *p, struct jstr *key)
{
    if (*p != '"')
        return NULL;
    p = jscan_string(p + 1, key);
    if (!p)
        return NULL;
    p = jscan_blank(p);
    return *p == ':' ? jscan_blank(p + 1) : NULL;
}

/*
 * Behind a value: past the comma to the next key, or past the brace to the end
 * of the object (*done); NULL if neither stands there.
 */
static inline const char *member_next(const char *p, bool *done)
{
    p = jscan_blank(p);
    *done = *p == '}';
    if (*done)
        return p + 1;
    return *p == ',' ? jscan_blank(p + 1) : NULL;
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

/* Check the object behind "data", p at its brace, and note the inner values. */
static const char *scan_data(const char *p, struct inner *in)
{
    struct jvalue v, *slot;
    struct jstr key;
    bool done;

    in->session.kind = in->error.kind = in->trace.kind = in->job.kind = in->index.kind = J_ABSENT;
    p = jscan_blank(p + 1);
    if (*p == '}')
        return p + 1;
    for (;;) {
        p = member_key(p, &key);
        if (!p)
            return NULL;
        p = member_value(p, &v);
        if (!p)
            return NULL;
        slot = inner_slot(in, key);
        if (slot)
            *slot = v;
        p = member_next(p, &done);
        if (!p || done)
            return p;
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

/* Check a line as lager itself writes it; false if it is anything else. */
static inline bool scan_usual_line(const char *p, struct envelope *e, struct inner *in)
{
    const char *data = scan_usual_head(p, e), *end = data ? scan_data(data, in) : NULL;

    if (!end || *end != '}')
        return false;
    e->data = (struct jvalue){J_OBJECT, false, data, (size_t)(end - data)};
    return true;
}

/* Check the whole object, p at its brace, and note the values. */
static const char *scan_line(const char *p, struct envelope *e, struct inner *in)
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
            p = scan_data(p, in);
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

static inline struct jstr as_jstr(const struct jvalue *v)
{
    return (struct jstr){v->p, (uint32_t)v->len, v->escaped};
}

/* A name of a level in any case. */
static bool level_of_name(struct jstr s, enum level *level)
{
    if (s.escaped) {
        struct strbuf plain = STRBUF_INIT;
        bool ok;

        jscan_unescape(&plain, s.p, s.len);
        ok = level_of_name((struct jstr){plain.data, (uint32_t)plain.len, false}, level);
        strbuf_release(&plain);
        return ok;
    }
    for (int i = 0; i < LEVEL_COUNT; i++) {
        const char *name = level_name((enum level)i);
        size_t n = 0;

        if (s.len != strlen(name))
            continue;
        while (n < s.len && (s.p[n] | 0x20) == name[n])
            n++;
        if (n == s.len) {
            *level = (enum level)i;
            return true;
        }
    }
    return false;
}

static bool find_level(const struct envelope *e, enum level *level)
{
    bool found = false;

    if (e->log_level.kind != J_ABSENT) {
        struct jvalue v = e->log_level;

        if (v.kind == J_NUMBER && *v.p == '-' && v.p[1] == '0') /* minus nought is nought */
            v = (struct jvalue){J_NUMBER, false, v.p + 1, v.len - 1};
        if (v.kind != J_NUMBER || v.len != 1 || *v.p > '3')
            return false;
        *level = (enum level)(*v.p - '0');
        found = true;
    }
    if (e->level.kind != J_ABSENT) {
        if (e->level.kind != J_STRING || !level_of_name(as_jstr(&e->level), level))
            return false;
        found = true;
    }
    return found;
}

static bool find_time(const struct jvalue *v, int64_t *time_ns)
{
    struct strbuf plain = STRBUF_INIT;
    bool ok;

    if (v->kind != J_STRING)
        return false;
    if (!v->escaped)
        return nstime_parse(v->p, v->len, time_ns);
    jscan_unescape(&plain, v->p, v->len);
    ok = plain.len > 0 && nstime_parse(plain.data, plain.len, time_ns);
    strbuf_release(&plain);
    return ok;
}

/* A string or absent, in *s; false if it is something else. */
static inline bool string_or_absent(const struct jvalue *v, struct jstr *s)
{
    *s = v->kind == J_STRING ? as_jstr(v) : (struct jstr){NULL, 0, false};
    return v->kind == J_STRING || v->kind == J_ABSENT;
}

static bool find_inner(const struct inner *in, struct record *r)
{
    if (!string_or_absent(&in->session, &r->session))
        return false;
    r->error = r->trace = (struct jstr){NULL, 0, false};
    if (r->level >= LEVEL_ERROR &&
        (!string_or_absent(&in->error, &r->error) || !string_or_absent(&in->trace, &r->trace)))
        return false;
    r->job = r->index = (struct jstr){NULL, 0, false};
    if (in->job.kind == J_STRING)
        r->job = as_jstr(&in->job);
    if (in->index.kind == J_STRING || in->index.kind == J_NUMBER)
        r->index = as_jstr(&in->index);
    return true;
}

bool lager_decode(const char *line, size_t len, struct record *r)
{
    const char *p = len && *line == '{' ? line : memchr(line, '{', len);
    struct envelope e = {0};
    struct inner in;

    if (!p)
        return false;
    if (!scan_usual_line(p, &e, &in)) {
        memset(&e, 0, sizeof e);
        memset(&in, 0, sizeof in);
        if (!scan_line(p, &e, &in))
            return false;
    }
    if (e.source.kind != J_STRING || e.message.kind != J_STRING || !find_level(&e, &r->level) ||
        !find_time(&e.timestamp, &r->time_ns))
        return false;
    r->rfc3339 = e.timestamp.len > 10 && e.timestamp.p[4] == '-';
    r->source = as_jstr(&e.source);
    r->message = as_jstr(&e.message);
    switch (e.data.kind) {
    case J_OBJECT:
        r->data = (struct slice){e.data.p, e.data.len};
        break;
    case J_ABSENT:
    case J_NULL:
        r->data = (struct slice){NULL, 0};
        memset(&in, 0, sizeof in); /* an earlier data does not count */
        break;
    default:
        return false;
    }
    return find_inner(&in, r);
}
