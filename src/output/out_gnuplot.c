/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/assets.h"
#include "base/xalloc.h"
#include "output/folder.h"
#include "output/pending.h"
#include "output/plot.h"
#include "output/quote.h"

#define NOT_FOUND 127

/* A picture takes a second; a template that never ends must not keep us. */
#define MAX_SECONDS 300

static int load_template(const char *name, struct strbuf *text, struct err *err)
{
    struct asset_search search = {"plots", NULL, 0};
    struct strbuf path = STRBUF_INIT;
    int rc = asset_load(&search, name, text, &path, err);

    strbuf_release(&path);
    if (rc == 0)
        return err_set(err, "%s: there is no such plot template", name);
    return rc < 0 ? -1 : 0;
}

int palette_load(struct palette *palette, struct err *err)
{
    struct strbuf text = STRBUF_INIT;
    int rc = load_template("palette.txt", &text, err);

    *palette = (struct palette){NULL, 0};
    for (char *line = text.data, *next; rc == 0 && line && *line; line = next) {
        char *color;

        next = line + strcspn(line, "\n");
        if (*next)
            *next++ = '\0';
        if (strlen(line) != 7 || *line != '#' || strspn(line + 1, "0123456789abcdefABCDEF") != 6)
            continue;
        palette->colors =
            xreallocarray(palette->colors, palette->count + 1, sizeof *palette->colors);
        color = palette->colors[palette->count++];
        memcpy(color, line, 8);
    }
    strbuf_release(&text);
    if (rc == 0 && !palette->count)
        rc = err_set(err, "palette.txt: holds no colour");
    return rc;
}

static int write_file(const char *folder, const char *name, const char *suffix,
                      const struct strbuf *parts, size_t count, struct err *err)
{
    struct strbuf file = STRBUF_INIT;
    struct out_file out;
    int rc;

    strbuf_printf(&file, "%s%s", name, suffix);
    rc = out_file_open(&out, folder, file.data, err);
    if (rc == 0) {
        for (size_t i = 0; i < count; i++) {
            if (parts[i].len)
                fwrite(parts[i].data, 1, parts[i].len, out.f);
        }
        rc = out_file_close(&out, err);
    }
    strbuf_release(&file);
    return rc;
}

/*
 * A plot, and the gnuplot that draws it.  For a screen its files are in memory, so that nothing is
 * left of them however this ends.
 */
struct job {
    const char *name;
    int script, data, drawn; /* for a screen: what gnuplot reads and writes; else -1 */
    pid_t pid;
    int said; /* what it says on standard error */
    char *image;
    int pending; /* the image's number there */
};

static int open_memory(struct job *job, struct err *err)
{
    /* gnuplot opens them as /dev/fd/N */
    job->script = memfd_create("script", 0);
    job->data = memfd_create("data", 0);
    job->drawn = memfd_create("drawn", 0);
    if (job->script < 0 || job->data < 0 || job->drawn < 0)
        return err_set(err, "can't make a file in memory: %s", strerror(errno));
    return 0;
}

static void close_memory(struct job *job)
{
    const int list[] = {job->script, job->data, job->drawn};

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        if (list[i] >= 0)
            close(list[i]);
    }
}

static int write_memory(int fd, const struct strbuf *parts, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t done = 0; done < parts[i].len;) {
            ssize_t n = write(fd, parts[i].data + done, parts[i].len - done);

            if (n < 0 && errno != EINTR)
                return err_set(err, "can't write to a file in memory: %s", strerror(errno));
            done += n < 0 ? 0 : (size_t)n;
        }
    }
    return 0;
}

#define SIXEL_PIXELS 1000 /* of a terminal that does not tell */
#define PAGE_PIXELS  1400 /* page_width in common.gp */

/* What there is to draw to, ahead of what the plot itself needs. */
static void add_screen(struct strbuf *head, const struct plot_screen *screen, int data,
                       const char *image)
{
    double scale = (double)(screen->pixels ? screen->pixels : SIXEL_PIXELS) / PAGE_PIXELS;

    strbuf_printf(head, "datafile = '/dev/fd/%d'\noutput_file = '/dev/stdout'\nimage = '%s'\n",
                  data, image);
    strbuf_printf(head, "screen_columns = %zu\nscreen_lines = %zu\nscreen_colours = %d\n",
                  screen->columns, screen->lines, screen->colours);
    strbuf_printf(head, "image_scale = %.3f\n", fmin(fmax(scale, 0.4), 1));
}

