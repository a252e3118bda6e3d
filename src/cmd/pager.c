/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xalloc.h"

/* The variable is a command of the shell, as everywhere. */
static int spawn(int input, pid_t *pid)
{
    const char *set = getenv("PAGER");
    char *command = xstrdup(set && *set ? set : "less -R"), shell[] = "sh", flag[] = "-c";
    char *argv[] = {shell, flag, command, NULL};
    posix_spawn_file_actions_t actions;
    int error;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    error = posix_spawn(pid, "/bin/sh", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    free(command);
    return error;
}

int pager_open(struct pager *p, struct err *err)
{
    int ends[2], error;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_set(err, "can't run the pager: %s", strerror(errno));
    error = spawn(ends[0], &p->pid);
    close(ends[0]);
    p->f = error ? NULL : fdopen(ends[1], "w");
    if (p->f)
        return 0;
    close(ends[1]);
    return err_set(err, "can't run the pager: %s", strerror(error ? error : errno));
}

void pager_close(struct pager *p)
{
    fclose(p->f);
    while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
        ;
}
