/* SPDX-License-Identifier: Apache-2.0 */
#include "input/feed.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/threads.h"
#include "base/xalloc.h"
#include "input/stream.h"

/*
 * A block should stay in a core's second-level cache between reading and
 * decoding, be large enough that taking one costs little, and all together
 * must not be much, however many threads there are.
 */
#define BLOCK_BYTES_MOST  ((size_t)512 * 1024)
#define BLOCK_BYTES_LEAST ((size_t)32 * 1024)
#define ALL_BLOCKS_BYTES  ((size_t)7 * 512 * 1024)
#define SLACK_BYTES       64

/*
 * Of a plain file the bytes are put where their place in memory is that in the file, modulo this:
 * the kernel's copy of a page is several times slower where the two differ (measured on a Zen 3: 5
 * times modulo 16, the same modulo 32).
 */
#define ALIGN_BYTES ((size_t)64)

/* What is read beyond a range at first, to end its last line: most lines are shorter. */
#define OVERLAP_BYTES ((size_t)4 * 1024)

/* Of a line that is longer than that so much more is read, and then as much as it has. */
#define LINE_BYTES ((size_t)16 * 1024)

/* Who only decodes sleeps until so many blocks are ready: it is faster than who unpacks, and to
 * wake it for each would cost the latter. */
#define WAKE_BLOCKS 3

/* An input that is being read. */
struct source {
    struct input *input;
    struct stream *stream;
    char *carry; /* the start of a line whose end is not read yet */
    size_t carry_len, carry_cap;
    uint64_t offset; /* of the carry in the unpacked input; of a plain file, of the next range */
    bool skipping;   /* within a line that is too long */
    bool busy;       /* a thread opens or reads it */
    bool ranges;     /* a plain file: any number of threads read it */
    bool over;       /* a range began behind its end */
    size_t readers;  /* threads within a range of it */
};

struct feed {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct inputs *inputs;
    struct feed_options options;
    size_t block_bytes;
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
};

/* Room for cap bytes from data on, which stays as far within the room as it is. */
static void block_grow(struct block *b, size_t cap)
{
    size_t at = b->room ? (size_t)(b->data - b->room) : 0;

    b->room = xrealloc(b->room, ALIGN_BYTES + cap + SLACK_BYTES);
    b->data = b->room + at;
    b->cap = cap;
}

