/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines.h - definitions and lines written short, and the timelines they give
 *
 * In both ' stands for ", so that they can be read.
 */
#ifndef CICERONE_TESTS_LINES_H
#define CICERONE_TESTS_LINES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "decode/lager.h"
#include "input/origin.h"
#include "lifecycle/timeline.h"
#include "lifecycle/value.h"

struct log_line {
    const char *at;      /* seconds */
    const char *vm;      /* "a": it tells that it is from a/0 */
    const char *message; /* "bbs.made" is of the source bbs; a last "!" means an error */
    const char *data;    /* members of data */
};

static inline char *with_quotes(const char *text)
{
    char *copy = xstrdup(text);

    for (char *p = copy; *p; p++) {
        if (*p == '\'')
            *p = '"';
    }
    return copy;
}

static inline struct lifecycle *load_text(const char *text, struct err *err)
{
    char *json = with_quotes(text);
    struct lifecycle *lc = lifecycle_load("test.json", json, strlen(json), err);

    free(json);
    return lc;
}

struct feeding {
    struct timelines *timelines;
    struct matcher *matcher;
    struct origin nowhere; /* lines tell themselves where they are from */
};

static inline void feeding_init(struct feeding *f, struct timelines *t, const struct lifecycle *lc)
{
    *f = (struct feeding){t, matcher_new(&lc, 1),
                          origin_new(slice_of(""), slice_of(""), slice_of(""))};
    timelines_init(t, lc, NULL);
}

static inline void feeding_release(struct feeding *f)
{
    matcher_free(f->matcher);
    origin_release(&f->nowhere);
}

static inline void feed_event(void *context, const struct event *e)
{
    struct feeding *f = context;
    struct slice vm = intern_text(matcher_vms(f->matcher), e->vm);

    timelines_add(f->timelines, e, intern_add(&f->timelines->vms, vm));
}

static inline bool feed_line(struct feeding *f, const struct log_line *line)
{
    bool is_error = line->message[strlen(line->message) - 1] == '!';
    struct strbuf b = STRBUF_INIT;
    struct record record;
    bool decoded;
    char *data = with_quotes(line->data);
    size_t len;

    strbuf_printf(&b,
                  "{\"timestamp\":\"%s\",\"source\":\"%.*s\",\"message\":\"%.*s\",\"log_level\":%d,"
                  "\"data\":{%s,\"cicerone-job\":\"%s\",\"cicerone-index\":0}}",
                  line->at, (int)strcspn(line->message, "."), line->message,
                  (int)(strlen(line->message) - is_error), line->message, is_error ? 2 : 1, data,
                  line->vm);
    len = b.len;
    memset(strbuf_room(&b, 1 + JSCAN_SLACK), '\n', 1 + JSCAN_SLACK);
    decoded = lager_decode(b.data, len, &record);
    if (decoded)
        matcher_record(f->matcher, &record, &f->nowhere, feed_event, f);
    matcher_forget(f->matcher);
    strbuf_release(&b);
    free(data);
    return decoded;
}

/* The finished timelines of lines in the order given (NULL: as they stand); false if one is no
 * line. */
static inline bool make_timelines(struct timelines *t, const struct lifecycle *lc,
                                  const struct log_line *lines, const size_t *order, size_t count)
{
    struct selection all = {NULL, NULL};
    struct feeding f;
    bool good = true;

    feeding_init(&f, t, lc);
    for (size_t i = 0; i < count; i++)
        good = feed_line(&f, &lines[order ? order[i] : i]) && good;
    timelines_finish(t, &all);
    feeding_release(&f);
    return good;
}

/* One line of text per timeline: "ID OUTCOME [why] complete STAGE=SECONDS@VM ... {TAG=TEXT ...}".
 */
static inline void describe(const struct timelines *t, struct strbuf *out)
{
    for (size_t k = 0; k < t->count; k++) {
        const struct timeline *tl = t->list[k];

        strbuf_slice(out, timeline_id(tl));
        strbuf_printf(out, " %s", timeline_outcome(t, tl));
        if (timeline_why(t, tl))
            strbuf_printf(out, " [%s]", timeline_why(t, tl));
        strbuf_str(out, tl->complete ? " complete" : "");
        for (size_t i = 0; i < t->lc->stage_count; i++) {
            int64_t at = timeline_time(t, tl, i);
            struct slice vm = timelines_vm_name(t, timeline_vm(t, tl, i));

            if (at == NSTIME_NONE)
                continue;
            strbuf_printf(out, " %s=%g@", t->lc->stages[i].name, (double)at / 1e9);
            strbuf_slice(out, vm);
        }
        for (size_t i = 0; i < t->lc->tag_count; i++) {
            struct slice text = timeline_tag(t, tl, i);

            if (text.len)
                strbuf_printf(out, " {%s=%.*s}", t->lc->tags[i].name, (int)text.len, text.p);
        }
        for (size_t i = 0; i < t->lc->value_count; i++) {
            int64_t worth;

            if (!timeline_value(t, tl, i, &worth))
                continue;
            strbuf_printf(out, " {%s=", t->lc->values[i].name);
            value_add_human(out, &t->lc->values[i], worth);
            strbuf_char(out, '}');
        }
        strbuf_char(out, '\n');
    }
}

#endif
