/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_cedar.h - what Cedar and Arborist saw: push and start times per app type and batch,
 * routability
 */
#ifndef CICERONE_OUT_CEDAR_H
#define CICERONE_OUT_CEDAR_H

#include <stdio.h>

#include "output/table.h"
#include "suites/cedar.h"

void out_cedar_table(struct strbuf *out, const struct cedar *c, enum table_style style);

/* A row for each app; for each batch, type and step, and over all of them. */
void out_cedar_csv(FILE *f, const struct cedar *c);
void out_cedar_stats_csv(FILE *f, const struct cedar *c);

/* A document; a line for each app. */
void out_cedar_json(FILE *f, const struct cedar *c);
void out_cedar_ndjson(FILE *f, const struct cedar *c);

#endif
