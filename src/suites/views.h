/* SPDX-License-Identifier: Apache-2.0 */
/*
 * views.h - a report of Fezzik beside the logs: what the client saw, and what the components did
 *
 * A Task is found by its guid.  A report of instances names no process: it is
 * the one whose first instance was created around the report's time.
 */
#ifndef CICERONE_VIEWS_H
#define CICERONE_VIEWS_H

#include "suites/fezzik.h"

/* The lifecycles that are asked, and the stages in them. */
#define VIEWS_TASKS       "tasks"
#define VIEWS_LRPS        "lrps"
#define VIEWS_TASK_FIRST  "Desiring-Task"
#define VIEWS_TASK_DONE   "Persisted-Completed"
#define VIEWS_LRP_CREATED "Creating-ALRP"
#define VIEWS_LRP_FIRST   "Claimed-ALRP"
#define VIEWS_LRP_LAST    "Running-In-BBS"
#define VIEWS_BEFORE_NS                                                                            \
    (5 * NS_PER_SECOND) /* a process may be created so long before its report                      \
                         */

/* The logs' view of an entity of a report; times are nanoseconds since the report's time. */
struct sighting {
    const struct timeline *tl; /* NULL: the logs do not know it */
    int64_t first_ns;          /* Desiring-Task, or Claimed-ALRP; NSTIME_NONE if not seen */
    int64_t last_ns;           /* a Task's last stage, or Running-In-BBS; NSTIME_NONE if not seen */
    size_t last_stage;         /* of a Task, or NO_STAGE */
    bool done;                 /* completed, or running */
};

/* A report's. */
struct views {
    bool looked;           /* there were logs with such timelines at all */
    struct sighting *list; /* per entity of the report */
    struct slice process;  /* of an LRP report, empty if none could be chosen */
    size_t candidates;     /* processes that may be meant */
    size_t known;          /* entities that the logs know */
    size_t client_only;    /* done for the client, not in the logs */
    size_t logs_only;      /* and the other way round */
    /* How much later the client saw it than the logs have it. */
    struct summary first_lag, last_lag;
};

/* The timelines of a lifecycle, put in order once for all reports. */
struct process;
struct view_index {
    const struct timelines *timelines;
    const struct timeline **sorted; /* by id, or by process */
    struct process *processes;      /* of instances, in order of guid */
    size_t process_count;
};

/* Borrows the timelines; release with view_index_release(). */
void view_index_init(struct view_index *x, const struct timelines *t, bool tasks);
void view_index_release(struct view_index *x);

/* An index without timelines stands for no logs.  Borrows both; release with views_release(). */
void views_take(struct views *v, const struct fezzik_report *r, const struct view_index *x);
void views_release(struct views *v);

/* Later by so much for the client; false if one of both did not see it. */
bool views_lag(int64_t client_ns, int64_t logs_ns, int64_t *lag_ns);

#endif
