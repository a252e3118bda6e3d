/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/xalloc.h"
#include "cmd/select.h"
#include "lifecycle/library.h"
#include "output/out_survey.h"

#define DEFAULT_MAX_LINE ((size_t)16 << 20)

struct settings {
    struct inputs inputs;
    struct filter_request lines;
    struct origin origin; /* of --origin, for the inputs after it */
    bool has_origin;
    const char *format;
    const char **parser_dirs;
    size_t parser_dir_count;
    unsigned threads;
    size_t max_line, max_unpacked;
    bool strict;
};

static int add_input(void *settings, const char *word, struct err *err)
{
    struct settings *s = settings;

    (void)err;
    inputs_add(&s->inputs, word, s->has_origin ? &s->origin : NULL);
    return 0;
}

static int set_origin(void *settings, const char *value, struct err *err)
{
    struct settings *s = settings;

    if (s->has_origin)
        origin_release(&s->origin);
    s->has_origin = origin_of_option(value, &s->origin);
    return s->has_origin ? 0 : err_set(err, "--origin wants JOB/INDEX, not \"%s\"", value);
}

static int add_parser_dir(void *settings, const char *value, struct err *err)
{
    struct settings *s = settings;

    (void)err;
    s->parser_dirs = xreallocarray(s->parser_dirs, s->parser_dir_count + 1, sizeof *s->parser_dirs);
    s->parser_dirs[s->parser_dir_count++] = value;
    return 0;
}

#define AT(field) offsetof(struct settings, field)

static const struct option_row options[] = {
    {.kind = OPTION_CHOICE,
     .name = "format",
     .letter = 'f',
     .value = "FORMAT",
     .offset = AT(format),
     .choices = "table|csv|components|json|ndjson|markdown",
     .about = "table, csv (of files), components (CSV), json, ndjson, markdown"},
    {.kind = OPTION_CALL,
     .name = "origin",
     .value = "JOB/INDEX",
     .call = set_origin,
     .about = "where the inputs after this are from, if their folders do not tell"},
    {.kind = OPTION_CALL,
     .name = "parser-dir",
     .value = "DIR",
     .call = add_parser_dir,
     .about = "say what can't be seen of the lifecycles defined here, too; may be repeated"},
    {.kind = OPTION_NUMBER,
     .name = "threads",
     .letter = 'j',
     .value = "N",
     .offset = AT(threads),
     .least = 1,
     .most = 64,
     .about = "threads to use (default: the cores there are)"},
    {.kind = OPTION_BYTES,
     .name = "max-line",
     .value = "BYTES",
     .offset = AT(max_line),
     .about = "leave out and count lines longer than this (default 16M)"},
    {.kind = OPTION_BYTES,
     .name = "max-unpacked",
     .value = "BYTES",
     .offset = AT(max_unpacked),
     .about = "give up an input that unpacks to more (default 1T; beyond 1G also 1000:1)"},
    {.kind = OPTION_FLAG,
     .name = "strict",
     .offset = AT(strict),
     .about = "exit with 1 if any input was damaged"},
    {.kind = OPTION_TABLE,
     .table = select_options,
     .offset = AT(lines),
     .about = SELECT_OPTIONS_ABOUT},
    {.kind = OPTION_END},
};

/* The lifecycles there are; those whose definitions are wrong are said and left out. */
struct lifecycles {
    struct lifecycle **list;
    size_t count;
};

static struct lifecycles load_lifecycles(const struct settings *s)
{
    struct asset_search search = {"parsers", s->parser_dirs, s->parser_dir_count};
    struct lifecycles all = {NULL, 0};
    size_t count;
    char **names = library_names(&search, &count);

    all.list = xcalloc(count, sizeof *all.list);
    for (size_t i = 0; i < count; i++) {
        struct err err = ERR_INIT;
        struct lifecycle *lc = library_load(&search, names[i], &err);

        if (lc)
            all.list[all.count++] = lc;
        else
            diag("%s", err.text);
        free(names[i]);
    }
    free(names);
    return all;
}

