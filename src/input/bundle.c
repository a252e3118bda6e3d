/* SPDX-License-Identifier: Apache-2.0 */
#include "input/bundle.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "input/archive_lib.h"

#define BUNDLE_BYTES (128 * 1024)

/* No log is so large; it would swallow what follows in the archive. */
#define ABSURD_BYTES (INT64_C(1) << 40)

struct bundle {
    struct layer *below;
    enum content content;
    struct archive *archive;
    struct archive_entry *entry;
    bool over;
    uint64_t members, passed_over;
    /*
     * What libarchive was given last, which ends at byte `given` of its view of
     * the bundle.  After a header that cannot be true the search goes on from there.
     */
    uint64_t given;
    size_t again, len; /* buf[again..len] is to be given once more */
    bool cut_short;    /* a member was, by the header at buf[again] */
    size_t zeros;      /* how many bytes of zero were read last */
    unsigned char buf[BUNDLE_BYTES];
};

struct member_layer {
    struct layer layer;
    struct bundle *bundle;
    const unsigned char *data; /* what libarchive gave and nobody took, ... */
    size_t data_len;
    int64_t data_at; /* ... and where it belongs: before it there may be a hole */
    int64_t place;
    bool is_log; /* not packed, and no bundle */
    bool over;
};

static const char *reason(const struct bundle *b)
{
    const char *why = archive_lib.error_string(b->archive);

    return why ? why : "no reason given";
}

/* How many zeros some bytes end with. */
static size_t count_zeros(const unsigned char *p, size_t len)
{
    size_t n = 0;

    while (n < len && p[len - 1 - n] == 0)
        n++;
    return n;
}

/*
 * Fill the buffer behind its first bytes, to its end if there is so much: so the blocks of a tar
 * never lie across two buffers.  False at the end of the bundle.
 */
static bool fill(struct bundle *b, size_t have)
{
    size_t from = have, zeros;

    while (have < sizeof b->buf) {
        size_t n = layer_read(b->below, b->buf + have, sizeof b->buf - have);

        if (!n)
            break;
        have += n;
    }
    b->len = have;
    zeros = count_zeros(b->buf + from, have - from);
    b->zeros = zeros == have - from ? b->zeros + zeros : zeros;
    return have > from;
}

/* ---- what libarchive calls ---- */

static la_ssize_t read_below(struct archive *a, void *context, const void **buf)
{
    struct bundle *b = context;
    size_t n;

    (void)a;
    if (b->again == b->len) {
        b->again = 0;
        fill(b, 0);
    }
    *buf = b->buf + b->again;
    n = b->len - b->again;
    b->again = b->len;
    b->given += n;
    return (la_ssize_t)n;
}

static la_int64_t seek_below(struct archive *a, void *context, la_int64_t offset, int whence)
{
    struct bundle *b = context;
    int64_t place = layer_seek(b->below, offset, whence);

    (void)a;
    b->again = b->len = 0;
    return place < 0 ? ARCHIVE_FATAL : place;
}

/* ---- opening ---- */

static void start(struct bundle *b)
{
    struct archive *a = archive_lib.read_new();

    if (!a)
        xalloc_fail();
    b->archive = a;
    b->entry = NULL;
    b->given = 0;
    if (b->content == CONTENT_ZIP) {
        archive_lib.read_support_format_zip(a);
        if (b->below->ops->seek) /* then the directory at its end helps */
            archive_lib.read_set_seek_callback(a, seek_below);
    } else {
        archive_lib.read_support_format_tar(a);
        archive_lib.read_support_format_empty(a);
        /* also joined ones, and so the end of gzip below is checked too */
        archive_lib.read_set_format_option(a, "tar", "read_concatenated_archives", "1");
    }
    archive_lib.read_set_callback_data(a, b);
    archive_lib.read_set_read_callback(a, read_below);
    if (archive_lib.read_open1(a) != ARCHIVE_OK) {
        layer_damage(b->below, "is damaged from its start (%s)", reason(b));
        b->over = true;
    }
}

struct bundle *bundle_open(struct layer *below, enum content content)
{
    struct bundle *b = xmalloc(sizeof *b);

    memset(b, 0, offsetof(struct bundle, buf));
    b->below = below;
    b->content = content;
    if (content == CONTENT_EMPTY_TAR) {
        b->over = true;
        return b;
    }
    start(b);
    return b;
}

