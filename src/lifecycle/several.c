/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/several.h"

#include <stdlib.h>

#include "base/threads.h"
#include "base/xalloc.h"

/* A lifecycle on its way. */
struct loading {
    const struct asset_search *search;
    const char *name;
    struct lifecycle *lc;
    struct err err;
};

static void load(void *context, size_t i)
{
    struct loading *l = (struct loading *)context + i;

    l->lc = library_load(l->search, l->name, &l->err);
    if (!l->lc && !l->err.set)
        err_set(&l->err, "there is no lifecycle \"%s\"", l->name);
}

static bool is_among(const struct loading *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].name, name) == 0)
            return true;
    }
    return false;
}

/* Take a lifecycle that was loaded. */
static int take(struct several *s, struct lifecycle *lc, struct err *err)
{
    s->lcs = xreallocarray(s->lcs, s->count + 1, sizeof *s->lcs);
    s->lcs[s->count++] = lc;
    if (lc->log != s->lcs[0]->log)
        return err_set(err,
                       "%s and %s are read from logs of different kinds, which can't be done at "
                       "once: name one of them",
                       s->lcs[0]->name, lc->name);
    return 0;
}

int several_add_all(struct several *s, const struct asset_search *search, const char *const *names,
                    size_t count, size_t threads, struct err *err)
{
    struct loading *list = xcalloc(count, sizeof *list);
    size_t wanted = 0;
    int rc = 0;

    for (size_t i = 0; i < count; i++) {
        if (several_find(s, names[i]) == s->count && !is_among(list, wanted, names[i]))
            list[wanted++] = (struct loading){.search = search, .name = names[i], .err = ERR_INIT};
    }
    threads_each(threads, wanted, load, list);
    for (size_t i = 0; i < wanted; i++) {
        if (rc < 0)
            lifecycle_free(list[i].lc);
        else if (list[i].lc)
            rc = take(s, list[i].lc, err);
        else
            rc = err_set(err, "%s", list[i].err.text);
    }
    free(list);
    return rc;
}

int several_add(struct several *s, const struct asset_search *search, const char *name,
                struct err *err)
{
    return several_add_all(s, search, &name, 1, 1, err);
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
