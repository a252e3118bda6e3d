/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "cmd/analyze_follow.h"
#include "cmd/entities.h"
#include "cmd/parser_dirs.h"
#include "cmd/reading.h"
#include "cmd/terminal.h"
#include "cmd/writing.h"
#include "lifecycle/collect.h"
#include "lifecycle/library.h"
#include "output/csv_files.h"
#include "output/folder.h"
#include "output/log_file.h"
#include "output/out_csv.h"
#include "output/out_json.h"
#include "output/out_table.h"
#include "output/out_trace.h"

struct settings {
    struct reading reading;
    struct parser_dirs parser_dirs;
    struct entity_choice entities;
    const char *by, *format, *image, *plots, *title;
    const char *folder, *trace; /* of -o: one of them, or none */
    struct plot_choice plot_choice;
    int64_t settle_ns;
    unsigned slowest;
    bool hits, line_numbers, no_plots, follow;
};

static int set_settle(void *settings, const char *value, struct err *err)
{
    struct settings *s = settings;
    size_t len = strlen(value);

    if (nstime_parse_duration(value, len, &s->settle_ns) ||
        nstime_parse_epoch(value, len, &s->settle_ns))
        return 0;
    return err_set(err, "--settle wants seconds, or a duration as 500ms, not \"%s\"", value);
}

#define AT(field) offsetof(struct settings, field)

static const struct option_row options[] = {
    OUTPUT_ROW(AT(folder)),
    {.kind = OPTION_CHOICE,
     .name = "format",
     .letter = 'f',
     .value = "FORMAT",
     .offset = AT(format),
     .choices = "table|csv|durations|stages|json|ndjson|markdown|trace|otlp",
     .about =
         "standard output: table, csv, durations, stages, json, ndjson, markdown, trace, otlp"},
    ENTITY_ROWS(AT(entities)),
    {.kind = OPTION_TEXT,
     .name = "by",
     .value = "TAG[,TAG...]",
     .offset = AT(by),
     .about = "statistics for each value of this tag or these tags, or none (table, stages, json)"},
    PLOT_ROW(AT(plots)),
    TITLE_ROW(AT(title)),
    IMAGE_OR_SCREEN_ROW(AT(image)),
    NO_PLOTS_ROW(AT(no_plots)),
    {.kind = OPTION_NUMBER,
     .name = "slowest",
     .value = "N",
     .offset = AT(slowest),
     .least = 1,
     .most = 10000,
     .about = "list the N with the longest totals, with their tags (in table, markdown)"},
    {.kind = OPTION_FLAG,
     .name = "hits",
     .offset = AT(hits),
     .about = "say how often each match of the definition fired, and on which sources"},
    {.kind = OPTION_FLAG,
     .name = "line-numbers",
     .offset = AT(line_numbers),
     .about = "tell the file and the line of each stage (in json, ndjson)"},
    {.kind = OPTION_FLAG,
     .name = "follow",
     .offset = AT(follow),
     .about = "go on with what is added; print each timeline when it is done (ndjson, csv)"},
    {.kind = OPTION_CALL,
     .name = "settle",
     .value = "SECONDS",
     .call = set_settle,
     .about = "with --follow: wait so long, in the logs' time, for late lines (default 5)"},
    PARSER_DIRS_ROW(AT(parser_dirs)),
    READING_ROWS,
    {.kind = OPTION_END},
};

/* ---- groups ---- */

/* The numbers of the tags that entities are grouped by. */
struct grouping {
    size_t tags[LIFECYCLE_MAX_BY];
    size_t count;
};

static int no_such_tag(const struct lifecycle *lc, struct err *err)
{
    struct strbuf names = STRBUF_INIT;
    int rc;

    if (!lc->tag_count)
        return err_set(err, "--by: %s has no tags", lc->name);
    for (size_t i = 0; i < lc->tag_count; i++)
        strbuf_printf(&names, "%s%s", i ? ", " : "", lc->tags[i].name);
    rc = err_set(err, "--by wants a tag of %s: %s", lc->name, names.data);
    strbuf_release(&names);
    return rc;
}

/* What --by names, else what the definition does; -1 and err if there is no such tag. */
static int find_grouping(const struct settings *s, const struct lifecycle *lc, struct grouping *by,
                         struct err *err)
{
    *by = (struct grouping){.count = 0};
    if (!s->by) {
        memcpy(by->tags, lc->by, sizeof by->tags);
        by->count = lc->by_count;
        return 0;
    }
    if (strcmp(s->by, "none") == 0)
        return 0;
    for (const char *p = s->by, *end; p; p = *end ? end + 1 : NULL) {
        size_t tag;

        end = p + strcspn(p, ",");
        tag = lifecycle_tag(lc, (struct slice){p, (size_t)(end - p)});
        if (tag == NO_TAG_NUMBER)
            return no_such_tag(lc, err);
        if (by->count == LIFECYCLE_MAX_BY)
            return err_set(err, "--by takes at most %d tags", LIFECYCLE_MAX_BY);
        by->tags[by->count++] = tag;
    }
    return 0;
}

