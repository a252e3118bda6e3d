/* SPDX-License-Identifier: Apache-2.0 */
#include "merge/merge.h"

#include <stdlib.h>

#include "base/nstime.h"
#include "base/xalloc.h"
#include "merge/reader.h"

struct merge {
    struct inputs *inputs;
    struct feed_options options;
    size_t next_input;
    struct reader *reader; /* NULL between two inputs */
    int64_t time_ns;       /* of the last line with a time */
};

struct merge *merge_open(struct inputs *inputs, const struct feed_options *options,
                         enum merge_order order, struct err *err)
{
    struct merge *m;

    if (order != MERGE_AS_READ) {
        err_set(err, "not by time yet");
        return NULL;
    }
    m = xcalloc(1, sizeof *m);
    m->inputs = inputs;
    m->options = *options;
    m->time_ns = NSTIME_NONE;
    return m;
}

/* Begin with the next input that can be read; false if there is none. */
static bool open_next(struct merge *m)
{
    while (!m->reader && m->next_input < m->inputs->count) {
        struct input *in = &m->inputs->list[m->next_input++];

        if (in->state != INPUT_FAILED)
            m->reader = reader_open(in, &m->options);
    }
    return m->reader != NULL;
}

int merge_next(struct merge *m, struct entry *e, struct err *err)
{
    (void)err;
    while (open_next(m)) {
        if (reader_next(m->reader, &e->text)) {
            e->input = reader_input(m->reader);
            e->number = reader_number(m->reader);
            line_decode(e->text.p, e->text.len, &e->line);
            if (line_has_time(&e->line))
                m->time_ns = e->line.record.time_ns;
            e->time_ns = m->time_ns;
            return 1;
        }
        m->time_ns = NSTIME_NONE;
        if (!reader_next_input(m->reader)) {
            reader_close(m->reader);
            m->reader = NULL;
        }
    }
    return 0;
}

void merge_close(struct merge *m)
{
    if (m) {
        reader_close(m->reader);
        free(m);
    }
}
