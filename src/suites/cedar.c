/* SPDX-License-Identifier: Apache-2.0 */
#include "suites/cedar.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/xalloc.h"
#include "suites/document.h"

static struct slice keep(struct cedar *c, struct slice text)
{
    return (struct slice){arena_dup(&c->arena, text.p, text.len), text.len};
}

/* Up to nine digits; -1 if it is anything else. */
static int64_t small_number(struct slice text)
{
    int64_t n = 0;

    if (!text.len || text.len > 9)
        return -1;
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return -1;
        n = n * 10 + (text.p[i] - '0');
    }
    return n;
}

/* ---- an app ---- */

/* The first '-' at or after from whose next part is a number; len if there is none. */
static size_t find_batch(struct slice name, int64_t *batch)
{
    for (size_t i = 0; i < name.len; i++) {
        size_t end = i + 1;

        if (name.p[i] != '-')
            continue;
        while (end < name.len && name.p[end] != '-')
            end++;
        *batch = small_number((struct slice){name.p + i + 1, end - i - 1});
        if (*batch >= 0)
            return end;
    }
    return name.len;
}

/* PREFIX-BATCH-TYPE-SEQ, where PREFIX and TYPE may hold dashes. */
static void parse_name(struct cedar_app *app)
{
    size_t type, last = app->name.len;

    app->name_batch = -1;
    type = find_batch(app->name, &app->name_batch);
    while (last > 0 && app->name.p[last - 1] != '-')
        last--;
    if (type + 2 >= last ||
        small_number((struct slice){app->name.p + last, app->name.len - last}) < 0) {
        app->name_batch = -1;
        return;
    }
    app->type = (struct slice){app->name.p + type + 1, last - type - 2};
}

/* RFC 3339, also with an offset that lacks its colon: 2006-01-02T15:04:05.000-0700. */
static bool parse_time(struct slice text, int64_t *time_ns)
{
    char with_colon[48];
    size_t n = text.len;

    if (nstime_parse_rfc3339(text.p, n, time_ns))
        return true;
    if (n < 6 || n + 1 > sizeof with_colon || (text.p[n - 5] != '+' && text.p[n - 5] != '-'))
        return false;
    memcpy(with_colon, text.p, n - 2);
    with_colon[n - 2] = ':';
    memcpy(with_colon + n - 1, text.p + n - 2, 2);
    return nstime_parse_rfc3339(with_colon, n + 1, time_ns);
}

static int read_time(struct loader *l, const json_t *step, const char *key, int64_t *time_ns)
{
    struct slice text = {NULL, 0};

    *time_ns = NSTIME_NONE;
    if (document_text(l, step, key, false, &text) < 0)
        return -1;
    if (text.len && !parse_time(text, time_ns)) {
        loader_enter_key(l, key);
        return loader_fail(l, "must be a time as 2006-01-02T15:04:05.000-0700");
    }
    return 0;
}

static int read_action(struct loader *l, const json_t *app, const char *key,
                       struct cedar_action *action)
{
    const json_t *value = json_object_get(app, key), *duration;
    bool succeeded = false;

    loader_enter_key(l, key);
    if (!json_is_object(value))
        return loader_fail(l, "must be an object");
    if (document_bool(l, value, "succeeded", &succeeded) < 0 ||
        read_time(l, value, "start_time", &action->start_ns) < 0 ||
        read_time(l, value, "end_time", &action->end_ns) < 0)
        return -1;
    duration = json_object_get(value, "duration_ns");
    loader_enter_key(l, "duration_ns");
    if (duration && !json_is_null(duration) &&
        document_duration(l, duration, &action->duration_ns) < 0)
        return -1;
    loader_leave(l);
    action->state = succeeded                         ? CEDAR_OK
                    : action->start_ns == NSTIME_NONE ? CEDAR_NEVER
                                                      : CEDAR_FAILED;
    loader_leave(l);
    return 0;
}