/* The names of the files, likewise. */
static void add_files(struct strbuf *head, const struct job *job,
                      const struct plot_options *options)
{
    if (options->screen) {
        add_screen(head, options->screen, job->data, options->image);
        return;
    }
    strbuf_printf(head,
                  "# drawn by: gnuplot %s.gp\n"
                  "datafile = '%s.dat'\noutput_file = '%s.%s'\nimage = '%s'\n",
                  job->name, job->name, job->name, options->image, options->image);
}

static bool plain_glyphs(const struct plot_options *options)
{
    return strcmp(options->image, "svg") != 0;
}

/* Write what was built; releases both. */
static int write_plot(const struct job *job, const char *template, struct strbuf *head,
                      struct strbuf *data, const struct plot_options *options, struct err *err)
{
    struct strbuf script[3] = {*head, STRBUF_INIT, STRBUF_INIT};
    int rc = load_template("common.gp", &script[1], err);

    strbuf_char(&script[0], '\n');
    if (rc == 0)
        rc = load_template(template, &script[2], err);
    if (rc == 0)
        rc = options->screen ? write_memory(job->data, data, 1, err)
                             : write_file(options->folder, job->name, ".dat", data, 1, err);
    if (rc == 0)
        rc = options->screen ? write_memory(job->script, script, 3, err)
                             : write_file(options->folder, job->name, ".gp", script, 3, err);
    for (size_t i = 0; i < 3; i++)
        strbuf_release(&script[i]);
    strbuf_release(data);
    return rc;
}

static int write_kind(const struct plot *of, const struct job *job,
                      const struct plot_options *options, struct err *err)
{
    struct strbuf head = STRBUF_INIT, data = STRBUF_INIT;
    struct plot p = *of;

    p.head = &head;
    p.data = &data;
    add_files(&head, job, options);
    p.kind->build(&p);
    return write_plot(job, p.kind->template, &head, &data, options, err);
}

/* In the child: run gnuplot in the folder, if there is one, quietly. */
static void become_gnuplot(const struct job *job, const char *folder, const char *script, int said)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

    if ((folder && chdir(folder) < 0) || dup2(nothing, STDIN_FILENO) < 0 ||
        dup2(said, STDERR_FILENO) < 0 ||
        dup2(job->drawn >= 0 ? job->drawn : said, STDOUT_FILENO) < 0)
        _exit(NOT_FOUND - 1);
    alarm(MAX_SECONDS);
    setenv("LC_ALL", "C.UTF-8", 1);
    execlp("gnuplot", "gnuplot", "-d", script, (char *)NULL);
    _exit(NOT_FOUND);
}

static int start(struct job *job, const struct plot_options *options, struct err *err)
{
    struct strbuf script = STRBUF_INIT, image = STRBUF_INIT;
    int ends[2];

    if (pipe(ends) < 0)
        return err_set(err, "can't make a pipe: %s", strerror(errno));
    if (options->screen) {
        strbuf_printf(&script, "/dev/fd/%d", job->script);
        strbuf_str(&image, ""); /* no file to remove */
    } else {
        strbuf_printf(&script, "%s.gp", job->name);
        strbuf_printf(&image, "%s/%s.%s", options->folder, job->name, options->image);
    }
    job->image = image.data;
    job->said = ends[0];
    job->pid = fork();
    if (job->pid == 0)
        become_gnuplot(job, options->folder, script.data, ends[1]);
    job->pending = pending_add(job->image, job->pid);
    close(ends[1]);
    strbuf_release(&script);
    if (job->pid < 0) {
        close(ends[0]);
        pending_done(job->pending);
        free(job->image);
        return err_set(err, "can't start gnuplot: %s", strerror(errno));
    }
    return 0;
}

/* Wait for a gnuplot; its status, with its first words in err if it failed. */
static int finish(struct job *job, struct err *err)
{
    char words[400];
    size_t len = 0;
    ssize_t n;
    int status;

    /* Read to the end, so that it never waits for us. */
    for (;;) {
        char rest[512];

        n = len < sizeof words ? read(job->said, words + len, sizeof words - len)
                               : read(job->said, rest, sizeof rest);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        if (len < sizeof words)
            len += (size_t)n;
    }
    close(job->said);
    pending_done(job->pending); /* before its process number is free for others */
    free(job->image);
    while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        err_set(err, "gnuplot could not draw %s.gp: it took more than %d minutes", job->name,
                MAX_SECONDS / 60);
        return 1;
    }
    status = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    if (status && status != NOT_FOUND) {
        struct strbuf text = STRBUF_INIT;

        quote_plain(&text, (struct slice){words, len});
        err_set(err, "gnuplot could not draw %s.gp: %s", job->name,
                text.data ? text.data : "it said nothing");
        strbuf_release(&text);
    }
    return status;
}

