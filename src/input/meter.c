/* SPDX-License-Identifier: Apache-2.0 */
#include "input/meter.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/nstime.h"

static _Atomic uint64_t bytes_read, lines_read;

/* These change once per file. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *current_phase = "reading", *current_path;
static int64_t begun_ns;
static size_t files_read;

static int64_t now_ns(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * NS_PER_SECOND + ts.tv_nsec;
}

void meter_begin(const char *phase)
{
    pthread_mutex_lock(&lock);
    current_phase = phase;
    begun_ns = now_ns();
    files_read = 0;
    atomic_store_explicit(&bytes_read, 0, memory_order_relaxed);
    atomic_store_explicit(&lines_read, 0, memory_order_relaxed);
    pthread_mutex_unlock(&lock);
}

void meter_add_bytes(uint64_t bytes)
{
    atomic_fetch_add_explicit(&bytes_read, bytes, memory_order_relaxed);
}

void meter_add_lines(uint64_t lines)
{
    atomic_fetch_add_explicit(&lines_read, lines, memory_order_relaxed);
}

void meter_name_file(const char *path)
{
    pthread_mutex_lock(&lock);
    current_path = path;
    pthread_mutex_unlock(&lock);
}

void meter_close_file(const char *path)
{
    pthread_mutex_lock(&lock);
    files_read++;
    if (current_path == path)
        current_path = NULL;
    pthread_mutex_unlock(&lock);
}

void meter_look(struct meter *out, struct strbuf *name)
{
    pthread_mutex_lock(&lock);
    *out = (struct meter){
        .phase = current_phase,
        .elapsed_ns = now_ns() - begun_ns,
        .bytes = atomic_load_explicit(&bytes_read, memory_order_relaxed),
        .lines = atomic_load_explicit(&lines_read, memory_order_relaxed),
        .files = files_read,
    };
    if (current_path)
        strbuf_str(name, current_path);
    pthread_mutex_unlock(&lock);
}
