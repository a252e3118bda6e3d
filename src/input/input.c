/* SPDX-License-Identifier: Apache-2.0 */
#include "input/input.h"

#include <errno.h>
#include <fts.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/strbuf.h"
#include "base/xalloc.h"

static struct input *append(struct inputs *inputs, const char *path, const struct origin *origin)
{
    struct input *in;
    char *absolute;

    inputs->list = xreallocarray(inputs->list, inputs->count + 1, sizeof *inputs->list);
    in = &inputs->list[inputs->count++];
    *in = (struct input){.path = xstrdup(path)};
    if (origin) {
        in->origin = origin_new(slice_of(origin->job), slice_of(origin->index), slice_of(""));
        return in;
    }
    /* From within a tree the given path may lack the folders that tell. */
    absolute = realpath(path, NULL);
    in->origin = origin_of_path(absolute ? absolute : path);
    free(absolute);
    return in;
}

static bool ends_with(const char *name, size_t *len, const char *tail)
{
    size_t n = strlen(tail);

    if (*len <= n || memcmp(name + *len - n, tail, n) != 0)
        return false;
    *len -= n;
    return true;
}

/* *.log, *.log.3, *.log.gz, *.log.3.gz */
static bool is_log_name(const char *name)
{
    size_t len = strlen(name), digits;

    ends_with(name, &len, ".gz");
    digits = len;
    while (digits && name[digits - 1] >= '0' && name[digits - 1] <= '9')
        digits--;
    if (digits < len && digits > 0 && name[digits - 1] == '.')
        len = digits - 1;
    return ends_with(name, &len, ".log");
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void walk(struct inputs *inputs, const char *folder, const struct origin *origin)
{
    char *path = xstrdup(folder), *paths[2] = {path, NULL};
    FTS *fts = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    size_t before = inputs->count;
    FTSENT *f;

    while (fts && (f = fts_read(fts))) {
        switch (f->fts_info) {
        case FTS_F:
        case FTS_DEFAULT:
            if (is_log_name(f->fts_name))
                append(inputs, f->fts_path, origin);
            break;
        case FTS_DNR:
        case FTS_ERR:
        case FTS_NS:
            input_problem(append(inputs, f->fts_path, origin), INPUT_FAILED, "%s",
                          strerror(f->fts_errno));
            break;
        default: /* folders, loops and links to nowhere */
            break;
        }
    }
    if (!fts)
        input_problem(append(inputs, folder, origin), INPUT_FAILED, "%s", strerror(errno));
    else
        fts_close(fts);
    if (inputs->count == before)
        input_problem(append(inputs, folder, origin), INPUT_FAILED,
                      "no logs in this folder (looked for *.log, *.log.N, *.log.gz, *.log.N.gz)");
    free(path);
}

void inputs_add(struct inputs *inputs, const char *argument, const struct origin *origin)
{
    struct stat st;

    if (strcmp(argument, "-") != 0 && stat(argument, &st) == 0 && S_ISDIR(st.st_mode))
        walk(inputs, argument, origin);
    else
        append(inputs, argument, origin);
}

void inputs_release(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        free(inputs->list[i].path);
        free(inputs->list[i].problem);
        origin_release(&inputs->list[i].origin);
    }
    free(inputs->list);
    *inputs = (struct inputs)INPUTS_INIT;
}

void input_problem(struct input *in, enum input_state state, const char *format, ...)
{
    struct strbuf text = STRBUF_INIT;
    va_list args;

    if (state > in->state)
        in->state = state;
    if (in->problem)
        return;
    va_start(args, format);
    strbuf_vprintf(&text, format, args);
    va_end(args);
    in->problem = text.data;
}
