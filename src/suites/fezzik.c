/* SPDX-License-Identifier: Apache-2.0 */
#include "suites/fezzik.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "suites/document.h"

/* ---- order ---- */

/* Guids by their bytes, indexes by their value. */
static int by_id(const void *pa, const void *pb, void *context)
{
    const struct fezzik_entity *a = pa, *b = pb;
    const struct fezzik_report *r = context;

    if (!r->tasks && a->id.len != b->id.len)
        return a->id.len < b->id.len ? -1 : 1;
    return slice_cmp(a->id, b->id);
}

static int by_name(const void *pa, const void *pb)
{
    const struct fezzik_cell *a = pa, *b = pb;

    return slice_cmp(a->name, b->name);
}

static int by_time(const void *pa, const void *pb)
{
    const struct fezzik_report *a = pa, *b = pb;

    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns ? -1 : 1;
    if (a->tasks != b->tasks)
        return a->tasks ? -1 : 1;
    return slice_cmp(a->name, b->name);
}

/* ---- a report ---- */

static struct slice keep(struct fezzik *f, struct slice text)
{
    return (struct slice){arena_dup(&f->arena, text.p, text.len), text.len};
}

/* What a member of one of the three objects says of an entity. */
enum said { SAID_FIRST, SAID_LAST, SAID_FAILED, SAID_COUNT };

static int add_entity(struct fezzik *f, struct fezzik_report *r, struct loader *l, const char *key,
                      const json_t *value, enum said said)
{
    struct fezzik_entity *e = &r->entities[r->entity_count];

    *e = (struct fezzik_entity){
        .id = keep(f, slice_of(key)), .first_ns = NSTIME_NONE, .last_ns = NSTIME_NONE};
    if (said == SAID_FAILED) {
        if (!json_is_string(value))
            return loader_fail(l, "must be a string");
        e->failed = true;
        e->reason = keep(f, document_slice(value));
    } else if (document_duration(l, value, said == SAID_FIRST ? &e->first_ns : &e->last_ns) < 0) {
        return -1;
    }
    r->entity_count++;
    return 0;
}

/* Make one of those that bear the same id. */
static void join_entities(struct fezzik_report *r)
{
    size_t kept = 0;

    qsort_r(r->entities, r->entity_count, sizeof *r->entities, by_id, r);
    for (size_t i = 0; i < r->entity_count; i++) {
        struct fezzik_entity *e = &r->entities[i], *to = kept ? &r->entities[kept - 1] : NULL;

        if (!to || !slice_eq(to->id, e->id)) {
            r->entities[kept++] = *e;
            continue;
        }
        if (e->first_ns != NSTIME_NONE)
            to->first_ns = e->first_ns;
        if (e->last_ns != NSTIME_NONE)
            to->last_ns = e->last_ns;
        if (e->failed) {
            to->failed = true;
            to->reason = e->reason;
        }
    }
    r->entity_count = kept;
}

/* An object, or nothing, which Go writes as null. */
static int get_object(struct loader *l, json_t *top, const char *key, json_t **out)
{
    json_t *value = json_object_get(top, key);

    *out = NULL;
    if (!value || json_is_null(value))
        return 0;
    if (!json_is_object(value)) {
        loader_enter_key(l, key);
        return loader_fail(l, "must be an object");
    }
    *out = value;
    return 0;
}

static int read_entities(struct fezzik *f, struct fezzik_report *r, struct loader *l, json_t *top)
{
    const char *const keys[SAID_COUNT] = {r->tasks ? "TimeToCreate" : "TimeToClaimed",
                                          r->tasks ? "TimeToComplete" : "TimeToRunning",
                                          r->tasks ? "FailedTasks" : "FailedLRPs"};
    size_t *const counts[SAID_COUNT] = {&r->first_count, &r->last_count, &r->failed_count};
    json_t *said[SAID_COUNT], *value;
    size_t total = 0;
    const char *key;

    for (int i = 0; i < SAID_COUNT; i++) {
        if (get_object(l, top, keys[i], &said[i]) < 0)
            return -1;
        *counts[i] = json_object_size(said[i]);
        total += *counts[i];
    }
    r->entities = arena_alloc(&f->arena, total * sizeof *r->entities);
    for (int i = 0; i < SAID_COUNT; i++) {
        loader_enter_key(l, keys[i]);
        json_object_foreach (said[i], key, value) {
            loader_enter_key(l, key);
            if (add_entity(f, r, l, key, value, (enum said)i) < 0)
                return -1;
            loader_leave(l);
        }
        loader_leave(l);
    }
    join_entities(r);
    return 0;
}

