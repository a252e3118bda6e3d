/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pare.h - a lifecycle without what nobody asks for
 *
 * Whoever asks little of a lifecycle says so before it is read: tags and values that are not
 * asked for are not worked out, nor is any line read whose entity nobody would look at.
 */
#ifndef CICERONE_PARE_H
#define CICERONE_PARE_H

#include "lifecycle/lifecycle.h"

/* Leave out all tags and values; those that are asked for are had again by unused = false. */
void pare_tags(struct lifecycle *lc);

/* Have a tag again; if name is NULL or none of its tags, nothing happens. */
void pare_keep_tag(struct lifecycle *lc, const char *name);

/*
 * Read only lines of entities whose text of a tag matches one of the patterns, which must outlive
 * the lifecycle.  False, and nothing is changed, if lines can't tell: the tag must be the source or
 * message that its lines have, and a part of each id, so that all lines of an entity agree.
 */
bool pare_to(struct lifecycle *lc, size_t tag, const struct regex *const *patterns, size_t count);

#endif
