/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/select.h"

#include "lifecycle/span.h"

#define OPTION(function, kind)                                                                     \
    static int function(void *settings, const char *value, struct err *err)                        \
    {                                                                                              \
        (void)err;                                                                                 \
        filter_request_add(settings, kind, value);                                                 \
        return 0;                                                                                  \
    }

OPTION(add_since, FILTER_SINCE)
OPTION(add_until, FILTER_UNTIL)
OPTION(add_job, FILTER_JOB)
OPTION(add_vm, FILTER_VM)
OPTION(add_source, FILTER_SOURCE)
OPTION(add_level, FILTER_LEVEL)
OPTION(add_match, FILTER_MATCH)
OPTION(add_exclude, FILTER_EXCLUDE)
OPTION(add_session, FILTER_SESSION)
OPTION(add_where, FILTER_WHERE)

const struct option_row select_options[] = {
    {.kind = OPTION_CALL,
     .name = "since",
     .value = "TIME",
     .call = add_since,
     .about = "not before this time: RFC 3339, unix seconds, +90s from the first event, or -10m "
              "back from the last"},
    {.kind = OPTION_CALL,
     .name = "until",
     .value = "TIME",
     .call = add_until,
     .about = "not after this time; the very time is in, as with --since"},
    {.kind = OPTION_CALL,
     .name = "vm",
     .value = "JOB/INDEX",
     .call = add_vm,
     .about = "from this VM, or any of those named"},
    {.kind = OPTION_CALL,
     .name = "job",
     .value = "JOB",
     .call = add_job,
     .about = "from VMs of this job, or any of those named"},
    {.kind = OPTION_CALL,
     .name = "source",
     .value = "NAME",
     .call = add_source,
     .about = "of this component, or any of those named: rep, bbs, ..."},
    {.kind = OPTION_CALL,
     .name = "level",
     .value = "LEVEL",
     .call = add_level,
     .about = "of this level and above: debug, info, error, fatal"},
    {.kind = OPTION_CALL,
     .name = "match",
     .value = "REGEX",
     .call = add_match,
     .about = "with a message that matches"},
    {.kind = OPTION_CALL,
     .name = "exclude",
     .value = "REGEX",
     .call = add_exclude,
     .about = "without a message that matches"},
    {.kind = OPTION_CALL,
     .name = "session",
     .value = "SESSION",
     .call = add_session,
     .about = "of this session, or of one within it: 17 takes 17.3 too"},
    {.kind = OPTION_CALL,
     .name = "where",
     .value = "EXPR",
     .call = add_where,
     .about = "FIELD=TEXT, FIELD!=TEXT, FIELD=~REGEX or FIELD!~REGEX, as in 'data.guid=~^fezzik'"},
    {.kind = OPTION_END},
};

int select_compile(const struct filter_request *rq, const struct inputs *inputs,
                   const struct feed_options *feed, const struct log_format *log,
                   struct filter **filter, struct err *err)
{
    struct err why = ERR_INIT;
    const char *relative;
    struct span span;

    *filter = NULL;
    if (!rq->count)
        return 0;
    *filter = filter_new(rq, err);
    if (!*filter)
        return -1;
    relative = filter_relative(*filter);
    if (!relative)
        return 0;
    if (span_find(inputs, feed, log, &span, &why) < 0) {
        filter_free(*filter);
        *filter = NULL;
        return err_set(err,
                       "%s counts from the first or last event, which takes a reading of its "
                       "own, but %s; give a time, or a file",
                       relative, why.text);
    }
    if (span.first_ns <= span.last_ns)
        filter_set_span(*filter, span.first_ns, span.last_ns);
    return 0;
}
