/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sites.h - in which file and line something stands
 *
 * Blocks come in any order, and how many lines are in front of one is known only when all before it
 * are counted.  So while they come in, a site is a line of a block; sites_number() makes lines of
 * files of them.  Sites have an order that depends neither on how files were cut into blocks nor on
 * the order in which these came: that of the files' titles, then of the lines.
 *
 * Not for use by several threads at once.  The inputs must outlive it.
 */
#ifndef CICERONE_SITES_H
#define CICERONE_SITES_H

#include "input/feed.h"

struct site {
    uint32_t block;
    uint32_t line; /* of the block, from 1; 0: the site is not known */
};

#define NO_SITE ((struct site){0, 0})

struct site_block {
    const struct input *input;
    uint64_t offset;
    uint64_t before; /* lines in front of its own: at first those next to it that were left out */
    uint64_t lines;  /* all that come before the next block */
};

struct sites {
    struct site_block *blocks;
    size_t count, room;
};

#define SITES_INIT                                                                                 \
    {                                                                                              \
        NULL, 0, 0                                                                                 \
    }

/* Add a block and how many lines it holds, empty ones too; its number. */
uint32_t sites_add(struct sites *s, const struct block *b, uint64_t lines);

/* Which comes first?  What is not known comes last. */
int sites_cmp(const struct sites *s, struct site a, struct site b);

/* All blocks are in. */
void sites_number(struct sites *s);

/* After sites_number(): the title of the file and the number of the line in it, from 1, as it
 * stands unpacked; NULL if the site is not known. */
const char *sites_file(const struct sites *s, struct site at, uint64_t *line);

void sites_release(struct sites *s);

/* Counts the lines of a block as far as somebody asks. */
struct line_counter {
    const char *at;
    uint64_t lines; /* whose ends are before at */
};

/* The number of the line that begins at p, from 1; p moves on only. */
uint64_t line_number(struct line_counter *c, const char *p);

#endif
