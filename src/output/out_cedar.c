/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_cedar.h"

#include "output/figures.h"
#include "output/json.h"
#include "output/quote.h"
#include "output/run.h"

/* Rows are gathered to pieces of this size before they are written. */
#define FLUSH_BYTES ((size_t)64 * 1024)

static void flush(FILE *f, struct strbuf *b, size_t limit)
{
    if (b->len > limit) {
        fwrite(b->data, 1, b->len, f);
        strbuf_reset(b);
    }
}

static struct slice type_name(const struct cedar_group *g, bool all)
{
    return all ? slice_of("all") : g->type.len ? g->type : slice_of("(unknown)");
}

static void type_cell(struct table *t, const struct cedar_group *g, bool all)
{
    struct slice name = type_name(g, all);

    table_cell(t, "%.*s", (int)name.len, name.p);
}

/* The batch of an app, -1 if it is in none; of several the first. */
static int64_t batch_of(const struct cedar *c, const struct cedar_app *app)
{
    if (!c->batches_by_time)
        return app->name_batch;
    for (size_t i = 0; i < c->batch_count; i++) {
        if (c->batches[i].number >= 0 && cedar_in_batch(app, &c->batches[i]))
            return c->batches[i].number;
    }
    return -1;
}

/* ---- the table ---- */

static void heading(struct strbuf *out, enum table_style style, const char *text)
{
    if (style == TABLE_MARKDOWN)
        strbuf_printf(out, "\n## %s\n\n", text);
    else
        strbuf_printf(out, "\n%s\n", text);
}

static void finish_table(struct table *t, enum table_style style, struct strbuf *out)
{
    table_print(t, style, out);
    table_release(t);
}

static void state_cells(struct table *t, const struct cedar_group *g, enum cedar_step step)
{
    for (int state = CEDAR_OK; state <= CEDAR_NEVER; state++)
        table_cell(t, "%zu", g->state[step][state]);
}

static void state_heads(struct table *t)
{
    for (int state = CEDAR_OK; state <= CEDAR_NEVER; state++)
        table_cell(t, "%s", cedar_state_name((enum cedar_state)state));
}

static void print_head(struct strbuf *out, const struct cedar *c, enum table_style style)
{
    const struct cedar_group *all = &c->groups[c->group_count - 1];
    int64_t first = NSTIME_NONE, last = INT64_MIN;

    strbuf_str(out, style == TABLE_MARKDOWN ? "# Cedar\n\n" : "Cedar\n");
    add_count(out, c->app_count);
    strbuf_printf(out, " %s in ", c->app_count == 1 ? "app" : "apps");
    add_count(out, c->output_count);
    strbuf_printf(out, " %s, which %s\n", c->output_count == 1 ? "output" : "outputs",
                  c->succeeded           ? "succeeded"
                  : c->output_count == 1 ? "did not succeed"
                                         : "did not all succeed");
    for (size_t i = 0; i < c->app_count; i++) {
        for (int step = 0; step < CEDAR_STEPS; step++) {
            const struct cedar_action *a = &c->apps[i].step[step];

            if (a->start_ns < first)
                first = a->start_ns;
            if (a->end_ns != NSTIME_NONE && a->end_ns > last)
                last = a->end_ns;
        }
    }
    if (first != NSTIME_NONE && last >= first) {
        strbuf_str(out, style == TABLE_MARKDOWN ? "\nFrom " : "from ");
        nstime_add_rfc3339(out, first, 3);
        strbuf_str(out, " to ");
        nstime_add_rfc3339(out, last, 3);
        strbuf_str(out, ", ");
        nstime_add_human(out, nstime_between(first, last), false);
        strbuf_char(out, '\n');
    }
    if (c->arborist_count) {
        strbuf_str(out, style == TABLE_MARKDOWN ? "\n" : "");
        add_count(out, all->routable);
        strbuf_str(out, " of ");
        add_count(out, all->asked);
        strbuf_str(out, " apps that were asked answered every request\n");
    }
}

