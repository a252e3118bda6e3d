/* SPDX-License-Identifier: Apache-2.0 */
#include "input/origin.h"

#include <stdlib.h>

#include "base/strbuf.h"
#include "base/xalloc.h"

/* An index has no more digits; more are a date. */
#define INDEX_DIGITS_MOST 5
#define UUID_LEN          36

struct origin origin_new(struct slice job, struct slice index, struct slice process)
{
    struct origin o = {xmemdup0(job.p, job.len),
                       xmemdup0(index.p, index.len),
                       NULL,
                       xmemdup0(process.p, process.len),
                       NULL,
                       false};
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
    if (n == folder.len || n < 2 || folder.p[n - 1] != '-' || folder.len - n > INDEX_DIGITS_MOST)
        return false;
    *job = (struct slice){folder.p, n - 1};
    *index = (struct slice){folder.p + n, folder.len - n};
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t count_digits(struct slice s)
{
    size_t n = 0;

    while (n < s.len && is_digit(s.p[n]))
        n++;
    return n;
}

/* Does it begin with "15852747-1134-5645-9019-0b264092aebf"? */
static bool begins_with_uuid(struct slice s)
{
    if (s.len < UUID_LEN)
        return false;
    for (size_t i = 0; i < UUID_LEN; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? s.p[i] != '-'
                 : !is_digit(s.p[i]) && !((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'f'))
            return false;
    }
    return true;
}

/* "0", a uuid, and either with "-20180326-235703-1" behind: what comes before that; else empty. */
static struct slice index_of_word(struct slice word)
{
    size_t n = begins_with_uuid(word) ? UUID_LEN : count_digits(word);
    struct slice rest = {word.p + n, word.len - n};

    if (n && n < UUID_LEN && n > INDEX_DIGITS_MOST)
        return (struct slice){"", 0};
    if (rest.len && !(rest.len > 9 && rest.p[0] == '-' &&
                      count_digits((struct slice){rest.p + 1, rest.len - 1}) == 8))
        return (struct slice){"", 0};
    return (struct slice){word.p, n};
}

/*
 * "cell_z1.0.2015-09-01-07-18-54", "diego_cell.UUID.2018-03-26-...",
 * "cf.diego-cell.0-20180326-235703-1": the first word between dots that is an
 * index, behind one that begins as a name does.  Digits count only where a
 * date comes next, or of a file's name its ending: "release-1.2.3" is no VM.
 */
static bool part_dots(struct slice name, bool file, struct slice *job, struct slice *index)
{
    struct slice before = {"", 0};

    for (size_t at = 0; at < name.len;) {
        const char *dot = memchr(name.p + at, '.', name.len - at);
        size_t end = dot ? (size_t)(dot - name.p) : name.len;
        struct slice word = {name.p + at, end - at}, i = index_of_word(word);
        struct slice next = {name.p + end + (dot != NULL), name.len - end - (dot != NULL)};
        size_t digits = count_digits(next);

        if (i.len && before.len && !is_digit(before.p[0]) &&
            (i.len == UUID_LEN || i.len < word.len || (file && digits == 0) || digits >= 4)) {
            *job = before;
            *index = i;
            return true;
        }
        before = word;
        at = end + 1;
    }
    return false;
}

/* The VM that a folder names, with the one it is in. */
static bool part_folder(struct slice folder, struct slice parents, struct slice *job,
                        struct slice *index)
{
    if (folder.len == UUID_LEN && begins_with_uuid(folder)) {
        *index = folder;
        return pop(&parents, job) && !slice_eq(*job, slice_of("."));
    }
    return part_dots(folder, false, job, index) || part_job(folder, job, index);
}

struct origin origin_of_path(const char *path)
{
    struct slice rest = slice_of(path), file, process = {"", 0}, folder, job = {"", 0},
                 index = {"", 0};

    if (pop(&rest, &file) && pop(&rest, &process)) {
        /* JOB-INDEX/FILE is met as well */
        if (part_folder(process, rest, &job, &index))
            return origin_new(job, index, (struct slice){"", 0});
        if (pop(&rest, &folder) && part_folder(folder, rest, &job, &index))
            return origin_new(job, index, process);
    }
    return origin_new((struct slice){"", 0}, (struct slice){"", 0}, (struct slice){"", 0});
}

/* ---- bundles ---- */

/* The innermost of some folders that names a VM. */
static bool part_folders(struct slice path, struct slice *job, struct slice *index)
{
    struct slice folder;

    while (pop(&path, &folder)) {
        if (part_folder(folder, path, job, index))
            return true;
    }
    return false;
}

struct origin origin_of_member(const char *name, const struct origin *around)
{
    struct slice rest = slice_of(name), file, above, job, index, process = {"", 0};

    if (!pop(&rest, &file))
        rest.len = 0;
    above = rest;
    if (pop(&above, &process) &&
        (part_folder(process, above, &job, &index) || slice_eq(process, slice_of("."))))
        process.len = 0;
    if (around->fixed || !part_folders(rest, &job, &index)) {
        job = slice_of(around->job);
        index = slice_of(around->index);
    }
    return origin_new(job, index, process);
}

struct origin origin_of_bundle(const char *name, const struct origin *around)
{
    struct slice rest = slice_of(name), file = {"", 0}, job, index;
    struct origin o;

    pop(&rest, &file);
    if (around->fixed ||
        !(part_dots(file, true, &job, &index) || part_folders(rest, &job, &index))) {
        job = slice_of(around->job);
        index = slice_of(around->index);
    }
    o = origin_new(job, index, (struct slice){"", 0});
    o.fixed = around->fixed;
    return o;
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
    *o = (struct origin){0};
}
