/* SPDX-License-Identifier: Apache-2.0 */
#include "merge/heap.h"

#include "base/xalloc.h"

void heap_push(struct heap *h, struct spot *s)
{
    size_t at = h->count++;

    if (h->count > h->room) {
        h->room = h->room ? h->room * 2 : 16;
        h->list = xreallocarray(h->list, h->room, sizeof *h->list);
    }
    while (at && spot_before(s, h->list[(at - 1) / 2])) {
        h->list[at] = h->list[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    h->list[at] = s;
}

void heap_settle(struct heap *h)
{
    struct spot *s = h->list[0];
    size_t at = 0, kid;

    while ((kid = 2 * at + 1) < h->count) {
        if (kid + 1 < h->count && spot_before(h->list[kid + 1], h->list[kid]))
            kid++;
        if (spot_before(s, h->list[kid]))
            break;
        h->list[at] = h->list[kid];
        at = kid;
    }
    h->list[at] = s;
}

void heap_pop(struct heap *h)
{
    h->list[0] = h->list[--h->count];
    if (h->count)
        heap_settle(h);
}
