/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv_files.h - the CSV files of a run
 */
#ifndef CICERONE_CSV_FILES_H
#define CICERONE_CSV_FILES_H

#include "base/err.h"
#include "output/run.h"

/* timelines.csv, durations.csv, stages.csv, and groups.csv if there are groups; 0, or -1 and err.
 */
int csv_files_write(const char *folder, const struct run *run, struct err *err);

#endif
