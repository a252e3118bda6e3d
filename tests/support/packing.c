/* SPDX-License-Identifier: Apache-2.0 */
#include "support/packing.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define BLOCK 512

void packing_gzip(struct strbuf *out, const char *bytes, size_t len, int level)
{
    z_stream z = {0};
    size_t room;

    if (deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    room = deflateBound(&z, len);
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    z.avail_in = (unsigned)len;
    z.next_out = (unsigned char *)strbuf_room(out, room);
    z.avail_out = (unsigned)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        abort();
    out->len += z.total_out;
    deflateEnd(&z);
}

static void add_zeros(struct strbuf *out, size_t count)
{
    memset(strbuf_room(out, count), 0, count);
    out->len += count;
}

void packing_tar_member(struct strbuf *out, const char *name, const char *bytes, size_t len)
{
    char h[BLOCK] = {0};
    unsigned sum = 0;

    snprintf(h, 100, "%s", name);
    memcpy(h + 100, "0000644\0000000000\0000000000", 24);
    snprintf(h + 124, 12, "%011zo", len);
    memcpy(h + 136, "00000000000", 12);
    memset(h + 148, ' ', 8);
    h[156] = '0';
    memcpy(h + 257, "ustar\00000", 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += (unsigned char)h[i];
    snprintf(h + 148, 8, "%06o", sum & 0777777);
    strbuf_add(out, h, BLOCK);
    strbuf_add(out, bytes, len);
    add_zeros(out, (BLOCK - len % BLOCK) % BLOCK);
}

void packing_tar_end(struct strbuf *out)
{
    add_zeros(out, (size_t)2 * BLOCK);
}

/* Two members, of a half each. */
static void gzip_in_halves(struct strbuf *b, int level)
{
    struct strbuf packed = STRBUF_INIT;

    packing_gzip(&packed, b->data, b->len / 2, level);
    packing_gzip(&packed, b->data + b->len / 2, b->len - b->len / 2, level);
    strbuf_release(b);
    *b = packed;
}

static void tar_in_halves(struct strbuf *b, const char *first, const char *second)
{
    struct strbuf packed = STRBUF_INIT;

    packing_tar_member(&packed, first, b->data, b->len / 2);
    packing_tar_member(&packed, second, b->data + b->len / 2, b->len - b->len / 2);
    packing_tar_end(&packed);
    strbuf_release(b);
    *b = packed;
}

/* Four bytes are an edit: where (two of them), what is done there, and with what. */
static void edit(struct strbuf *b, const uint8_t e[4])
{
    size_t at = b->len ? ((size_t)e[0] | (size_t)e[1] << 8) % b->len : 0;

    switch (e[2] % 4) {
    case 0: /* changed */
        b->data[at] = (char)e[3];
        break;
    case 1: /* cut */
        b->len = at;
        break;
    case 2: { /* taken out */
        size_t n = e[3] < b->len - at ? e[3] : b->len - at;

        memmove(b->data + at, b->data + at + n, b->len - at - n);
        b->len -= n;
        break;
    }
    default: /* put in */
        strbuf_room(b, e[3]);
        memmove(b->data + at + e[3], b->data + at, b->len - at);
        memset(b->data + at, e[0], e[3]);
        b->len += e[3];
    }
}

struct strbuf packing_of_recipe(const uint8_t *recipe, size_t len, enum packing_kinds kinds)
{
    unsigned how = len ? recipe[0] : 0;
    size_t edits = how >> 6, skip = 1 + 4 * edits;
    struct strbuf b = STRBUF_INIT;

    strbuf_str(&b, "");
    if (len > skip)
        strbuf_add(&b, (const char *)recipe + skip, len - skip);
    if (kinds == PACKING_GZIP_ONLY) {
        if (how & 1)
            gzip_in_halves(&b, how & 2 ? 0 : 6);
        if (how & 4)
            gzip_in_halves(&b, 0);
    } else {
        if (how & 1)
            gzip_in_halves(&b, how & 2 ? 0 : 6);
        if (how & 4)
            tar_in_halves(&b, "./rep/rep.log", "cell.0.2015/rep.log.1.gz");
        if (how & 8)
            gzip_in_halves(&b, 6);
        if (how & 16)
            tar_in_halves(&b, "cell.0.tgz", "x.txt");
    }
    for (size_t i = 0; i < edits && 1 + 4 * (i + 1) <= len; i++)
        edit(&b, recipe + 1 + 4 * i);
    return b;
}
