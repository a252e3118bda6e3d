/* SPDX-License-Identifier: Apache-2.0 */
/*
 * select.h - the options that select lines, the same for all commands
 */
#ifndef CICERONE_SELECT_H
#define CICERONE_SELECT_H

#include "cmd/options.h"
#include "decode/log.h"
#include "input/feed.h"
#include "lifecycle/filter.h"

/* Their settings are a struct filter_request. */
extern const struct option_row select_options[];

#define SELECT_OPTIONS_ABOUT "which lines (all of these must hold; each may be repeated)"

/*
 * The filter of what was asked, NULL if nothing was: then no line has to be
 * looked at.  Times that count from the first or last event need a first pass
 * over the inputs, whose lines of this format tell.  -1 and err if something is wrong.
 */
int select_compile(const struct filter_request *rq, const struct inputs *inputs,
                   const struct feed_options *feed, const struct log_format *log,
                   struct filter **filter, struct err *err);

#endif
