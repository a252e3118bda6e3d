/* SPDX-License-Identifier: Apache-2.0 */
/* Any line is decoded by lager_decode() as by the referee. */
#include <stdio.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "support/linegen.h"
#include "support/referee.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *line = xmemdup0((const char *)bytes, len);
    struct strbuf why = STRBUF_INIT, quoted = STRBUF_INIT;
    enum referee_verdict verdict;

    for (size_t i = 0; i < len; i++) {
        if (line[i] == '\n') /* a line has none */
            line[i] = '\v';
    }
    if (!referee_agrees(line, len, len % 64, &verdict, &why)) {
        linegen_quote(&quoted, line, len);
        fprintf(stderr, "%s\nline: \"%s\"\n", why.data, quoted.data ? quoted.data : "");
        abort();
    }
    free(line);
    strbuf_release(&why);
    return 0;
}
