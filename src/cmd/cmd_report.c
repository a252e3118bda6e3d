/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/xalloc.h"
#include "cmd/parser_dirs.h"
#include "cmd/reading.h"
#include "lifecycle/collect.h"
#include "lifecycle/library.h"
#include "output/folder.h"
#include "output/out_html.h"

struct settings {
    struct reading reading;
    struct parser_dirs parser_dirs;
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
    {.kind = OPTION_FLAG, .name = "no-plots", .offset = AT(no_plots), .about = "draw no graphs"},
    {.kind = OPTION_TABLE,
     .table = parser_dir_options,
     .offset = AT(parser_dirs),
     .about = PARSER_DIRS_ABOUT},
    READING_ROWS,
    {.kind = OPTION_END},
};

/* A lifecycle to report on, and the inputs as it reads them. */
struct part {
    struct lifecycle *lc;
    struct inputs again; /* unused by the first part, which reads the inputs themselves */
};

struct parts {
    struct part *list;
    size_t count;
};

static void release_parts(struct parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        lifecycle_free(parts->list[i].lc);
        inputs_release(&parts->list[i].again);
    }
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
        parts->list[parts->count++] = (struct part){lc, INPUTS_INIT};
    }
    free(names);
    return err->set ? -1 : 0;
}

/* Each lifecycle but the first reads the inputs once more. */
static int repeat_inputs(const struct settings *s, struct parts *parts, struct err *err)
{
    const struct input *once = parts->count > 1 ? inputs_once(&s->reading.inputs) : NULL;

    if (once)
        return err_set(err, "%s can be read only once; choose one lifecycle by --lifecycle",
                       input_title(once));
    for (size_t i = 1; i < parts->count; i++)
        inputs_add_again(&parts->list[i].again, &s->reading.inputs);
    return 0;
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

static bool any_lager(const struct inputs *inputs, const struct collection *c)
{
    uint64_t bytes = 0;

    if (c->counts.understood)
        return true;
    for (size_t i = 0; i < inputs->count; i++) {
        for (const struct input *in = &inputs->list[i]; in; in = in->next)
            bytes += in->bytes;
    }
    if (bytes)
        diag("no lager line among %llu lines; are these logs of Diego components?",
             (unsigned long long)(c->counts.lines + c->counts.too_long));
    else
        diag("nothing to read: all inputs are empty, or could not be read");
    return false;
}

/* A part's section; the first part opens the page, unless there is nothing to put there. */
static enum exit_status report_part(struct settings *s, const struct part *part, unsigned number,
                                    struct inputs *inputs, struct page *page)
{
    struct html_options how = {!s->no_plots, s->reading.threads};
    const struct selection all = {NULL, NULL};
    enum exit_status status = EXIT_DONE;
    struct collection collection;
    struct err err = ERR_INIT;
    struct stats stats;
    struct run run = {.lc = part->lc,
                      .collection = &collection,
                      .timelines = &collection.timelines,
                      .stats = &stats};

    collect(inputs, part->lc, &s->reading.feed, s->reading.filter, &all, &collection);
    run.input_count = inputs_files(inputs);
    stats_init(&stats, &collection.timelines);
    if (!page->f) {
        status = reading_report(&s->reading);
        if (!any_lager(inputs, &collection) || page_open(page, s->page, &err) < 0)
            status = EXIT_IO;
        else
            html_open(page->f, inputs);
    }
    if (page->f && html_run(page->f, &run, number, &how, &err) < 0)
        status = EXIT_IO;
    if (err.set)
        diag("%s", err.text);
    stats_release(&stats);
    collection_release(&collection);
    return status;
}

static enum exit_status report(struct settings *s, const struct parts *parts)
{
    struct page page = {.f = NULL};
    enum exit_status status = EXIT_DONE;
    struct err err = ERR_INIT;

    for (size_t i = 0; i < parts->count && (i == 0 || page.f); i++)
        status = worse_status(status,
                              report_part(s, &parts->list[i], (unsigned)i + 1,
                                          i ? &parts->list[i].again : &s->reading.inputs, &page));
    if (!page.f)
        return status;
    html_close(page.f);
    if (page_close(&page, &err) < 0) {
        diag("%s", err.text);
        status = EXIT_IO;
    }
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
    if (options_parse(options, argc, argv, &s, reading_add_input, &help, &err) < 0) {
        status = command_misuse(cmd->name, &err);
    } else if (help) {
        command_print_help(cmd, cmd->name, cmd->summary);
        status = EXIT_DONE;
    } else {
        if (!s.page && isatty(STDOUT_FILENO))
            err_set(&err, "the page is not for a terminal; name a file with -o");
        if (err.set || load_parts(&s, &parts, &err) < 0 || repeat_inputs(&s, &parts, &err) < 0 ||
            reading_prepare(&s.reading, &err) < 0)
            status = command_misuse(cmd->name, &err);
        else
            status = report(&s, &parts);
    }
    release_parts(&parts);
    reading_release(&s.reading);
    parser_dirs_release(&s.parser_dirs);
    return status;
}

const struct command command_report = {
    .name = "report",
    .summary = "a page for the browser: findings, tables, plots and timelines to look into",
    .usage = "[OPTION...] INPUT...",
    .about = "An INPUT is a log, a bundle, a folder of these, or - for standard input (with one\n"
             "lifecycle only). The page is one HTML file that needs no network; mail it, keep it.",
    .examples = "  cicerone report logs/ -o report.html                 Tasks and LRP instances\n"
                "  cicerone report logs/ --lifecycle tasks -o report.html\n"
                "  cicerone report cf-20180326-235703.tgz --since +90s -o report.html\n"
                "  zcat bbs.log.gz | cicerone report --lifecycle tasks - >report.html\n",
    .options = options,
    .run = run,
};