static int read_app(struct cedar *c, struct loader *l, const json_t *value, struct cedar_app *app)
{
    struct slice name = {NULL, 0}, guid = {NULL, 0};

    if (!json_is_object(value))
        return loader_fail(l, "must be an object");
    if (document_text(l, value, "app_name", true, &name) < 0 ||
        document_text(l, value, "app_guid", false, &guid) < 0 ||
        read_action(l, value, "push", &app->step[CEDAR_PUSH]) < 0 ||
        read_action(l, value, "start", &app->step[CEDAR_START]) < 0)
        return -1;
    app->name = keep(c, name);
    app->guid = keep(c, guid);
    parse_name(app);
    return 0;
}

/* ---- files ---- */

static int read_output(struct cedar *c, struct loader *l, const json_t *top)
{
    const json_t *apps = json_object_get(top, "apps"), *item;
    bool succeeded = false;
    size_t i;

    if (document_bool(l, top, "succeeded", &succeeded) < 0)
        return -1;
    c->succeeded = succeeded && (c->succeeded || !c->output_count);
    c->output_count++;
    loader_enter_key(l, "apps");
    if (!json_is_array(apps) && !json_is_null(apps))
        return loader_fail(l, "must be an array");
    c->apps = xreallocarray(c->apps, c->app_count + json_array_size(apps), sizeof *c->apps);
    json_array_foreach (apps, i, item) {
        struct cedar_app app = {.name_batch = -1};

        loader_enter_item(l, i);
        if (read_app(c, l, item, &app) < 0)
            return -1;
        c->apps[c->app_count++] = app;
        loader_leave(l);
    }
    loader_leave(l);
    return 0;
}

static int read_arborist(struct cedar *c, struct loader *l, json_t *top)
{
    const char *key;
    json_t *value;

    c->arborist_count++;
    c->answers =
        xreallocarray(c->answers, c->answer_count + json_object_size(top), sizeof *c->answers);
    json_object_foreach (top, key, value) {
        struct cedar_answers a = {.guid = keep(c, slice_of(key))};

        loader_enter_key(l, key);
        if (document_count(l, value, "TotalRequests", true, &a.requests) < 0 ||
            document_count(l, value, "SuccessfulRequests", true, &a.answered) < 0 ||
            document_count(l, value, "FailedRequests", true, &a.unanswered) < 0)
            return -1;
        loader_leave(l);
        c->answers[c->answer_count++] = a;
    }
    return 0;
}

/* Is this "min-3.json" or "max-3.json"?  The folders before it do not count. */
static bool is_bound(const char *path, struct cedar_bound *b)
{
    const char *name = strrchr(path, '/'), *dot;

    name = name ? name + 1 : path;
    dot = strstr(name, ".json");
    if ((strncmp(name, "min-", 4) != 0 && strncmp(name, "max-", 4) != 0) || !dot ||
        (strcmp(dot, ".json") != 0 && strcmp(dot, ".json.gz") != 0))
        return false;
    b->is_max = name[1] == 'a';
    b->number = small_number((struct slice){name + 4, (size_t)(dot - name - 4)});
    return b->number >= 0;
}

static int read_bound(struct cedar *c, struct loader *l, struct cedar_bound *b)
{
    struct slice text = {l->text, l->len};

    while (text.len && strchr(" \t\r\n", text.p[text.len - 1]))
        text.len--;
    while (text.len && strchr(" \t\r\n", *text.p)) {
        text.p++;
        text.len--;
    }
    if (!nstime_parse_epoch(text.p, text.len, &b->time_ns))
        return err_set(l->err, "%s:1:1: must be a number of unix seconds, as its name says",
                       l->path);
    c->bounds = xreallocarray(c->bounds, c->bound_count + 1, sizeof *c->bounds);
    c->bounds[c->bound_count++] = *b;
    return 0;
}

static bool looks_like_arborist(json_t *top)
{
    json_t *first = json_object_iter_value(json_object_iter(top));

    return !first || json_object_get(first, "TotalRequests");
}

