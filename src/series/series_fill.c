/* SPDX-License-Identifier: Apache-2.0 */
#include "series/series_fill.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "lifecycle/pare.h"
#include "lifecycle/value.h"

static const struct value as_number = {.name = "", .unit = ""};
static const struct value as_duration = {.name = "", .unit = "", .is_duration = true};

const struct value *column_value(const struct column *c)
{
    return c->is_duration ? &as_duration : &as_number;
}

/* ---- the lifecycles ---- */

static const struct lifecycle *lifecycle_of(const struct series_sources *s, const char *name)
{
    return s->several.lcs[several_find(&s->several, name)];
}

static size_t find_tag(const struct lifecycle *lc, const char *name)
{
    size_t i = 0;

    while (i < lc->tag_count && strcmp(lc->tags[i].name, name) != 0)
        i++;
    return i;
}

static size_t find_value(const struct lifecycle *lc, const char *name)
{
    size_t i = 0;

    while (i < lc->value_count && strcmp(lc->values[i].name, name) != 0)
        i++;
    return i;
}

static bool is_key(const struct lifecycle *lc, const char *name)
{
    return strcmp(name, "vm") == 0 || strcmp(name, "outcome") == 0 ||
           find_tag(lc, name) < lc->tag_count;
}

static int check_stages(const struct series *series, const struct lifecycle *lc,
                        const struct series_names *names, struct err *err)
{
    for (size_t i = 0; i < names->count; i++) {
        if (lifecycle_stage(lc, names->list[i]) == NO_STAGE)
            return err_set(err, "series %s: %s has no stage \"%s\"", series->name, lc->name,
                           names->list[i]);
    }
    return 0;
}

/* Does all that a line names exist? */
static int check_line(const struct series *series, const struct series_line *line,
                      const struct lifecycle *lc, struct err *err)
{
    if (check_stages(series, lc, &line->from, err) < 0 ||
        check_stages(series, lc, &line->to, err) < 0)
        return -1;
    if (line->value && find_value(lc, line->value) == lc->value_count)
        return err_set(err, "series %s: %s has no value \"%s\"", series->name, lc->name,
                       line->value);
    if (line->by && !is_key(lc, line->by))
        return err_set(err, "series %s: %s has no tag \"%s\"", series->name, lc->name, line->by);
    for (size_t i = 0; i < line->where_count; i++) {
        if (!is_key(lc, line->wheres[i].tag))
            return err_set(err, "series %s: %s has no tag \"%s\"", series->name, lc->name,
                           line->wheres[i].tag);
    }
    return 0;
}

/* The line's pattern for the tag, or NULL. */
static const struct regex *pattern_of(const struct series_line *line, const char *tag)
{
    for (size_t i = 0; i < line->where_count; i++) {
        if (strcmp(line->wheres[i].tag, tag) == 0)
            return line->wheres[i].pattern;
    }
    return NULL;
}

/* If all lines that show a lifecycle name texts of one of its tags, no other texts are asked for.
 */
static void pare_entities(struct lifecycle *lc, const struct series_line *const *lines,
                          size_t count)
{
    const struct regex **patterns = xreallocarray(NULL, count + 1, sizeof *patterns);
    bool done = false;

    for (size_t tag = 0; tag < lc->tag_count && !done; tag++) {
        size_t n = 0;

        if (strcmp(lc->tags[tag].name, "vm") == 0) /* in a series the VM, see key_new() */
            continue;
        while (n < count && (patterns[n] = pattern_of(lines[n], lc->tags[tag].name)))
            n++;
        done = n == count && pare_to(lc, tag, patterns, count);
    }
    free(patterns);
}

