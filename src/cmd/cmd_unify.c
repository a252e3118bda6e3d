/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "cmd/reading.h"
#include "decode/lager.h"
#include "merge/merge.h"
#include "output/log_file.h"
#include "output/out_unified.h"

struct settings {
    struct reading reading;
    const char *output;
};

static const struct option_row options[] = {
    {.kind = OPTION_TEXT,
     .name = "output",
     .letter = 'o',
     .value = "FILE",
     .offset = offsetof(struct settings, output),
     .about = "write to this file, gzip'ed if its name ends in .gz (default: standard output)"},
    READING_ROWS,
    {.kind = OPTION_END},
};

/* What turns lines into entries of the log, and where they go. */
struct unify {
    struct unifier *unifier;
    struct sieve *sieve; /* NULL: all lines */
    struct log_file *log;
    struct strbuf text; /* of one entry */
};

/* Is an entry selected?  What is no lager line is judged by what it becomes. */
static bool is_selected(struct unify *u, const struct entry *e)
{
    struct record r;

    if (!u->sieve)
        return true;
    if (e->line.kind == LINE_LAGER)
        return sieve_takes(u->sieve, &e->line.record, &e->input->origin);
    strbuf_room(&u->text, 1 + JSCAN_SLACK);
    u->text.data[u->text.len] = '\n';
    return lager_decode(u->text.data, u->text.len, &r) &&
           sieve_takes(u->sieve, &r, &e->input->origin);
}

/* 0 at the end, also where standard output takes no more; -1 and err if lines cannot be merged. */
static int write_all(struct unify *u, struct merge *m, struct err *err)
{
    struct entry e;
    int rc;

    while ((rc = merge_next(m, &e, err)) > 0) {
        strbuf_reset(&u->text);
        unifier_add(u->unifier, &u->text, &e);
        if (!is_selected(u, &e))
            continue;
        strbuf_char(&u->text, '\n');
        if (log_file_write(u->log, (struct slice){u->text.data, u->text.len}) < 0)
            return 0;
    }
    return rc;
}

/* Nothing is left out in silence. */
static void report_long_lines(const struct reading *r)
{
    uint64_t count = reading_long_lines(r);

    if (count)
        diag("%" PRIu64 " %s longer than --max-line (%zu bytes) and left out", count,
             count == 1 ? "line is" : "lines are", r->max_line);
}

static enum exit_status unify(struct settings *s)
{
    struct unify u = {.text = STRBUF_INIT};
    enum exit_status status;
    struct err err = ERR_INIT;
    struct merge *m = NULL;

    u.log = log_file_open(s->output, &err);
    if (u.log)
        m = merge_open(&s->reading.inputs, &s->reading.feed, MERGE_BY_TIME, &err);
    if (m) {
        u.unifier = unifier_new();
        u.sieve = s->reading.filter ? sieve_new(s->reading.filter) : NULL;
        if (write_all(&u, m, &err) == 0) {
            log_file_close(u.log, &err);
            u.log = NULL;
        }
        sieve_free(u.sieve);
        unifier_free(u.unifier);
        strbuf_release(&u.text);
    }
    merge_close(m);
    if (u.log)
        log_file_discard(u.log);
    status = reading_report(&s->reading);
    report_long_lines(&s->reading);
    if (err.set) {
        diag("%s", err.text);
        status = EXIT_IO;
    }
    return status;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {.output = NULL};
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
    } else if (reading_prepare(&s.reading, &err) < 0) {
        status = command_misuse(cmd->name, &err);
    } else {
        status = unify(&s);
    }
    reading_release(&s.reading);
    return status;
}

const struct command command_unify = {
    .name = "unify",
    .summary = "all logs as one, in order of time, each line telling where it is from",
    .usage = "[OPTION...] INPUT... [-o FILE]",
    .about =
        "An INPUT is a file (packed or not), a bundle, a folder of logs, or - for standard input.\n"
        "Lines of one time stay in the order of the inputs, and lines without a time behind the\n"
        "line before them.  Lager lines get cicerone-job and cicerone-index in their data; all\n"
        "others become lager entries, with their text in data.text.  cicerone reads the result as\n"
        "it reads the logs themselves.",
    .examples =
        "  cicerone unify logs/ -o all.log.gz               one file to send to somebody\n"
        "  cicerone unify logs/ --since -10m | less         what went on at the end, everywhere\n"
        "  cicerone unify logs/ --vm diego-cell/3 --level error\n"
        "  cicerone unify logs/ --where 'data.text=~^panic'      crashes, and when they were\n",
    .options = options,
    .run = run,
};
