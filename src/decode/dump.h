/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dump.h - lines of a Go program that dies: its panic, and the goroutines' stacks
 */
#ifndef CICERONE_DUMP_H
#define CICERONE_DUMP_H

#include <stdbool.h>
#include <stddef.h>

/* Is the line part of a dump?  Told from the line alone, so `exit status 2` is not. */
bool dump_line(const char *text, size_t len);

#endif
