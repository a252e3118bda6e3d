/* SPDX-License-Identifier: Apache-2.0 */
#include "output/csv_files.h"

#include <pthread.h>

#include "base/threads.h"
#include "output/folder.h"
#include "output/out_csv.h"

static const struct {
    const char *name;
    void (*write)(FILE *f, const struct run *run);
} files[] = {{"timelines.csv", out_timelines_csv},
             {"durations.csv", out_durations_csv},
             {"stages.csv", out_stages_csv},
             {"groups.csv", out_groups_csv}};

#define FILES (sizeof files / sizeof *files)

struct writing {
    const struct run *run;
    size_t count;
    struct out_file out[FILES];
    struct err errs[FILES];
    pthread_mutex_t lock; /* one file's rows at a time: all threads put them together */
};

static void write_file(void *context, size_t i)
{
    struct writing *w = context;

    pthread_mutex_lock(&w->lock);
    files[i].write(w->out[i].f, w->run);
    pthread_mutex_unlock(&w->lock);
    out_file_end(&w->out[i], &w->errs[i]);
}

/* The names of all, or none. */
static int open_all(struct writing *w, const char *folder, struct err *err)
{
    for (size_t i = 0; i < w->count; i++) {
        if (out_file_open(&w->out[i], folder, files[i].name, err) == 0)
            continue;
        while (i-- > 0)
            out_file_discard(&w->out[i]);
        return -1;
    }
    return 0;
}

/*
 * A system that writes a new file out to the disk when it replaces an older one lets us wait for
 * that, and for the folder meanwhile.  So all files are opened first, and the end of each is beside
 * the writing of the next.
 */
int csv_files_write(const char *folder, const struct run *run, struct err *err)
{
    struct writing w = {.run = run, .count = run->groups ? FILES : FILES - 1};
    int rc = 0;

    if (open_all(&w, folder, err) < 0)
        return -1;
    pthread_mutex_init(&w.lock, NULL);
    threads_each(run->threads > 1 ? 2 : 1, w.count, write_file, &w);
    pthread_mutex_destroy(&w.lock);
    for (size_t i = 0; i < w.count; i++) {
        if (rc == 0 && w.errs[i].set)
            rc = err_set(err, "%s", w.errs[i].text);
        out_file_release(&w.out[i]);
    }
    return rc;
}
