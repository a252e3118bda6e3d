/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/collect.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/threads.h"
#include "base/xalloc.h"
#include "decode/log.h"
#include "input/lines.h"
#include "input/meter.h"
#include "input/sites.h"

/* What a thread found and has not handed in yet. */
struct batch {
    struct event *events;
    size_t count, room;
    struct tag_text *tags; /* of those that the matcher does not keep */
    size_t tag_count, tag_room;
    struct value_worth *values;
    size_t value_count, value_room;
};

/* Where a thread is in its block. */
struct cursor {
    const char *line;
    struct line_counter counter;
};

struct shared {
    pthread_mutex_t sites_lock;
    pthread_mutex_t *locks; /* per lifecycle; where sites are kept all use the sites' */
    size_t max_line_bytes;
    struct sites *sites; /* NULL: nobody asks for lines */
};

#define NO_NUMBER UINT32_MAX

/* What a thread has of one lifecycle. */
struct part {
    struct collection *out;
    pthread_mutex_t *lock; /* of out */
    struct batch batch;
    uint32_t *vm_numbers; /* from the matcher's to the table's, NO_NUMBER if it has none yet */
    size_t vm_count;
    struct arena_chunk *spare; /* for the table's arena, or NULL */
};

struct worker {
    struct shared *shared;
    const struct log_format *log;
    struct shapes *shapes;
    struct matcher *matcher;
    struct part *parts;
    size_t part_count;
    struct sieve *sieve;        /* NULL: all lines */
    struct pulse *pulse;        /* NULL: nobody wants to know */
    struct intern long_sources; /* those of lines that the matcher can't remember */
    struct cursor cursor;
    struct line_counts counts;
};

/* The number of the line in its block, 0 if there is no room for it. */
static uint32_t cursor_line(struct cursor *c)
{
    uint64_t n = line_number(&c->counter, c->line);

    return n <= UINT32_MAX ? (uint32_t)n : 0;
}

/* Where in the batch these are is known when it is whole: lists move as they grow. */
static void keep_tags(struct batch *b, const struct event *e)
{
    if (b->tag_count + e->tag_count > b->tag_room) {
        b->tag_room = (b->tag_room + e->tag_count) * 2;
        b->tags = xreallocarray(b->tags, b->tag_room, sizeof *b->tags);
    }
    for (size_t i = 0; i < e->tag_count; i++)
        b->tags[b->tag_count++] = e->tags[i];
}

static void keep_values(struct batch *b, const struct event *e)
{
    if (b->value_count + e->value_count > b->value_room) {
        b->value_room = (b->value_room + e->value_count) * 2;
        b->values = xreallocarray(b->values, b->value_room, sizeof *b->values);
    }
    for (size_t i = 0; i < e->value_count; i++)
        b->values[b->value_count++] = e->values[i];
}

static void keep_event(void *context, const struct event *e)
{
    struct worker *w = context;
    struct batch *b = &w->parts[e->lifecycle].batch;

    if (b->count == b->room) {
        b->room = b->room ? b->room * 2 : 256;
        b->events = xreallocarray(b->events, b->room, sizeof *b->events);
    }
    b->events[b->count] = *e;
    if (w->shared->sites)
        b->events[b->count].line = cursor_line(&w->cursor);
    b->count++;
    if (e->value_count)
        keep_values(b, e);
    if (!e->known)
        keep_tags(b, e);
}

/* The table knows the VMs of its own events only: which others the matcher met, and when, differs
 * from run to run. */
static uint32_t table_vm(struct part *part, const struct intern *vms, uint32_t vm)
{
    if (vm >= part->vm_count) {
        part->vm_numbers = xreallocarray(part->vm_numbers, vms->count, sizeof *part->vm_numbers);
        while (part->vm_count < vms->count)
            part->vm_numbers[part->vm_count++] = NO_NUMBER;
    }
    if (part->vm_numbers[vm] == NO_NUMBER)
        part->vm_numbers[vm] = intern_add(&part->out->timelines.vms, intern_text(vms, vm));
    return part->vm_numbers[vm];
}

/* With the lock held. */
static void hand_in_part(struct part *part, const struct intern *vms, uint32_t block)
{
    struct timelines *t = &part->out->timelines;
    const struct tag_text *tags = part->batch.tags;
    const struct value_worth *values = part->batch.values;
    size_t last_step = t->lc->repeats ? EXPECT_PLACE : EXPECT_ENTITY;

    t->block = block;
    if (part->spare)
        arena_give_spare(&t->arena, part->spare);
    part->spare = NULL;
    for (size_t i = 0; i < part->batch.count; i++) {
        struct event *e = &part->batch.events[i];

        for (size_t step = EXPECT_PLACE; step <= last_step; step++) {
            size_t ahead = (last_step + 1 - step) * TIMELINES_STRIDE;

            if (i + ahead < part->batch.count)
                timelines_expect(t, e + ahead, (enum expect)step);
        }
        if (!e->known) {
            e->tags = tags;
            tags += e->tag_count;
        }
        e->values = values;
        values += e->value_count;
        timelines_add(t, e, table_vm(part, vms, e->vm));
    }
}

