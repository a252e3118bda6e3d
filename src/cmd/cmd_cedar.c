/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/xalloc.h"
#include "cmd/writing.h"
#include "input/feed.h"
#include "output/folder.h"
#include "output/out_cedar.h"
#include "output/plot_suites.h"

struct settings {
    const char **files; /* as they stand in the arguments */
    size_t file_count;
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
     .choices = "table|csv|stats|json|ndjson|markdown",
     .about = "standard output: table, csv (of apps), stats, json, ndjson, markdown"},
    IMAGE_ROW(AT(image)),
    NO_PLOTS_ROW(AT(no_plots)),
    {.kind = OPTION_END},
};

static int add_file(void *settings, const char *word, struct err *err)
{
    struct settings *s = settings;

    (void)err;
    s->files = xreallocarray(s->files, s->file_count + 1, sizeof *s->files);
    s->files[s->file_count++] = word;
    return 0;
}

/* ---- outputs ---- */

static enum exit_status write_folder(const struct settings *s, const struct cedar *c, bool *drawn)
{
    struct plot_options plots = {
        .folder = s->folder, .image = s->image, .jobs = feed_default_threads()};
    struct err err = ERR_INIT;
    struct out_file out;

    if (folder_make(s->folder, &err) < 0 || folder_lock(s->folder, &err) < 0 ||
        OUT_FILE_WRITE(&out, s->folder, "apps.csv", out_cedar_csv, c, &err) < 0 ||
        OUT_FILE_WRITE(&out, s->folder, "stats.csv", out_cedar_stats_csv, c, &err) < 0) {
        diag("%s", err.text);
        return EXIT_IO;
    }
    if (s->no_plots || !c->app_count)
        return EXIT_DONE;
    return report_plots(out_sheet(&plot_cedar, c, &plots, &err), s->folder, &err, drawn);
}

static void print(const struct settings *s, const struct cedar *c, bool drawn)
{
    static const struct {
        const char *name;
        void (*fn)(FILE *f, const struct cedar *c);
    } formats[] = {{"csv", out_cedar_csv},
                   {"stats", out_cedar_stats_csv},
                   {"json", out_cedar_json},
                   {"ndjson", out_cedar_ndjson}};
    enum table_style style = table_style_of(s->format);
    struct strbuf b = STRBUF_INIT;

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(s->format, formats[i].name) == 0) {
            formats[i].fn(stdout, c);
            return;
        }
    }
    out_cedar_table(&b, c, style);
    print_summary(&b, style, s->folder, drawn);
    strbuf_release(&b);
}

/* ---- the command ---- */

static enum exit_status show(const struct settings *s)
{
    struct cedar c = {0};
    enum exit_status status = EXIT_DONE;
    struct err err = ERR_INIT;
    bool drawn = false;
    int rc = 0;

    for (size_t i = 0; i < s->file_count && rc == 0; i++)
        rc = cedar_add(&c, s->files[i], &err);
    if (rc == 0)
        rc = cedar_finish(&c, &err);
    if (rc < 0) {
        diag("%s", err.text);
        status = EXIT_IO;
    } else {
        if (s->folder)
            status = write_folder(s, &c, &drawn);
        print(s, &c, drawn);
    }
    cedar_release(&c);
    return status;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {.format = "table", .image = "svg"};
    enum exit_status status;
    struct err err = ERR_INIT;
    bool help = false;

    if (options_parse(options, argc, argv, &s, add_file, &help, &err) == 0 && !help &&
        !s.file_count)
        err_set(&err, "no input; name an output of Cedar, its folder, or - for standard input");
    if (err.set) {
        status = command_misuse(cmd->name, &err);
    } else if (help) {
        command_print_help(cmd, cmd->name, cmd->summary);
        status = EXIT_DONE;
    } else {
        status = show(&s);
    }
    free(s.files);
    return status;
}

const struct command command_cedar = {
    .name = "cedar",
    .summary = "how long pushes and starts of apps took, from the outputs of Cedar and Arborist",
    .usage = "[OPTION...] OUTPUT.json [ARBORIST.json] [min-N.json max-N.json]...",
    .about =
        "Cedar's and Arborist's files are told apart by what is in them; min-N.json and max-N.json "
        "hold the\nunix seconds between which batch N was pushed.  A folder stands for its .json "
        "files, - for standard input.",
    .examples =
        "  cicerone cedar output.json                      push and start times per app type\n"
        "  cicerone cedar output.json arborist.json        and which apps answer\n"
        "  cicerone cedar data/ -o out/                    with batches; CSV and graphs in out/\n"
        "  cicerone cedar output.json -f stats | cut -d, -f4-9\n",
    .options = options,
    .run = run,
};
