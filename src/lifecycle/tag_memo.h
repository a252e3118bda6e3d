/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tag_memo.h - the tags that lines alike have given before
 *
 * Tags follow from the source, the message and the level of a line, from a few values of its data,
 * and perhaps from its VM.  Most lines of an API repeat these word for word, so patterns need not
 * run for each.  The memory is bounded: what was met last takes the place of what was met before.
 *
 * A memo belongs to one thread.
 */
#ifndef CICERONE_TAG_MEMO_H
#define CICERONE_TAG_MEMO_H

#include "lifecycle/lifecycle.h"

/* A tag that a line gives to the entities of its event. */
struct tag_text {
    uint16_t slot; /* of the tag */
    uint16_t rule; /* the lower the better */
    struct slice text;
};

#define NO_TAG_SET UINT32_MAX

/* What is remembered; valid until tag_memo_forget(). */
struct known_tags {
    const struct tag_text *tags;
    size_t count;
    uint32_t set; /* for whoever keeps the tags to note their number; NO_TAG_SET at first */
};

struct tag_memo;

/* NULL if the tags of this lifecycle follow from other things too. */
struct tag_memo *tag_memo_new(const struct lifecycle *lc);
void tag_memo_free(struct tag_memo *m);

/*
 * The tags of the record in view, which is of this triple, by its number, and from this VM; NULL if
 * they are not known.
 */
struct known_tags *tag_memo_find(struct tag_memo *m, struct view *v, uint32_t triple, uint32_t vm);

/* Remember the tags of the record that was looked for last; NULL if they are too long for that. */
struct known_tags *tag_memo_add(struct tag_memo *m, const struct tag_text *tags, size_t count);

/* Let go of what has lost its place. */
void tag_memo_forget(struct tag_memo *m);

/* Forget all: triples have other numbers from now on. */
void tag_memo_empty(struct tag_memo *m);

#endif
