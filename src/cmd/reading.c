/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/reading.h"

#include <unistd.h>

#include "base/diag.h"
#include "base/regex.h"
#include "cmd/progress.h"
#include "input/meter.h"

#define DEFAULT_MAX_LINE ((size_t)16 << 20)

static int set_origin(void *settings, const char *value, struct err *err)
{
    struct reading *r = settings;

    if (r->has_origin)
        origin_release(&r->origin);
    r->has_origin = origin_of_option(value, &r->origin);
    return r->has_origin ? 0 : err_set(err, "--origin wants JOB/INDEX, not \"%s\"", value);
}

#define AT(field) offsetof(struct reading, field)

const struct option_row reading_options[] = {
    {.kind = OPTION_CALL,
     .name = "origin",
     .value = "JOB/INDEX",
     .call = set_origin,
     .about = "where the inputs after this are from, if their folders do not tell"},
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
     .name = "progress",
     .offset = AT(progress),
     .about = "say how far the reading has come (on a terminal it does so, after a second)"},
    {.kind = OPTION_FLAG,
     .name = "no-progress",
     .offset = AT(no_progress),
     .about = "do not, except at SIGUSR1"},
    {.kind = OPTION_FLAG,
     .name = "strict",
     .offset = AT(strict),
     .about = "exit with 1 if any input was damaged"},
    {.kind = OPTION_END},
};

void reading_init(struct reading *r)
{
    *r = (struct reading){.inputs = INPUTS_INIT,
                          .log = &log_lager,
                          .threads = feed_default_threads(),
                          .max_line = DEFAULT_MAX_LINE};
}

void reading_release(struct reading *r)
{
    progress_stop();
    inputs_release(&r->inputs);
    sites_release(&r->sites);
    filter_request_release(&r->lines);
    filter_free(r->filter);
    if (r->has_origin)
        origin_release(&r->origin);
}

int reading_add_input(void *settings, const char *word, struct err *err)
{
    struct reading *r = settings;

    (void)err;
    inputs_add(&r->inputs, word, r->has_origin ? &r->origin : NULL);
    return 0;
}

static enum progress_mode progress_mode(const struct reading *r)
{
    bool terminal = isatty(STDERR_FILENO);

    if (r->no_progress || !(r->progress || terminal) ||
        (r->writes_along && isatty(STDOUT_FILENO))) /* they would mix */
        return PROGRESS_ASKED;
    return terminal ? PROGRESS_DRAWN : PROGRESS_LINES;
}

int reading_prepare(struct reading *r, struct err *err)
{
    r->feed = (struct feed_options){.threads = r->threads,
                                    .max_line_bytes = r->max_line,
                                    .max_unpacked = r->max_unpacked,
                                    .sites = r->keeps_sites ? &r->sites : NULL};
    if (!r->inputs.count)
        return err_set(err, "no input; name files, folders, or - for standard input");
    meter_begin("reading");
    progress_start(&r->inputs, progress_mode(r));
    if (select_compile(&r->lines, &r->inputs, &r->feed, r->log, &r->filter, err) < 0) {
        progress_stop();
        return -1;
    }
    meter_begin("reading");
    return 0;
}

enum exit_status reading_report(const struct reading *r)
{
    enum exit_status status;

    progress_stop();
    status = report_inputs(&r->inputs);
    if (regex_gave_up())
        diag("a pattern costs too much on some of the texts; there it counts as one that does not "
             "match");

    return r->strict && status == EXIT_DAMAGED ? EXIT_CHECK : status;
}

void report_no_line(const struct log_format *log, uint64_t lines)
{
    diag("no %s among %llu lines; %s", log->line, (unsigned long long)lines, log->hint);
}

uint64_t reading_long_lines(const struct reading *r)
{
    uint64_t count = 0;

    for (size_t i = 0; i < r->inputs.count; i++) {
        for (const struct input *in = &r->inputs.list[i]; in; in = in->next)
            count += in->long_lines;
    }
    return count;
}