/* Leave out what none of the lines that show a lifecycle asks for. */
static void pare(struct lifecycle *lc, const struct series *const *chosen, size_t count)
{
    const struct series_line **lines = NULL;
    size_t line_count = 0;

    pare_tags(lc);
    for (size_t i = 0; i < count; i++) {
        lines = xreallocarray(lines, line_count + chosen[i]->line_count + 1, sizeof *lines);
        for (size_t k = 0; k < chosen[i]->line_count; k++) {
            const struct series_line *line = &chosen[i]->lines[k];

            if (!line->of || strcmp(line->of, lc->name) != 0)
                continue;
            lines[line_count++] = line;
            pare_keep_tag(lc, line->by);
            for (size_t n = 0; n < line->where_count; n++)
                pare_keep_tag(lc, line->wheres[n].tag);
            if (line->value)
                lc->values[find_value(lc, line->value)].unused = false;
        }
    }
    pare_entities(lc, lines, line_count);
    free(lines);
}

/* Load the lifecycles that the lines show. */
static int load(struct series_sources *s, const struct series *const *chosen, size_t count,
                const struct asset_search *search, size_t threads, struct err *err)
{
    const char **names = NULL;
    size_t name_count = 0;
    int rc;

    for (size_t i = 0; i < count; i++) {
        names = xreallocarray(names, name_count + chosen[i]->line_count + 1, sizeof *names);
        for (size_t k = 0; k < chosen[i]->line_count; k++) {
            if (chosen[i]->lines[k].of)
                names[name_count++] = chosen[i]->lines[k].of;
        }
    }
    rc = several_add_all(&s->several, search, names, name_count, threads, err);
    free(names);
    return rc;
}

int series_sources_init(struct series_sources *s, const struct series *const *chosen, size_t count,
                        const struct asset_search *search, size_t threads, struct err *err)
{
    *s = (struct series_sources){.several = SEVERAL_INIT};
    if (load(s, chosen, count, search, threads, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < chosen[i]->line_count; k++) {
            const struct series_line *line = &chosen[i]->lines[k];

            if (line->of && check_line(chosen[i], line, lifecycle_of(s, line->of), err) < 0)
                return -1;
        }
    }
    for (size_t i = 0; i < s->several.count; i++)
        pare(s->several.lcs[i], chosen, count);
    return 0;
}

void series_sources_release(struct series_sources *s)
{
    if (s->several.collections)
        pulse_release(&s->pulse);
    several_release(&s->several);
}

void series_read(struct series_sources *s, struct inputs *inputs,
                 const struct feed_options *options, const struct filter *filter, int64_t width_ns)
{
    pulse_init(&s->pulse, width_ns);
    several_read(&s->several, inputs, options, filter, &s->pulse);
}

int series_grid(const struct series_sources *s, struct grid *g, struct err *err)
{
    int64_t first = INT64_MAX, last = INT64_MIN;

    *g = (struct grid){.width_ns = s->pulse.width_ns};
    for (size_t i = 0; i < s->pulse.count; i++) {
        const struct pulse_place *p = &s->pulse.places[i];

        if (!p->count)
            continue;
        if (p->bins[0].bin < first)
            first = p->bins[0].bin;
        if (p->bins[p->count - 1].bin > last)
            last = p->bins[p->count - 1].bin;
    }
    if (first > last)
        return 0;
    if (nstime_between(first, last) >= BINS_MAX || s->pulse.lost) {
        struct strbuf span = STRBUF_INIT;

        nstime_add_human(&span, (last - first) * s->pulse.width_ns, true);
        err_set(err,
                "the lines span %s, which makes more than %d bins; widen them by --every, or "
                "select lines by --since and --until",
                span.data, BINS_MAX);
        strbuf_release(&span);
        return -1;
    }
    g->first = first;
    g->count = (size_t)(last - first) + 1;
    return 0;
}

/* ---- where there are logs ---- */

static bool is_among(const struct series_names *names, struct slice text)
{
    for (size_t i = 0; i < names->count; i++) {
        if (slice_eq(slice_of(names->list[i]), text))
            return true;
    }
    return false;
}

/*
 * The bins in which one of the components (any, if none is named) logged, those of one VM if vm is
 * not NULL, each on its own bridged over short silences; false if none did.
 */
