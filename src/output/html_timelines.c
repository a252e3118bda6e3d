/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timelines as the page's script reads them (report/report.js): rows of numbers, with tables of
 * the texts that come again and again.  A row is
 *
 *     id, outcome, why, pattern, a text per tag, the first time, and the steps to the next times,
 *     a line per stage
 *
 * with times in microseconds since the run's zero.  A pattern tells where an entity lived, the VM
 * of each stage seen in the run, and the file of each: -1 where it is not known, -2 where the
 * entity did not reach the stage.  The times and lines are those of the stages it reached; of an
 * entity that reached none, there is the time when its outcome was seen.
 */
#include "output/out_html.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "output/plot.h"
#include "output/quote.h"

/* Of those that are ok, and of the others, this many are in the page at most. */
#define MAX_ROWS 10000

struct writer {
    FILE *f;
    const struct run *run;
    uint16_t *ranks;
    struct palette palette;
    struct intern texts, patterns, files;
    struct strbuf out, pattern;
    int64_t zero_ns;
};

static void flush(struct writer *w)
{
    fwrite(w->out.data, 1, w->out.len, w->f);
    strbuf_reset(&w->out);
}

static void add_comma(struct writer *w, bool any)
{
    if (any)
        strbuf_char(&w->out, ',');
}

static void add_text(struct writer *w, const char *key, const char *text)
{
    strbuf_printf(&w->out, "\"%s\":", key);
    quote_script(&w->out, slice_of(text));
    strbuf_str(&w->out, ",\n");
}

static int vm_number(const struct writer *w, uint16_t vm)
{
    return vm == NO_VM ? -1 : w->ranks[vm];
}

/* The number of the text in the table, or -1 for none. */
static int text_number(struct writer *w, struct slice text)
{
    return text.len ? (int)intern_add(&w->texts, text) : -1;
}

/* Microseconds, rounded down. */
static int64_t micros(const struct writer *w, int64_t at)
{
    int64_t ns = nstime_between(w->zero_ns, at);

    return ns / 1000 - (ns % 1000 < 0);
}

static uint32_t pattern_number(struct writer *w, const struct timeline *tl)
{
    const struct timelines *t = w->run->timelines;

    strbuf_reset(&w->pattern);
    strbuf_printf(&w->pattern, "[%d", vm_number(w, tl->home));
    for (size_t i = 0; i < w->run->lc->stage_count; i++) {
        if (t->seen[i] && timeline_time(t, tl, i) != NSTIME_NONE)
            strbuf_printf(&w->pattern, ",%d", vm_number(w, timeline_vm(t, tl, i)));
        else if (t->seen[i])
            strbuf_str(&w->pattern, ",-2");
    }
    for (size_t i = 0; i < w->run->lc->stage_count; i++) {
        uint64_t line;
        const char *file = timeline_site(t, tl, i, &line);

        if (t->seen[i])
            strbuf_printf(&w->pattern, ",%d",
                          file ? (int)intern_add(&w->files, slice_of(file)) : -1);
    }
    strbuf_char(&w->pattern, ']');
    return intern_add(&w->patterns, (struct slice){w->pattern.data, w->pattern.len});
}

static void put_row(struct writer *w, const struct timeline *tl)
{
    const struct timelines *t = w->run->timelines;
    const struct lifecycle *lc = w->run->lc;
    const char *why = timeline_why(t, tl);
    int64_t before = 0;
    bool any = false;

    strbuf_char(&w->out, '[');
    quote_script(&w->out, timeline_id(tl));
    strbuf_printf(&w->out, ",%d,%d,%u", tl->outcome - OUTCOME_INCOMPLETE,
                  text_number(w, slice_of(why ? why : "")), pattern_number(w, tl));
    for (size_t i = 0; i < lc->tag_count; i++)
        strbuf_printf(&w->out, ",%d", text_number(w, timeline_tag(t, tl, i)));
    for (size_t i = 0; i < lc->stage_count; i++) {
        int64_t at = timeline_time(t, tl, i);

        if (at == NSTIME_NONE)
            continue;
        at = micros(w, at);
        strbuf_printf(&w->out, ",%lld", (long long)(at - before));
        before = at;
        any = true;
    }
    for (size_t i = 0; i < lc->stage_count; i++) {
        uint64_t line = 0;

        if (timeline_time(t, tl, i) == NSTIME_NONE)
            continue;
        timeline_site(t, tl, i, &line);
        strbuf_printf(&w->out, ",%llu", (unsigned long long)line);
    }
    if (!any) /* only its outcome was seen, at this time */
        strbuf_printf(&w->out, ",%lld", (long long)micros(w, tl->start_ns));
    strbuf_char(&w->out, ']');
}

