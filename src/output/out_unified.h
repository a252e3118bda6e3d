/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_unified.h - a line as an entry of a unified log, which tells itself where it is from
 *
 * Of a lager line the object stays as it stands, without what is around it, but
 * for cicerone-job and cicerone-index at the end of its data, where the last of
 * equal keys counts: so what reads them finds these, whatever else is there.
 *
 * Any other line becomes an entry: of its own time or the one it is in order
 * by; its source is what the line says, or the process of its origin, or
 * "unknown"; its message SOURCE.KIND (line.h); its text is data.text.
 */
#ifndef CICERONE_OUT_UNIFIED_H
#define CICERONE_OUT_UNIFIED_H

#include "base/strbuf.h"
#include "merge/merge.h"

struct unifier;

struct unifier *unifier_new(void);
void unifier_free(struct unifier *u);

/* Append the entry, without a line end. */
void unifier_add(struct unifier *u, struct strbuf *out, const struct entry *e);

#endif
