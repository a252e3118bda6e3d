/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cicerone series and cicerone health: the same values, the one by choice, the other all on a
 * board.
 */
#include "cmd/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/threads.h"
#include "base/xalloc.h"
#include "cmd/parser_dirs.h"
#include "cmd/reading.h"
#include "cmd/writing.h"
#include "output/folder.h"
#include "output/out_series.h"

struct settings {
    struct reading reading;
    struct parser_dirs parser_dirs;
    const char *only, *format, *folder, *image;
    int64_t every_ns;
    bool no_plots, list, board;
};

static int set_every(void *settings, const char *value, struct err *err)
{
    struct settings *s = settings;
    size_t len = strlen(value);

    if ((nstime_parse_duration(value, len, &s->every_ns) ||
         nstime_parse_epoch(value, len, &s->every_ns)) &&
        s->every_ns >= NS_PER_SECOND / 1000)
        return 0;
    return err_set(err, "--every wants seconds, or a duration as 500ms or 1m, not \"%s\"", value);
}

#define AT(field) offsetof(struct settings, field)

#define EVERY_ROW                                                                                  \
    {                                                                                              \
        .kind = OPTION_CALL, .name = "every", .value = "SECONDS", .call = set_every,               \
        .about = "width of a bin; bins begin at multiples of it (default 10)"                      \
    }

static const struct option_row series_options[] = {
    OUTPUT_ROW(AT(folder)),
    {.kind = OPTION_CHOICE,
     .name = "format",
     .letter = 'f',
     .value = "FORMAT",
     .offset = AT(format),
     .choices = "table|csv|ndjson|markdown",
     .about = "standard output: table, csv, ndjson, markdown"},
    EVERY_ROW,
    {.kind = OPTION_TEXT,
     .name = "only",
     .value = "NAME,...",
     .offset = AT(only),
     .about = "only these series"},
    {.kind = OPTION_FLAG,
     .name = "list",
     .offset = AT(list),
     .about = "say which series there are, and which figures of the papers they draw"},
    IMAGE_ROW(AT(image)),
    NO_PLOTS_ROW(AT(no_plots)),
    PARSER_DIRS_ROW(AT(parser_dirs)),
    READING_ROWS,
    {.kind = OPTION_END},
};

static const struct option_row health_options[] = {
    {.kind = OPTION_TEXT,
     .name = "output",
     .letter = 'o',
     .value = "DIR",
     .offset = AT(folder),
     .about = "write the board, index.html, its graphs and their CSV to this folder (needed)"},
    EVERY_ROW,
    {.kind = OPTION_CHOICE,
     .name = "image",
     .value = "TYPE",
     .offset = AT(image),
     .choices = "svg|png",
     .about = "type of the graphs: svg (default), png"},
    PARSER_DIRS_ROW(AT(parser_dirs)),
    READING_ROWS,
    {.kind = OPTION_END},
};

/* ---- which ones ---- */

/* The series, borrowed from the set, that --only names, in the order of the set; free() the list.
 */
static int choose(const struct settings *s, const struct series_set *set,
                  const struct series ***chosen, size_t *count, struct err *err)
{
    bool *wanted = xcalloc(set->count + 1, sizeof *wanted);
    int rc = 0;

    for (const char *at = s->only; at && *at && rc == 0;) {
        size_t len = strcspn(at, ",");
        const struct series *found = series_find(set, at, len);

        if (found)
            wanted[found - set->list] = true;
        else
            rc = err_set(err, "there is no series \"%.*s\"; --list tells which there are", (int)len,
                         at);
        at += len + (at[len] == ',');
    }
    *chosen = xreallocarray(NULL, set->count + 1, sizeof **chosen);
    *count = 0;
    for (size_t i = 0; i < set->count; i++) {
        if (!s->only || wanted[i])
            (*chosen)[(*count)++] = &set->list[i];
    }
    free(wanted);
    return rc;
}

