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
    const char *folder;
    const struct run *run;
    pthread_mutex_t lock; /* all but the ending of files: their rows are put together on all threads */
    struct err errs[FILES];
};

static void write_file(void *context, size_t i)
{
    struct writing *w = context;
    struct out_file out;
    bool open;

    pthread_mutex_lock(&w->lock);
    open = out_file_open(&out, w->folder, files[i].name, &w->errs[i]) == 0;
    if (open)
        files[i].write(out.f, w->run);
    pthread_mutex_unlock(&w->lock);
    if (!open)
        return;
    out_file_end(&out, &w->errs[i]);
    pthread_mutex_lock(&w->lock);
    out_file_release(&out);
    pthread_mutex_unlock(&w->lock);
}

/* A system that writes a new file out when it replaces an older one lets us wait for its disk; the
 * next file is written meanwhile. */
int csv_files_write(const char *folder, const struct run *run, struct err *err)
{
    struct writing w = {.folder = folder, .run = run};

    pthread_mutex_init(&w.lock, NULL);
    threads_each(run->threads > 1 ? 2 : 1, run->groups ? FILES : FILES - 1, write_file, &w);
    pthread_mutex_destroy(&w.lock);
    for (size_t i = 0; i < FILES; i++) {
        if (w.errs[i].set)
            return err_set(err, "%s", w.errs[i].text);
    }
    return 0;
}
