/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/xalloc.h"
#include "cmd/command.h"
#include "cmd/progress.h"

/* Standard output must have taken everything: a full disk is an error. */
static enum exit_status close_output(enum exit_status status)
{
    bool failed = ferror(stdout) != 0;

    errno = 0;
    if (fflush(stdout) == 0 && !failed)
        return status;
    if (errno != EPIPE)
        diag("standard output: can't write all of it%s%s", errno ? ": " : "",
             errno ? strerror(errno) : "");
    return errno == EPIPE ? status : EXIT_IO;
}

int main(int argc, char **argv)
{
    static char help[] = "help";
    char *alone[] = {help, NULL};

    xalloc_give_back();
    progress_hold_signal();
    if (argc < 2) {
        command_dispatch(1, alone);
        close_output(EXIT_DONE);
        return (int)EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        puts("cicerone " VERSION);
        return (int)close_output(EXIT_DONE);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        argv[1] = help;
    return (int)close_output(command_dispatch(argc - 1, argv + 1));
}