/* ---- going on behind a header that cannot be true ---- */

/* A tar block at *at of the buffer, reading on if need be; false at the end of the bundle. */
static bool block_at(struct bundle *b, size_t *at)
{
    while (b->len - *at < TAR_BLOCK) {
        memmove(b->buf, b->buf + *at, b->len - *at);
        b->len -= *at;
        *at = 0;
        if (!fill(b, b->len))
            return false;
    }
    return true;
}

/* Start anew with the header at buf[at]. */
static void start_again(struct bundle *b, size_t at)
{
    archive_lib.read_free(b->archive);
    b->again = at;
    start(b);
}

/* Look for the next header behind the one libarchive is at, and start anew with it. */
static void resync(struct bundle *b)
{
    int64_t header = archive_lib.read_header_position(b->archive),
            first = (int64_t)b->given - (int64_t)b->len; /* of the buffer, below 0 after a start */
    size_t at = header >= first ? (size_t)(header - first) + TAR_BLOCK : b->len;

    if (at > b->len)
        at = b->len;
    for (; block_at(b, &at); at += TAR_BLOCK) {
        if (sniff_is_tar_header(b->buf + at)) {
            start_again(b, at);
            return;
        }
    }
    b->over = true;
}

/* ---- members ---- */

static bool is_tar(const struct bundle *b)
{
    return b->content != CONTENT_ZIP;
}

static const char *entry_name(struct archive_entry *entry)
{
    const char *name = archive_lib.entry_pathname(entry);

    if (!name)
        name = archive_lib.entry_pathname_utf8(entry);
    return name ? name : "(no name)";
}

/* libarchive is done, or can't go on. */
static void finish(struct bundle *b, int rc)
{
    unsigned char rest[4096];

    b->over = true;
    if (rc == ARCHIVE_EOF) {
        /* to the end, so that the checksum of what packs it is looked at */
        while (!b->below->ops->seek && layer_read(b->below, rest, sizeof rest))
            ;
        if (is_tar(b) && b->zeros < TAR_BLOCK)
            layer_damage(b->below,
                         "breaks off behind member %" PRIu64
                         ": the zeros that end a tar are missing; what was there was read",
                         b->members);
    } else {
        layer_damage(b->below,
                     "is damaged or breaks off (%s); the %" PRIu64 " members before were read",
                     reason(b), b->members);
    }
}

static bool is_absurd(struct archive_entry *entry)
{
    return archive_lib.entry_size_is_set(entry) &&
           (archive_lib.entry_size(entry) < 0 || archive_lib.entry_size(entry) > ABSURD_BYTES);
}

const char *bundle_next(struct bundle *b)
{
    while (!b->over) {
        int rc;

        if (b->cut_short) {
            b->cut_short = false;
            start_again(b, b->again);
        }
        rc = archive_lib.read_next_header(b->archive, &b->entry);
        if (rc == ARCHIVE_RETRY || rc == ARCHIVE_FAILED) { /* it is at the next block by now */
            layer_damage(b->below,
                         "is damaged behind member %" PRIu64
                         " (%s); went on with the next member found",
                         b->members, reason(b));
            if (b->below->tally->stopped)
                b->over = true;
            continue;
        }
        if (rc == ARCHIVE_EOF || rc < ARCHIVE_WARN) {
            finish(b, rc);
            break;
        }
        b->members++;
        if (archive_lib.entry_filetype(b->entry) == AE_IFREG &&
            !archive_lib.entry_hardlink(b->entry))
            return entry_name(b->entry);
        if (archive_lib.entry_filetype(b->entry) != AE_IFDIR)
            b->passed_over++;
        if (is_tar(b) && is_absurd(b->entry))
            resync(b);
    }
    return NULL;
}

/*
 * A log holds no header of a tar where a tar would have one: a size that is too large made it
 * swallow other files.  Cut it short there, and begin anew with the header.
 */
