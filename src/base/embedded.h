/* SPDX-License-Identifier: Apache-2.0 */
/*
 * embedded.h - the parser definitions, plot templates and report page within the program
 *
 * One file copied to another machine works.  The table is made when the program
 * is built, from parsers/, plots/ and report/.
 */
#ifndef CICERONE_EMBEDDED_H
#define CICERONE_EMBEDDED_H

#include <stddef.h>

struct embedded {
    const char *path;  /* "parsers/tasks.json" */
    const char *bytes; /* NUL-terminated */
    size_t len;
};

/* Ends with a row whose path is NULL. */
extern const struct embedded embedded_files[];

/* The row of a path, or NULL. */
const struct embedded *embedded_find(const char *path);

#endif
