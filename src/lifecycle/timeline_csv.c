/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/timeline_csv.h"

#include <stdlib.h>

#include "base/csv.h"
#include "base/xalloc.h"
#include "lifecycle/library.h"
#include "lifecycle/timeline_table.h"

static const char *const fixed[] = {"outcome", "complete", "start", "end", "total"};

enum { OUTCOME, COMPLETE, START, END, TOTAL, FIXED_COUNT };

/* Where the columns are: id, tags, those above, stages with their VMs. */
struct columns {
    size_t fixed, stages, count;
};

/* ---- the head ---- */

static bool is_fixed_part(const struct csv *c, size_t from)
{
    for (size_t i = 0; i < FIXED_COUNT; i++) {
        if (from + i >= c->count || !slice_eq(csv_field(c, from + i), slice_of(fixed[i])))
            return false;
    }
    return true;
}

static int check_name(const struct csv *c, size_t field, struct err *err)
{
    struct slice name = csv_field(c, field);

    if (!name.len)
        return csv_error(c, field, err, "a column without a name");
    if (memchr(name.p, '\0', name.len))
        return csv_error(c, field, err, "a name with a NUL byte in it");
    return 0;
}

static bool is_vm_of(struct slice vm, struct slice stage)
{
    return vm.len == stage.len + 3 && memcmp(vm.p, stage.p, stage.len) == 0 &&
           memcmp(vm.p + stage.len, ".vm", 3) == 0;
}

static int read_stages(const struct csv *c, const struct columns *col, struct lifecycle *lc,
                       struct err *err)
{
    size_t count = (c->count - col->stages) / 2;

    if (count > LIFECYCLE_MAX_STAGES)
        return csv_error(c, col->stages, err, "%zu stages: there can be %d", count,
                         LIFECYCLE_MAX_STAGES);
    lc->stages = arena_alloc(&lc->arena, (count + 1) * sizeof *lc->stages);
    for (size_t i = col->stages; i < c->count; i += 2) {
        struct slice name = csv_field(c, i);

        if (check_name(c, i, err) < 0)
            return -1;
        if (i + 1 == c->count || !is_vm_of(csv_field(c, i + 1), name))
            return csv_error(c, i + 1, err,
                             "behind a stage there must be the column of its VM, "
                             "the stage's name and \".vm\"");
        lc->stages[lc->stage_count] =
            (struct stage){.name = arena_dup(&lc->arena, name.p, name.len)};
        if (lifecycle_stage(lc, lc->stages[lc->stage_count].name) != NO_STAGE)
            return csv_error(c, i, err, "there is a stage of this name already");
        lc->stage_count++;
    }
    if (!count)
        return csv_error(c, c->count, err, "there is no stage");
    return 0;
}

static int read_head(const struct csv *c, struct columns *col, struct lifecycle *lc,
                     struct err *err)
{
    col->fixed = 1;
    while (col->fixed < c->count && !is_fixed_part(c, col->fixed))
        col->fixed++;
    if (!slice_eq(csv_field(c, 0), slice_of("id")) || col->fixed == c->count)
        return csv_error(c, 0, err,
                         "this is no timelines.csv: its first line is not "
                         "id,...,outcome,complete,start,end,total,...");
    col->count = c->count;
    col->stages = col->fixed + FIXED_COUNT;
    lc->tag_count = lc->tag_slots = col->fixed - 1;
    if (lc->tag_count > LIFECYCLE_MAX_TAGS)
        return csv_error(c, 1, err, "%zu tags: there can be %d", lc->tag_count, LIFECYCLE_MAX_TAGS);
    lc->tags = arena_alloc(&lc->arena, (lc->tag_count + 1) * sizeof *lc->tags);
    for (size_t i = 0; i < lc->tag_count; i++) {
        struct slice name = csv_field(c, i + 1);

        if (check_name(c, i + 1, err) < 0)
            return -1;
        lc->tags[i] = (struct tag){
            .name = arena_dup(&lc->arena, name.p, name.len), .kind = TAG_RULES, .slot = i};
    }
    return read_stages(c, col, lc, err);
}

/* ---- which lifecycle this was ---- */

