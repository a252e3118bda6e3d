/* SPDX-License-Identifier: Apache-2.0 */
/* rounds.h - how often a random test is repeated: less where a tool makes everything slow */
#ifndef CICERONE_TEST_ROUNDS_H
#define CICERONE_TEST_ROUNDS_H

#include <stdlib.h>

/* n, or a fifth of it if tests/run says so. */
static inline size_t rounds(size_t n)
{
    return getenv("TESTS_SLOW") ? (n + 4) / 5 : n;
}

#endif
