/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/xalloc.h"
#include "cmd/parser_dirs.h"
#include "cmd/reading.h"
#include "cmd/writing.h"
#include "lifecycle/library.h"
#include "output/out_survey.h"

struct settings {
    struct reading reading;
    struct parser_dirs parser_dirs;
    const char *format;
};

#define AT(field) offsetof(struct settings, field)

static const struct option_row options[] = {
    {.kind = OPTION_CHOICE,
     .name = "format",
     .letter = 'f',
     .value = "FORMAT",
     .offset = AT(format),
     .choices = "table|csv|components|json|ndjson|markdown",
     .about = "table, csv (of files), components (CSV), json, ndjson, markdown"},
    PARSER_DIRS_ROW(AT(parser_dirs)),
    READING_ROWS,
    {.kind = OPTION_END},
};

/* The lifecycles there are; those whose definitions are wrong are said and left out. */
struct lifecycles {
    struct lifecycle **list;
    size_t count;
};

static struct lifecycles load_lifecycles(const struct settings *s)
{
    struct asset_search search = parser_dirs_search(&s->parser_dirs);
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
    struct strbuf b = STRBUF_INIT;

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(s->format, formats[i].name) == 0) {
            formats[i].write(stdout, r);
            return;
        }
    }
    out_survey_table(&b, r, table_style_of(s->format));
    fwrite(b.data, 1, b.len, stdout);
    strbuf_release(&b);
}

static enum exit_status inspect(struct settings *s)
{
    struct lifecycles all = load_lifecycles(s);
    struct survey_report report = {NULL, NULL, 0};
    struct blind *blinds = NULL;
    struct survey survey;
    enum exit_status status;

    survey_take(&s->reading.inputs, &s->reading.feed, s->reading.filter, &survey);
    status = reading_report(&s->reading);
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

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {.format = "table"};
    enum exit_status status;
    struct err err = ERR_INIT;
    bool help = false;

    reading_init(&s.reading);
    if (options_parse(options, argc, argv, &s, reading_add_input, &help, &err) < 0) {
        status = command_misuse(cmd->name, &err);
    } else if (help) {
        command_print_help(cmd, cmd->name, cmd->summary);
        status = EXIT_DONE;
    } else if (reading_prepare(&s.reading, &err) < 0) {
        status = command_misuse(cmd->name, &err);
    } else {
        status = inspect(&s);
    }
    reading_release(&s.reading);
    parser_dirs_release(&s.parser_dirs);
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
