/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/progress.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/nstime.h"
#include "cmd/terminal.h"
#include "input/meter.h"
#include "output/quote.h"
#include "output/run.h"

#define FIRST_NS (NS_PER_SECOND)
#define DRAW_NS  (NS_PER_SECOND / 5)
#define LINE_NS  (5 * NS_PER_SECOND)

#define NAME_LEAST  12 /* columns below which a name is not worth showing */
#define STACK_BYTES ((size_t)256 * 1024)

/*
 * One at a time, as there is one standard error.  The thread is not waited for at the end, which
 * would cost a short run more than all the rest of this.
 */
static struct {
    pthread_mutex_t lock; /* held while the thread is at work, and for the next */
    bool running;
    enum progress_mode mode;
    const struct inputs *inputs;
    bool added_up; /* total_bytes is set */
    uint64_t total_bytes;
} progress = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- what is said ---- */

/* The bytes of all files; 0 if that can't be known, for there is a pipe. */
static uint64_t add_up(const struct inputs *inputs)
{
    uint64_t total = 0;

    for (size_t i = 0; i < inputs->count; i++) {
        const char *path = inputs->list[i].path;
        struct stat st;
        int rc = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &st) : stat(path, &st);

        if (rc < 0)
            continue; /* which will be said when it is read */
        if (!S_ISREG(st.st_mode))
            return 0;
        total += (uint64_t)st.st_size;
    }
    return total;
}

/* Looked up when it is first wanted, for most runs are over before. */
static uint64_t total_bytes(void)
{
    if (!progress.added_up)
        progress.total_bytes = add_up(progress.inputs);
    progress.added_up = true;
    return progress.total_bytes;
}

static void add_time_left(struct strbuf *b, double seconds)
{
    if (seconds < 60) {
        strbuf_printf(b, ", %ds left", (int)seconds + 1);
    } else if (seconds < 1e9) {
        strbuf_str(b, ", ");
        nstime_add_human(b, (int64_t)seconds * NS_PER_SECOND, true);
        strbuf_str(b, " left");
    }
}

/* The name of what is read, harmless; nothing if nothing is. */
static void add_name(struct strbuf *b, const struct strbuf *path)
{
    if (path->len)
        quote_plain(b, strcmp(path->data, "-") == 0 ? slice_of("standard input")
                                                    : (struct slice){path->data, path->len});
}

/* "reading: 1.23 GB of 4.70 GB, 26 %, 312 MB/s, 12s left" */
static void add_numbers(struct strbuf *b, const struct meter *m)
{
    uint64_t total = total_bytes();
    double seconds = (double)m->elapsed_ns / (double)NS_PER_SECOND,
           rate = seconds > 0 ? (double)m->bytes / seconds : 0;

    strbuf_printf(b, "%s: ", m->phase);
    add_bytes(b, m->bytes);
    if (total) {
        uint64_t done = m->bytes < total ? m->bytes : total;

        strbuf_str(b, " of ");
        add_bytes(b, total);
        strbuf_printf(b, ", %d %%", (int)(100.0 * (double)done / (double)total));
    }
    strbuf_str(b, ", ");
    add_bytes(b, (uint64_t)rate);
    strbuf_str(b, "/s");
    if (total > m->bytes && rate >= 1)
        add_time_left(b, (double)(total - m->bytes) / rate);
}

/* All that is known, in a line. */
static void say(void)
{
    struct strbuf b = STRBUF_INIT, name = STRBUF_INIT;
    struct meter m;

    meter_look(&m, &name);
    add_numbers(&b, &m);
    strbuf_printf(&b, ", %zu of %zu files, ", m.files, progress.inputs->count);
    add_count(&b, m.lines);
    strbuf_str(&b, " lines");
    strbuf_str(&b, name.len ? ": " : "");
    add_name(&b, &name);
    diag("%s", b.data);
    strbuf_release(&b);
    strbuf_release(&name);
}

/* ---- what is drawn ---- */

static bool continues(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/*
 * As much of a text as fits, without its middle if need be.  Bytes are counted: no character of
 * UTF-8 takes more columns than it has bytes.
 */
static void add_shortened(struct strbuf *b, struct slice text, size_t columns)
{
    size_t head, tail;

    if (text.len <= columns) {
        strbuf_slice(b, text);
        return;
    }
    head = (columns - 3) / 3;
    tail = text.len - (columns - 3 - head);
    while (head && continues(text.p[head]))
        head--;
    while (tail < text.len && continues(text.p[tail]))
        tail++;
    strbuf_add(b, text.p, head);
    strbuf_str(b, "...");
    strbuf_add(b, text.p + tail, text.len - tail);
}

static void draw(void)
{
    struct strbuf b = STRBUF_INIT, name = STRBUF_INIT, shown = STRBUF_INIT;
    size_t columns = terminal_size(STDERR_FILENO).columns - 1; /* a full line would wrap */
    struct meter m;

    meter_look(&m, &name);
    add_numbers(&b, &m);
    if (b.len > columns)
        b.len = columns;
    add_name(&shown, &name);
    if (shown.len && b.len + 2 + NAME_LEAST <= columns) {
        strbuf_str(&b, ", ");
        add_shortened(&b, (struct slice){shown.data, shown.len}, columns - b.len);
    }
    diag_draw((struct slice){b.data, b.len});
    strbuf_release(&b);
    strbuf_release(&name);
    strbuf_release(&shown);
}

/* ---- the thread ---- */

static sigset_t the_signal(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    return set;
}

/* What is due when the thread was woken; how long it may sleep then. */
static int64_t work(bool asked)
{
    switch (progress.mode) {
    case PROGRESS_DRAWN:
        asked ? say() : draw();
        return DRAW_NS;
    case PROGRESS_LINES:
        say();
        return LINE_NS;
    case PROGRESS_ASKED:
        say();
        break;
    }
    return INT64_MAX;
}

static void *run(void *mode)
{
    sigset_t set = the_signal();
    int64_t wait_ns = *(enum progress_mode *)mode == PROGRESS_ASKED ? INT64_MAX : FIRST_NS;
    bool running = true;

    while (running) {
        struct timespec wait = {wait_ns / NS_PER_SECOND, wait_ns % NS_PER_SECOND};
        int sig = wait_ns == INT64_MAX ? sigwaitinfo(&set, NULL) : sigtimedwait(&set, NULL, &wait);

        pthread_mutex_lock(&progress.lock);
        running = progress.running;
        if (running)
            wait_ns = work(sig == SIGUSR1);
        pthread_mutex_unlock(&progress.lock);
    }
    return NULL;
}

void progress_hold_signal(void)
{
    sigset_t set = the_signal();

    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void progress_start(const struct inputs *inputs, enum progress_mode mode)
{
    pthread_attr_t attr;
    pthread_t thread;

    progress.inputs = inputs;
    progress.mode = mode;
    progress.added_up = false;
    progress.running = true;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK_BYTES);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attr, run, &progress.mode) != 0)
        progress.running = false;
    pthread_attr_destroy(&attr);
}

void progress_stop(void)
{
    pthread_mutex_lock(&progress.lock);
    if (progress.running)
        diag_draw((struct slice){NULL, 0});
    progress.running = false;
    pthread_mutex_unlock(&progress.lock);
}
