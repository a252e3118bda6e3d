/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a definition: refused with a place, or loaded and freed. */
#include <stdint.h>
#include <stdlib.h>

#include "lifecycle/lifecycle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    struct lifecycle *lc = lifecycle_load("fuzz.json", (const char *)data, size, &err);

    if (!lc && !err.set)
        abort();
    lifecycle_free(lc);
    return 0;
}
