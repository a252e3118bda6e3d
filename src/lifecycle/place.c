/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/place.h"

#include <stdlib.h>

#include "base/xalloc.h"

static void work_out(struct placer *p, const struct record *r, struct place *place)
{
    struct strbuf name = STRBUF_INIT;
    const char *slash;

    jscan_unescape(&name, r->job.p, r->job.len);
    strbuf_char(&name, '/');
    jscan_unescape(&name, r->index.p, r->index.len);
    *place = (struct place){.number = intern_add(&p->vms, (struct slice){name.data, name.len})};
    strbuf_release(&name);
    place->vm = intern_text(&p->vms, place->number);
    slash = memrchr(place->vm.p, '/', place->vm.len);
    place->job = (struct slice){place->vm.p, (size_t)(slash - place->vm.p)};
    place->index = (struct slice){slash + 1, place->vm.len - place->job.len - 1};
}

static const struct place *find_unified(struct placer *p, const struct record *r)
{
    uint32_t before = p->raws.count, n;

    strbuf_reset(&p->raw);
    strbuf_add(&p->raw, (const char *)&r->job.len, sizeof r->job.len);
    strbuf_add(&p->raw, r->job.p, r->job.len);
    strbuf_add(&p->raw, r->index.p, r->index.len);
    n = intern_add(&p->raws, (struct slice){p->raw.data, p->raw.len});
    if (n == before) {
        p->places = xreallocarray(p->places, n + 1, sizeof *p->places);
        work_out(p, r, &p->places[n]);
    }
    return &p->places[n];
}

const struct place *placer_find(struct placer *p, const struct record *r,
                                const struct origin *origin)
{
    if (p->origin != origin) {
        p->origin = origin;
        p->file = (struct place){slice_of(origin->job),
                                 slice_of(origin->index),
                                 slice_of(origin->vm),
                                 slice_of(origin->process),
                                 slice_of(origin->file ? origin->file : ""),
                                 intern_add(&p->vms, slice_of(origin->vm))};
    }
    if (!r->job.p)
        return &p->file;
    p->unified = *find_unified(p, r);
    p->unified.process = p->file.process;
    p->unified.file = p->file.file;
    return &p->unified;
}

void placer_release(struct placer *p)
{
    intern_release(&p->vms);
    intern_release(&p->raws);
    free(p->places);
    strbuf_release(&p->raw);
}
