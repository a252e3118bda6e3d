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

static bool find_inner(const struct jvalue *const *in, struct record *r)
{
    const struct jvalue *job = in[INNER_JOB], *index = in[INNER_INDEX];

    if (!string_or_absent(in[INNER_SESSION], &r->session))
        return false;
    r->error = NO_TEXT;
    r->trace = NO_TEXT;
    if (r->level >= LEVEL_ERROR && (!string_or_absent(in[INNER_ERROR], &r->error) ||
                                    !string_or_absent(in[INNER_TRACE], &r->trace)))
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
        memset(e->in, 0, sizeof e->in); /* an earlier data does not count */
        break;
    default:
        return false;
    }
    return find_inner(e->in, r) && !is_gorouter(e, r);
}

bool lager_decode(const char *line, size_t len, struct record *r)
{
    struct envelope e;
    const char *end = envelope_scan(line, len, &e, &r->members);

    if (!end || !find_values(&e, r))
        return false;
    /* A brace in what is behind: another writer's entry, or the rest of one cut in two by this. */
    if (end < line + len && memchr(end, '}', (size_t)(line + len - end)))
        return false;
    if (e.object > line && !r->job.p)
        prefix_origin((struct slice){line, (size_t)(e.object - line)}, r);
    return true;
}

const char *lager_decode_next(const char *line, struct record *r)
{
    struct envelope e;
    const char *end = envelope_scan_usual(line, &e, &r->members);

    if (!end || !find_values(&e, r))
        return NULL;
    end = jscan_blank(end);
    return *end == '\n' ? end : NULL;
}