static bool find_logs(const struct series *series, const struct pulse *pulse, const struct grid *g,
                      const struct slice *vm, bool *logs)
{
    bool *own = xreallocarray(NULL, g->count, sizeof *own), any = false;

    memset(logs, 0, g->count * sizeof *logs);
    for (size_t i = 0; i < pulse->count; i++) {
        const struct pulse_place *p = &pulse->places[i];

        if ((series->components.count && !is_among(&series->components, p->source)) ||
            (vm && !slice_eq(p->vm, *vm)))
            continue;
        any = true;
        memset(own, 0, g->count * sizeof *own);
        for (size_t k = 0; k < p->count; k++)
            own[p->bins[k].bin - g->first] = true;
        bins_bridge(g, own, SERIES_SILENCE_NS);
        for (size_t b = 0; b < g->count; b++)
            logs[b] |= own[b];
    }
    free(own);
    return any;
}

/* ---- one line ---- */

/* What a line has of one key. */
struct bucket {
    struct slice key;
    struct point *points;
    struct stay *stays;
    size_t count, room;
};

enum key_kind { KEY_NONE, KEY_VM, KEY_OUTCOME, KEY_TAG };

/* "vm", "outcome" or a tag, and what was found out for each of their numbers, for most entities say
 * the same. */
struct key {
    enum key_kind kind;
    size_t tag;
    uint32_t *known; /* + 1; 0: nothing yet */
    uint32_t count;
};

struct work {
    const struct series *series;
    const struct series_line *line;
    const struct series_sources *sources;
    const struct timelines *t;
    const struct grid *g;
    struct filled *out;
    struct intern keys;
    struct bucket *buckets; /* per key */
    struct key by, *wheres;
    size_t value;
    size_t from[SERIES_MAX_NAMES], to[SERIES_MAX_NAMES];
};

static struct key key_new(const struct timelines *t, const char *name)
{
    struct key k = {.kind = KEY_NONE};

    if (!name)
        return k;
    k.tag = find_tag(t->lc, name);
    k.kind = strcmp(name, "vm") == 0 ? KEY_VM : k.tag < t->lc->tag_count ? KEY_TAG : KEY_OUTCOME;
    k.count = k.kind == KEY_VM ? t->vms.count : k.kind == KEY_TAG ? t->tag_texts.count : 0;
    k.known = xcalloc((size_t)k.count + 1, sizeof *k.known);
    return k;
}

static struct slice key_text(const struct work *w, const struct key *k, const struct timeline *tl)
{
    switch (k->kind) {
    case KEY_VM:
        return timelines_vm_name(w->t, tl->home);
    case KEY_OUTCOME:
        return slice_of(timeline_outcome(w->t, tl));
    case KEY_TAG:
        return timeline_tag(w->t, tl, k->tag);
    case KEY_NONE:
        break;
    }
    return (struct slice){"", 0};
}

/* Where to note what is found out of the text that an entity has; NULL if it has no number. */
static uint32_t *key_known(const struct work *w, const struct key *k, const struct timeline *tl)
{
    uint32_t number = k->kind == KEY_VM    ? tl->home
                      : k->kind == KEY_TAG ? timeline_tag_number(w->t, tl, k->tag)
                                           : UINT32_MAX;

    return number < k->count ? &k->known[number] : NULL;
}

static bool is_meant(const struct work *w, const struct timeline *tl)
{
    for (size_t i = 0; i < w->line->where_count; i++) {
        uint32_t *known = key_known(w, &w->wheres[i], tl), matches;

        if (known && *known) {
            matches = *known - 1;
        } else {
            matches = regex_match(w->line->wheres[i].pattern, key_text(w, &w->wheres[i], tl));
            if (known)
                *known = matches + 1;
        }
        if (!matches)
            return false;
    }
    return true;
}

