/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - many small things, freed together
 *
 * What is taken from an arena lives until arena_release().  Results are
 * aligned for any type of up to 8 bytes.  Running out ends the program (xalloc.h).
 */
#ifndef CICERONE_ARENA_H
#define CICERONE_ARENA_H

#include <stddef.h>

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks;
    char *next;
    size_t left;
    size_t total_bytes; /* asked for from the system */
};

#define ARENA_INIT                                                                                 \
    {                                                                                              \
        NULL, NULL, 0, 0                                                                           \
    }

/* size bytes, not cleared. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull));

/* A NUL-terminated copy of len bytes. */
char *arena_dup(struct arena *a, const char *bytes, size_t len) __attribute__((returns_nonnull));

/* A copy of len bytes, neither aligned nor NUL-terminated. */
char *arena_pack(struct arena *a, const char *bytes, size_t len) __attribute__((returns_nonnull));

void arena_release(struct arena *a);

/* What is in the other arena lives as long as this one from now on; the other is empty then. */
void arena_adopt(struct arena *a, struct arena *other);

/* Forget everything, but keep some room for what comes next. */
void arena_reset(struct arena *a);

#endif
