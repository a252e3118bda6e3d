/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter.h - which lines are selected, by time, place, level, message and fields
 *
 * What the user asked for is a list of texts; filter_new() makes one condition
 * of it that all threads share.  Each thread looks through a sieve of its own.
 * Questions about source, message and level are answered once per distinct
 * triple and remembered, so that patterns seldom run.
 */
#ifndef CICERONE_FILTER_H
#define CICERONE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "decode/record.h"
#include "input/origin.h"

/*
 * All kinds must hold.  Of one kind all must hold too, but for job, VM and
 * source, of which any will do.
 */
enum filter_kind {
    FILTER_SINCE,   /* a time; lines of this very time are selected */
    FILTER_UNTIL,   /* likewise */
    FILTER_JOB,     /* equal */
    FILTER_VM,      /* equal, JOB/INDEX */
    FILTER_SOURCE,  /* equal */
    FILTER_LEVEL,   /* this level and above */
    FILTER_MATCH,   /* a pattern that the message matches */
    FILTER_EXCLUDE, /* a pattern that it does not match */
    FILTER_SESSION, /* this session, and those within it */
    FILTER_WHERE,   /* FIELD=TEXT, FIELD!=TEXT, FIELD=~PATTERN, FIELD!~PATTERN */
};

struct filter_item {
    enum filter_kind kind;
    const char *text; /* borrowed */
};

struct filter_request {
    struct filter_item *items;
    size_t count;
};

void filter_request_add(struct filter_request *rq, enum filter_kind kind, const char *text);
void filter_request_release(struct filter_request *rq);

struct filter;

/* NULL and err if something in it is wrong.  Borrows nothing of the request but its texts. */
struct filter *filter_new(const struct filter_request *rq, struct err *err)
    __attribute__((warn_unused_result));
void filter_free(struct filter *f);

/* The option that counts from the first or the last event ("--since +90s"), or NULL. */
const char *filter_relative(const struct filter *f);

/* Tell the times of the first and the last event.  Needed if there is a relative time. */
void filter_set_span(struct filter *f, int64_t first_ns, int64_t last_ns);

struct sieve;

/* Borrows the filter. */
struct sieve *sieve_new(const struct filter *f);
void sieve_free(struct sieve *s);

/* Is this line selected?  origin is that of its file. */
bool sieve_takes(struct sieve *s, const struct record *r, const struct origin *origin);

#endif