/* Is this what the columns of a tell of?  To them a value is one more tag. */
static bool is_alike(const struct lifecycle *a, const struct lifecycle *b)
{
    if (a->stage_count != b->stage_count || a->tag_count != b->tag_count + b->value_count)
        return false;
    for (size_t i = 0; i < a->stage_count; i++) {
        if (strcmp(a->stages[i].name, b->stages[i].name) != 0)
            return false;
    }
    for (size_t i = 0; i < a->tag_count; i++) {
        const char *name = i < b->tag_count ? b->tags[i].name : b->values[i - b->tag_count].name;

        if (strcmp(a->tags[i].name, name) != 0)
            return false;
    }
    return true;
}

static const char *copy(struct lifecycle *lc, const char *text)
{
    return arena_dup(&lc->arena, text, strlen(text));
}

/* What the columns do not tell. */
static void adopt(struct lifecycle *lc, const struct lifecycle *from)
{
    lc->name = copy(lc, from->name);
    lc->title = copy(lc, from->title);
    lc->noun = copy(lc, from->noun);
    lc->noun_plural = copy(lc, from->noun_plural);
    for (size_t i = 0; i < lc->stage_count; i++) {
        lc->stages[i].optional = from->stages[i].optional;
        lc->stages[i].home = from->stages[i].home;
    }
    for (size_t i = 0; i < from->outcome_count; i++)
        lc->outcomes[lc->outcome_count++].name = copy(lc, from->outcomes[i].name);
}

static void find_lifecycle(struct lifecycle *lc, const struct asset_search *parsers)
{
    size_t count;
    char **names = library_names(parsers, &count);
    bool found = false;

    for (size_t i = 0; i < count; i++) {
        struct err ignored = ERR_INIT; /* a definition that is wrong is not this one */
        struct lifecycle *known = found ? NULL : library_load(parsers, names[i], &ignored);

        found |= known && is_alike(lc, known);
        if (known && found)
            adopt(lc, known);
        lifecycle_free(known);
        free(names[i]);
    }
    free(names);
}

/* ---- the rows ---- */

/* Seconds with up to nine digits, before 1970 with a minus. */
static int read_time(const struct csv *c, size_t field, int64_t *time_ns, struct err *err)
{
    struct slice s = csv_field(c, field);
    bool minus = s.len && *s.p == '-';

    if (!nstime_parse_epoch(s.p + minus, s.len - minus, time_ns))
        return csv_error(c, field, err, "this is not a time in seconds since 1970");
    if (minus)
        *time_ns = -*time_ns;
    return 0;
}

static int read_outcome(struct lifecycle *lc, const struct csv *c, size_t field, int16_t *outcome,
                        struct err *err)
{
    struct slice s = csv_field(c, field);

    if (slice_eq(s, slice_of("ok")) || slice_eq(s, slice_of("incomplete"))) {
        *outcome = *s.p == 'o' ? OUTCOME_OK : OUTCOME_INCOMPLETE;
        return 0;
    }
    for (size_t i = 0; i < lc->outcome_count; i++) {
        if (slice_eq(s, slice_of(lc->outcomes[i].name))) {
            *outcome = (int16_t)i;
            return 0;
        }
    }
    if (!s.len || memchr(s.p, '\0', s.len))
        return csv_error(c, field, err, "this is not the name of an outcome");
    if (lc->outcome_count == LIFECYCLE_MAX_OUTCOMES)
        return csv_error(c, field, err, "more than %d different outcomes", LIFECYCLE_MAX_OUTCOMES);
    lc->outcomes[lc->outcome_count].name = arena_dup(&lc->arena, s.p, s.len);
    *outcome = (int16_t)lc->outcome_count++;
    return 0;
}

static int read_stage(struct timelines *t, struct timeline *tl, const struct csv *c, size_t field,
                      size_t stage, struct err *err)
{
    struct slice vm = csv_field(c, field + 1);
    uint32_t number;

    if (!csv_field(c, field).len)
        return vm.len ? csv_error(c, field + 1, err, "a VM of a stage that was not reached") : 0;
    if (read_time(c, field, &times(tl)[stage], err) < 0)
        return -1;
    if (times(tl)[stage] < tl->start_ns || times(tl)[stage] > tl->end_ns)
        return csv_error(c, field, err, "a stage outside of start and end");
    number = intern_add(&t->vms, vm);
    if (number >= NO_VM)
        return csv_error(c, field + 1, err, "more than %u VMs", NO_VM - 1u);
    vms(t, tl)[stage] = (uint16_t)number;
    return 0;
}

