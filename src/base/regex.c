/* SPDX-License-Identifier: Apache-2.0 */
#include "base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdatomic.h>
#include <stdlib.h>

#include "base/xalloc.h"

/* A repeated group on a text of some kilobytes needs more than the 32 KiB there are by default. */
#define JIT_STACK_LEAST ((size_t)16 * 1024)
#define JIT_STACK_MOST  ((size_t)1024 * 1024)

#define MATCH_LIMIT   100000
#define DEPTH_LIMIT   1000
#define MAX_GROUPS    8
#define OVECTOR_PAIRS (MAX_GROUPS + 1)

struct regex {
    /* the text between ^ and $ if that is all, else NULL; the code is not needed then */
    char *word;
    size_t word_len;
    pcre2_code *code;
    uint32_t groups;
    bool jit;
};

/* One of each per thread, made at its first match: a match must not allocate. */
static _Thread_local pcre2_match_data *thread_match;
static _Thread_local pcre2_match_context *thread_context;
static _Thread_local pcre2_jit_stack *thread_stack;

/* Is it ^WORD$, where only a letter, a digit, '-' or '_' stands for itself?  Sources are asked for
 * so. */
static bool is_word(struct slice pattern)
{
    if (pattern.len < 3 || pattern.p[0] != '^' || pattern.p[pattern.len - 1] != '$')
        return false;
    for (size_t i = 1; i + 1 < pattern.len; i++) {
        char c = pattern.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            c != '-' && c != '_')
            return false;
    }
    return true;
}

static struct regex *word_new(struct slice word)
{
    struct regex *re = xcalloc(1, sizeof *re);

    re->word = xmemdup0(word.p, word.len);
    re->word_len = word.len;
    return re;
}

struct regex *regex_new(struct slice pattern, struct err *err)
{
    struct regex *re;
    PCRE2_SIZE offset, jit_bytes = 0;
    int code;
    pcre2_code *compiled;

    if (is_word(pattern))
        return word_new((struct slice){pattern.p + 1, pattern.len - 2});
    compiled = pcre2_compile((PCRE2_SPTR)(pattern.p ? pattern.p : ""), pattern.len,
                             PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C, &code, &offset, NULL);
    if (!compiled) {
        PCRE2_UCHAR why[200] = "";

        pcre2_get_error_message(code, why, sizeof why);
        err_set(err, "bad pattern \"%.*s\": %s, at character %zu", (int)pattern.len, pattern.p,
                (const char *)why, (size_t)offset + 1);
        return NULL;
    }
    re = xcalloc(1, sizeof *re);
    re->code = compiled;
    pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
    /* what tells is the result: it says "done" of a pattern with (*NO_JIT), too */
    re->jit = pcre2_pattern_info(compiled, PCRE2_INFO_JITSIZE, &jit_bytes) == 0 && jit_bytes > 0;
    pcre2_pattern_info(compiled, PCRE2_INFO_CAPTURECOUNT, &re->groups);
    return re;
}

void regex_free(struct regex *re)
{
    if (re) {
        pcre2_code_free(re->code);
        free(re->word);
        free(re);
    }
}

static void prepare_thread(void)
{
    thread_match = pcre2_match_data_create(OVECTOR_PAIRS, NULL);
    thread_context = pcre2_match_context_create(NULL);
    thread_stack = pcre2_jit_stack_create(JIT_STACK_LEAST, JIT_STACK_MOST, NULL);
    if (!thread_match || !thread_context || !thread_stack)
        xalloc_fail();
    pcre2_jit_stack_assign(thread_context, NULL, thread_stack);
    pcre2_set_match_limit(thread_context, MATCH_LIMIT);
    pcre2_set_depth_limit(thread_context, DEPTH_LIMIT);
}

/* As PCRE has it, $ is before a line end at the end, too. */
static bool word_matches(const struct regex *re, struct slice text)
{
    if (text.len == re->word_len + 1 && text.p[re->word_len] == '\n')
        text.len--;
    return text.len == re->word_len && bytes_equal(text.p, re->word, text.len);
}

static _Atomic bool gave_up;

static int match(const struct regex *re, struct slice text)
{
    int rc;
    PCRE2_SPTR p = (PCRE2_SPTR)(text.p ? text.p : "");

    if (!thread_match)
        prepare_thread();
    rc = re->jit ? pcre2_jit_match(re->code, p, text.len, 0, 0, thread_match, thread_context)
                 : pcre2_match(re->code, p, text.len, 0, 0, thread_match, thread_context);
    if (rc < PCRE2_ERROR_NOMATCH) /* of the errors there are, only those of limits come up here */
        gave_up = true;
    return rc;
}

bool regex_match(const struct regex *re, struct slice text)
{
    return re->word ? word_matches(re, text) : match(re, text) >= 0;
}

bool regex_capture(const struct regex *re, struct slice text, struct slice *groups, size_t max)
{
    PCRE2_SIZE *pairs;
    int rc;

    if (re->word) {
        for (size_t i = 0; i < max; i++)
            groups[i] = (struct slice){NULL, 0};
        return word_matches(re, text);
    }
    rc = match(re, text);
    if (rc < 0)
        return false;
    if (!text.p)
        text.p = "";
    if (rc == 0) /* more groups than pairs; those that fit are there */
        rc = OVECTOR_PAIRS;
    pairs = pcre2_get_ovector_pointer(thread_match);
    for (size_t i = 0; i < max; i++) {
        groups[i] = (struct slice){NULL, 0};
        if ((int)i + 1 < rc && pairs[2 * i + 2] != PCRE2_UNSET)
            groups[i] =
                (struct slice){text.p + pairs[2 * i + 2], pairs[2 * i + 3] - pairs[2 * i + 2]};
    }
    return true;
}

bool regex_gave_up(void)
{
    return gave_up;
}

size_t regex_groups(const struct regex *re)
{
    return re->groups;
}

void regex_thread_release(void)
{
    pcre2_match_data_free(thread_match);
    pcre2_match_context_free(thread_context);
    pcre2_jit_stack_free(thread_stack);
    thread_match = NULL;
    thread_stack = NULL;
    thread_context = NULL;
}
