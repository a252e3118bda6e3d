/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sniff.h - what some bytes are, by the first of them
 */
#ifndef CICERONE_SNIFF_H
#define CICERONE_SNIFF_H

#include <string.h>

#include "input/layer.h"

enum content {
    CONTENT_LINES, /* all that is nothing else */
    /* one stream of bytes, packed */
    CONTENT_GZIP,
    CONTENT_ZSTD,
    CONTENT_XZ,
    CONTENT_BZIP2,
    CONTENT_LZ4,
    /* bundles */
    CONTENT_TAR,
    CONTENT_ZIP,
    CONTENT_EMPTY_TAR, /* nothing but the zeros that end one */
};

#define TAR_BLOCK        512
#define TAR_MAGIC_AT     257
#define TAR_MAGIC        "ustar"
#define SNIFF_GZIP_BYTES 3

static inline bool sniff_is_gzip(const unsigned char *p, size_t len)
{
    return len >= SNIFF_GZIP_BYTES && p[0] == 0x1f && p[1] == 0x8b && p[2] == 8;
}

/* Of a block, or of so much of one that the magic is in it. */
static inline bool sniff_has_tar_magic(const unsigned char *p)
{
    return memcmp(p + TAR_MAGIC_AT, TAR_MAGIC, strlen(TAR_MAGIC)) == 0;
}

/* Is this block the header of a tar member?  Its checksum tells, in any of the dialects. */
bool sniff_is_tar_header(const unsigned char block[TAR_BLOCK]);

/* Look at the first bytes of a layer, which stay to be read. */
enum content sniff(struct layer *l);

static inline bool content_is_bundle(enum content c)
{
    return c >= CONTENT_TAR;
}

#endif
