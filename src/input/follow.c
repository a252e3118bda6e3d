/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files are looked at every so often, which works on every file system, and
 * for names that do not exist; a look at a file without news costs three calls of the system.
 */
#include "input/follow.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "input/sniff.h"

#define LOOK_MS     100
#define READ_BYTES  ((size_t)64 * 1024)
#define SLACK_BYTES 64

struct followed {
    struct input *input;
    int fd;          /* -1: there is none, or not yet */
    bool stream;     /* standard input, a pipe or a terminal: read when there is something, until it
                        ends */
    bool ready;      /* of a stream: there is something */
    bool over;       /* nothing more will come */
    bool said;       /* that it can't be opened */
    bool opened;     /* once at least */
    uint64_t offset; /* of the next byte to read, in the file as it is */
    uint64_t number; /* of the last line that was given */
    bool from_start; /* numbers begin again with the next bytes */
    bool skipping;   /* within a line that is too long */
    char *data;      /* bytes read; lines before `at` were given, ... */
    size_t at, seen; /* ... and no line ends before `seen` */
    size_t len, cap;
};

struct follow {
    struct follow_options options;
    struct followed *list;
    size_t count;
    size_t next; /* whose turn it is */
    struct followed *current;
    struct pollfd *polls;
    bool told; /* that there is no line */
    bool reader_gone;
};

static void tell(const struct follow *f, const struct followed *w, const char *text)
{
    f->options.say(w->input, text);
}

struct follow *follow_open(struct inputs *inputs, const struct follow_options *options)
{
    struct follow *f = xcalloc(1, sizeof *f);

    f->options = *options;
    f->list = xcalloc(inputs->count, sizeof *f->list);
    f->polls = xcalloc(inputs->count + 1, sizeof *f->polls);
    for (size_t i = 0; i < inputs->count; i++) {
        if (inputs->list[i].state != INPUT_FAILED)
            f->list[f->count++] = (struct followed){.input = &inputs->list[i], .fd = -1};
    }
    return f;
}

static void close_fd(struct followed *w)
{
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
}

void follow_close(struct follow *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++) {
        close_fd(&f->list[i]);
        free(f->list[i].data);
    }
    free(f->list);
    free(f->polls);
    free(f);
}

/* ---- lines of what was read ---- */

/* The next line in the buffer; false if none ends there. */
static bool next_line(struct follow *f, struct followed *w, struct follow_line *line)
{
    size_t max = f->options.max_line_bytes;

    while (w->at < w->len) {
        char *nl = memchr(w->data + w->seen, '\n', w->len - w->seen);
        struct slice text = {w->data + w->at, nl ? (size_t)(nl - w->data) - w->at : w->len - w->at};
        bool too_long = text.len > max;

        if (too_long && !w->skipping)
            w->input->long_lines++;
        if (!nl) {
            w->skipping |= too_long;
            w->seen = w->len;
            if (w->skipping)
                w->at = w->len;
            return false;
        }
        too_long |= w->skipping;
        w->skipping = false;
        w->at = w->seen = (size_t)(nl - w->data) + 1;
        w->number++;
        if (text.len && text.p[text.len - 1] == '\r')
            text.len--;
        if (!too_long && text.len) {
            *line = (struct follow_line){w->input, w->number, text};
            return true;
        }
    }
    return false;
}

/* The bytes behind the last line end are a line after all; true if there are any. */
static bool end_line(struct followed *w)
{
    if (w->at == w->len)
        return false;
    w->data[w->len++] = '\n'; /* there is slack */
    return true;
}

/* Room for more bytes, behind those that wait for the end of their line. */
static void make_room(struct followed *w)
{
    size_t have = w->len - w->at, cap = w->cap;

    if (have)
        memmove(w->data, w->data + w->at, have);
    w->seen -= w->at;
    w->at = 0;
    w->len = have;
    if (have < READ_BYTES / 2)
        cap = READ_BYTES; /* a long line must not cost its room for ever */
    else if (cap - have < READ_BYTES / 2)
        cap *= 2;
    if (cap != w->cap) {
        w->data = xrealloc(w->data, cap + SLACK_BYTES);
        w->cap = cap;
    }
}

/* Read more of a file; true if there was any.  A stream may also be over then. */
static bool fill(struct follow *f, struct followed *w)
{
    ssize_t n;

    make_room(w);
    do {
        n = w->stream ? read(w->fd, w->data + w->len, w->cap - w->len)
                      : pread(w->fd, w->data + w->len, w->cap - w->len, (off_t)w->offset);
    } while (n < 0 && errno == EINTR && !*f->options.stop);
    if (n < 0 && errno != EINTR && errno != EAGAIN) {
        tell(f, w, strerror(errno));
        w->input->state = INPUT_FAILED;
        w->over = true;
        close_fd(w);
    }
    if (n == 0 && w->stream) {
        w->over = true;
        close_fd(w);
        return end_line(w);
    }
    if (n <= 0)
        return false;
    if (w->from_start) {
        w->from_start = false;
        w->number = 0;
    }
    w->len += (size_t)n;
    w->offset += (uint64_t)n;
    w->input->bytes += (uint64_t)n;
    return true;
}

/* ---- opening ---- */

/* Set the offset to the start of the last lines, and the number of the line before them. */
static void skip_to_last_lines(struct followed *w, uint64_t lines)
{
    uint64_t *starts, total = 0, from = 0, at = 0;
    char *bytes = xmalloc(READ_BYTES);
    ssize_t n;

    starts = xcalloc(lines + 1, sizeof *starts); /* of the last lines that ended */
    while ((n = pread(w->fd, bytes, READ_BYTES, (off_t)at)) > 0) {
        const char *p = bytes, *nl;

        while ((nl = memchr(p, '\n', (size_t)(bytes + n - p)))) {
            starts[total++ % (lines + 1)] = from;
            from = at + (uint64_t)(nl - bytes) + 1;
            p = nl + 1;
        }
        at += (uint64_t)n;
    }
    if (total <= lines) {
        w->offset = 0;
        w->number = 0;
    } else {
        w->offset = lines ? starts[(total - lines) % (lines + 1)] : from;
        w->number = total - lines;
    }
    free(starts);
    free(bytes);
}