/* When the first of some stages was reached. */
static int64_t first_of(const struct work *w, const struct timeline *tl, const size_t *stages,
                        size_t count)
{
    int64_t first = NSTIME_NONE;

    for (size_t i = 0; i < count; i++) {
        int64_t ns = timeline_time(w->t, tl, stages[i]);

        if (ns < first)
            first = ns;
    }
    return first;
}

static struct bucket *bucket_of(struct work *w, const struct timeline *tl)
{
    uint32_t *known = key_known(w, &w->by, tl), before = w->keys.count, n;
    struct slice key;

    if (known && *known)
        return &w->buckets[*known - 1];
    key = key_text(w, &w->by, tl);
    if (w->line->by && !key.len)
        key = slice_of("unknown");
    n = intern_add(&w->keys, key);
    if (n == before) {
        w->buckets = xreallocarray(w->buckets, n + 1, sizeof *w->buckets);
        w->buckets[n] = (struct bucket){.key = intern_text(&w->keys, n)};
    }
    if (known)
        *known = n + 1;
    return &w->buckets[n];
}

static void add_point(struct bucket *b, int64_t time_ns, int64_t worth)
{
    if (b->count == b->room) {
        b->room = b->room ? b->room * 2 : 64;
        b->points = xreallocarray(b->points, b->room, sizeof *b->points);
    }
    b->points[b->count++] = (struct point){time_ns, worth};
}

static void add_stay(struct bucket *b, int64_t from_ns, int64_t to_ns)
{
    if (b->count == b->room) {
        b->room = b->room ? b->room * 2 : 64;
        b->stays = xreallocarray(b->stays, b->room, sizeof *b->stays);
    }
    b->stays[b->count++] = (struct stay){from_ns, to_ns};
}

static int64_t end_of_stay(const struct work *w, const struct timeline *tl)
{
    int64_t to_ns = first_of(w, tl, w->to, w->line->to.count);

    if (to_ns == NSTIME_NONE && is_among(&w->line->leave, slice_of(timeline_outcome(w->t, tl))))
        to_ns = tl->end_ns;
    return to_ns;
}

static void take_one(struct work *w, const struct timeline *tl)
{
    const struct series_line *line = w->line;
    int64_t to_ns = first_of(w, tl, w->to, line->to.count), from_ns, worth;

    switch (line->kind) {
    case SERIES_LEVEL:
        from_ns = first_of(w, tl, w->from, line->from.count);
        if (from_ns != NSTIME_NONE)
            add_stay(bucket_of(w, tl), from_ns, end_of_stay(w, tl));
        break;
    case SERIES_COUNT:
        if (to_ns != NSTIME_NONE)
            add_point(bucket_of(w, tl), to_ns, VALUE_ONE);
        break;
    case SERIES_DURATION:
        from_ns = first_of(w, tl, w->from, line->from.count);
        if (from_ns != NSTIME_NONE && to_ns != NSTIME_NONE)
            add_point(bucket_of(w, tl), to_ns, nstime_between(from_ns, to_ns));
        break;
    case SERIES_VALUE:
        if (to_ns != NSTIME_NONE && timeline_value(w->t, tl, w->value, &worth))
            add_point(bucket_of(w, tl), to_ns, worth);
        break;
    case SERIES_ERRORS:
        break;
    }
}

/* An entity that no other of the same kind can be beside. */
struct claim {
    const struct timeline *tl;
    int64_t from_ns;
    int64_t begin_ns; /* when it ends the one before it */
};

/* Those of one earlier id or, where a lifecycle repeats, of one id. */
static int by_rival(const struct claim *a, const struct claim *b, bool repeats)
{
    if (repeats)
        return slice_cmp(timeline_id(a->tl), timeline_id(b->tl));
    return (a->tl->link > b->tl->link) - (a->tl->link < b->tl->link);
}

