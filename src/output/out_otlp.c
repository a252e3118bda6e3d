/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON mapping of opentelemetry/proto/trace/v1/trace.proto, as the file exporter writes it:
 * ids are hex, 64-bit numbers are strings, a line is a TracesData.
 */
#include "output/out_trace.h"

#include "output/piece.h"
#include "output/quote.h"

#define STATUS_OK    1
#define STATUS_ERROR 2

struct writer {
    const struct run *run;
    const struct timeline *tl;
    struct strbuf out;
    uint64_t trace[2], root;
};

/* FNV-1a, byte by byte: the same on any machine, for ids are kept and compared. */
static uint64_t fnv(uint64_t h, struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
    return (h ^ 0xff) * UINT64_C(0x100000001b3); /* no byte of UTF-8: an end */
}

/* Zero is no id. */
static uint64_t id_of(const struct writer *w, uint64_t seed, const char *part)
{
    uint64_t h = fnv(seed, slice_of(w->run->lc->name));
    char start[NSTIME_SECONDS_MAX];
    size_t len = nstime_format_seconds(start, w->tl->start_ns);

    h = fnv(fnv(h, timeline_id(w->tl)), (struct slice){start, len});
    h = fnv(h, slice_of(part));
    /* mix, for of short texts FNV leaves the upper bits alike */
    h = (h ^ (h >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    h = (h ^ (h >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    h ^= h >> 33;
    return h ? h : 1;
}

static uint64_t span_id(const struct writer *w, const char *part)
{
    return id_of(w, UINT64_C(0xcbf29ce484222325), part);
}

static void add_attribute(struct strbuf *out, const char *prefix, const char *key,
                          struct slice value)
{
    struct strbuf name = STRBUF_INIT;

    if (out->data[out->len - 1] == '}')
        strbuf_char(out, ',');
    strbuf_printf(&name, "%s%s", prefix, key);
    strbuf_str(out, "{\"key\":");
    quote_json(out, slice_of(name.data));
    strbuf_str(out, ",\"value\":{\"stringValue\":");
    quote_json(out, value);
    strbuf_str(out, "}}");
    strbuf_release(&name);
}

static void add_time(struct strbuf *out, const char *key, int64_t ns)
{
    strbuf_printf(out, ",\"%s\":\"%lld\"", key, ns < 0 ? 0LL : (long long)ns);
}

/* Up to its attributes, which are open. */
static void open_span(struct writer *w, uint64_t id, const char *name, int64_t from, int64_t to)
{
    struct strbuf *out = &w->out;

    if (out->data[out->len - 1] == '}')
        strbuf_char(out, ',');
    strbuf_printf(out, "{\"traceId\":\"%016llx%016llx\",\"spanId\":\"%016llx\"",
                  (unsigned long long)w->trace[0], (unsigned long long)w->trace[1],
                  (unsigned long long)id);
    if (id != w->root)
        strbuf_printf(out, ",\"parentSpanId\":\"%016llx\"", (unsigned long long)w->root);
    strbuf_str(out, ",\"name\":");
    quote_json(out, slice_of(name));
    strbuf_str(out, ",\"kind\":1");
    add_time(out, "startTimeUnixNano", from);
    add_time(out, "endTimeUnixNano", to);
    strbuf_str(out, ",\"attributes\":[");
}

/* Closes the root's attributes too. */
static void add_status(struct writer *w)
{
    const char *outcome = timeline_outcome(w->run->timelines, w->tl),
               *why = timeline_why(w->run->timelines, w->tl);
    struct strbuf message = STRBUF_INIT;

    strbuf_str(&w->out, "],\"status\":{");
    if (w->tl->outcome == OUTCOME_OK) {
        strbuf_printf(&w->out, "\"code\":%d", STATUS_OK);
    } else if (w->tl->outcome != OUTCOME_INCOMPLETE) {
        strbuf_str(&message, outcome);
        if (why)
            strbuf_printf(&message, ": %s", why);
        strbuf_printf(&w->out, "\"code\":%d,\"message\":", STATUS_ERROR);
        quote_json(&w->out, slice_of(message.data));
    }
    strbuf_str(&w->out, "}}");
    strbuf_release(&message);
}

static void put_root(struct writer *w)
{
    const struct timelines *t = w->run->timelines;
    struct strbuf *out = &w->out;

    open_span(w, w->root, w->run->lc->noun, w->tl->start_ns, w->tl->end_ns);
    add_attribute(out, "cicerone.", "lifecycle", slice_of(w->run->lc->name));
    add_attribute(out, "cicerone.", "id", timeline_id(w->tl));
    add_attribute(out, "cicerone.", "outcome", slice_of(timeline_outcome(t, w->tl)));
    for (size_t i = 0; i < w->run->lc->tag_count; i++) {
        struct slice tag = timeline_tag(t, w->tl, i);

        if (tag.len)
            add_attribute(out, "cicerone.tag.", w->run->lc->tags[i].name, tag);
    }
    add_status(w);
}

static void put_piece(struct writer *w, const struct piece *p)
{
    const char *name = w->run->lc->stages[p->stage].name;

    open_span(w, span_id(w, name), name, p->from_ns, p->to_ns);
    if (p->duration_ns < 0)
        strbuf_printf(&w->out,
                      "{\"key\":\"cicerone.duration_ns\",\"value\":{\"intValue\":\"%lld\"}}",
                      (long long)p->duration_ns);
    strbuf_str(&w->out, "]}");
}

/* A service is a job of the deployment, its instance a VM. */
static void add_resource(struct writer *w, uint16_t vm)
{
    struct slice name = timelines_vm_name(w->run->timelines, vm), service = name;
    const char *slash = memrchr(name.p, '/', name.len);

    if (slash)
        service.len = (size_t)(slash - name.p);
    strbuf_str(&w->out, "{\"resource\":{\"attributes\":[");
    add_attribute(&w->out, "service.", "name", service.len ? service : slice_of("unknown_service"));
    if (name.len) {
        add_attribute(&w->out, "service.", "instance.id", name);
        add_attribute(&w->out, "host.", "name", name);
    }
    strbuf_str(&w->out,
               "]},\"scopeSpans\":[{\"scope\":{\"name\":\"cicerone\",\"version\":\"" VERSION
               "\"},\"spans\":[");
}

/* The spans of one VM. */
static void put_vm(struct writer *w, uint16_t vm, const struct piece *pieces, size_t n)
{
    if (w->out.data[w->out.len - 1] == '}')
        strbuf_char(&w->out, ',');
    add_resource(w, vm);
    if (vm == w->tl->home)
        put_root(w);
    for (size_t i = 0; i < n; i++) {
        if (pieces[i].vm == vm)
            put_piece(w, &pieces[i]);
    }
    strbuf_str(&w->out, "]}]}");
}

static void put_timeline(struct writer *w, const struct timeline *tl)
{
    struct piece pieces[LIFECYCLE_MAX_STAGES];
    size_t n = pieces_of(w->run->timelines, tl, pieces);

    w->tl = tl;
    w->trace[0] = id_of(w, UINT64_C(0x6c62272e07bb0142), "");
    w->trace[1] = id_of(w, UINT64_C(0x62b821756295c58d), "");
    w->root = span_id(w, "");
    strbuf_reset(&w->out);
    strbuf_str(&w->out, "{\"resourceSpans\":[");
    put_vm(w, tl->home, pieces, n);
    for (size_t i = 0; i < n; i++) {
        if (piece_enters_vm(pieces, i, tl->home))
            put_vm(w, pieces[i].vm, pieces, n);
    }
    strbuf_str(&w->out, "]}\n");
}

void out_otlp(FILE *f, const struct run *run)
{
    struct writer w = {.run = run, .out = STRBUF_INIT};

    for (size_t i = 0; i < run->timelines->count; i++) {
        put_timeline(&w, run->timelines->list[i]);
        fwrite(w.out.data, 1, w.out.len, f);
    }
    strbuf_release(&w.out);
}
