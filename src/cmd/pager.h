/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pager.h - standard output through the user's pager
 */
#ifndef CICERONE_PAGER_H
#define CICERONE_PAGER_H

#include <stdio.h>
#include <sys/types.h>

#include "base/err.h"

struct pager {
    FILE *f; /* what it is to show */
    pid_t pid;
};

/* Run $PAGER, or less -R; -1 and err if that can't be. */
int pager_open(struct pager *p, struct err *err);

/* No more to show: wait until the user has seen it. */
void pager_close(struct pager *p);

#endif
