/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/following.h"

#include <string.h>
#include <unistd.h>

#include "base/diag.h"

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

static void say(const struct input *in, const char *text)
{
    diag("%s: %s", strcmp(in->path, "-") == 0 ? "standard input" : in->path, text);
}

struct follow *following_open(struct reading *r, uint64_t lines)
{
    const struct follow_options options = {.max_line_bytes = r->max_line,
                                           .lines = lines,
                                           .output_fd = STDOUT_FILENO,
                                           .stop = &stopped,
                                           .say = say};
    /* a second signal ends the program at once */
    struct sigaction action = {.sa_handler = stop, .sa_flags = SA_RESTART | (int)SA_RESETHAND};

    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    return follow_open(&r->inputs, &options);
}
