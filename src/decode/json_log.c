/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/json_log.h"

#include <string.h>

#include "base/nstime.h"

static bool gorouter_level(const struct jvalue *v, enum level *level)
{
    static const enum level levels[] = {LEVEL_DEBUG, LEVEL_INFO, LEVEL_INFO, LEVEL_ERROR,
                                        LEVEL_FATAL};

    if (v->kind != J_NUMBER || v->len != 1 || *v->p < '0' || *v->p > '4')
        return false;
    *level = levels[*v->p - '0'];
    return true;
}

static bool steno_level(const struct jvalue *v, enum level *level)
{
    return v->kind == J_STRING && level_of_word((struct slice){v->p, v->len}, level);
}

static bool number_time(const struct jvalue *v, int64_t *time_ns)
{
    return v->kind == J_NUMBER && nstime_parse_epoch(v->p, v->len, time_ns);
}

/* With a time of RFC 3339 and its source before the message it is a lager entry gone wrong. */
static bool gorouter_time(const struct envelope *e, int64_t *time_ns)
{
    return number_time(&e->timestamp, time_ns) ||
           (e->timestamp.kind == J_STRING && !envelope_message_names_source(e) &&
            nstime_parse_rfc3339(e->timestamp.p, e->timestamp.len, time_ns));
}

static void set_values(const struct envelope *e, struct record *r)
{
    r->rfc3339 = e->timestamp.kind == J_STRING;
    r->source = envelope_text(&e->source);
    r->message = envelope_text(&e->message);
    if (e->data.kind == J_OBJECT)
        r->data = (struct slice){e->data.p, e->data.len};
}

enum json_log json_log_decode(const struct envelope *e, struct record *r)
{
    bool texts = e->source.kind == J_STRING && e->message.kind == J_STRING;

    *r = (struct record){0};
    if (texts && e->level.kind == J_ABSENT) {
        if (gorouter_level(&e->log_level, &r->level) && gorouter_time(e, &r->time_ns)) {
            set_values(e, r);
            return JSON_LOG_GOROUTER;
        }
        if (steno_level(&e->log_level, &r->level) && number_time(&e->timestamp, &r->time_ns)) {
            set_values(e, r);
            return JSON_LOG_STENO;
        }
    }
    return e->timestamp.kind != J_ABSENT && e->message.kind != J_ABSENT ? JSON_LOG_BROKEN
                                                                        : JSON_LOG_FOREIGN;
}
