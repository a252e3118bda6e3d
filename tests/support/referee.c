/* SPDX-License-Identifier: Apache-2.0 */
#include "support/referee.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/xalloc.h"
#include "decode/jpaths.h"
#include "decode/lager.h"

#define LOAD_FLAGS (JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL)

/* Replace the number that ends before at by one that jansson can hold. */
static void shrink_number(char *line, size_t at)
{
    size_t start = at;

    while (start > 0 && line[start - 1] && strchr("0123456789+-.eE", line[start - 1])) {
        start--;
        /* a sign is the number's first byte, unless it is the exponent's */
        if (line[start] == '-' && start > 0 && (line[start - 1] | 0x20) != 'e')
            break;
    }
    if (start == at) /* never seen; without progress the caller would not end */
        abort();
    if (line[start] == '-') /* stays, or the digits of `1-1e999` would join */
        start++;
    memset(line + start, ' ', at - start);
    line[start] = '9';
}

/* Make every \u0000 a \u0001. */
static void replace_nul_escapes(char *line, size_t len)
{
    for (size_t i = 0; i + 6 <= len; i++) {
        if (line[i] != '\\')
            continue;
        if (memcmp(line + i, "\\u0000", 6) == 0)
            line[i + 5] = '1';
        i++; /* what is escaped does not escape */
    }
}

/* Replace the bytes that jansson cannot take anywhere. */
static void replace_bytes(char *line, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)line[i] >= 0x80)
            line[i] = 'q';
        else if (line[i] == '\0')
            line[i] = '\x01';
    }
}

json_t *referee_load(char *line, size_t len, size_t *used, bool *undecided)
{
    json_error_t error;
    json_t *root;

    *undecided = false;
    replace_bytes(line, len);
    for (;;) {
        root = json_loadb(line, len, LOAD_FLAGS, &error);
        *used = (size_t)error.position;
        if (root)
            return root;
        switch (json_error_code(&error)) {
        case json_error_numeric_overflow:
            shrink_number(line, (size_t)error.position);
            break;
        case json_error_null_byte_in_key:
            replace_nul_escapes(line, len);
            break;
        case json_error_stack_overflow:
            *undecided = true;
            return NULL;
        case json_error_out_of_memory:
            xalloc_fail();
        default:
            return NULL;
        }
    }
}

static struct slice text_of(const json_t *string)
{
    return (struct slice){json_string_value(string), json_string_length(string)};
}

/* Digits from *p, at least min and at most max of them, as a number. */
static bool take_digits(const char **p, const char *end, int min, int max, int64_t *value)
{
    int n = 0;

    *value = 0;
    for (; *p < end && **p >= '0' && **p <= '9'; (*p)++, n++) {
        if (n == max)
            return false;
        *value = *value * 10 + (**p - '0');
    }
    return n >= min;
}

static bool take_char(const char **p, const char *end, const char *any_of)
{
    if (*p == end || **p == '\0' || !strchr(any_of, **p))
        return false;
    (*p)++;
    return true;
}

/* A fraction, if a point stands there. */
static bool take_fraction(const char **p, const char *end, int min, int64_t *ns)
{
    const char *start;

    *ns = 0;
    if (!take_char(p, end, "."))
        return true;
    start = *p;
    if (!take_digits(p, end, min, 9, ns))
        return false;
    for (size_t n = (size_t)(*p - start); n < 9; n++)
        *ns *= 10;
    return true;
}

static bool epoch_time(const char *p, const char *end, int64_t *time_ns)
{
    int64_t seconds, ns;

    if (!take_digits(&p, end, 1, 11, &seconds) || !take_fraction(&p, end, 0, &ns) || p != end)
        return false;
    if (seconds > INT64_MAX / 1000000000 - 1)
        return false;
    *time_ns = seconds * 1000000000 + ns;
    return true;
}

