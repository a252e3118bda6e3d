/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/span.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "input/lines.h"
#include "input/meter.h"

struct worker {
    struct span span;
    const struct log_format *log;
    size_t max_line_bytes;
};

static void take_block(void *context, const struct block *b)
{
    struct worker *w = context;
    const char *at = b->data;
    struct slice line;
    struct record r;

    uint64_t lines = 0;

    while (block_line(b, &at, &line)) {
        lines++;
        if (line.len > w->max_line_bytes || !w->log->decode(line.p, line.len, &r))
            continue;
        if (r.time_ns < w->span.first_ns)
            w->span.first_ns = r.time_ns;
        if (r.time_ns > w->span.last_ns)
            w->span.last_ns = r.time_ns;
    }
    meter_add_lines(lines);
}

int span_find(const struct inputs *inputs, const struct feed_options *options,
              const struct log_format *log, struct span *span, struct err *err)
{
    const struct input *once = inputs_once(inputs);
    struct inputs again = INPUTS_INIT;
    struct worker *workers;
    void **contexts;

    if (once)
        return err_set(err, "%s can be read only once", input_title(once));
    inputs_add_again(&again, inputs);
    workers = xcalloc(options->threads, sizeof *workers);
    contexts = xcalloc(options->threads, sizeof *contexts);
    for (unsigned i = 0; i < options->threads; i++) {
        workers[i] = (struct worker){{INT64_MAX, INT64_MIN}, log, options->max_line_bytes};
        contexts[i] = &workers[i];
    }
    meter_begin("reading times");
    feed(&again, options, take_block, contexts);
    *span = (struct span){INT64_MAX, INT64_MIN};
    for (unsigned i = 0; i < options->threads; i++) {
        if (workers[i].span.first_ns < span->first_ns)
            span->first_ns = workers[i].span.first_ns;
        if (workers[i].span.last_ns > span->last_ns)
            span->last_ns = workers[i].span.last_ns;
    }
    free(workers);
    free(contexts);
    inputs_release(&again);
    return 0;
}
