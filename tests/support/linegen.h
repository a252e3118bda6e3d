/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linegen.h - random lager-like lines, and damage to lines
 *
 * The same seed gives the same lines, on every machine.
 */
#ifndef CICERONE_TESTS_LINEGEN_H
#define CICERONE_TESTS_LINEGEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/strbuf.h"

struct rng {
    uint64_t state;
};

uint64_t rng_next(struct rng *r);

/* 0 to n - 1, n > 0. */
size_t rng_below(struct rng *r, size_t n);

/* Append any JSON value, nested no deeper than depth; wild ones may be no JSON at all. */
void linegen_value(struct rng *r, struct strbuf *out, int depth, bool wild);

/* Append a line; most are lager, but of the wild ones many are not. */
void linegen_lager(struct rng *r, struct strbuf *out, bool wild);

/* Damage a line in one to four places, sometimes with parts of another; leaves no '\n' in it. */
void linegen_damage(struct rng *r, struct strbuf *line, struct slice other);

/* Append bytes as they would stand in a C string. */
void linegen_quote(struct strbuf *out, const char *bytes, size_t len);

#endif
