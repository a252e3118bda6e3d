/* SPDX-License-Identifier: Apache-2.0 */
/*
 * series.h - declared series: what is drawn from which lifecycle, bin by bin
 *
 * Read from series/FILE.json by series_load(); read-only from then on.  What the keys of such a
 * file mean is told in cicerone-series(5).  Stages, tags and values are names here; series_fill.h
 * looks them up.
 */
#ifndef CICERONE_SERIES_H
#define CICERONE_SERIES_H

#include "base/assets.h"
#include "base/regex.h"
#include "lifecycle/lifecycle.h"

#define SERIES_MAX_NAMES 8

/* A few names, in order. */
struct series_names {
    const char *list[SERIES_MAX_NAMES];
    size_t count;
};

enum series_kind {
    SERIES_LEVEL,    /* how many entities are between two stages when the bin ends */
    SERIES_COUNT,    /* how many reach a stage */
    SERIES_DURATION, /* how long those took from a stage to another that reach the other one */
    SERIES_VALUE,    /* a value of those that reach a stage */
    SERIES_ERRORS,   /* lines of level error and fatal */
};

/* What is taken of durations and values of a bin. */
enum series_take {
    TAKE_MAX,
    TAKE_P95,
    TAKE_P50,
    TAKE_MEAN,
    TAKE_MIN,
    TAKE_LAST,
    TAKE_SUM,
    TAKE_KINDS,
};

extern const char *const series_take_names[TAKE_KINDS];

/* Only entities whose tag, VM or outcome matches. */
struct series_where {
    const char *tag;
    const struct regex *pattern;
};

struct series_line {
    enum series_kind kind;
    const char *name;          /* or NULL */
    const char *of;            /* the lifecycle; NULL for errors */
    struct series_names from;  /* level, duration: the stages of which the first reached begins */
    struct series_names to;    /* of which the first reached ends it; else the stage of the bin */
    struct series_names leave; /* level: entities of these outcomes end with their last event */
    bool single;               /* level: of one earlier id only the entity that came in last */
    const char *value;         /* value */
    const char *by;            /* a tag, "vm", "outcome" or NULL */
    bool hold;                 /* a value stays until the next one, while its VM logs */
    enum series_take takes[TAKE_KINDS];
    size_t take_count;
    struct series_where wheres[SERIES_MAX_NAMES];
    size_t where_count;
};

struct series {
    const char *name, *title, *about, *unit, *group;
    const char *absent;             /* why it can't be had of logs, or NULL */
    struct series_names components; /* whose lines make "none" a 0; any, if it is empty */
    struct series_names figures;    /* those of the papers that it draws */
    struct series_line *lines;
    size_t line_count;
    bool stacked; /* the sum of all means something, and is a line "total" */
};

struct series_set {
    struct series *list;
    size_t count;
    struct lifecycle **keepers; /* own the texts and patterns of a file each; no lifecycles */
    size_t keeper_count;
};

#define SERIES_SET_INIT                                                                            \
    {                                                                                              \
        NULL, 0, NULL, 0                                                                           \
    }

/* Add the series of a file's text; path is for messages.  -1 and a located error. */
int series_load(struct series_set *set, const char *path, const char *text, size_t len,
                struct err *err);

/* Those of all files there are, in order of their names. */
int series_load_all(struct series_set *set, struct err *err);

void series_set_release(struct series_set *set);

/* NULL if there is none of this name. */
const struct series *series_find(const struct series_set *set, const char *name, size_t len);

#endif
