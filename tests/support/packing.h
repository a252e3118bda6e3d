/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packing.h - files as gzip and tar write them, then damaged, all of it told by a few bytes
 *
 * For fuzzing: damage to real archives is rare among random bytes.
 */
#ifndef CICERONE_TESTS_PACKING_H
#define CICERONE_TESTS_PACKING_H

#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* Append a gzip member; level 0 stores the bytes. */
void packing_gzip(struct strbuf *out, const char *bytes, size_t len, int level);

/* Append a member of a tar: its header, its bytes, padding. */
void packing_tar_member(struct strbuf *out, const char *name, const char *bytes, size_t len);

/* Append the zeros that end a tar. */
void packing_tar_end(struct strbuf *out);

enum packing_kinds { PACKING_GZIP_ONLY, PACKING_ALL };

/*
 * The first byte of a recipe says what is made of the bytes, the next ones where that is damaged;
 * the rest are the bytes.  Release the result.
 */
struct strbuf packing_of_recipe(const uint8_t *recipe, size_t len, enum packing_kinds kinds);

#endif
