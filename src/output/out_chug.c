/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_chug.h"

#include <stdlib.h>

#include "base/nstime.h"
#include "base/xalloc.h"
#include "lifecycle/place.h"
#include "output/quote.h"
#include "output/raw_json.h"

/* Columns are as wide as their longest text so far, up to a most. */
#define SOURCE_LEAST  10
#define SOURCE_MOST   20
#define VM_MOST       24
#define SESSION_LEAST 10
#define SESSION_MOST  14
#define LEVEL_COLUMNS 5
#define SINCE_COLUMNS 14 /* +123456.123456s */

/* Short data is never cut to less than this. */
#define DATA_LEAST 24

#define INDENT "    "
#define TAB    "    "

#define PLAIN "\x1b[0m"
#define DIM   "\x1b[2m"
#define RED   "\x1b[31m"

struct chug {
    struct chug_style style;
    bool has_zero;
    size_t source_width, vm_width, session_width;
    size_t column; /* where the line being made ends */
    struct placer placer;
    struct strbuf raw, shown; /* a text of the line, and what of it may be shown */
    struct strbuf source;
};

struct chug *chug_new(const struct chug_style *style)
{
    struct chug *c = xcalloc(1, sizeof *c);

    c->style = *style;
    c->has_zero = style->times == CHUG_TIMES_SINCE_ZERO;
    c->source_width = SOURCE_LEAST;
    return c;
}

void chug_free(struct chug *c)
{
    if (!c)
        return;
    placer_release(&c->placer);
    strbuf_release(&c->raw);
    strbuf_release(&c->shown);
    strbuf_release(&c->source);
    free(c);
}

static void widen(size_t *width, size_t columns, size_t most)
{
    if (columns > *width)
        *width = columns < most ? columns : most;
}

void chug_expect_vm(struct chug *c, struct slice vm)
{
    widen(&c->vm_width, text_columns(vm), VM_MOST);
}

/* ---- texts ---- */

/* What may be shown of a text, good until the next call. */
static struct slice shown(struct chug *c, struct slice text)
{
    strbuf_reset(&c->shown);
    quote_plain(&c->shown, text);
    return (struct slice){c->shown.data, c->shown.len};
}

