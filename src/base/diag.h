/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diag.h - the only place that writes to standard error
 *
 * Each message is one line, "cicerone: " and the text, with control bytes of
 * the text made visible so that a log cannot drive the terminal.
 */
#ifndef CICERONE_DIAG_H
#define CICERONE_DIAG_H

#include "base/slice.h"

void diag(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Draw a line on the terminal that does not stay: the next one takes its place, any message erases
 * it, and so does an empty one.  The text must be harmless and fit.
 */
void diag_draw(struct slice text);

#endif