static void print_list(const struct settings *s, const struct series *const *chosen, size_t count)
{
    struct strbuf b = STRBUF_INIT;
    struct table t;

    table_init(&t, "llll");
    table_cell(&t, "series");
    table_cell(&t, "what");
    table_cell(&t, "unit");
    table_cell(&t, "figures of the papers");
    for (size_t i = 0; i < count; i++) {
        struct strbuf figures = STRBUF_INIT;

        if (chosen[i]->absent)
            continue;
        for (size_t k = 0; k < chosen[i]->figures.count; k++)
            strbuf_printf(&figures, "%s%s", k ? ", " : "", chosen[i]->figures.list[k]);
        table_cell(&t, "%s", chosen[i]->name);
        table_cell(&t, "%s", chosen[i]->title);
        table_cell(&t, "%s", chosen[i]->unit);
        table_cell(&t, "%s", figures.data ? figures.data : "");
        strbuf_release(&figures);
    }
    table_print(&t, table_style_of(s->format), &b);
    fwrite(b.data, 1, b.len, stdout);
    table_release(&t);
    strbuf_release(&b);
}

/* ---- outputs ---- */

static int write_csv(const char *folder, const struct series_out *o, size_t i, struct err *err)
{
    struct series_out one = {&o->list[i], 1, o->grid, o->counts};
    struct strbuf name = STRBUF_INIT;
    struct out_file out;
    int rc;

    strbuf_printf(&name, "%s.csv", o->list[i].series->name);
    rc = OUT_FILE_WRITE(&out, folder, name.data, out_series_csv, &one, err);
    strbuf_release(&name);
    return rc;
}

static int write_board(const struct settings *s, const struct series_out *o, struct err *err)
{
    struct out_file out;

    if (out_file_open(&out, s->folder, "index.html", err) < 0)
        return -1;
    out_series_board(out.f, o, s->image);
    return out_file_close(&out, err);
}

static enum exit_status write_folder(const struct settings *s, const struct series_out *o,
                                     bool *drawn)
{
    struct plot_options plots = {
        .folder = s->folder, .image = s->image, .jobs = s->reading.threads};
    struct err err = ERR_INIT;
    int rc = 0;

    for (size_t i = 0; i < o->count && rc == 0; i++) {
        if (!o->list[i].why)
            rc = write_csv(s->folder, o, i, &err);
    }
    if (rc == 0 && s->board)
        rc = write_board(s, o, &err);
    if (rc < 0) {
        diag("%s", err.text);
        return EXIT_IO;
    }
    if (s->no_plots)
        return EXIT_DONE;
    return report_plots(out_series_plots(o, &plots, &err), s->folder, &err, drawn);
}

static void print(const struct settings *s, const struct series_out *o, bool drawn)
{
    enum table_style style = table_style_of(s->format);
    struct strbuf b = STRBUF_INIT;

    if (strcmp(s->format, "csv") == 0) {
        out_series_csv(stdout, o);
    } else if (strcmp(s->format, "ndjson") == 0) {
        out_series_ndjson(stdout, o);
    } else {
        out_series_table(&b, o, style);
        print_summary(&b, style, s->folder, drawn);
    }
    strbuf_release(&b);
}

/* ---- the commands ---- */

/* The values of all series, each on its own. */
struct filling {
    struct filled *list;
    const struct series *const *chosen;
    const struct series_sources *sources;
    const struct grid *grid;
};

static void fill(void *context, size_t i)
{
    struct filling *f = context;

    series_fill(&f->list[i], f->chosen[i], f->sources, f->grid);
}

static enum exit_status write_all(const struct settings *s, const struct series_sources *sources,
                                  const struct series *const *chosen, size_t count,
                                  const struct grid *g)
{
    struct filled *list = xcalloc(count + 1, sizeof *list);
    struct line_counts none = {0};
    struct series_out o = {
        list, count, g, sources->several.count ? &sources->several.collections[0].counts : &none};
    struct filling filling = {list, chosen, sources, g};
    enum exit_status status = EXIT_DONE;
    bool drawn = false;

    threads_each(s->reading.threads, count, fill, &filling);
    if (s->folder)
        status = write_folder(s, &o, &drawn);
    print(s, &o, drawn);
    for (size_t i = 0; i < count; i++)
        filled_release(&list[i]);
    free(list);
    return status;
}

