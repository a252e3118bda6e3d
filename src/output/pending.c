/* SPDX-License-Identifier: Apache-2.0 */
#include "output/pending.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#define PENDING_MOST 80

static struct {
    const char *path;
    pid_t child;
    volatile sig_atomic_t used; /* set when the others are */
} pending[PENDING_MOST];

static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

static void clean_up(int sig)
{
    for (size_t i = 0; i < PENDING_MOST; i++) {
        if (!pending[i].used)
            continue;
        if (pending[i].child > 0) { /* it must not make the file anew */
            kill(pending[i].child, SIGKILL);
            waitpid(pending[i].child, NULL, 0);
        }
        unlink(pending[i].path);
    }
    /* its disposition is the default again (SA_RESETHAND), so this ends it */
    raise(sig);
}

static void catch_signals(void)
{
    static bool caught;
    struct sigaction act = {.sa_handler = clean_up, .sa_flags = (int)SA_RESETHAND};

    if (caught)
        return;
    caught = true;
    sigemptyset(&act.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaddset(&act.sa_mask, signals[i]);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct sigaction old;

        if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(signals[i], &act, NULL);
    }
}

int pending_add(const char *path, pid_t child)
{
    catch_signals();
    for (int i = 0; i < PENDING_MOST; i++) {
        if (pending[i].used)
            continue;
        pending[i].path = path;
        pending[i].child = child;
        atomic_signal_fence(memory_order_seq_cst);
        pending[i].used = 1;
        return i;
    }
    return -1;
}

void pending_done(int number)
{
    if (number >= 0)
        pending[number].used = 0;
}