/* Is it packed?  Then its bytes are no lines, and it does not grow. */
static bool is_packed(struct followed *w)
{
    struct tally tally = {0};
    enum content content;
    struct layer *l;
    int fd = dup(w->fd);

    if (fd < 0)
        return false;
    l = layer_file(fd, true, w->input, &tally);
    content = sniff(l);
    layer_close(l);
    return content != CONTENT_LINES;
}

static void could_not_open(struct follow *f, struct followed *w)
{
    if (!w->said && errno == ENOENT)
        tell(f, w, "is not there yet; waiting for it");
    else if (!w->said)
        tell(f, w, strerror(errno));
    w->said = true;
}

/* False if there is nothing to read, for now or for ever. */
static bool open_file(struct follow *f, struct followed *w)
{
    bool standard = strcmp(w->input->path, "-") == 0;
    struct stat st;

    /* a pipe without a writer must not hold up the others */
    w->fd = standard ? dup(STDIN_FILENO) : open(w->input->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (w->fd < 0 || fstat(w->fd, &st) < 0) {
        could_not_open(f, w);
        close_fd(w);
        return false;
    }
    if (S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        could_not_open(f, w);
        close_fd(w);
        return false;
    }
    w->said = false;
    w->stream = standard || !S_ISREG(st.st_mode);
    w->offset = 0;
    w->from_start = true;
    if (w->stream)
        return false; /* until it is known that there is something */
    if (is_packed(w)) {
        tell(f, w, "is packed or a bundle, which does not grow, and is left out");
        w->over = true;
        close_fd(w);
        return false;
    }
    if (!w->opened && f->options.lines != FOLLOW_ALL_LINES) {
        skip_to_last_lines(w, f->options.lines);
        w->from_start = false;
    }
    w->opened = true;
    return true;
}

/* ---- what became of a file ---- */

static bool has_shrunk(const struct followed *w)
{
    struct stat st;

    return fstat(w->fd, &st) == 0 && (uint64_t)st.st_size < w->offset;
}

/*
 * Is there another file in its place, with something in it?  While there is
 * nothing, the one that was renamed may still be written to.
 */
static bool is_replaced(const struct followed *w)
{
    struct stat mine, there;

    return fstat(w->fd, &mine) == 0 && stat(w->input->path, &there) == 0 && there.st_size > 0 &&
           (mine.st_dev != there.st_dev || mine.st_ino != there.st_ino);
}

/* Look for something new in a file; true if there may be a line. */
static bool look_at_file(struct follow *f, struct followed *w)
{
    if (w->fd < 0 && !open_file(f, w))
        return false;
    if (fill(f, w))
        return true;
    if (w->fd < 0)
        return false;
    if (has_shrunk(w)) {
        tell(f, w, "got shorter; reading it from its start again");
        w->offset = 0;
        w->from_start = true;
        return end_line(w) || fill(f, w);
    }
    if (!is_replaced(w))
        return false;
    if (fill(f, w)) /* written between the look at this one and at the other */
        return true;
    tell(f, w, "was replaced; reading the new one");
    close_fd(w);
    return end_line(w) || (open_file(f, w) && fill(f, w));
}

static bool look(struct follow *f, struct followed *w)
{
    if (w->over)
        return false;
    if (!w->stream)
        return look_at_file(f, w);
    if (!w->ready)
        return false;
    w->ready = false;
    return fill(f, w);
}

/* Wait until a stream has something or it is time to look at the files; 0 ms: only look at streams.
 */
static void poll_streams(struct follow *f, int wait_ms)
{
    nfds_t n = 0;

    for (size_t i = 0; i < f->count; i++) {
        if (f->list[i].stream && !f->list[i].over)
            f->polls[n++] = (struct pollfd){f->list[i].fd, POLLIN, 0};
    }
    f->polls[n] = (struct pollfd){f->options.output_fd, 0, 0};
    if (poll(f->polls, n + 1, wait_ms) <= 0)
        return;
    f->reader_gone = f->polls[n].revents & (POLLERR | POLLHUP);
    n = 0;
    for (size_t i = 0; i < f->count; i++) {
        if (f->list[i].stream && !f->list[i].over)
            f->list[i].ready = f->polls[n++].revents != 0;
    }
}

static bool all_over(const struct follow *f)
{
    for (size_t i = 0; i < f->count; i++) {
        if (!f->list[i].over)
            return false;
    }
    return true;
}

/* Read on where there is something; false if there is nothing anywhere. */
static bool read_some(struct follow *f)
{
    poll_streams(f, 0);
    for (size_t i = 0; i < f->count; i++) {
        f->current = &f->list[f->next];
        f->next = (f->next + 1) % f->count;
        if (look(f, f->current))
            return true;
    }
    f->current = NULL;
    return false;
}

enum follow_event follow_next(struct follow *f, struct follow_line *line)
{
    for (;;) {
        if (*f->options.stop || f->reader_gone)
            return FOLLOW_OVER;
        if (f->current && next_line(f, f->current, line)) {
            f->told = false;
            return FOLLOW_LINE;
        }
        if (read_some(f))
            continue;
        if (all_over(f))
            return FOLLOW_OVER;
        if (!f->told) {
            f->told = true;
            return FOLLOW_QUIET;
        }
        poll_streams(f, LOOK_MS);
        f->told = false;
    }
}
