/* SPDX-License-Identifier: Apache-2.0 */
#include "input/feed.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/regex.h"
#include "base/xalloc.h"
#include "input/stream.h"

/* A block should stay in a core's second-level cache between reading and decoding. */
#define BLOCK_BYTES ((size_t)128 * 1024)
#define SLACK_BYTES 64

/* An input that is being read. */
struct source {
    struct input *input;
    struct stream *stream;
    char *carry; /* the start of a line whose end is not read yet */
    size_t carry_len, carry_cap;
    uint64_t offset; /* of the carry in the unpacked input */
    bool skipping;   /* within a line that is too long */
    bool busy;       /* a thread reads it */
};

struct feed {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct inputs *inputs;
    struct feed_options options;
    feed_fn *fn;
    size_t next_input;
    struct source **open;
    size_t open_count, open_max;
    struct block *ready, **ready_end, *spare;
    size_t ready_count;
    size_t working; /* threads that read or decode */
};

struct worker {
    struct feed *feed;
    void *context;
    pthread_t thread;
};

static void block_grow(struct block *b, size_t cap)
{
    b->data = xrealloc(b->data, cap + SLACK_BYTES);
    b->cap = cap;
}

/* Keep the bytes behind the last line end for the next block. */
static void carry_over(struct source *src, const char *bytes, size_t len)
{
    if (len > src->carry_cap) {
        src->carry_cap = len;
        src->carry = xrealloc(src->carry, len);
    }
    if (len)
        memcpy(src->carry, bytes, len);
    src->carry_len = len;
}

/* A line that is too long is given up: drop bytes until its end.  True while there is more to drop. */
static bool skip_long_line(struct source *src, struct block *b, size_t *have)
{
    char *end = memchr(b->data, '\n', *have);
    size_t drop = end ? (size_t)(end - b->data) + 1 : *have;

    memmove(b->data, b->data + drop, *have - drop);
    *have -= drop;
    src->offset += drop;
    src->skipping = !end;
    return src->skipping;
}

/*
 * Fill a block with whole lines.  False at the end of the input; then the
 * block holds its last lines, or nothing.
 */
static bool source_fill(struct source *src, struct block *b, size_t max_line)
{
    size_t have = src->carry_len, n;
    char *end;

    if (b->cap < have + BLOCK_BYTES / 2)
        block_grow(b, have + BLOCK_BYTES / 2);
    if (have)
        memcpy(b->data, src->carry, have);
    src->carry_len = 0;
    for (;;) {
        n = stream_read(src->stream, b->data + have, b->cap - have);
        have += n;
        if (src->skipping && skip_long_line(src, b, &have) && n)
            continue;
        if (n && have < b->cap)
            continue;
        end = have ? memrchr(b->data, '\n', have) : NULL;
        if (end || !n)
            break;
        if (have > max_line) {
            src->input->long_lines++;
            src->skipping = true;
            skip_long_line(src, b, &have);
            continue;
        }
        block_grow(b, b->cap * 2);
    }
    b->input = src->input;
    b->offset = src->offset;
    if (!n) { /* the last line may lack its end */
        if (have && b->data[have - 1] != '\n')
            b->data[have++] = '\n';
        b->len = have;
    } else {
        b->len = (size_t)(end - b->data) + 1;
        carry_over(src, b->data + b->len, have - b->len);
    }
    src->offset += b->len;
    memset(b->data + b->len, '\n', 1);
    return n > 0;
}

static void source_close(struct source *src)
{
    stream_close(src->stream);
    free(src->carry);
    free(src);
}

static struct source *idle_source(struct feed *f)
{
    for (size_t i = 0; i < f->open_count; i++) {
        if (!f->open[i]->busy)
            return f->open[i];
    }
    return NULL;
}

/* Inputs without a problem of their own that are not opened yet. */
static bool has_unopened(struct feed *f)
{
    while (f->next_input < f->inputs->count && f->inputs->list[f->next_input].state == INPUT_FAILED)
        f->next_input++;
    return f->next_input < f->inputs->count;
}

static bool can_read(struct feed *f)
{
    return f->spare && (idle_source(f) || (f->open_count < f->open_max && has_unopened(f)));
}

/*
 * With fewer inputs than threads, reading is what the others wait for, so it
 * goes first.  Else a thread decodes at once what it has read, while it is in
 * its cache.
 */
