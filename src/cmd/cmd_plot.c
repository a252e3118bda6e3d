/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "cmd/parser_dirs.h"
#include "cmd/writing.h"
#include "input/feed.h"
#include "lifecycle/timeline_csv.h"
#include "output/folder.h"

#define MAX_RUNS 2

struct settings {
    const char *inputs[MAX_RUNS];
    size_t input_count;
    const char *folder, *image, *plots, *title;
    struct parser_dirs parser_dirs;
    bool list;
};

#define AT(field) offsetof(struct settings, field)

static const struct option_row options[] = {
    {.kind = OPTION_TEXT,
     .name = "output",
     .letter = 'o',
     .value = "DIR",
     .offset = AT(folder),
     .about = "write scripts, data and graphs to this folder (default: the current one)"},
    PLOT_ROW(AT(plots)),
    TITLE_ROW(AT(title)),
    IMAGE_OR_SCREEN_ROW(AT(image)),
    {.kind = OPTION_FLAG, .name = "list", .offset = AT(list), .about = "list the kinds of graphs"},
    PARSER_DIRS_ROW(AT(parser_dirs)),
    {.kind = OPTION_END},
};

static int add_input(void *settings, const char *word, struct err *err)
{
    struct settings *s = settings;

    if (s->input_count == MAX_RUNS)
        return err_set(err, "one run is drawn, or two are compared, but no more");
    if (strcmp(word, "-") == 0 && s->input_count && strcmp(s->inputs[0], "-") == 0)
        return err_set(err, "standard input can be read only once");
    s->inputs[s->input_count++] = word;
    return 0;
}

static enum exit_status list_kinds(void)
{
    struct plot_choice all;
    struct err err = ERR_INIT;

    if (plot_list(&all, &err) < 0) {
        diag("%s", err.text);
        return EXIT_IO;
    }
    for (size_t i = 0; i < all.count; i++) {
        const struct plot_kind *k = &all.list[i];

        printf("%-24s%s %s%s\n", k->name, k->usual ? "*" : " ", k->title,
               k->runs == 2 ? " (of two runs)" : "");
    }
    printf("\n* drawn unless others are named\n");
    plot_choice_release(&all);
    return EXIT_DONE;
}

/* ---- the runs ---- */

struct loaded {
    struct timeline_csv csv;
    struct stats stats;
    struct run run;
};

static int load(struct loaded *l, const char *path, const struct asset_search *parsers,
                struct err *err)
{
    bool from_stdin = strcmp(path, "-") == 0;
    FILE *f = from_stdin ? stdin : fopen(path, "re");
    int rc;

    if (!f)
        return err_set(err, "%s: %s", path, strerror(errno));
    rc = timeline_csv_read(&l->csv, f, from_stdin ? "standard input" : path, parsers, err);
    if (!from_stdin)
        fclose(f);
    if (rc < 0)
        return rc;
    stats_init(&l->stats, &l->csv.timelines, feed_default_threads());
    l->run = (struct run){
        .lc = l->csv.lc, .timelines = &l->csv.timelines, .stats = &l->stats, .input_count = 1};
    return 0;
}

static void unload(struct loaded *l)
{
    stats_release(&l->stats);
    timeline_csv_release(&l->csv);
}

static enum exit_status draw(const struct settings *s, const struct loaded *runs,
                             const struct plot_choice *choice)
{
    struct plot_screen screen = screen_of_stdout();
    struct plot_options o = {
        choice, s->folder, s->image, feed_default_threads(), s->title, s->folder ? NULL : &screen};
    struct plot_run list[MAX_RUNS];
    struct err err = ERR_INIT;
    enum exit_status status;
    bool drawn = false;

    for (size_t i = 0; i < s->input_count; i++) {
        if (runs[i].stats.first_stage == NO_STAGE) {
            diag("%s: holds no timeline with a stage: there is nothing to draw", s->inputs[i]);
            return EXIT_DONE;
        }
        list[i] = (struct plot_run){&runs[i].run, strcmp(s->inputs[i], "-") == 0 ? "standard input"
                                                                                 : s->inputs[i]};
    }
    status = report_plots(out_plots(list, s->input_count, &o, &err), s->folder, &err, &drawn);
    for (size_t i = 0; drawn && s->folder && i < choice->count; i++)
        printf("%s/%s.%s\n", s->folder, choice->list[i].name, s->image);
    return status;
}

static enum exit_status plot(const struct settings *s, const struct plot_choice *choice)
{
    struct asset_search parsers = parser_dirs_search(&s->parser_dirs);
    enum exit_status status = EXIT_IO;
    struct loaded runs[MAX_RUNS];
    struct err err = ERR_INIT;
    size_t count = 0;

    while (count < s->input_count && load(&runs[count], s->inputs[count], &parsers, &err) == 0)
        count++;
    if (err.set || (s->folder && folder_make(s->folder, &err) < 0))
        diag("%s", err.text);
    else
        status = draw(s, runs, choice);
    while (count)
        unload(&runs[--count]);
    return status;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {.image = "svg"};
    struct plot_choice choice = {NULL, 0, NULL, 0};
    enum exit_status status;
    struct err err = ERR_INIT;
    bool help = false;

    if (options_parse(options, argc, argv, &s, add_input, &help, &err) == 0 && !help && !s.list) {
        if (!s.input_count)
            err_set(&err, "of what? name a timelines.csv, or - for standard input");
        else
            choose_kinds(&choice, s.plots, &s.image, (unsigned)s.input_count, &err);
        if (!err.set && is_screen(s.image) && s.folder)
            err_set(&err, "--image %s draws to standard output and not to a folder", s.image);
        else if (!is_screen(s.image) && !s.folder)
            s.folder = ".";
    }
    if (err.set) {
        status = command_misuse(cmd->name, &err);
    } else if (help) {
        command_print_help(cmd, cmd->name, cmd->summary);
        status = EXIT_DONE;
    } else {
        status = s.list ? list_kinds() : plot(&s, &choice);
    }
    plot_choice_release(&choice);
    parser_dirs_release(&s.parser_dirs);
    return status;
}

const struct command command_plot = {
    .name = "plot",
    .summary = "draw timelines.csv, or two of them beside each other",
    .usage = "[OPTION...] TIMELINES.csv [LATER.csv]",
    .about = "The CSV is what a lifecycle writes as timelines.csv with -o, and prints with "
             "--format csv; - is\nstandard input. Each graph is a gnuplot script, a data file and "
             "a picture; cicerone-plots(5).",
    .examples =
        "  cicerone plot out/timelines.csv -o out/ --plot all       all kinds of one run\n"
        "  cicerone tasks logs/ -f csv | cicerone plot -            without a file between\n"
        "  cicerone plot timelines.csv --plot occupancy,shares --image png\n"
        "  cicerone plot timelines.csv --plot dumb,occupancy        here, in the terminal\n"
        "  cicerone plot old.csv new.csv                            what became slower?\n"
        "  cicerone plot --list                                     the kinds there are\n",
    .options = options,
    .run = run,
};