/* The text that a string of the line stands for, good until the next call. */
static struct slice meant(struct chug *c, struct jstr s)
{
    if (!s.escaped)
        return (struct slice){s.p, s.len};
    strbuf_reset(&c->raw);
    jscan_unescape(&c->raw, s.p, s.len);
    return (struct slice){c->raw.data, c->raw.len};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A text that should be one line, good until the next call: line ends and tabs are blanks. */
static struct slice on_one_line(struct chug *c, struct slice text)
{
    while (text.len && is_space(text.p[text.len - 1]))
        text.len--;
    strbuf_reset(&c->shown);
    for (size_t from = 0, i = 0; i <= text.len; i++) {
        if (i < text.len && (text.p[i] == ' ' || !is_space(text.p[i])))
            continue;
        if (i > from)
            quote_plain(&c->shown, (struct slice){text.p + from, i - from});
        if (i < text.len)
            strbuf_char(&c->shown, ' ');
        from = i + 1;
    }
    return (struct slice){c->shown.data, c->shown.len};
}

/* The bytes of the first so many columns. */
static size_t bytes_of_columns(struct slice text, size_t columns)
{
    size_t i = 0;

    for (; i < text.len; i++) {
        if (((unsigned char)text.p[i] & 0xc0) != 0x80 && columns-- == 0)
            break;
    }
    return i;
}

/* ---- the pieces of a line ---- */

static void paint(const struct chug *c, struct strbuf *out, const char *code)
{
    if (c->style.colour)
        strbuf_str(out, code);
}

static void add_blanks(struct chug *c, struct strbuf *out, size_t n)
{
    memset(strbuf_room(out, n), ' ', n);
    out->len += n;
    c->column += n;
}

/* A text in a column of some width, and the gap behind it. */
static void add_cell(struct chug *c, struct strbuf *out, struct slice text, size_t width,
                     const char *code)
{
    size_t columns = text_columns(text);
    bool painted = code && text.len;

    if (painted)
        paint(c, out, code);
    strbuf_slice(out, text);
    if (painted)
        paint(c, out, PLAIN);
    c->column += columns;
    add_blanks(c, out, (columns < width ? width - columns : 0) + 2);
}

/* The same, cut to the width. */
static void add_cut_cell(struct chug *c, struct strbuf *out, struct slice text, size_t width,
                         const char *code)
{
    struct strbuf cut = STRBUF_INIT;

    if (text_columns(text) <= width) {
        add_cell(c, out, text, width, code);
        return;
    }
    strbuf_add(&cut, text.p, bytes_of_columns(text, width - 1));
    strbuf_str(&cut, "…");
    add_cell(c, out, (struct slice){cut.data, cut.len}, width, code);
    strbuf_release(&cut);
}

static void add_since(struct chug *c, struct strbuf *out, int64_t ns)
{
    char seconds[NSTIME_SECONDS_MAX];
    size_t len = nstime_format_seconds(seconds, ns) - 3; /* microseconds will do */
    size_t columns = len + 1 + (ns >= 0);

    if (columns < SINCE_COLUMNS)
        add_blanks(c, out, SINCE_COLUMNS - columns);
    if (ns >= 0)
        strbuf_char(out, '+');
    strbuf_add(out, seconds, len);
    strbuf_char(out, 's');
    c->column += columns;
}

static void add_time(struct chug *c, struct strbuf *out, int64_t time_ns)
{
    size_t before = out->len;

    if (c->style.times == CHUG_TIMES_UTC) {
        nstime_add_rfc3339(out, time_ns, 6);
        c->column += out->len - before;
    } else {
        if (!c->has_zero) {
            c->has_zero = true;
            c->style.zero_ns = time_ns;
        }
        add_since(c, out, nstime_between(c->style.zero_ns, time_ns));
    }
    add_blanks(c, out, 2);
}

/* A component has the same colour in every run: neither too light nor too dark a one. */
static void colour_of(struct slice source, char code[16])
{
    static const unsigned char palette[] = {33, 37, 64, 67, 99, 29, 132, 136, 166, 168};
    uint32_t hash = UINT32_C(2166136261); /* FNV-1a */
    unsigned n;

    for (size_t i = 0; i < source.len; i++)
        hash = (hash ^ (unsigned char)source.p[i]) * UINT32_C(16777619);
    n = palette[(hash ^ hash >> 16) % sizeof palette];
    memcpy(code, "\x1b[38;5;", 7);
    code += 7;
    if (n >= 100)
        *code++ = '1';
    *code++ = (char)('0' + n / 10 % 10);
    *code++ = (char)('0' + n % 10);
    memcpy(code, "m", 2);
}

static void add_level(struct chug *c, struct strbuf *out, enum level level)
{
    static const struct {
        const char *name, *code;
    } shows[LEVEL_COUNT] = {
        {"debug", DIM}, {"INFO", NULL}, {"ERROR", "\x1b[1;31m"}, {"FATAL", "\x1b[1;37;41m"}};

    add_cell(c, out, slice_of(shows[level].name), LEVEL_COLUMNS, shows[level].code);
}

static void add_source(struct chug *c, struct strbuf *out, struct jstr source)
{
    struct slice text;
    char code[16];

    strbuf_reset(&c->source);
    strbuf_slice(&c->source, on_one_line(c, meant(c, source)));
    text = (struct slice){c->source.data, c->source.len};
    widen(&c->source_width, text_columns(text), SOURCE_MOST);
    colour_of(text, code);
    add_cell(c, out, text, c->source_width, code);
}

/* The message, without the source in front, which stands in its own column. */
static void add_message(struct chug *c, struct strbuf *out, const struct record *r)
{
    struct slice text = on_one_line(c, meant(c, r->message));
    size_t n = c->source.len;

    if (n && text.len > n + 1 && memcmp(text.p, c->source.data, n) == 0 && text.p[n] == '.')
        text = (struct slice){text.p + n + 1, text.len - n - 1};
    strbuf_slice(out, text);
    c->column += text_columns(text);
}

/* ---- data, error and trace ---- */

/* What of data does not stand elsewhere in the line, harmless; empty if nothing is left. */
static struct slice rest_of_data(struct chug *c, const struct record *r)
{
    struct json_drop drop = {.count = 0};

