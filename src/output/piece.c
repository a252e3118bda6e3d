/* SPDX-License-Identifier: Apache-2.0 */
#include "output/piece.h"

size_t pieces_of(const struct timelines *t, const struct timeline *tl,
                 struct piece pieces[LIFECYCLE_MAX_STAGES])
{
    int64_t reach = 0, before = 0;
    size_t n = 0;

    for (size_t i = 0; i < t->lc->stage_count; i++) {
        int64_t at = timeline_time(t, tl, i);

        if (at == NSTIME_NONE)
            continue;
        if (n == 0)
            reach = before = at;
        pieces[n++] = (struct piece){.stage = i,
                                     .vm = timeline_vm(t, tl, i),
                                     .from_ns = at < reach ? at : reach,
                                     .to_ns = at,
                                     .duration_ns = nstime_between(before, at)};
        before = at;
        if (at > reach)
            reach = at;
    }
    return n;
}

bool piece_enters_vm(const struct piece *pieces, size_t i, uint16_t home)
{
    if (pieces[i].vm == home)
        return false;
    for (size_t k = 0; k < i; k++) {
        if (pieces[k].vm == pieces[i].vm)
            return false;
    }
    return true;
}
