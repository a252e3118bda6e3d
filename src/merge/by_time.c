/* SPDX-License-Identifier: Apache-2.0 */
#include "merge/by_time.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "base/xalloc.h"
#include "merge/heap.h"
#include "merge/reader.h"
#include "merge/scout.h"
#include "merge/sorter.h"

/* An open file takes up to some 250 kB, and a heavy one as much as so many others. */
#define OPEN_MOST ((size_t)100)
#define HEAVY     ((size_t)20)

#define SORTER_BYTES ((size_t)32 * 1024 * 1024)

/* Lines in order: of a file, without those that are late, or of the sorter. */
struct lane {
    struct spot spot; /* the first member: what the heap holds */
    struct source *source;
    struct reader *reader; /* NULL: the sorter's lane */
    struct course course;
    uint64_t late;
    struct line line; /* of a file's lane: the spot's, decoded */
};

struct by_time {
    struct feed_options options;
    struct sorter *sorter;
    struct source *sources; /* all of them */
    struct source **queue;  /* those to be read again, in the order they are due */
    size_t queued, next;
    struct heap heap;   /* of lanes */
    struct lane *given; /* the lane of the last line that was given away */
    int64_t first_ns;   /* the time of files without any */
};

/* ---- what is read again, and when ---- */

static int by_start(const void *a, const void *b)
{
    const struct source *x = *(struct source *const *)a, *y = *(struct source *const *)b;

    if (x->first_ns != y->first_ns)
        return x->first_ns < y->first_ns ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static size_t open_most(void)
{
    struct rlimit limit;
    size_t most = OPEN_MOST;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur / 2 < most)
        most = (size_t)limit.rlim_cur / 2;
    return most ? most : 1;
}

/* A file that is open while the merge goes on. */
struct stay {
    int64_t end_ns;
    size_t weight;
};

/*
 * Go through the queue as the merge will.  Where more files than may be open
 * go on at one time, further ones are kept by the sorter.
 */
static int thin_out(struct by_time *b, struct err *err)
{
    size_t most = open_most(), open = 0, weight = 0, kept = 0;
    struct stay *stays = xcalloc(most, sizeof *stays);
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < b->queued; i++) {
        struct source *src = b->queue[i];
        size_t more = src->heavy && HEAVY < most ? HEAVY : 1;

        for (size_t k = 0; k < open;) {
            if (stays[k].end_ns < src->first_ns) {
                weight -= stays[k].weight;
                stays[k] = stays[--open];
            } else {
                k++;
            }
        }
        if (weight + more <= most) {
            stays[open++] = (struct stay){src->last_ns, more};
            weight += more;
            b->queue[kept++] = src;
        } else {
            rc = scout_again(src, &b->options, b->sorter, err);
        }
    }
    b->queued = kept;
    free(stays);
    return rc;
}

/* The files to be read again, and the time of those that have none. */
static void list_sources(struct by_time *b)
{
    size_t count = 0;

    b->first_ns = NSTIME_NONE;
    for (const struct source *s = b->sources; s; s = s->next)
        count++;
    b->queue = xcalloc(count, sizeof *b->queue);
    for (struct source *s = b->sources; s; s = s->next) {
        if (s->streams && s->lines)
            b->queue[b->queued++] = s;
        if (s->first_ns != NSTIME_FRONT && s->first_ns < b->first_ns)
            b->first_ns = s->first_ns;
    }
    if (b->first_ns == NSTIME_NONE)
        b->first_ns = 0;
    if (b->queued)
        qsort(b->queue, b->queued, sizeof *b->queue, by_start);
}

/* ---- lanes ---- */

static void close_lane(struct lane *lane)
{
    reader_close(lane->reader);
    free(lane);
}