static int by_claim(const void *pa, const void *pb, void *context)
{
    const struct claim *a = pa, *b = pb;
    int c = by_rival(a, b, *(const bool *)context);

    if (c)
        return c;
    if (a->begin_ns != b->begin_ns)
        return a->begin_ns < b->begin_ns ? -1 : 1;
    return slice_cmp(timeline_id(a->tl), timeline_id(b->tl));
}

/* Each entity is in until the next one comes. */
static void take_rivals(struct work *w, bool repeats)
{
    struct claim *claims = xreallocarray(NULL, w->t->count + 1, sizeof *claims);
    size_t count = 0;

    for (size_t i = 0; i < w->t->count; i++) {
        const struct timeline *tl = timelines_at(w->t, i);
        int64_t from_ns = first_of(w, tl, w->from, w->line->from.count);

        if ((from_ns != NSTIME_NONE || repeats) && is_meant(w, tl))
            claims[count++] = (struct claim){tl, from_ns, repeats ? tl->start_ns : from_ns};
    }
    if (count)
        qsort_r(claims, count, sizeof *claims, by_claim, &repeats);
    for (size_t i = 0; i < count; i++) {
        int64_t to_ns = end_of_stay(w, claims[i].tl);
        bool rival = i + 1 < count && (repeats || claims[i].tl->link) &&
                     by_rival(&claims[i], &claims[i + 1], repeats) == 0;

        if (rival && claims[i + 1].begin_ns < to_ns)
            to_ns = claims[i + 1].begin_ns;
        if (claims[i].from_ns != NSTIME_NONE)
            add_stay(bucket_of(w, claims[i].tl), claims[i].from_ns, to_ns);
    }
    free(claims);
}

/* ---- from buckets to columns ---- */

static int by_count(const void *pa, const void *pb)
{
    const struct bucket *a = pa, *b = pb;

    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return slice_cmp(a->key, b->key);
}

static int by_key(const void *pa, const void *pb)
{
    return slice_cmp(((const struct bucket *)pa)->key, ((const struct bucket *)pb)->key);
}

/* Of too many keys those with the least become one. */
static size_t join_others(struct work *w)
{
    size_t count = w->keys.count;
    struct bucket *others = &w->buckets[SERIES_MAX_KEYS - 1];

    if (count <= SERIES_MAX_KEYS)
        return count;
    qsort(w->buckets, count, sizeof *w->buckets, by_count);
    for (size_t i = SERIES_MAX_KEYS; i < count; i++) {
        struct bucket *b = &w->buckets[i];

        for (size_t k = 0; k < b->count; k++) {
            if (b->stays)
                add_stay(others, b->stays[k].from_ns, b->stays[k].to_ns);
            else
                add_point(others, b->points[k].time_ns, b->points[k].worth);
        }
        free(b->points);
        free(b->stays);
    }
    others->key = slice_of(SERIES_OTHERS);
    return SERIES_MAX_KEYS;
}

/* "p95 bbs": the line's name, what is taken if it is one of several, and the key. */
static struct column *add_column(struct filled *f, const struct series_line *line, struct slice key,
                                 const char *take, size_t bins)
{
    struct strbuf b = STRBUF_INIT;
    struct column *c;

    if (line && line->name)
        strbuf_str(&b, line->name);
    if (take)
        strbuf_printf(&b, "%s%s", b.len ? " " : "", take);
    if (key.len) {
        if (b.len)
            strbuf_char(&b, ' ');
        strbuf_slice(&b, key);
    }
    f->columns = xreallocarray(f->columns, f->count + 1, sizeof *f->columns);
    c = &f->columns[f->count++];
    *c = (struct column){.key = xmemdup0(b.data ? b.data : "", b.len)};
    c->values = xreallocarray(NULL, bins, sizeof *c->values);
    strbuf_release(&b);
    return c;
}

/* Counts are thousandths too, and where nobody logs there are none. */
static void finish_counts(const struct grid *g, int64_t *values, const bool *logs)
{
    for (size_t b = 0; b < g->count; b++)
        values[b] = logs[b] ? values[b] * VALUE_ONE : BIN_EMPTY;
}