/* Show what was drawn, without the form feed that gnuplot may begin characters with. */
static void show(const struct job *job, const struct plot_screen *screen)
{
    char some[8192];
    ssize_t n;

    lseek(job->drawn, 0, SEEK_SET);
    while ((n = read(job->drawn, some, sizeof some)) > 0 || (n < 0 && errno == EINTR))
        for (ssize_t i = 0; i < n; i++) {
            if (some[i] != '\f')
                putc(some[i], screen->f);
        }
    fputc('\n', screen->f);
}

static struct job *new_jobs(size_t count)
{
    struct job *jobs = xcalloc(count + 1, sizeof *jobs);

    for (size_t i = 0; i < count; i++)
        jobs[i] = (struct job){.script = -1, .data = -1, .drawn = -1, .pending = -1};
    return jobs;
}

static void free_jobs(struct job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        close_memory(&jobs[i]);
    free(jobs);
}

static enum plot_result draw(struct job *jobs, size_t total, const struct plot_options *options,
                             struct err *err)
{
    enum plot_result result = PLOTS_DRAWN;
    size_t started = 0, ended = 0;

    while (ended < started || (started < total && result == PLOTS_DRAWN)) {
        if (started < total && started - ended < options->jobs && result == PLOTS_DRAWN) {
            if (start(&jobs[started], options, err) < 0)
                result = PLOTS_FAILED;
            else
                started++;
            continue;
        }
        switch (finish(&jobs[ended++], err)) {
        case 0:
            if (options->screen && result == PLOTS_DRAWN)
                show(&jobs[ended - 1], options->screen);
            break;
        case NOT_FOUND:
            result = PLOTS_NO_GNUPLOT;
            break;
        default:
            result = PLOTS_FAILED;
            break;
        }
    }
    return result;
}

enum plot_result out_plots(const struct plot_run *runs, size_t count,
                           const struct plot_options *options, struct err *err)
{
    const struct plot_run *last = &runs[count - 1];
    enum plot_result result = PLOTS_FAILED;
    struct job *jobs = new_jobs(options->choice->count);
    struct palette palette;
    int rc = palette_load(&palette, err);

    for (size_t i = 0; rc == 0 && i < options->choice->count; i++) {
        struct plot p = {.kind = &options->choice->list[i],
                         .before = count > 1 ? runs[0].run : NULL,
                         .names = {runs[0].name, last->name},
                         .title = options->title,
                         .palette = &palette,
                         .plain_glyphs = plain_glyphs(options)};

        jobs[i].name = p.kind->name;
        plot_init(&p, last->run);
        if (options->screen)
            rc = open_memory(&jobs[i], err);
        if (rc == 0)
            rc = write_kind(&p, &jobs[i], options, err);
    }
    if (rc == 0)
        result = draw(jobs, options->choice->count, options, err);
    free_jobs(jobs, options->choice->count);
    free(palette.colors);
    return result;
}

static int write_sheet(const struct plot_sheet *sheet, const void *subject, const struct job *job,
                       const struct palette *palette, const struct plot_options *options,
                       struct err *err)
{
    struct strbuf head = STRBUF_INIT, data = STRBUF_INIT;
    struct plot p = {
        .palette = palette, .plain_glyphs = plain_glyphs(options), .head = &head, .data = &data};

    add_files(&head, job, options);
    sheet->build(subject, &p);
    return write_plot(job, sheet->template, &head, &data, options, err);
}

enum plot_result out_sheets(const struct plot_sheet *sheets, const void *const *subjects,
                            size_t count, const struct plot_options *options, struct err *err)
{
    struct job *jobs = new_jobs(count);
    enum plot_result result = PLOTS_FAILED;
    struct palette palette;
    int rc = palette_load(&palette, err);

    for (size_t i = 0; rc == 0 && i < count; i++) {
        jobs[i].name = sheets[i].name;
        if (options->screen)
            rc = open_memory(&jobs[i], err);
        if (rc == 0)
            rc = write_sheet(&sheets[i], subjects[i], &jobs[i], &palette, options, err);
    }
    if (rc == 0)
        result = draw(jobs, count, options, err);
    free_jobs(jobs, count);
    free(palette.colors);
    return result;
}

enum plot_result out_sheet(const struct plot_sheet *sheet, const void *subject,
                           const struct plot_options *options, struct err *err)
{
    return out_sheets(sheet, &subject, 1, options, err);
}
