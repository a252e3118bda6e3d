/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/xalloc.h"
#include "cmd/parser_dirs.h"
#include "cmd/reading.h"
#include "cmd/writing.h"
#include "lifecycle/several.h"
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

/* The lifecycles that the reports ask for, and where their timelines are looked up. */
struct logs {
    struct several lifecycles;
    struct view_index tasks, lrps; /* without timelines if there is no such report */
};

static void logs_release(struct logs *logs)
{
    view_index_release(&logs->tasks);
    view_index_release(&logs->lrps);
    several_release(&logs->lifecycles);
}

static bool any_report(const struct fezzik *f, bool tasks)
{
    for (size_t i = 0; i < f->count; i++) {
        if (f->list[i].tasks == tasks)
            return true;
    }
    return false;
}

/* Load the lifecycles of whatever kinds of reports there are. */
static int load_lifecycles(const struct settings *s, const struct fezzik *f, struct logs *logs,
                           struct err *err)
{
    struct asset_search search = parser_dirs_search(&s->parser_dirs);

    if (any_report(f, true) && several_add(&logs->lifecycles, &search, VIEWS_TASKS, err) < 0)
        return -1;
    return any_report(f, false) ? several_add(&logs->lifecycles, &search, VIEWS_LRPS, err) : 0;
}

static void index_logs(struct view_index *index, const struct several *lifecycles, const char *name)
{
    if (several_find(lifecycles, name) < lifecycles->count)
        view_index_init(index, &several_of(lifecycles, name)->timelines,
                        strcmp(name, VIEWS_TASKS) == 0);
}

static enum exit_status read_logs(struct settings *s, struct logs *logs)
{
    enum exit_status status;

    several_read(&logs->lifecycles, &s->reading.inputs, &s->reading.feed, s->reading.filter, NULL);
    index_logs(&logs->tasks, &logs->lifecycles, VIEWS_TASKS);
    index_logs(&logs->lrps, &logs->lifecycles, VIEWS_LRPS);
    status = reading_report(&s->reading);
    if (logs->lifecycles.collections[0].counts.understood)
        return status;
    diag("no lager line among the logs; are these logs of Diego components?");
    return worse_status(status, EXIT_IO);
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
                                  const struct logs *logs)
{
    struct views *views = xcalloc(f->count, sizeof *views);
    struct fezzik_out o = {f, views, logs->tasks.timelines, logs->lrps.timelines};
    enum exit_status status = EXIT_DONE;
    bool drawn = false;

    for (size_t i = 0; i < f->count; i++)
        views_take(&views[i], &f->list[i], f->list[i].tasks ? &logs->tasks : &logs->lrps);
    if (s->folder)
        status = write_folder(s, &o, &drawn);
    print(s, &o, drawn);
    for (size_t i = 0; i < f->count; i++)
        views_release(&views[i]);
    free(views);
    return status;
}

static enum exit_status compare(struct settings *s, const struct fezzik *f)
{
    struct logs logs = {.lifecycles = SEVERAL_INIT};
    enum exit_status status = EXIT_DONE;
    struct err err = ERR_INIT;

    if (s->reading.inputs.count) {
        if (load_lifecycles(s, f, &logs, &err) < 0 || reading_prepare(&s->reading, &err) < 0)
            status = command_misuse("fezzik", &err);
        else
            status = read_logs(s, &logs);
    }
    if (status != EXIT_USAGE)
        status = worse_status(status, write_all(s, f, &logs));
    logs_release(&logs);
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
