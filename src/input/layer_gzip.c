/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gzip by our own inflater, which is faster than what libarchive has.  Its
 * members follow each other as if they were one.
 *
 * Behind damage the next member is looked for, and a line end put in the gap,
 * so that half a line before it never joins one behind it.  Damage shows late:
 * what is left of a member that breaks off in the middle may inflate into
 * rubbish far into the next one.  So the search begins in what was read already.
 *
 * Who wrote the file may want the search to take for ever.  Bytes that are read
 * again are never more than those read for the first time, and headers that are
 * tried out are few for the bytes that are searched.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "input/inflater.h"
#include "input/layer.h"
#include "input/sniff.h"

#define READ_BYTES    ((size_t)32 * 1024)
#define HISTORY_BYTES ((size_t)64 * 1024)  /* kept for the search */
#define BUFFER_BYTES  ((size_t)128 * 1024) /* of each of the many files that may be open */

/* A header is tried out on so many bytes, and up to so many that come out of them. */
#define TRIAL_BYTES     ((size_t)8 * 1024)
#define TRIAL_OUT_BYTES ((size_t)4 * 1024)

/* What a trial costs is counted in bytes that go in and out of it, and some more; all of them may
 * cost so much, and more with each byte of the file. */
#define TRIAL_COST      256
#define TRIALS_FREE     (UINT64_C(1) << 20)
#define TRIALS_PER_BYTE 32

struct gzip_layer {
    struct layer layer;
    struct inflater *inflater, *trial; /* trial: NULL until there is damage */
    bool in_member;                    /* within a gzip member */
    bool pending;                      /* the inflater may hold output that had no room */
    bool gap;                          /* a line end is to come out next */
    bool over;                         /* nothing more will come */
    uint64_t base;                     /* offset in the layer below of buf[0] */
    uint64_t member_at;                /* offset of the member's header */
    uint64_t unpacked;
    uint64_t read_again, trials; /* bytes that searches cost so far */
    struct strbuf damage;        /* what to say of the first damaged place */
    uint64_t places;             /* damaged ones */
    size_t start, end;           /* what of buf is not used yet; before it is history */
    unsigned char buf[BUFFER_BYTES];
};

static uint64_t packed_at(const struct gzip_layer *g)
{
    return g->base + g->start;
}

/* Get more packed bytes behind those that are left; false if there are no more. */
static bool refill(struct gzip_layer *g)
{
    size_t n, room;

    if (g->end == sizeof g->buf) {
        size_t drop = g->start > HISTORY_BYTES ? g->start - HISTORY_BYTES : 0;

        memmove(g->buf, g->buf + drop, g->end - drop);
        g->base += drop;
        g->start -= drop;
        g->end -= drop;
    }
    room = sizeof g->buf - g->end;
    n = layer_read(g->layer.below, g->buf + g->end, room < READ_BYTES ? room : READ_BYTES);
    g->end += n;
    return n > 0;
}

/* As many unused bytes as that, or all there are. */
static size_t want(struct gzip_layer *g, size_t bytes)
{
    while (g->end - g->start < bytes && refill(g))
        ;
    return g->end - g->start;
}

/* ---- looking for a member behind damage ---- */

/* A header as any gzip writes it: no flag that is not defined, known extra flags and system. */
static bool is_plausible(const unsigned char *p, size_t len)
{
    return len >= 10 && sniff_is_gzip(p, len) && !(p[3] & 0xe0) &&
           (p[8] == 0 || p[8] == 2 || p[8] == 4) && (p[9] <= 13 || p[9] == 255);
}

/* Do the bytes at start inflate? */
static bool inflates(struct gzip_layer *g)
{
    unsigned char out[TRIAL_OUT_BYTES];
    size_t have = want(g, TRIAL_BYTES);
    struct inflate_io io = {g->buf + g->start, have < TRIAL_BYTES ? have : TRIAL_BYTES, out,
                            sizeof out};
    enum inflate_result state;

    if (!g->trial)
        g->trial = inflater_new();
    inflater_reset(g->trial);
    state = inflater_run(g->trial, &io);
    g->trials += TRIAL_COST + (size_t)(io.in - (g->buf + g->start)) + (sizeof out - io.out_len);
    return state == INFLATE_END || (state != INFLATE_BAD && io.out_len < sizeof out);
}

/* On to the first member that begins at an offset or behind it; false if there is none. */
static bool find_member(struct gzip_layer *g, uint64_t from)
{
    g->start = from > g->base ? (size_t)(from - g->base) : 0;
    for (;;) {
        const unsigned char *p = memchr(g->buf + g->start, 0x1f, g->end - g->start);

        g->start = p ? (size_t)(p - g->buf) : g->end;
        if (!want(g, SNIFF_GZIP_BYTES))
            return false;
        if (!p)
            continue;
        if (sniff_is_gzip(g->buf + g->start, g->end - g->start)) {
            size_t have = want(g, TRIAL_BYTES);

            if (is_plausible(g->buf + g->start, have) &&
                g->trials < TRIALS_FREE + TRIALS_PER_BYTE * packed_at(g) && inflates(g))
                return true;
        }
        g->start++;
    }
}

static void begin_member(struct gzip_layer *g)
{
    inflater_reset(g->inflater);
    g->in_member = true;
    g->pending = false;
    g->member_at = packed_at(g);
}