/* ---- what went wrong ---- */

static bool any_debug(const struct collection *c)
{
    for (uint32_t i = 0; i < c->sources.count; i++) {
        if (c->source_counts[i].lines[LEVEL_DEBUG])
            return true;
    }
    return false;
}

/* Say why there is nothing to show. */
static enum exit_status report_nothing(const struct run *run, const struct inputs *inputs)
{
    const struct line_counts *c = &run->collection->counts;
    struct strbuf b = STRBUF_INIT;
    uint64_t bytes = inputs_bytes(inputs);
    bool failed = false;

    for (size_t i = 0; i < inputs->count; i++) {
        for (const struct input *in = &inputs->list[i]; in; in = in->next)
            failed |= in->problem != NULL;
    }
    if (!c->understood) {
        if (!bytes && failed) /* which was said */
            return EXIT_IO;
        if (!bytes)
            diag("nothing to read: %s",
                 inputs->count == 1 ? "the input is empty" : "all inputs are empty");
        else
            report_no_line(run->lc->log, c->lines + c->too_long);
        return EXIT_IO;
    }
    if (c->understood == c->unselected) {
        add_count(&b, c->understood);
        diag("no line was selected, of %s there are", b.data);
        strbuf_release(&b);
        return EXIT_DONE;
    }
    add_count(&b, c->understood - c->unselected);
    strbuf_str(&b, c->understood - c->unselected == 1 ? " line of " : " lines of ");
    run_add_sources(run, &b);
    if (run->timelines->unselected) {
        diag("no %s in %s was selected, of %llu there are", run->lc->noun, b.data,
             (unsigned long long)run->timelines->unselected);
    } else {
        diag("no %s events in %s%s", run->lc->noun, b.data,
             any_debug(run->collection) || !run->lc->log->has_debug
                 ? "; cicerone help lists other lifecycles"
                 : "; were the logs at debug level?");
    }
    strbuf_release(&b);
    return EXIT_DONE;
}

/* ---- outputs ---- */

static enum exit_status write_folder(const struct settings *s, const struct run *run, bool *drawn)
{
    struct plot_options plots = {.choice = &s->plot_choice,
                                 .folder = s->folder,
                                 .image = s->image,
                                 .jobs = s->reading.threads,
                                 .title = s->title};
    struct plot_run plot_run = {run, NULL};
    struct err err = ERR_INIT;

    if (csv_files_write(s->folder, run, &err) < 0) {
        diag("%s", err.text);
        return EXIT_IO;
    }
    if (s->no_plots || !run->timelines->count || run->stats->first_stage == NO_STAGE)
        return EXIT_DONE;
    return report_plots(out_plots(&plot_run, 1, &plots, &err), s->folder, &err, drawn);
}

/* The graphs, instead of all else on standard output. */
static enum exit_status draw_here(const struct settings *s, const struct run *run)
{
    struct plot_screen screen = screen_of_stdout();
    struct plot_options plots = {.choice = &s->plot_choice,
                                 .image = s->image,
                                 .jobs = s->reading.threads,
                                 .title = s->title,
                                 .screen = &screen};
    struct plot_run plot_run = {run, NULL};
    struct err err = ERR_INIT;
    bool drawn;

    if (run->stats->first_stage == NO_STAGE) {
        diag("no %s has a stage: there is nothing to draw", run->lc->noun);
        return EXIT_DONE;
    }
    return report_plots(out_plots(&plot_run, 1, &plots, &err), NULL, &err, &drawn);
}

static void print_table(const struct settings *s, const struct run *run, bool drawn)
{
    bool terminal = isatty(STDOUT_FILENO);
    struct table_options o = {table_style_of(s->format), terminal ? 40 : 0, s->slowest, s->hits, 0};
    struct strbuf b = STRBUF_INIT;

    if (terminal && o.style != TABLE_MARKDOWN && terminal_utf8())
        o.columns = terminal_size(STDOUT_FILENO).columns;
    out_table(&b, run, &o);
    print_summary(&b, o.style, s->folder, drawn);
    strbuf_release(&b);
}

