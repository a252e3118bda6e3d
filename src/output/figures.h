/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures.h - the statistics of some durations, in each format, where nobody in particular holds
 * the extremes
 */
#ifndef CICERONE_FIGURES_H
#define CICERONE_FIGURES_H

#include "output/json.h"
#include "output/table.h"
#include "stats/stats.h"

/* Seconds; what there is none of is empty. */
#define FIGURES_CSV_HEAD "n,negative,min,mean,sd,p50,p90,p95,p99,max"

void figures_csv(struct strbuf *b, const struct summary *s);

/* Nanoseconds; what there is none of has no key. */
json_t *figures_json(const struct summary *s);

/* Nine columns: n, min, mean, sd, p50, p90, p95, p99, max. */
#define FIGURES_ALIGN "rrrrrrrrr"

void figures_heads(struct table *t);
void figures_cells(struct table *t, const struct summary *s);

#endif
