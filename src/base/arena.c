/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/xalloc.h"

/* Large enough that the waste at a chunk's end is small, small enough for a small run. */
#define CHUNK_BYTES ((size_t)64 * 1024)
#define ALIGN_BYTES ((size_t)8)

/* What is large gets chunks that are huge pages, where the system has them: the many things in it
 * are looked up in no order, and most of that would be looking for their pages. */
#define HUGE_FROM  ((size_t)4 * 1024 * 1024)
#define HUGE_BYTES ((size_t)2 * 1024 * 1024)

struct arena_chunk {
    struct arena_chunk *next;
    size_t room;
};

/* What a chunk's head takes, so that what follows it is aligned. */
#define HEAD_BYTES ((sizeof(struct arena_chunk) + ALIGN_BYTES - 1) & ~(ALIGN_BYTES - 1))

/* A spare is asked for when no more than this is left. */
#define SPARE_FROM (HUGE_BYTES / 4)

#define PAGE_BYTES ((size_t)4096)

static struct arena_chunk *allocate(size_t bytes)
{
    struct arena_chunk *c = bytes == HUGE_BYTES ? aligned_alloc(HUGE_BYTES, bytes) : malloc(bytes);

    if (!c)
        xalloc_fail();
    if (bytes == HUGE_BYTES)
        madvise(c, bytes, MADV_HUGEPAGE); /* a wish: it does as well without */
    c->room = bytes - HEAD_BYTES;
    return c;
}

static struct arena_chunk *new_chunk(struct arena *a, size_t bytes)
{
    struct arena_chunk *c = a->spare;

    if (bytes == HUGE_BYTES && c)
        a->spare = NULL;
    else
        c = allocate(bytes);
    c->next = a->chunks;
    a->chunks = c;
    a->total_bytes += bytes;
    return c;
}

bool arena_wants_spare(struct arena *a)
{
    bool wants =
        a->total_bytes >= HUGE_FROM && a->left < SPARE_FROM && !a->spare && !a->expects_spare;

    a->expects_spare |= wants;
    return wants;
}

struct arena_chunk *arena_spare_new(void)
{
    struct arena_chunk *c = allocate(HUGE_BYTES);

    for (size_t i = PAGE_BYTES; i < HUGE_BYTES; i += PAGE_BYTES)
        ((volatile char *)c)[i] = 0;
    return c;
}

void arena_give_spare(struct arena *a, struct arena_chunk *spare)
{
    free(a->spare);
    a->spare = spare;
    a->expects_spare = false;
}

static void *take(struct arena *a, size_t size, size_t pad)
{
    void *p;

    if (size > CHUNK_BYTES / 8 && size + pad > a->left) /* a large thing has a chunk to itself */
        return (char *)new_chunk(a, HEAD_BYTES + size) + HEAD_BYTES;
    if (size + pad > a->left || !a->next) {
        struct arena_chunk *c = new_chunk(a, a->total_bytes < HUGE_FROM ? CHUNK_BYTES : HUGE_BYTES);

        a->next = (char *)c + HEAD_BYTES;
        a->left = c->room;
        pad = 0;
    }
    p = a->next + pad;
    a->next += size + pad;
    a->left -= size + pad;
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    return take(a, size, (size_t)(-(uintptr_t)a->next) & (ALIGN_BYTES - 1));
}

char *arena_pack(struct arena *a, const char *bytes, size_t len)
{
    char *p = take(a, len, 0);

    if (len)
        memcpy(p, bytes, len);
    return p;
}

char *arena_dup(struct arena *a, const char *bytes, size_t len)
{
    char *p = take(a, len + 1, 0);

    if (len)
        memcpy(p, bytes, len);
    p[len] = '\0';
    return p;
}

void arena_release(struct arena *a)
{
    while (a->chunks) {
        struct arena_chunk *next = a->chunks->next;

        free(a->chunks);
        a->chunks = next;
    }
    free(a->spare);
    *a = (struct arena)ARENA_INIT;
}

void arena_adopt(struct arena *a, struct arena *other)
{
    struct arena_chunk **end = &other->chunks;

    while (*end)
        end = &(*end)->next;
    *end = a->chunks;
    a->chunks = other->chunks;
    a->total_bytes += other->total_bytes;
    free(other->spare);
    *other = (struct arena)ARENA_INIT;
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *keep = NULL;

    while (a->chunks) {
        struct arena_chunk *c = a->chunks;

        a->chunks = c->next;
        if (!keep && c->room == CHUNK_BYTES - HEAD_BYTES)
            keep = c;
        else
            free(c);
    }
    free(a->spare);
    *a = (struct arena)ARENA_INIT;
    if (keep) {
        keep->next = NULL;
        a->chunks = keep;
        a->next = (char *)keep + HEAD_BYTES;
        a->left = keep->room;
        a->total_bytes = HEAD_BYTES + keep->room;
    }
}
