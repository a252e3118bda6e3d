/* SPDX-License-Identifier: Apache-2.0 */
#include "input/origin.h"

#include <stdlib.h>

#include "base/strbuf.h"
#include "base/xalloc.h"

struct origin origin_new(struct slice job, struct slice index, struct slice process)
{
    struct origin o = {xmemdup0(job.p, job.len), xmemdup0(index.p, index.len), NULL,
                       xmemdup0(process.p, process.len)};
    struct strbuf vm = STRBUF_INIT;

    if (job.len || index.len) {
        strbuf_slice(&vm, job);
        strbuf_char(&vm, '/');
        strbuf_slice(&vm, index);
    }
    o.vm = vm.data ? vm.data : xstrdup("");
    return o;
}

/* Take the last part of a path off its end; false if there is none. */
static bool pop(struct slice *path, struct slice *part)
{
    size_t n;

    while (path->len && path->p[path->len - 1] == '/')
        path->len--;
    for (n = path->len; n && path->p[n - 1] != '/'; n--)
        ;
    *part = (struct slice){path->p + n, path->len - n};
    path->len = n;
    return part->len > 0;
}

/* "cell_z1-0" parted at its last dash; false if no digits stand behind one. */
static bool part_job(struct slice folder, struct slice *job, struct slice *index)
{
    size_t n = folder.len;

    while (n && folder.p[n - 1] >= '0' && folder.p[n - 1] <= '9')
        n--;
    if (n == folder.len || n < 2 || folder.p[n - 1] != '-')
        return false;
    *job = (struct slice){folder.p, n - 1};
    *index = (struct slice){folder.p + n, folder.len - n};
    return true;
}

struct origin origin_of_path(const char *path)
{
    struct slice rest = slice_of(path), file, process = {"", 0}, folder, job = {"", 0},
                 index = {"", 0};

    if (pop(&rest, &file) && pop(&rest, &process)) {
        /* JOB-INDEX/FILE is met as well */
        if (part_job(process, &job, &index))
            return origin_new(job, index, (struct slice){"", 0});
        if (pop(&rest, &folder) && part_job(folder, &job, &index))
            return origin_new(job, index, process);
    }
    return origin_new((struct slice){"", 0}, (struct slice){"", 0}, (struct slice){"", 0});
}

bool origin_of_option(const char *text, struct origin *origin)
{
    const char *slash = strrchr(text, '/');

    if (!slash || slash == text || !slash[1])
        return false;
    *origin = origin_new((struct slice){text, (size_t)(slash - text)}, slice_of(slash + 1),
                         (struct slice){"", 0});
    return true;
}

void origin_release(struct origin *o)
{
    free(o->job);
    free(o->index);
    free(o->vm);
    free(o->process);
    *o = (struct origin){NULL, NULL, NULL, NULL};
}
