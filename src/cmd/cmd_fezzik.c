/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/xalloc.h"
#include "cmd/parser_dirs.h"
#include "cmd/reading.h"
#include "cmd/writing.h"
#include "input/meter.h"
#include "lifecycle/collect.h"
#include "lifecycle/library.h"
#include "output/folder.h"
#include "output/out_fezzik.h"
#include "output/plot_suites.h"

struct settings {
    struct reading reading; /* of the logs */
    struct parser_dirs parser_dirs;
    const char **reports; /* as they stand in the arguments */
    size_t report_count;
    const char *format, *folder, *image;
    bool no_plots;
};

#define AT(field) offsetof(struct settings, field)

static const struct option_row options[] = {
    OUTPUT_ROW(AT(folder)),
    {.kind = OPTION_CHOICE,
     .name = "format",
     .letter = 'f',
     .value = "FORMAT",
     .offset = AT(format),
     .choices = "table|csv|reports|cells|json|ndjson|markdown",
     .about = "standard output: table, csv (of entities), reports, cells, json, ndjson, markdown"},
    IMAGE_ROW(AT(image)),
    NO_PLOTS_ROW(AT(no_plots)),
    PARSER_DIRS_ROW(AT(parser_dirs)),
    READING_ROWS,
    {.kind = OPTION_END},
};

/* The first input is a report, and so is any that begins like one; others are logs. */
static int add_input(void *settings, const char *word, struct err *err)
{
    struct settings *s = settings;

    if (s->report_count && !fezzik_is_report(word))
        return reading_add_input(settings, word, err);
    s->reports = xreallocarray(s->reports, s->report_count + 1, sizeof *s->reports);
    s->reports[s->report_count++] = word;
    return 0;
}

/* ---- the logs ---- */

/* What one lifecycle has of them. */
struct source {
    struct lifecycle *lc;
    struct collection collection;
    struct view_index index;
    bool read;
};

static void source_release(struct source *source)
{
    view_index_release(&source->index);
    if (source->read)
        collection_release(&source->collection);
    lifecycle_free(source->lc);
}

static bool any_report(const struct fezzik *f, bool tasks)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->list[i].tasks == tasks)
            return true;
    }
    return false;
}

/* Read the inputs, or, for a second lifecycle, the same ones once more. */
static enum exit_status read_logs(struct settings *s, const char *name, bool again,
                                  struct source *source)
{
    struct asset_search search = parser_dirs_search(&s->parser_dirs);
    struct inputs second = INPUTS_INIT;
    struct selection all = {NULL, NULL};
    struct err err = ERR_INIT;

    source->lc = library_load(&search, name, &err);
    if (!source->lc) {
        diag("%s", err.set ? err.text : "a definition is missing");
        return EXIT_USAGE;
    }
    if (again) {
        meter_begin("reading");
        inputs_add_again(&second, &s->reading.inputs);
    }
    collect(again ? &second : &s->reading.inputs, source->lc, &s->reading.feed, s->reading.filter,
            &all, &source->collection);
    source->read = true;
    view_index_init(&source->index, &source->collection.timelines, strcmp(name, VIEWS_TASKS) == 0);
    inputs_release(&second);
    return EXIT_DONE;
}

/* Say so if logs were given that hold no line of a log. */
static enum exit_status report_nothing(const struct source *tasks, const struct source *lrps)
{
    const struct source *read = tasks->read ? tasks : lrps;

    if (!read->read || read->collection.counts.understood)
        return EXIT_DONE;
    diag("no lager line among the logs; are these logs of Diego components?");
    return EXIT_IO;
}

/* Pipes give their bytes once, which is not enough for two lifecycles. */
static int check_twice(const struct inputs *inputs, struct err *err)
{
    const struct input *once = inputs_once(inputs);

    return once ? err_set(err,
                          "%s: the reports are of Tasks and of LRPs, for which logs are read "
                          "twice; give files or folders",
                          input_title(once))
                : 0;
}

/* ---- outputs ---- */

static enum exit_status write_folder(const struct settings *s, const struct fezzik_out *o,
                                     bool *drawn)
{
    struct plot_options plots = {
        .folder = s->folder, .image = s->image, .jobs = s->reading.threads};
    struct err err = ERR_INIT;
    struct out_file out;

    if (folder_make(s->folder, &err) < 0 || folder_lock(s->folder, &err) < 0 ||
        OUT_FILE_WRITE(&out, s->folder, "entities.csv", out_fezzik_csv, o, &err) < 0 ||
        OUT_FILE_WRITE(&out, s->folder, "reports.csv", out_fezzik_reports_csv, o, &err) < 0 ||
        OUT_FILE_WRITE(&out, s->folder, "cells.csv", out_fezzik_cells_csv, o, &err) < 0) {
        diag("%s", err.text);
        return EXIT_IO;
    }
    if (s->no_plots)
        return EXIT_DONE;
    return report_plots(out_sheet(&plot_fezzik, o, &plots, &err), s->folder, &err, drawn);
}

