/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/record.h"

#include <strings.h>

const char *level_name(enum level level)
{
    static const char *const names[LEVEL_COUNT] = {"debug", "info", "error", "fatal"};

    return names[level];
}

bool level_of_word(struct slice word, enum level *level)
{
    static const struct {
        const char *word;
        enum level level;
    } words[] = {
        {"debug", LEVEL_DEBUG},  {"dbg", LEVEL_DEBUG},      {"debug1", LEVEL_DEBUG},
        {"debug2", LEVEL_DEBUG}, {"trace", LEVEL_DEBUG},    {"trc", LEVEL_DEBUG},
        {"info", LEVEL_INFO},    {"inf", LEVEL_INFO},       {"notice", LEVEL_INFO},
        {"warn", LEVEL_INFO},    {"warning", LEVEL_INFO},   {"wrn", LEVEL_INFO},
        {"error", LEVEL_ERROR},  {"err", LEVEL_ERROR},      {"severe", LEVEL_ERROR},
        {"fatal", LEVEL_FATAL},  {"ftl", LEVEL_FATAL},      {"panic", LEVEL_FATAL},
        {"crit", LEVEL_FATAL},   {"critical", LEVEL_FATAL}, {"alert", LEVEL_FATAL},
        {"emerg", LEVEL_FATAL},
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (word.len == strlen(words[i].word) &&
            strncasecmp(word.p, words[i].word, word.len) == 0) {
            *level = words[i].level;
            return true;
        }
    }
    return false;
}

static struct jstr plain(struct slice s)
{
    return (struct jstr){s.p ? s.p : "", (uint32_t)s.len, false};
}

uint32_t record_source(const struct record *r, struct intern *sources)
{
    struct strbuf plain = STRBUF_INIT;
    uint32_t n;

    if (!r->source.escaped)
        return intern_add(sources, (struct slice){r->source.p, r->source.len});
    jscan_unescape(&plain, r->source.p, r->source.len);
    n = intern_add(sources, (struct slice){plain.data, plain.len});
    strbuf_release(&plain);
    return n;
}

void record_set_plain(struct record *r, int64_t time_ns, enum level level, struct slice source,
                      struct slice message)
{
    while (message.len && message.p[message.len - 1] == '\r')
        message.len--;
    *r = (struct record){
        .time_ns = time_ns, .level = level, .source = plain(source), .message = plain(message)};
}
