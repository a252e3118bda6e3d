/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pending.h - files that are not whole yet, and go if a signal ends the program
 *
 * SIGINT, SIGTERM, SIGHUP and SIGPIPE then remove them and end it as they would have done.  A
 * signal that was ignored from the start stays so.  For the main thread only.
 */
#ifndef CICERONE_PENDING_H
#define CICERONE_PENDING_H

#include <sys/types.h>

/*
 * A file is being written, by this process or by a child, which is killed first; child is 0 if
 * there is none.  The path must last until it is done; it is empty if there is only a child.
 * Returns its number, or -1 if there are too many: then it is not looked after.
 */
int pending_add(const char *path, pid_t child);

/* The file is whole, or was removed.  Takes the number, or -1. */
void pending_done(int number);

#endif
