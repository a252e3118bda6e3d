/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <string.h>

#include "base/diag.h"
#include "cmd/parser_dirs.h"
#include "cmd/reading.h"
#include "input/meter.h"
#include "lifecycle/collect.h"
#include "lifecycle/library.h"
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
    {.kind = OPTION_TABLE,
     .table = parser_dir_options,
     .offset = AT(parser_dirs),
     .about = PARSER_DIRS_ABOUT},
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

/* What was read, of which the lines are the same for all lifecycles. */
struct so_far {
    bool again; /* the inputs were read before */
    bool understood;
    uint64_t lines;
};

/* The metrics of one lifecycle, from *next on; *next moves on behind them. */
static int add_metrics(struct settings *s, const struct metrics_format *format, size_t *next,
                       struct so_far *so_far, struct err *err)
{
    const char *name = metrics[*next].lifecycle;
    struct asset_search search = parser_dirs_search(&s->parser_dirs);
    struct lifecycle *lc = library_load(&search, name, err);
    struct inputs again = INPUTS_INIT;
    struct selection all = {NULL, NULL};
    struct collection c;
    int rc = 0;

    if (!lc)
        return err->set ? -1 : err_set(err, "there is no lifecycle \"%s\"", name);
    if (so_far->again) {
        meter_begin("reading again");
        inputs_add_again(&again, &s->reading.inputs);
    }
    collect(so_far->again ? &again : &s->reading.inputs, lc, &s->reading.feed, s->reading.filter,
            &all, &c);
    so_far->again = true;
    so_far->understood |= c.counts.understood > 0;
    so_far->lines = c.counts.lines + c.counts.too_long;
    for (; rc == 0 && *next < metrics_count && strcmp(metrics[*next].lifecycle, name) == 0;
         ++*next) {
        struct metric_points p;

        rc = metric_points_init(&p, &metrics[*next], &c.timelines, err);
        if (rc == 0) {
            format->add(stdout, &p);
            report_rest(&p);
        }
        metric_points_release(&p);
    }
    collection_release(&c);
    inputs_release(&again);
    lifecycle_free(lc);
    return rc;
}

static enum exit_status print_metrics(struct settings *s)
{
    const struct metrics_format *format = metrics_format_find(s->format);
    struct so_far so_far = {false, false, 0};
    enum exit_status status = EXIT_DONE;
    struct err err = ERR_INIT;

    fputs(format->head, stdout);
    for (size_t next = 0; next < metrics_count && status == EXIT_DONE;) {
        if (add_metrics(s, format, &next, &so_far, &err) < 0)
            status = EXIT_USAGE;
    }
    fputs(format->end, stdout);
    status = worse_status(status, reading_report(&s->reading));
    if (err.set) {
        diag("%s", err.text);
    } else if (!so_far.understood && status != EXIT_IO) {
        diag("no %s among %llu lines; %s", s->reading.log->line, (unsigned long long)so_far.lines,
             s->reading.log->hint);
        status = EXIT_IO;
    }
    return status;
}

/* Pipes give their bytes once, and each lifecycle wants them. */
static int check_inputs(const struct inputs *inputs, struct err *err)
{
    const struct input *once = inputs_once(inputs);

    return once ? err_set(err,
                          "%s: metrics are of several lifecycles, for which logs are read "
                          "more than once; give files or folders",
                          input_title(once))
                : 0;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {.format = "csv"};
    enum exit_status status;
    struct err err = ERR_INIT;
    bool help = false;

    reading_init(&s.reading);
    if (options_parse(options, argc, argv, &s, reading_add_input, &help, &err) == 0 && !help &&
        check_inputs(&s.reading.inputs, &err) == 0)
        reading_prepare(&s.reading, &err);
    if (err.set) {
        status = command_misuse(cmd->name, &err);
    } else if (help) {
        command_print_help(cmd, cmd->name, cmd->summary);
        status = EXIT_DONE;
    } else {
        status = print_metrics(&s);
    }
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
