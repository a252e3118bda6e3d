/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/nstime.h"
#include "base/xalloc.h"
#include "cmd/following.h"
#include "cmd/pager.h"
#include "cmd/reading.h"
#include "input/names.h"
#include "merge/merge.h"
#include "output/out_chug.h"

/* Lines are gathered to pieces of this size before they are written. */
#define WRITE_BYTES ((size_t)64 * 1024)

#define LINES_MOST 1000000

struct settings {
    struct reading reading;
    const char *format, *data, *relative, *colour;
    uint64_t lines;
    bool follow, as_read, lager_only, pager;
};

static int set_lines(void *settings, const char *value, struct err *err)
{
    struct settings *s = settings;
    char *end;

    errno = 0;
    s->lines = strtoul(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || errno || s->lines > LINES_MOST)
        return err_set(err, "--lines wants a number from 0 to %d, not \"%s\"", LINES_MOST, value);
    return 0;
}

#define AT(field) offsetof(struct settings, field)

static const struct option_row options[] = {
    {.kind = OPTION_FLAG,
     .name = "follow",
     .letter = 'f',
     .offset = AT(follow),
     .about = "go on with what is added to the files, also when they are rotated"},
    {.kind = OPTION_CALL,
     .name = "lines",
     .value = "N",
     .call = set_lines,
     .about = "with -f: begin with the last N lines of each file (default: all)"},
    {.kind = OPTION_CHOICE,
     .name = "data",
     .value = "HOW",
     .offset = AT(data),
     .choices = "none|short|long",
     .about = "none, short (one line, cut to the terminal), long (indented)"},
    {.kind = OPTION_TEXT,
     .name = "relative",
     .value = "WHEN",
     .offset = AT(relative),
     .about = "times since the first line (first), since now, or since a time"},
    {.kind = OPTION_CHOICE,
     .name = "format",
     .value = "FORMAT",
     .offset = AT(format),
     .choices = "pretty|ndjson",
     .about = "pretty, or ndjson: each line as an object"},
    {.kind = OPTION_FLAG,
     .name = "lager-only",
     .offset = AT(lager_only),
     .about = "no lines but those of lager"},
    {.kind = OPTION_FLAG,
     .name = "as-read",
     .offset = AT(as_read),
     .about = "several inputs one after the other, not in order of time"},
    {.kind = OPTION_CHOICE,
     .name = "colour",
     .value = "WHEN",
     .offset = AT(colour),
     .choices = "auto|always|never",
     .about = "auto (on a terminal, without NO_COLOR), always, never"},
    {.kind = OPTION_CHOICE,
     .name = "color",
     .value = "WHEN",
     .offset = AT(colour),
     .choices = "auto|always|never",
     .about = "the same"},
    {.kind = OPTION_FLAG,
     .name = "pager",
     .offset = AT(pager),
     .about = "through $PAGER, or less -R"},
    READING_ROWS,
    {.kind = OPTION_END},
};

/* ---- one line ---- */

struct chugger {
    const struct settings *s;
    struct sieve *sieve;      /* NULL: all lines */
    bool asks_fields;         /* which lines without any can't answer */
    struct chug *pretty;      /* one of the two */
    struct chug_json *ndjson; /* is NULL */
    FILE *f;
    struct strbuf out; /* not written yet */
    bool failed;       /* f takes nothing more */
};

/* Does the selection ask for what only lines with a time have? */
static bool asks_fields(const struct filter_request *rq)
{
    for (size_t i = 0; i < rq->count; i++) {
        switch (rq->items[i].kind) {
        case FILTER_SINCE:
        case FILTER_UNTIL:
        case FILTER_JOB:
        case FILTER_VM:
            break;
        case FILTER_SOURCE:
        case FILTER_LEVEL:
        case FILTER_MATCH:
        case FILTER_EXCLUDE:
        case FILTER_SESSION:
        case FILTER_WHERE:
            return true;
        }
    }
    return false;
}

/* A line without a time has that of the line before it. */
static bool is_wanted(const struct chugger *c, const struct entry *e)
{
    struct record r = {.time_ns = e->time_ns == NSTIME_NONE ? INT64_MIN : e->time_ns};

    if (c->s->lager_only && e->line.kind != LINE_LAGER)
        return false;
    if (!c->sieve)
        return true;
    if (line_has_time(&e->line))
        return sieve_takes(c->sieve, &e->line.record, &e->input->origin);
    return !c->asks_fields && sieve_takes(c->sieve, &r, &e->input->origin);
}

static void write_out(struct chugger *c)
{
    if (c->out.len)
        c->failed |= fwrite(c->out.data, 1, c->out.len, c->f) < c->out.len;
    strbuf_reset(&c->out);
}

