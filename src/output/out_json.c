/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_json.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "output/quote.h"

/* jansson gives NULL for want of memory only, as all texts are made valid before. */
static json_t *need(json_t *value)
{
    if (!value)
        xalloc_fail();
    return value;
}

static void put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, need(value)) < 0)
        xalloc_fail();
}

static json_t *text(struct slice s)
{
    struct strbuf b = STRBUF_INIT;
    json_t *value;

    quote_utf8(&b, s);
    value = need(json_stringn(b.data ? b.data : "", b.len));
    strbuf_release(&b);
    return value;
}

static json_t *stages_of(const struct run *run, const struct timeline *tl)
{
    json_t *stages = need(json_object());

    for (size_t i = 0; i < run->lc->stage_count; i++) {
        int64_t at = timeline_time(run->timelines, tl, i), ns;
        json_t *stage;

        if (at == NSTIME_NONE)
            continue;
        stage = need(json_object());
        put(stage, "time_ns", json_integer(at));
        put(stage, "vm",
            text(timelines_vm_name(run->timelines, timeline_vm(run->timelines, tl, i))));
        if (timeline_duration(run->timelines, tl, i, &ns))
            put(stage, "duration_ns", json_integer(ns));
        put(stages, run->lc->stages[i].name, stage);
    }
    return stages;
}

static json_t *timeline_json(const struct run *run, const struct timeline *tl)
{
    json_t *o = need(json_object()), *tags = need(json_object());

    put(o, "id", text(timeline_id(tl)));
    put(o, "outcome", json_string(timeline_outcome(run->timelines, tl)));
    if (tl->reason && tl->reason->about)
        put(o, "why", json_string(tl->reason->about));
    put(o, "complete", json_boolean(tl->complete));
    put(o, "start_ns", json_integer(tl->start_ns));
    put(o, "end_ns", json_integer(tl->end_ns));
    put(o, "total_ns", json_integer(timeline_total(tl)));
    put(o, "vm", text(timelines_vm_name(run->timelines, tl->home)));
    for (size_t i = 0; i < run->lc->tag_count; i++) {
        struct slice tag = timeline_tag(run->timelines, tl, i);

        if (tag.len)
            put(tags, run->lc->tags[i].name, text(tag));
    }
    put(o, "tags", tags);
    put(o, "stages", stages_of(run, tl));
    return o;
}

static void dump(FILE *f, json_t *value)
{
    char *line = json_dumps(value, JSON_COMPACT);

    if (!line)
        xalloc_fail();
    fputs(line, f);
    free(line);
    json_decref(value);
}

void out_ndjson(FILE *f, const struct run *run)
{
    for (size_t i = 0; i < run->timelines->count; i++) {
        dump(f, timeline_json(run, run->timelines->list[i]));
        fputc('\n', f);
    }
}

static json_t *summary_json(const char *name, const struct summary *s, double share)
{
    json_t *o = need(json_object());

    put(o, "name", json_string(name));
    put(o, "n", json_integer((json_int_t)s->n));
    put(o, "negative", json_integer((json_int_t)s->negative));
    if (!s->n)
        return o;
    put(o, "min_ns", json_integer(s->min_ns));
    put(o, "mean_ns", json_integer(llround(s->mean_ns)));
    put(o, "sd_ns", json_integer(llround(s->sd_ns)));
    put(o, "p50_ns", json_integer(s->p50_ns));
    put(o, "p90_ns", json_integer(s->p90_ns));
    put(o, "p95_ns", json_integer(s->p95_ns));
    put(o, "p99_ns", json_integer(s->p99_ns));
    put(o, "max_ns", json_integer(s->max_ns));
    put(o, "share", json_real(share));
    put(o, "min_id", text(timeline_id(s->min_at)));
    put(o, "max_id", text(timeline_id(s->max_at)));
    return o;
}

static json_t *lines_json(const struct collection *c)
{
    json_t *o = need(json_object()), *sources = need(json_object());
    uint32_t *sorted = collection_sorted_sources(c);

    put(o, "all", json_integer((json_int_t)c->counts.lines));
    put(o, "lager", json_integer((json_int_t)c->counts.lager));
    put(o, "unselected", json_integer((json_int_t)c->counts.unselected));
    put(o, "other", json_integer((json_int_t)c->counts.other));
    put(o, "too_long", json_integer((json_int_t)c->counts.too_long));
    for (uint32_t i = 0; i < c->sources.count; i++) {
        json_t *levels = need(json_object());
        struct strbuf name = STRBUF_INIT;

        for (int level = 0; level < LEVEL_COUNT; level++)
            put(levels, level_name((enum level)level),
                json_integer((json_int_t)c->source_counts[sorted[i]].lines[level]));
        quote_utf8(&name, intern_text(&c->sources, sorted[i]));
        strbuf_add(&name, "", 0);
        put(sources, name.data, levels);
        strbuf_release(&name);
    }
    free(sorted);
    put(o, "sources", sources);
    return o;
}

/* All but the timelines, which may be many and are written one by one behind it. */
static json_t *document_json(const struct run *run)
{
    const struct stats *s = run->stats;
    json_t *o = need(json_object()), *stages = need(json_array()), *outcomes = need(json_object());

    put(o, "lifecycle", json_string(run->lc->name));
    put(o, "title", json_string(run->lc->title));
    put(o, "lines", lines_json(run->collection));
    put(o, "count", json_integer((json_int_t)run->timelines->count));
    put(o, "complete", json_integer((json_int_t)s->complete));
    put(outcomes, "ok", json_integer((json_int_t)s->ok));
    for (size_t i = 0; i < run->lc->outcome_count; i++)
        put(outcomes, run->lc->outcomes[i].name, json_integer((json_int_t)s->outcomes[i]));
    put(outcomes, "incomplete", json_integer((json_int_t)s->incomplete));
    put(o, "outcomes", outcomes);
    for (size_t i = 0; i < run->lc->stage_count; i++) {
        json_t *stage = summary_json(run->lc->stages[i].name, &s->stage[i], s->share[i]);

        put(stage, "seen", json_boolean(run->timelines->seen[i]));
        if (json_array_append_new(stages, stage) < 0)
            xalloc_fail();
    }
    put(o, "stages", stages);
    put(o, "total", summary_json("total", &s->total, 1));
    return o;
}

void out_json(FILE *f, const struct run *run)
{
    json_t *o = document_json(run);
    char *head = json_dumps(o, JSON_COMPACT);

    if (!head)
        xalloc_fail();
    json_decref(o);
    fwrite(head, 1, strlen(head) - 1, f); /* all but its closing brace */
    free(head);
    fputs(",\n\"timelines\":[", f);
    for (size_t i = 0; i < run->timelines->count; i++) {
        fputs(i ? ",\n" : "\n", f);
        dump(f, timeline_json(run, run->timelines->list[i]));
    }
    fputs("]}\n", f);
}
