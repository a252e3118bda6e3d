/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_trace.h - a run as a trace, for the viewers that there are
 *
 * out_trace: one document of Chrome's trace events, which Perfetto opens.  A process is a VM, a
 * thread an entity; arrows lead from VM to VM.  Times count from the first event of the run, for
 * microseconds since 1970 have more digits than a viewer's numbers.
 *
 * out_otlp: OpenTelemetry's spans in its JSON Lines format, a line and a trace per entity.  Ids
 * depend on the lifecycle, the entity's id and start, and the stage alone.
 */
#ifndef CICERONE_OUT_TRACE_H
#define CICERONE_OUT_TRACE_H

#include <stdio.h>

#include "output/run.h"

void out_trace(FILE *f, const struct run *run);
void out_otlp(FILE *f, const struct run *run);

#endif