static void flush_out(struct chugger *c)
{
    if (c->out.len) {
        write_out(c);
        c->failed |= fflush(c->f) != 0;
    }
}

static void take(struct chugger *c, const struct entry *e)
{
    if (!is_wanted(c, e))
        return;
    if (c->ndjson)
        chug_json(c->ndjson, e, &c->out);
    else
        chug_pretty(c->pretty, e, &c->out);
    if (c->out.len >= WRITE_BYTES)
        write_out(c);
}

/* ---- all lines ---- */

/* What may make the next line wait, so that those before it should be seen by then. */
enum waits { WAITS_NEVER, WAITS_STANDARD_INPUT, WAITS_SOMEWHERE };

static enum waits find_waits(const struct inputs *inputs)
{
    enum waits waits = WAITS_NEVER;
    struct stat st;

    for (size_t i = 0; i < inputs->count; i++) {
        const char *path = inputs->list[i].path;
        bool standard = strcmp(path, "-") == 0;

        if ((standard ? fstat(STDIN_FILENO, &st) : stat(path, &st)) < 0 || S_ISREG(st.st_mode))
            continue;
        if (!standard)
            return WAITS_SOMEWHERE;
        waits = WAITS_STANDARD_INPUT;
    }
    return waits;
}

static bool may_wait(enum waits waits)
{
    struct pollfd p = {STDIN_FILENO, POLLIN, 0};

    return waits == WAITS_SOMEWHERE || (waits == WAITS_STANDARD_INPUT && poll(&p, 1, 0) == 0);
}

/* Are there lines of several logs, as far as can be told before they are read? */
static bool are_several(const struct inputs *inputs)
{
    return inputs->count > 1 || name_is_bundle(inputs->list[0].path);
}

static int read_all(struct settings *s, struct chugger *c, struct err *err)
{
    bool by_time = !s->as_read && are_several(&s->reading.inputs);
    enum waits waits = find_waits(&s->reading.inputs);
    struct merge *m = merge_open(&s->reading.inputs, &s->reading.feed,
                                 by_time ? MERGE_BY_TIME : MERGE_AS_READ, err);
    struct entry e;
    int rc;

    if (!m)
        return -1;
    while ((rc = merge_next(m, &e, err)) > 0 && !c->failed) {
        take(c, &e);
        if (c->out.len && may_wait(waits))
            flush_out(c);
    }
    merge_close(m);
    return rc < 0 ? -1 : 0;
}

static void follow_all(struct settings *s, struct chugger *c)
{
    const struct inputs *inputs = &s->reading.inputs;
    struct follow *f = following_open(&s->reading, s->lines);
    int64_t *last_ns = xcalloc(inputs->count, sizeof *last_ns);
    enum follow_event event;
    struct follow_line line;

    for (size_t i = 0; i < inputs->count; i++)
        last_ns[i] = NSTIME_NONE;
    while ((event = follow_next(f, &line)) != FOLLOW_OVER && !c->failed) {
        struct entry e = {.input = line.input, .number = line.number, .text = line.text};
        int64_t *last;

        if (event == FOLLOW_QUIET) {
            flush_out(c);
            continue;
        }
        line_decode(line.text.p, line.text.len, &e.line);
        last = &last_ns[line.input - inputs->list];
        if (line_has_time(&e.line))
            *last = e.line.record.time_ns;
        e.time_ns = *last;
        take(c, &e);
    }
    follow_close(f);
    free(last_ns);
}

static void report_long_lines(const struct reading *r)
{
    uint64_t count = reading_long_lines(r);

    if (count)
        diag("%llu %s longer than --max-line and left out", (unsigned long long)count,
             count == 1 ? "line was" : "lines were");
}

/* ---- the command ---- */