static void print_types(struct strbuf *out, const struct cedar *c, enum table_style style)
{
    struct table t;

    heading(out, style, "Times of pushes and starts that succeeded");
    table_init(&t, "llrrr" FIGURES_ALIGN);
    table_cell(&t, "type");
    table_cell(&t, "step");
    state_heads(&t);
    figures_heads(&t);
    for (int step = 0; step < CEDAR_STEPS; step++) {
        for (size_t i = 0; i < c->group_count; i++) {
            const struct cedar_group *g = &c->groups[i];

            type_cell(&t, g, i + 1 == c->group_count);
            table_cell(&t, "%s", cedar_step_name((enum cedar_step)step));
            state_cells(&t, g, (enum cedar_step)step);
            figures_cells(&t, &g->duration[step]);
        }
    }
    finish_table(&t, style, out);
}

static void print_routes(struct strbuf *out, const struct cedar *c, enum table_style style)
{
    struct table t;

    if (!c->arborist_count)
        return;
    heading(out, style, "Routability");
    table_init(&t, "lrrrrrr");
    table_cell(&t, "type");
    table_cell(&t, "apps");
    table_cell(&t, "asked");
    table_cell(&t, "answered every request");
    table_cell(&t, "requests");
    table_cell(&t, "answered");
    table_cell(&t, "share");
    for (size_t i = 0; i < c->group_count; i++) {
        const struct cedar_group *g = &c->groups[i];

        type_cell(&t, g, i + 1 == c->group_count);
        table_cell(&t, "%zu", g->apps);
        table_cell(&t, "%zu", g->asked);
        table_cell(&t, "%zu", g->routable);
        table_cell(&t, "%lld", (long long)g->requests);
        table_cell(&t, "%lld", (long long)g->answered);
        if (g->requests)
            table_cell(&t, "%.2f %%", (double)g->answered * 100 / (double)g->requests);
        else
            table_cell(&t, "%s", "");
    }
    finish_table(&t, style, out);
}

static void batch_name(struct table *t, const struct cedar_batch *b)
{
    if (b->number < 0)
        table_cell(t, "%s", "(none)");
    else
        table_cell(t, "%lld", (long long)b->number);
}

static void print_batches(struct strbuf *out, const struct cedar *c, enum table_style style)
{
    struct table t;

    if (!c->batch_count)
        return;
    heading(out, style,
            c->batches_by_time ? "Batches, by when a push began"
                               : "Batches, by the names of the apps");
    table_init(&t, "rlrrr" FIGURES_ALIGN);
    table_cell(&t, "batch");
    table_cell(&t, "step");
    state_heads(&t);
    figures_heads(&t);
    for (size_t i = 0; i < c->batch_count; i++) {
        const struct cedar_batch *b = &c->batches[i];
        const struct cedar_group *all = &b->groups[b->group_count - 1];

        for (int step = 0; step < CEDAR_STEPS; step++) {
            batch_name(&t, b);
            table_cell(&t, "%s", cedar_step_name((enum cedar_step)step));
            state_cells(&t, all, (enum cedar_step)step);
            figures_cells(&t, &all->duration[step]);
        }
    }
    finish_table(&t, style, out);
}

static void print_notes(struct strbuf *out, const struct cedar *c)
{
    if (c->stranger_count || c->left_out)
        strbuf_char(out, '\n');
    if (c->stranger_count) {
        add_count(out, c->stranger_count);
        strbuf_printf(out, " %s asked that %s in no output of Cedar\n",
                      c->stranger_count == 1 ? "app was" : "apps were",
                      c->stranger_count == 1 ? "is" : "are");
    }
    if (c->left_out) {
        add_count(out, c->left_out);
        strbuf_printf(out, " %s of another kind and left out\n",
                      c->left_out == 1 ? "JSON file is" : "JSON files are");
    }
}

void out_cedar_table(struct strbuf *out, const struct cedar *c, enum table_style style)
{
    print_head(out, c, style);
    print_types(out, c, style);
    print_routes(out, c, style);
    print_batches(out, c, style);
    print_notes(out, c);
}

