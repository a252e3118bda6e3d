/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run.h - all that is known of one analysis, as the writers of outputs see it
 */
#ifndef CICERONE_RUN_H
#define CICERONE_RUN_H

#include "lifecycle/collect.h"
#include "stats/group.h"
#include "stats/outlier.h"
#include "stats/stats.h"

/* Borrows all of it. */
struct run {
    const struct lifecycle *lc;
    const struct collection *collection;
    const struct timelines *timelines;
    const struct stats *stats; /* NULL for outputs of nothing but entities */
    size_t input_count;
    const struct groups *groups; /* of --by, or NULL */
    size_t threads;              /* to write with; 0: one */
};

/* "442 ok, 12 failed, 3 cancelled, 2 incomplete": only what there is. */
void run_add_outcomes(const struct run *run, struct strbuf *out);

/* "auctioneer, bbs, rep": the sources of all lines understood. */
void run_add_sources(const struct run *run, struct strbuf *out);

/* What decided a fate, or "". */
const char *fate_why(const struct fate *f);

/* Per VM its place in order of names, for numbers that do not depend on who came first; free(). */
uint16_t *run_vm_ranks(const struct run *run);

/* "174,347" */
void add_count(struct strbuf *out, uint64_t n);

/* "970 B", "8.53 kB", "1.20 GB" */
void add_bytes(struct strbuf *out, uint64_t bytes);

#endif
