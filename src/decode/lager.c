/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/lager.h"

#include <string.h>

#include "base/nstime.h"
#include "decode/envelope.h"
#include "decode/prefix.h"

#define NO_TEXT ((struct jstr){NULL, 0, false})

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
        if (e->level.kind != J_STRING || !level_of_name(envelope_text(&e->level), level))
            return false;
        found = true;
    }
    return found;
}

static bool parse_time(const char *p, size_t len, struct record *r)
{
    r->rfc3339 = len > 10 && p[4] == '-';
    return nstime_parse(p, len, &r->time_ns);
}

static bool find_time(const struct jvalue *v, struct record *r)
{
    struct strbuf plain = STRBUF_INIT;
    bool ok;

    if (v->kind != J_STRING)
        return false;
    if (!v->escaped)
        return parse_time(v->p, v->len, r);
    jscan_unescape(&plain, v->p, v->len);
    ok = plain.len > 0 && parse_time(plain.data, plain.len, r);
    strbuf_release(&plain);
    return ok;
}

/* A string or absent, in *s; false if it is something else. */
static inline bool string_or_absent(const struct jvalue *v, struct jstr *s)
{
    *s = NO_TEXT;
    if (!v)
        return true;
    if (v->kind != J_STRING)
        return false;
    *s = envelope_text(v);
    return true;
}

static inline bool find_inner(const struct inners *in, struct record *r)
{
    const struct jvalue *job = in->at[INNER_JOB], *index = in->at[INNER_INDEX];

    if (!string_or_absent(in->at[INNER_SESSION], &r->session))
        return false;
    r->error = NO_TEXT;
    r->trace = NO_TEXT;
    if (r->level >= LEVEL_ERROR && (!string_or_absent(in->at[INNER_ERROR], &r->error) ||
                                    !string_or_absent(in->at[INNER_TRACE], &r->trace)))
        return false;
    r->job = NO_TEXT;
    r->index = NO_TEXT;
    if (job && job->kind == J_STRING)
        r->job = envelope_text(job);
    if (index && (index->kind == J_STRING || index->kind == J_NUMBER))
        r->index = envelope_text(index);
    return true;
}

/*
 * gorouter numbers its levels otherwise, and its later entries look like
 * lager's but for this: lager has no number beside an RFC 3339 time, and its
 * messages begin with their source.
 */
static bool is_gorouter(const struct envelope *e, const struct record *r)
{
    return r->rfc3339 && e->level.kind == J_ABSENT && !envelope_message_names_source(e);
}

static bool find_values(struct envelope *e, struct record *r)
{
    if (e->source.kind != J_STRING || e->message.kind != J_STRING || !find_level(e, &r->level) ||
        !find_time(&e->timestamp, r))
        return false;
    r->source = envelope_text(&e->source);
    r->message = envelope_text(&e->message);
    switch (e->data.kind) {
    case J_OBJECT:
        r->data = (struct slice){e->data.p, e->data.len};
        break;
    case J_ABSENT:
    case J_NULL:
        r->data = (struct slice){NULL, 0};
        memset(e->inners.at, 0, sizeof e->inners.at); /* an earlier data does not count */
        break;
    default:
        return false;
    }
    return find_inner(&e->inners, r) && !is_gorouter(e, r);
}

/* ---- as lager writes it ---- */

#define STANDS_AT(p, literal) (memcmp(p, literal, sizeof(literal) - 1) == 0)

/* The time, p behind its opening quote; returns the byte behind the closing one, or NULL. */
static inline const char *usual_time(const char *p, struct record *r)
{
    struct jstr s = {p, 20, false}; /* seconds and nanoseconds */

    r->rfc3339 = p[4] == '-';
    if (r->rfc3339) {
        if (!jscan_string(p, &s) || s.escaped)
            return NULL;
        return nstime_parse_rfc3339(s.p, s.len, &r->time_ns) ? p + s.len + 1 : NULL;
    }
    return p[20] == '"' && nstime_parse_epoch(p, 20, &r->time_ns) ? p + 21 : NULL;
}

/* The name of the level, likewise. */
static inline const char *usual_level(const char *p, struct record *r)
{
    struct jstr s;

    p = jscan_string(p, &s);
    return p && level_of_name(s, &r->level) ? p : NULL;
}

/*
 * The keys as lager itself writes them, in its order and without blanks: they need no looking up.
 * Returns the byte where data's object starts, or NULL if anything is otherwise.
 */
static inline const char *usual_head(const char *p, struct record *r)
{
    bool named;

    if (!STANDS_AT(p, "{\"timestamp\":\""))
        return NULL;
    p = usual_time(p + 14, r);
    named = p && STANDS_AT(p, ",\"level\":\"");
    if (named)
        p = usual_level(p + 10, r);
    if (!p || !STANDS_AT(p, ",\"source\":\""))
        return NULL;
    p = jscan_string(p + 11, &r->source);
    if (!p || !STANDS_AT(p, ",\"message\":\""))
        return NULL;
    p = jscan_string(p + 12, &r->message);
    if (!p)
        return NULL;
    if (!named) {
        /* with a time of RFC 3339 it may be gorouter's */
        if (r->rfc3339 || !STANDS_AT(p, ",\"log_level\":") || p[13] < '0' || p[13] > '3')
            return NULL;
        r->level = (enum level)(p[13] - '0');
        p += 14;
    }
    return STANDS_AT(p, ",\"data\":{") ? p + 8 : NULL;
}

/* A line as lager itself writes it; returns the byte behind its object, or NULL if it is another.
 * shapes may be NULL. */
static inline const char *decode_usual(const char *line, struct shapes *shapes, struct record *r)
{
    const char *data = usual_head(line, r), *end;
    const struct shape *shape = &shape_none;
    struct inners in;

    if (!data)
        return NULL;
    if (shapes)
        shape = shapes_foresee(shapes, r->message);
    end = data_scan(data, shape, &in, &r->members);
    if (!end || *end != '}' || !find_inner(&in, r))
        return NULL;
    r->data = (struct slice){data, (size_t)(end - data)};
    if (shapes && r->members.foreseen < r->members.count)
        shapes_learn(shapes, r->message, &r->members);
    return end + 1;
}

/* ---- any line ---- */

/* A brace in what is behind: another writer's entry, or the rest of one cut in two by this. */
static bool is_alone(const char *end, const char *line_end)
{
    return end == line_end || !memchr(end, '}', (size_t)(line_end - end));
}

bool lager_decode(const char *line, size_t len, struct record *r)
{
    const char *end = decode_usual(line, NULL, r);
    struct envelope e;

    if (end)
        return is_alone(end, line + len);
    end = envelope_scan(line, len, &e, &r->members);
    if (!end || !find_values(&e, r) || !is_alone(end, line + len))
        return false;
    if (e.object > line && !r->job.p)
        prefix_origin((struct slice){line, (size_t)(e.object - line)}, r);
    return true;
}

const char *lager_decode_next(const char *line, struct shapes *shapes, struct record *r)
{
    const char *end = decode_usual(line, shapes, r);

    if (!end)
        return NULL;
    end = jscan_blank(end);
    return *end == '\n' ? end : NULL;
}