/* ---- CSV ---- */

static void add_ns(struct strbuf *b, int64_t ns)
{
    strbuf_char(b, ',');
    if (ns != NSTIME_NONE)
        nstime_add_seconds(b, ns);
}

void out_cedar_csv(FILE *f, const struct cedar *c)
{
    struct strbuf b = STRBUF_INIT;

    strbuf_str(&b, "app,guid,type,batch");
    for (int step = 0; step < CEDAR_STEPS; step++) {
        const char *name = cedar_step_name((enum cedar_step)step);

        strbuf_printf(&b, ",%s_state,%s_start,%s_end,%s", name, name, name, name);
    }
    strbuf_str(&b, ",requests,answered,unanswered\n");
    for (size_t i = 0; i < c->app_count; i++) {
        const struct cedar_app *app = &c->apps[i];
        int64_t batch = batch_of(c, app);

        quote_csv(&b, app->name);
        strbuf_char(&b, ',');
        quote_csv(&b, app->guid);
        strbuf_char(&b, ',');
        quote_csv(&b, app->type);
        strbuf_char(&b, ',');
        if (batch >= 0)
            strbuf_printf(&b, "%lld", (long long)batch);
        for (int step = 0; step < CEDAR_STEPS; step++) {
            const struct cedar_action *a = &app->step[step];

            strbuf_printf(&b, ",%s", cedar_state_name(a->state));
            add_ns(&b, a->start_ns);
            add_ns(&b, a->end_ns);
            add_ns(&b, a->state == CEDAR_NEVER ? NSTIME_NONE : a->duration_ns);
        }
        if (app->asked)
            strbuf_printf(&b, ",%lld,%lld,%lld\n", (long long)app->requests,
                          (long long)app->answered, (long long)app->unanswered);
        else
            strbuf_str(&b, ",,,\n");
        flush(f, &b, FLUSH_BYTES);
    }
    flush(f, &b, 0);
    strbuf_release(&b);
}

/* batch is NULL for the rows of all batches. */
static void add_groups(FILE *f, struct strbuf *b, const struct cedar *c,
                       const struct cedar_batch *batch)
{
    const struct cedar_group *groups = batch ? batch->groups : c->groups;
    size_t count = batch ? batch->group_count : c->group_count;

    for (size_t i = 0; i < count; i++) {
        const struct cedar_group *g = &groups[i];

        for (int step = 0; step < CEDAR_STEPS; step++) {
            if (batch && batch->number >= 0)
                strbuf_printf(b, "%lld", (long long)batch->number);
            else
                strbuf_str(b, batch ? "none" : "all");
            add_ns(b, batch ? batch->first_ns : NSTIME_NONE);
            add_ns(b, batch ? batch->end_ns : NSTIME_NONE);
            strbuf_char(b, ',');
            quote_csv(b, type_name(g, i + 1 == count));
            strbuf_printf(b, ",%s,%zu,%zu,%zu,%zu,", cedar_step_name((enum cedar_step)step),
                          g->apps, g->state[step][CEDAR_OK], g->state[step][CEDAR_FAILED],
                          g->state[step][CEDAR_NEVER]);
            figures_csv(b, &g->duration[step]);
            if (c->arborist_count)
                strbuf_printf(b, ",%zu,%zu,%lld,%lld\n", g->asked, g->routable,
                              (long long)g->requests, (long long)g->answered);
            else
                strbuf_str(b, ",,,,\n");
        }
        flush(f, b, FLUSH_BYTES);
    }
}

void out_cedar_stats_csv(FILE *f, const struct cedar *c)
{
    struct strbuf b = STRBUF_INIT;

    strbuf_str(&b, "batch,from,to,type,step,apps,ok,failed,never," FIGURES_CSV_HEAD
                   ",asked,routable,requests,answered\n");
    add_groups(f, &b, c, NULL);
    for (size_t i = 0; i < c->batch_count; i++)
        add_groups(f, &b, c, &c->batches[i]);
    flush(f, &b, 0);
    strbuf_release(&b);
}

