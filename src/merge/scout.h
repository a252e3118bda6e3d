/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scout.h - the first reading of all inputs, before their lines are merged
 *
 * It finds out from when to when each file goes.  What can be read again, in
 * order, need not be kept; the other lines go to the sorter: those that are
 * late in their file, and all of pipes and bundles.
 */
#ifndef CICERONE_SCOUT_H
#define CICERONE_SCOUT_H

#include "merge/sorter.h"

#include "input/feed.h"

/*
 * All files with lines, in no particular order, each to be freed; several inputs are read at a
 * time.  -1 and err if the sorter fails.
 */
int scout_inputs(struct inputs *inputs, const struct feed_options *options, struct sorter *sorter,
                 struct source **sources, struct err *err);

/* Read a file once more, for the sorter to have all of it. */
int scout_again(struct source *source, const struct feed_options *options, struct sorter *sorter,
                struct err *err);

#endif
