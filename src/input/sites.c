/* SPDX-License-Identifier: Apache-2.0 */
#include "input/sites.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

uint32_t sites_add(struct sites *s, const struct block *b, uint64_t lines)
{
    if (s->count == s->room) {
        s->room = s->room ? s->room * 2 : 64;
        s->blocks = xreallocarray(s->blocks, s->room, sizeof *s->blocks);
    }
    s->blocks[s->count] = (struct site_block){b->input, b->offset, b->long_before,
                                              b->long_before + lines + b->long_behind};
    return (uint32_t)s->count++;
}

int sites_cmp(const struct sites *s, struct site a, struct site b)
{
    const struct site_block *x, *y;
    int c;

    if (!a.line || !b.line)
        return !a.line - !b.line;
    x = &s->blocks[a.block];
    y = &s->blocks[b.block];
    if (x->input != y->input) {
        c = strcmp(input_title(x->input), input_title(y->input));
        if (c)
            return c;
        if (x->input->member != y->input->member) /* a bundle may have two of one name */
            return x->input->member < y->input->member ? -1 : 1;
    }
    if (x->offset != y->offset)
        return x->offset < y->offset ? -1 : 1;
    return a.line < b.line ? -1 : a.line > b.line;
}

static int by_place(const void *pa, const void *pb)
{
    const struct site_block *a = *(struct site_block *const *)pa,
                            *b = *(struct site_block *const *)pb;

    if (a->input != b->input)
        return (uintptr_t)a->input < (uintptr_t)b->input ? -1 : 1;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

void sites_number(struct sites *s)
{
    struct site_block **order = xreallocarray(NULL, s->count, sizeof *order);
    uint64_t before = 0;

    for (size_t i = 0; i < s->count; i++)
        order[i] = &s->blocks[i];
    if (s->count)
        qsort(order, s->count, sizeof *order, by_place);
    for (size_t i = 0; i < s->count; i++) {
        if (i && order[i]->input != order[i - 1]->input)
            before = 0;
        order[i]->before += before;
        before += order[i]->lines;
    }
    free(order);
}

const char *sites_file(const struct sites *s, struct site at, uint64_t *line)
{
    if (!at.line)
        return NULL;
    *line = s->blocks[at.block].before + at.line;
    return input_title(s->blocks[at.block].input);
}

void sites_release(struct sites *s)
{
    free(s->blocks);
    *s = (struct sites)SITES_INIT;
}

uint64_t line_number(struct line_counter *c, const char *p)
{
    for (; c->at < p; c->lines++)
        c->at = (const char *)memchr(c->at, '\n', (size_t)(p - c->at)) + 1;
    return c->lines + 1;
}
