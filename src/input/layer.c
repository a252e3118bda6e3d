/* SPDX-License-Identifier: Apache-2.0 */
#include "input/layer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "input/meter.h"

void layer_init(struct layer *l, const struct layer_ops *ops, struct layer *below)
{
    *l = (struct layer){.ops = ops, .below = below};
    if (below) {
        l->input = below->input;
        l->tally = below->tally;
    }
}

void layer_damage(const struct layer *l, const char *format, ...)
{
    struct strbuf text = STRBUF_INIT;
    va_list args;

    if (l->tally->stopped)
        return;
    va_start(args, format);
    strbuf_vprintf(&text, format, args);
    va_end(args);
    input_problem(l->input, INPUT_DAMAGED, "%s", text.data);
    strbuf_release(&text);
}

/* Count what came out, and stop if that is beyond all measure.  Returns how much of it may be used:
 * up to a limit in bytes, however many are read at a time. */
static size_t count_unpacked(const struct layer *l, size_t n)
{
    struct tally *t = l->tally;
    uint64_t most = t->most ? t->most : TALLY_MOST;

    if (n > most - t->unpacked) {
        n = (size_t)(most - t->unpacked);
        t->unpacked = most;
        layer_damage(
            l, "unpacks to more than %" PRIu64 " bytes; the rest was left out (see --max-unpacked)",
            most);
        t->stopped = true;
        return n;
    }
    t->unpacked += n;
    if (!t->most && t->unpacked > TALLY_RATIO_BEYOND && t->unpacked / TALLY_RATIO > t->packed) {
        layer_damage(l,
                     "unpacks to more than %" PRIu64 " times its size (%" PRIu64
                     " bytes so far); the rest was left out (see --max-unpacked)",
                     TALLY_RATIO, t->unpacked);
        t->stopped = true;
    }
    return n;
}

/* Read, past what was looked at. */
static size_t read_on(struct layer *l, void *buf, size_t cap)
{
    size_t n;

    if (l->tally->stopped)
        return 0;
    n = l->ops->read(l, buf, cap);
    if (l->ops->unpacks)
        n = count_unpacked(l, n);
    return n;
}

size_t layer_read(struct layer *l, void *buf, size_t cap)
{
    size_t n = l->peek_len - l->peek_at;

    if (n) {
        n = n < cap ? n : cap;
        memcpy(buf, l->peek + l->peek_at, n);
        l->peek_at += n;
    } else {
        n = read_on(l, buf, cap);
    }
    l->at += n;
    return n;
}

size_t layer_peek(struct layer *l, size_t want, const unsigned char **bytes)
{
    size_t have = l->peek_len - l->peek_at;

    if (have < want) {
        if (have)
            memmove(l->peek, l->peek + l->peek_at, have);
        l->peek = xrealloc(l->peek, want);
        l->peek_at = 0;
        l->peek_len = have;
    }
    while (have < want) {
        size_t n = read_on(l, l->peek + have, want - have);

        have += n;
        l->peek_len = have;
        if (!n)
            break;
    }
    *bytes = l->peek + l->peek_at;
    return have < want ? have : want;
}

int64_t layer_seek(struct layer *l, int64_t offset, int whence)
{
    int64_t place;

    if (!l->ops->seek)
        return -1;
    if (whence == SEEK_CUR) {
        offset += (int64_t)l->at;
        whence = SEEK_SET;
    }
    place = l->ops->seek(l, offset, whence);
    if (place >= 0) {
        l->peek_at = l->peek_len = 0;
        l->at = (uint64_t)place;
    }
    return place;
}

void layer_close(struct layer *l)
{
    while (l) {
        struct layer *below = l->below;

        if (l->ops->release)
            l->ops->release(l);
        free(l->peek);
        free(l);
        l = below;
    }
}

/* ---- a file ---- */

struct file_layer {
    struct layer layer;
    int fd;
    bool over; /* its end, or its failure, was met */
};

static size_t read_file(struct layer *l, void *buf, size_t cap)
{
    struct file_layer *f = (struct file_layer *)l;
    ssize_t n;

    if (f->over)
        return 0;
    do {
        n = read(f->fd, buf, cap);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
        input_problem(l->input, INPUT_FAILED, "%s", strerror(errno));
        l->tally->stopped = true;
    }
    if (n <= 0) {
        f->over = true;
        return 0;
    }
    l->tally->packed += (size_t)n;
    meter_add_bytes((uint64_t)n);
    return (size_t)n;
}

static int64_t seek_file(struct layer *l, int64_t offset, int whence)
{
    struct file_layer *f = (struct file_layer *)l;

    f->over = false;
    return lseek(f->fd, offset, whence);
}

static void release_file(struct layer *l)
{
    close(((struct file_layer *)l)->fd);
}

static const struct layer_ops file_ops = {read_file, seek_file, release_file, false},
                              pipe_ops = {read_file, NULL, release_file, false};

struct layer *layer_file(int fd, bool can_seek, struct input *in, struct tally *tally)
{
    struct file_layer *f = xcalloc(1, sizeof *f);

    layer_init(&f->layer, can_seek ? &file_ops : &pipe_ops, NULL);
    f->layer.input = in;
    f->layer.tally = tally;
    f->fd = fd;
    return &f->layer;
}
