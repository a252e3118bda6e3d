/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_csv.h - timelines, durations and statistics as CSV (RFC 4180)
 *
 * The columns are described in cicerone(1).  Times and durations are seconds with nine digits; what
 * is missing is an empty field.
 */
#ifndef CICERONE_OUT_CSV_H
#define CICERONE_OUT_CSV_H

#include <stdio.h>

#include "output/run.h"

/* Whether all could be written is for the caller to ask of f. */
void out_timelines_csv(FILE *f, const struct run *run);
void out_timelines_csv_head(FILE *f, const struct lifecycle *lc);
void out_timelines_csv_rows(FILE *f, const struct run *run);
void out_durations_csv(FILE *f, const struct run *run);
void out_stages_csv(FILE *f, const struct run *run);

/* Statistics of each group of run->groups. */
void out_groups_csv(FILE *f, const struct run *run);

#endif
