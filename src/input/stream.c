/* SPDX-License-Identifier: Apache-2.0 */
#include "input/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "input/inflater.h"

#define PACKED_BYTES (32 * 1024)

struct stream {
    struct input *input;
    int fd;
    bool fd_over;              /* the file's end, or its failure, was met */
    bool regular;              /* neither pipe nor device */
    struct inflater *inflater; /* NULL for plain bytes */
    bool in_member;            /* within a gzip member */
    bool pending;              /* the inflater may hold output that had no room */
    uint64_t packed_at;        /* offset in the file of buf[start] */
    size_t start, end;         /* what of buf is not used yet */
    unsigned char buf[PACKED_BYTES];
};

/* Read from the file, over interruptions; 0 at its end and at a failure, which is noted. */
static size_t read_fd(struct stream *s, void *buf, size_t cap)
{
    ssize_t n;

    if (s->fd_over)
        return 0;
    do {
        n = read(s->fd, buf, cap);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        input_problem(s->input, INPUT_FAILED, "%s", strerror(errno));
    if (n <= 0)
        s->fd_over = true;
    return n > 0 ? (size_t)n : 0;
}

/* Get more packed bytes behind those that are left; false if there are no more. */
static bool refill(struct stream *s)
{
    size_t n;

    memmove(s->buf, s->buf + s->start, s->end - s->start);
    s->end -= s->start;
    s->start = 0;
    n = read_fd(s, s->buf + s->end, sizeof s->buf - s->end);
    s->end += n;
    return n > 0;
}

static bool at_gzip(struct stream *s)
{
    while (s->end - s->start < 3 && refill(s))
        ;
    return s->end - s->start >= 3 && s->buf[s->start] == 0x1f && s->buf[s->start + 1] == 0x8b &&
           s->buf[s->start + 2] == 8;
}

struct stream *stream_open(struct input *in)
{
    int fd = strcmp(in->path, "-") == 0 ? dup(STDIN_FILENO) : open(in->path, O_RDONLY | O_CLOEXEC);
    struct stream *s;
    struct stat st;

    if (fd < 0) {
        input_problem(in, INPUT_FAILED, "%s", strerror(errno));
        return NULL;
    }
    s = xmalloc(sizeof *s);
    memset(s, 0, offsetof(struct stream, buf));
    s->input = in;
    s->fd = fd;
    s->regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    if (at_gzip(s)) {
        s->inflater = inflater_new();
        s->in_member = true;
    }
    return s;
}

/* Past the padding of zeros that tapes and some writers leave; true if another member follows. */
static bool next_member(struct stream *s)
{
    uint64_t behind;

    do {
        while (s->start < s->end && s->buf[s->start] == 0) {
            s->start++;
            s->packed_at++;
        }
    } while (s->start == s->end && refill(s));
    if (s->start == s->end)
        return false;
    if (at_gzip(s)) {
        inflater_reset(s->inflater);
        s->in_member = true;
        return true;
    }
    behind = s->packed_at;
    input_problem(s->input, INPUT_DAMAGED,
                  "what follows the gzip data at byte %" PRIu64 " is not gzip and was left out",
                  behind);
    return false;
}

static size_t read_gzip(struct stream *s, char *buf, size_t cap)
{
    struct inflate_io io = {NULL, 0, (unsigned char *)buf, cap};

    while (io.out_len == cap && s->inflater) {
        enum inflate_result state;

        if (!s->in_member && !next_member(s))
            break;
        if (s->start == s->end && !s->pending && !refill(s)) {
            if (s->input->state != INPUT_FAILED)
                input_problem(s->input, INPUT_DAMAGED,
                              "gzip data breaks off at byte %" PRIu64 "; the %" PRIu64
                              " bytes unpacked before it were used",
                              s->packed_at, s->input->bytes);
            s->in_member = false;
            break;
        }
        io.in = s->buf + s->start;
        io.in_len = s->end - s->start;
        state = inflater_run(s->inflater, &io);
        s->pending = io.out_len == 0;
        s->packed_at += (s->end - s->start) - io.in_len;
        s->start = s->end - io.in_len;
        if (state == INFLATE_END)
            s->in_member = false;
        if (state == INFLATE_BAD) {
            input_problem(s->input, INPUT_DAMAGED,
                          "gzip data is damaged near byte %" PRIu64 " (%s); the %" PRIu64
                          " bytes unpacked before it were used",
                          s->packed_at, inflater_problem(s->inflater),
                          s->input->bytes + (cap - io.out_len));
            s->fd_over = true;
            s->start = s->end = 0;
            s->in_member = false;
            break;
        }
    }
    return cap - io.out_len;
}

size_t stream_read(struct stream *s, char *buf, size_t cap)
{
    size_t n;

    if (s->inflater) {
        n = read_gzip(s, buf, cap);
    } else if (s->start < s->end) { /* what was read to know the format */
        n = s->end - s->start < cap ? s->end - s->start : cap;
        memcpy(buf, s->buf + s->start, n);
        s->start += n;
    } else {
        n = read_fd(s, buf, cap);
    }
    s->input->bytes += n;
    return n;
}

bool stream_is_plain_file(const struct stream *s)
{
    return s->regular && !s->inflater;
}

size_t stream_read_at(const struct stream *s, char *buf, size_t cap, uint64_t offset, int *error)
{
    size_t have = 0;

    *error = 0;
    while (have < cap) {
        ssize_t n = pread(s->fd, buf + have, cap - have, (off_t)(offset + have));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            *error = errno;
        if (n <= 0)
            break;
        have += (size_t)n;
    }
    return have;
}

void stream_close(struct stream *s)
{
    if (s) {
        inflater_free(s->inflater);
        close(s->fd);
        free(s);
    }
}