static enum exit_status draw(struct settings *s, struct series_sources *sources,
                             const struct series *const *chosen, size_t count)
{
    enum exit_status status;
    struct err err = ERR_INIT;
    struct grid g;

    series_read(sources, &s->reading.inputs, &s->reading.feed, s->reading.filter, s->every_ns);
    status = reading_report(&s->reading);
    if (series_grid(sources, &g, &err) < 0) {
        diag("%s", err.text);
        return EXIT_USAGE;
    }
    if (!g.count) {
        diag("no lager line was found or selected; are these logs of Diego components?");
        return worse_status(status, EXIT_IO);
    }
    return worse_status(status, write_all(s, sources, chosen, count, &g));
}

static enum exit_status prepare(struct settings *s, const char *name,
                                const struct series *const *chosen, size_t count)
{
    struct asset_search search = parser_dirs_search(&s->parser_dirs);
    enum exit_status status;
    struct series_sources sources;
    struct err err = ERR_INIT;

    if (series_sources_init(&sources, chosen, count, &search, s->reading.threads, &err) < 0 ||
        (s->board && !s->folder && err_set(&err, "say with -o where to write the board") < 0) ||
        reading_prepare(&s->reading, &err) < 0) {
        status = command_misuse(name, &err);
    } else if (s->folder &&
               (folder_make(s->folder, &err) < 0 || folder_lock(s->folder, &err) < 0)) {
        diag("%s", err.text);
        status = EXIT_IO;
    } else {
        status = draw(s, &sources, chosen, count);
    }
    series_sources_release(&sources);
    return status;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {.format = "table",
                         .image = "svg",
                         .every_ns = 10 * NS_PER_SECOND,
                         .board = cmd == &command_health};
    struct series_set set = SERIES_SET_INIT;
    const struct series **chosen = NULL;
    size_t count = 0;
    enum exit_status status;
    struct err err = ERR_INIT;
    bool help = false;

    reading_init(&s.reading);
    if (options_parse(cmd->options, argc, argv, &s, reading_add_input, &help, &err) == 0 && !help &&
        series_load_all(&set, &err) == 0)
        choose(&s, &set, &chosen, &count, &err);
    if (err.set) {
        status = command_misuse(cmd->name, &err);
    } else if (help) {
        command_print_help(cmd, cmd->name, cmd->summary);
        status = EXIT_DONE;
    } else if (s.list) {
        print_list(&s, chosen, count);
        status = EXIT_DONE;
    } else {
        status = prepare(&s, cmd->name, chosen, count);
    }
    free(chosen);
    series_set_release(&set);
    reading_release(&s.reading);
    parser_dirs_release(&s.parser_dirs);
    return status;
}

const struct command command_series = {
    .name = "series",
    .summary = "values over time: LRPs and Tasks by state, capacity, latencies, errors",
    .usage = "[OPTION...] INPUT...",
    .about = "Time is cut into bins, and for each bin a series has a value: how many there were at "
             "its end, how many\ncame in it, the longest of it.  A bin without a value is empty, "
             "in CSV as in a graph, and never 0.\nLevels count from the first line: what was there "
             "before is not known.",
    .examples =
        "  cicerone series --list                            which there are\n"
        "  cicerone series logs/ --every 5s -o out/          CSV and a graph of each\n"
        "  cicerone series logs/ --only lrps,tasks -f csv    rows of time, series, key, value\n",
    .options = series_options,
    .run = run,
};

const struct command command_health = {
    .name = "health",
    .summary = "all series on one board, as the health screen of Diego had them",
    .usage = "[OPTION...] -o DIR INPUT...",
    .about = "DIR/index.html shows the graphs in their groups, and says of each that is missing "
             "why it is.",
    .examples = "  cicerone health logs/ -o board/\n"
                "  cicerone health cf.tgz --every 1m -o board/ --image png\n",
    .options = health_options,
    .run = run,
};
