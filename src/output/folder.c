/* SPDX-License-Identifier: Apache-2.0 */
#include "output/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "output/pending.h"

int folder_make(const char *path, struct err *err)
{
    char *copy = xstrdup(path);
    struct stat st;
    int rc = 0;

    for (char *p = copy + 1; rc == 0; p++) {
        char c = *p;

        if (c != '/' && c != '\0')
            continue;
        *p = '\0';
        if (mkdir(copy, 0777) < 0 && errno != EEXIST)
            rc = err_set(err, "%s: can't make this folder: %s", copy, strerror(errno));
        *p = c;
        if (!c)
            break;
    }
    if (rc == 0 && (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)))
        rc = err_set(err, "%s: is not a folder", path);
    free(copy);
    return rc;
}

int folder_lock(const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return 0;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) /* until the end: it stays open */
        return 0;
    if (errno == EWOULDBLOCK)
        err_set(err, "%s: another run writes to this folder", path);
    close(fd);
    return err->set ? -1 : 0;
}

int out_file_open(struct out_file *o, const char *folder, const char *name, struct err *err)
{
    struct strbuf b = STRBUF_INIT;

    strbuf_printf(&b, "%s/%s", folder, name);
    o->path = b.data;
    b = (struct strbuf)STRBUF_INIT;
    strbuf_printf(&b, "%s/.%s.%ld.part", folder, name, (long)getpid());
    o->temporary = b.data;
    o->pending = pending_add(o->temporary, 0);
    o->f = fopen(o->temporary, "we");
    if (!o->f) {
        err_set(err, "%s: can't write: %s", o->path, strerror(errno));
        pending_done(o->pending);
        free(o->path);
        free(o->temporary);
        return -1;
    }
    return 0;
}

int out_file_open_path(struct out_file *o, const char *path, struct err *err)
{
    struct stat st;
    bool there = stat(path, &st) == 0;
    char *real = there ? realpath(path, NULL) : NULL, *whole, *slash;
    int rc = 0;

    if (there && !S_ISREG(st.st_mode)) {
        free(real);
        *o = (struct out_file){.path = xstrdup(path), .f = fopen(path, "we"), .pending = -1};
        if (!o->f) {
            rc = err_set(err, "%s: can't write: %s", path, strerror(errno));
            free(o->path);
        }
        return rc;
    }
    whole = real ? real : xstrdup(path);
    slash = strrchr(whole, '/');
    if (slash)
        *slash = '\0';
    rc = out_file_open(o,
                       !slash           ? "."
                       : slash == whole ? "/"
                                        : whole,
                       slash ? slash + 1 : whole, err);
    free(whole);
    return rc;
}

void out_file_release(struct out_file *o)
{
    pending_done(o->pending);
    free(o->path);
    free(o->temporary);
}

/*
 * Put a file in the place of another one, at once.  A plain file that is there already is exchanged
 * for it and then removed: at a rename over it ext4 would first send the new one to the disk
 * (auto_da_alloc), which takes longer than to write it.  Without that a file may be empty if the
 * power fails soon after, be it in the place of another one or not.
 */
static bool put_in_place(const char *from, const char *to)
{
    struct stat st;
    int saved;

    if (lstat(to, &st) < 0 || !S_ISREG(st.st_mode) ||
        renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) != 0)
        return rename(from, to) == 0;
    if (unlink(from) == 0)
        return true;
    saved = errno; /* what is there now is no file, or may not be removed */
    renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE);
    errno = saved;
    return false;
}

int out_file_end(struct out_file *o, struct err *err)
{
    bool failed = ferror(o->f) != 0;
    int rc = 0;

    if (fclose(o->f) != 0 || failed || (o->temporary && !put_in_place(o->temporary, o->path))) {
        rc = err_set(err, "%s: can't write: %s", o->path, strerror(errno));
        if (o->temporary)
            unlink(o->temporary);
    }
    return rc;
}

int out_file_close(struct out_file *o, struct err *err)
{
    int rc = out_file_end(o, err);

    out_file_release(o);
    return rc;
}

void out_file_discard(struct out_file *o)
{
    fclose(o->f);
    if (o->temporary)
        unlink(o->temporary);
    out_file_release(o);
}
