/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terminal.h - what a terminal can show
 */
#ifndef CICERONE_TERMINAL_H
#define CICERONE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

struct terminal {
    size_t columns, lines;
    size_t pixels; /* across; 0 if it does not tell */
};

/* Of the one at fd, or 80 by 24; COLUMNS and LINES have the last word. */
struct terminal terminal_size(int fd);

/* Does the locale want UTF-8? */
bool terminal_utf8(void);

#endif
