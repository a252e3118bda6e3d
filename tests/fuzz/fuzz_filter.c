/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any texts of options that select lines are refused or compiled, and any
 * line of lager is taken or not, twice in the same way.  Lines of the input that begin
 * with a brace are looked at; the others are options, their first byte the kind.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "decode/lager.h"
#include "lifecycle/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void look(struct sieve *s, const char *line, size_t len)
{
    static char cell[] = "cell", three[] = "3", vm[] = "cell/3", rep[] = "rep";
    static const struct origin origin = {cell, three, vm, rep};
    struct record r;

    if (lager_decode(line, len, &r) && sieve_takes(s, &r, &origin) != sieve_takes(s, &r, &origin))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct filter_request rq = {NULL, 0};
    char *text = xmalloc(len + 1 + JSCAN_SLACK), *end;
    struct err err = ERR_INIT;
    struct filter *f;

    memcpy(text, bytes, len);
    memset(text + len, '\n', 1 + JSCAN_SLACK);
    for (char *p = text; p < text + len; p = end + 1) {
        end = memchr(p, '\n', len + 1);
        if (*p != '{' && end > p)
            filter_request_add(&rq, (enum filter_kind)((unsigned char)*p % (FILTER_WHERE + 1)),
                               xmemdup0(p + 1, (size_t)(end - p) - 1));
    }
    f = filter_new(&rq, &err);
    if ((f == NULL) != err.set)
        abort();
    if (f) {
        struct sieve *s = sieve_new(f);

        filter_set_span(f, INT64_MIN, INT64_MAX);
        for (char *p = text; p < text + len; p = end + 1) {
            end = memchr(p, '\n', len + 1);
            if (*p == '{')
                look(s, p, (size_t)(end - p));
        }
        sieve_free(s);
    }
    filter_free(f);
    for (size_t i = 0; i < rq.count; i++)
        free((char *)(uintptr_t)rq.items[i].text);
    filter_request_release(&rq);
    free(text);
    return 0;
}
