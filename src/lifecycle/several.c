/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/several.h"

#include <stdlib.h>

#include "base/xalloc.h"

int several_add(struct several *s, const struct asset_search *search, const char *name,
                struct err *err)
{
    struct lifecycle *lc;

    if (several_find(s, name) < s->count)
        return 0;
    lc = library_load(search, name, err);
    if (!lc)
        return err->set ? -1 : err_set(err, "there is no lifecycle \"%s\"", name);
    s->lcs = xreallocarray(s->lcs, s->count + 1, sizeof *s->lcs);
    s->lcs[s->count++] = lc;
    if (lc->log != s->lcs[0]->log)
        return err_set(err,
                       "%s and %s are read from logs of different kinds, which can't be done at "
                       "once: name one of them",
                       s->lcs[0]->name, name);
    return 0;
}

void several_read(struct several *s, struct inputs *inputs, const struct feed_options *options,
                  const struct filter *filter, struct pulse *pulse)
{
    s->collections = xcalloc(s->count, sizeof *s->collections);
    collect_all(inputs, (const struct lifecycle *const *)s->lcs, s->count, options, filter,
                s->collections, pulse);
}

size_t several_find(const struct several *s, const char *name)
{
    size_t i = 0;

    while (i < s->count && strcmp(s->lcs[i]->name, name) != 0)
        i++;
    return i;
}

const struct collection *several_of(const struct several *s, const char *name)
{
    return &s->collections[several_find(s, name)];
}

void several_release(struct several *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->collections)
            collection_release(&s->collections[i]);
        lifecycle_free(s->lcs[i]);
    }
    free(s->collections);
    free(s->lcs);
    *s = (struct several)SEVERAL_INIT;
}
