/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parser_dirs.h - the option --parser-dir, the same for all commands that know lifecycles
 */
#ifndef CICERONE_PARSER_DIRS_H
#define CICERONE_PARSER_DIRS_H

#include "base/assets.h"
#include "cmd/options.h"

struct parser_dirs {
    const char **list; /* as they stand in the arguments */
    size_t count;
};

/* The only row of its table; the settings are a struct parser_dirs. */
extern const struct option_row parser_dir_options[];

/* The row for it in a command's table: a struct parser_dirs of its settings, at this offset. */
#define PARSER_DIRS_ROW(at)                                                                        \
    {                                                                                              \
        .kind = OPTION_TABLE, .table = parser_dir_options, .offset = (at),                         \
        .about = "definitions of lifecycles"                                                       \
    }

struct asset_search parser_dirs_search(const struct parser_dirs *dirs);
void parser_dirs_release(struct parser_dirs *dirs);

#endif