static void put_bucket(struct work *w, struct bucket *b, const bool *logs)
{
    const struct series_line *line = w->line;
    const struct value *value = line->value ? &w->t->lc->values[w->value] : NULL;

    if (line->kind == SERIES_LEVEL || line->kind == SERIES_COUNT) {
        struct column *c = add_column(w->out, line, b->key, NULL, w->g->count);

        if (line->kind == SERIES_LEVEL)
            bins_level(w->g, b->stays, b->count, c->values);
        else
            bins_count(w->g, b->points, b->count, c->values);
        finish_counts(w->g, c->values, logs);
        return;
    }
    for (size_t i = 0; i < line->take_count; i++) {
        const char *take = line->take_count > 1 ? series_take_names[line->takes[i]] : NULL;
        struct column *c = add_column(w->out, line, b->key, take, w->g->count);

        c->is_duration = !value || value->is_duration;
        bins_take(w->g, b->points, b->count, line->takes[i], c->values);
        if (line->hold) {
            bool *own = xreallocarray(NULL, w->g->count, sizeof *own);
            bool by_vm = line->by && strcmp(line->by, "vm") == 0;

            if (!find_logs(w->series, &w->sources->pulse, w->g, by_vm ? &b->key : NULL, own))
                memcpy(own, logs, w->g->count * sizeof *own);
            bins_hold(w->g, c->values, own);
            free(own);
        }
    }
}

static void put_buckets(struct work *w, const bool *logs)
{
    size_t count = join_others(w);

    if (count)
        qsort(w->buckets, count, sizeof *w->buckets, by_key);
    for (size_t i = 0; i < count; i++) {
        put_bucket(w, &w->buckets[i], logs);
        free(w->buckets[i].points);
        free(w->buckets[i].stays);
    }
    free(w->buckets);
    intern_release(&w->keys);
}

static void find_stages(const struct lifecycle *lc, const struct series_names *names, size_t *out)
{
    for (size_t i = 0; i < names->count; i++)
        out[i] = lifecycle_stage(lc, names->list[i]);
}

static void fill_line(struct work *w, const bool *logs)
{
    const struct series_line *line = w->line;

    w->t = &several_of(&w->sources->several, line->of)->timelines;
    find_stages(w->t->lc, &line->from, w->from);
    find_stages(w->t->lc, &line->to, w->to);
    w->by = key_new(w->t, line->by);
    w->wheres = xcalloc(line->where_count + 1, sizeof *w->wheres);
    for (size_t i = 0; i < line->where_count; i++)
        w->wheres[i] = key_new(w->t, line->wheres[i].tag);
    if (line->value)
        w->value = find_value(w->t->lc, line->value);
    if (line->kind == SERIES_LEVEL && (line->single || w->t->lc->repeats)) {
        take_rivals(w, w->t->lc->repeats);
    } else {
        for (size_t i = 0; i < w->t->count; i++) {
            const struct timeline *tl = timelines_at(w->t, i);

            if (is_meant(w, tl))
                take_one(w, tl);
        }
    }
    /* a line that stands for one thing is there, be it 0 all the time */
    if (!w->keys.count && !line->by && (line->kind == SERIES_LEVEL || line->kind == SERIES_COUNT)) {
        intern_add(&w->keys, (struct slice){"", 0});
        w->buckets = xcalloc(1, sizeof *w->buckets);
    }
    put_buckets(w, logs);
    for (size_t i = 0; i < line->where_count; i++)
        free(w->wheres[i].known);
    free(w->wheres);
    free(w->by.known);
}

