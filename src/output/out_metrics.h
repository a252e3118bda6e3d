/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_metrics.h - metrics for other systems: InfluxDB, Prometheus, a sheet
 *
 * Each format has a head, the points of one metric after the other, and an
 * end; any of them may be nothing.
 */
#ifndef CICERONE_OUT_METRICS_H
#define CICERONE_OUT_METRICS_H

#include <stdio.h>

#include "stats/metric.h"

struct metrics_format {
    const char *name;
    const char *head, *end;
    void (*add)(FILE *f, struct metric_points *p);
};

/* "influx", "openmetrics", "csv"; NULL if it is none of them. */
const struct metrics_format *metrics_format_find(const char *name);

#endif
