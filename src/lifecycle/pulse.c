/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/pulse.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/xalloc.h"

void pulse_init(struct pulse *p, int64_t width_ns)
{
    *p = (struct pulse){.width_ns = width_ns, .sources = INTERN_INIT, .vms = INTERN_INIT};
}

void pulse_release(struct pulse *p)
{
    for (size_t i = 0; i < p->count; i++)
        free(p->places[i].bins);
    free(p->places);
    intern_release(&p->sources);
    intern_release(&p->vms);
    slots_release(&p->slots);
}

int64_t pulse_bin_of(int64_t time_ns, int64_t width_ns)
{
    return time_ns / width_ns - (time_ns % width_ns < 0);
}

static int by_bin(const void *pa, const void *pb)
{
    const struct pulse_bin *a = pa, *b = pb;

    return (a->bin > b->bin) - (a->bin < b->bin);
}

/* Each bin once, in order. */
static void compact(struct pulse_place *place)
{
    size_t kept = 0;

    if (place->count)
        qsort(place->bins, place->count, sizeof *place->bins, by_bin);
    for (size_t i = 0; i < place->count; i++) {
        const struct pulse_bin *b = &place->bins[i];

        if (kept && place->bins[kept - 1].bin == b->bin) {
            place->bins[kept - 1].lines += b->lines;
            place->bins[kept - 1].errors += b->errors;
        } else {
            place->bins[kept++] = *b;
        }
    }
    place->count = kept;
}

/* Room for another bin; false if there is none. */
static bool make_room(struct pulse *p, struct pulse_place *place)
{
    size_t more = place->room ? place->room : 16;

    if (place->count < place->room)
        return true;
    compact(place);
    if (place->count < place->room - place->room / 2)
        return true;
    if (p->room + more > PULSE_MAX_BINS)
        return place->count < place->room;
    p->room += more;
    place->room += more;
    place->bins = xreallocarray(place->bins, place->room, sizeof *place->bins);
    return true;
}

/*
 * Lines come nearly in order of time, so the bin is mostly the last one or a new one behind it.
 * What comes otherwise is a bin that is there twice until the list is compacted.
 */
static void count_in(struct pulse *p, struct pulse_place *place, const struct pulse_bin *more)
{
    struct pulse_bin *last = place->count ? &place->bins[place->count - 1] : NULL;

    if (last && last->bin == more->bin) {
        last->lines += more->lines;
        last->errors += more->errors;
    } else if (make_room(p, place)) {
        place->bins[place->count++] = *more;
    } else {
        p->lost += more->lines;
    }
}

/* The place of a component on a VM; NULL if there are too many. */
static struct pulse_place *find(struct pulse *p, const struct pulse_source *from)
{
    uint64_t hash = hash_mix((uint64_t)from->source_number << 32 | from->vm_number, HASH_SEED);
    uint32_t number;

    for (struct probe probe = slots_probe(hash); slots_next(&p->slots, &probe, &number);) {
        struct pulse_place *place = &p->places[number];

        if (place->source_number == from->source_number && place->vm_number == from->vm_number)
            return place;
    }
    if (p->count == PULSE_MAX_PLACES)
        return NULL;
    slots_add(&p->slots, hash, (uint32_t)p->count);
    p->places = xreallocarray(p->places, p->count + 1, sizeof *p->places);
    p->places[p->count] = (struct pulse_place){.source = from->source,
                                               .vm = from->vm,
                                               .source_number = from->source_number,
                                               .vm_number = from->vm_number};
    return &p->places[p->count++];
}

static struct pulse_recent *recent_of(struct pulse *p, uint32_t source_number, uint32_t vm_number)
{
    return &p->recent[(source_number * 37 + vm_number) & (PULSE_RECENT - 1)];
}

/* Is a time in a bin?  A division would take longer than to see that. */
static inline bool is_in(const struct pulse *p, int64_t time_ns, int64_t bin)
{
    return (uint64_t)time_ns - (uint64_t)bin * (uint64_t)p->width_ns < (uint64_t)p->width_ns;
}

/* Put what was counted last into the bins of its place. */
static void flush(struct pulse *p, struct pulse_recent *r)
{
    if (r->place && r->now.lines)
        count_in(p, &p->places[r->place - 1], &r->now);
    r->now.lines = r->now.errors = 0;
}

bool pulse_add_again(struct pulse *p, uint32_t source_number, uint32_t vm_number, int64_t time_ns,
                     bool is_error)
{
    struct pulse_recent *r = recent_of(p, source_number, vm_number);

    if (!r->place || r->source_number != source_number || r->vm_number != vm_number)
        return false;
    if (!is_in(p, time_ns, r->now.bin)) {
        flush(p, r);
        r->now.bin = pulse_bin_of(time_ns, p->width_ns);
    }
    r->now.lines++;
    r->now.errors += is_error;
    return true;
}

void pulse_add(struct pulse *p, const struct pulse_source *from, int64_t time_ns, bool is_error)
{
    struct pulse_recent *r = recent_of(p, from->source_number, from->vm_number);
    struct pulse_place *place = find(p, from);

    if (!place) {
        p->lost++;
        return;
    }
    flush(p, r);
    *r = (struct pulse_recent){from->source_number,
                               from->vm_number,
                               (uint32_t)(place - p->places) + 1,
                               {pulse_bin_of(time_ns, p->width_ns), 1, is_error}};
}

void pulse_merge(struct pulse *into, struct pulse *from)
{
    for (size_t i = 0; i < PULSE_RECENT; i++)
        flush(from, &from->recent[i]);
    into->lost += from->lost;
    for (size_t i = 0; i < from->count; i++) {
        const struct pulse_place *other = &from->places[i];
        uint32_t source = intern_add(&into->sources, other->source),
                 vm = intern_add(&into->vms, other->vm);
        struct pulse_place *place =
            find(into, &(struct pulse_source){intern_text(&into->sources, source),
                                              intern_text(&into->vms, vm), source, vm});

        for (size_t k = 0; k < other->count; k++) {
            if (place)
                count_in(into, place, &other->bins[k]);
            else
                into->lost += other->bins[k].lines;
        }
    }
}

static int by_name(const void *pa, const void *pb)
{
    const struct pulse_place *a = pa, *b = pb;
    int c = slice_cmp(a->source, b->source);

    return c ? c : slice_cmp(a->vm, b->vm);
}

void pulse_finish(struct pulse *p)
{
    for (size_t i = 0; i < p->count; i++)
        compact(&p->places[i]);
    if (p->count)
        qsort(p->places, p->count, sizeof *p->places, by_name);
}
