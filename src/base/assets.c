/* SPDX-License-Identifier: Apache-2.0 */
#include "base/assets.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/embedded.h"
#include "base/xalloc.h"

#define MAX_BYTES ((size_t)16 << 20)

/* Call fn with each folder of the search, in order, until it returns other than 0. */
typedef int folder_fn(void *context, const char *folder);

static int each_given(const struct asset_search *s, folder_fn *fn, void *context)
{
    const char *list = getenv("CICERONE_PATH");
    int rc = 0;

    for (size_t i = 0; i < s->folder_count && rc == 0; i++)
        rc = fn(context, s->folders[i]);
    if (!list || strcmp(s->kind, "parsers") != 0)
        return rc;
    while (rc == 0 && *list) {
        size_t n = strcspn(list, ":");
        char *folder = xmemdup0(list, n);

        if (n)
            rc = fn(context, folder);
        free(folder);
        list += n + (list[n] == ':');
    }
    return rc;
}

static int each_folder(const struct asset_search *s, folder_fn *fn, void *context)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    struct strbuf folder = STRBUF_INIT;
    int rc = each_given(s, fn, context);

    if (rc == 0 && config && *config)
        strbuf_printf(&folder, "%s/cicerone/%s", config, s->kind);
    else if (rc == 0 && home && *home)
        strbuf_printf(&folder, "%s/.config/cicerone/%s", home, s->kind);
    if (folder.len)
        rc = fn(context, folder.data);
    strbuf_reset(&folder);
    strbuf_printf(&folder, "%s/%s", PKGDATADIR, s->kind);
    if (rc == 0)
        rc = fn(context, folder.data);
    strbuf_release(&folder);
    return rc;
}

int asset_read(const char *path, struct strbuf *text, struct err *err)
{
    FILE *f = fopen(path, "re");
    size_t n;
    int rc = 0;

    if (!f)
        return err_set(err, "%s: %s", path, strerror(errno));
    do {
        n = fread(strbuf_room(text, 65536), 1, 65536, f);
        text->len += n;
    } while (n && text->len <= MAX_BYTES);
    if (ferror(f))
        rc = err_set(err, "%s: %s", path, strerror(errno));
    else if (text->len > MAX_BYTES)
        rc = err_set(err, "%s: is larger than any definition or template", path);
    strbuf_add(text, "", 0);
    fclose(f);
    return rc;
}

struct lookup {
    const char *name;
    struct strbuf *text, *path;
    struct err *err;
};

static int look(void *context, const char *folder)
{
    struct lookup *l = context;
    FILE *f;

    strbuf_reset(l->path);
    strbuf_printf(l->path, "%s/%s", folder, l->name);
    f = fopen(l->path->data, "re");
    if (!f)
        return errno == ENOENT || errno == ENOTDIR
                   ? 0
                   : err_set(l->err, "%s: %s", l->path->data, strerror(errno));
    fclose(f);
    return asset_read(l->path->data, l->text, l->err) < 0 ? -1 : 1;
}

int asset_load(const struct asset_search *search, const char *name, struct strbuf *text,
               struct strbuf *path, struct err *err)
{
    struct lookup l = {name, text, path, err};
    const struct embedded *e;
    int rc = strchr(name, '/') ? 0 : each_folder(search, look, &l);

    if (rc)
        return rc;
    strbuf_reset(path);
    strbuf_printf(path, "%s/%s", search->kind, name);
    e = embedded_find(path->data);
    if (!e)
        return 0;
    strbuf_add(text, e->bytes, e->len);
    strbuf_str(path, " (embedded)");
    return 1;
}

struct names {
    char **list;
    size_t count;
    const char *suffix;
};

static void add_name(struct names *n, const char *name)
{
    size_t len = strlen(name), tail = strlen(n->suffix);

    if (len <= tail || strcmp(name + len - tail, n->suffix) != 0)
        return;
    n->list = xreallocarray(n->list, n->count + 1, sizeof *n->list);
    n->list[n->count++] = xstrdup(name);
}

static int list_folder(void *context, const char *folder)
{
    DIR *d = opendir(folder);
    struct dirent *entry;

    while (d && (entry = readdir(d)))
        add_name(context, entry->d_name);
    if (d)
        closedir(d);
    return 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **asset_names(const struct asset_search *search, const char *suffix, size_t *count)
{
    struct names n = {NULL, 0, suffix};
    size_t len = strlen(search->kind), kept = 0;

    each_folder(search, list_folder, &n);
    for (const struct embedded *e = embedded_files; e->path; e++) {
        if (strncmp(e->path, search->kind, len) == 0 && e->path[len] == '/')
            add_name(&n, e->path + len + 1);
    }
    if (n.count)
        qsort(n.list, n.count, sizeof *n.list, by_text);
    for (size_t i = 0; i < n.count; i++) {
        if (kept && strcmp(n.list[kept - 1], n.list[i]) == 0)
            free(n.list[i]);
        else
            n.list[kept++] = n.list[i];
    }
    *count = kept;
    return n.list;
}
