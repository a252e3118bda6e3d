/* SPDX-License-Identifier: Apache-2.0 */
/*
 * live.h - timelines of logs that go on, each as soon as it is done
 *
 * An entity is done when it reached the last stage that is not optional, or has an
 * outcome, and the time in the logs has gone on by the settling time
 * since its last event, so that lines of other files are in.  To judge it, it is
 * copied, with all that shares an earlier id with it, and finished as all
 * entities are at the end of a run.  Memory grows with the entities, also with
 * those that are done.
 */
#ifndef CICERONE_LIVE_H
#define CICERONE_LIVE_H

#include "lifecycle/filter.h"
#include "lifecycle/timeline.h"

struct live;

/* Borrows all but the number. */
struct live *live_new(const struct lifecycle *lc, const struct filter *filter,
                      const struct selection *selection, int64_t settle_ns);
void live_free(struct live *l);

/* Take a line; text[len] as the decoder of its format wants it. */
void live_line(struct live *l, struct slice text, const struct origin *origin);

/*
 * What was done since the last call, in order of start, then id; NULL if nothing was.  Good until
 * the next call.  waited_ns: no line came for so long, which counts as time in the logs.
 */
const struct timelines *live_done(struct live *l, int64_t waited_ns);

/*
 * No more lines: all that was not given yet, be it done or not.  *changed counts what was given
 * and had further events behind that.
 */
const struct timelines *live_rest(struct live *l, uint64_t *changed);

/* Lager lines taken, of all lines. */
uint64_t live_understood_lines(const struct live *l, uint64_t *lines);

#endif
