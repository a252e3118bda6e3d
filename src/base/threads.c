/* SPDX-License-Identifier: Apache-2.0 */
#include "base/threads.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/regex.h"
#include "base/xalloc.h"

struct task {
    pthread_t thread;
    void (*fn)(void *context);
    void *context;
};

static void *run(void *context)
{
    const struct task *t = context;

    t->fn(t->context);
    regex_thread_release();
    return NULL;
}

void threads_run(size_t count, void (*fn)(void *context), void *const *contexts)
{
    struct task *tasks = xcalloc(count, sizeof *tasks);
    size_t others = 0;

    for (; others + 1 < count; others++) {
        tasks[others].fn = fn;
        tasks[others].context = contexts[others];
        if (pthread_create(&tasks[others].thread, NULL, run, &tasks[others]) != 0)
            break;
    }
    if (count)
        fn(contexts[others]);
    for (size_t i = 0; i < others; i++)
        pthread_join(tasks[i].thread, NULL);
    free(tasks);
}

struct loop {
    _Atomic size_t next;
    size_t count;
    void (*fn)(void *context, size_t i);
    void *context;
};

static void go_on(void *context)
{
    struct loop *loop = context;
    size_t i;

    while ((i = loop->next++) < loop->count)
        loop->fn(loop->context, i);
}

void threads_each(size_t threads, size_t count, void (*fn)(void *context, size_t i), void *context)
{
    struct loop loop = {.count = count, .fn = fn, .context = context};
    void **contexts;

    if (threads > count)
        threads = count;
    contexts = xcalloc(threads, sizeof *contexts);
    for (size_t i = 0; i < threads; i++)
        contexts[i] = &loop;
    threads_run(threads, go_on, contexts);
    free(contexts);
}
