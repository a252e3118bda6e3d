/* SPDX-License-Identifier: Apache-2.0 */
/*
 * referee.h - a second opinion on lager lines, on jansson
 *
 * The referee decodes a line by the words of decode/lager.h and shares no code
 * with src/decode; referee_agrees() puts the same line to lager_decode() and
 * compares.
 *
 * jansson refuses some things that the contract allows.  They are replaced in
 * a copy of the line, byte for byte, so that offsets stay what they are:
 *
 *   bytes >= 0x80            by 'q', a letter of no key, word or escape we know
 *   numbers beyond its range by a 9 and blanks (a 9 is no level either)
 *   \u0000                   by \u0001, throughout a line that has one in a key
 *   NUL                      by 0x01, no JSON either; jansson overlooks a NUL behind a number
 *
 * What lager_decode() is given is the line as it was; the texts it points at
 * are then looked up in the copy.
 *
 * Where the contract leaves a choice, the referee holds with these: if both
 * log_level and level are there, both must be right and level counts; null is
 * "something else" for every key but data; epoch seconds have 1 to 11 digits;
 * seconds since 1970 have an absolute value below 9223372036.
 */
#ifndef CICERONE_TESTS_REFEREE_H
#define CICERONE_TESTS_REFEREE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/strbuf.h"
#include "decode/jpaths.h"

/* Undecided: nested deeper than jansson goes (JSON_PARSER_MAX_DEPTH, 2048, scalars counted). */
enum referee_verdict { REFEREE_REJECTS, REFEREE_ACCEPTS, REFEREE_UNDECIDED };

/* Decoded texts, owned by root; absent ones are empty. */
struct referee_record {
    json_t *root;
    int64_t time_ns;
    int level; /* 0 to 3 */
    struct slice source, message, session, error, trace, job;
    json_t *index;             /* a string or a number, or NULL */
    struct slice prefix_index; /* stands for it if the origin is of the prefix */
    json_t *data;              /* an object, or NULL */
};

/*
 * Decode one line, without its end and without a '\n' inside.  The line is changed as said above.
 * Release the record whatever the verdict.
 */
enum referee_verdict referee_decode(char *line, size_t len, struct referee_record *record);
void referee_release(struct referee_record *record);

/*
 * The object or array at the start of a text, changed as said above, and how many bytes it has;
 * NULL if it is neither, or *undecided.
 */
json_t *referee_load(char *line, size_t len, size_t *used, bool *undecided);

/* An independent nstime_parse(). */
bool referee_time(const char *text, size_t len, int64_t *time_ns);

/*
 * Do lager_decode() and the referee say the same of a line?  If not, why holds a sentence.
 * The line is given to lager_decode() at the end of a block of its own, at alignment offset
 * (0 to 63), with quotes and then with 0xff bytes in the slack.
 */
bool referee_agrees(const char *line, size_t len, size_t offset, enum referee_verdict *verdict,
                    struct strbuf *why);

/*
 * Does jpaths_find_again() find in lines with this data what jpaths_find() finds in the object,
 * whatever lines come in between?  If not, why holds a sentence.  *noted tells whether the line was
 * taken and has no more members than can be noted.
 */
bool referee_members_agree(const struct jpaths *set, struct slice object, bool *noted,
                           struct strbuf *why);

/*
 * Does jpaths_find() find in an object what jansson finds?  If not, why holds a sentence.  *checked
 * tells that it came to that: a text that is no object is refused by both.
 */
bool referee_paths_agree(const char *object, size_t len, const struct slice *paths, size_t count,
                         bool *checked, struct strbuf *why);

#endif