static bool rfc3339_time(const char *p, const char *end, int64_t *time_ns)
{
    int64_t year, month, day, hour, minute, second, ns, east = 0, off_hour, off_minute, seconds;
    struct tm tm = {0}, back;
    time_t t;

    if (!take_digits(&p, end, 4, 4, &year) || !take_char(&p, end, "-") ||
        !take_digits(&p, end, 2, 2, &month) || !take_char(&p, end, "-") ||
        !take_digits(&p, end, 2, 2, &day) || !take_char(&p, end, "Tt") ||
        !take_digits(&p, end, 2, 2, &hour) || !take_char(&p, end, ":") ||
        !take_digits(&p, end, 2, 2, &minute) || !take_char(&p, end, ":") ||
        !take_digits(&p, end, 2, 2, &second) || !take_fraction(&p, end, 1, &ns))
        return false;
    if (!take_char(&p, end, "Zz")) {
        bool west = p < end && *p == '-';

        if (!take_char(&p, end, "+-") || !take_digits(&p, end, 2, 2, &off_hour) ||
            !take_char(&p, end, ":") || !take_digits(&p, end, 2, 2, &off_minute) || off_hour > 23 ||
            off_minute > 59)
            return false;
        east = (off_hour * 60 + off_minute) * (west ? -60 : 60);
    }
    if (p != end || hour > 23 || minute > 59 || second > 60)
        return false;
    tm.tm_year = (int)year - 1900;
    tm.tm_mon = (int)month - 1;
    tm.tm_mday = (int)day;
    t = timegm(&tm);
    /* The C library turns 31 April into 1 May; so a date that comes back changed was none. */
    if (!gmtime_r(&t, &back) || back.tm_year != (int)year - 1900 || back.tm_mon != (int)month - 1 ||
        back.tm_mday != (int)day)
        return false;
    seconds = (int64_t)t + hour * 3600 + minute * 60 + second - east;
    if (llabs(seconds) >= 9223372036)
        return false;
    *time_ns = seconds * 1000000000 + ns;
    return true;
}

bool referee_time(const char *text, size_t len, int64_t *time_ns)
{
    return rfc3339_time(text, text + len, time_ns) || epoch_time(text, text + len, time_ns);
}

static int level_named(const json_t *name)
{
    static const char *const names[] = {"debug", "info", "error", "fatal"};

    for (int i = 0; i < 4; i++) {
        if (json_string_length(name) == strlen(names[i]) &&
            strcasecmp(json_string_value(name), names[i]) == 0)
            return i;
    }
    return -1;
}

static bool decode_level(const json_t *root, int *level)
{
    const json_t *number = json_object_get(root, "log_level");
    const json_t *name = json_object_get(root, "level");

    *level = -1;
    if (number) {
        if (!json_is_integer(number) || json_integer_value(number) < 0 ||
            json_integer_value(number) > 3)
            return false;
        *level = (int)json_integer_value(number);
    }
    if (name)
        *level = level_named(name);
    return *level >= 0;
}

/* A string in an object, or empty; false if it is something else. */
static bool string_in(const json_t *object, const char *key, struct slice *text)
{
    const json_t *value = json_object_get(object, key);

    *text = (struct slice){NULL, 0};
    if (!value)
        return true;
    *text = text_of(value);
    return json_is_string(value);
}

static bool decode_data(struct referee_record *r)
{
    json_t *data = json_object_get(r->root, "data"), *job, *index;

    if (!data || json_is_null(data))
        return true;
    if (!json_is_object(data))
        return false;
    r->data = data;
    if (!string_in(data, "session", &r->session))
        return false;
    if (r->level >= 2 &&
        (!string_in(data, "error", &r->error) || !string_in(data, "trace", &r->trace)))
        return false;
    job = json_object_get(data, "cicerone-job");
    index = json_object_get(data, "cicerone-index");
    if (json_is_string(job))
        r->job = text_of(job);
    if (json_is_string(index) || json_is_number(index))
        r->index = index;
    return true;
}

/* Take a text off the front of another. */
static bool take_slice(struct slice *s, struct slice text)
{
    if (s->len < text.len || !slice_eq((struct slice){s->p, text.len}, text))
        return false;
    *s = (struct slice){s->p + text.len, s->len - text.len};
    return true;
}

static bool take(struct slice *s, const char *text)
{
    return take_slice(s, slice_of(text));
}

/* Take the bytes that are, or are not, among some. */
static struct slice span(struct slice *s, const char *bytes, bool among)
{
    struct slice taken = {s->p, 0};

    while (s->len && (*s->p && strchr(bytes, *s->p)) == among) {
        s->p++;
        s->len--;
        taken.len++;
    }
    return taken;
}

