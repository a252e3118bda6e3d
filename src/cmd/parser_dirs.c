/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/parser_dirs.h"

#include <stdlib.h>

#include "base/xalloc.h"

static int add(void *settings, const char *value, struct err *err)
{
    struct parser_dirs *dirs = settings;

    (void)err;
    dirs->list = xreallocarray(dirs->list, dirs->count + 1, sizeof *dirs->list);
    dirs->list[dirs->count++] = value;
    return 0;
}

const struct option_row parser_dir_options[] = {
    {.kind = OPTION_CALL,
     .name = "parser-dir",
     .value = "DIR",
     .call = add,
     .about = "look for lifecycle definitions here first; may be repeated"},
    {.kind = OPTION_END},
};

struct asset_search parser_dirs_search(const struct parser_dirs *dirs)
{
    return (struct asset_search){"parsers", dirs->list, dirs->count};
}

void parser_dirs_release(struct parser_dirs *dirs)
{
    free(dirs->list);
    *dirs = (struct parser_dirs){NULL, 0};
}
