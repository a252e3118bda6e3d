/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/library.h"

#include <stdlib.h>

static const char suffix[] = ".json";

/* Load a text; its name must be that of its file, for that is how it is called. */
static struct lifecycle *load(const char *path, const struct strbuf *text, const char *name,
                              struct err *err)
{
    struct lifecycle *lc = lifecycle_load(path, text->data, text->len, err);

    if (lc && name && strcmp(lc->name, name) != 0) {
        err_set(err, "%s: its \"name\" is \"%s\", so the file must be named %s.json", path,
                lc->name, lc->name);
        lifecycle_free(lc);
        return NULL;
    }
    return lc;
}

struct lifecycle *library_load(const struct asset_search *search, const char *name, struct err *err)
{
    struct strbuf file = STRBUF_INIT, text = STRBUF_INIT, path = STRBUF_INIT;
    struct lifecycle *lc = NULL;

    strbuf_printf(&file, "%s%s", name, suffix);
    if (asset_load(search, file.data, &text, &path, err) > 0)
        lc = load(path.data, &text, name, err);
    strbuf_release(&file);
    strbuf_release(&text);
    strbuf_release(&path);
    return lc;
}

struct lifecycle *library_load_file(const char *path, struct err *err)
{
    struct strbuf text = STRBUF_INIT;
    struct lifecycle *lc = NULL;

    if (asset_read(path, &text, err) == 0)
        lc = load(path, &text, NULL, err);
    strbuf_release(&text);
    return lc;
}

char **library_names(const struct asset_search *search, size_t *count)
{
    char **names = asset_names(search, suffix, count);

    for (size_t i = 0; i < *count; i++)
        names[i][strlen(names[i]) - strlen(suffix)] = '\0';
    return names;
}
