/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_chug.h"

#include <stdlib.h>

#include "base/nstime.h"
#include "base/xalloc.h"
#include "output/quote.h"
#include "output/raw_json.h"

/* Of some inputs the head of their objects is kept; merged by time, their lines take turns. */
#define HEAD_COUNT 64

struct head {
    const struct input *input;
    struct strbuf text; /* {"file":"...","line": */
};

struct chug_json {
    struct head heads[HEAD_COUNT];
    struct strbuf piece;
};

struct chug_json *chug_json_new(void)
{
    return xcalloc(1, sizeof(struct chug_json));
}

void chug_json_free(struct chug_json *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < HEAD_COUNT; i++)
        strbuf_release(&c->heads[i].text);
    strbuf_release(&c->piece);
    free(c);
}

static void add_head(struct chug_json *c, const struct input *input, struct strbuf *out)
{
    struct head *h = &c->heads[(uintptr_t)input / sizeof *input % HEAD_COUNT];

    if (h->input != input) {
        h->input = input;
        strbuf_reset(&h->text);
        strbuf_str(&h->text, "{\"file\":");
        quote_json(&h->text, slice_of(input->path));
        strbuf_str(&h->text, ",\"line\":");
    }
    strbuf_add(out, h->text.data, h->text.len);
}

static void add_number(struct strbuf *out, int64_t n)
{
    uint64_t u = n < 0 ? (uint64_t)0 - (uint64_t)n : (uint64_t)n;
    char text[24], *end = text + sizeof text, *p = end;

    do {
        *--p = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (n < 0)
        *--p = '-';
    strbuf_add(out, p, (size_t)(end - p));
}

static bool is_ascii(struct slice text)
{
    uint64_t all = 0, word;
    size_t i = 0;

    for (; i + sizeof word <= text.len; i += sizeof word) {
        memcpy(&word, text.p + i, sizeof word);
        all |= word;
    }
    for (; i < text.len; i++)
        all |= (unsigned char)text.p[i];
    return !(all & UINT64_C(0x8080808080808080));
}

/* A string of the line, with its escapes as they are. */
static void add_string(struct strbuf *out, const char *key, struct jstr s, bool ascii)
{
    if (!s.p)
        return;
    strbuf_str(out, key);
    if (ascii)
        strbuf_add(out, s.p, s.len);
    else
        quote_utf8(out, (struct slice){s.p, s.len});
    strbuf_char(out, '"');
}

/* Where it is from: the line says so, or else the path of its file. */
static void add_place(struct strbuf *out, const struct entry *e, bool ascii)
{
    const struct origin *o = &e->input->origin;
    const struct record *r = &e->line.record;

    if (r->job.p || r->index.p) {
        add_string(out, ",\"job\":\"", r->job, ascii);
        add_string(out, ",\"index\":\"", r->index, ascii);
        return;
    }
    if (*o->job) {
        strbuf_str(out, ",\"job\":");
        quote_json(out, slice_of(o->job));
    }
    if (*o->index) {
        strbuf_str(out, ",\"index\":");
        quote_json(out, slice_of(o->index));
    }
}

static void add_data(struct chug_json *c, struct strbuf *out, const struct record *r, bool ascii)
{
    struct json_drop drop = {.count = 0};
    struct strbuf *to = ascii ? out : &c->piece;

    if (!r->data.len)
        return;
    if (r->job.p)
        drop.keys[drop.count++] = "cicerone-job";
    if (r->index.p)
        drop.keys[drop.count++] = "cicerone-index";
    strbuf_str(out, ",\"data\":");
    strbuf_reset(&c->piece);
    if (drop.count)
        raw_json_object(to, r->data, &drop);
    else
        raw_json_compact(to, r->data);
    if (!ascii)
        quote_utf8(out, (struct slice){c->piece.data, c->piece.len});
}

static void add_lager(struct chug_json *c, const struct entry *e, struct strbuf *out)
{
    const struct record *r = &e->line.record;
    bool ascii = is_ascii(e->text);

    strbuf_str(out, ",\"time\":\"");
    nstime_add_rfc3339(out, r->time_ns, 9);
    strbuf_str(out, "\",\"time_ns\":");
    add_number(out, r->time_ns);
    strbuf_str(out, ",\"level\":\"");
    strbuf_str(out, level_name(r->level));
    strbuf_char(out, '"');
    add_string(out, ",\"source\":\"", r->source, ascii);
    add_string(out, ",\"message\":\"", r->message, ascii);
    add_string(out, ",\"session\":\"", r->session, ascii);
    add_place(out, e, ascii);
    add_string(out, ",\"error\":\"", r->error, ascii);
    add_string(out, ",\"trace\":\"", r->trace, ascii);
    add_data(c, out, r, ascii);
}

void chug_json(struct chug_json *c, const struct entry *e, struct strbuf *out)
{
    add_head(c, e->input, out);
    add_number(out, (int64_t)e->number);
    if (e->line.kind == LINE_LAGER) {
        add_lager(c, e, out);
    } else {
        strbuf_str(out, ",\"kind\":\"");
        strbuf_str(out, line_kind_name(e->line.kind));
        strbuf_str(out, "\",\"raw\":");
        quote_json(out, e->text);
    }
    strbuf_add(out, "}\n", 2);
}
