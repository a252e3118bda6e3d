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
#include "lifecycle/collect.h"
#include "lifecycle/library.h"
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
    {.kind = OPTION_TABLE,
     .table = parser_dir_options,
     .offset = AT(parser_dirs),
     .about = PARSER_DIRS_ABOUT},
    READING_ROWS,
    {.kind = OPTION_END},
};

/* The lifecycles to report on; all are of one kind of log. */
struct parts {
    struct lifecycle **list;
    size_t count;
};

static void release_parts(struct parts *parts)
{
    for (size_t i = 0; i < parts->count; i++)
        lifecycle_free(parts->list[i]);
    free(parts->list);
}

/* Load the lifecycles of a list of names with commas. */
static int load_parts(const struct settings *s, struct parts *parts, struct err *err)
{
    struct asset_search search = parser_dirs_search(&s->parser_dirs);
    char *names = xstrdup(s->lifecycles), *rest = names, *name;

    while ((name = strsep(&rest, ",")) && !err->set) {
        struct lifecycle *lc = library_load(&search, name, err);

        if (!lc) {
            if (!err->set)
                err_set(err, "there is no lifecycle \"%s\"", name);
            continue;
        }
        parts->list = xreallocarray(parts->list, parts->count + 1, sizeof *parts->list);
        parts->list[parts->count++] = lc;
        if (lc->log != parts->list[0]->log)
            err_set(err, "%s and %s are read from logs of different kinds: report on one of them",
                    parts->list[0]->name, name);
    }
    free(names);
    return err->set ? -1 : 0;
}

/* What the options select of each lifecycle. */
static int compile_selections(struct settings *s, const struct parts *parts, struct err *err)
{
    s->selections = xcalloc(parts->count, sizeof *s->selections);
    for (size_t i = 0; i < parts->count; i++) {
        if (entities_compile(&s->entities, parts->list[i], &s->selections[i], err) < 0)
            return -1;
    }
    return 0;
}

static void release_selections(struct settings *s, const struct parts *parts)
{
    for (size_t i = 0; s->selections && i < parts->count; i++)
        entities_release(&s->selections[i]);
    free(s->selections);
}

/* The page while it is written: a file with a name, or standard output. */
struct page {
    struct out_file file;
    FILE *f;
    bool named;
};

static int page_open(struct page *page, const char *path, struct err *err)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    char *folder;
    int rc;

    *page = (struct page){.f = stdout, .named = path != NULL};
    if (!path)
        return 0;
    folder = slash == path ? xstrdup("/")
             : slash       ? xmemdup0(path, (size_t)(slash - path))
                           : xstrdup(".");
    rc = out_file_open(&page->file, folder, slash ? slash + 1 : path, err);
    page->f = page->file.f;
    free(folder);
    return rc;
}

static int page_close(struct page *page, struct err *err)
{
    return page->named ? out_file_close(&page->file, err) : 0;
}

static bool any_understood(const struct inputs *inputs, const struct collection *c)
{
    const struct log_format *log = c->timelines.lc->log;
    uint64_t bytes = 0;

    if (c->counts.understood)
        return true;
    for (size_t i = 0; i < inputs->count; i++) {
        for (const struct input *in = &inputs->list[i]; in; in = in->next)
            bytes += in->bytes;
    }
    if (bytes)
        diag("no %s among %llu lines; %s", log->line,
             (unsigned long long)(c->counts.lines + c->counts.too_long), log->hint);
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

    stats_init(&stats, &c->timelines);
    rc = html_run(f, &run, number, &how, err);
    stats_release(&stats);
    return rc;
}

static int write_page(const struct settings *s, const struct collection *list, size_t count,
                      struct err *err)
{
    struct page page;
    int rc = page_open(&page, s->page, err);

    if (rc < 0)
        return rc;
    html_open(page.f, &s->reading.inputs);
    for (size_t i = 0; i < count; i++) {
        if (write_part(s, &list[i], (unsigned)i + 1, page.f, err) < 0)
            rc = -1;
    }
    html_close(page.f);
    return page_close(&page, err) < 0 ? -1 : rc;
}

static enum exit_status report(struct settings *s, const struct parts *parts)
{
    struct collection *list = xcalloc(parts->count, sizeof *list);
    enum exit_status status;
    struct err err = ERR_INIT;

    collect_all(&s->reading.inputs, (const struct lifecycle *const *)parts->list, parts->count,
                &s->reading.feed, s->reading.filter, list, NULL);
    for (size_t i = 0; i < parts->count; i++)
        timelines_select(&list[i].timelines, &s->selections[i]);
    status = reading_report(&s->reading);
    if (!any_understood(&s->reading.inputs, &list[0]) ||
        write_page(s, list, parts->count, &err) < 0)
        status = EXIT_IO;
    if (err.set)
        diag("%s", err.text);
    for (size_t i = 0; i < parts->count; i++)
        collection_release(&list[i]);
    free(list);
    return status;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {.lifecycles = "tasks,lrps"};
    struct parts parts = {NULL, 0};
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
            s.reading.log = parts.list[0]->log;
            reading_prepare(&s.reading, &err);
        }
        if (err.set)
            status = command_misuse(cmd->name, &err);
        else
            status = report(&s, &parts);
    }
    release_selections(&s, &parts);
    release_parts(&parts);
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