static void stop_at_header(struct member_layer *m)
{
    struct bundle *b = m->bundle;
    uint64_t place = (uint64_t)m->data_at, at = (TAR_BLOCK - place % TAR_BLOCK) % TAR_BLOCK;

    if (m->data < b->buf || m->data + m->data_len > b->buf + b->len)
        return; /* a copy of libarchive's */
    for (; at + TAR_BLOCK <= m->data_len; at += TAR_BLOCK) {
        if (!sniff_has_tar_magic(m->data + at) || !sniff_is_tar_header(m->data + at))
            continue;
        layer_damage(&m->layer,
                     "cannot be as large as it says (%" PRId64
                     " bytes), for another file begins at its byte %" PRIu64 "; went on with that",
                     archive_lib.entry_size(b->entry), place + at);
        m->data_len = at;
        m->over = b->cut_short = true;
        b->again = (size_t)(m->data + at - b->buf);
    }
}

/* How a block of data was read; what is wrong is noted. */
static void take_data(struct member_layer *m)
{
    struct bundle *b = m->bundle;
    la_int64_t offset = m->place;
    const void *p = NULL;
    size_t n = 0;
    int rc = archive_lib.read_data_block(b->archive, &p, &n, &offset);

    if (rc == ARCHIVE_EOF) {
        m->over = true;
        /* a hole may end it */
        if (m->data_at < offset)
            m->data_at = offset;
        return;
    }
    if (rc < ARCHIVE_OK) {
        if (is_tar(b) && archive_lib.entry_size_is_set(b->entry))
            layer_damage(&m->layer,
                         "breaks off; of its %" PRId64 " bytes the first %" PRIu64
                         " were used (%s)",
                         archive_lib.entry_size(b->entry), m->layer.at, reason(b));
        else
            layer_damage(&m->layer, "is damaged (%s); the %" PRIu64 " bytes before it were used",
                         reason(b), m->layer.at + n);
    }
    if (rc < ARCHIVE_WARN) {
        m->over = true;
        b->over |= rc == ARCHIVE_FATAL;
        return;
    }
    m->data = p;
    m->data_len = offset >= m->place ? n : 0;
    m->data_at = offset >= m->place ? offset : m->place;
    if (m->is_log)
        stop_at_header(m);
}

static size_t read_member(struct layer *l, void *buf, size_t cap)
{
    struct member_layer *m = (struct member_layer *)l;
    size_t n;

    while (!m->data_len && m->place >= m->data_at && !m->over)
        take_data(m);
    if (m->place < m->data_at) {
        uint64_t hole = (uint64_t)(m->data_at - m->place);

        n = hole < cap ? (size_t)hole : cap;
        memset(buf, 0, n);
    } else {
        n = m->data_len < cap ? m->data_len : cap;
        if (n) {
            memcpy(buf, m->data, n);
            m->data += n;
        }
        m->data_len -= n;
        m->data_at += (int64_t)n;
    }
    m->place += (int64_t)n;
    return n;
}

/* A tar only stores, unless it has holes; a zip packs. */
static const struct layer_ops stored_ops = {read_member, NULL, NULL, false},
                              packed_ops = {read_member, NULL, NULL, true};

struct layer *bundle_member(struct bundle *b, struct input *in)
{
    struct member_layer *m;

    if (is_tar(b) && is_absurd(b->entry)) {
        input_problem(in, INPUT_DAMAGED,
                      "cannot be as large as it says (%" PRId64
                      " bytes) and was left out; went on with the next member found",
                      archive_lib.entry_size(b->entry));
        resync(b);
        return NULL;
    }
    if (archive_lib.entry_is_encrypted(b->entry)) {
        input_problem(in, INPUT_DAMAGED, "is encrypted and was left out");
        return NULL;
    }
    m = xcalloc(1, sizeof *m);
    layer_init(&m->layer,
               is_tar(b) && !archive_lib.entry_sparse_count(b->entry) ? &stored_ops : &packed_ops,
               NULL);
    m->layer.input = in;
    m->layer.tally = b->below->tally;
    m->bundle = b;
    return &m->layer;
}

void bundle_member_is_log(struct layer *member)
{
    struct member_layer *m = (struct member_layer *)member;

    m->is_log = is_tar(m->bundle) && member->ops == &stored_ops;
    if (m->is_log && m->data_len)
        stop_at_header(m);
}

uint64_t bundle_passed_over(const struct bundle *b)
{
    return b->passed_over;
}

void bundle_close(struct bundle *b)
{
    if (b) {
        if (b->archive)
            archive_lib.read_free(b->archive);
        layer_close(b->below);
        free(b);
    }
}