static bool good_name(struct slice s)
{
    span(&s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-", true);
    return s.len == 0;
}

/* The value behind an equals sign. */
static struct slice take_value(struct slice *s)
{
    struct slice value;

    if (!take(s, "\""))
        return span(s, " ]", false);
    value = (struct slice){s->p, 0};
    for (bool escaped = false; s->len && (escaped || *s->p != '"'); s->p++, s->len--) {
        escaped = !escaped && *s->p == '\\';
        value.len++;
    }
    take(s, "\"");
    return value;
}

/* The words in the brackets, up to the closing one. */
static void decode_words(struct slice s, struct referee_record *r)
{
    struct slice job = {NULL, 0}, index = {NULL, 0}, id = {NULL, 0};

    while (span(&s, " ", true), s.len && *s.p != ']') {
        struct slice key = span(&s, "= ]", false), value = {NULL, 0};

        if (take(&s, "="))
            value = take_value(&s);
        if (slice_eq(key, slice_of("job")) || slice_eq(key, slice_of("group")))
            job = value;
        if (slice_eq(key, slice_of("index")))
            index = value;
        if (slice_eq(key, slice_of("id")))
            id = value;
    }
    if (index.len == 0)
        index = id;
    if (s.len && job.len && index.len && job.len <= 128 && index.len <= 128 && good_name(job) &&
        good_name(index)) {
        r->job = job;
        r->prefix_index = index;
    }
}

static void decode_prefix(struct slice s, struct referee_record *r)
{
    static const char *const opens[] = {"[job=", "[instance@"};

    for (size_t i = 0; i < 2; i++) {
        for (struct slice at = s; at.len; at.p++, at.len--) {
            struct slice words = at;

            if (!take(&words, opens[i]))
                continue;
            take(&at, "[");
            if (i == 1)
                span(&at, " ", false);
            decode_words(at, r);
            return;
        }
    }
}

/* Is it an entry of gorouter's, by the words of json_log.h? */
static bool is_gorouter(const struct referee_record *r)
{
    const char *time = json_string_value(json_object_get(r->root, "timestamp"));
    struct slice message = r->message;

    return strchr(time, ':') && !json_object_get(r->root, "level") &&
           !(take_slice(&message, r->source) && take(&message, "."));
}

enum referee_verdict referee_decode(char *line, size_t len, struct referee_record *r)
{
    char *brace = memchr(line, '{', len);
    size_t rest = brace ? len - (size_t)(brace - line) : 0, used;
    bool undecided;
    json_t *timestamp, *source, *message;

    memset(r, 0, sizeof *r);
    if (!brace)
        return REFEREE_REJECTS;
    r->root = referee_load(brace, rest, &used, &undecided);
    if (!r->root)
        return undecided ? REFEREE_UNDECIDED : REFEREE_REJECTS;
    timestamp = json_object_get(r->root, "timestamp");
    source = json_object_get(r->root, "source");
    message = json_object_get(r->root, "message");
    if (!json_is_string(timestamp) || !json_is_string(source) || !json_is_string(message) ||
        !referee_time(json_string_value(timestamp), json_string_length(timestamp), &r->time_ns) ||
        !decode_level(r->root, &r->level) || !decode_data(r))
        return REFEREE_REJECTS;
    r->source = text_of(source);
    r->message = text_of(message);
    if (is_gorouter(r) || memchr(brace + used, '}', rest - used))
        return REFEREE_REJECTS;
    if (!json_is_string(json_object_get(r->data, "cicerone-job")))
        decode_prefix((struct slice){line, (size_t)(brace - line)}, r);
    return REFEREE_ACCEPTS;
}

void referee_release(struct referee_record *r)
{
    json_decref(r->root);
    memset(r, 0, sizeof *r);
}

/* A line as lager_decode() wants it, and the copy that the referee made fit for jansson. */
struct court {
    const char *line, *copy;
    size_t len;
    struct strbuf *why;
};

/* A part of the line as it stands in the copy; false if it is not inside the line. */
static bool in_copy(const struct court *c, const char *p, size_t len, struct slice *part)
{
    uintptr_t at = (uintptr_t)p - (uintptr_t)c->line;

    if (at > c->len || len > c->len - at)
        return false;
    *part = (struct slice){c->copy + at, len};
    return true;
}

static bool same_text(const struct court *c, const char *name, struct jstr s, struct slice want)
{
    struct strbuf plain = STRBUF_INIT;
    struct slice part = {NULL, 0};
    bool same = true, backslash;

    if (s.len == 0 && want.len == 0)
        return true;
    if (!in_copy(c, s.p, s.len, &part)) {
        strbuf_printf(c->why, "%s points outside of the line", name);
        return false;
    }
    backslash = memchr(part.p, '\\', part.len) != NULL;
    if (s.escaped != backslash) {
        strbuf_printf(c->why, "%s: escaped is %d", name, s.escaped);
        return false;
    }
    jscan_unescape(&plain, part.p, part.len);
    same = slice_eq((struct slice){plain.data, plain.len}, want);
    if (same && !jscan_equals((struct jstr){part.p, s.len, s.escaped}, want.p, want.len)) {
        strbuf_printf(c->why, "%s: jscan_equals() says no", name);
        same = false;
    } else if (!same) {
        strbuf_printf(c->why, "%s: \"%.*s\", the referee \"%.*s\"", name, (int)plain.len,
                      plain.data, (int)want.len, want.p ? want.p : "");
    }
    strbuf_release(&plain);
    return same;
}

static bool same_index(const struct court *c, struct jstr s, const json_t *want)
{
    struct slice part;
    json_t *number;
    bool same;

    if (!want || json_is_string(want))
        return same_text(c, "index", s, want ? text_of(want) : (struct slice){NULL, 0});
    if (!in_copy(c, s.p, s.len, &part)) {
        strbuf_str(c->why, "index points outside of the line");
        return false;
    }
    number = json_loadb(part.p, part.len, JSON_DECODE_ANY, NULL);
    same = number && json_equal(number, want);
    json_decref(number);
    if (!same)
        strbuf_printf(c->why, "index: the number %.*s", (int)part.len, part.p);
    return same;
}

static bool same_data(const struct court *c, struct slice data, const json_t *want)
{
    struct slice part;
    json_t *value;
    bool same;

    if (!want && data.len == 0)
        return true;
    if (!want || data.len < 2 || !in_copy(c, data.p, data.len, &part) || part.p[0] != '{' ||
        part.p[part.len - 1] != '}') {
        strbuf_printf(c->why, "data has %zu bytes", data.len);
        return false;
    }
    value = json_loadb(part.p, part.len, JSON_ALLOW_NUL, NULL);
    same = value && json_equal(value, want);
    json_decref(value);
    if (!same)
        strbuf_printf(c->why, "data: %.*s", (int)part.len, part.p);
    return same;
}

static bool same_record(const struct court *c, const struct record *got,
                        const struct referee_record *want)
{
    if (got->time_ns != want->time_ns || (int)got->level != want->level) {
        strbuf_printf(c->why, "time %lld level %d, the referee %lld %d", (long long)got->time_ns,
                      (int)got->level, (long long)want->time_ns, want->level);
        return false;
    }
    return same_text(c, "source", got->source, want->source) &&
           same_text(c, "message", got->message, want->message) &&
           same_text(c, "session", got->session, want->session) &&
           same_text(c, "error", got->error, want->error) &&
           same_text(c, "trace", got->trace, want->trace) &&
           same_text(c, "job", got->job, want->job) &&
           (want->prefix_index.len ? same_text(c, "index", got->index, want->prefix_index)
                                   : same_index(c, got->index, want->index)) &&
           same_data(c, got->data, want->data);
}

/* What is known of all lines that were looked at, as in a run. */
static struct shapes *known_shapes(void)
{
    static struct shapes *shapes;

    if (!shapes)
        shapes = shapes_new();
    return shapes;
}

/* lager_decode_next() need not take the line, but must find the same if it does: with nothing known
 * of others, with what was learnt from others, and with what was learnt from itself. */
static bool same_on_the_way(const struct court *c, const struct referee_record *want)
{
    struct shapes *shapes[] = {NULL, known_shapes(), known_shapes()};
    bool taken = false;

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct record got;
        const char *end;

        memset(&got, 0xa5, sizeof got);
        end = lager_decode_next(c->line, shapes[i], &got);
        if (i && !end != !taken) {
            strbuf_str(c->why, "whether lager_decode_next() takes it depends on other lines");
            return false;
        }
        taken = end;
        if (end && end != c->line + c->len) {
            strbuf_printf(c->why, "lager_decode_next() ends at byte %td", end - c->line);
            return false;
        }
        if (end && !same_record(c, &got, want))
            return false;
    }
    return true;
}

