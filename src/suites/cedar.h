/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cedar.h - what Cedar, which pushes apps by the hundred, and Arborist, which then asks them, write
 *
 * Cedar's output is one JSON object with a list of apps, of each a push and a
 * start.  Arborist's is a map of app guids to counts of requests.  min-N.json
 * and max-N.json hold one number each, the unix seconds between which batch N
 * ran.  Files are known by their contents, but the latter by their names.
 */
#ifndef CICERONE_CEDAR_H
#define CICERONE_CEDAR_H

#include "base/arena.h"
#include "base/err.h"
#include "base/nstime.h"
#include "stats/stats.h"

enum cedar_state { CEDAR_OK, CEDAR_FAILED, CEDAR_NEVER }; /* never: it has no start */

enum cedar_step { CEDAR_PUSH, CEDAR_START, CEDAR_STEPS };

struct cedar_action {
    enum cedar_state state;
    int64_t start_ns, end_ns; /* NSTIME_NONE if not known */
    int64_t duration_ns;
};

struct cedar_app {
    struct slice name, guid;
    struct slice type;  /* "light-group" of "cedarapp-0-light-group-3", empty if it can't be told */
    int64_t name_batch; /* 0 in this example, -1 if it can't be told */
    struct cedar_action step[CEDAR_STEPS];
    bool asked; /* by Arborist */
    int64_t requests, answered, unanswered;
};

/* A row of statistics: the apps of a type, or all of them. */
struct cedar_group {
    struct slice type; /* empty: all */
    size_t apps;
    size_t state[CEDAR_STEPS][3];
    struct summary duration[CEDAR_STEPS]; /* of those that succeeded */
    size_t asked, routable;               /* routable: every request was answered */
    int64_t requests, answered;
};

/* The apps of a batch, by the time their push began or, without times of batches, by their names.
 */
struct cedar_batch {
    int64_t number;           /* -1: apps of none */
    int64_t first_ns, end_ns; /* NSTIME_NONE where the names decide */
    size_t app_count;
    struct cedar_group *groups; /* per type in order of name, the last of all */
    size_t group_count;
};

/* A time of min-N.json or max-N.json. */
struct cedar_bound {
    int64_t number, time_ns;
    bool is_max;
};

/* Of an app in Arborist's map. */
struct cedar_answers {
    struct slice guid;
    int64_t requests, answered, unanswered;
};

struct cedar {
    struct cedar_app *apps; /* after cedar_finish() in order of push, then name */
    size_t app_count;
    size_t output_count, arborist_count; /* files of these kinds */
    bool succeeded;                      /* all outputs say so */
    struct cedar_answers *answers;
    size_t answer_count, stranger_count; /* strangers: of apps that no output names */
    struct cedar_bound *bounds;
    size_t bound_count;
    size_t left_out; /* files of folders that are none of these */
    struct arena arena;
    /* after cedar_finish() */
    struct cedar_group *groups; /* per type in order of name, the last of all */
    size_t group_count;
    struct cedar_batch *batches; /* none if neither files nor names tell of any */
    size_t batch_count;
    bool batches_by_time;
};

/* A file, or a folder, whose *.json files are taken; -1 and err if anything is not what it should
 * be. */
int cedar_add(struct cedar *c, const char *path, struct err *err);

/* No more files: join them and make the statistics.  -1 and err if they do not make sense. */
int cedar_finish(struct cedar *c, struct err *err);
void cedar_release(struct cedar *c);

/* Is an app of a batch with a number? */
bool cedar_in_batch(const struct cedar_app *app, const struct cedar_batch *b);

const char *cedar_state_name(enum cedar_state state);
const char *cedar_step_name(enum cedar_step step);

#endif