/* Go on with the next member that begins at an offset or behind it.  False if there is none, or no
 * use for it: then all is over. */
static bool go_on(struct gzip_layer *g, uint64_t from)
{
    g->in_member = false;
    g->over = g->layer.in_one_piece || !find_member(g, from);
    if (g->over)
        return false;
    begin_member(g);
    g->gap = g->unpacked > 0;
    return true;
}

/* Keep the words for the first damaged place, count the others. */
static void note(struct gzip_layer *g, struct strbuf *what)
{
    if (g->places++)
        strbuf_release(what);
    else
        g->damage = *what;
}

/* Where to search for what follows a member whose damage was noticed just now.  Where it gets too
 * much to read again, that is here. */
static uint64_t search_start(struct gzip_layer *g)
{
    uint64_t at = packed_at(g), from = g->member_at + 1;

    if (from < g->base)
        from = g->base;
    if (from > at || g->read_again + (at - from) > at)
        return at;
    g->read_again += at - from;
    return from;
}

/* The member is damaged, or if why is NULL it breaks off. */
static void damaged_member(struct gzip_layer *g, const char *why)
{
    struct strbuf what = STRBUF_INIT;
    uint64_t at = packed_at(g), unpacked = g->unpacked;
    bool found = go_on(g, search_start(g));

    if (found && g->member_at < at) /* it was noticed late */
        at = g->member_at;
    if (why || found)
        strbuf_printf(&what, "gzip data is damaged near byte %" PRIu64 " (%s)", at,
                      why ? why : "breaks off");
    else
        strbuf_printf(&what, "gzip data breaks off at byte %" PRIu64, at);
    if (found)
        strbuf_printf(&what, "; went on with the next member at byte %" PRIu64, g->member_at);
    else
        strbuf_printf(&what, "; the %" PRIu64 " bytes unpacked before it were used", unpacked);
    note(g, &what);
}

/* There is something else where a member should begin. */
static void damaged_between(struct gzip_layer *g)
{
    struct strbuf what = STRBUF_INIT;

    strbuf_printf(&what, "what follows the gzip data at byte %" PRIu64 " is not gzip",
                  packed_at(g));
    if (go_on(g, packed_at(g)))
        strbuf_printf(&what, "; went on with the next member at byte %" PRIu64, g->member_at);
    else
        strbuf_str(&what, " and was left out");
    note(g, &what);
}

/* Say what was damaged, once all of it is known. */
static void report(struct gzip_layer *g)
{
    if (g->places > 1)
        layer_damage(&g->layer, "%s; and so on at %" PRIu64 " more place%s", g->damage.data,
                     g->places - 1, g->places == 2 ? "" : "s");
    else if (g->places)
        layer_damage(&g->layer, "%s", g->damage.data);
    strbuf_release(&g->damage);
    g->places = 0;
}

/* ---- reading ---- */

/* Past the padding of zeros that tapes and some writers leave; true if another member follows. */
static bool next_member(struct gzip_layer *g)
{
    do {
        while (g->start < g->end && g->buf[g->start] == 0)
            g->start++;
    } while (g->start == g->end && refill(g));
    if (g->start == g->end)
        return false;
    if (sniff_is_gzip(g->buf + g->start, want(g, SNIFF_GZIP_BYTES)))
        begin_member(g);
    else
        damaged_between(g);
    return g->in_member;
}

static enum inflate_result inflate(struct gzip_layer *g, struct inflate_io *io)
{
    size_t room = io->out_len;
    enum inflate_result state;

    io->in = g->buf + g->start;
    io->in_len = g->end - g->start;
    state = inflater_run(g->inflater, io);
    g->pending = io->out_len == 0;
    g->start = g->end - io->in_len;
    g->unpacked += room - io->out_len;
    return state;
}

static size_t read_gzip(struct layer *l, void *buf, size_t cap)
{
    struct gzip_layer *g = (struct gzip_layer *)l;
    struct inflate_io io = {NULL, 0, buf, cap};

    while (cap && io.out_len == cap && !g->over) {
        if (g->gap) {
            *io.out = '\n';
            io.out_len--;
            g->gap = false;
        } else if (!g->in_member) {
            g->over = !next_member(g);
        } else if (g->start == g->end && !g->pending && !refill(g)) {
            damaged_member(g, NULL);
        } else {
            enum inflate_result state = inflate(g, &io);

            if (state == INFLATE_END)
                g->in_member = false;
            if (state == INFLATE_BAD || state == INFLATE_SUM)
                damaged_member(g, inflater_problem(g->inflater));
        }
    }
    if (g->over)
        report(g);
    return cap - io.out_len;
}

static void release_gzip(struct layer *l)
{
    struct gzip_layer *g = (struct gzip_layer *)l;

    report(g);
    inflater_free(g->inflater);
    inflater_free(g->trial);
}

static const struct layer_ops gzip_ops = {read_gzip, NULL, release_gzip, true};

struct layer *layer_gzip(struct layer *below)
{
    struct gzip_layer *g = xmalloc(sizeof *g);

    memset(g, 0, offsetof(struct gzip_layer, buf));
    layer_init(&g->layer, &gzip_ops, below);
    g->damage = (struct strbuf)STRBUF_INIT;
    g->inflater = inflater_new();
    return &g->layer;
}
