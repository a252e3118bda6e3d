/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layer.h - bytes from bytes: a file, what is packed in it, what is packed in that
 *
 *     file  ->  gzip  ->  member of a tar  ->  gzip  ->  lines
 *
 * A layer knows only the one below it.  What comes next is found by looking at
 * the first bytes that a layer gives (sniff.h).  Trouble is noted in the input
 * that the layer belongs to; all layers of one argument share a tally, which
 * ends the reading of what unpacks to more than anybody can have meant.
 */
#ifndef CICERONE_LAYER_H
#define CICERONE_LAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/input.h"

/* What was read of an argument, and what it became, on all levels together. */
struct tally {
    uint64_t packed;   /* bytes read from the file */
    uint64_t unpacked; /* bytes that came out of gzip, zip and their like */
    uint64_t most;     /* of the latter; 0: the default, of TALLY_MOST and TALLY_RATIO */
    bool stopped;      /* nothing more is read: the file failed, or the most was met */
};

#define TALLY_MOST         (UINT64_C(1) << 40)
#define TALLY_RATIO        UINT64_C(1000)      /* unpacked to packed, ... */
#define TALLY_RATIO_BEYOND (UINT64_C(1) << 30) /* ... once there are so many bytes */

struct layer;

struct layer_ops {
    /* Up to cap bytes, 0 at the end or at trouble, which is noted. */
    size_t (*read)(struct layer *l, void *buf, size_t cap);
    /* To an absolute place, or one from the end if whence is SEEK_END; -1 if that can't be.  NULL
     * where it never can. */
    int64_t (*seek)(struct layer *l, int64_t offset, int whence);
    void (*release)(struct layer *l); /* what is the layer's own; may be NULL */
    bool unpacks;                     /* gives more than it takes: counts in the tally */
};

/* The head of each kind of layer. */
struct layer {
    const struct layer_ops *ops;
    struct layer *below; /* closed with this one */
    struct input *input;
    struct tally *tally;
    uint64_t at;         /* bytes that were read from it */
    bool in_one_piece;   /* the layer above has no use for what lies behind damage */
    unsigned char *peek; /* bytes that were looked at */
    size_t peek_at, peek_len;
};

/* Fill in the head of a layer over another (or none), of the same input and tally. */
void layer_init(struct layer *l, const struct layer_ops *ops, struct layer *below);

size_t layer_read(struct layer *l, void *buf, size_t cap);

/* The next bytes, which stay to be read: up to want, fewer only at the end.  *bytes is good until
 * the next call. */
size_t layer_peek(struct layer *l, size_t want, const unsigned char **bytes);

/* The new place, or -1. */
int64_t layer_seek(struct layer *l, int64_t offset, int whence);

/* Close it and all below it.  NULL is fine. */
void layer_close(struct layer *l);

/* Note damage in its input, unless reading was stopped, for then damage is what follows from it. */
void layer_damage(const struct layer *l, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The kinds.  A file is closed with its layer. */
struct layer *layer_file(int fd, bool can_seek, struct input *in, struct tally *tally);
struct layer *layer_gzip(struct layer *below);

#endif