static int read_cells(struct fezzik *f, struct fezzik_report *r, struct loader *l, json_t *top)
{
    const char *name = r->tasks ? "TaskDistribution" : "LRPDistribution", *key;
    json_t *cells, *value;

    if (get_object(l, top, name, &cells) < 0)
        return -1;
    r->cells = arena_alloc(&f->arena, json_object_size(cells) * sizeof *r->cells);
    loader_enter_key(l, name);
    json_object_foreach (cells, key, value) {
        struct fezzik_cell *c = &r->cells[r->distribution_count];

        if (document_count(l, cells, key, true, &c->count) < 0)
            return -1;
        c->name = keep(f, slice_of(key));
        r->distribution_count++;
    }
    loader_leave(l);
    if (r->distribution_count)
        qsort(r->cells, r->distribution_count, sizeof *r->cells, by_name);
    return 0;
}

static int read_head(struct fezzik *f, struct fezzik_report *r, struct loader *l, json_t *top)
{
    struct slice time = {NULL, 0}, name = {NULL, 0};

    if (!json_is_object(top))
        return loader_fail(l, "must be an object");
    if (document_text(l, top, "ReportTime", true, &time) < 0 ||
        document_text(l, top, "ReportName", true, &name) < 0 ||
        document_count(l, top, "NumCells", false, &r->cell_count) < 0 ||
        document_count(l, top, r->tasks ? "NumRequested" : "NumInstances", true, &r->requested) < 0)
        return -1;
    if (!nstime_parse_rfc3339(time.p, time.len, &r->time_ns)) {
        loader_enter_key(l, "ReportTime");
        return loader_fail(l, "must be a time (RFC 3339)");
    }
    r->name = keep(f, name);
    return 0;
}

static void summarize_both(struct fezzik_report *r)
{
    int64_t *ns = xreallocarray(NULL, r->entity_count, sizeof *ns);
    size_t n = 0;

    for (size_t i = 0; i < r->entity_count; i++) {
        if (r->entities[i].first_ns != NSTIME_NONE)
            ns[n++] = r->entities[i].first_ns;
    }
    summarize(&r->first, ns, NULL, n);
    n = 0;
    for (size_t i = 0; i < r->entity_count; i++) {
        if (r->entities[i].last_ns != NSTIME_NONE)
            ns[n++] = r->entities[i].last_ns;
    }
    summarize(&r->last, ns, NULL, n);
    free(ns);
}

/* ---- a file ---- */

static void note_problem(struct fezzik *f, const char *text)
{
    if (f->problem_count < FEZZIK_TOLD)
        f->problems[f->problem_count] = xstrdup(text);
    f->problem_count++;
}

/* All but the first count of them. */
static void forget_problems(struct fezzik *f, size_t count)
{
    for (; f->problem_count > count; f->problem_count--) {
        if (f->problem_count <= FEZZIK_TOLD)
            free(f->problems[f->problem_count - 1]);
    }
}

static void add_report(struct fezzik *f, const char *path, bool tasks, struct slice json,
                       size_t lines_before)
{
    struct err err = ERR_INIT;
    struct loader l = {
        .path = path, .text = json.p, .len = json.len, .lines_before = lines_before, .err = &err};
    struct fezzik_report r = {.tasks = tasks};
    json_t *top = document_json(&l);

    if (top && read_head(f, &r, &l, top) == 0 && read_entities(f, &r, &l, top) == 0 &&
        read_cells(f, &r, &l, top) == 0) {
        summarize_both(&r);
        f->list = xreallocarray(f->list, f->count + 1, sizeof *f->list);
        f->list[f->count++] = r;
    } else {
        struct strbuf b = STRBUF_INIT;

        strbuf_printf(&b, "%s; this report was left out", err.text);
        note_problem(f, b.data);
        strbuf_release(&b);
    }
    json_decref(top);
}

