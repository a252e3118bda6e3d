/* SPDX-License-Identifier: Apache-2.0 */
#include "merge/reader.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "decode/jscan.h"
#include "input/stream.h"

/* Many readers may be open at once, so each has little. */
#define BUFFER_BYTES ((size_t)64 * 1024)

struct reader {
    struct stream *stream;
    size_t max_line_bytes;
    char *data; /* room for cap bytes, a '\n' and slack */
    size_t cap;
    size_t at;   /* where the next line begins */
    size_t seen; /* there is no '\n' from at up to here */
    size_t len;  /* bytes in data */
    uint64_t number;
    bool skipping; /* within a line that is too long */
    bool over;     /* all of this input is in data */
};

static void set_cap(struct reader *r, size_t cap)
{
    r->cap = cap;
    r->data = xrealloc(r->data, cap + 1 + JSCAN_SLACK);
}

struct reader *reader_open(struct input *in, const struct feed_options *options)
{
    struct stream *stream = stream_open(in, options->max_unpacked);
    struct reader *r;

    if (!stream)
        return NULL;
    r = xcalloc(1, sizeof *r);
    r->stream = stream;
    r->max_line_bytes = options->max_line_bytes;
    set_cap(r, BUFFER_BYTES);
    return r;
}

struct input *reader_input(const struct reader *r)
{
    return stream_input(r->stream);
}

uint64_t reader_number(const struct reader *r)
{
    return r->number;
}

/* Read on behind the start of a line, which is all that is left in data. */
static void fill(struct reader *r)
{
    size_t n;

    if (r->len - r->at > r->max_line_bytes)
        r->skipping = true;
    if (r->skipping)
        r->at = r->len;
    r->len -= r->at;
    if (r->at && r->len)
        memmove(r->data, r->data + r->at, r->len);
    r->at = 0;
    if (r->len == r->cap)
        set_cap(r, r->cap * 2);
    else if (!r->len && r->cap > BUFFER_BYTES) /* one long line must not cost its room for ever */
        set_cap(r, BUFFER_BYTES);
    r->seen = r->len;
    n = stream_read(r->stream, r->data + r->len, r->cap - r->len);
    r->over = n == 0;
    r->len += n;
}

/* Up to the end of the next line, of which nothing is left in data if it is too long. */
static bool cut(struct reader *r, struct slice *line)
{
    char *end;

    while (!(end = memchr(r->data + r->seen, '\n', r->len - r->seen))) {
        if (r->over) { /* the last line may lack its end */
            if (r->at == r->len && !r->skipping)
                return false;
            end = r->data + r->len;
            *end = '\n';
            break;
        }
        fill(r);
    }
    *line = (struct slice){r->data + r->at, (size_t)(end - (r->data + r->at))};
    r->at = (size_t)(end - r->data);
    r->at += r->at < r->len;
    r->seen = r->at;
    return true;
}

bool reader_next(struct reader *r, struct slice *line)
{
    while (cut(r, line)) {
        r->number++;
        if (r->skipping || line->len > r->max_line_bytes) {
            stream_input(r->stream)->long_lines++;
            r->skipping = false;
            continue;
        }
        if (line->len && line->p[line->len - 1] == '\r')
            line->len--;
        if (line->len)
            return true;
    }
    return false;
}

bool reader_next_input(struct reader *r)
{
    if (!stream_next(r->stream))
        return false;
    r->at = r->seen = r->len = 0;
    r->number = 0;
    r->skipping = r->over = false;
    return true;
}

void reader_close(struct reader *r)
{
    if (r) {
        stream_close(r->stream);
        free(r->data);
        free(r);
    }
}