/* A table goes to standard output, all else to f. */
static void print_run(FILE *f, const struct settings *s, const struct run *run, bool drawn)
{
    static const struct {
        const char *name;
        void (*fn)(FILE *f, const struct run *run);
    } formats[] = {{"csv", out_timelines_csv}, {"durations", out_durations_csv},
                   {"stages", out_stages_csv}, {"json", out_json},
                   {"ndjson", out_ndjson},     {"trace", out_trace},
                   {"otlp", out_otlp}};

    if (run->groups && strcmp(s->format, "stages") == 0) {
        out_groups_csv(f, run);
        return;
    }
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(s->format, formats[i].name) == 0) {
            formats[i].fn(f, run);
            return;
        }
    }
    print_table(s, run, drawn);
}

static enum exit_status write_trace(const struct settings *s, const struct run *run)
{
    struct err err = ERR_INIT;
    struct log_file *file = log_file_open(s->trace, &err);

    if (file) {
        FILE *f = log_file_stream(file);

        print_run(f, s, run, false);
        fclose(f); /* what can't be written log_file_close() tells */
        log_file_close(file, &err);
    }
    if (!err.set)
        return EXIT_DONE;
    diag("%s", err.text);
    return EXIT_IO;
}

/* To where it was asked for: the screen, a file, or standard output. */
static enum exit_status write_run(const struct settings *s, const struct run *run, bool drawn)
{
    if (is_screen(s->image))
        return draw_here(s, run);
    if (s->trace)
        return write_trace(s, run);
    print_run(stdout, s, run, drawn);
    return EXIT_DONE;
}

/* ---- the command ---- */

/* Formats of nothing but entities do without. */
static bool wants_stats(const struct settings *s)
{
    static const char *const without[] = {"csv", "durations", "ndjson", "trace", "otlp"};

    for (size_t i = 0; i < sizeof without / sizeof *without && !s->folder; i++) {
        if (strcmp(s->format, without[i]) == 0)
            return false;
    }
    return true;
}

static enum exit_status analyze(struct settings *s, const struct lifecycle *lc,
                                const struct selection *sel, const struct grouping *by)
{
    struct inputs *inputs = &s->reading.inputs;
    struct collection collection;
    struct stats stats;
    struct groups groups;
    struct run run = {.lc = lc,
                      .collection = &collection,
                      .timelines = &collection.timelines,
                      .threads = s->reading.threads};
    enum exit_status status;
    bool drawn = false;

    collect(inputs, lc, &s->reading.feed, s->reading.filter, sel, &collection);
    run.input_count = inputs_files(inputs);
    if (wants_stats(s)) {
        stats_init(&stats, &collection.timelines, s->reading.threads);
        run.stats = &stats;
    }
    status = reading_report(&s->reading);
    if (by->count) {
        groups_init(&groups, &collection.timelines, by->tags, by->count);
        run.groups = &groups;
    }
    if (!collection.timelines.count)
        status = worse_status(status, report_nothing(&run, inputs));
    if (s->folder)
        status = worse_status(status, write_folder(s, &run, &drawn));
    if (collection.counts.understood)
        status = worse_status(status, write_run(s, &run, drawn));
    if (run.groups)
        groups_release(&groups);
    if (run.stats)
        stats_release(&stats);
    collection_release(&collection);
    return status;
}

/* With traces -o names a file, if it looks like one. */
static void find_trace(struct settings *s)
{
    static const char *const tails[] = {".json", ".jsonl", ".json.gz", ".jsonl.gz"};
    size_t len = s->folder ? strlen(s->folder) : 0;

    if (strcmp(s->format, "trace") != 0 && strcmp(s->format, "otlp") != 0)
        return;
    for (size_t i = 0; i < sizeof tails / sizeof *tails && !s->trace; i++) {
        size_t n = strlen(tails[i]);

        if (len > n && strcmp(s->folder + len - n, tails[i]) == 0)
            s->trace = s->folder;
    }
    if (s->trace)
        s->folder = NULL;
}

/* What can't be had of logs that go on, and what is printed if nothing was asked for. */
static int check_formats(struct settings *s, struct err *err)
{
    if (!s->format)
        s->format = s->follow ? "ndjson" : "table";
    if (s->follow && strcmp(s->format, "ndjson") != 0 && strcmp(s->format, "csv") != 0)
        return err_set(err, "--follow prints ndjson or csv, not %s", s->format);
    if (s->follow && (s->folder || s->hits || s->by))
        return err_set(err, "--follow can't be with %s",
                       s->folder ? "--output"
                       : s->hits ? "--hits"
                                 : "--by");
    if (s->line_numbers && (s->follow || !strstr(s->format, "json")))
        return err_set(err, "--line-numbers is for json and ndjson, without --follow");
    s->reading.writes_along = s->follow;
    s->reading.keeps_sites = s->line_numbers;
    find_trace(s);
    return 0;
}

