/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prefix.h - the origin in what a log drain puts before a line
 *
 *   [job=cell_z1 index=75]                                      metron's syslog, papertrail
 *   [instance@47450 director="d" group="diego-cell" id="uuid"]  RFC 5424, as BOSH releases write it
 *
 * The job is job or group; the index is index, else id.  Names are of letters,
 * digits and `_.-`; what is anything else is no origin.
 */
#ifndef CICERONE_PREFIX_H
#define CICERONE_PREFIX_H

#include "decode/record.h"

/* Set job and index of the record, views into the prefix, if it tells both. */
void prefix_origin(struct slice prefix, struct record *r);

#endif
