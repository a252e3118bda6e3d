/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/place.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/strbuf.h"
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

static bool is_of(const struct told_place *told, struct slice job, struct slice index)
{
    return slice_eq(told->job, job) && slice_eq(told->index, index);
}

/* A place among the recent ones: VMs mostly differ in the last characters of job and index. */
static inline unsigned recent_of(struct slice job, struct slice index)
{
    unsigned at = (unsigned)job.len * 101u;

    if (job.len)
        at += (unsigned char)job.p[job.len - 1] * 37u;
    if (index.len)
        at += (unsigned char)index.p[0] * 11u + (unsigned char)index.p[index.len - 1];
    return at & (PLACER_RECENT - 1);
}

/* The number of the VM that a line tells, new if need be. */
static size_t find_told(struct placer *p, struct slice job, struct slice index,
                        const struct record *r)
{
    uint64_t hash = hash_slice(index, hash_slice(job, HASH_SEED));
    uint32_t number;

    for (struct probe probe = slots_probe(hash); slots_next(&p->slots, &probe, &number);) {
        if (is_of(&p->told[number], job, index))
            return number;
    }
    slots_add(&p->slots, hash, (uint32_t)p->told_count);
    p->told = xreallocarray(p->told, p->told_count + 1, sizeof *p->told);
    p->told[p->told_count] =
        (struct told_place){.job = {arena_pack(&p->arena, job.p, job.len), job.len},
                            .index = {arena_pack(&p->arena, index.p, index.len), index.len}};
    work_out(p, r, &p->told[p->told_count].place);
    return p->told_count++;
}

static void set_origin(struct placer *p, const struct origin *origin)
{
    if (++p->turn == 0) { /* after four thousand million files */
        memset(p->recent, 0, sizeof p->recent);
        p->turn = 1;
    }
    p->origin = origin;
    p->file = (struct place){slice_of(origin->job),
                             slice_of(origin->index),
                             slice_of(origin->vm),
                             slice_of(origin->process),
                             slice_of(origin->file ? origin->file : ""),
                             intern_add(&p->vms, slice_of(origin->vm))};
}

static inline bool is_recent(const struct placer *p, const struct recent_place *recent,
                             struct slice job, struct slice index)
{
    return recent->turn == p->turn && recent->job_len == job.len &&
           recent->index_len == index.len && bytes_equal(recent->text, job.p, job.len) &&
           bytes_equal(recent->text + job.len, index.p, index.len);
}

/* One that is not among the recent ones, or was there for another file. */
__attribute__((noinline)) static const struct place *
find_again(struct placer *p, struct slice job, struct slice index, const struct record *r)
{
    size_t number = find_told(p, job, index, r);
    struct told_place *told = &p->told[number];

    told->place.process = p->file.process;
    told->place.file = p->file.file;
    if (job.len + index.len <= PLACER_SHORT) {
        struct recent_place *recent = &p->recent[recent_of(job, index)];

        *recent = (struct recent_place){(uint32_t)number, p->turn, (uint8_t)job.len,
                                        (uint8_t)index.len, ""};
        memcpy(recent->text, job.p, job.len);
        if (index.len)
            memcpy(recent->text + job.len, index.p, index.len);
    }
    return &told->place;
}

const struct place *placer_find(struct placer *p, const struct record *r,
                                const struct origin *origin)
{
    struct slice job = {r->job.p, r->job.len}, index = {r->index.p, r->index.len};
    const struct recent_place *recent;

    if (p->origin != origin)
        set_origin(p, origin);
    if (!job.p)
        return &p->file;
    recent = &p->recent[recent_of(job, index)];
    if (!is_recent(p, recent, job, index))
        return find_again(p, job, index, r);
    return &p->told[recent->number].place;
}

void placer_release(struct placer *p)
{
    intern_release(&p->vms);
    free(p->told);
    slots_release(&p->slots);
    arena_release(&p->arena);
}
