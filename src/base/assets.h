/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assets.h - definitions and templates: the user's own, the installed, the embedded
 *
 * Of a kind ("parsers", "plots") folders are searched in this order: those
 * given, of parsers $CICERONE_PATH (folders parted by colons), then
 * $XDG_CONFIG_HOME/cicerone/KIND (~/.config by default), the data folder of
 * the installation, and last what is embedded in the program.
 */
#ifndef CICERONE_ASSETS_H
#define CICERONE_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/strbuf.h"

struct asset_search {
    const char *kind;
    const char *const *folders; /* of --parser-dir, first wins */
    size_t folder_count;
};

/*
 * Read the first file of that name ("tasks.json").  1 if found, 0 if there is
 * none, -1 and err if one is there but can't be read.  path tells where it was.
 */
int asset_load(const struct asset_search *search, const char *name, struct strbuf *text,
               struct strbuf *path, struct err *err);

/* Read a file, up to a size that no definition or template has. */
int asset_read(const char *path, struct strbuf *text, struct err *err);

/* The names of all files of the kind that end in suffix, sorted, each once; free() each and the
 * list. */
char **asset_names(const struct asset_search *search, const char *suffix, size_t *count);

#endif
