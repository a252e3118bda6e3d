/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text.h - plain text behind a time stamp, as etcd, consul, NATS, BOSH and others write it
 *
 *   2016/03/02 22:20:20 [INFO] serf: EventMemberJoin
 *   [478] 2016/03/24 15:31:55.816419 [INF] Starting
 *   [2018-03-19 18:39:44+0000] starting
 *   D, [2016-08-06 15:00:56 #17098] [] DEBUG -- text
 *   <14>1 2017-01-25T13:25:03.184491Z 192.0.2.10 bbs rs2 - [instance@47450 group="db" index="0"]
 * text
 *
 * A stamp has a year; without a zone it is taken for UTC.  The source is the
 * program of a syslog header, else empty; so is the origin (prefix.h).  The
 * level is that of the first word behind the stamp, or of Ruby's letter, else
 * info.  The message is what is behind the stamp, or the header.
 */
#ifndef CICERONE_TEXT_H
#define CICERONE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/record.h"

/* Decode one line, without its end; needs no byte behind it.  False if it is anything else. */
bool text_decode(const char *text, size_t len, struct record *record);

#endif
