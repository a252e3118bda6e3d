/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_fezzik.h - the reports of Fezzik: its own summary, CSV, JSON, and what the logs say beside it
 */
#ifndef CICERONE_OUT_FEZZIK_H
#define CICERONE_OUT_FEZZIK_H

#include <stdio.h>

#include "output/table.h"
#include "suites/fezzik.h"
#include "suites/views.h"

/* What the writers see; borrows all. */
struct fezzik_out {
    const struct fezzik *fezzik;
    const struct views *views; /* per report */
    /* The timelines that were compared with, NULL without logs or without reports of this kind. */
    const struct timelines *tasks, *lrps;
};

void out_fezzik_table(struct strbuf *out, const struct fezzik_out *o, enum table_style style);

/* A row for each entity; for each report and measure; for each cell of a report. */
void out_fezzik_csv(FILE *f, const struct fezzik_out *o);
void out_fezzik_reports_csv(FILE *f, const struct fezzik_out *o);
void out_fezzik_cells_csv(FILE *f, const struct fezzik_out *o);

/* A document; a line for each entity. */
void out_fezzik_json(FILE *f, const struct fezzik_out *o);
void out_fezzik_ndjson(FILE *f, const struct fezzik_out *o);

#endif
