/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress.h - how far the reading has come, on standard error
 *
 * A thread of its own draws a line of progress on a terminal and erases it
 * again, writes plain lines, or waits for SIGUSR1 only, upon which it says where it stands.
 * A message (base/diag.h) never lands in the drawn line; what else writes to
 * the terminal must stop the progress first.
 */
#ifndef CICERONE_PROGRESS_H
#define CICERONE_PROGRESS_H

#include "input/input.h"

enum progress_mode {
    PROGRESS_ASKED, /* at SIGUSR1 only */
    PROGRESS_DRAWN, /* on a terminal, after a second */
    PROGRESS_LINES, /* not on one: a line after a second, then one each 5 seconds */
};

/* Hold SIGUSR1 back from all threads, so that it ends nothing.  Before any thread is started. */
void progress_hold_signal(void);

/* Once in a program.  The inputs must last until progress_stop(), and none be added. */
void progress_start(const struct inputs *inputs, enum progress_mode mode);

/* Erase what is drawn, and say no more.  Harmless if nothing was started. */
void progress_stop(void);

#endif
