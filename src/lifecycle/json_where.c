/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/json_where.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "decode/jscan.h"

/* Into a member of an object: its key's place in *at, its value returned; NULL if there is none. */
static const char *into_object(const char *p, const char *key, const char **at)
{
    struct jvalue value;
    struct jstr name;

    p = jscan_blank(p + 1);
    while (p && *p == '"') {
        const char *start = p;

        p = jscan_string(p + 1, &name);
        if (!p)
            return NULL;
        p = jscan_blank(jscan_blank(p) + 1);
        if (jscan_equals(name, key, strlen(key))) {
            *at = start;
            return p;
        }
        p = jscan_value(p, &value);
        if (p)
            p = jscan_blank(p);
        if (p && *p == ',')
            p = jscan_blank(p + 1);
    }
    return NULL;
}

static const char *into_array(const char *p, size_t index, const char **at)
{
    struct jvalue value;

    p = jscan_blank(p + 1);
    while (p && *p != ']') {
        if (index-- == 0) {
            *at = p;
            return p;
        }
        p = jscan_value(p, &value);
        if (p)
            p = jscan_blank(p);
        if (p && *p == ',')
            p = jscan_blank(p + 1);
    }
    return NULL;
}

struct json_place json_where(const char *text, size_t len, const struct json_step *steps,
                             size_t count)
{
    /* The scanner takes single lines; as blanks, line ends are as good. */
    char *copy = xmalloc(len + 1 + JSCAN_SLACK);
    const char *p, *at;
    struct json_place place = {1, 1};

    memcpy(copy, text, len);
    for (size_t i = 0; i < len; i++) {
        if (copy[i] == '\n')
            copy[i] = ' ';
    }
    memset(copy + len, '\n', 1 + JSCAN_SLACK);
    p = at = jscan_blank(copy);
    for (size_t i = 0; i < count && p; i++) {
        if (steps[i].key && *p == '{')
            p = into_object(p, steps[i].key, &at);
        else if (!steps[i].key && *p == '[')
            p = into_array(p, steps[i].index, &at);
        else
            p = NULL;
    }
    for (size_t i = 0; i < (size_t)(at - copy); i++) {
        if (text[i] == '\n') {
            place.line++;
            place.col = 1;
        } else {
            place.col++;
        }
    }
    free(copy);
    return place;
}
