/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/xalloc.h"
#include "cmd/entities.h"
#include "cmd/parser_dirs.h"
#include "cmd/reading.h"
#include "lifecycle/several.h"
#include "output/folder.h"
#include "output/out_html.h"

struct settings {
    struct reading reading;
    struct parser_dirs parser_dirs;
    struct entity_choice entities;
    struct selection *selections; /* per lifecycle */
    const char *page, *lifecycles;
    bool no_plots;
};

#define AT(field) offsetof(struct settings, field)

static const struct option_row options[] = {
    {.kind = OPTION_TEXT,
     .name = "output",
     .letter = 'o',
     .value = "FILE",
     .offset = AT(page),
     .about = "write the page to this file, not to standard output"},
    {.kind = OPTION_TEXT,
     .name = "lifecycle",
     .value = "NAMES",
     .offset = AT(lifecycles),
     .about = "report on these lifecycles, parted by commas (default: tasks,lrps)"},
    ENTITY_ROWS(AT(entities)),
    {.kind = OPTION_FLAG, .name = "no-plots", .offset = AT(no_plots), .about = "draw no graphs"},
    PARSER_DIRS_ROW(AT(parser_dirs)),
    READING_ROWS,
    {.kind = OPTION_END},
};

/* Load the lifecycles of a list of names with commas. */
static int load_parts(const struct settings *s, struct several *parts, struct err *err)
{
    struct asset_search search = parser_dirs_search(&s->parser_dirs);
    char *names = xstrdup(s->lifecycles), *rest = names, *name;

    while ((name = strsep(&rest, ",")) && !err->set)
        several_add(parts, &search, name, err);
    free(names);
    return err->set ? -1 : 0;
}

/* What the options select of each lifecycle. */
static int compile_selections(struct settings *s, const struct several *parts, struct err *err)
{
    s->selections = xcalloc(parts->count, sizeof *s->selections);
    for (size_t i = 0; i < parts->count; i++) {
        if (entities_compile(&s->entities, parts->lcs[i], &s->selections[i], err) < 0)
            return -1;
    }
    return 0;
}

static void release_selections(struct settings *s, const struct several *parts)
{
    for (size_t i = 0; s->selections && i < parts->count; i++)
        entities_release(&s->selections[i]);
    free(s->selections);
}

/* Without a path it is standard output. */
static int page_open(struct out_file *page, const char *path, struct err *err)
{
    *page = (struct out_file){.f = stdout};
    return path ? out_file_open_path(page, path, err) : 0;
}

static int page_close(struct out_file *page, struct err *err)
{
    return page->path ? out_file_close(page, err) : 0;
}

static bool any_understood(const struct inputs *inputs, const struct collection *c)
{
    if (c->counts.understood)
        return true;
    if (inputs_bytes(inputs))
        report_no_line(c->timelines.lc->log, c->counts.lines + c->counts.too_long);
    else
        diag("nothing to read: all inputs are empty, or could not be read");
    return false;
}

/* The section of a lifecycle. */
static int write_part(const struct settings *s, const struct collection *c, unsigned number,
                      FILE *f, struct err *err)
{
    struct html_options how = {!s->no_plots, s->reading.threads};
    struct stats stats;
    struct run run = {.lc = c->timelines.lc,
                      .collection = c,
                      .timelines = &c->timelines,
                      .stats = &stats,
                      .input_count = inputs_files(&s->reading.inputs)};
    int rc;

    stats_init(&stats, &c->timelines, s->reading.threads);
    rc = html_run(f, &run, number, &how, err);
    stats_release(&stats);
    return rc;
}

static int write_page(const struct settings *s, const struct several *parts, struct err *err)
{
    struct out_file page;
    int rc = page_open(&page, s->page, err);

    if (rc < 0)
        return rc;
    html_open(page.f, &s->reading.inputs);
    for (size_t i = 0; i < parts->count; i++) {
        if (write_part(s, &parts->collections[i], (unsigned)i + 1, page.f, err) < 0)
            rc = -1;
    }
    html_close(page.f);
    return page_close(&page, err) < 0 ? -1 : rc;
}

/* Keep what the options select, and say so if that is nothing. */
static void select_entities(const struct settings *s, struct several *parts)
{
    uint64_t kept = 0, unselected = 0;

    for (size_t i = 0; i < parts->count; i++) {
        struct timelines *t = &parts->collections[i].timelines;

        timelines_select(t, &s->selections[i]);
        kept += t->count;
        unselected += t->unselected;
    }
    if (!kept && unselected)
        diag("nothing was selected of the %llu entities there are", (unsigned long long)unselected);
}

static enum exit_status report(struct settings *s, struct several *parts)
{
    enum exit_status status;
    struct err err = ERR_INIT;

    several_read(parts, &s->reading.inputs, &s->reading.feed, s->reading.filter, NULL);
    select_entities(s, parts);
    status = reading_report(&s->reading);
    if (!any_understood(&s->reading.inputs, &parts->collections[0]) ||
        write_page(s, parts, &err) < 0)
        status = EXIT_IO;
    if (err.set)
        diag("%s", err.text);
    return status;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {.lifecycles = "tasks,lrps"};
    struct several parts = SEVERAL_INIT;
    enum exit_status status;
    struct err err = ERR_INIT;
    bool help = false;

    reading_init(&s.reading);
    s.reading.keeps_sites = true;
    if (options_parse(options, argc, argv, &s, reading_add_input, &help, &err) < 0) {
        status = command_misuse(cmd->name, &err);
    } else if (help) {
        command_print_help(cmd, cmd->name, cmd->summary);
        status = EXIT_DONE;
    } else {
        if (!s.page && isatty(STDOUT_FILENO))
            err_set(&err, "the page is not for a terminal; name a file with -o");
        if (!err.set && load_parts(&s, &parts, &err) == 0 &&
            compile_selections(&s, &parts, &err) == 0) {
            s.reading.log = parts.lcs[0]->log;
            reading_prepare(&s.reading, &err);
        }
        if (err.set)
            status = command_misuse(cmd->name, &err);
        else
            status = report(&s, &parts);
    }
    release_selections(&s, &parts);
    several_release(&parts);
    reading_release(&s.reading);
    parser_dirs_release(&s.parser_dirs);
    return status;
}

const struct command command_report = {
    .name = "report",
    .summary = "a page for the browser: findings, tables, plots and timelines to look into",
    .usage = "[OPTION...] INPUT...",
    .about = "An INPUT is a log, a bundle, a folder of these, or - for standard input.\n"
             "The page is one HTML file that needs no network; mail it, keep it.",
    .examples = "  cicerone report logs/ -o report.html                 Tasks and LRP instances\n"
                "  cicerone report logs/ --lifecycle tasks -o report.html\n"
                "  cicerone report logs/ --lifecycle lrps --process-guid GUID -o report.html\n"
                "  cicerone report cf-20180326-235703.tgz --since +90s -o report.html\n"
                "  zcat bbs.log.gz | cicerone report - >report.html\n",
    .options = options,
    .run = run,
};
