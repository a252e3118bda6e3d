/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record.h - one event of a log, as a view into its line
 *
 * A record owns nothing: every text points into the line and lives as long as
 * it does.  Texts are as they stand in the JSON, with escapes; use
 * jscan_unescape() for what they mean.
 */
#ifndef CICERONE_RECORD_H
#define CICERONE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"
#include "decode/jscan.h"

enum level { LEVEL_DEBUG, LEVEL_INFO, LEVEL_ERROR, LEVEL_FATAL };

#define LEVEL_COUNT 4

/* "debug", "info", "error", "fatal". */
const char *level_name(enum level level);

struct record {
    int64_t time_ns; /* since the epoch, UTC */
    enum level level;
    bool rfc3339; /* the time was of that form, not seconds */
    struct jstr source;
    struct jstr message;
    struct jstr session; /* data.session, or empty */
    struct jstr error;   /* data.error at error and fatal, or empty */
    struct jstr trace;   /* data.trace at error and fatal, or empty */
    struct jstr job;     /* data.cicerone-job: the origin a unified log carries, or empty */
    struct jstr index;   /* data.cicerone-index, a string or a number */
    struct slice data;   /* the object behind "data", braces and all; empty if null or absent */
};

#endif
