/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_trace.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "output/piece.h"
#include "output/quote.h"

struct writer {
    FILE *f;
    const struct run *run;
    int64_t zero_ns;
    uint16_t *ranks;  /* per VM: its place in order of names */
    bool *named;      /* per process: its name was written */
    struct strbuf id; /* of the entity, as JSON */
    size_t thread;    /* of the entity */
    size_t flows;     /* arrows so far */
    struct strbuf out;
    bool any;
};

/* Processes count from 1, for 0 is the idle process of some viewers; the last one is no VM. */
static size_t process(const struct writer *w, uint16_t vm)
{
    return (size_t)(vm == NO_VM ? w->run->timelines->vms.count : w->ranks[vm]) + 1;
}

/* Microseconds, with as many digits as there are. */
static void add_micros(struct strbuf *b, int64_t ns)
{
    uint64_t n = ns < 0 ? -(uint64_t)ns : (uint64_t)ns;

    strbuf_printf(b, "%s%llu.%03llu", ns < 0 ? "-" : "", (unsigned long long)(n / 1000),
                  (unsigned long long)(n % 1000));
}

static void open_event(struct writer *w, const char *phase, uint16_t vm)
{
    strbuf_printf(&w->out, "%s\n{\"ph\":\"%s\",\"pid\":%zu,\"tid\":%zu", w->any ? "," : "", phase,
                  process(w, vm), w->thread);
    w->any = true;
}

static void add_time(struct writer *w, const char *key, int64_t ns)
{
    strbuf_printf(&w->out, ",\"%s\":", key);
    add_micros(&w->out, ns);
}

/* What a process or thread is called; text is JSON. */
static void put_name(struct writer *w, const char *what, uint16_t vm, const char *text)
{
    open_event(w, "M", vm);
    strbuf_printf(&w->out, ",\"ts\":0,\"name\":\"%s\",\"args\":{\"name\":%s}}", what, text);
}

/* An entity comes to a VM. */
static void put_thread(struct writer *w, uint16_t vm)
{
    size_t number = process(w, vm);

    if (!w->named[number]) {
        struct slice name = timelines_vm_name(w->run->timelines, vm);
        struct strbuf text = STRBUF_INIT;

        quote_json(&text, name.len ? name : slice_of("(unknown VM)"));
        put_name(w, "process_name", vm, text.data);
        strbuf_release(&text);
        w->named[number] = true;
    }
    put_name(w, "thread_name", vm, w->id.data);
}

static void open_slice(struct writer *w, uint16_t vm, const char *name, int64_t from, int64_t to)
{
    open_event(w, "X", vm);
    add_time(w, "ts", nstime_between(w->zero_ns, from));
    add_time(w, "dur", nstime_between(from, to));
    strbuf_str(&w->out, ",\"cat\":");
    quote_json(&w->out, slice_of(w->run->lc->name));
    strbuf_str(&w->out, ",\"name\":");
    quote_json(&w->out, slice_of(name));
    strbuf_printf(&w->out, ",\"args\":{\"id\":%s", w->id.data);
}

static void add_arg(struct writer *w, const char *key, struct slice value)
{
    strbuf_char(&w->out, ',');
    quote_json(&w->out, slice_of(key));
    strbuf_char(&w->out, ':');
    quote_json(&w->out, value);
}

/* The slice around all others, on the VM where it lived. */
static void put_entity(struct writer *w, const struct timeline *tl)
{
    const struct timelines *t = w->run->timelines;

    open_slice(w, tl->home, w->run->lc->noun, tl->start_ns, tl->end_ns);
    add_arg(w, "outcome", slice_of(timeline_outcome(t, tl)));
    if (timeline_why(t, tl))
        add_arg(w, "why", slice_of(timeline_why(t, tl)));
    for (size_t i = 0; i < w->run->lc->tag_count; i++) {
        struct slice tag = timeline_tag(t, tl, i);

        if (tag.len)
            add_arg(w, w->run->lc->tags[i].name, tag);
    }
    strbuf_str(&w->out, "}}");
}

static void put_piece(struct writer *w, const struct piece *p)
{
    open_slice(w, p->vm, w->run->lc->stages[p->stage].name, p->from_ns, p->to_ns);
    if (p->duration_ns < 0)
        strbuf_printf(&w->out, ",\"duration_ns\":%lld", (long long)p->duration_ns);
    strbuf_str(&w->out, "}}");
}

static void put_flow_end(struct writer *w, const char *phase, const struct piece *p)
{
    open_event(w, phase, p->vm);
    add_time(w, "ts", nstime_between(w->zero_ns, p->from_ns));
    strbuf_printf(&w->out, ",\"cat\":\"flow\",\"name\":\"next stage\",\"id\":%zu%s}", w->flows,
                  *phase == 'f' ? ",\"bp\":\"e\"" : "");
}

static void put_timeline(struct writer *w, const struct timeline *tl)
{
    struct piece pieces[LIFECYCLE_MAX_STAGES];
    size_t n = pieces_of(w->run->timelines, tl, pieces);

    strbuf_reset(&w->id);
    quote_json(&w->id, timeline_id(tl));
    put_thread(w, tl->home);
    put_entity(w, tl);
    for (size_t i = 0; i < n; i++) {
        if (piece_enters_vm(pieces, i, tl->home))
            put_thread(w, pieces[i].vm);
        put_piece(w, &pieces[i]);
        /* An arrow that led back in time would be refused. */
        if (i && pieces[i].vm != pieces[i - 1].vm && pieces[i].from_ns >= pieces[i - 1].from_ns) {
            w->flows++;
            put_flow_end(w, "s", &pieces[i - 1]);
            put_flow_end(w, "f", &pieces[i]);
        }
    }
}

static void flush(struct writer *w)
{
    fwrite(w->out.data, 1, w->out.len, w->f);
    strbuf_reset(&w->out);
}

void out_trace(FILE *f, const struct run *run)
{
    const struct timelines *t = run->timelines;
    struct writer w = {.f = f, .run = run, .id = STRBUF_INIT, .out = STRBUF_INIT};

    w.zero_ns = t->count ? t->list[0]->start_ns : 0;
    w.ranks = run_vm_ranks(run);
    w.named = xcalloc((size_t)t->vms.count + 2, sizeof *w.named);
    strbuf_str(&w.out, "{\"displayTimeUnit\":\"ms\",\"otherData\":{\"lifecycle\":");
    quote_json(&w.out, slice_of(run->lc->name));
    if (t->count) {
        strbuf_str(&w.out, ",\"zero\":\"");
        nstime_add_rfc3339(&w.out, w.zero_ns, 9);
        strbuf_char(&w.out, '"');
    }
    strbuf_str(&w.out, "},\"traceEvents\":[");
    for (size_t i = 0; i < t->count; i++) {
        w.thread = i + 1;
        put_timeline(&w, t->list[i]);
        flush(&w);
    }
    strbuf_str(&w.out, "\n]}\n");
    flush(&w);
    free(w.ranks);
    free(w.named);
    strbuf_release(&w.id);
    strbuf_release(&w.out);
}
