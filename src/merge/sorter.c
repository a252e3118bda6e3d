/* SPDX-License-Identifier: Apache-2.0 */
#include "merge/sorter.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "merge/heap.h"

/* What all runs together have for reading, and what one has at least and at most. */
#define READ_BYTES_ALL   ((size_t)16 * 1024 * 1024)
#define READ_BYTES_LEAST ((size_t)8 * 1024)
#define READ_BYTES_MOST  ((size_t)1024 * 1024)
#define WRITE_BYTES      ((size_t)256 * 1024)

/* A line in memory: its bytes are at an offset in the sorter's text. */
struct item {
    struct spot spot; /* its text has no pointer: the bytes may move */
    size_t at;
};

/* What stands in front of a line's bytes in the file, which no other process ever reads. */
struct head {
    int64_t time_ns;
    const struct source *source;
    uint64_t number;
    size_t len;
};

/* A sorted part of the file, and what of it is in memory. */
struct run {
    struct spot spot; /* the first member: what the heap holds */
    uint64_t offset, end;
    char *buf; /* room for cap bytes and slack */
    size_t at, len, cap;
};

struct sorter {
    pthread_mutex_t lock;
    size_t budget;
    struct item *items;
    size_t count, room;
    char *text;
    size_t text_len, text_room;
    size_t next; /* item to be read */
    int fd;      /* -1: nothing is written yet */
    uint64_t written;
    struct run *runs;
    size_t run_count;
    struct heap heap;
    bool started; /* the line on top of the heap was given away */
};

struct sorter *sorter_new(size_t budget_bytes)
{
    struct sorter *s = xcalloc(1, sizeof *s);

    pthread_mutex_init(&s->lock, NULL);
    s->budget = budget_bytes;
    s->fd = -1;
    return s;
}

static void forget_items(struct sorter *s)
{
    free(s->items);
    free(s->text);
    s->items = NULL;
    s->text = NULL;
    s->count = s->room = s->text_len = s->text_room = 0;
}