/* Every so many of those that are ok, and of the others. */
static void put_rows(struct writer *w)
{
    const struct timelines *t = w->run->timelines;
    size_t ok = w->run->stats->ok, others = t->count - ok, seen[2] = {0, 0};
    size_t step[2] = {(others + MAX_ROWS - 1) / MAX_ROWS, (ok + MAX_ROWS - 1) / MAX_ROWS};
    bool any = false;

    strbuf_printf(&w->out, "\"total\":%zu,\"every\":[%zu,%zu],\n\"rows\":[", t->count, step[1],
                  step[0]);
    for (size_t i = 0; i < t->count; i++) {
        int kind = t->list[i]->outcome == OUTCOME_OK;

        if (seen[kind]++ % step[kind])
            continue;
        strbuf_str(&w->out, any ? ",\n" : "\n");
        put_row(w, t->list[i]);
        flush(w);
        any = true;
    }
    strbuf_str(&w->out, "],\n");
}

/* Texts that are JSON already come as they are. */
static void put_table(struct writer *w, const char *key, const struct intern *texts, bool json)
{
    strbuf_printf(&w->out, "\"%s\":[", key);
    for (uint32_t i = 0; i < texts->count; i++) {
        add_comma(w, i);
        if (json)
            strbuf_slice(&w->out, intern_text(texts, i));
        else
            quote_script(&w->out, intern_text(texts, i));
        flush(w);
    }
    strbuf_char(&w->out, ']');
}

static void add_vms(struct writer *w)
{
    const struct intern *vms = &w->run->timelines->vms;
    uint32_t *order = xcalloc(vms->count, sizeof *order);

    strbuf_str(&w->out, "\"vms\":[");
    for (uint32_t i = 0; i < vms->count; i++)
        order[w->ranks[i]] = i;
    for (uint32_t i = 0; i < vms->count; i++) {
        add_comma(w, i);
        quote_script(&w->out, intern_text(vms, order[i]));
    }
    strbuf_str(&w->out, "],\n");
    free(order);
}

static void add_stages(struct writer *w)
{
    const struct lifecycle *lc = w->run->lc;
    bool any = false;

    strbuf_str(&w->out, "\"stages\":[");
    for (size_t i = 0; i < lc->stage_count; i++) {
        if (!w->run->timelines->seen[i])
            continue;
        add_comma(w, any);
        strbuf_char(&w->out, '[');
        quote_script(&w->out, slice_of(lc->stages[i].name));
        strbuf_printf(&w->out, ",\"%s\"]", w->palette.colors[i % w->palette.count]);
        any = true;
    }
    strbuf_str(&w->out, "],\n\"tags\":[");
    for (size_t i = 0; i < lc->tag_count; i++) {
        add_comma(w, i);
        quote_script(&w->out, slice_of(lc->tags[i].name));
    }
    strbuf_str(&w->out, "],\n");
}

static void add_head(struct writer *w)
{
    const struct lifecycle *lc = w->run->lc;
    struct strbuf zero = STRBUF_INIT;

    strbuf_str(&w->out, "{");
    add_text(w, "noun", lc->noun);
    add_text(w, "plural", lc->noun_plural);
    nstime_add_rfc3339(&zero, w->zero_ns, 6);
    add_text(w, "zero", zero.data);
    strbuf_release(&zero);
    strbuf_str(&w->out, "\"outcomes\":[\"incomplete\",\"ok\"");
    for (size_t i = 0; i < lc->outcome_count; i++) {
        strbuf_char(&w->out, ',');
        quote_script(&w->out, slice_of(lc->outcomes[i].name));
    }
    strbuf_str(&w->out, "],\n");
    add_stages(w);
    add_vms(w);
}

int html_timelines(FILE *f, const struct run *run, struct err *err)
{
    struct writer w = {.f = f,
                       .run = run,
                       .texts = INTERN_INIT,
                       .patterns = INTERN_INIT,
                       .files = INTERN_INIT,
                       .out = STRBUF_INIT,
                       .pattern = STRBUF_INIT,
                       .zero_ns = plot_zero(run->timelines)};

    if (palette_load(&w.palette, err) < 0) {
        free(w.palette.colors);
        return -1;
    }
    w.ranks = run_vm_ranks(run);
    strbuf_str(&w.out, "<h3>Timelines</h3>\n<div class=\"timelines\"><p class=\"plain\">The "
                       "timelines need JavaScript, which is off here.</p>\n"
                       "<script type=\"application/json\">");
    add_head(&w);
    put_rows(&w);
    put_table(&w, "texts", &w.texts, false);
    strbuf_str(&w.out, ",\n");
    put_table(&w, "files", &w.files, false);
    strbuf_str(&w.out, ",\n");
    put_table(&w, "patterns", &w.patterns, true);
    strbuf_str(&w.out, "}</script></div>\n");
    flush(&w);
    free(w.palette.colors);
    free(w.ranks);
    intern_release(&w.texts);
    intern_release(&w.patterns);
    intern_release(&w.files);
    strbuf_release(&w.out);
    strbuf_release(&w.pattern);
    return 0;
}
