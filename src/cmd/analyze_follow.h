/* SPDX-License-Identifier: Apache-2.0 */
/*
 * analyze_follow.h - a lifecycle of growing logs: each timeline as it is done
 */
#ifndef CICERONE_ANALYZE_FOLLOW_H
#define CICERONE_ANALYZE_FOLLOW_H

#include "cmd/reading.h"
#include "lifecycle/timeline.h"

#define DEFAULT_SETTLE_NS (5 * NS_PER_SECOND)

/* Print until the inputs end or a signal comes; after reading_prepare(). */
enum exit_status analyze_follow(struct reading *r, const struct lifecycle *lc,
                                const struct selection *selection, bool csv, int64_t settle_ns);

#endif