/* Error lines of each component; places are in order of it, those of its VMs behind each other. */
static void fill_errors(struct filled *f, const struct series *series, const struct pulse *pulse,
                        const struct grid *g)
{
    bool *logs = xreallocarray(NULL, g->count, sizeof *logs);

    for (size_t i = 0, next; i < pulse->count; i = next) {
        struct slice source = pulse->places[i].source;
        struct series one = *series;
        struct column *c = add_column(f, NULL, source, NULL, g->count);

        one.components = (struct series_names){{c->key}, 1};
        memset(c->values, 0, g->count * sizeof *c->values);
        for (next = i; next < pulse->count && slice_eq(pulse->places[next].source, source);
             next++) {
            const struct pulse_place *p = &pulse->places[next];

            for (size_t k = 0; k < p->count; k++)
                c->values[p->bins[k].bin - g->first] += (int64_t)p->bins[k].errors;
        }
        find_logs(&one, pulse, g, NULL, logs);
        finish_counts(g, c->values, logs);
    }
    free(logs);
}

/* ---- a series ---- */

/* What all lines together have, where any has something. */
static void add_total(struct filled *f, const struct grid *g)
{
    size_t parts = f->count;
    struct column *c = add_column(f, NULL, slice_of("total"), NULL, g->count);

    c->is_total = true;
    c->is_duration = f->columns[0].is_duration;
    for (size_t b = 0; b < g->count; b++) {
        c->values[b] = BIN_EMPTY;
        for (size_t i = 0; i < parts; i++) {
            int64_t more = f->columns[i].values[b];

            if (more == BIN_EMPTY)
                continue;
            if (c->values[b] == BIN_EMPTY)
                c->values[b] = more;
            else if (__builtin_add_overflow(c->values[b], more, &c->values[b]))
                c->values[b] = INT64_MAX;
        }
    }
}

static bool has_value(const struct filled *f, const struct grid *g)
{
    for (size_t i = 0; i < f->count; i++) {
        for (size_t b = 0; b < g->count; b++) {
            if (f->columns[i].values[b] != BIN_EMPTY)
                return true;
        }
    }
    return false;
}

static char *explain(const struct series *series, bool any_logs)
{
    struct strbuf b = STRBUF_INIT;

    if (series->absent) {
        strbuf_str(&b, series->absent);
        return b.data;
    }
    strbuf_str(&b, any_logs ? "no such line" : "no lines");
    if (series->components.count)
        strbuf_str(&b, " of ");
    for (size_t i = 0; i < series->components.count; i++)
        strbuf_printf(&b, "%s%s",
                      !i                                  ? ""
                      : i + 1 == series->components.count ? " or "
                                                          : ", ",
                      series->components.list[i]);
    strbuf_str(&b, " in these logs");
    return b.data;
}

/* Does every line with entities have some?  Levels and counts of none are zeros. */
static bool any_entity(const struct series *series, const struct series_sources *s)
{
    for (size_t i = 0; i < series->line_count; i++) {
        if (!series->lines[i].of || several_of(&s->several, series->lines[i].of)->timelines.count)
            return true;
    }
    return false;
}

void series_fill(struct filled *f, const struct series *series, const struct series_sources *s,
                 const struct grid *g)
{
    bool *logs = xcalloc(g->count + 1, sizeof *logs), any_logs = false;

    *f = (struct filled){.series = series};
    if (!series->absent)
        any_logs = find_logs(series, &s->pulse, g, NULL, logs);
    for (size_t i = 0; any_logs && any_entity(series, s) && i < series->line_count; i++) {
        struct work w = {.series = series,
                         .line = &series->lines[i],
                         .sources = s,
                         .g = g,
                         .out = f,
                         .keys = INTERN_INIT};

        if (series->lines[i].kind == SERIES_ERRORS)
            fill_errors(f, series, &s->pulse, g);
        else
            fill_line(&w, logs);
    }
    if (series->stacked && f->count)
        add_total(f, g);
    if (!has_value(f, g))
        f->why = explain(series, any_logs);
    free(logs);
}

void filled_release(struct filled *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->columns[i].key);
        free(f->columns[i].values);
    }
    free(f->columns);
    free(f->why);
}
