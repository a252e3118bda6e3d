/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pulse.h - which component of which VM logged when, and how many errors
 *
 * Lines are counted in bins of one width, aligned to the epoch: bin n holds the times from
 * n * width up to, but without, (n + 1) * width.  Each thread counts for itself; pulse_merge() and
 * pulse_finish() make one of it.  Only bins with lines take memory, and their number is bounded.
 */
#ifndef CICERONE_PULSE_H
#define CICERONE_PULSE_H

#include <stdbool.h>

#include "base/intern.h"

/* More bins with lines than this, over all places, are not kept, nor more places. */
#define PULSE_MAX_BINS   ((size_t)1 << 22)
#define PULSE_MAX_PLACES 65536

struct pulse_bin {
    int64_t bin;
    uint64_t lines, errors; /* errors: of level error or fatal */
};

/* A component on a VM. */
struct pulse_place {
    struct slice source, vm; /* vm is empty if it is not known */
    struct pulse_bin *bins;  /* after pulse_finish(): in order, each once */
    size_t count, room;
    uint32_t source_number, vm_number;
};

#define PULSE_RECENT 256 /* a power of two */

/* A place that had lines lately, and those of its last bin that are not in its bins yet. */
struct pulse_recent {
    uint32_t source_number, vm_number;
    uint32_t place; /* its number + 1; 0: none */
    struct pulse_bin now;
};

struct pulse {
    int64_t width_ns;
    struct intern sources, vms; /* of what was merged into it */
    struct slots slots;         /* of the places, by the numbers of source and VM */
    struct pulse_place *places; /* after pulse_finish(): in order of source, then VM */
    size_t count;
    struct pulse_recent recent[PULSE_RECENT];
    size_t room;   /* of all places */
    uint64_t lost; /* lines beyond the limits */
};

/* Where a line is from; the texts must outlive the pulse that counts it, and each has one number.
 */
struct pulse_source {
    struct slice source, vm;
    uint32_t source_number, vm_number;
};

void pulse_init(struct pulse *p, int64_t width_ns);
void pulse_release(struct pulse *p);

/* Count a line if its source and VM are among those that are found at once; if not, false, and it
 * is for pulse_add() to count. */
bool pulse_add_again(struct pulse *p, uint32_t source_number, uint32_t vm_number, int64_t time_ns,
                     bool is_error);

/* Count a line. */
void pulse_add(struct pulse *p, const struct pulse_source *from, int64_t time_ns, bool is_error);

/* Add what another one of the same width counted, to one that counts no lines itself. */
void pulse_merge(struct pulse *into, struct pulse *from);
void pulse_finish(struct pulse *p);

/* The bin of a time. */
int64_t pulse_bin_of(int64_t time_ns, int64_t width_ns);

#endif