static void print(const struct settings *s, const struct fezzik_out *o, bool drawn)
{
    static const struct {
        const char *name;
        void (*fn)(FILE *f, const struct fezzik_out *o);
    } formats[] = {{"csv", out_fezzik_csv},
                   {"reports", out_fezzik_reports_csv},
                   {"cells", out_fezzik_cells_csv},
                   {"json", out_fezzik_json},
                   {"ndjson", out_fezzik_ndjson}};
    enum table_style style = table_style_of(s->format);
    struct strbuf b = STRBUF_INIT;

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(s->format, formats[i].name) == 0) {
            formats[i].fn(stdout, o);
            return;
        }
    }
    out_fezzik_table(&b, o, style);
    print_summary(&b, style, s->folder, drawn);
    strbuf_release(&b);
}

/* ---- the command ---- */

static enum exit_status write_all(const struct settings *s, const struct fezzik *f,
                                  const struct source *tasks, const struct source *lrps)
{
    struct views *views = xcalloc(f->count, sizeof *views);
    struct fezzik_out o = {f, views, tasks->index.timelines, lrps->index.timelines};
    enum exit_status status = EXIT_DONE;
    bool drawn = false;

    for (size_t i = 0; i < f->count; i++)
        views_take(&views[i], &f->list[i], f->list[i].tasks ? &tasks->index : &lrps->index);
    if (s->folder)
        status = write_folder(s, &o, &drawn);
    print(s, &o, drawn);
    for (size_t i = 0; i < f->count; i++)
        views_release(&views[i]);
    free(views);
    return status;
}

/* The logs of whatever kinds of reports there are, and then all of it. */
static enum exit_status compare(struct settings *s, const struct fezzik *f)
{
    struct source tasks = {.read = false}, lrps = {.read = false};
    enum exit_status status = EXIT_DONE;
    struct err err = ERR_INIT;

    if (s->reading.inputs.count) {
        bool has_tasks = any_report(f, true), has_lrps = any_report(f, false);

        if ((has_tasks && has_lrps && check_twice(&s->reading.inputs, &err) < 0) ||
            reading_prepare(&s->reading, &err) < 0)
            return command_misuse("fezzik", &err);
        if (has_tasks)
            status = read_logs(s, VIEWS_TASKS, false, &tasks);
        if (has_lrps && status == EXIT_DONE)
            status = read_logs(s, VIEWS_LRPS, has_tasks, &lrps);
    }
    if (status == EXIT_DONE) {
        status = worse_status(reading_report(&s->reading), report_nothing(&tasks, &lrps));
        status = worse_status(status, write_all(s, f, &tasks, &lrps));
    }
    source_release(&tasks);
    source_release(&lrps);
    return status;
}

static enum exit_status report_problems(const struct settings *s, const struct fezzik *f)
{
    for (size_t i = 0; i < f->problem_count && i < FEZZIK_TOLD; i++)
        diag("%s", f->problems[i]);
    if (f->problem_count > FEZZIK_TOLD)
        diag("%zu more problems in reports", f->problem_count - FEZZIK_TOLD);
    return !f->problem_count ? EXIT_DONE : s->reading.strict ? EXIT_CHECK : EXIT_DAMAGED;
}

static enum exit_status show(struct settings *s)
{
    struct fezzik f = FEZZIK_INIT;
    enum exit_status status = EXIT_DONE;

    for (size_t i = 0; i < s->report_count; i++) {
        struct err err = ERR_INIT;

        if (fezzik_add(&f, s->reports[i], &err) < 0) {
            diag("%s", err.text);
            status = EXIT_IO;
        }
    }
    fezzik_finish(&f);
    status = worse_status(status, report_problems(s, &f));
    if (f.count)
        status = worse_status(status, compare(s, &f));
    fezzik_release(&f);
    return status;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {.format = "table", .image = "svg"};
    enum exit_status status;
    struct err err = ERR_INIT;
    bool help = false;

    reading_init(&s.reading);
    if (options_parse(options, argc, argv, &s, add_input, &help, &err) == 0 && !help &&
        !s.report_count)
        err_set(&err, "no input; name a file with reports of Fezzik, or - for standard input");
    if (err.set) {
        status = command_misuse(cmd->name, &err);
    } else if (help) {
        command_print_help(cmd, cmd->name, cmd->summary);
        status = EXIT_DONE;
    } else {
        status = show(&s);
    }
    reading_release(&s.reading);
    parser_dirs_release(&s.parser_dirs);
    free(s.reports);
    return status;
}

const struct command command_fezzik = {
    .name = "fezzik",
    .summary = "what the clients of Fezzik saw, by its reports, and how the logs compare",
    .usage = "[OPTION...] REPORTS.json... [LOGS...]",
    .about =
        "The first input is a file of reports, and so is any that begins like one; all others are "
        "logs, as other\ncommands read them.  With logs, each Task and instance is looked up "
        "there, by the lifecycles tasks and lrps.",
    .examples =
        "  cicerone fezzik reports.json                     the summary that Fezzik prints, and "
        "percentiles\n"
        "  cicerone fezzik reports.json logs/               and how much later the client saw it\n"
        "  cicerone fezzik reports.json logs/ -o out/       CSV and graphs in out/\n"
        "  cicerone fezzik reports.json -f ndjson | jq -c 'select(.outcome == \"failed\")'\n",
    .options = options,
    .run = run,
};
