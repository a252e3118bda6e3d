/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder.h - files written whole or not at all
 */
#ifndef CICERONE_FOLDER_H
#define CICERONE_FOLDER_H

#include <stdio.h>

#include "base/err.h"

/* Make a folder and those above it, unless they are there; 0, or -1 and err. */
int folder_make(const char *path, struct err *err);

/*
 * Keep other runs out of a folder until this one ends, so that its files are all of one run; 0, or
 * -1 and err if another run is at it.  Where the system can't do that, it is left at that.
 */
int folder_lock(const char *path, struct err *err);

/*
 * A file that comes to be when it is closed: until then it has another name beside its own, and
 * goes if a signal ends the program.
 */
struct out_file {
    FILE *f;
    char *path, *temporary; /* temporary: NULL if it has its name already */
    int pending;            /* its number there */
};

int out_file_open(struct out_file *o, const char *folder, const char *name, struct err *err);

/*
 * Likewise by its path, which may be a link.  What is there and no file (/dev/null, a pipe) is
 * written to as it is.
 */
int out_file_open_path(struct out_file *o, const char *path, struct err *err);

/* Write out what is left and give the file its name; a full disk shows here at the latest. */
int out_file_close(struct out_file *o, struct err *err);

/* The two halves of it: several files may be ended at once, all else is for one after the other. */
int out_file_end(struct out_file *o, struct err *err);
void out_file_release(struct out_file *o);

/* Let it never have been. */
void out_file_discard(struct out_file *o);

/*
 * A whole file by fn(FILE *, subject): 0, or -1 and err.  No function, for each fn has a subject of
 * its own type, which the compiler is to check.
 */
#define OUT_FILE_WRITE(o, folder, name, fn, subject, err)                                          \
    (out_file_open(o, folder, name, err) < 0 ? -1 : ((fn)((o)->f, subject), out_file_close(o, err)))

#endif
