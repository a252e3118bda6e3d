/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/xalloc.h"
#include "cmd/parser_dirs.h"
#include "cmd/reading.h"
#include "lifecycle/several.h"
#include "output/out_metrics.h"

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
     .choices = "csv|influx|openmetrics",
     .about = "csv (percentiles; default), influx (each point), openmetrics (percentiles)"},
    PARSER_DIRS_ROW(AT(parser_dirs)),
    READING_ROWS,
    {.kind = OPTION_END},
};

/* Say what there is of a metric that is no point. */
static void report_rest(const struct metric_points *p)
{
    const char *open_as = p->metric->open_as;

    if (p->open && open_as)
        diag("%s: %llu begun and not ended", open_as, (unsigned long long)p->open);
    if (p->headless && open_as)
        diag("%s: %llu ended and not seen to begin", open_as, (unsigned long long)p->headless);
    if (p->negative)
        diag("%s: %llu ended before they began, by clocks that disagree; left out", p->metric->name,
             (unsigned long long)p->negative);
}

static int load_lifecycles(const struct settings *s, struct several *lifecycles, struct err *err)
{
    struct asset_search search = parser_dirs_search(&s->parser_dirs);
    const char **names = xreallocarray(NULL, metrics_count, sizeof *names);
    int rc;

    for (size_t i = 0; i < metrics_count; i++)
        names[i] = metrics[i].lifecycle;
    rc = several_add_all(lifecycles, &search, names, metrics_count, s->reading.threads, err);
    free(names);
    if (rc < 0)
        return -1;
    for (size_t i = 0; i < lifecycles->count; i++)
        metrics_pare(lifecycles->lcs[i]);
    return 0;
}

static int add_metric(const struct metrics_format *format, const struct several *lifecycles,
                      const struct metric *m, struct err *err)
{
    struct metric_points p;
    int rc = metric_points_init(&p, m, &several_of(lifecycles, m->lifecycle)->timelines, err);

    if (rc == 0) {
        format->add(stdout, &p);
        report_rest(&p);
    }
    metric_points_release(&p);
    return rc;
}

static enum exit_status print_metrics(struct settings *s, struct several *lifecycles)
{
    const struct metrics_format *format = metrics_format_find(s->format);
    const struct line_counts *counts;
    enum exit_status status;
    struct err err = ERR_INIT;

    several_read(lifecycles, &s->reading.inputs, &s->reading.feed, s->reading.filter, NULL);
    counts = &lifecycles->collections[0].counts;
    status = reading_report(&s->reading);
    fputs(format->head, stdout);
    for (size_t i = 0; i < metrics_count && !err.set; i++)
        add_metric(format, lifecycles, &metrics[i], &err);
    fputs(format->end, stdout);
    if (err.set) {
        diag("%s", err.text);
        status = worse_status(status, EXIT_USAGE);
    } else if (!counts->understood && status != EXIT_IO) {
        report_no_line(s->reading.log, counts->lines + counts->too_long);
        status = EXIT_IO;
    }
    return status;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {.format = "csv"};
    struct several lifecycles = SEVERAL_INIT;
    enum exit_status status;
    struct err err = ERR_INIT;
    bool help = false;

    reading_init(&s.reading);
    if (options_parse(options, argc, argv, &s, reading_add_input, &help, &err) == 0 && !help &&
        load_lifecycles(&s, &lifecycles, &err) == 0)
        reading_prepare(&s.reading, &err);
    if (err.set) {
        status = command_misuse(cmd->name, &err);
    } else if (help) {
        command_print_help(cmd, cmd->name, cmd->summary);
        status = EXIT_DONE;
    } else {
        status = print_metrics(&s, &lifecycles);
    }
    several_release(&lifecycles);
    reading_release(&s.reading);
    parser_dirs_release(&s.parser_dirs);
    return status;
}

const struct command command_metrics = {
    .name = "metrics",
    .summary = "latencies for InfluxDB, Prometheus or a sheet, by perfchug's names",
    .usage = "[OPTION...] INPUT...",
    .about = "Of requests, auctions, Tasks, LRP instances, and Cedar's pushes and starts.",
    .examples =
        "  cicerone metrics logs/                        percentiles of each, as CSV\n"
        "  cicerone metrics logs/ -f influx | curl --data-binary @- 'http://HOST/write?db=DB'\n"
        "  cicerone metrics logs/ -f openmetrics >diego.prom\n",
    .options = options,
    .run = run,
};
