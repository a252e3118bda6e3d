/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_unified.h"

#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "base/xalloc.h"
#include "decode/jpaths.h"
#include "output/quote.h"

struct unifier {
    struct jpaths *paths; /* of an entry: its data */
    const struct origin *origin;
    struct strbuf place;  /* the two members that tell this origin; empty if it is not known */
    struct strbuf source; /* of an entry that is made for a line that is not lager */
};

struct unifier *unifier_new(void)
{
    struct unifier *u = xcalloc(1, sizeof *u);

    u->paths = jpaths_new();
    jpaths_add(u->paths, slice_of("data"));
    return u;
}

void unifier_free(struct unifier *u)
{
    if (u) {
        jpaths_free(u->paths);
        strbuf_release(&u->place);
        strbuf_release(&u->source);
        free(u);
    }
}

/* ---- where it is from ---- */

static void add_place(struct strbuf *out, struct slice job, struct slice index)
{
    strbuf_str(out, "\"cicerone-job\":");
    quote_json(out, job);
    strbuf_str(out, ",\"cicerone-index\":");
    quote_json(out, index);
}

/* Of a job and index that the line tells itself, in front of its object. */
static void add_own_place(struct strbuf *out, const struct record *r)
{
    struct strbuf job = STRBUF_INIT, index = STRBUF_INIT;

    jscan_unescape(&job, r->job.p, r->job.len);
    jscan_unescape(&index, r->index.p, r->index.len);
    add_place(out, (struct slice){job.data, job.len}, (struct slice){index.data, index.len});
    strbuf_release(&job);
    strbuf_release(&index);
}

/* The members that tell where a line is from, if that is known. */
static struct slice place_of(struct unifier *u, const struct entry *e)
{
    const struct origin *o = &e->input->origin;

    if (line_has_time(&e->line) && e->line.record.job.p) {
        u->origin = NULL;
        strbuf_reset(&u->place);
        add_own_place(&u->place, &e->line.record);
    } else if (u->origin != o) {
        u->origin = o;
        strbuf_reset(&u->place);
        if (*o->vm)
            add_place(&u->place, slice_of(o->job), slice_of(o->index));
    }
    return (struct slice){u->place.data, u->place.len};
}

/* ---- lager ---- */

static bool is_within(const char *p, struct slice s)
{
    return s.len && p >= s.p && p < s.p + s.len;
}

/* The object of a line, without what may be around it. */
static struct slice find_object(const struct entry *e)
{
    const struct slice text = e->text, data = e->line.record.data;
    const char *end = text.p + text.len;
    struct jvalue v;

    /* mostly data comes last, and nothing is around */
    if (*text.p == '{' && data.len && data.p + data.len + 1 == end)
        return text;
    for (const char *p = text.p; (p = memchr(p, '{', (size_t)(end - p))); p++) {
        if (jscan_value(p, &v) && is_within(e->line.record.message.p, (struct slice){v.p, v.len}))
            return (struct slice){v.p, v.len};
    }
    return text;
}

static bool is_empty_object(struct slice object)
{
    return *jscan_blank(object.p + 1) == '}';
}

static void add_until(struct strbuf *out, struct slice object, const char *p)
{
    strbuf_add(out, object.p, (size_t)(p - object.p));
}

static void add_from(struct strbuf *out, struct slice object, const char *p)
{
    strbuf_add(out, p, (size_t)(object.p + object.len - p));
}

static void add_lager(struct unifier *u, struct strbuf *out, const struct entry *e)
{
    const struct slice object = find_object(e), data = e->line.record.data;
    struct jvalue null = {.kind = J_ABSENT};
    struct slice place = {NULL, 0};

    if (!is_within(e->line.record.job.p, data))
        place = place_of(u, e);
    if (!place.len) {
        strbuf_slice(out, object);
    } else if (data.len) {
        const char *brace = data.p + data.len - 1;

        add_until(out, object, brace);
        strbuf_str(out, is_empty_object(data) ? "" : ",");
        strbuf_slice(out, place);
        add_from(out, object, brace);
    } else {
        jpaths_find(u->paths, object, &null);
        if (null.kind == J_NULL) {
            add_until(out, object, null.p);
            strbuf_str(out, "{");
        } else {
            add_until(out, object, object.p + object.len - 1);
            strbuf_str(out, ",\"data\":{");
        }
        strbuf_slice(out, place);
        strbuf_char(out, '}');
        add_from(out, object, null.kind == J_NULL ? null.p + null.len : object.p + object.len - 1);
    }
}

/* ---- other lines ---- */

/* Of gorouter's and steno's lines it is a string of JSON, of others plain text. */
static void add_source(struct strbuf *out, const struct entry *e)
{
    struct jstr source = e->line.record.source;

    if (!line_has_time(&e->line) || !source.len)
        strbuf_str(out, *e->input->origin.process ? e->input->origin.process : "unknown");
    else if (source.escaped)
        jscan_unescape(out, source.p, source.len);
    else
        strbuf_add(out, source.p, source.len);
}

static void add_time(struct strbuf *out, int64_t time_ns)
{
    if (time_ns >= 0)
        nstime_add_seconds(out, time_ns);
    else /* seconds before 1970 are not read back */
        nstime_add_rfc3339(out, time_ns, 9);
}

static void add_wrapped(struct unifier *u, struct strbuf *out, const struct entry *e)
{
    struct slice source, place = place_of(u, e);
    enum level level = line_has_time(&e->line) ? e->line.record.level : LEVEL_INFO;

    strbuf_reset(&u->source);
    add_source(&u->source, e);
    source = (struct slice){u->source.data, u->source.len};
    strbuf_str(out, "{\"timestamp\":\"");
    add_time(out, e->time_ns);
    strbuf_str(out, "\",\"source\":");
    quote_json(out, source);
    strbuf_str(out, ",\"message\":");
    quote_json(out, source);
    out->len--; /* the quote behind it */
    strbuf_printf(out, ".%s\",\"log_level\":%d,\"data\":{\"text\":", line_kind_name(e->line.kind),
                  (int)level);
    quote_json(out, e->text);
    strbuf_str(out, place.len ? "," : "");
    strbuf_slice(out, place);
    strbuf_str(out, "}}");
}

void unifier_add(struct unifier *u, struct strbuf *out, const struct entry *e)
{
    if (e->line.kind == LINE_LAGER)
        add_lager(u, out, e);
    else
        add_wrapped(u, out, e);
}
