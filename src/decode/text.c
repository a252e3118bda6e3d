/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/text.h"

#include <string.h>

#include "base/nstime.h"
#include "decode/prefix.h"

/* What was found in front of the stamp. */
struct head {
    bool syslog, version; /* "<14>", and "<14>1 " */
    bool any_level;
    enum level level;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && is_digit(*p))
        p++;
    return p;
}

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p;
}

/* Up to the next blank, and on to the word after it. */
static const char *take_word(const char *p, const char *end, struct slice *word)
{
    *word = (struct slice){p, 0};
    while (p < end && *p != ' ' && *p != '\t' && *p != '\r')
        p++;
    word->len = (size_t)(p - word->p);
    return skip_blanks(p, end);
}

/* "<14>1 " or "<13>", perhaps behind the length of octet-counted syslog; p if there is none. */
static const char *take_priority(const char *p, const char *end, struct head *h)
{
    const char *open = skip_digits(p, end), *close;

    if (open > p)
        open = skip_blanks(open, end);
    if (open == end || *open != '<')
        return p;
    close = skip_digits(open + 1, end);
    if (close == open + 1 || close == end || *close != '>')
        return p;
    h->syslog = true;
    close++;
    h->version = end - close > 1 && is_digit(close[0]) && close[1] == ' ';
    return h->version ? close + 2 : close;
}

/* "[478] ", a process; "D, ", Ruby's level. */
static const char *take_lead(const char *p, const char *end, struct head *h)
{
    static const char letters[] = "DIWEF";
    static const enum level levels[] = {LEVEL_DEBUG, LEVEL_INFO, LEVEL_INFO, LEVEL_ERROR,
                                        LEVEL_FATAL};
    const char *close = p < end && *p == '[' ? skip_digits(p + 1, end) : end;
    const char *letter;

    if (end - close > 1 && close > p + 1 && close[0] == ']' && close[1] == ' ')
        return skip_blanks(close + 1, end);
    if (end - p > 3 && p[1] == ',' && p[2] == ' ') {
        letter = memchr(letters, *p, sizeof letters - 1);
        if (letter) {
            h->any_level = true;
            h->level = levels[letter - letters];
            return p + 3;
        }
    }
    return p;
}

/* Behind the stamp: the bracket or comma that closes it, and blanks. */
static const char *take_close(const char *p, const char *end, bool bracket)
{
    const char *close = bracket ? memchr(p, ']', (size_t)(end - p)) : NULL;

    /* "[2016-08-06 15:00:56 #17098] ": Ruby's process, and nothing else */
    if (close && (close == p || (close - p < 16 && p[0] == ' ' && p[1] == '#')))
        p = close + 1;
    else if (p < end && (*p == ',' || *p == ':' || *p == '|'))
        p++;
    return skip_blanks(p, end);
}

/* The words of a syslog header behind its stamp; returns where the message starts. */
static const char *take_header(const char *p, const char *end, bool version, struct slice *program)
{
    struct slice word;

    p = take_word(p, end, &word); /* the host */
    p = take_word(p, end, program);
    if (version) {
        p = take_word(p, end, &word); /* PROCID */
        p = take_word(p, end, &word); /* MSGID */
        if (end - p > 1 && p[0] == '-' && p[1] == ' ')
            return skip_blanks(p + 1, end);
    }
    if (p < end && *p == '[') {
        const char *close = memchr(p, ']', (size_t)(end - p));

        if (close)
            p = skip_blanks(close + 1, end);
    }
    return p;
}

/* The level that the first word says, bare or in brackets. */
static enum level first_word_level(const char *p, const char *end)
{
    enum level level = LEVEL_INFO;
    struct slice word;

    take_word(p, end, &word);
    if (word.len && *word.p == '[') {
        word.p++;
        word.len--;
    }
    while (word.len && (word.p[word.len - 1] == ']' || word.p[word.len - 1] == ':'))
        word.len--;
    level_of_word(word, &level);
    return level;
}

bool text_decode(const char *text, size_t len, struct record *r)
{
    const char *end = text + len, *p = record_text_start(text, end), *behind;
    struct slice program = {"", 0};
    struct head h = {0};
    int64_t time_ns;
    bool zoned, bracket;
    size_t n;

    p = take_priority(p, end, &h);
    if (!h.syslog)
        p = take_lead(p, end, &h);
    bracket = p < end && *p == '[';
    p += bracket;
    n = nstime_take_stamp(p, (size_t)(end - p), &time_ns, &zoned);
    if (!n)
        return false;
    behind = p = take_close(p + n, end, bracket);
    if (h.syslog)
        p = take_header(p, end, h.version, &program);
    record_set_plain(r, time_ns, h.any_level ? h.level : first_word_level(p, end), program,
                     (struct slice){p, (size_t)(end - p)});
    if (h.syslog)
        prefix_origin((struct slice){behind, (size_t)(p - behind)}, r);
    return true;
}
