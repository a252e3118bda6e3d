/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/line.h"

#include <string.h>

#include "decode/cflogs.h"
#include "decode/dump.h"
#include "decode/json_log.h"
#include "decode/lager.h"
#include "decode/prefix.h"
#include "decode/text.h"

const char *line_kind_name(enum line_kind kind)
{
    static const char *const names[LINE_KIND_COUNT] = {
        "lager", "cf logs", "gorouter", "steno", "text", "dump", "json", "damaged", "bare"};

    return names[kind];
}

static bool holds(const char *text, size_t len, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (memmem(text, len, parts[i], strlen(parts[i])))
            return true;
    }
    return false;
}

/* The head of an entry, perhaps with its quotes escaped. */
static bool holds_head(const char *text, size_t len)
{
    static const char *const heads[] = {"{\"timestamp\"", "{\\\"timestamp\\\"", "{\"log_level\""};

    return holds(text, len, heads, sizeof heads / sizeof *heads);
}

/* A part of an entry whose head is lost. */
static bool holds_rest(const char *text, size_t len)
{
    static const char *const rests[] = {"\"log_level\":", "\"data\":{", "\"timestamp\":"};
    const char *start = record_text_start(text, text + len);

    return (start < text + len && *start == '{') ||
           holds(text, len, rests, sizeof rests / sizeof *rests);
}

/* What is no lager and no entry of JSON either, and whether the line begins with a whole object. */
static enum line_kind plain_kind(const char *text, size_t len, bool object, struct record *r)
{
    if (holds_head(text, len))
        return LINE_DAMAGED;
    if (text_decode(text, len, r))
        return LINE_TEXT;
    if (object)
        return LINE_JSON;
    if (dump_line(text, len))
        return LINE_DUMP;
    return holds_rest(text, len) ? LINE_DAMAGED : LINE_BARE;
}

/* An entry of JSON that is not lager's; the object is scanned again, for such lines are few. */
static enum line_kind json_kind(const char *text, size_t len, struct record *r)
{
    struct envelope e;
    struct jmembers members;
    const char *end = envelope_scan(text, len, &e, &members);
    bool alone = end && !memchr(end, '}', (size_t)(text + len - end));
    enum line_kind kind;

    if (!alone)
        return plain_kind(text, len, false, r);
    switch (json_log_decode(&e, r)) {
    case JSON_LOG_GOROUTER:
        kind = LINE_GOROUTER;
        break;
    case JSON_LOG_STENO:
        kind = LINE_STENO;
        break;
    case JSON_LOG_BROKEN:
        return LINE_DAMAGED;
    default:
        return plain_kind(text, len, e.object == record_text_start(text, text + len), r);
    }
    prefix_origin((struct slice){text, (size_t)(e.object - text)}, r);
    return kind;
}

void line_decode(const char *text, size_t len, struct line *line)
{
    if (lager_decode(text, len, &line->record))
        line->kind = LINE_LAGER;
    else if (cflogs_decode(text, len, &line->record))
        line->kind = LINE_CF_LOGS;
    else
        line->kind = json_kind(text, len, &line->record);
}
