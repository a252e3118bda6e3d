/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes, and damaged gzip, as gzip: the same comes out and is said, however many bytes at a
 * time go in and come out. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "input/layer.h"
#include "support/packing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A layer that gives some bytes of memory. */
struct memory {
    struct layer layer;
    const struct strbuf *bytes;
    size_t at, most; /* given at a time */
};

static size_t read_memory(struct layer *l, void *buf, size_t cap)
{
    struct memory *m = (struct memory *)l;
    size_t n = m->bytes->len - m->at;

    n = n < cap ? n : cap;
    n = n < m->most ? n : m->most;
    memcpy(buf, m->bytes->data + m->at, n);
    m->at += n;
    m->layer.tally->packed += n;
    return n;
}

static const struct layer_ops memory_ops = {read_memory, NULL, NULL, false};

/* What comes out, and behind it what is said. */
static struct strbuf unpack(const struct strbuf *bytes, size_t in_most, size_t out_most)
{
    struct input in = {.path = NULL};
    struct tally tally = {.most = 4 << 20};
    struct memory *m = xcalloc(1, sizeof *m);
    struct strbuf out = STRBUF_INIT;
    struct layer *l;
    size_t n;

    layer_init(&m->layer, &memory_ops, NULL);
    m->layer.input = &in;
    m->layer.tally = &tally;
    m->bytes = bytes;
    m->most = in_most;
    l = layer_gzip(&m->layer);
    while ((n = layer_read(l, strbuf_room(&out, out_most), out_most)) > 0)
        out.len += n;
    layer_close(l);
    strbuf_printf(&out, "|%d", (int)in.state);
    free(in.problem);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t sizes[][2] = {{1, 4096}, {4096, 1}, {7, 13}};
    struct strbuf bytes = packing_of_recipe(data, size, PACKING_GZIP_ONLY),
                  want = unpack(&bytes, 1 << 20, 1 << 16);

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct strbuf got = unpack(&bytes, sizes[i][0], sizes[i][1]);

        if (got.len != want.len || memcmp(got.data, want.data, got.len) != 0)
            abort();
        strbuf_release(&got);
    }
    strbuf_release(&want);
    strbuf_release(&bytes);
    return 0;
}
