/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_json.h"

#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "lifecycle/value.h"
#include "output/json.h"
#include "output/quote.h"

static json_t *stages_of(const struct run *run, const struct timeline *tl)
{
    json_t *stages = json_need(json_object());

    for (size_t i = 0; i < run->lc->stage_count; i++) {
        int64_t at = timeline_time(run->timelines, tl, i), ns;
        const char *file;
        uint64_t line;
        json_t *stage;

        if (at == NSTIME_NONE)
            continue;
        stage = json_need(json_object());
        json_put(stage, "time_ns", json_integer(at));
        json_put(stage, "vm",
                 json_text(timelines_vm_name(run->timelines, timeline_vm(run->timelines, tl, i))));
        if (timeline_duration(run->timelines, tl, i, &ns))
            json_put(stage, "duration_ns", json_integer(ns));
        file = timeline_site(run->timelines, tl, i, &line);
        if (file) {
            json_put(stage, "file", json_text(slice_of(file)));
            json_put(stage, "line", json_integer((json_int_t)line));
        }
        json_put(stages, run->lc->stages[i].name, stage);
    }
    return stages;
}

/* Of a duration KEY_ns, of any other value KEY, a number with a fraction only if it has one. */
static void put_figure(json_t *o, const char *key, const struct value *v, double worth)
{
    struct strbuf name = STRBUF_INIT;
    json_int_t whole = llround(worth);

    strbuf_printf(&name, "%s%s", key, v->is_duration ? "_ns" : "");
    if (!v->is_duration && whole % VALUE_ONE)
        json_put(o, name.data, json_real((double)whole / VALUE_ONE));
    else
        json_put(o, name.data, json_integer(v->is_duration ? whole : whole / VALUE_ONE));
    strbuf_release(&name);
}

static json_t *values_of(const struct run *run, const struct timeline *tl)
{
    json_t *values = json_need(json_object());

    for (size_t i = 0; i < run->lc->value_count; i++) {
        int64_t worth;

        if (timeline_value(run->timelines, tl, i, &worth))
            put_figure(values, run->lc->values[i].name, &run->lc->values[i], (double)worth);
    }
    return values;
}

static json_t *timeline_json(const struct run *run, const struct timeline *tl)
{
    json_t *o = json_need(json_object()), *tags = json_need(json_object());

    json_put(o, "id", json_text(timeline_id(tl)));
    json_put(o, "outcome", json_string(timeline_outcome(run->timelines, tl)));
    if (timeline_why(run->timelines, tl))
        json_put(o, "why", json_string(timeline_why(run->timelines, tl)));
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
    if (run->lc->value_count)
        json_put(o, "values", values_of(run, tl));
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

static json_t *figures_json(const struct value *v, const struct summary *s)
{
    json_t *o = json_need(json_object());

    json_put(o, "name", json_string(v->name));
    json_put(o, "n", json_integer((json_int_t)s->n));
    json_put(o, "negative", json_integer((json_int_t)s->negative));
    if (!s->n)
        return o;
    put_figure(o, "min", v, (double)s->min_ns);
    put_figure(o, "mean", v, s->mean_ns);
    put_figure(o, "sd", v, s->sd_ns);
    put_figure(o, "p50", v, (double)s->p50_ns);
    put_figure(o, "p90", v, (double)s->p90_ns);
    put_figure(o, "p95", v, (double)s->p95_ns);
    put_figure(o, "p99", v, (double)s->p99_ns);
    put_figure(o, "max", v, (double)s->max_ns);
    return o;
}

static void put_holders(json_t *o, const struct summary *s)
{
    if (!s->n)
        return;
    json_put(o, "min_id", json_text(timeline_id(s->min_at)));
    json_put(o, "max_id", json_text(timeline_id(s->max_at)));
}

static json_t *summary_json(const char *name, const struct summary *s, double share)
{
    json_t *o = figures_json(&(struct value){.name = name, .is_duration = true}, s);

    if (s->n)
        json_put(o, "share", json_real(share));
    put_holders(o, s);
    return o;
}

static json_t *value_json(const struct value *v, const struct summary *s)
{
    json_t *o = figures_json(v, s);

    if (*v->unit && !v->is_duration)
        json_put(o, "unit", json_string(v->unit));
    put_holders(o, s);
    return o;
}

static json_t *group_tags(const struct run *run, const struct tag_group *group)
{
    json_t *tags = json_need(json_object());

    for (size_t i = 0; i < run->groups->tag_count; i++)
        json_put(tags, run->lc->tags[run->groups->tags[i]].name,
                 json_text(group_text(run->groups, group, i)));
    return tags;
}

static json_t *marked(json_t *figures, bool is_outlier)
{
    json_put(figures, "outlier", json_boolean(is_outlier));
    return figures;
}

static json_t *group_json(const struct run *run, const struct tag_group *group,
                          struct outliers *out)
{
    json_t *o = json_need(json_object()), *stages = json_need(json_array()),
           *values = json_need(json_array());
    struct summary total, s;

    group_stage(run->groups, group, NO_STAGE, &total);
    json_put(o, "tags", group_tags(run, group));
    json_put(o, "start_ns", json_integer(group->start_ns));
    json_put(o, "end_ns", json_integer(group->end_ns));
    json_put(o, "count", json_integer((json_int_t)group->count));
    json_put(o, "ok", json_integer((json_int_t)group->ok));
    for (size_t i = 0; i < run->lc->stage_count; i++) {
        group_stage(run->groups, group, i, &s);
        json_add(stages, marked(summary_json(run->lc->stages[i].name, &s,
                                             total.sum_ns > 0 && i != run->stats->first_stage
                                                 ? s.sum_ns / total.sum_ns
                                                 : 0),
                                outlier_stage(out, group, i, &s)));
    }
    json_put(o, "stages", stages);
    json_put(o, "total",
             marked(summary_json("total", &total, 1), outlier_stage(out, group, NO_STAGE, &total)));
    for (size_t i = 0; i < run->lc->value_count; i++) {
        group_value(run->groups, group, i, &s);
        json_add(values,
                 marked(value_json(&run->lc->values[i], &s), outlier_value(out, group, i, &s)));
    }
    if (run->lc->value_count)
        json_put(o, "values", values);
    else
        json_decref(values);
    return o;
}

static json_t *groups_json(const struct run *run)
{
    json_t *o = json_need(json_object()), *tags = json_need(json_array()),
           *list = json_need(json_array());
    struct outliers out;

    outliers_init(&out, run->groups);
    for (size_t i = 0; i < run->groups->tag_count; i++)
        json_add(tags, json_string(run->lc->tags[run->groups->tags[i]].name));
    json_put(o, "tags", tags);
    for (size_t i = 0; i < run->groups->count; i++)
        json_add(list, group_json(run, &run->groups->list[i], &out));
    json_put(o, "groups", list);
    outliers_release(&out);
    return o;
}

static json_t *lines_json(const struct collection *c)
{
    json_t *o = json_need(json_object()), *sources = json_need(json_object());
    uint32_t *sorted = collection_sorted_sources(c);

    json_put(o, "all", json_integer((json_int_t)c->counts.lines));
    json_put(o, c->timelines.lc->log->key, json_integer((json_int_t)c->counts.understood));
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
    if (run->lc->value_count) {
        json_t *values = json_need(json_array());

        for (size_t i = 0; i < run->lc->value_count; i++)
            json_add(values, value_json(&run->lc->values[i], &s->value[i]));
        json_put(o, "values", values);
    }
    if (run->groups)
        json_put(o, "by", groups_json(run));
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
