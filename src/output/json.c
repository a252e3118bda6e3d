/* SPDX-License-Identifier: Apache-2.0 */
#include "output/json.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "output/quote.h"

json_t *json_need(json_t *value)
{
    if (!value)
        xalloc_fail();
    return value;
}

void json_put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, json_need(value)) < 0)
        xalloc_fail();
}

void json_add(json_t *array, json_t *value)
{
    if (json_array_append_new(array, json_need(value)) < 0)
        xalloc_fail();
}

json_t *json_text(struct slice s)
{
    struct strbuf b = STRBUF_INIT;
    json_t *value;

    quote_utf8(&b, s);
    value = json_need(json_stringn(b.data ? b.data : "", b.len));
    strbuf_release(&b);
    return value;
}

void json_print(FILE *f, json_t *value)
{
    char *line = json_dumps(value, JSON_COMPACT);

    if (!line)
        xalloc_fail();
    fputs(line, f);
    free(line);
    json_decref(value);
}
