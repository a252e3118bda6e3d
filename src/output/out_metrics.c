/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_metrics.h"

#include <stdlib.h>

#include "output/quote.h"

/* Rows are gathered to pieces of this size before they are written. */
#define FLUSH_BYTES ((size_t)64 * 1024)

#define REPLACEMENT "\xef\xbf\xbd"

static void flush(FILE *f, struct strbuf *b, size_t limit)
{
    if (b->len > limit) {
        fwrite(b->data, 1, b->len, f);
        strbuf_reset(b);
    }
}

/* ---- InfluxDB's line protocol ---- */

static bool is_special(char c)
{
    return c == ',' || c == '=' || c == ' ';
}

/*
 * A backslash makes a comma, an equals sign and a blank part of a value; there is no way to write
 * one that stands before these, before another, or at the end.  Nor has a line end a way to be.
 */
static void add_influx_text(struct strbuf *out, struct slice text)
{
    struct strbuf plain = STRBUF_INIT;

    quote_plain(&plain, text);
    for (size_t i = 0; i < plain.len; i++) {
        char c = plain.data[i];

        if (c == '\\' &&
            (i + 1 == plain.len || is_special(plain.data[i + 1]) || plain.data[i + 1] == '\\')) {
            strbuf_str(out, REPLACEMENT);
            continue;
        }
        if (is_special(c))
            strbuf_char(out, '\\');
        strbuf_char(out, c);
    }
    strbuf_release(&plain);
}

/* A tag without a text must not be written. */
static void add_influx_tag(struct strbuf *out, const char *key, struct slice text)
{
    if (!text.len)
        return;
    strbuf_printf(out, ",%s=", key);
    add_influx_text(out, text);
}

static void add_influx_point(struct strbuf *out, const struct metric_points *p,
                             const struct metric_point *point)
{
    struct slice with = p->groups[point->group].component;
    bool component = false;

    strbuf_printf(out, "cf.diego.%s", p->metric->name);
    /* in order of keys, which InfluxDB takes in the fastest */
    for (size_t i = 0; i < METRIC_TAGS && p->metric->tags[i].key; i++) {
        if (!component && strcmp(p->metric->tags[i].key, "component") > 0) {
            add_influx_tag(out, "component", with);
            component = true;
        }
        add_influx_tag(out, p->metric->tags[i].key, metric_tag_text(p, point, i));
    }
    if (!component)
        add_influx_tag(out, "component", with);
    strbuf_printf(out, " value=%lld %lld\n", (long long)point->value_ns, (long long)point->time_ns);
}

static void add_influx(FILE *f, struct metric_points *p)
{
    struct strbuf b = STRBUF_INIT;

    for (size_t i = 0; i < p->count; i++) {
        add_influx_point(&b, p, &p->list[i]);
        flush(f, &b, FLUSH_BYTES);
    }
    flush(f, &b, 0);
    strbuf_release(&b);
}

/* ---- OpenMetrics ---- */

static void add_label(struct strbuf *out, const char *name, struct slice text)
{
    struct strbuf plain = STRBUF_INIT;

    quote_utf8(&plain, text);
    strbuf_printf(out, "%s=\"", name);
    for (size_t i = 0; i < plain.len; i++) {
        char c = plain.data[i];

        if (c == '\n') {
            strbuf_str(out, "\\n");
            continue;
        }
        if (c == '"' || c == '\\')
            strbuf_char(out, '\\');
        strbuf_char(out, c);
    }
    strbuf_char(out, '"');
    strbuf_release(&plain);
}

/* "cf_diego_request_latency_seconds_sum{component="bbs",request="/v1/ping"} " */
static void add_sample(struct strbuf *out, const struct metric_points *p,
                       const struct metric_group *g, const char *suffix, const char *quantile)
{
    strbuf_printf(out, "cf_diego_%s_seconds%s{", p->metric->snake, suffix);
    add_label(out, "component", g->component);
    if (p->metric->by_tag) {
        strbuf_char(out, ',');
        add_label(out, p->metric->tags[0].key, g->text);
    }
    if (quantile)
        strbuf_printf(out, ",quantile=\"%s\"", quantile);
    strbuf_str(out, "} ");
}

static void add_summary(struct strbuf *out, const struct metric_points *p,
                        const struct metric_group *g)
{
    const struct {
        const char *quantile;
        int64_t ns;
    } quantiles[] = {{"0.1", g->p10_ns},
                     {"0.5", g->p50_ns},
                     {"0.9", g->p90_ns},
                     {"0.95", g->p95_ns},
                     {"0.99", g->p99_ns}};

    for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++) {
        add_sample(out, p, g, "", quantiles[i].quantile);
        nstime_add_seconds(out, quantiles[i].ns);
        strbuf_char(out, '\n');
    }
    add_sample(out, p, g, "_count", NULL);
    strbuf_printf(out, "%zu\n", g->count);
    add_sample(out, p, g, "_sum", NULL);
    strbuf_printf(out, "%.9f\n", g->sum_ns / NS_PER_SECOND);
}

static void add_openmetrics(FILE *f, struct metric_points *p)
{
    const char *name = p->metric->snake;
    struct strbuf b = STRBUF_INIT;

    metric_groups_sum_up(p);
    if (p->group_count)
        strbuf_printf(&b,
                      "# TYPE cf_diego_%s_seconds summary\n# UNIT cf_diego_%s_seconds seconds\n"
                      "# HELP cf_diego_%s_seconds %s.\n",
                      name, name, name, p->metric->about);
    for (size_t i = 0; i < p->group_count; i++) {
        add_summary(&b, p, &p->groups[i]);
        flush(f, &b, FLUSH_BYTES);
    }
    flush(f, &b, 0);
    strbuf_release(&b);
}

/* ---- CSV ---- */

static void add_csv(FILE *f, struct metric_points *p)
{
    struct strbuf b = STRBUF_INIT;

    metric_groups_sum_up(p);
    for (size_t i = 0; i < p->group_count; i++) {
        const struct metric_group *g = &p->groups[i];
        const int64_t ns[] = {g->p10_ns, g->p50_ns, g->p90_ns, g->p95_ns, g->p99_ns};

        strbuf_printf(&b, "%s,", p->metric->name);
        quote_csv(&b, g->component);
        strbuf_char(&b, ',');
        quote_csv(&b, g->text);
        for (size_t k = 0; k < sizeof ns / sizeof *ns; k++) {
            strbuf_char(&b, ',');
            nstime_add_seconds(&b, ns[k]);
        }
        strbuf_printf(&b, ",%zu\n", g->count);
        flush(f, &b, FLUSH_BYTES);
    }
    flush(f, &b, 0);
    strbuf_release(&b);
}

const struct metrics_format *metrics_format_find(const char *name)
{
    static const struct metrics_format formats[] = {
        {"influx", "", "", add_influx},
        {"openmetrics", "", "# EOF\n", add_openmetrics},
        {"csv", "metric,component,request,p10,p50,p90,p95,p99,count\n", "", add_csv},
    };

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(name, formats[i].name) == 0)
            return &formats[i];
    }
    return NULL;
}
