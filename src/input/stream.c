/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stack of open bundles, the innermost on top, and the layers of what is read now:
 *
 *     cf.tgz  ->  diego-cell.UUID.tgz  ->  ./rep/rep.stdout.log.1.gz
 *     bundle      bundle                   lines
 */
#include "input/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "input/archive_lib.h"
#include "input/bundle.h"
#include "input/layer.h"
#include "input/layer_filter.h"
#include "input/meter.h"
#include "input/names.h"
#include "input/sniff.h"

/* Each member that is kept has a name and an origin until the end of the run, so there must be a
 * limit. */
#define KEPT_MOST 1000000

struct level {
    struct bundle *bundle;
    struct input *input;
};

struct stream {
    struct input *file;    /* the one it was opened for */
    struct input *current; /* the one that lines are of */
    struct input *last;    /* of the chain behind file */
    int fd;
    bool plain;               /* a regular file, not packed */
    _Atomic uint64_t metered; /* of a plain file, up to where its bytes were counted */
    bool takes_memory;        /* packed by anything but gzip */
    struct layer *lines;
    struct level levels[STREAM_DEPTH_MOST];
    size_t depth;
    uint64_t kept; /* members in that chain, ... */
    uint64_t logs; /* ... and those with lines */
    struct tally tally;
};

static const char too_deep[] =
    "lies more than 4 bundles or packings deep and was left out"; /* STREAM_DEPTH_MOST */

/*
 * Take off what packs the bytes, and say what they are.  Packing within packing
 * counts as depth.  False if that is too much, which is noted.
 */
static bool unpack(struct stream *s, struct layer **top, enum content *content)
{
    for (size_t packings = 0;; packings++) {
        *content = sniff(*top);
        if (*content == CONTENT_LINES)
            return true;
        /* gzip in gzip can go on behind damage, others lose their place */
        (*top)->in_one_piece = *content != CONTENT_GZIP;
        if (content_is_bundle(*content) ? s->depth == STREAM_DEPTH_MOST
                                        : packings && s->depth + packings > STREAM_DEPTH_MOST) {
            layer_damage(*top, "%s", too_deep);
            return false;
        }
        if (*content != CONTENT_GZIP && *content != CONTENT_EMPTY_TAR && !archive_lib_load()) {
            input_problem(
                (*top)->input, INPUT_FAILED,
                "is a bundle or packed, and libarchive, which would read it, is not installed");
            return false;
        }
        if (content_is_bundle(*content))
            return true;
        s->takes_memory |= *content != CONTENT_GZIP;
        *top = *content == CONTENT_GZIP ? layer_gzip(*top) : layer_filter(*top, *content);
    }
}

static void enter(struct stream *s, struct input *in, struct layer *l, enum content content)
{
    in->bundle = true;
    s->levels[s->depth++] = (struct level){bundle_open(l, content), in};
}

static void leave(struct stream *s)
{
    struct level *level = &s->levels[--s->depth];

    s->file->left_out += bundle_passed_over(level->bundle);
    bundle_close(level->bundle);
}

/* Keep a member in the list, for what came of it. */
static void keep(struct stream *s, struct input *in)
{
    in->member = s->last->member + 1;
    s->last->next = in;
    s->last = in;
    s->kept++;
}

/*
 * Open a member.  One whose bytes are neither packed nor a bundle is read only if it is called
 * a log.  True if it has lines.
 */
static bool open_member(struct stream *s, const char *name)
{
    struct level *level = &s->levels[s->depth - 1];
    struct input *in =
        input_new_member(level->input, name, origin_of_member(name, &level->input->origin));
    struct layer *stored = bundle_member(level->bundle, in), *top = stored;
    enum content content = CONTENT_LINES;

    if (!stored || !unpack(s, &top, &content)) {
        layer_close(top);
        keep(s, in); /* it has a problem */
        return false;
    }
    if (content_is_bundle(content)) {
        struct origin o = origin_of_bundle(name, &level->input->origin);

        origin_release(&in->origin);
        in->origin = o;
        keep(s, in);
        enter(s, in, top, content);
        return false;
    }
    if (top == stored && !name_is_log(name)) {
        layer_close(top);
        s->file->left_out++;
        if (in->problem)
            keep(s, in);
        else
            input_free_member(in);
        return false;
    }
    if (top == stored)
        bundle_member_is_log(stored);
    keep(s, in);
    s->logs++;
    s->lines = top;
    s->current = in;
    meter_name_file(in->path);
    return true;
}

