/* SPDX-License-Identifier: Apache-2.0 */
#include "base/xalloc.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An inflater and the buffers of a file are larger than this, an arena's chunk is not. */
#define LARGE_BYTES (80 * 1024)

void xalloc_give_back(void)
{
    mallopt(M_MMAP_THRESHOLD, LARGE_BYTES); /* which glibc would raise else, see mallopt(3) */
}

void xalloc_fail(void)
{
    static const char text[] = "cicerone: out of memory\n";
    ssize_t ignored = write(STDERR_FILENO, text, sizeof text - 1);

    (void)ignored;
    _exit(3);
}

void *xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);

    if (!p)
        xalloc_fail();
    return p;
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);

    if (!p)
        xalloc_fail();
    return p;
}

void *xrealloc(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);

    if (!p)
        xalloc_fail();
    return p;
}

void *xreallocarray(void *old, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        xalloc_fail();
    return xrealloc(old, count * size);
}

char *xstrdup(const char *text)
{
    return xmemdup0(text, strlen(text));
}

char *xmemdup0(const char *bytes, size_t len)
{
    char *p = xmalloc(len + 1);

    if (len)
        memcpy(p, bytes, len);
    p[len] = '\0';
    return p;
}
