/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeline_csv.h - timelines read back from the CSV that was made of them
 *
 * The file is that of cicerone-csv(5), timelines.csv.  It does not tell its
 * lifecycle; one of the same stages and tags gives title and nouns.
 */
#ifndef CICERONE_TIMELINE_CSV_H
#define CICERONE_TIMELINE_CSV_H

#include <stdio.h>

#include "base/assets.h"
#include "lifecycle/timeline.h"

struct timeline_csv {
    struct lifecycle *lc;       /* names of stages, tags and outcomes; nothing that matches lines */
    struct timelines timelines; /* finished */
};

/* All or nothing: 0, or -1 and an err that names line and column.  path is for messages. */
int timeline_csv_read(struct timeline_csv *t, FILE *f, const char *path,
                      const struct asset_search *parsers, struct err *err);
void timeline_csv_release(struct timeline_csv *t);

#endif