/* On to the next line of a file: 1, or 0 at its end, which is where it was at the first reading. */
static int advance_file(struct lane *lane)
{
    struct source *src = lane->source;
    bool late;

    do {
        if (reader_number(lane->reader) >= src->lines ||
            !reader_next(lane->reader, &lane->spot.text)) {
            if (reader_number(lane->reader) < src->lines || lane->late != src->late ||
                lane->course.latest_ns != src->last_ns)
                input_problem(src->input, INPUT_DAMAGED,
                              "changed while it was read; lines may be missing, or be there twice");
            return 0;
        }
        line_decode(lane->spot.text.p, lane->spot.text.len, &lane->line);
        late = course_line(&lane->course, &lane->line);
        lane->late += late;
    } while (late); /* the sorter has it */
    lane->spot.time_ns = lane->course.time_ns;
    lane->spot.number = reader_number(lane->reader);
    return 1;
}

static int advance(struct by_time *b, struct lane *lane, struct err *err)
{
    return lane->reader ? advance_file(lane) : sorter_next(b->sorter, &lane->spot, err);
}

/* Let a lane take part, if it has a line. */
static int add_lane(struct by_time *b, struct lane *lane, struct err *err)
{
    int rc = advance(b, lane, err);

    if (rc > 0)
        heap_push(&b->heap, &lane->spot);
    else
        close_lane(lane);
    return rc < 0 ? -1 : 0;
}

static int open_source(struct by_time *b, struct source *src, struct err *err)
{
    struct lane *lane;
    struct reader *r;

    src->input->bytes = src->input->long_lines = 0; /* they are counted once more */
    r = reader_open(src->input, &b->options);
    if (!r)
        return 0;
    lane = xcalloc(1, sizeof *lane);
    lane->source = src;
    lane->reader = r;
    lane->spot.source = src;
    lane->course = course_start(src->first_ns);
    return add_lane(b, lane, err);
}

/* Open the files that are due before anything that is open. */
static int open_due(struct by_time *b, struct err *err)
{
    while (b->next < b->queued) {
        struct source *src = b->queue[b->next];
        struct spot start = {src->first_ns, src, 0, {NULL, 0}};

        if (b->heap.count && spot_before(b->heap.list[0], &start))
            break;
        b->next++;
        if (open_source(b, src, err) < 0)
            return -1;
    }
    return 0;
}

struct by_time *by_time_open(struct inputs *inputs, const struct feed_options *options,
                             struct err *err)
{
    struct by_time *b = xcalloc(1, sizeof *b);

    b->options = *options;
    b->sorter = sorter_new(SORTER_BYTES);
    if (scout_inputs(inputs, options, b->sorter, &b->sources, err) == 0) {
        list_sources(b);
        if (thin_out(b, err) == 0 && sorter_finish(b->sorter, err) == 0 &&
            add_lane(b, xcalloc(1, sizeof(struct lane)), err) == 0)
            return b;
    }
    by_time_close(b);
    return NULL;
}

/* Past the line that was given away. */
static int move_on(struct by_time *b, struct err *err)
{
    struct lane *lane = b->given;
    int rc;

    if (!lane)
        return 0;
    b->given = NULL;
    rc = advance(b, lane, err);
    if (rc > 0) {
        heap_settle(&b->heap);
    } else {
        heap_pop(&b->heap);
        close_lane(lane);
    }
    return rc < 0 ? -1 : 0;
}

int by_time_next(struct by_time *b, struct entry *e, struct err *err)
{
    struct lane *lane;

    if (move_on(b, err) < 0 || open_due(b, err) < 0)
        return -1;
    if (!b->heap.count)
        return 0;
    lane = b->given = (struct lane *)b->heap.list[0];
    e->input = lane->spot.source->input;
    e->number = lane->spot.number;
    e->text = lane->spot.text;
    e->time_ns = lane->spot.time_ns == NSTIME_FRONT ? b->first_ns : lane->spot.time_ns;
    if (lane->reader)
        e->line = lane->line;
    else
        line_decode(e->text.p, e->text.len, &e->line);
    return 1;
}

void by_time_close(struct by_time *b)
{
    if (!b)
        return;
    for (size_t i = 0; i < b->heap.count; i++)
        close_lane((struct lane *)b->heap.list[i]);
    free(b->heap.list);
    sorter_free(b->sorter);
    while (b->sources) {
        struct source *next = b->sources->next;

        free(b->sources);
        b->sources = next;
    }
    free(b->queue);
    free(b);
}
