/* SPDX-License-Identifier: Apache-2.0 */
#include "decode/line.h"

#include <string.h>

#include "decode/lager.h"

const char *line_kind_name(enum line_kind kind)
{
    static const char *const names[LINE_KIND_COUNT] = {"lager", "text", "damaged", "bare"};

    return names[kind];
}

static bool looks_damaged(const char *text, size_t len)
{
    const char *p = text, *end = text + len;

    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return (p < end && *p == '{') || memmem(text, len, "{\"timestamp\"", 12) != NULL;
}

void line_decode(const char *text, size_t len, struct line *line)
{
    if (lager_decode(text, len, &line->record))
        line->kind = LINE_LAGER;
    else
        line->kind = looks_damaged(text, len) ? LINE_DAMAGED : LINE_BARE;
}