/* Rows are told apart by id and start: while they come in, the start stands behind the id. */
static struct timeline *find_row(struct timelines *t, struct slice id, int64_t start_ns)
{
    struct strbuf key = STRBUF_INIT;
    struct timeline *tl;

    strbuf_slice(&key, id);
    strbuf_add(&key, (const char *)&start_ns, sizeof start_ns);
    tl = timelines_find(t, (struct slice){key.data, key.len});
    strbuf_release(&key);
    return tl;
}

static void cut_ids(struct timelines *t)
{
    for (size_t i = 0; i < t->count; i++)
        t->list[i]->id_len -= (uint32_t)sizeof(int64_t);
}

static int read_row(struct timelines *t, struct lifecycle *lc, const struct columns *col,
                    const struct csv *c, struct err *err)
{
    struct slice complete;
    struct timeline *tl;
    int64_t start_ns;
    size_t before = t->count;

    if (c->count != col->count)
        return csv_error(c, 0, err, "%zu fields, where the first line has %zu", c->count,
                         col->count);
    if (before == UINT32_MAX - 1)
        return csv_error(c, 0, err, "more rows than can be");
    if (read_time(c, col->fixed + START, &start_ns, err) < 0)
        return -1;
    tl = find_row(t, csv_field(c, 0), start_ns);
    if (t->count == before)
        return csv_error(c, 0, err, "there is a row of this id and start already");
    tl->start_ns = start_ns;
    complete = csv_field(c, col->fixed + COMPLETE);
    if (complete.len != 1 || (*complete.p != '0' && *complete.p != '1'))
        return csv_error(c, col->fixed + COMPLETE, err, "\"complete\" is 0 or 1");
    tl->complete = *complete.p == '1';
    if (read_outcome(lc, c, col->fixed + OUTCOME, &tl->outcome, err) < 0 ||
        read_time(c, col->fixed + END, &tl->end_ns, err) < 0)
        return -1;
    if (tl->end_ns < tl->start_ns)
        return csv_error(c, col->fixed + END, err, "the end is before the start");
    for (size_t i = 0; i < lc->tag_count; i++) {
        if (csv_field(c, i + 1).len)
            tags(t, tl)[i] = intern_add(&t->tag_texts, csv_field(c, i + 1));
    }
    for (size_t i = 0; i < lc->stage_count; i++) {
        if (read_stage(t, tl, c, col->stages + 2 * i, i, err) < 0)
            return -1;
    }
    return 0;
}

static struct lifecycle *lifecycle_new(const char *path)
{
    struct lifecycle *lc = xcalloc(1, sizeof *lc);

    lc->path = copy(lc, path);
    lc->name = "timelines";
    lc->title = "Timelines";
    lc->noun = "entity";
    lc->noun_plural = "entities";
    lc->outcomes = arena_alloc(&lc->arena, LIFECYCLE_MAX_OUTCOMES * sizeof *lc->outcomes);
    return lc;
}

int timeline_csv_read(struct timeline_csv *t, FILE *f, const char *path,
                      const struct asset_search *parsers, struct err *err)
{
    struct columns col = {0, 0, 0};
    struct csv c;
    int rc;

    t->lc = lifecycle_new(path);
    timelines_init(&t->timelines, t->lc, NULL);
    csv_init(&c, f, path);
    rc = csv_read(&c, err);
    if (rc == 0)
        rc = err_set(err, "%s: is empty", path);
    if (rc > 0)
        rc = read_head(&c, &col, t->lc, err);
    if (rc == 0) {
        find_lifecycle(t->lc, parsers);
        timelines_init(&t->timelines, t->lc, NULL); /* its stages and tags are known now */
        while ((rc = csv_read(&c, err)) > 0) {
            if (read_row(&t->timelines, t->lc, &col, &c, err) < 0) {
                rc = -1;
                break;
            }
        }
    }
    csv_release(&c);
    cut_ids(&t->timelines);
    timelines_finish_read(&t->timelines);
    if (rc < 0)
        timeline_csv_release(t);
    return rc;
}

void timeline_csv_release(struct timeline_csv *t)
{
    timelines_release(&t->timelines);
    lifecycle_free(t->lc);
    t->lc = NULL;
}
