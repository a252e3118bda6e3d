/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diag.h - the only place that writes to standard error
 *
 * Each call writes one line, "cicerone: " and the text, with control bytes of
 * the text made visible so that a log cannot drive the terminal.
 */
#ifndef CICERONE_DIAG_H
#define CICERONE_DIAG_H

void diag(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