bool referee_agrees(const char *line, size_t len, size_t offset, enum referee_verdict *verdict,
                    struct strbuf *why)
{
    static const int slack[] = {'"', 0xff};
    char *copy = xmemdup0(line, len), *block = xmalloc(offset + len + 1 + JSCAN_SLACK);
    char *place = block + offset;
    struct referee_record want;
    bool agree = true;

    *verdict = referee_decode(copy, len, &want);
    if (len)
        memcpy(place, line, len);
    place[len] = '\n';
    for (size_t i = 0; i < 2 && agree; i++) {
        struct court c = {place, copy, len, why};
        struct record got;
        bool accepted;

        memset(place + len + 1, slack[i], JSCAN_SLACK);
        memset(&got, 0xa5, sizeof got); /* a field left unset shows */
        accepted = lager_decode(place, len, &got);
        if (*verdict == REFEREE_UNDECIDED)
            continue;
        if (accepted != (*verdict == REFEREE_ACCEPTS)) {
            strbuf_printf(why, "lager_decode() %s, the referee does not",
                          accepted ? "accepts" : "rejects");
            agree = false;
        } else if (accepted) {
            agree = same_record(&c, &got, &want) && same_on_the_way(&c, &want);
        } else if (lager_decode_next(place, NULL, &got) ||
                   lager_decode_next(place, known_shapes(), &got)) {
            strbuf_str(why, "lager_decode_next() accepts what lager_decode() does not");
            agree = false;
        }
    }
    free(copy);
    free(block);
    referee_release(&want);
    return agree;
}

