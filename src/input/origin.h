/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin.h - where a log comes from: job, index, process
 *
 * A BOSH tree says it in its folders, JOB-INDEX/PROCESS/FILE.  The VM is
 * JOB/INDEX, or JOB/UUID where a bundle says it so.  What is not known is an empty text, never
 * NULL.
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
    const char *file; /* what the input is called, borrowed from it; NULL if there is none */
    bool fixed;       /* said by the user: no name within a bundle changes job and index */
};

/* An origin with copies of the texts; release with origin_release(). */
struct origin origin_new(struct slice job, struct slice index, struct slice process);

/* Read from the last two folders of a path; a path that says nothing gives empty texts. */
struct origin origin_of_path(const char *path);

/*
 * Of what lies in a bundle, by names and, where they do not tell, by around,
 * the origin of the bundle it lies in.  A log: the process is the folder it is
 * in; "cell_z1-0/rep/rep.log", "cell_z1.0.2015-09-01/rep/rep.log",
 * "diego-cell/UUID/rep/rep.log".  A bundle: "cell_z1.0.2015-09-01.tgz",
 * "diego_cell.UUID.2018-03-26.tgz", "cf.diego-cell.0-20180326-235703.tgz".
 */
struct origin origin_of_member(const char *name, const struct origin *around);
struct origin origin_of_bundle(const char *name, const struct origin *around);

/* Read from "JOB/INDEX"; false if it is not of that form. */
bool origin_of_option(const char *text, struct origin *origin);

void origin_release(struct origin *origin);

#endif
