/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any line is of some kind, twice the same; its texts lie within it; what is
 * lager is what lager_decode() says.  The formats of plain text read no byte
 * behind the line.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "decode/cflogs.h"
#include "decode/dump.h"
#include "decode/lager.h"
#include "decode/line.h"
#include "decode/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void need(bool good)
{
    if (!good)
        abort();
}

static void check_text(const char *line, size_t len, struct jstr s, bool plain)
{
    uintptr_t at = (uintptr_t)s.p - (uintptr_t)line;

    need(s.len == 0 || (at <= len && s.len <= len - at));
    need(!plain || !s.escaped);
}

static void check_record(const char *line, size_t len, const struct line *l)
{
    const struct record *r = &l->record;
    bool plain = l->kind == LINE_CF_LOGS || l->kind == LINE_TEXT;

    check_text(line, len, r->source, plain);
    check_text(line, len, r->message, plain);
    check_text(line, len, r->session, plain);
    check_text(line, len, r->error, plain);
    check_text(line, len, r->trace, plain);
    check_text(line, len, r->job, plain);
    check_text(line, len, r->index, plain);
    check_text(line, len, (struct jstr){r->data.p, (uint32_t)r->data.len, false}, plain);
    need(r->level >= LEVEL_DEBUG && r->level <= LEVEL_FATAL);
    need(r->source.p && r->message.p);
    need(!plain || (!r->data.p && !r->session.p && !r->error.p && !r->trace.p));
}

/* The formats of plain text, on a line that has nothing behind it. */
static void check_exact(const uint8_t *bytes, size_t len, enum line_kind kind)
{
    char *exact = xmalloc(len);
    struct record r;
    bool cf;

    if (len)
        memcpy(exact, bytes, len);
    cf = cflogs_decode(exact, len, &r);
    need(kind == LINE_CF_LOGS ? cf : !cf || kind == LINE_LAGER);
    need(kind != LINE_TEXT || text_decode(exact, len, &r));
    need(kind != LINE_DUMP || dump_line(exact, len));
    text_decode(exact, len, &r);
    dump_line(exact, len);
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    char *line = xmalloc(len + 1 + JSCAN_SLACK);
    struct line a, b;
    struct record r;

    if (len)
        memcpy(line, bytes, len);
    line[len] = '\n';
    memset(line + len + 1, '"', JSCAN_SLACK);
    memset(&a, 0xa5, sizeof a);
    line_decode(line, len, &a);
    line_decode(line, len, &b);
    need(a.kind == b.kind && line_kind_name(a.kind));
    need(lager_decode(line, len, &r) == (a.kind == LINE_LAGER));
    if (line_has_time(&a)) {
        need(a.record.time_ns == b.record.time_ns);
        check_record(line, len, &a);
    }
    check_exact(bytes, len, a.kind);
    free(line);
    return 0;
}
