/* SPDX-License-Identifier: Apache-2.0 */
#include "input/input.h"

#include <errno.h>
#include <fts.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "input/names.h"

static struct input *append(struct inputs *inputs, const char *path, const struct origin *origin)
{
    struct input *in;
    char *absolute;

    inputs->list = xreallocarray(inputs->list, inputs->count + 1, sizeof *inputs->list);
    in = &inputs->list[inputs->count++];
    *in = (struct input){.path = xstrdup(path)};
    if (origin) {
        in->origin = origin_new(slice_of(origin->job), slice_of(origin->index), slice_of(""));
        in->origin.fixed = true;
        in->origin.file = in->path;
        return in;
    }
    /* From within a tree the given path may lack the folders that tell. */
    absolute = realpath(path, NULL);
    in->origin = origin_of_path(absolute ? absolute : path);
    in->origin.file = in->path;
    free(absolute);
    return in;
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
            if (name_is_log(f->fts_name) || name_is_bundle(f->fts_name))
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
                      "no logs in this folder (looked for *.log, *.log.N, *.log.gz, *.log.N.gz, "
                      "*.tgz, *.tar, *.zip)");
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

const struct input *inputs_once(const struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        const struct input *in = &inputs->list[i];
        struct stat st;

        if (strcmp(in->path, "-") == 0 ||
            (stat(in->path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
            return in;
    }
    return NULL;
}

void inputs_add_again(struct inputs *inputs, const struct inputs *others)
{
    for (size_t i = 0; i < others->count; i++) {
        const struct input *in = &others->list[i];

        if (in->state != INPUT_FAILED)
            append(inputs, in->path, in->origin.fixed ? &in->origin : NULL);
    }
}

struct input *input_new_member(const struct input *bundle, const char *name, struct origin origin)
{
    struct input *in = xcalloc(1, sizeof *in);
    struct strbuf path = STRBUF_INIT;

    strbuf_str(&path, input_title(bundle));
    strbuf_str(&path, ": ");
    for (const char *p = name; *p; p++) {
        if (*p == '\n') /* a name must not look like a message of its own */
            strbuf_str(&path, "\\x0a");
        else
            strbuf_char(&path, *p);
    }
    in->path = path.data;
    in->origin = origin;
    in->origin.file = in->path;
    return in;
}

const char *input_title(const struct input *in)
{
    return strcmp(in->path, "-") == 0 ? "standard input" : in->path;
}

static void release(struct input *in)
{
    free(in->path);
    free(in->problem);
    origin_release(&in->origin);
}

void input_free_member(struct input *in)
{
    release(in);
    free(in);
}

uint64_t inputs_bytes(const struct inputs *inputs)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < inputs->count; i++) {
        for (const struct input *in = &inputs->list[i]; in; in = in->next)
            bytes += in->bytes;
    }
    return bytes;
}

size_t inputs_files(const struct inputs *inputs)
{
    size_t count = 0;

    for (size_t i = 0; i < inputs->count; i++) {
        for (const struct input *in = &inputs->list[i]; in; in = in->next)
            count += !in->bundle;
    }
    return count;
}

void inputs_release(struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        struct input *in = inputs->list[i].next;

        while (in) {
            struct input *next = in->next;

            input_free_member(in);
            in = next;
        }
        release(&inputs->list[i]);
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
