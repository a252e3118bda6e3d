/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_table.h - the summary of a run for people: a terminal, Markdown or a part of a HTML page
 */
#ifndef CICERONE_OUT_TABLE_H
#define CICERONE_OUT_TABLE_H

#include "output/run.h"
#include "output/table.h"

struct table_options {
    enum table_style style;
    size_t id_columns; /* ids are cut in their middle to this; 0 = never */
    size_t slowest;    /* list so many entities with the longest totals */
    bool hits;         /* say how often each alternative fired, and on which sources */
    size_t columns; /* of a terminal that shows UTF-8: tables get histograms where they fit; or 0 */
};

void out_table(struct strbuf *out, const struct run *run, const struct table_options *options);

#endif