/* The next line, without its end and the blanks there; false behind the last. */
static bool next_line(struct slice *rest, struct slice *line)
{
    const char *nl;

    if (!rest->len)
        return false;
    nl = memchr(rest->p, '\n', rest->len);
    line->p = rest->p;
    line->len = nl ? (size_t)(nl - rest->p) : rest->len;
    rest->p += line->len + (nl != NULL);
    rest->len -= line->len + (nl != NULL);
    while (line->len && (line->p[line->len - 1] == '\r' || line->p[line->len - 1] == ' '))
        line->len--;
    return true;
}

static bool is_mark(struct slice line, bool *tasks)
{
    *tasks = slice_eq(line, slice_of(FEZZIK_TASKS_MARK));
    return *tasks || slice_eq(line, slice_of(FEZZIK_LRPS_MARK));
}

static void note_stray(struct fezzik *f, const char *path, size_t line_no, const char *what)
{
    struct strbuf b = STRBUF_INIT;

    if (f->problem_count >= FEZZIK_TOLD) { /* there may be millions */
        f->problem_count++;
        return;
    }
    strbuf_printf(&b, "%s:%zu:1: %s", path, line_no, what);
    note_problem(f, b.data);
    strbuf_release(&b);
}

/* The lines of a file; a mark and what follows it are a report. */
static void add_lines(struct fezzik *f, const struct document *d)
{
    struct slice rest = {d->text.data, d->text.len}, line;
    bool marked = false, tasks = false, next;
    size_t line_no = 0;

    while (next_line(&rest, &line)) {
        line_no++;
        if (!line.len)
            continue;
        if (is_mark(line, &next)) {
            if (marked)
                note_stray(f, d->path, line_no, "another report begins before the one announced");
            marked = true;
            tasks = next;
        } else if (marked) {
            add_report(f, d->path, tasks, line, line_no - 1);
            marked = false;
        } else {
            note_stray(f, d->path, line_no, "expected " FEZZIK_TASKS_MARK " or " FEZZIK_LRPS_MARK);
        }
    }
    if (marked)
        note_stray(f, d->path, line_no + 1, "ends before the report that was announced");
}

bool fezzik_is_report(const char *path)
{
    return document_begins(path, FEZZIK_TASKS_MARK) || document_begins(path, FEZZIK_LRPS_MARK);
}

int fezzik_add(struct fezzik *f, const char *path, struct err *err)
{
    size_t before = f->count, problems = f->problem_count;
    struct document d;
    int rc = document_read(&d, path, err);

    if (rc == 0 && !d.text.len)
        rc = err_set(err, "%s: is empty", d.path);
    if (rc == 0) {
        add_lines(f, &d);
        if (d.damage) {
            struct strbuf b = STRBUF_INIT;

            strbuf_printf(&b, "%s: %s", d.path, d.damage);
            note_problem(f, b.data);
            strbuf_release(&b);
        }
        if (f->count == before) {
            rc = err_set(err, "%s; no report of Fezzik is whole in this file",
                         problems < FEZZIK_TOLD ? f->problems[problems] : d.path);
            forget_problems(f, problems);
        }
    }
    document_release(&d);
    return rc;
}

void fezzik_finish(struct fezzik *f)
{
    if (f->count)
        qsort(f->list, f->count, sizeof *f->list, by_time);
}

void fezzik_release(struct fezzik *f)
{
    forget_problems(f, 0);
    free(f->list);
    arena_release(&f->arena);
}

const char *fezzik_first_name(const struct fezzik_report *r)
{
    return r->tasks ? "created" : "claimed";
}

const char *fezzik_last_name(const struct fezzik_report *r)
{
    return r->tasks ? "completed" : "running";
}

const char *fezzik_outcome(const struct fezzik_report *r, const struct fezzik_entity *e)
{
    if (e->failed)
        return "failed";
    if (e->last_ns == NSTIME_NONE)
        return r->tasks ? "never completed" : "never running";
    return r->tasks ? "ok" : "running";
}