    if (r->session.p)
        drop.keys[drop.count++] = "session";
    if (r->error.p)
        drop.keys[drop.count++] = "error";
    if (r->trace.p)
        drop.keys[drop.count++] = "trace";
    if (r->job.p)
        drop.keys[drop.count++] = "cicerone-job";
    if (r->index.p)
        drop.keys[drop.count++] = "cicerone-index";
    strbuf_reset(&c->raw);
    if (!r->data.len || !raw_json_object(&c->raw, r->data, &drop))
        return (struct slice){"", 0};
    return shown(c, (struct slice){c->raw.data, c->raw.len});
}

static void add_short_data(struct chug *c, struct strbuf *out, const struct record *r)
{
    struct slice text = rest_of_data(c, r);
    size_t columns = c->style.columns, room;

    if (!text.len)
        return;
    strbuf_str(out, "  ");
    c->column += 2;
    room = columns > c->column + DATA_LEAST ? columns - c->column : DATA_LEAST;
    paint(c, out, DIM);
    if (columns && text_columns(text) > room) {
        strbuf_add(out, text.p, bytes_of_columns(text, room - 1));
        strbuf_str(out, "…");
    } else {
        strbuf_slice(out, text);
    }
    paint(c, out, PLAIN);
}

static void add_long_data(struct chug *c, struct strbuf *out, const struct record *r)
{
    struct slice text = rest_of_data(c, r);

    if (!text.len)
        return;
    strbuf_str(out, INDENT);
    raw_json_indented(out, text, sizeof INDENT - 1);
    strbuf_char(out, '\n');
}

/* A line of a text, its tabs made blanks. */
static void add_text_line(struct strbuf *out, struct slice line)
{
    if (line.len && line.p[line.len - 1] == '\r')
        line.len--;
    while (line.len) {
        const char *tab = memchr(line.p, '\t', line.len);
        size_t n = tab ? (size_t)(tab - line.p) : line.len;

        quote_plain(out, (struct slice){line.p, n});
        if (tab) {
            strbuf_str(out, TAB);
            n++;
        }
        line = (struct slice){line.p + n, line.len - n};
    }
}

/* A text of any number of lines, indented, with something in front of the first. */
static void add_block(struct chug *c, struct strbuf *out, struct jstr s, const char *front,
                      const char *code)
{
    struct slice text = meant(c, s);

    while (text.len && (text.p[text.len - 1] == '\n' || text.p[text.len - 1] == '\r'))
        text.len--;
    while (text.len) {
        const char *nl = memchr(text.p, '\n', text.len);
        size_t n = nl ? (size_t)(nl - text.p) : text.len;

        strbuf_str(out, INDENT);
        paint(c, out, code);
        strbuf_str(out, front);
        add_text_line(out, (struct slice){text.p, n});
        paint(c, out, PLAIN);
        strbuf_char(out, '\n');
        front = "";
        n += nl != NULL;
        text = (struct slice){text.p + n, text.len - n};
    }
}

/* ---- lines ---- */

static void add_record(struct chug *c, const struct entry *e, struct strbuf *out)
{
    const struct record *r = &e->line.record;
    bool lager = e->line.kind == LINE_LAGER;
    struct slice vm = placer_find(&c->placer, r, &e->input->origin)->vm, session;

    add_time(c, out, r->time_ns);
    vm = shown(c, vm);
    widen(&c->vm_width, text_columns(vm), VM_MOST);
    if (c->vm_width)
        add_cut_cell(c, out, vm, c->vm_width, NULL);
    add_source(c, out, r->source);
    if (lager || r->level != LEVEL_INFO)
        add_level(c, out, r->level);
    else
        add_cell(c, out, (struct slice){"", 0}, LEVEL_COLUMNS, NULL);
    session = on_one_line(c, meant(c, r->session));
    if (session.len) {
        widen(&c->session_width, SESSION_LEAST, SESSION_MOST);
        widen(&c->session_width, text_columns(session), SESSION_MOST);
    }
    if (c->session_width)
        add_cell(c, out, session, c->session_width, DIM);
    add_message(c, out, r);
    if (c->style.data == CHUG_DATA_SHORT)
        add_short_data(c, out, r);
    while (out->len && out->data[out->len - 1] == ' ') /* of an empty message */
        out->len--;
    strbuf_char(out, '\n');
    add_block(c, out, r->error, "error: ", RED);
    add_block(c, out, r->trace, "", DIM);
    if (c->style.data == CHUG_DATA_LONG)
        add_long_data(c, out, r);
}

void chug_pretty(struct chug *c, const struct entry *e, struct strbuf *out)
{
    c->column = 0;
    if (line_has_time(&e->line)) {
        add_record(c, e, out);
        return;
    }
    paint(c, out, DIM);
    add_text_line(out, e->text);
    paint(c, out, PLAIN);
    strbuf_char(out, '\n');
}