/* 1 if it is a document of another kind. */
static int read_document(struct cedar *c, const struct document *d, struct err *err)
{
    struct loader l = {.path = d->path, .text = d->text.data, .len = d->text.len, .err = err};
    struct cedar_bound b;
    json_t *top;
    int rc;

    if (is_bound(d->path, &b))
        return read_bound(c, &l, &b);
    if (!d->text.len)
        return err_set(err, "%s: is empty", d->path);
    top = document_json(&l);
    if (!top)
        return -1;
    if (json_object_get(top, "apps"))
        rc = read_output(c, &l, top);
    else if (json_is_object(top) && looks_like_arborist(top))
        rc = read_arborist(c, &l, top);
    else
        rc = 1;
    json_decref(top);
    return rc;
}

static int read_file(struct cedar *c, const char *path, struct err *err)
{
    struct document d;
    int rc = document_read(&d, path, err);

    if (rc == 0 && d.damage)
        rc = err_set(err, "%s: %s", d.path, d.damage);
    if (rc == 0)
        rc = read_document(c, &d, err);
    document_release(&d);
    return rc;
}

static int is_json_file(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);

    return entry->d_name[0] != '.' &&
           ((len > 5 && strcmp(entry->d_name + len - 5, ".json") == 0) ||
            (len > 8 && strcmp(entry->d_name + len - 8, ".json.gz") == 0));
}

static int read_folder(struct cedar *c, const char *path, struct err *err)
{
    struct dirent **list;
    int count = scandir(path, &list, is_json_file, alphasort), rc = 0;

    if (count < 0)
        return err_set(err, "%s: %s", path, strerror(errno));
    if (!count)
        err_set(err, "%s: no *.json files in this folder", path);
    for (int i = 0; i < count; i++) {
        struct strbuf file = STRBUF_INIT;

        strbuf_printf(&file, "%s/%s", path, list[i]->d_name);
        if (rc == 0) {
            rc = read_file(c, file.data, err);
            c->left_out += rc == 1;
            rc = rc < 0 ? -1 : 0;
        }
        strbuf_release(&file);
        free(list[i]);
    }
    free(list);
    return count ? rc : -1;
}

int cedar_add(struct cedar *c, const char *path, struct err *err)
{
    struct stat st;
    int rc;

    if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return read_folder(c, path, err);
    rc = read_file(c, path, err);
    return rc == 1 ? err_set(err,
                             "%s:1:1: is neither an output of Cedar (an object with \"apps\") nor "
                             "one of Arborist (app guids with \"TotalRequests\")",
                             strcmp(path, "-") == 0 ? "standard input" : path)
                   : rc;
}

/* ---- order ---- */

static int by_push(const void *pa, const void *pb)
{
    const struct cedar_app *a = pa, *b = pb;
    int64_t at_a = a->step[CEDAR_PUSH].start_ns, at_b = b->step[CEDAR_PUSH].start_ns;
    int c;

    if (at_a != at_b)
        return at_a < at_b ? -1 : 1;
    c = slice_cmp(a->name, b->name);
    return c ? c : slice_cmp(a->guid, b->guid);
}

static int by_guid(const void *pa, const void *pb)
{
    const struct cedar_answers *a = pa, *b = pb;

    return slice_cmp(a->guid, b->guid);
}

static int by_number(const void *pa, const void *pb)
{
    const struct cedar_batch *a = pa, *b = pb;

    return (a->number > b->number) - (a->number < b->number);
}

/* ---- Arborist's counts ---- */

static int sort_answers(struct cedar *c, struct err *err)
{
    if (c->answer_count)
        qsort(c->answers, c->answer_count, sizeof *c->answers, by_guid);
    for (size_t i = 1; i < c->answer_count; i++) {
        if (slice_eq(c->answers[i].guid, c->answers[i - 1].guid))
            return err_set(err, "app %s is in two outputs of Arborist", c->answers[i].guid.p);
    }
    return 0;
}