/* Let data be where the byte at this offset of a file is to be read to. */
static void block_align(struct block *b, uint64_t offset)
{
    b->data = b->room + ((size_t)(offset - (uintptr_t)b->room) & (ALIGN_BYTES - 1));
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

/* A line that is too long is given up: drop bytes until its end.  True while there is more to drop.
 */
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
static bool source_fill(struct source *src, struct block *b, size_t block_bytes, size_t max_line)
{
    uint64_t long_lines = src->input->long_lines;
    size_t have = src->carry_len, n;
    char *end;

    b->data = b->room;
    if (b->cap < have + block_bytes)
        block_grow(b, have + block_bytes);
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
        if (have > max_line) { /* and all of it one line */
            src->input->long_lines++;
            src->skipping = true;
            skip_long_line(src, b, &have);
            continue;
        }
        block_grow(b, b->cap * 2);
    }
    b->input = src->input;
    b->offset = src->offset;
    b->long_before = src->input->long_lines - long_lines;
    b->long_behind = 0;
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

/*
 * The end of the line that holds the byte at data[at], reading on as far as
 * need be: its '\n', NULL if the file ends without one, and NULL with *too_long if it is
 * not found within max_line bytes from line on.
 */
static char *line_end(const struct source *src, struct block *b, uint64_t base, size_t line,
                      size_t at, size_t *have, size_t max_line, bool *too_long, int *error)
{
    for (;;) {
        char *end = memchr(b->data + at, '\n', *have - at);
        size_t n, more;

        if (end)
            return end;
        *too_long = *have - line > max_line;
        if (*too_long)
            return NULL;
        at = *have;
        more = *have - line < LINE_BYTES ? LINE_BYTES : *have - line;
        if (b->cap < *have + more)
            block_grow(b, *have + more);
        n = stream_read_at(src->stream, b->data + *have, more, base + *have, error);
        *have += n;
        if (n == 0)
            return NULL;
    }
}

/*
 * The lines of a plain file that begin within [from, from + range), be it that
 * the last one ends behind it.  Whether a line begins at from, the byte before
 * it tells.  Returns false if no line begins behind the range either, for the file ends there.
 */
static bool fill_range(const struct source *src, struct block *b, uint64_t from, size_t range,
                       size_t max_line, int *error)
{
    size_t back = from > 0, want = back + range, have, start = 0, last;
    bool more, too_long = false;
    char *end;

    b->data = b->room;
    if (b->cap < want + OVERLAP_BYTES)
        block_grow(b, want + OVERLAP_BYTES);
    block_align(b, from - back);
    b->len = 0;
    b->long_before = b->long_behind = 0;
    have = stream_read_at(src->stream, b->data, want + OVERLAP_BYTES, from - back, error);
    more = have > want;
    if (have <= back)
        return false;
    if (back) {
        end = memchr(b->data, '\n', have < want ? have : want);
        if (!end || end == b->data + want - 1 || end == b->data + have - 1)
            return more; /* no line begins here */
        start = (size_t)(end - b->data) + 1;
    }
    if (more) {
        /* the last line that begins here holds the range's last byte */
        end = memrchr(b->data + start, '\n', want - 1 - start);
        last = end ? (size_t)(end - b->data) + 1 : start;
        end = line_end(src, b, from - back, last, want - 1, &have, max_line, &too_long, error);
        if (too_long) {
            b->long_behind = 1;
            b->len = last - start;
        } else if (end) {
            b->len = (size_t)(end - b->data) + 1 - start;
        }
    }
    if (!more ||
        (!end && !too_long)) { /* up to the end of the file, where the last '\n' may lack */
        if (b->data[have - 1] != '\n')
            b->data[have++] = '\n';
        b->len = have - start;
    }
    b->data += start; /* blocks start at their first line */
    b->data[b->len] = '\n';
    b->input = src->input;
    b->offset = from - back + start;
    return more;
}

/* On to the next log of a bundle, after the last bytes of one. */
static bool source_next(struct source *src)
{
    if (!stream_next(src->stream))
        return false;
    src->input = stream_input(src->stream);
    src->carry_len = 0;
    src->offset = 0;
    src->skipping = false;
    return true;
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
        if (!f->open[i]->busy && !f->open[i]->over)
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

/* With fewer inputs than threads, reading is what the others wait for. */
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

/* The source to read next, marked busy; a new one if none is idle.  Called with the lock held. */
static struct source *take_source(struct feed *f)
{
    struct source *src = idle_source(f);

    if (!src) {
        src = xcalloc(1, sizeof *src);
        src->input = &f->inputs->list[f->next_input++];
        f->open[f->open_count++] = src;
    }
    src->busy = true;
    return src;
}

/* Called with the lock held. */
static void give_back(struct feed *f, struct block *b)
{
    if (b->cap >
        2 * (f->block_bytes + OVERLAP_BYTES)) { /* one long line must not cost its room for ever */
        free(b->room);
        b->room = NULL;
        block_grow(b, f->block_bytes + OVERLAP_BYTES + 1);
    }
    b->next = f->spare;
    f->spare = b;
}

/* Work on a block.  Called and left with the lock held. */
static void decode(struct feed *f, struct block *b, void *context)
{
    f->working++;
    pthread_mutex_unlock(&f->lock);
    f->fn(context, b);
    pthread_mutex_lock(&f->lock);
    f->working--;
    give_back(f, b);
    pthread_cond_signal(&f->changed);
}

static void decode_ready(struct feed *f, void *context)
{
    struct block *b = f->ready;

    f->ready = b->next;
    f->ready_count--;
    if (!f->ready)
        f->ready_end = &f->ready;
    decode(f, b, context);
}

/* Open an input, which reads its first bytes and may wait for a pipe.  Called and left with the
 * lock held. */
static void open_stream(struct feed *f, struct source *src)
{
    pthread_mutex_unlock(&f->lock);
    src->stream = stream_open(src->input, f->options.max_unpacked);
    if (src->stream)
        src->input = stream_input(src->stream);
    src->ranges = src->stream && stream_is_plain_file(src->stream);
    pthread_mutex_lock(&f->lock);
}

/* Read a range of a plain file and work on it.  Called and left with the lock held. */
static void read_range(struct feed *f, struct source *src, struct block *b, void *context)
{
    uint64_t from = src->offset;
    bool more;
    int error;

    src->busy = false;
    src->offset += f->block_bytes;
    src->readers++;
    f->working++;
    pthread_cond_signal(&f->changed);
    pthread_mutex_unlock(&f->lock);
    more = fill_range(src, b, from, f->block_bytes, f->options.max_line_bytes, &error);
    if (b->len || b->long_behind)
        f->fn(context, b);
    pthread_mutex_lock(&f->lock);
    f->working--;
    src->over |= !more;
    src->input->bytes += b->len;
    src->input->long_lines += b->long_behind;
    if (error)
        input_problem(src->input, INPUT_FAILED, "%s", strerror(error));
    if (--src->readers == 0 && src->over)
        close_source(f, src);
    give_back(f, b);
    pthread_cond_signal(&f->changed);
}

/*
 * Read the next block of a stream.  Where few inputs are left it is for
 * others, so that reading can go on; else it is worked on at once, while it is
 * in this core's cache.  Called and left with the lock held.
 */
static void read_stream(struct feed *f, struct source *src, struct block *b, void *context)
{
    bool more = false, scarce;

    f->working++;
    pthread_mutex_unlock(&f->lock);
    b->len = 0;
    if (src->stream)
        more = source_fill(src, b, f->block_bytes, f->options.max_line_bytes) || source_next(src);
    pthread_mutex_lock(&f->lock);
    f->working--;
    src->busy = false;
    scarce = reading_is_scarce(f);
    if (!more)
        close_source(f, src);
    if (!b->len) {
        give_back(f, b);
    } else if (scarce) {
        b->next = NULL;
        *f->ready_end = b;
        f->ready_end = &b->next;
        if (++f->ready_count < WAKE_BLOCKS && more && f->spare)
            return;
    } else {
        pthread_cond_signal(&f->changed);
        decode(f, b, context);
        return;
    }
    pthread_cond_broadcast(&f->changed);
}

static void read_block(struct feed *f, void *context)
{
    struct source *src = take_source(f);
    struct block *b = f->spare;

    f->spare = b->next;
    if (!src->stream) {
        f->working++;
        open_stream(f, src);
        f->working--;
    }
    if (src->ranges)
        read_range(f, src, b, context);
    else
        read_stream(f, src, b, context);
}

static void work(void *context)
{
    struct worker *w = context;
    struct feed *f = w->feed;

    pthread_mutex_lock(&f->lock);
    for (;;) {
        bool read = can_read(f);

        if (f->ready && !(read && reading_is_scarce(f)))
            decode_ready(f, w->context);
        else if (read)
            read_block(f, w->context);
        else if (f->working)
            pthread_cond_wait(&f->changed, &f->lock);
        else
            break;
    }
    pthread_cond_broadcast(&f->changed);
    pthread_mutex_unlock(&f->lock);
}

static size_t block_size(size_t blocks)
{
    size_t bytes = ALL_BLOCKS_BYTES / blocks;

    return bytes > BLOCK_BYTES_MOST    ? BLOCK_BYTES_MOST
           : bytes < BLOCK_BYTES_LEAST ? BLOCK_BYTES_LEAST
                                       : bytes;
}

void feed(struct inputs *inputs, const struct feed_options *options, feed_fn *fn,
          void *const *contexts)
{
    unsigned threads = options->threads;
    struct feed f = {.inputs = inputs, .options = *options, .fn = fn, .open_max = threads};
    struct worker *workers = xcalloc(threads, sizeof *workers);
    void **list = xcalloc(threads, sizeof *list);
    size_t blocks = threads + (threads < 8 ? threads : 8) + 1;

    f.block_bytes = options->block_bytes ? options->block_bytes : block_size(blocks);
    f.open = xcalloc(threads, sizeof *f.open);
    f.ready_end = &f.ready;
    pthread_mutex_init(&f.lock, NULL);
    pthread_cond_init(&f.changed, NULL);
    for (size_t i = 0; i < blocks; i++) {
        struct block *b = xcalloc(1, sizeof *b);

        block_grow(b, f.block_bytes + OVERLAP_BYTES + 1);
        b->next = f.spare;
        f.spare = b;
    }
    for (unsigned i = 0; i < threads; i++) {
        workers[i] = (struct worker){&f, contexts[i]};
        list[i] = &workers[i];
    }
    threads_run(threads, work, list);
    while (f.spare) {
        struct block *b = f.spare;

        f.spare = b->next;
        free(b->room);
        free(b);
    }
    free(f.open);
    free(list);
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
