/* SPDX-License-Identifier: Apache-2.0 */
/*
 * survey.h - what is in a pile of logs: files, components, times, damage
 *
 * A folder of its own beside lifecycle/, for it needs records and no
 * timelines.  All that is counted is a sum, a least or a greatest, except the
 * order of lines, which is noted per block and put together in the order of
 * the blocks: the result does not depend on threads and blocks.
 */
#ifndef CICERONE_SURVEY_H
#define CICERONE_SURVEY_H

#include "base/intern.h"
#include "decode/line.h"
#include "input/feed.h"
#include "lifecycle/filter.h"

enum packing { PACKING_UNKNOWN, PACKING_PLAIN, PACKING_GZIP };

/* Lines of a kind, and when; first_ns > last_ns if there are none. */
struct survey_lines {
    uint64_t levels[LEVEL_COUNT];
    int64_t first_ns, last_ns; /* the earliest and the latest time */
};

struct survey_file {
    const struct input *input;
    enum packing packing;
    uint64_t size_bytes; /* as it lies on the disk, 0 if that is unknown */
    uint64_t lines;      /* all but empty ones, and with those too long */
    uint64_t kinds[LINE_KIND_COUNT];
    uint64_t unselected;     /* of lager's, left out by the filter; in none of what follows */
    uint64_t too_long;       /* of no kind */
    uint64_t epoch, rfc3339; /* lager lines by the form of their time */
    struct survey_lines all;
    /* of a line and the one before it, where both are lager */
    uint64_t steps_back;
    int64_t worst_back_ns; /* 0 if there is none */
    int64_t gap_ns;        /* the largest step forward, 0 if there is none */
    int64_t gap_at_ns;     /* where it begins */
    /* its components: numbers in the survey's list, in its order */
    uint32_t *components;
    size_t component_count;
};

/* A source on a VM. */
struct survey_component {
    struct slice vm, source; /* vm is empty if unknown */
    struct survey_lines all;
    size_t file_count;
    uint64_t starts; /* lines SOURCE.started */
    int64_t first_start_ns, last_start_ns;
    uint64_t exits; /* lines SOURCE.exited */
    int64_t first_exit_ns;
    uint64_t restarts; /* starts, but for one that is the component's first sign of life */
};

struct survey {
    struct survey_file *files; /* in the order of the inputs */
    size_t file_count;
    struct survey_component *components; /* in order of VM, source */
    size_t component_count;
    struct survey_file total; /* of all files; order and input mean nothing */
    size_t vm_count, source_count;
    struct intern texts; /* owns the names */
};

/*
 * Read all inputs, which must outlive the result; trouble with one is noted
 * there.  filter may be NULL.  Release with survey_release().
 */
void survey_take(struct inputs *inputs, const struct feed_options *options,
                 const struct filter *filter, struct survey *out);
void survey_release(struct survey *s);

/* From the earlier time to the later one; what does not fit (centuries) is as large as can be. */
int64_t survey_span_ns(int64_t first_ns, int64_t last_ns);

/* Lines that are not lager, but for the damaged ones and those too long. */
uint64_t survey_other(const struct survey_file *f);

/*
 * Of lager "epoch", "rfc3339" or "mixed"; without any, the name of the kind that most lines are of
 * if it has a time, else "not lager"; or "empty".
 */
const char *survey_format(const struct survey_file *f);

/* "plain", "gzip", or "". */
const char *survey_packing(const struct survey_file *f);

#endif
