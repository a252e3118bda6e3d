/* SPDX-License-Identifier: Apache-2.0 */
#include "merge/scout.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/threads.h"
#include "base/xalloc.h"
#include "merge/reader.h"

/* What the threads share. */
struct scouting {
    struct inputs *inputs;
    const struct feed_options *options;
    struct sorter *sorter;
    atomic_size_t next; /* input to be read */
    atomic_bool failed;
};

struct scout {
    struct scouting *shared;
    struct source *found;
    struct err err;
};

/* Standard input, pipes and the like give their bytes once. */
static bool is_file(const char *path)
{
    struct stat st;

    return strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int keep_line(struct sorter *sorter, const struct source *source, const struct reader *r,
                     int64_t time_ns, struct slice text, struct err *err)
{
    struct spot spot = {time_ns, source, reader_number(r), text};

    return sorter_add(sorter, &spot, err);
}

/* Read one file to its end. */
static int read_source(struct source *src, struct reader *r, struct sorter *sorter, struct err *err)
{
    struct course course = course_start(NSTIME_NONE);
    struct slice text;
    struct line line;
    bool late;

    while (reader_next(r, &text)) {
        line_decode(text.p, text.len, &line);
        late = course_line(&course, &line);
        if (src->first_ns != course.time_ns && src->first_ns == NSTIME_NONE)
            sorter_know(sorter, src, course.time_ns);
        src->late += late;
        if ((late || !src->streams) && keep_line(sorter, src, r, course.time_ns, text, err) < 0)
            return -1;
    }
    if (src->first_ns == NSTIME_NONE)
        sorter_know(sorter, src, NSTIME_FRONT);
    src->last_ns = course.latest_ns;
    src->lines = reader_number(r);
    return 0;
}

/* Read one input: a file, or the logs of a bundle. */
static void read_input(struct scout *s, size_t number)
{
    struct input *in = &s->shared->inputs->list[number];
    bool file = is_file(in->path);
    struct reader *r = in->state == INPUT_FAILED ? NULL : reader_open(in, s->shared->options);
    uint64_t order = (uint64_t)number << 32;

    if (!r)
        return;
    do {
        struct source *src = xcalloc(1, sizeof *src);

        *src = (struct source){.input = reader_input(r),
                               .order = order,
                               .first_ns = NSTIME_NONE,
                               .streams = file && !in->bundle,
                               .heavy = reader_takes_memory(r),
                               .next = s->found};
        s->found = src;
        order++;
        if (read_source(src, r, s->shared->sorter, &s->err) < 0)
            s->shared->failed = true;
    } while (!s->shared->failed && reader_next_input(r));
    reader_close(r);
}

static void run(void *context)
{
    struct scout *s = context;
    size_t number;

    while (!s->shared->failed && (number = s->shared->next++) < s->shared->inputs->count)
        read_input(s, number);
}

int scout_inputs(struct inputs *inputs, const struct feed_options *options, struct sorter *sorter,
                 struct source **sources, struct err *err)
{
    size_t threads = options->threads < inputs->count ? options->threads : inputs->count;
    struct scouting shared = {.inputs = inputs, .options = options, .sorter = sorter};
    struct scout *scouts = xcalloc(threads, sizeof *scouts);
    void **list = xcalloc(threads, sizeof *list);
    int rc = 0;

    *sources = NULL;
    for (size_t i = 0; i < threads; i++) {
        scouts[i].shared = &shared;
        list[i] = &scouts[i];
    }
    threads_run(threads, run, list);
    for (size_t i = 0; i < threads; i++) {
        struct source **end = &scouts[i].found;

        while (*end)
            end = &(*end)->next;
        *end = *sources;
        *sources = scouts[i].found;
        if (scouts[i].err.set)
            rc = err_set(err, "%s", scouts[i].err.text);
    }
    free(list);
    free(scouts);
    return rc;
}

int scout_again(struct source *src, const struct feed_options *options, struct sorter *sorter,
                struct err *err)
{
    struct course course = course_start(src->first_ns);
    struct reader *r = reader_open(src->input, options);
    struct slice text;
    struct line line;
    int rc = 0;

    while (rc == 0 && r && reader_number(r) < src->lines && reader_next(r, &text)) {
        line_decode(text.p, text.len, &line);
        if (!course_line(&course, &line))
            rc = keep_line(sorter, src, r, course.time_ns, text, err);
    }
    reader_close(r);
    return rc;
}