static void release_lifecycles(struct lifecycles *all)
{
    for (size_t i = 0; i < all->count; i++)
        lifecycle_free(all->list[i]);
    free(all->list);
}

static void print(const struct settings *s, const struct survey_report *r)
{
    static const struct {
        const char *name;
        void (*write)(FILE *f, const struct survey_report *r);
    } formats[] = {{"csv", out_survey_csv},
                   {"components", out_survey_components_csv},
                   {"json", out_survey_json},
                   {"ndjson", out_survey_ndjson}};
    bool colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
    struct strbuf b = STRBUF_INIT;

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(s->format, formats[i].name) == 0) {
            formats[i].write(stdout, r);
            return;
        }
    }
    out_survey_table(&b, r,
                     strcmp(s->format, "markdown") == 0 ? TABLE_MARKDOWN
                     : colour                           ? TABLE_COLOUR
                                                        : TABLE_PLAIN);
    fwrite(b.data, 1, b.len, stdout);
    strbuf_release(&b);
}

static enum exit_status inspect(struct settings *s, const struct feed_options *feed,
                                const struct filter *filter)
{
    struct lifecycles all = load_lifecycles(s);
    struct survey_report report = {NULL, NULL, 0};
    struct blind *blinds = NULL;
    struct survey survey;
    enum exit_status status;

    survey_take(&s->inputs, feed, filter, &survey);
    status = report_inputs(&s->inputs);
    if (s->strict && status == EXIT_DAMAGED)
        status = EXIT_CHECK;
    for (size_t i = 0; i < all.count && survey.component_count; i++) {
        size_t count;
        struct blind *more = blind_find(&survey, all.list[i], &count);

        blinds = xreallocarray(blinds, report.blind_count + count, sizeof *blinds);
        if (count)
            memcpy(blinds + report.blind_count, more, count * sizeof *blinds);
        report.blind_count += count;
        free(more);
    }
    report.survey = &survey;
    report.blinds = blinds;
    print(s, &report);
    blind_free(blinds, report.blind_count);
    survey_release(&survey);
    release_lifecycles(&all);
    return status;
}

static enum exit_status prepare(struct settings *s, const char *name)
{
    struct feed_options feed = {
        .threads = s->threads, .max_line_bytes = s->max_line, .max_unpacked = s->max_unpacked};
    struct filter *filter = NULL;
    struct err err = ERR_INIT;
    enum exit_status status;

    if (!s->inputs.count)
        err_set(&err, "no input; name files, folders, or - for standard input");
    if (err.set || select_compile(&s->lines, &s->inputs, &feed, &filter, &err) < 0)
        status = command_misuse(name, &err);
    else
        status = inspect(s, &feed, filter);
    filter_free(filter);
    return status;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {
        .format = "table", .threads = feed_default_threads(), .max_line = DEFAULT_MAX_LINE};
    enum exit_status status;
    struct err err = ERR_INIT;
    bool help = false;

    if (options_parse(options, argc, argv, &s, add_input, &help, &err) < 0) {
        status = command_misuse(cmd->name, &err);
    } else if (help) {
        command_print_help(cmd, cmd->name, cmd->summary);
        status = EXIT_DONE;
    } else {
        status = prepare(&s, cmd->name);
    }
    inputs_release(&s.inputs);
    filter_request_release(&s.lines);
    if (s.has_origin)
        origin_release(&s.origin);
    free(s.parser_dirs);
    return status;
}

const struct command command_inspect = {
    .name = "inspect",
    .summary = "what is in a pile of logs: files, components, times, damage, what is missing",
    .usage = "[OPTION...] INPUT...",
    .about = "An INPUT is a file (gzip or not), a folder of logs, or - for standard input.",
    .examples =
        "  cicerone inspect logs/                       before all else: is this pile whole?\n"
        "  cicerone inspect logs/ --since -1h           the last hour of it\n"
        "  cicerone inspect logs/ --level error -f components   who logged errors, and how many\n"
        "  cicerone inspect logs/ -f ndjson | jq -c 'select(.steps_back > 0)'\n",
    .options = options,
    .run = run,
};