static bool reading_is_scarce(const struct feed *f)
{
    return f->open_count + (f->inputs->count - f->next_input) < f->options.threads;
}

static void close_source(struct feed *f, struct source *src)
{
    for (size_t i = 0; i < f->open_count; i++) {
        if (f->open[i] == src) {
            f->open[i] = f->open[--f->open_count];
            break;
        }
    }
    source_close(src);
}

/* Read one block.  Called and left with the lock held. */
static void do_read(struct feed *f)
{
    struct source *src = idle_source(f);
    struct block *b = f->spare;
    bool more = false;

    f->spare = b->next;
    f->working++;
    if (src) {
        src->busy = true;
        pthread_mutex_unlock(&f->lock);
    } else {
        struct input *in = &f->inputs->list[f->next_input++];

        /* Opening reads, and may wait for a pipe: hold a place, not the lock. */
        src = xcalloc(1, sizeof *src);
        src->input = in;
        src->busy = true;
        f->open[f->open_count++] = src;
        pthread_mutex_unlock(&f->lock);
        src->stream = stream_open(in);
    }
    b->len = 0;
    if (src->stream)
        more = source_fill(src, b, f->options.max_line_bytes);
    pthread_mutex_lock(&f->lock);
    f->working--;
    src->busy = false;
    if (!more)
        close_source(f, src);
    if (b->len) {
        b->next = NULL;
        *f->ready_end = b;
        f->ready_end = &b->next;
        f->ready_count++;
    } else {
        b->next = f->spare;
        f->spare = b;
    }
    pthread_cond_broadcast(&f->changed);
}

/* Work on one block.  Called and left with the lock held. */
static void do_decode(struct feed *f, void *context)
{
    struct block *b = f->ready;

    f->ready = b->next;
    if (!f->ready)
        f->ready_end = &f->ready;
    f->ready_count--;
    f->working++;
    pthread_mutex_unlock(&f->lock);
    f->fn(context, b);
    if (b->cap > 2 * BLOCK_BYTES) { /* one long line must not cost its room for ever */
        free(b->data);
        b->data = NULL;
        block_grow(b, BLOCK_BYTES);
    }
    pthread_mutex_lock(&f->lock);
    f->working--;
    b->next = f->spare;
    f->spare = b;
    pthread_cond_broadcast(&f->changed);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct feed *f = w->feed;

    pthread_mutex_lock(&f->lock);
    for (;;) {
        bool read = can_read(f);

        if (f->ready && !(read && reading_is_scarce(f)))
            do_decode(f, w->context);
        else if (read)
            do_read(f);
        else if (f->working)
            pthread_cond_wait(&f->changed, &f->lock);
        else
            break;
    }
    pthread_mutex_unlock(&f->lock);
    regex_thread_release();
    return NULL;
}

void feed(struct inputs *inputs, const struct feed_options *options, feed_fn *fn,
          void *const *contexts)
{
    unsigned threads = options->threads;
    struct feed f = {.inputs = inputs, .options = *options, .fn = fn, .open_max = threads};
    struct worker *workers = xcalloc(threads, sizeof *workers);
    size_t blocks = threads + (threads < 8 ? threads : 8) + 1;

    f.open = xcalloc(threads, sizeof *f.open);
    f.ready_end = &f.ready;
    pthread_mutex_init(&f.lock, NULL);
    pthread_cond_init(&f.changed, NULL);
    for (size_t i = 0; i < blocks; i++) {
        struct block *b = xcalloc(1, sizeof *b);

        block_grow(b, BLOCK_BYTES);
        b->next = f.spare;
        f.spare = b;
    }
    for (unsigned i = 0; i < threads; i++)
        workers[i] = (struct worker){.feed = &f, .context = contexts[i]};
    /* The last one is this thread; where no thread can be had, it does all. */
    for (unsigned i = 0; i + 1 < threads; i++) {
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            threads = i + 1;
            break;
        }
    }
    work(&workers[threads - 1]);
    for (unsigned i = 0; i + 1 < threads; i++)
        pthread_join(workers[i].thread, NULL);
    while (f.spare) {
        struct block *b = f.spare;

        f.spare = b->next;
        free(b->data);
        free(b);
    }
    free(f.open);
    free(workers);
    pthread_mutex_destroy(&f.lock);
    pthread_cond_destroy(&f.changed);
}

unsigned feed_default_threads(void)
{
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;

    return n < 1 ? 1 : n > 64 ? 64 : (unsigned)n;
}
