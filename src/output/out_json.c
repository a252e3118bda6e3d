/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_json.h"

#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "output/json.h"
#include "output/quote.h"

static json_t *stages_of(const struct run *run, const struct timeline *tl)
{
    json_t *stages = json_need(json_object());

    for (size_t i = 0; i < run->lc->stage_count; i++) {
        int64_t at = timeline_time(run->timelines, tl, i), ns;
        json_t *stage;

        if (at == NSTIME_NONE)
            continue;
        stage = json_need(json_object());
        json_put(stage, "time_ns", json_integer(at));
        json_put(stage, "vm",
                 json_text(timelines_vm_name(run->timelines, timeline_vm(run->timelines, tl, i))));
        if (timeline_duration(run->timelines, tl, i, &ns))
            json_put(stage, "duration_ns", json_integer(ns));
        json_put(stages, run->lc->stages[i].name, stage);
    }
    return stages;
}

static json_t *timeline_json(const struct run *run, const struct timeline *tl)
{
    json_t *o = json_need(json_object()), *tags = json_need(json_object());

    json_put(o, "id", json_text(timeline_id(tl)));
    json_put(o, "outcome", json_string(timeline_outcome(run->timelines, tl)));
    if (tl->reason && tl->reason->about)
        json_put(o, "why", json_string(tl->reason->about));
    json_put(o, "complete", json_boolean(tl->complete));
    json_put(o, "start_ns", json_integer(tl->start_ns));
    json_put(o, "end_ns", json_integer(tl->end_ns));
    json_put(o, "total_ns", json_integer(timeline_total(tl)));
    json_put(o, "vm", json_text(timelines_vm_name(run->timelines, tl->home)));
    for (size_t i = 0; i < run->lc->tag_count; i++) {
        struct slice tag = timeline_tag(run->timelines, tl, i);

        if (tag.len)
            json_put(tags, run->lc->tags[i].name, json_text(tag));
    }
    json_put(o, "tags", tags);
    json_put(o, "stages", stages_of(run, tl));
    return o;
}

void out_ndjson(FILE *f, const struct run *run)
{
    for (size_t i = 0; i < run->timelines->count; i++) {
        json_print(f, timeline_json(run, run->timelines->list[i]));
        fputc('\n', f);
    }
}

static json_t *summary_json(const char *name, const struct summary *s, double share)
{
    json_t *o = json_need(json_object());

    json_put(o, "name", json_string(name));
    json_put(o, "n", json_integer((json_int_t)s->n));
    json_put(o, "negative", json_integer((json_int_t)s->negative));
    if (!s->n)
        return o;
    json_put(o, "min_ns", json_integer(s->min_ns));
    json_put(o, "mean_ns", json_integer(llround(s->mean_ns)));
    json_put(o, "sd_ns", json_integer(llround(s->sd_ns)));
    json_put(o, "p50_ns", json_integer(s->p50_ns));
    json_put(o, "p90_ns", json_integer(s->p90_ns));
    json_put(o, "p95_ns", json_integer(s->p95_ns));
    json_put(o, "p99_ns", json_integer(s->p99_ns));
    json_put(o, "max_ns", json_integer(s->max_ns));
    json_put(o, "share", json_real(share));
    json_put(o, "min_id", json_text(timeline_id(s->min_at)));
    json_put(o, "max_id", json_text(timeline_id(s->max_at)));
    return o;
}

static json_t *lines_json(const struct collection *c)
{
    json_t *o = json_need(json_object()), *sources = json_need(json_object());
    uint32_t *sorted = collection_sorted_sources(c);

    json_put(o, "all", json_integer((json_int_t)c->counts.lines));
    json_put(o, "lager", json_integer((json_int_t)c->counts.lager));
    json_put(o, "unselected", json_integer((json_int_t)c->counts.unselected));
    json_put(o, "other", json_integer((json_int_t)c->counts.other));
    json_put(o, "too_long", json_integer((json_int_t)c->counts.too_long));
    for (uint32_t i = 0; i < c->sources.count; i++) {
        json_t *levels = json_need(json_object());
        struct strbuf name = STRBUF_INIT;

        for (int level = 0; level < LEVEL_COUNT; level++)
            json_put(levels, level_name((enum level)level),
                     json_integer((json_int_t)c->source_counts[sorted[i]].lines[level]));
        quote_utf8(&name, intern_text(&c->sources, sorted[i]));
        strbuf_add(&name, "", 0);
        json_put(sources, name.data, levels);
        strbuf_release(&name);
    }
    free(sorted);
    json_put(o, "sources", sources);
    return o;
}

/* All but the timelines, which may be many and are written one by one behind it. */
static json_t *document_json(const struct run *run)
{
    const struct stats *s = run->stats;
    json_t *o = json_need(json_object()), *stages = json_need(json_array()),
           *outcomes = json_need(json_object());

    json_put(o, "lifecycle", json_string(run->lc->name));
    json_put(o, "title", json_string(run->lc->title));
    json_put(o, "lines", lines_json(run->collection));
    json_put(o, "count", json_integer((json_int_t)run->timelines->count));
    json_put(o, "complete", json_integer((json_int_t)s->complete));
    json_put(outcomes, "ok", json_integer((json_int_t)s->ok));
    for (size_t i = 0; i < run->lc->outcome_count; i++)
        json_put(outcomes, run->lc->outcomes[i].name, json_integer((json_int_t)s->outcomes[i]));
    json_put(outcomes, "incomplete", json_integer((json_int_t)s->incomplete));
    json_put(o, "outcomes", outcomes);
    for (size_t i = 0; i < run->lc->stage_count; i++) {
        json_t *stage = summary_json(run->lc->stages[i].name, &s->stage[i], s->share[i]);

        json_put(stage, "seen", json_boolean(run->timelines->seen[i]));
        if (json_array_append_new(stages, stage) < 0)
            xalloc_fail();
    }
    json_put(o, "stages", stages);
    json_put(o, "total", summary_json("total", &s->total, 1));
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
        json_print(f, timeline_json(run, run->timelines->list[i]));
    }
    fputs("]}\n", f);
}
