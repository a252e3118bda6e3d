/* SPDX-License-Identifier: Apache-2.0 */
/*
 * place.h - which VM a line is from
 *
 * Its file's origin says so, unless the line bears its own (cicerone-job and
 * cicerone-index in the data of a unified log), which is worked out once per
 * job and index.  A placer belongs to one thread.
 */
#ifndef CICERONE_PLACE_H
#define CICERONE_PLACE_H

#include "base/arena.h"
#include "base/intern.h"
#include "base/slots.h"
#include "decode/record.h"
#include "input/origin.h"

/* Texts that are not known are empty. */
struct place {
    struct slice job, index, vm, process, file;
    uint32_t number; /* of the VM in the placer's table */
};

/* A VM as lines tell it. */
struct told_place {
    struct slice job, index; /* as they stand in lines, with escapes */
    struct place place;      /* process and file are those of the file it was told in last */
};

#define PLACER_RECENT 128 /* a power of two */
#define PLACER_SHORT  20

/* A VM that a line told lately, with a short name: all that is needed to know it again. */
struct recent_place {
    uint32_t number; /* among those that lines told */
    uint32_t turn;   /* 0: none */
    uint8_t job_len, index_len;
    char text[PLACER_SHORT + 2]; /* job and index, one behind the other */
};

struct placer {
    struct intern vms; /* their names, "" for an unknown one */
    const struct origin *origin;
    struct place file;
    uint32_t turn; /* how often the file changed: an origin may lie where another one did */
    struct told_place *told; /* those that lines told */
    size_t told_count;
    struct slots slots;                        /* of them, by job and index */
    struct recent_place recent[PLACER_RECENT]; /* by what is quickly seen of their names */
    struct arena arena;                        /* their texts */
};

#define PLACER_INIT                                                                                \
    {                                                                                              \
        .vms = INTERN_INIT, .slots = SLOTS_INIT, .arena = ARENA_INIT                               \
    }

/* Valid until the next call; the texts as long as the placer and the origin are. */
const struct place *placer_find(struct placer *p, const struct record *r,
                                const struct origin *origin);
void placer_release(struct placer *p);

#endif
