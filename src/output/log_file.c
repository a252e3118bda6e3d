/* SPDX-License-Identifier: Apache-2.0 */
#include "output/log_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "output/folder.h"

/* Lines of logs are so alike that more effort gains little. */
#define GZIP_LEVEL   4
#define GZIP_FORMAT  (15 + 16) /* of zlib's windows: the largest, with gzip's header */
#define GZIP_MEMORY  8
#define BUFFER_BYTES ((size_t)128 * 1024)

struct log_file {
    struct out_file file; /* of standard output only f */
    int error;            /* that writing met, or 0 */
    bool packed;
    z_stream z;
    struct strbuf buffer;
};

struct log_file *log_file_open(const char *path, struct err *err)
{
    struct log_file *l = xcalloc(1, sizeof *l);
    size_t len = path ? strlen(path) : 0;

    l->file.f = stdout;
    if (path && out_file_open_path(&l->file, path, err) < 0) {
        free(l);
        return NULL;
    }
    l->packed = len > 3 && strcmp(path + len - 3, ".gz") == 0;
    if (l->packed && deflateInit2(&l->z, GZIP_LEVEL, Z_DEFLATED, GZIP_FORMAT, GZIP_MEMORY,
                                  Z_DEFAULT_STRATEGY) != Z_OK)
        xalloc_fail();
    return l;
}

/* Write what is in the buffer. */
static int flush(struct log_file *l, int how)
{
    unsigned char out[32 * 1024];

    if (!l->packed) {
        if (l->buffer.len) /* of nothing there are no bytes to point at */
            fwrite(l->buffer.data, 1, l->buffer.len, l->file.f);
    } else {
        l->z.next_in = (unsigned char *)l->buffer.data;
        l->z.avail_in = (unsigned)l->buffer.len;
        do {
            l->z.next_out = out;
            l->z.avail_out = sizeof out;
            deflate(&l->z, how);
            fwrite(out, 1, sizeof out - l->z.avail_out, l->file.f);
        } while (l->z.avail_out == 0 && !ferror(l->file.f));
    }
    strbuf_reset(&l->buffer);
    if (!ferror(l->file.f))
        return 0;
    l->error = errno;
    return -1;
}

int log_file_write(struct log_file *l, struct slice bytes)
{
    while (bytes.len) {
        size_t room = BUFFER_BYTES - l->buffer.len, n = bytes.len < room ? bytes.len : room;

        strbuf_add(&l->buffer, bytes.p, n);
        bytes.p += n;
        bytes.len -= n;
        if (l->buffer.len == BUFFER_BYTES && flush(l, Z_NO_FLUSH) < 0)
            return -1;
    }
    return 0;
}

static ssize_t write_stream(void *log_file, const char *bytes, size_t len)
{
    struct log_file *l = log_file;

    if (l->error || log_file_write(l, (struct slice){bytes, len}) < 0)
        return 0;
    return (ssize_t)len;
}

FILE *log_file_stream(struct log_file *l)
{
    FILE *f = fopencookie(l, "w", (cookie_io_functions_t){.write = write_stream});

    if (!f)
        xalloc_fail();
    return f;
}

static void release(struct log_file *l)
{
    if (l->packed)
        deflateEnd(&l->z);
    strbuf_release(&l->buffer);
    free(l);
}

static int close_stdout(const struct log_file *l, struct err *err)
{
    int error = l->error ? l->error : fflush(stdout) ? errno : 0;

    clearerr(stdout); /* whoever looks at it next need not tell it once more */
    if (!error || error == EPIPE)
        return 0;
    return err_set(err, "standard output: can't write all of it: %s", strerror(error));
}

int log_file_close(struct log_file *l, struct err *err)
{
    int rc;

    if (!l->error)
        flush(l, Z_FINISH);
    errno = l->error; /* which out_file_close() tells, unless it meets another */
    rc = l->file.path ? out_file_close(&l->file, err) : close_stdout(l, err);
    release(l);
    return rc;
}

void log_file_discard(struct log_file *l)
{
    if (l->file.path)
        out_file_discard(&l->file);
    release(l);
}
