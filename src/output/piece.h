/* SPDX-License-Identifier: Apache-2.0 */
/*
 * piece.h - a timeline as pieces of time that do not overlap, one for each stage reached
 *
 * A piece ends where its stage was reached, and begins at the greatest time of the stages before.
 * One of a stage that was logged before these is an instant, at its own time.
 */
#ifndef CICERONE_PIECE_H
#define CICERONE_PIECE_H

#include "lifecycle/timeline.h"

struct piece {
    size_t stage;
    uint16_t vm; /* where the stage was reached, or NO_VM */
    int64_t from_ns, to_ns;
    int64_t duration_ns; /* since the stage before, negative after a step back; 0 of the first */
};

/* How many there are. */
size_t pieces_of(const struct timelines *t, const struct timeline *tl,
                 struct piece pieces[LIFECYCLE_MAX_STAGES]);

/* No piece before this one is of its VM, and home is another. */
bool piece_enters_vm(const struct piece *pieces, size_t i, uint16_t home);

#endif
