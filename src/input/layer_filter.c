/* SPDX-License-Identifier: Apache-2.0 */
/* zstd, xz, bzip2 and lz4, by libarchive as archives of a single nameless member. */
#include "input/layer_filter.h"

#include <inttypes.h>
#include <string.h>

#include "base/xalloc.h"
#include "input/archive_lib.h"

#define PACKED_BYTES (64 * 1024)

struct filter_layer {
    struct layer layer;
    struct archive *archive;
    const char *name;
    uint64_t unpacked;
    bool over;
    const unsigned char *data; /* what libarchive gave and nobody took */
    size_t data_len;
    unsigned char buf[PACKED_BYTES];
};

static la_ssize_t read_below(struct archive *a, void *context, const void **buf)
{
    struct filter_layer *f = context;

    (void)a;
    *buf = f->buf;
    return (la_ssize_t)layer_read(f->layer.below, f->buf, sizeof f->buf);
}

static void fail(struct filter_layer *f)
{
    const char *why = archive_lib.error_string(f->archive);

    layer_damage(&f->layer,
                 "%s data is damaged or breaks off (%s); the %" PRIu64
                 " bytes unpacked before it were used",
                 f->name, why ? why : "no reason given", f->unpacked);
    f->over = true;
}

static size_t read_filter(struct layer *l, void *buf, size_t cap)
{
    struct filter_layer *f = (struct filter_layer *)l;
    la_int64_t offset;
    const void *p;
    size_t n;

    while (!f->data_len && !f->over) {
        int rc = archive_lib.read_data_block(f->archive, &p, &f->data_len, &offset);

        f->data = p;
        if (rc == ARCHIVE_EOF) {
            f->data_len = 0;
            f->over = true;
        } else if (rc < ARCHIVE_WARN) {
            f->data_len = 0;
            fail(f);
        }
    }
    n = f->data_len < cap ? f->data_len : cap;
    if (n) {
        memcpy(buf, f->data, n);
        f->data += n;
    }
    f->data_len -= n;
    f->unpacked += n;
    return n;
}

static void release_filter(struct layer *l)
{
    archive_lib.read_free(((struct filter_layer *)l)->archive);
}

static const struct layer_ops filter_ops = {read_filter, NULL, release_filter, true};

struct layer *layer_filter(struct layer *below, enum content content)
{
    const struct {
        enum content content;
        const char *name;
        int (*support)(struct archive *);
    } kinds[] = {{CONTENT_ZSTD, "zstd", archive_lib.read_support_filter_zstd},
                 {CONTENT_XZ, "xz", archive_lib.read_support_filter_xz},
                 {CONTENT_BZIP2, "bzip2", archive_lib.read_support_filter_bzip2},
                 {CONTENT_LZ4, "lz4", archive_lib.read_support_filter_lz4}};
    struct filter_layer *f = xcalloc(1, sizeof *f);
    struct archive_entry *entry;
    size_t k = 0;
    int rc;

    while (kinds[k].content != content)
        k++;
    layer_init(&f->layer, &filter_ops, below);
    f->name = kinds[k].name;
    f->archive = archive_lib.read_new();
    if (!f->archive)
        xalloc_fail();
    archive_lib.read_support_format_raw(f->archive);
    archive_lib.read_support_format_empty(f->archive);
    /* A libarchive without the library would start a program: no. */
    if (kinds[k].support(f->archive) != ARCHIVE_OK) {
        layer_damage(&f->layer, "is %s data, which this libarchive cannot unpack", f->name);
        f->over = true;
        return &f->layer;
    }
    rc = archive_lib.read_open(f->archive, f, NULL, read_below, NULL);
    if (rc == ARCHIVE_OK)
        rc = archive_lib.read_next_header(f->archive, &entry);
    if (rc == ARCHIVE_EOF)
        f->over = true;
    else if (rc < ARCHIVE_WARN)
        fail(f);
    return &f->layer;
}
