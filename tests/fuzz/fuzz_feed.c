/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a file, packed or not: whole lines come out, whatever the size of the blocks. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "input/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A sum over all lines that does not depend on their order. */
static void take(void *context, const struct block *b)
{
    uint64_t *sum = context;
    const char *p = b->data, *end = p + b->len;

    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));

        if (!nl)
            abort();
        *sum += hash_bytes(p, (size_t)(nl - p), b->offset + (uint64_t)(p - b->data));
        p = nl + 1;
    }
}

static uint64_t sum_of(const char *path, size_t block_bytes)
{
    struct inputs inputs = INPUTS_INIT;
    struct feed_options options = {1, 1 << 20, block_bytes, 64 << 20, NULL};
    uint64_t sum = 0;
    void *contexts[1] = {&sum};

    inputs_add(&inputs, path, NULL);
    feed(&inputs, &options, take, contexts);
    inputs_release(&inputs);
    return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", 0);
    char path[64];

    if (fd < 0 || (size && write(fd, data, size) != (ssize_t)size))
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (sum_of(path, 13) != sum_of(path, 0))
        abort();
    close(fd);
    return 0;
}
