/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin.h - where a log comes from: job, index, process
 *
 * A BOSH tree says it in its folders, JOB-INDEX/PROCESS/FILE.  The VM is
 * JOB/INDEX.  What is not known is an empty text, never NULL.
 */
#ifndef CICERONE_ORIGIN_H
#define CICERONE_ORIGIN_H

#include <stdbool.h>

#include "base/slice.h"

struct origin {
    char *job;
    char *index;
    char *vm; /* JOB/INDEX, or empty */
    char *process;
};

/* An origin with copies of the texts; release with origin_release(). */
struct origin origin_new(struct slice job, struct slice index, struct slice process);

/* Read from the folders of a path; a path that says nothing gives empty texts. */
struct origin origin_of_path(const char *path);

/* Read from "JOB/INDEX"; false if it is not of that form. */
bool origin_of_option(const char *text, struct origin *origin);

void origin_release(struct origin *origin);

#endif