static const json_t *value_at(const json_t *root, struct slice path)
{
    const json_t *v = root;

    for (;;) {
        const char *dot = path.len ? memchr(path.p, '.', path.len) : NULL;
        size_t n = dot ? (size_t)(dot - path.p) : path.len;

        v = json_object_getn(v, n ? path.p : "", n);
        if (!v || !dot)
            return v;
        path = (struct slice){dot + 1, path.len - n - 1};
    }
}

static bool same_value(const struct jvalue *got, const json_t *want)
{
    struct slice array = {got->p, got->len};
    struct strbuf plain = STRBUF_INIT;
    const char *at = got->p;
    struct jvalue element;
    size_t n = 0;
    json_t *parsed;
    bool same;

    if (!want)
        return got->kind == J_ABSENT;
    switch (json_typeof(want)) {
    case JSON_STRING:
        jscan_unescape(&plain, got->p, got->len);
        same = got->kind == J_STRING && plain.len == json_string_length(want) &&
               (plain.len == 0 || memcmp(plain.data, json_string_value(want), plain.len) == 0);
        strbuf_release(&plain);
        return same;
    case JSON_TRUE:
        return got->kind == J_TRUE && got->len == 4;
    case JSON_FALSE:
        return got->kind == J_FALSE && got->len == 5;
    case JSON_NULL:
        return got->kind == J_NULL && got->len == 4;
    case JSON_ARRAY:
        if (got->kind != J_ARRAY)
            return false;
        while (jarray_next(array, &at, &element)) {
            if (!same_value(&element, json_array_get(want, n++)))
                return false;
        }
        return n == json_array_size(want);
    default:
        if (got->kind != (json_is_object(want) ? J_OBJECT : J_NUMBER))
            return false;
        parsed = json_loadb(got->p, got->len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        same = parsed && json_equal(parsed, want);
        json_decref(parsed);
        return same;
    }
}

#define HEAD "{\"timestamp\":\"1.0\",\"source\":\"s\",\"message\":\"m\",\"log_level\":0,\"data\":"

/* The same value, in another copy of the object? */
static bool is_copy(const struct jvalue *a, const char *of_a, const struct jvalue *b,
                    const char *of_b)
{
    if (a->kind != b->kind)
        return false;
    return a->kind == J_ABSENT ||
           (a->escaped == b->escaped && a->len == b->len && a->p - of_a == b->p - of_b);
}

/* Does jpaths_find_again() find in a record what jpaths_find() found in its data? */
static bool find_same(const struct jpaths *set, struct jpaths_memo *memo, const struct record *r,
                      const struct jvalue *plain, uint64_t there, struct jvalue *slots,
                      struct strbuf *why)
{
    if (jpaths_find_again(set, memo, r->data, &r->members, slots) != there) {
        strbuf_str(why, "others are there in the members");
        return false;
    }
    for (size_t i = 0; i < jpaths_count(set); i++) {
        bool bit = i < 64 ? there >> i & 1 : plain[i].kind != J_ABSENT;

        if (!is_copy(&plain[i], r->data.p, &slots[i], r->data.p) ||
            bit != (plain[i].kind != J_ABSENT)) {
            strbuf_printf(why, "slot %zu: kind %d, in the members %d, %s", i, (int)plain[i].kind,
                          (int)slots[i].kind, bit ? "there" : "not there");
            return false;
        }
    }
    return true;
}

bool referee_members_agree(const struct jpaths *set, struct slice object, bool *noted,
                           struct strbuf *why)
{
    static const char *const others[] = {"{}", "{\"session\":\"1\",\"a\":1,\"b\":{\"c\":\"\"}}"};
    struct strbuf line = STRBUF_INIT;
    struct shapes *shapes = shapes_new();
    struct jpaths_memo *memo = jpaths_memo_new();
    struct jvalue *plain = xcalloc(jpaths_count(set) + 1, sizeof *plain),
                  *slots = xcalloc(jpaths_count(set) + 1, sizeof *slots);
    bool agree = true;

    *noted = false;
    /* another object before and in between: nothing of it may be left, and neither be mixed up */
    for (size_t i = 0; i < 8 && agree; i++) {
        struct slice data = i % 3 == 0 ? slice_of(others[i / 3 % 2]) : object;
        struct record r;
        bool taken;

        strbuf_reset(&line);
        strbuf_str(&line, HEAD);
        strbuf_slice(&line, data);
        strbuf_str(&line, "}\n");
        memset(strbuf_room(&line, JSCAN_SLACK), '"', JSCAN_SLACK);
        taken = lager_decode_next(line.data, shapes, &r);
        if (!taken)
            taken = lager_decode(line.data, line.len - 1, &r);
        if (data.p == object.p)
            *noted = taken && r.members.whole;
        if (taken)
            agree = find_same(set, memo, &r, plain, jpaths_find(set, r.data, plain), slots, why);
    }
    free(plain);
    free(slots);
    jpaths_memo_free(memo);
    shapes_free(shapes);
    strbuf_release(&line);
    return agree;
}

bool referee_paths_agree(const char *object, size_t len, const struct slice *paths, size_t count,
                         bool *checked, struct strbuf *why)
{
    char *block = xmalloc(len + 1 + JSCAN_SLACK);
    struct jpaths *set = jpaths_new();
    struct jvalue whole, *slots = NULL;
    size_t *slot_of = xcalloc(count, sizeof *slot_of);
    bool undecided, agree = true, taken, noted;
    json_t *root = NULL;
    size_t used;

    *checked = false;
    if (len == 0 || *object != '{') /* jansson would skip blanks */
        goto out;
    memcpy(block, object, len);
    block[len] = '\n';
    memset(block + len + 1, '"', JSCAN_SLACK);
    root = referee_load(block, len, &used, &undecided);
    taken = jscan_value(block, &whole) != NULL;
    if (json_is_object(root) != taken && !undecided) {
        strbuf_printf(why, "jscan_value() %s it", taken ? "takes" : "refuses");
        agree = false;
        goto out;
    }
    if (!json_is_object(root))
        goto out;
    for (size_t i = 0; i < count; i++)
        slot_of[i] = jpaths_add(set, paths[i]);
    slots = xcalloc(jpaths_count(set), sizeof *slots);
    jpaths_find(set, (struct slice){whole.p, whole.len}, slots);
    for (size_t i = 0; i < count && agree; i++) {
        if (!same_value(&slots[slot_of[i]], value_at(root, paths[i]))) {
            strbuf_printf(why, "path \"%.*s\": kind %d, \"%.*s\"", (int)paths[i].len, paths[i].p,
                          (int)slots[slot_of[i]].kind, (int)slots[slot_of[i]].len,
                          slots[slot_of[i]].p ? slots[slot_of[i]].p : "");
            agree = false;
        }
    }
    agree = agree && referee_members_agree(set, (struct slice){whole.p, whole.len}, &noted, why);
    *checked = true;
out:
    json_decref(root);
    free(slots);
    free(slot_of);
    jpaths_free(set);
    free(block);
    return agree;
}
