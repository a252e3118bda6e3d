/* SPDX-License-Identifier: Apache-2.0 */
/*
 * following.h - how commands follow growing logs, the same for all
 */
#ifndef CICERONE_FOLLOWING_H
#define CICERONE_FOLLOWING_H

#include "cmd/reading.h"
#include "input/follow.h"

/*
 * Follow the inputs until they end, SIGINT or SIGTERM comes, or nobody reads
 * standard output any more.  What happens to a file is said on standard error.
 */
struct follow *following_open(struct reading *r, uint64_t lines);

#endif
