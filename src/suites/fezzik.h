/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fezzik.h - the reports of Fezzik, Diego's performance suite: what a client saw
 *
 * Fezzik appends two lines per run to a file: the kind, TASK_REPORT or
 * LRP_REPORT, and a JSON object.  Durations are nanoseconds since the report's
 * time, which is taken when the Tasks are about to be, or the LRP was, asked for.
 */
#ifndef CICERONE_FEZZIK_H
#define CICERONE_FEZZIK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/nstime.h"
#include "stats/stats.h"

#define FEZZIK_TASKS_MARK "TASK_REPORT"
#define FEZZIK_LRPS_MARK  "LRP_REPORT"

/* A Task or an instance. */
struct fezzik_entity {
    struct slice id;  /* the Task's guid, or the index */
    int64_t first_ns; /* created or claimed; NSTIME_NONE: never */
    int64_t last_ns;  /* completed or running; NSTIME_NONE: never */
    bool failed;      /* as the Task's result says */
    struct slice reason;
};

struct fezzik_cell {
    struct slice name;
    int64_t count;
};

struct fezzik_report {
    bool tasks; /* else of LRP instances */
    int64_t time_ns;
    struct slice name;
    int64_t cell_count, requested;
    struct fezzik_entity *entities; /* in order of id; indexes as numbers */
    size_t entity_count;
    struct fezzik_cell *cells; /* in order of name */
    size_t distribution_count;
    size_t first_count, last_count, failed_count; /* entities that have this */
    struct summary first, last;
};

/* What was wrong with parts of the files; a few in words, and how many more. */
#define FEZZIK_TOLD 8

struct fezzik {
    struct fezzik_report *list; /* after fezzik_finish() in order of time */
    size_t count;
    char *problems[FEZZIK_TOLD];
    size_t problem_count;
    struct arena arena; /* owns the texts and entities */
};

#define FEZZIK_INIT                                                                                \
    {                                                                                              \
        NULL, 0, {NULL}, 0, ARENA_INIT                                                             \
    }

/* Does the file begin as such reports do? */
bool fezzik_is_report(const char *path);

/*
 * Add the reports of a file.  What is wrong with some of them is a problem, and the others are
 * kept; -1 and err if none is good.
 */
int fezzik_add(struct fezzik *f, const char *path, struct err *err);

/* No more files: put the reports in order. */
void fezzik_finish(struct fezzik *f);
void fezzik_release(struct fezzik *f);

/* What first_ns and last_ns are called: "created" and "completed", "claimed" and "running". */
const char *fezzik_first_name(const struct fezzik_report *r);
const char *fezzik_last_name(const struct fezzik_report *r);

/* "ok", "failed" or "never completed", "running" or "never running". */
const char *fezzik_outcome(const struct fezzik_report *r, const struct fezzik_entity *e);

#endif
