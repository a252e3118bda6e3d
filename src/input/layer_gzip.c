/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gzip by our own inflater, which is faster than what libarchive has.  Its
 * members follow each other as if they were one.
 */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/xalloc.h"
#include "input/inflater.h"
#include "input/layer.h"
#include "input/sniff.h"

#define PACKED_BYTES (32 * 1024)

struct gzip_layer {
    struct layer layer;
    struct inflater *inflater;
    bool in_member;     /* within a gzip member */
    bool pending;       /* the inflater may hold output that had no room */
    bool over;          /* nothing more will come */
    uint64_t packed_at; /* offset in the layer below of buf[start] */
    uint64_t unpacked;
    size_t start, end; /* what of buf is not used yet */
    unsigned char buf[PACKED_BYTES];
};

/* Get more packed bytes behind those that are left; false if there are no more. */
static bool refill(struct gzip_layer *g)
{
    size_t n;

    memmove(g->buf, g->buf + g->start, g->end - g->start);
    g->end -= g->start;
    g->start = 0;
    n = layer_read(g->layer.below, g->buf + g->end, sizeof g->buf - g->end);
    g->end += n;
    return n > 0;
}

/* Past the padding of zeros that tapes and some writers leave; true if another member follows. */
static bool next_member(struct gzip_layer *g)
{
    do {
        while (g->start < g->end && g->buf[g->start] == 0) {
            g->start++;
            g->packed_at++;
        }
    } while (g->start == g->end && refill(g));
    if (g->start == g->end)
        return false;
    while (g->end - g->start < SNIFF_GZIP_BYTES && refill(g))
        ;
    if (sniff_is_gzip(g->buf + g->start, g->end - g->start)) {
        inflater_reset(g->inflater);
        g->in_member = true;
        return true;
    }
    layer_damage(&g->layer,
                 "what follows the gzip data at byte %" PRIu64 " is not gzip and was left out",
                 g->packed_at);
    return false;
}

static size_t read_gzip(struct layer *l, void *buf, size_t cap)
{
    struct gzip_layer *g = (struct gzip_layer *)l;
    struct inflate_io io = {NULL, 0, buf, cap};

    while (io.out_len == cap && !g->over) {
        enum inflate_result state;

        if (!g->in_member && !next_member(g)) {
            g->over = true;
            break;
        }
        if (g->start == g->end && !g->pending && !refill(g)) {
            layer_damage(l,
                         "gzip data breaks off at byte %" PRIu64 "; the %" PRIu64
                         " bytes unpacked before it were used",
                         g->packed_at, g->unpacked);
            g->over = true;
            break;
        }
        io.in = g->buf + g->start;
        io.in_len = g->end - g->start;
        state = inflater_run(g->inflater, &io);
        g->pending = io.out_len == 0;
        g->packed_at += (g->end - g->start) - io.in_len;
        g->start = g->end - io.in_len;
        if (state == INFLATE_END)
            g->in_member = false;
        if (state == INFLATE_BAD) {
            layer_damage(l,
                         "gzip data is damaged near byte %" PRIu64 " (%s); the %" PRIu64
                         " bytes unpacked before it were used",
                         g->packed_at, inflater_problem(g->inflater),
                         g->unpacked + (cap - io.out_len));
            g->over = true;
        }
    }
    g->unpacked += cap - io.out_len;
    return cap - io.out_len;
}

static void release_gzip(struct layer *l)
{
    inflater_free(((struct gzip_layer *)l)->inflater);
}

static const struct layer_ops gzip_ops = {read_gzip, NULL, release_gzip, true};

struct layer *layer_gzip(struct layer *below)
{
    struct gzip_layer *g = xmalloc(sizeof *g);

    memset(g, 0, offsetof(struct gzip_layer, buf));
    layer_init(&g->layer, &gzip_ops, below);
    g->inflater = inflater_new();
    return &g->layer;
}