static int choose_plots(struct settings *s, struct err *err)
{
    if (!s->folder && !s->plots && !is_screen(s->image)) /* nothing is drawn */
        return 0;
    if (choose_kinds(&s->plot_choice, s->plots, &s->image, 1, err) < 0)
        return -1;
    if (!is_screen(s->image))
        return s->plots && !s->folder ? err_set(err, "--plot needs a folder to draw to: -o DIR, or "
                                                     "--image dumb or sixel for the terminal")
                                      : 0;
    if (s->folder)
        return err_set(err, "--image %s draws to standard output and not to a folder", s->image);
    if (s->follow || s->hits || s->slowest || strcmp(s->format, "table") != 0)
        return err_set(err, "--image %s is all that standard output gets, so it can't be with %s",
                       s->image,
                       s->follow    ? "--follow"
                       : s->hits    ? "--hits"
                       : s->slowest ? "--slowest"
                                    : "--format");
    return 0;
}

static enum exit_status prepare(struct settings *s, const char *name, const struct lifecycle *lc)
{
    struct selection sel = {NULL, NULL};
    struct err err = ERR_INIT;
    enum exit_status status;
    struct grouping by;

    s->reading.log = lc->log;
    if (check_formats(s, &err) < 0 || entities_compile(&s->entities, lc, &sel, &err) < 0 ||
        find_grouping(s, lc, &by, &err) < 0 || choose_plots(s, &err) < 0 ||
        reading_prepare(&s->reading, &err) < 0) {
        status = command_misuse(name, &err);
    } else if (s->follow) {
        status = analyze_follow(&s->reading, lc, &sel, strcmp(s->format, "csv") == 0, s->settle_ns);
    } else if (s->folder &&
               (folder_make(s->folder, &err) < 0 || folder_lock(s->folder, &err) < 0)) {
        diag("%s", err.text);
        status = EXIT_IO;
    } else {
        status = analyze(s, lc, &sel, &by);
    }
    entities_release(&sel);
    plot_choice_release(&s->plot_choice);
    return status;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {.image = "svg", .settle_ns = DEFAULT_SETTLE_NS};
    enum exit_status status = EXIT_USAGE;
    struct err err = ERR_INIT;
    struct lifecycle *lc = NULL;
    bool help = false;

    reading_init(&s.reading);
    if (options_parse(options, argc, argv, &s, reading_add_input, &help, &err) == 0) {
        struct asset_search search = parser_dirs_search(&s.parser_dirs);

        lc = library_load(&search, argv[0], &err);
        if (!lc && !err.set)
            err_set(&err, "there is no lifecycle \"%s\"", argv[0]);
    }
    if (err.set)
        status = command_misuse(argv[0], &err);
    else if (help) {
        command_print_help(cmd, argv[0], lc->title);
        status = EXIT_DONE;
    } else {
        status = prepare(&s, argv[0], lc);
    }
    lifecycle_free(lc);
    reading_release(&s.reading);
    parser_dirs_release(&s.parser_dirs);
    return status;
}

const struct command command_analyze = {
    .name = "LIFECYCLE",
    .summary = "analyse a lifecycle",
    .usage = "[OPTION...] INPUT...",
    .about =
        "An INPUT is a log, a bundle (.tgz, .tar, .zip, also within each other), both packed in "
        "any way,\na folder of these, or - for standard input.\n"
        "With -f trace or otlp, -o names a file if it ends in .json, .jsonl, .json.gz or "
        ".jsonl.gz.",
    .examples =
        "  cicerone tasks logs/                                   a BOSH tree of .log and "
        ".log.N.gz files\n"
        "  cicerone tasks cf-20180326-235703.tgz                  what bosh logs fetched, as it "
        "is\n"
        "  cicerone lrps logs/ -o out/                            CSV, statistics and "
        "graphs in out/\n"
        "  cicerone tasks logs/ --plot dumb                       a graph, here in the terminal\n"
        "  zcat bbs.log.gz | cicerone tasks -                     a pipe\n"
        "  cicerone tasks a.log b.log.1.gz --format csv | cut -d, -f1,2\n"
        "  cicerone lrps logs/ --process-guid GUID --format json  one process, for other "
        "programs\n"
        "  cicerone tasks logs/ -f ndjson --line-numbers         each stage with its file, line\n"
        "  cicerone tasks --follow bbs.log rep.log auctioneer.log  each Task when it is done\n"
        "  cicerone tasks logs/ --since +90s --until -10m         without the warm-up and the "
        "end\n"
        "  cicerone tasks logs/ --where 'vm=~^cell_z1/'           only lines of such VMs\n"
        "  cicerone tasks logs/ -f trace -o tasks.json.gz         a trace for Perfetto\n",
    .options = options,
    .run = run,
};
