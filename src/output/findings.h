/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings.h - what stands out in a run, in plain words
 */
#ifndef CICERONE_FINDINGS_H
#define CICERONE_FINDINGS_H

#include "output/run.h"

/* A sentence on each line; of a run without entities none. */
void findings_add(const struct run *run, struct strbuf *out);

#endif
