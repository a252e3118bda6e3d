/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - many small things, freed together
 *
 * What is taken from an arena lives until arena_release().  Results are
 * aligned for any type of up to 8 bytes.  Running out ends the program (xalloc.h).
 */
#ifndef CICERONE_ARENA_H
#define CICERONE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks;
    char *next;
    size_t left;
    size_t total_bytes; /* asked for from the system */
    struct arena_chunk *spare;
    bool expects_spare;
};

#define ARENA_INIT                                                                                 \
    {                                                                                              \
        NULL, NULL, 0, 0, NULL, false                                                              \
    }

/* size bytes, not cleared. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull));

/* A NUL-terminated copy of len bytes. */
char *arena_dup(struct arena *a, const char *bytes, size_t len) __attribute__((returns_nonnull));

/* A copy of len bytes, neither aligned nor NUL-terminated. */
char *arena_pack(struct arena *a, const char *bytes, size_t len) __attribute__((returns_nonnull));

/*
 * The system finds memory when it is first written to, a chunk of a large arena at once, which can
 * take milliseconds.  Those who share an arena under a lock need not wait for each other meanwhile:
 * when arena_wants_spare() says so, with the lock held, its caller makes a chunk without the lock
 * and gives it with the lock held again, or frees it with free().  To give NULL ends that, until
 * the arena wants one again.
 */
bool arena_wants_spare(struct arena *a);
struct arena_chunk *arena_spare_new(void) __attribute__((returns_nonnull));
void arena_give_spare(struct arena *a, struct arena_chunk *spare);

void arena_release(struct arena *a);

/* What is in the other arena lives as long as this one from now on; the other is empty then. */
void arena_adopt(struct arena *a, struct arena *other);

/* Forget everything, but keep some room for what comes next. */
void arena_reset(struct arena *a);

#endif
