/* SPDX-License-Identifier: Apache-2.0 */
#include "output/csv_files.h"

#include <stdatomic.h>

#include "base/threads.h"
#include "output/folder.h"
#include "output/out_csv.h"

/* A file of rows or one that is written as a whole. */
static const struct {
    const char *name;
    void (*rows)(struct csv_rows *r, FILE *f, const struct run *run);
    void (*write)(FILE *f, const struct run *run);
} files[] = {{"timelines.csv", csv_rows_of_timelines, NULL},
             {"durations.csv", csv_rows_of_durations, NULL},
             {"stages.csv", NULL, out_stages_csv},
             {"groups.csv", NULL, out_groups_csv}};

#define FILES (sizeof files / sizeof *files)

struct writing {
    const struct run *run;
    size_t count;
    struct out_file out[FILES];
    struct err errs[FILES];
    struct csv_rows rows[FILES];
    _Atomic bool taken[FILES]; /* of those without rows */
};

/*
 * A thread of its own for each file of rows, if there are so many, and whoever is done helps with
 * the others: two threads that write the same file wait for each other.
 */
static void write_files(void *context, size_t thread)
{
    struct writing *w = context;

    for (size_t k = 0; k < w->count; k++) {
        size_t i = (thread + k) % w->count;

        if (files[i].rows) {
            if (!csv_rows_write(&w->rows[i]))
                continue;
        } else if (atomic_exchange(&w->taken[i], true)) {
            continue;
        } else {
            files[i].write(w->out[i].f, w->run);
        }
        out_file_end(&w->out[i], &w->errs[i]);
    }
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
 * the writing of others.
 */
int csv_files_write(const char *folder, const struct run *run, struct err *err)
{
    struct writing w = {.run = run, .count = run->groups ? FILES : FILES - 1};
    size_t threads = run->threads < CSV_ROWS_THREADS ? run->threads : CSV_ROWS_THREADS;
    int rc = 0;

    if (open_all(&w, folder, err) < 0)
        return -1;
    for (size_t i = 0; i < w.count; i++) {
        if (files[i].rows)
            files[i].rows(&w.rows[i], w.out[i].f, run);
    }
    threads_each(threads ? threads : 1, threads ? threads : 1, write_files, &w);
    for (size_t i = 0; i < w.count; i++) {
        if (files[i].rows)
            csv_rows_release(&w.rows[i]);
        if (rc == 0 && w.errs[i].set)
            rc = err_set(err, "%s", w.errs[i].text);
        out_file_release(&w.out[i]);
    }
    return rc;
}
