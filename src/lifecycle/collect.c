/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/collect.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "decode/log.h"
#include "input/lines.h"
#include "input/meter.h"

/* What a thread found and has not handed in yet. */
struct batch {
    struct event *events;
    size_t count, room;
    struct tag_text *tags;
    size_t tag_count, tag_room;
};

struct shared {
    pthread_mutex_t lock;
    struct collection *out;
    size_t max_line_bytes;
};

struct worker {
    struct shared *shared;
    const struct log_format *log;
    struct matcher *matcher;
    struct sieve *sieve; /* NULL: all lines */
    struct batch batch;
    struct line_counts counts;
    uint32_t *vm_numbers; /* from the matcher's to the table's */
    size_t vm_count;
};

static void keep_event(void *context, const struct event *e)
{
    struct batch *b = context;

    if (b->count == b->room) {
        b->room = b->room ? b->room * 2 : 256;
        b->events = xreallocarray(b->events, b->room, sizeof *b->events);
    }
    if (b->tag_count + e->tag_count > b->tag_room) {
        b->tag_room = (b->tag_room + e->tag_count) * 2;
        b->tags = xreallocarray(b->tags, b->tag_room, sizeof *b->tags);
    }
    for (size_t i = 0; i < e->tag_count; i++)
        b->tags[b->tag_count + i] = e->tags[i];
    b->events[b->count] = *e;
    /* where the tags are is known when the batch is whole */
    b->events[b->count++].tags = NULL;
    b->tag_count += e->tag_count;
}

static void hand_in(struct worker *w)
{
    struct timelines *t = &w->shared->out->timelines;
    const struct intern *vms = matcher_vms(w->matcher);
    const struct tag_text *tags = w->batch.tags;

    if (!w->batch.count)
        return;
    pthread_mutex_lock(&w->shared->lock);
    if (w->vm_count < vms->count) {
        w->vm_numbers = xreallocarray(w->vm_numbers, vms->count, sizeof *w->vm_numbers);
        for (; w->vm_count < vms->count; w->vm_count++)
            w->vm_numbers[w->vm_count] =
                intern_add(&t->vms, intern_text(vms, (uint32_t)w->vm_count));
    }
    for (size_t i = 0; i < w->batch.count; i++) {
        struct event *e = &w->batch.events[i];

        e->tags = tags;
        tags += e->tag_count;
        timelines_add(t, e, w->vm_numbers[e->vm]);
    }
    pthread_mutex_unlock(&w->shared->lock);
    w->batch.count = w->batch.tag_count = 0;
    matcher_forget(w->matcher);
}

static void take_line(struct worker *w, const char *line, size_t len, const struct origin *origin)
{
    struct record r;

    if (len > w->shared->max_line_bytes) {
        w->counts.too_long++;
        return;
    }
    w->counts.lines++;
    if (!w->log->decode(line, len, &r)) {
        w->counts.other++;
        return;
    }
    w->counts.understood++;
    if (w->sieve && !sieve_takes(w->sieve, &r, origin)) {
        w->counts.unselected++;
        return;
    }
    matcher_record(w->matcher, &r, origin, keep_event, &w->batch);
}

static void take_block(void *context, const struct block *b)
{
    struct worker *w = context;
    const char *at = b->data;
    struct slice line;
    uint64_t lines = 0;

    for (; block_line(b, &at, &line); lines++)
        take_line(w, line.p, line.len, &b->input->origin);
    meter_add_lines(lines);
    hand_in(w);
}

static void add_counts(struct collection *out, struct worker *w)
{
    const struct intern *sources;
    const struct source_count *counts;
    const struct hit_count *hits;
    size_t hit_count;

    matcher_count(w->matcher);
    sources = matcher_sources(w->matcher);
    counts = matcher_source_counts(w->matcher);
    out->counts.lines += w->counts.lines;
    out->counts.understood += w->counts.understood;
    out->counts.unselected += w->counts.unselected;
    out->counts.other += w->counts.other;
    out->counts.too_long += w->counts.too_long;
    out->counts.long_ids += matcher_long_ids(w->matcher);
    for (uint32_t i = 0; i < sources->count; i++) {
        uint32_t before = out->sources.count,
                 n = intern_add(&out->sources, intern_text(sources, i));

        if (n == before) {
            out->source_counts =
                xreallocarray(out->source_counts, n + 1, sizeof *out->source_counts);
            out->source_counts[n] = (struct source_count){{0}};
        }
        for (int level = 0; level < LEVEL_COUNT; level++)
            out->source_counts[n].lines[level] += counts[i].lines[level];
    }
    hits = matcher_hits(w->matcher, &hit_count);
    for (size_t i = 0; i < hit_count; i++) {
        const struct trigger *trigger = &out->timelines.lc->triggers[hits[i].trigger];
        uint32_t source = intern_add(&out->sources, intern_text(sources, hits[i].source));
        size_t k = 0;

        while (k < out->hit_count &&
               !(out->hits[k].trigger == trigger && out->hits[k].source == source))
            k++;
        if (k == out->hit_count) {
            out->hits = xreallocarray(out->hits, out->hit_count + 1, sizeof *out->hits);
            out->hits[out->hit_count++] = (struct hit){trigger, source, 0};
        }
        out->hits[k].lines += hits[i].lines;
    }
}

void collect(struct inputs *inputs, const struct lifecycle *lc, const struct feed_options *options,
             const struct filter *filter, const struct selection *selection, struct collection *out)
{
    struct shared shared = {.out = out, .max_line_bytes = options->max_line_bytes};
    struct worker *workers = xcalloc(options->threads, sizeof *workers);
    void **contexts = xcalloc(options->threads, sizeof *contexts);

    *out = (struct collection){0};
    timelines_init(&out->timelines, lc);
    pthread_mutex_init(&shared.lock, NULL);
    for (unsigned i = 0; i < options->threads; i++) {
        workers[i] = (struct worker){.shared = &shared, .log = lc->log, .matcher = matcher_new(lc)};
        if (filter)
            workers[i].sieve = sieve_new(filter);
        contexts[i] = &workers[i];
    }
    feed(inputs, options, take_block, contexts);
    for (unsigned i = 0; i < options->threads; i++) {
        add_counts(out, &workers[i]);
        matcher_free(workers[i].matcher);
        sieve_free(workers[i].sieve);
        free(workers[i].batch.events);
        free(workers[i].batch.tags);
        free(workers[i].vm_numbers);
    }
    for (size_t i = 0; i < inputs->count; i++) {
        out->counts.left_out += inputs->list[i].left_out;
        for (const struct input *in = &inputs->list[i]; in; in = in->next)
            out->counts.too_long += in->long_lines;
    }
    pthread_mutex_destroy(&shared.lock);
    free(workers);
    free(contexts);
    timelines_finish(&out->timelines, selection);
}

void collection_release(struct collection *c)
{
    timelines_release(&c->timelines);
    intern_release(&c->sources);
    free(c->source_counts);
    free(c->hits);
}

static int by_text(const void *a, const void *b, void *context)
{
    const struct intern *in = context;

    return slice_cmp(intern_text(in, *(const uint32_t *)a), intern_text(in, *(const uint32_t *)b));
}

uint32_t *collection_sorted_sources(const struct collection *c)
{
    uint32_t *list = xreallocarray(NULL, c->sources.count, sizeof *list);

    for (uint32_t i = 0; i < c->sources.count; i++)
        list[i] = i;
    qsort_r(list, c->sources.count, sizeof *list, by_text, (void *)(uintptr_t)&c->sources);
    return list;
}