/* Hand in what may be at once, or else all that there is. */
static void hand_in_parts(struct worker *w, uint32_t block, bool wait)
{
    for (size_t i = 0; i < w->part_count; i++) {
        struct part *part = &w->parts[i];
        bool wants_spare;

        if (!part->batch.count)
            continue;
        if (wait)
            pthread_mutex_lock(part->lock);
        else if (pthread_mutex_trylock(part->lock) != 0)
            continue;
        hand_in_part(part, matcher_vms(w->matcher), block);
        wants_spare = arena_wants_spare(&part->out->timelines.arena);
        pthread_mutex_unlock(part->lock);
        if (wants_spare)
            part->spare = arena_spare_new();
        part->batch.count = part->batch.tag_count = part->batch.value_count = 0;
    }
}

/* block is the number it has in the sites, if anybody asks for lines. */
static void hand_in(struct worker *w, uint32_t block)
{
    hand_in_parts(w, block, false);
    hand_in_parts(w, block, true);
    matcher_forget(w->matcher);
}

/* Numbers of sources that the matcher does not know lie above its own. */
#define LONG_SOURCES ((uint32_t)1 << 31)

static inline void feel_pulse(struct worker *w, const struct record *r, const struct origin *origin)
{
    struct pulse_source from;
    bool is_error = r->level >= LEVEL_ERROR;

    matcher_whence(w->matcher, r, origin, &from.source_number, &from.vm_number);
    if (pulse_add_again(w->pulse, from.source_number, from.vm_number, r->time_ns, is_error))
        return;
    from.vm = intern_text(matcher_vms(w->matcher), from.vm_number);
    if (from.source_number != NO_SOURCE) {
        from.source = intern_text(matcher_sources(w->matcher), from.source_number);
    } else if (w->long_sources.count == PULSE_MAX_PLACES) { /* they must not fill the memory */
        w->pulse->lost++;
        return;
    } else {
        from.source_number = record_source(r, &w->long_sources);
        from.source = intern_text(&w->long_sources, from.source_number);
        from.source_number += LONG_SOURCES;
    }
    pulse_add(w->pulse, &from, r->time_ns, is_error);
}

static inline void take_record(struct worker *w, const char *line, const struct record *r,
                               const struct origin *origin)
{
    w->counts.understood++;
    w->cursor.line = line;
    if (w->sieve && !sieve_takes(w->sieve, r, origin)) {
        w->counts.unselected++;
        return;
    }
    matcher_record(w->matcher, r, origin, keep_event, w);
    if (w->pulse)
        feel_pulse(w, r, origin);
}

static void take_line(struct worker *w, const char *line, size_t len, const struct origin *origin)
{
    struct record r;

    if (len > w->shared->max_line_bytes) {
        w->counts.too_long++;
        return;
    }
    w->counts.lines++;
    if (w->log->decode(line, len, &r))
        take_record(w, line, &r, origin);
    else
        w->counts.other++;
}

/* Lines from *at on that their format decodes on the way to their ends, until one is otherwise; how
 * many they were. */
static uint64_t take_usual_lines(struct worker *w, const struct block *b, const char **at)
{
    const char *p = *at, *end, *block_end = b->data + b->len;
    size_t max_bytes = w->shared->max_line_bytes;
    uint64_t lines = 0;
    struct record r;

    if (!w->log->decode_next)
        return 0;
    while (p < block_end) {
        end = w->log->decode_next(p, w->shapes, &r);
        if (!end || (size_t)(end - p) > max_bytes)
            break;
        take_record(w, p, &r, &b->input->origin);
        p = end + 1;
        lines++;
    }
    w->counts.lines += lines;
    *at = p;
    return lines;
}

/* The next line, whatever it is; false if there is none. */
static bool take_any_line(struct worker *w, const struct block *b, const char **at)
{
    struct slice line;

    if (!block_line(b, at, &line))
        return false;
    take_line(w, line.p, line.len, &b->input->origin);
    return true;
}

/* The number that a block has in the sites; all its lines count. */
static uint32_t note_block(struct worker *w, const struct block *b)
{
    uint64_t lines = line_number(&w->cursor.counter, b->data + b->len) - 1;
    uint32_t number;

    pthread_mutex_lock(&w->shared->sites_lock);
    number = sites_add(w->shared->sites, b, lines);
    pthread_mutex_unlock(&w->shared->sites_lock);
    return number;
}

static void take_block(void *context, const struct block *b)
{
    struct worker *w = context;
    const char *at = b->data;
    uint64_t lines = 0;

    w->cursor.counter = (struct line_counter){b->data, 0};
    do
        lines += take_usual_lines(w, b, &at);
    while (take_any_line(w, b, &at) && ++lines);
    meter_add_lines(lines);
    hand_in(w, w->shared->sites ? note_block(w, b) : 0);
}

