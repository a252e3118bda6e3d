/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cflogs.h - what `cf logs` prints (loggregator)
 *
 *   2015-03-02T15:25:10.36-0800 [CELL/0]     OUT Creating container
 *      2017-11-10T00:38:18.22+0000 [APP/PROC/WEB/0] ERR : exit status 1
 *
 * Any offset, blanks in front or none; `[OUT]`, and no blank before the stream,
 * are known as well.  The source is what stands before the last `/`, if a
 * number stands behind it, else all; the job is the same, the index that
 * number or empty.  ERR is level error, OUT info; the message is what is behind.
 */
#ifndef CICERONE_CFLOGS_H
#define CICERONE_CFLOGS_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/record.h"

/* Decode one line, without its end; needs no byte behind it.  False if it is anything else. */
bool cflogs_decode(const char *text, size_t len, struct record *record);

#endif
