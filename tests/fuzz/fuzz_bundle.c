/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes, and damaged gzip and tar within each other, as a file: the same logs with the same
 * bytes and trouble, however many are read at a time. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "input/stream.h"
#include "support/packing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read of all logs, and behind it what became of each input. */
static struct strbuf read_all(const char *path, size_t most)
{
    struct inputs inputs = INPUTS_INIT;
    struct strbuf out = STRBUF_INIT;
    struct stream *s;
    size_t n;

    inputs_add(&inputs, path, NULL);
    s = stream_open(&inputs.list[0], 1 << 20);
    if (!s)
        abort();
    do {
        while ((n = stream_read(s, strbuf_room(&out, most), most)) > 0)
            out.len += n;
    } while (stream_next(s));
    stream_close(s);
    for (const struct input *in = &inputs.list[0]; in; in = in->next) {
        if ((in->state == INPUT_FINE) != (in->problem == NULL))
            abort();
        strbuf_printf(&out, "|%s %s %d %llu", in->path, in->origin.vm, (int)in->state,
                      (unsigned long long)in->bytes);
    }
    inputs_release(&inputs);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct strbuf bytes = packing_of_recipe(data, size, PACKING_ALL), want, got;
    int fd = memfd_create("fuzz", 0);
    char path[64];

    if (fd < 0 || (bytes.len && write(fd, bytes.data, bytes.len) != (ssize_t)bytes.len))
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    want = read_all(path, 1 << 16);
    got = read_all(path, 7);
    if (got.len != want.len || memcmp(got.data, want.data, got.len) != 0)
        abort();
    close(fd);
    strbuf_release(&want);
    strbuf_release(&got);
    strbuf_release(&bytes);
    return 0;
}
