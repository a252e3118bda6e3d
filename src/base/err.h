/* SPDX-License-Identifier: Apache-2.0 */
/*
 * err.h - what went wrong, as one sentence, handed up to whoever prints
 *
 * The first error wins: setting one that is set already does nothing.  The
 * text holds the place (file, line, column) where there is one.
 */
#ifndef CICERONE_ERR_H
#define CICERONE_ERR_H

#include <stdbool.h>

struct err {
    bool set;
    char text[1024];
};

#define ERR_INIT                                                                                   \
    {                                                                                              \
        false,                                                                                     \
        {                                                                                          \
            0                                                                                      \
        }                                                                                          \
    }

/* Returns -1 always, so that a function can end with `return err_set(...)`. */
int err_set(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