static int set_times(const struct settings *s, struct chug_style *style, struct err *err)
{
    struct timespec now;

    if (!s->relative)
        return 0;
    style->times = CHUG_TIMES_SINCE_ZERO;
    if (strcmp(s->relative, "first") == 0) {
        style->times = CHUG_TIMES_SINCE_FIRST;
    } else if (strcmp(s->relative, "now") == 0) {
        clock_gettime(CLOCK_REALTIME, &now);
        style->zero_ns = (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
    } else if (!nstime_parse(s->relative, strlen(s->relative), &style->zero_ns)) {
        return err_set(err,
                       "--relative wants first, now or a time, as 2026-11-22T07:19:50.25Z or "
                       "1795331990.25, not \"%s\"",
                       s->relative);
    }
    return 0;
}

static int set_style(const struct settings *s, struct chug_style *style, struct err *err)
{
    bool terminal = isatty(STDOUT_FILENO);
    struct winsize size;

    *style = (struct chug_style){.data = strcmp(s->data, "none") == 0   ? CHUG_DATA_NONE
                                         : strcmp(s->data, "long") == 0 ? CHUG_DATA_LONG
                                                                        : CHUG_DATA_SHORT};
    style->colour = strcmp(s->colour, "always") == 0 ||
                    (strcmp(s->colour, "auto") == 0 && terminal && !getenv("NO_COLOR"));
    if (terminal && !s->pager && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        style->columns = size.ws_col;
    return set_times(s, style, err);
}

static struct chugger *chugger_new(const struct settings *s, const struct chug_style *style)
{
    struct chugger *c = xcalloc(1, sizeof *c);
    const struct inputs *inputs = &s->reading.inputs;

    c->s = s;
    c->f = stdout;
    c->asks_fields = asks_fields(&s->reading.lines);
    if (s->reading.filter)
        c->sieve = sieve_new(s->reading.filter);
    if (strcmp(s->format, "ndjson") == 0) {
        c->ndjson = chug_json_new();
        return c;
    }
    c->pretty = chug_new(style);
    for (size_t i = 0; i < inputs->count; i++)
        chug_expect_vm(c->pretty, slice_of(inputs->list[i].origin.vm));
    return c;
}

static void chugger_free(struct chugger *c)
{
    sieve_free(c->sieve);
    chug_free(c->pretty);
    chug_json_free(c->ndjson);
    strbuf_release(&c->out);
    free(c);
}

static enum exit_status chug(struct settings *s, struct chugger *c)
{
    enum exit_status status = EXIT_DONE;
    struct err err = ERR_INIT;

    if (s->follow) {
        status = reading_report(&s->reading); /* of what is not followed */
        follow_all(s, c);
        flush_out(c);
    } else {
        if (read_all(s, c, &err) < 0) {
            diag("%s", err.text);
            status = EXIT_IO;
        }
        flush_out(c);
        status = worse_status(status, reading_report(&s->reading));
    }
    report_long_lines(&s->reading);
    return status;
}

static enum exit_status prepare(struct settings *s, const char *name)
{
    struct chug_style style;
    struct err err = ERR_INIT;
    struct chugger *c;
    enum exit_status status;
    struct pager pager;

    if (!s->reading.inputs.count)
        reading_add_input(s, "-", &err);
    if (s->lines != FOLLOW_ALL_LINES && !s->follow)
        err_set(&err, "--lines is for --follow");
    if (err.set || set_style(s, &style, &err) < 0 || reading_prepare(&s->reading, &err) < 0)
        return command_misuse(name, &err);
    c = chugger_new(s, &style);
    if (!s->pager) {
        status = chug(s, c);
    } else if (pager_open(&pager, &err) == 0) {
        c->f = pager.f;
        status = chug(s, c);
        pager_close(&pager);
    } else {
        diag("%s", err.text);
        status = EXIT_IO;
    }
    chugger_free(c);
    return status;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {
        .format = "pretty", .data = "short", .colour = "auto", .lines = FOLLOW_ALL_LINES};
    enum exit_status status;
    struct err err = ERR_INIT;
    bool help = false;

    reading_init(&s.reading);
    s.reading.writes_along = true;
    if (options_parse(options, argc, argv, &s, reading_add_input, &help, &err) < 0) {
        status = command_misuse(cmd->name, &err);
    } else if (help) {
        command_print_help(cmd, cmd->name, cmd->summary);
        status = EXIT_DONE;
    } else {
        status = prepare(&s, cmd->name);
    }
    reading_release(&s.reading);
    return status;
}

const struct command command_chug = {
    .name = "chug",
    .summary = "show the lines of logs, for people or as JSON; follow growing logs",
    .usage = "[OPTION...] [INPUT...]",
    .about = "An INPUT is a file (gzip or not), a bundle, a folder of logs, or - for standard "
             "input, as without\nany INPUT. Lines of several inputs, and of a bundle, come in "
             "order of time.",
    .examples =
        "  cicerone chug rep.stdout.log                 readable, in colour on a terminal\n"
        "  cicerone chug logs/ --since -5m --level error    errors of the last minutes, of all "
        "VMs\n"
        "  cicerone chug logs/ --match lost --data long --pager\n"
        "  cicerone chug -f --lines 10 /var/vcap/sys/log/rep/rep.stdout.log\n"
        "  zcat rep.log.gz | cicerone chug --relative first\n"
        "  cicerone chug logs/ --format ndjson | jq -r 'select(.level == \"error\") | "
        ".error'\n",
    .options = options,
    .run = run,
};