static void add_counts(const struct worker *w, size_t lifecycle)
{
    struct collection *out = w->parts[lifecycle].out;
    const struct intern *sources = matcher_sources(w->matcher);
    const struct source_count *counts = matcher_source_counts(w->matcher);
    const struct hit_count *hits;
    size_t hit_count;

    out->counts.lines += w->counts.lines;
    out->counts.understood += w->counts.understood;
    out->counts.unselected += w->counts.unselected;
    out->counts.other += w->counts.other;
    out->counts.too_long += w->counts.too_long;
    out->counts.long_ids += matcher_long_ids(w->matcher, lifecycle);
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
    hits = matcher_hits(w->matcher, lifecycle, &hit_count);
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

static void worker_init(struct worker *w, struct shared *shared, const struct lifecycle *const *lcs,
                        size_t count, struct collection *out)
{
    *w = (struct worker){
        .shared = shared, .log = count ? lcs[0]->log : &log_lager, .part_count = count};
    w->shapes = shapes_new();
    w->matcher = matcher_new(lcs, count);
    w->parts = xcalloc(count, sizeof *w->parts);
    for (size_t i = 0; i < count; i++) {
        w->parts[i].out = &out[i];
        w->parts[i].lock = shared->sites ? &shared->sites_lock : &shared->locks[i];
    }
}

static void worker_release(struct worker *w)
{
    matcher_count(w->matcher);
    for (size_t i = 0; i < w->part_count; i++) {
        struct part *part = &w->parts[i];

        add_counts(w, i);
        free(part->batch.events);
        free(part->batch.tags);
        free(part->batch.values);
        free(part->vm_numbers);
        free(part->spare);
    }
    matcher_free(w->matcher);
    shapes_free(w->shapes);
    intern_release(&w->long_sources);
    free(w->parts);
    sieve_free(w->sieve);
}

/* Let each thread count for itself, and give what they counted to the pulse. */
static void pulses_init(struct worker *workers, unsigned threads, const struct pulse *pulse)
{
    for (unsigned i = 0; pulse && i < threads; i++) {
        workers[i].pulse = xcalloc(1, sizeof *workers[i].pulse);
        pulse_init(workers[i].pulse, pulse->width_ns);
    }
}

static void pulses_release(struct worker *workers, unsigned threads, struct pulse *pulse)
{
    for (unsigned i = 0; pulse && i < threads; i++) {
        pulse_merge(pulse, workers[i].pulse);
        pulse_release(workers[i].pulse);
        free(workers[i].pulse);
    }
    if (pulse)
        pulse_finish(pulse);
}

/* Read, up to the end of which nothing is decided. */
static void read_all(struct inputs *inputs, const struct lifecycle *const *lcs, size_t count,
                     const struct feed_options *options, const struct filter *filter,
                     struct collection *out, struct pulse *pulse)
{
    struct shared shared = {.max_line_bytes = options->max_line_bytes, .sites = options->sites};
    struct worker *workers = xcalloc(options->threads, sizeof *workers);
    void **contexts = xcalloc(options->threads, sizeof *contexts);

    for (size_t i = 0; i < count; i++) {
        out[i] = (struct collection){0};
        timelines_init(&out[i].timelines, lcs[i], options->sites);
        out[i].timelines.threads = options->threads;
    }
    pthread_mutex_init(&shared.sites_lock, NULL);
    shared.locks = xcalloc(count, sizeof *shared.locks);
    for (size_t i = 0; i < count; i++)
        pthread_mutex_init(&shared.locks[i], NULL);
    for (unsigned i = 0; i < options->threads; i++) {
        worker_init(&workers[i], &shared, lcs, count, out);
        if (filter)
            workers[i].sieve = sieve_new(filter);
        contexts[i] = &workers[i];
    }
    pulses_init(workers, options->threads, pulse);
    feed(inputs, options, take_block, contexts);
    if (options->sites)
        sites_number(options->sites);
    pulses_release(workers, options->threads, pulse);
    for (unsigned i = 0; i < options->threads; i++)
        worker_release(&workers[i]);
    for (size_t k = 0; k < count; k++) {
        arena_give_spare(&out[k].timelines.arena, NULL);
        for (size_t i = 0; i < inputs->count; i++) {
            out[k].counts.left_out += inputs->list[i].left_out;
            for (const struct input *in = &inputs->list[i]; in; in = in->next)
                out[k].counts.too_long += in->long_lines;
        }
    }
    for (size_t i = 0; i < count; i++)
        pthread_mutex_destroy(&shared.locks[i]);
    pthread_mutex_destroy(&shared.sites_lock);
    free(shared.locks);
    free(workers);
    free(contexts);
}

void collect(struct inputs *inputs, const struct lifecycle *lc, const struct feed_options *options,
             const struct filter *filter, const struct selection *selection, struct collection *out)
{
    read_all(inputs, &lc, 1, options, filter, out, NULL);
    timelines_finish(&out->timelines, selection);
}

static void finish(void *context, size_t i)
{
    struct collection *list = context;
    struct selection all = {NULL, NULL};

    timelines_finish(&list[i].timelines, &all);
}

void collect_all(struct inputs *inputs, const struct lifecycle *const *lcs, size_t count,
                 const struct feed_options *options, const struct filter *filter,
                 struct collection *out, struct pulse *pulse)
{
    read_all(inputs, lcs, count, options, filter, out, pulse);
    threads_each(options->threads, count, finish, out);
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