static void take_answers(struct cedar *c)
{
    bool *met = xcalloc(c->answer_count + 1, sizeof *met);

    for (size_t i = 0; i < c->app_count; i++) {
        struct cedar_app *app = &c->apps[i];
        struct cedar_answers key = {.guid = app->guid}, *a;

        if (!c->answer_count || !app->guid.len)
            continue;
        a = bsearch(&key, c->answers, c->answer_count, sizeof *c->answers, by_guid);
        if (!a)
            continue;
        met[a - c->answers] = true;
        app->asked = true;
        app->requests = a->requests;
        app->answered = a->answered;
        app->unanswered = a->unanswered;
    }
    for (size_t i = 0; i < c->answer_count; i++)
        c->stranger_count += !met[i];
    free(met);
}

/* ---- statistics ---- */

static int64_t add_counts(int64_t a, int64_t b)
{
    int64_t sum;

    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static int by_type(const void *pa, const void *pb)
{
    const struct cedar_app *const *a = pa, *const *b = pb;

    return slice_cmp((*a)->type, (*b)->type);
}

/* ns has room for as many durations as there are apps. */
static struct cedar_group make_group(const struct cedar_app *const *apps, size_t count,
                                     struct slice type, int64_t *ns)
{
    struct cedar_group g = {.type = type, .apps = count};

    for (int step = 0; step < CEDAR_STEPS; step++) {
        size_t n = 0;

        for (size_t i = 0; i < count; i++) {
            const struct cedar_action *a = &apps[i]->step[step];

            g.state[step][a->state]++;
            if (a->state == CEDAR_OK)
                ns[n++] = a->duration_ns;
        }
        summarize(&g.duration[step], ns, NULL, n);
    }
    for (size_t i = 0; i < count; i++) {
        g.asked += apps[i]->asked;
        g.routable +=
            apps[i]->asked && apps[i]->requests > 0 && apps[i]->answered == apps[i]->requests;
        g.requests = add_counts(g.requests, apps[i]->requests);
        g.answered = add_counts(g.answered, apps[i]->answered);
    }
    return g;
}

/* Per type in order of name, and of all, for the caller to free; sorts the apps. */
static struct cedar_group *make_groups(const struct cedar_app **apps, size_t count,
                                       size_t *group_count)
{
    int64_t *ns = xreallocarray(NULL, count, sizeof *ns);
    struct cedar_group *groups = NULL;
    size_t from = 0, end, n = 0;

    if (count)
        qsort(apps, count, sizeof *apps, by_type);
    for (; from < count; from = end) {
        for (end = from; end < count && slice_eq(apps[end]->type, apps[from]->type); end++)
            ;
        groups = xreallocarray(groups, n + 1, sizeof *groups);
        groups[n++] = make_group(apps + from, end - from, apps[from]->type, ns);
    }
    groups = xreallocarray(groups, n + 1, sizeof *groups);
    groups[n++] = make_group(apps, count, (struct slice){NULL, 0}, ns);
    *group_count = n;
    free(ns);
    return groups;
}

/* ---- batches ---- */

static struct cedar_batch *find_batch_number(struct cedar *c, int64_t number)
{
    for (size_t i = 0; i < c->batch_count; i++) {
        if (c->batches[i].number == number)
            return &c->batches[i];
    }
    c->batches = xreallocarray(c->batches, c->batch_count + 1, sizeof *c->batches);
    c->batches[c->batch_count] =
        (struct cedar_batch){.number = number, .first_ns = NSTIME_NONE, .end_ns = NSTIME_NONE};
    return &c->batches[c->batch_count++];
}

static int batches_of_bounds(struct cedar *c, struct err *err)
{
    for (size_t i = 0; i < c->bound_count; i++) {
        struct cedar_batch *b = find_batch_number(c, c->bounds[i].number);
        int64_t *bound = c->bounds[i].is_max ? &b->end_ns : &b->first_ns;

        if (*bound != NSTIME_NONE)
            return err_set(err, "batch %lld has two %s files", (long long)b->number,
                           c->bounds[i].is_max ? "max" : "min");
        *bound = c->bounds[i].time_ns;
    }
    for (size_t i = 0; i < c->batch_count; i++) {
        const struct cedar_batch *b = &c->batches[i];

        if (b->first_ns == NSTIME_NONE || b->end_ns == NSTIME_NONE)
            return err_set(err, "%s-%lld.json is missing: a batch has a min and a max file",
                           b->first_ns == NSTIME_NONE ? "min" : "max", (long long)b->number);
        if (b->first_ns > b->end_ns)
            return err_set(err, "batch %lld ends before it begins", (long long)b->number);
    }
    return 0;
}

bool cedar_in_batch(const struct cedar_app *app, const struct cedar_batch *b)
{
    int64_t at = app->step[CEDAR_PUSH].start_ns;

    if (b->first_ns == NSTIME_NONE)
        return app->name_batch == b->number;
    return at != NSTIME_NONE && at >= b->first_ns && at <= b->end_ns;
}

static bool in_any_batch(const struct cedar *c, const struct cedar_app *app)
{
    for (size_t i = 0; i < c->batch_count; i++) {
        if (c->batches[i].number >= 0 && cedar_in_batch(app, &c->batches[i]))
            return true;
    }
    return false;
}

static void fill_batch(const struct cedar *c, struct cedar_batch *b)
{
    const struct cedar_app **apps = xreallocarray(NULL, c->app_count, sizeof *apps);

    for (size_t i = 0; i < c->app_count; i++) {
        if (b->number >= 0 ? cedar_in_batch(&c->apps[i], b) : !in_any_batch(c, &c->apps[i]))
            apps[b->app_count++] = &c->apps[i];
    }
    b->groups = make_groups(apps, b->app_count, &b->group_count);
    free(apps);
}

/* More batches than this are no batches. */
#define BATCHES_MOST 1000

static int make_batches(struct cedar *c, struct err *err)
{
    bool strays = false;

    c->batches_by_time = c->bound_count > 0;
    if (batches_of_bounds(c, err) < 0)
        return -1;
    for (size_t i = 0; i < c->app_count && !c->batches_by_time; i++) {
        if (c->apps[i].name_batch >= 0)
            find_batch_number(c, c->apps[i].name_batch);
        if (c->batch_count > BATCHES_MOST)
            return err_set(err, "more than %d batches, by the names of apps", BATCHES_MOST);
    }
    for (size_t i = 0; i < c->app_count && !strays; i++)
        strays = !in_any_batch(c, &c->apps[i]);
    if (c->batch_count && strays)
        find_batch_number(c, -1);
    if (c->batch_count)
        qsort(c->batches, c->batch_count, sizeof *c->batches, by_number);
    for (size_t i = 0; i < c->batch_count; i++)
        fill_batch(c, &c->batches[i]);
    return 0;
}

int cedar_finish(struct cedar *c, struct err *err)
{
    const struct cedar_app **apps;

    if (!c->output_count)
        return err_set(err, "no output of Cedar among these files");
    if (c->app_count)
        qsort(c->apps, c->app_count, sizeof *c->apps, by_push);
    if (sort_answers(c, err) < 0)
        return -1;
    take_answers(c);
    apps = xreallocarray(NULL, c->app_count, sizeof *apps);
    for (size_t i = 0; i < c->app_count; i++)
        apps[i] = &c->apps[i];
    c->groups = make_groups(apps, c->app_count, &c->group_count);
    free(apps);
    return make_batches(c, err);
}

void cedar_release(struct cedar *c)
{
    for (size_t i = 0; i < c->batch_count; i++)
        free(c->batches[i].groups);
    free(c->batches);
    free(c->groups);
    free(c->bounds);
    free(c->answers);
    free(c->apps);
    arena_release(&c->arena);
    *c = (struct cedar){0};
}

const char *cedar_state_name(enum cedar_state state)
{
    static const char *const names[] = {"ok", "failed", "never"};

    return names[state];
}

const char *cedar_step_name(enum cedar_step step)
{
    return step == CEDAR_PUSH ? "push" : "start";
}
