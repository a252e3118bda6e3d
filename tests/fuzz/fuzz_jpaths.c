/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any path is found in any object by jpaths_find() as by jansson.  The input is
 * a line of paths parted by commas, and then the object.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "support/linegen.h"
#include "support/referee.h"

#define MAX_PATHS 32

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct strbuf why = STRBUF_INIT, quoted = STRBUF_INIT;
    char *text = xmemdup0((const char *)bytes, len), *object = memchr(text, '\n', len);
    struct slice paths[MAX_PATHS];
    size_t count = 0;
    bool checked;

    if (!object)
        goto out;
    for (char *p = text, *end; p <= object && count < MAX_PATHS; p = end + 1) {
        end = memchr(p, ',', (size_t)(object - p));
        if (!end)
            end = object;
        paths[count++] = (struct slice){p, (size_t)(end - p)};
    }
    object++;
    len -= (size_t)(object - text);
    for (size_t i = 0; i < len; i++) {
        if (object[i] == '\n')
            object[i] = '\v';
    }
    if (!referee_paths_agree(object, len, paths, count, &checked, &why)) {
        linegen_quote(&quoted, object, len);
        fprintf(stderr, "%s\nobject: \"%s\"\n", why.data, quoted.data ? quoted.data : "");
        abort();
    }
out:
    free(text);
    strbuf_release(&why);
    return 0;
}
