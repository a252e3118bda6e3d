/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text is a time to nstime_parse() as it is to the referee; what is a time
 * is so again when it was written; a stamp ends where it says.
 */
#include <stdlib.h>
#include <string.h>

#include "base/nstime.h"
#include "base/xalloc.h"
#include "support/referee.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void need(bool good)
{
    if (!good)
        abort();
}

static void check_written(int64_t time_ns)
{
    struct strbuf b = STRBUF_INIT;
    int64_t again;

    if (time_ns >= 0) {
        nstime_add_seconds(&b, time_ns);
        need(nstime_parse_epoch(b.data, b.len, &again) && again == time_ns);
        strbuf_reset(&b);
    }
    nstime_add_rfc3339(&b, time_ns, 9);
    /* an offset may carry a time over the first or the last year */
    if (nstime_parse_rfc3339(b.data, b.len, &again))
        need(again == time_ns);
    strbuf_release(&b);
}

static void check_stamp(const char *text, size_t len, bool rfc3339, int64_t rfc3339_ns)
{
    int64_t ns, again;
    bool zoned, zoned_again;
    size_t n = nstime_take_stamp(text, len, &ns, &zoned);

    need(n <= len && (n == 0 || n >= 19));
    if (n)
        need(nstime_take_stamp(text, n, &again, &zoned_again) == n && again == ns &&
             zoned_again == zoned);
    if (rfc3339 && text[10] == 'T' && text[len - 1] != 'z')
        need(n == len && ns == rfc3339_ns && zoned);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *text = xmalloc(len); /* nothing behind it */
    int64_t got = 0, want = 0, ns;
    bool taken;

    if (len)
        memcpy(text, bytes, len);
    taken = nstime_parse(text, len, &got);
    if (len == 0 || !memchr(text, 0, len))
        need(taken == referee_time(text, len, &want) && got == want);
    if (taken)
        check_written(got);
    check_stamp(text, len, len && nstime_parse_rfc3339(text, len, &ns), got);
    if (nstime_parse_duration(text, len, &ns))
        need(ns >= 0);
    free(text);
    return 0;
}
