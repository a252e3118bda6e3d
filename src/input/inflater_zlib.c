/* SPDX-License-Identifier: Apache-2.0 */
#include "input/inflater.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "base/xalloc.h"

struct inflater {
    z_stream z;
    const char *problem;
};

/* 15 bits of window, +16: with gzip's header and trailer, which zlib checks. */
#define WINDOW_BITS (15 + 16)

struct inflater *inflater_new(void)
{
    struct inflater *z = xcalloc(1, sizeof *z);

    if (inflateInit2(&z->z, WINDOW_BITS) != Z_OK)
        xalloc_fail();
    return z;
}

/* zlib counts in 32 bits. */
static uInt clamp(size_t n)
{
    return n > UINT_MAX ? UINT_MAX : (uInt)n;
}

enum inflate_result inflater_run(struct inflater *z, struct inflate_io *io)
{
    uInt in = clamp(io->in_len), out = clamp(io->out_len);
    int rc;

    z->z.next_in = io->in;
    z->z.avail_in = in;
    z->z.next_out = io->out;
    z->z.avail_out = out;
    rc = inflate(&z->z, Z_NO_FLUSH);
    io->in += in - z->z.avail_in;
    io->in_len -= in - z->z.avail_in;
    io->out += out - z->z.avail_out;
    io->out_len -= out - z->z.avail_out;
    switch (rc) {
    case Z_OK:
    case Z_BUF_ERROR:
        return INFLATE_MORE;
    case Z_STREAM_END:
        return INFLATE_END;
    case Z_MEM_ERROR:
        xalloc_fail();
    default:
        z->problem = z->z.msg ? z->z.msg : "not in gzip format";
        return strncmp(z->problem, "incorrect ", 10) == 0 && strstr(z->problem, "check")
                   ? INFLATE_SUM
                   : INFLATE_BAD;
    }
}

void inflater_reset(struct inflater *z)
{
    inflateReset(&z->z);
    z->problem = NULL;
}

const char *inflater_problem(const struct inflater *z)
{
    return z->problem;
}

void inflater_free(struct inflater *z)
{
    if (z) {
        inflateEnd(&z->z);
        free(z);
    }
}
