/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lager.h - lines of the lager logger, in both of its forms
 *
 *   {"timestamp":"1441087134.999691010","source":"rep","message":"rep.a.b",
 *    "log_level":1,"data":{"session":"4.2", ...}}
 *   {"timestamp":"2018-03-26T23:57:03.585894312Z","level":"info", ...}
 *
 * Keys in any order; the last of two equal keys counts; unknown keys are
 * ignored.  Needed are timestamp, source and message (strings) and log_level
 * (0 to 3) or level (a name, any case); data is an object, null or absent;
 * in data, session is a string, and so are error and trace at error and fatal.
 * The object starts at the first `{`.  Text before it may tell the origin
 * (prefix.h), and is not looked at otherwise; text behind it must hold no `}`,
 * for then it is the rest of another entry: two writers at once.
 *
 * Not lager is a number for the level beside a time of RFC 3339, if the
 * message does not begin with the source and a dot: it is gorouter's
 * (json_log.h), whose numbers mean other levels.
 */
#ifndef CICERONE_LAGER_H
#define CICERONE_LAGER_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/record.h"
#include "decode/shapes.h"

/*
 * Decode one line, without its end.  The whole object is checked, in one pass.
 * line[len] must be a control byte with JSCAN_SLACK readable bytes behind it.
 * False, and the record undefined, if the line is not lager.
 */
bool lager_decode(const char *line, size_t len, struct record *record);

/*
 * Decode the line that begins there, whose end, a '\n', is not known.  Returns that end if it is a
 * line as lager itself writes it; else NULL, and lager_decode() must say what it is.  shapes is
 * what is known of earlier lines, for the speed of it; NULL: nothing.
 */
const char *lager_decode_next(const char *line, struct shapes *shapes, struct record *record);

#endif
