/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundle.h - the members of a tar or zip, one after the other
 *
 * Read by libarchive, in the order they are stored.  Nothing is written
 * anywhere, so names may be what they like; what is no regular file is passed over.
 */
#ifndef CICERONE_BUNDLE_H
#define CICERONE_BUNDLE_H

#include "input/layer.h"
#include "input/sniff.h"

struct bundle;

/* Takes the layer, whose input is the bundle's: damage of the bundle as such is noted there. */
struct bundle *bundle_open(struct layer *below, enum content content);

/* On to the next regular member: its name as it stands, good until the next call; NULL at the end.
 */
const char *bundle_next(struct bundle *b);

/*
 * The bytes of this member; damage is noted in its input.  Close it before going
 * on.  NULL, with the reason noted, if there is no reading it.
 */
struct layer *bundle_member(struct bundle *b, struct input *in);

/* Said of a member that is a log as it stands, before its bytes are read: it will not swallow other
 * members of a tar, whatever size it says it has. */
void bundle_member_is_log(struct layer *member);

/* Members that were passed over, as links and devices are; folders don't count. */
uint64_t bundle_passed_over(const struct bundle *b);

void bundle_close(struct bundle *b);

#endif