void sorter_free(struct sorter *s)
{
    if (!s)
        return;
    forget_items(s);
    for (size_t i = 0; i < s->run_count; i++)
        free(s->runs[i].buf);
    free(s->runs);
    free(s->heap.list);
    if (s->fd >= 0)
        close(s->fd);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* ---- writing ---- */

static const char *folder(void)
{
    const char *path = getenv("TMPDIR");

    return path && *path ? path : "/tmp";
}

static int trouble(int error, struct err *err)
{
    return err_set(err,
                   "%s: can't keep lines that are out of order, from a bundle or from a pipe "
                   "there until they are sorted: %s; set TMPDIR to a folder with room for them",
                   folder(), strerror(error));
}

static int open_file(struct sorter *s, struct err *err)
{
    struct strbuf name = STRBUF_INIT;

    s->fd = open(folder(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (s->fd < 0) { /* not every file system has those */
        strbuf_printf(&name, "%s/cicerone-XXXXXX", folder());
        s->fd = mkostemp(name.data, O_CLOEXEC);
        if (s->fd >= 0)
            unlink(name.data);
        strbuf_release(&name);
    }
    return s->fd < 0 ? trouble(errno, err) : 0;
}

static int write_out(struct sorter *s, struct strbuf *b, struct err *err)
{
    for (size_t done = 0; done < b->len;) {
        ssize_t n = pwrite(s->fd, b->data + done, b->len - done, (off_t)s->written);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return trouble(n ? errno : ENOSPC, err);
        done += (size_t)n;
        s->written += (uint64_t)n;
    }
    strbuf_reset(b);
    return 0;
}

static int by_spot(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    return spot_before(&x->spot, &y->spot) ? -1 : 1;
}

/* Sort what is in memory.  Lines whose time is still not known come last, one file after the other.
 */
static void sort_items(struct sorter *s)
{
    for (size_t i = 0; i < s->count; i++)
        s->items[i].spot.time_ns = spot_time(&s->items[i].spot);
    if (s->count)
        qsort(s->items, s->count, sizeof *s->items, by_spot);
}

/* Does a run end before this item?  Lines of a file whose time is not known are a run of their own.
 */
static bool begins_run(const struct sorter *s, size_t i)
{
    const struct spot *spot = &s->items[i].spot;

    return i == 0 ||
           (spot->time_ns == NSTIME_NONE && (spot->source != s->items[i - 1].spot.source ||
                                             s->items[i - 1].spot.time_ns != NSTIME_NONE));
}

/* Write what is in memory to the file. */
static int spill(struct sorter *s, struct err *err)
{
    struct strbuf b = STRBUF_INIT;
    int rc = s->fd < 0 ? open_file(s, err) : 0;

    sort_items(s);
    for (size_t i = 0; rc == 0 && i < s->count; i++) {
        const struct item *item = &s->items[i];
        struct head head = {item->spot.time_ns, item->spot.source, item->spot.number,
                            item->spot.text.len};

        if (begins_run(s, i)) {
            s->runs = xreallocarray(s->runs, s->run_count + 1, sizeof *s->runs);
            s->runs[s->run_count++] = (struct run){.offset = s->written + b.len};
        }
        strbuf_add(&b, (const char *)&head, sizeof head);
        strbuf_add(&b, s->text + item->at, head.len + 1);
        s->runs[s->run_count - 1].end = s->written + b.len;
        if (b.len >= WRITE_BYTES)
            rc = write_out(s, &b, err);
    }
    if (rc == 0)
        rc = write_out(s, &b, err);
    strbuf_release(&b);
    if (s->text_room + s->room * sizeof *s->items > 2 * s->budget) /* for one long line */
        forget_items(s);
    s->count = s->text_len = 0;
    return rc;
}

static void make_room(struct sorter *s, size_t len)
{
    if (s->count == s->room) {
        s->room = s->room ? s->room * 2 : 1024;
        s->items = xreallocarray(s->items, s->room, sizeof *s->items);
    }
    if (s->text_room - s->text_len < len) {
        s->text_room = 2 * s->text_room > s->text_len + len ? 2 * s->text_room : s->text_len + len;
        s->text = xrealloc(s->text, s->text_room);
    }
}

int sorter_add(struct sorter *s, const struct spot *spot, struct err *err)
{
    size_t len = spot->text.len + 1, need = len + sizeof *s->items + JSCAN_SLACK;
    int rc = 0;

    pthread_mutex_lock(&s->lock);
    if (s->count && s->text_len + s->count * sizeof *s->items + need > s->budget)
        rc = spill(s, err);
    make_room(s, len + JSCAN_SLACK);
    memcpy(s->text + s->text_len, spot->text.p, spot->text.len);
    s->text[s->text_len + len - 1] = '\n';
    s->items[s->count] = (struct item){*spot, s->text_len};
    s->count++;
    s->text_len += len;
    pthread_mutex_unlock(&s->lock);
    return rc;
}

void sorter_know(struct sorter *s, struct source *source, int64_t first_ns)
{
    pthread_mutex_lock(&s->lock);
    source->first_ns = first_ns;
    pthread_mutex_unlock(&s->lock);
}

/* ---- reading ---- */

/* Have so many bytes of the run from at on in memory. */
static int run_need(const struct sorter *s, struct run *r, size_t need, struct err *err)
{
    if (r->len - r->at >= need)
        return 0;
    if (r->at)
        memmove(r->buf, r->buf + r->at, r->len - r->at);
    r->len -= r->at;
    r->at = 0;
    if (need > r->cap) {
        r->cap = need;
        r->buf = xrealloc(r->buf, r->cap + JSCAN_SLACK);
    }
    while (r->len < need) {
        size_t want =
            r->end - r->offset < r->cap - r->len ? (size_t)(r->end - r->offset) : r->cap - r->len;
        ssize_t n = pread(s->fd, r->buf + r->len, want, (off_t)r->offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(err, "%s: can't read back the lines that were kept there: %s", folder(),
                           n ? strerror(errno) : "they are gone");
        r->len += (size_t)n;
        r->offset += (uint64_t)n;
    }
    return 0;
}

/* 1, 0 at the end, or -1 and err. */
static int run_next(const struct sorter *s, struct run *r, struct err *err)
{
    struct head head;

    if (r->at == r->len && r->offset == r->end)
        return 0;
    if (run_need(s, r, sizeof head, err) < 0)
        return -1;
    memcpy(&head, r->buf + r->at, sizeof head);
    if (run_need(s, r, sizeof head + head.len + 1, err) < 0)
        return -1;
    r->spot = (struct spot){
        head.time_ns, head.source, head.number, {r->buf + r->at + sizeof head, head.len}};
    r->spot.time_ns = spot_time(&r->spot);
    r->at += sizeof head + head.len + 1;
    return 1;
}

int sorter_finish(struct sorter *s, struct err *err)
{
    size_t cap;

    if (s->fd < 0) {
        sort_items(s);
        return 0;
    }
    if (spill(s, err) < 0)
        return -1;
    forget_items(s);
    cap = READ_BYTES_ALL / s->run_count;
    cap = cap < READ_BYTES_LEAST ? READ_BYTES_LEAST : cap > READ_BYTES_MOST ? READ_BYTES_MOST : cap;
    for (size_t i = 0; i < s->run_count; i++) {
        struct run *r = &s->runs[i];

        r->cap = cap;
        r->buf = xmalloc(cap + JSCAN_SLACK);
        if (run_next(s, r, err) < 0)
            return -1;
        heap_push(&s->heap, &r->spot);
    }
    return 0;
}

int sorter_next(struct sorter *s, struct spot *spot, struct err *err)
{
    if (s->fd < 0) {
        if (s->next == s->count)
            return 0;
        *spot = s->items[s->next].spot;
        spot->text.p = s->text + s->items[s->next++].at;
        return 1;
    }
    if (s->started) {
        struct run *r = (struct run *)s->heap.list[0];
        int rc = run_next(s, r, err);

        if (rc < 0)
            return -1;
        if (rc) {
            heap_settle(&s->heap);
        } else {
            free(r->buf);
            r->buf = NULL;
            heap_pop(&s->heap);
        }
    }
    s->started = s->heap.count > 0;
    if (!s->started)
        return 0;
    *spot = *s->heap.list[0];
    return 1;
}
