/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_file.h - a log or a trace that is written, gzip'ed if its name ends in .gz
 */
#ifndef CICERONE_LOG_FILE_H
#define CICERONE_LOG_FILE_H

#include <stdio.h>

#include "base/err.h"
#include "base/slice.h"

struct log_file;

/* A file that comes to be when it is closed (folder.h), or NULL for standard output. */
struct log_file *log_file_open(const char *path, struct err *err)
    __attribute__((warn_unused_result));

/* -1 if no more can be written: log_file_close() tells why. */
int log_file_write(struct log_file *l, struct slice bytes);

/* A stream into it, to be closed before it is. */
FILE *log_file_stream(struct log_file *l);

/* -1 and err if it could not be written, but for a standard output that nobody reads any more. */
int log_file_close(struct log_file *l, struct err *err);

/* Let it never have been; what went to standard output is out. */
void log_file_discard(struct log_file *l);

#endif