bool stream_next(struct stream *s)
{
    if (!s->depth)
        return false;
    layer_close(s->lines);
    s->lines = NULL;
    while (s->depth) {
        const char *name = NULL;

        if (s->kept < KEPT_MOST)
            name = bundle_next(s->levels[s->depth - 1].bundle);
        else
            input_problem(s->file, INPUT_DAMAGED, "holds more than %d files; the rest was left out",
                          KEPT_MOST);
        if (!name)
            leave(s);
        else if (open_member(s, name))
            return true;
    }
    s->current = s->file;
    meter_name_file(s->file->path);
    if (!s->logs && s->file->left_out)
        input_problem(s->file, INPUT_FAILED, "no logs in this bundle, only %" PRIu64 " other files",
                      s->file->left_out);
    else if (!s->logs)
        input_problem(s->file, INPUT_FAILED, "an empty bundle");
    return false;
}

/* The file's own layers; a bundle stands at its first log then. */
static void start(struct stream *s, struct layer *file, bool regular)
{
    struct layer *top = file;
    enum content content;

    if (!unpack(s, &top, &content)) {
        layer_close(top);
    } else if (content_is_bundle(content)) {
        struct origin o = origin_of_bundle(s->file->path, &s->file->origin);

        origin_release(&s->file->origin);
        s->file->origin = o;
        enter(s, s->file, top, content);
        stream_next(s);
    } else {
        s->lines = top;
        s->plain = regular && top == file;
    }
}

struct stream *stream_open(struct input *in, uint64_t max_unpacked)
{
    int fd = strcmp(in->path, "-") == 0 ? dup(STDIN_FILENO) : open(in->path, O_RDONLY | O_CLOEXEC);
    struct stream *s;
    struct stat st;
    bool regular;

    if (fd < 0) {
        input_problem(in, INPUT_FAILED, "%s", strerror(errno));
        return NULL;
    }
    s = xcalloc(1, sizeof *s);
    s->file = s->current = s->last = in;
    s->fd = fd;
    regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    s->tally.most = max_unpacked;
    meter_name_file(in->path);
    start(s, layer_file(fd, regular, in, &s->tally), regular);
    s->metered = s->tally.packed;
    return s;
}

struct input *stream_input(const struct stream *s)
{
    return s->current;
}

size_t stream_read(struct stream *s, char *buf, size_t cap)
{
    size_t n;

    meter_name_file(s->current->path);
    n = s->lines ? layer_read(s->lines, buf, cap) : 0;
    s->current->bytes += n;
    return n;
}

bool stream_is_plain_file(const struct stream *s)
{
    return s->plain;
}

bool stream_takes_memory(const struct stream *s)
{
    return s->takes_memory;
}

/* Parts of a plain file may be read twice, where they meet. */
static void count_up_to(struct stream *s, uint64_t offset)
{
    uint64_t before = atomic_load_explicit(&s->metered, memory_order_relaxed);

    while (before < offset) {
        if (atomic_compare_exchange_weak(&s->metered, &before, offset))
            meter_add_bytes(offset - before);
    }
}

size_t stream_read_at(struct stream *s, char *buf, size_t cap, uint64_t offset, int *error)
{
    size_t have = 0;

    meter_name_file(s->file->path);
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
    count_up_to(s, offset + have);
    return have;
}

void stream_close(struct stream *s)
{
    if (s) {
        meter_close_file(s->current->path);
        layer_close(s->lines);
        while (s->depth)
            leave(s);
        free(s);
    }
}
