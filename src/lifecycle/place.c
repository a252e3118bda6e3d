/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/place.h"

static bool is_last(const struct placer *p, const struct record *r)
{
    return p->raw.len == p->raw_job_len + r->index.len && p->raw_job_len == r->job.len &&
           p->raw.len && memcmp(p->raw.data, r->job.p, r->job.len) == 0 &&
           memcmp(p->raw.data + r->job.len, r->index.p ? r->index.p : "", r->index.len) == 0;
}

static void find_unified(struct placer *p, const struct record *r)
{
    struct place *u = &p->unified;
    struct strbuf name = STRBUF_INIT;
    const char *slash;

    strbuf_reset(&p->raw);
    strbuf_add(&p->raw, r->job.p, r->job.len);
    strbuf_add(&p->raw, r->index.p, r->index.len);
    p->raw_job_len = r->job.len;
    jscan_unescape(&name, r->job.p, r->job.len);
    strbuf_char(&name, '/');
    jscan_unescape(&name, r->index.p, r->index.len);
    u->number = intern_add(&p->vms, (struct slice){name.data, name.len});
    strbuf_release(&name);
    u->vm = intern_text(&p->vms, u->number);
    slash = memrchr(u->vm.p, '/', u->vm.len);
    u->job = (struct slice){u->vm.p, (size_t)(slash - u->vm.p)};
    u->index = (struct slice){slash + 1, u->vm.len - u->job.len - 1};
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
    if (!is_last(p, r))
        find_unified(p, r);
    p->unified.process = p->file.process;
    p->unified.file = p->file.file;
    return &p->unified;
}

void placer_release(struct placer *p)
{
    intern_release(&p->vms);
    strbuf_release(&p->raw);
}
