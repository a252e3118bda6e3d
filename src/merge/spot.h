/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spot.h - lines in order of time, then of their files, then of their numbers
 */
#ifndef CICERONE_SPOT_H
#define CICERONE_SPOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/nstime.h"
#include "base/slice.h"
#include "decode/line.h"
#include "input/input.h"

/* The time of lines of a file without any time: they come first. */
#define NSTIME_FRONT INT64_MIN

/* A file with lines, and what is known of it once it was read. */
struct source {
    struct input *input;
    uint64_t order;   /* among all files, those in bundles at their bundle's place */
    int64_t first_ns; /* of its first line with a time, and so of those before it; NSTIME_NONE
                         while not known, NSTIME_FRONT if there is none */
    int64_t last_ns;  /* the latest time */
    uint64_t lines;   /* all of them, empty and long ones too */
    uint64_t late;    /* lines with a time before that of a line in front of them */
    bool streams;     /* it can be read again, and only its late lines were kept */
    bool heavy;       /* reading it takes megabytes of memory */
    struct source *next;
};

/* A line where it belongs. */
struct spot {
    int64_t time_ns; /* NSTIME_NONE: the first one of its source, not known yet */
    const struct source *source;
    uint64_t number;
    struct slice text;
};

static inline int64_t spot_time(const struct spot *s)
{
    return s->time_ns == NSTIME_NONE ? s->source->first_ns : s->time_ns;
}

/* No two lines are equal. */
static inline bool spot_before(const struct spot *a, const struct spot *b)
{
    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns;
    if (a->source != b->source)
        return a->source->order < b->source->order;
    return a->number < b->number;
}

/* Where one is in a file: the time of the line met last, and the latest so far. */
struct course {
    int64_t time_ns;
    int64_t latest_ns;
};

/* At the start, a time of NSTIME_NONE if it is not known which one comes first. */
static inline struct course course_start(int64_t first_ns)
{
    return (struct course){first_ns, NSTIME_FRONT};
}

/* On to the next line; true if it is late. */
static inline bool course_line(struct course *c, const struct line *line)
{
    if (line_has_time(line))
        c->time_ns = line->record.time_ns;
    if (c->time_ns == NSTIME_NONE)
        return false;
    if (c->time_ns < c->latest_ns)
        return true;
    c->latest_ns = c->time_ns;
    return false;
}

#endif