/* ---- JSON ---- */

static void put_ns(json_t *o, const char *key, int64_t ns)
{
    if (ns != NSTIME_NONE)
        json_put(o, key, json_integer(ns));
}

static json_t *app_json(const struct cedar *c, const struct cedar_app *app)
{
    json_t *o = json_need(json_object());
    int64_t batch = batch_of(c, app);

    json_put(o, "app", json_text(app->name));
    json_put(o, "guid", json_text(app->guid));
    if (app->type.len)
        json_put(o, "type", json_text(app->type));
    if (batch >= 0)
        json_put(o, "batch", json_integer(batch));
    for (int step = 0; step < CEDAR_STEPS; step++) {
        const struct cedar_action *a = &app->step[step];
        json_t *action = json_need(json_object());

        json_put(action, "state", json_string(cedar_state_name(a->state)));
        put_ns(action, "start_ns", a->start_ns);
        put_ns(action, "end_ns", a->end_ns);
        if (a->state != CEDAR_NEVER)
            json_put(action, "duration_ns", json_integer(a->duration_ns));
        json_put(o, cedar_step_name((enum cedar_step)step), action);
    }
    if (app->asked) {
        json_put(o, "requests", json_integer(app->requests));
        json_put(o, "answered", json_integer(app->answered));
        json_put(o, "unanswered", json_integer(app->unanswered));
    }
    return o;
}

static json_t *groups_json(const struct cedar *c, const struct cedar_group *groups, size_t count)
{
    json_t *list = json_need(json_array());

    for (size_t i = 0; i < count; i++) {
        const struct cedar_group *g = &groups[i];
        json_t *o = json_need(json_object());

        if (i + 1 < count) /* the last is of all types */
            json_put(o, "type", json_text(g->type));
        json_put(o, "apps", json_integer((json_int_t)g->apps));
        for (int step = 0; step < CEDAR_STEPS; step++) {
            json_t *figures = figures_json(&g->duration[step]);

            for (int state = CEDAR_OK; state <= CEDAR_NEVER; state++)
                json_put(figures, cedar_state_name((enum cedar_state)state),
                         json_integer((json_int_t)g->state[step][state]));
            json_put(o, cedar_step_name((enum cedar_step)step), figures);
        }
        if (c->arborist_count) {
            json_put(o, "asked", json_integer((json_int_t)g->asked));
            json_put(o, "routable", json_integer((json_int_t)g->routable));
            json_put(o, "requests", json_integer(g->requests));
            json_put(o, "answered", json_integer(g->answered));
        }
        json_add(list, o);
    }
    return list;
}

static json_t *batches_json(const struct cedar *c)
{
    json_t *list = json_need(json_array());

    for (size_t i = 0; i < c->batch_count; i++) {
        const struct cedar_batch *b = &c->batches[i];
        json_t *o = json_need(json_object());

        if (b->number >= 0)
            json_put(o, "number", json_integer(b->number));
        put_ns(o, "from_ns", b->first_ns);
        put_ns(o, "to_ns", b->end_ns);
        json_put(o, "types", groups_json(c, b->groups, b->group_count));
        json_add(list, o);
    }
    return list;
}

void out_cedar_ndjson(FILE *f, const struct cedar *c)
{
    for (size_t i = 0; i < c->app_count; i++) {
        json_print(f, app_json(c, &c->apps[i]));
        fputc('\n', f);
    }
}

void out_cedar_json(FILE *f, const struct cedar *c)
{
    fprintf(f, "{\"succeeded\":%s,\"types\":", c->succeeded ? "true" : "false");
    json_print(f, groups_json(c, c->groups, c->group_count));
    fputs(",\n\"batches\":", f);
    json_print(f, batches_json(c));
    fputs(",\n\"apps\":[", f);
    for (size_t i = 0; i < c->app_count; i++) {
        fputs(i ? ",\n" : "\n", f);
        json_print(f, app_json(c, &c->apps[i]));
    }
    fputs("]}\n", f);
}
