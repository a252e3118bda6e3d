/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blind.h - which stages of a lifecycle the logs of a survey cannot show
 *
 * The samples of a definition tell which source logs a stage, and at which
 * level.  A stage of which no sample's source was met, or only above that
 * level, cannot be seen: its component's log is absent, or is not at debug.
 */
#ifndef CICERONE_BLIND_H
#define CICERONE_BLIND_H

#include "lifecycle/lifecycle.h"
#include "survey/survey.h"

/* Stages that cannot be seen for one reason.  Borrows from the lifecycle and the survey. */
struct blind {
    const struct lifecycle *lc;
    const char *source;
    bool absent;      /* there is no line of the source at all */
    enum level level; /* otherwise: none of this level or below */
    size_t stages[LIFECYCLE_MAX_STAGES];
    size_t stage_count;
    struct slice *vms; /* where that is so; all VMs that have the source if vm_count == vm_total */
    size_t vm_count, vm_total;
};

/* In order of their first stages; each with its own VMs.  Free with blind_free(). */
struct blind *blind_find(const struct survey *s, const struct lifecycle *lc, size_t *count);
void blind_free(struct blind *list, size_t count);

#endif
