/* SPDX-License-Identifier: Apache-2.0 */
/*
 * meter.h - how far the reading of inputs has come
 *
 * There is one, for whoever wants to know (cmd/progress.h).  What reads files counts what it gets,
 * as it lies on the disk, once per block and not per line; any thread may do so at any time.
 */
#ifndef CICERONE_METER_H
#define CICERONE_METER_H

#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

struct meter {
    const char *phase;  /* "reading" */
    int64_t elapsed_ns; /* since it began */
    uint64_t bytes;     /* of files, packed as they are */
    uint64_t lines;     /* looked at */
    size_t files;       /* read to their end */
};

/* Count from nought again; the phase is a constant text. */
void meter_begin(const char *phase);

void meter_add_bytes(uint64_t bytes);
void meter_add_lines(uint64_t lines);

/* A file is being read: its path must last until meter_close_file() with it, or the next name. */
void meter_name_file(const char *path);

/* A file is read, and this was the last path said of it. */
void meter_close_file(const char *path);

/* Where it stands; appends the path of a file that is being read to name, if there is one. */
void meter_look(struct meter *out, struct strbuf *name);

#endif
