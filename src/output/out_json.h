/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_json.h - a run as JSON: one document, or a line per timeline (NDJSON)
 *
 * Times and durations are whole nanoseconds (keys end in _ns).
 */
#ifndef CICERONE_OUT_JSON_H
#define CICERONE_OUT_JSON_H

#include <stdio.h>

#include "output/run.h"

void out_ndjson(FILE *f, const struct run *run);
void out_json(FILE *f, const struct run *run);

#endif
