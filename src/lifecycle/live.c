/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/live.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "decode/log.h"
#include "lifecycle/timeline_table.h"

/* Looking for what is done costs a look at each entity, so the more there are the more lines must
 * have come in between. */
#define LOOK_NS           NS_PER_SECOND
#define ENTITIES_PER_LINE 16

/* What is known of an entity beside its timeline. */
struct state {
    uint64_t given;    /* a hash of it as it was given, 0: it was not */
    int64_t looked_ns; /* its last event when it was last found not to be done */
};

struct live {
    const struct lifecycle *lc;
    const struct selection *selection;
    int64_t settle_ns;
    struct matcher *matcher;
    struct sieve *sieve;  /* NULL: all lines */
    struct timelines all; /* keeps no sites */
    struct state *states; /* of those in all */
    size_t state_count;
    size_t last_stage;
    int64_t now_ns, next_look_ns;
    uint64_t next_look_lines;
    uint64_t lines, understood;
    struct timelines done; /* what the last look gave: borrows all but list, links and arena */
};

/* A timeline, and the number it has in all. */
struct place_of {
    const struct timeline *tl;
    size_t number;
};

struct live *live_new(const struct lifecycle *lc, const struct filter *filter,
                      const struct selection *selection, int64_t settle_ns)
{
    struct live *l = xcalloc(1, sizeof *l);

    l->lc = lc;
    l->selection = selection;
    l->settle_ns = settle_ns;
    l->matcher = matcher_new(&lc, 1);
    if (filter)
        l->sieve = sieve_new(filter);
    timelines_init(&l->all, lc, NULL);
    l->now_ns = l->next_look_ns = INT64_MIN;
    l->last_stage = lc->stage_count - 1;
    while (l->last_stage && lc->stages[l->last_stage].optional)
        l->last_stage--;
    return l;
}

static void release_done(struct timelines *done)
{
    for (size_t i = 0; i < done->link_count && done->links; i++)
        free(done->links[i]->facts.list);
    free(done->list);
    free(done->links);
    slots_release(&done->slots);
    arena_release(&done->arena);
    *done = (struct timelines){0};
}

void live_free(struct live *l)
{
    if (!l)
        return;
    release_done(&l->done);
    timelines_release(&l->all);
    matcher_free(l->matcher);
    sieve_free(l->sieve);
    free(l->states);
    free(l);
}

static void add_event(void *context, const struct event *e)
{
    struct live *l = context;
    struct slice vm = intern_text(matcher_vms(l->matcher), e->vm);

    timelines_add(&l->all, e, intern_add(&l->all.vms, vm));
}

void live_line(struct live *l, struct slice text, const struct origin *origin)
{
    struct record r;

    l->lines++;
    if (!l->lc->log->decode(text.p, text.len, &r))
        return;
    l->understood++;
    if (r.time_ns > l->now_ns)
        l->now_ns = r.time_ns;
    if (l->sieve && !sieve_takes(l->sieve, &r, origin))
        return;
    matcher_record(l->matcher, &r, origin, add_event, l);
    matcher_forget(l->matcher);
}

uint64_t live_understood_lines(const struct live *l, uint64_t *lines)
{
    *lines = l->lines;
    return l->understood;
}

/* ---- which may be done? ---- */

static int64_t last_event(const struct live *l, const struct timeline *tl)
{
    const struct facts *waits = waiting(&l->all, tl);
    int64_t last_ns = INT64_MIN;

    for (size_t i = 0; i < l->lc->stage_count; i++) {
        if (times(tl)[i] != NSTIME_NONE && times(tl)[i] > last_ns)
            last_ns = times(tl)[i];
    }
    for (size_t i = 0; i < waits->count; i++) {
        if (waits->list[i].time_ns > last_ns)
            last_ns = waits->list[i].time_ns;
    }
    return last_ns;
}

/* Does anything say that its life is over? */
static bool may_be_over(const struct live *l, const struct timeline *tl)
{
    const struct facts *waits = waiting(&l->all, tl);

    if (times(tl)[l->last_stage] != NSTIME_NONE)
        return true;
    for (size_t i = 0; i < waits->count; i++) {
        const struct trigger *trigger = &l->lc->triggers[waits->list[i].trigger];

        if (trigger->kind == TRIGGER_OUTCOME ||
            (trigger->kind == TRIGGER_STAGE && trigger->target == l->last_stage))
            return true;
    }
    return false;
}

static bool is_settled(const struct live *l, int64_t last_ns, int64_t now_ns)
{
    return last_ns <= now_ns && nstime_between(last_ns, now_ns) >= l->settle_ns;
}

static bool is_candidate(const struct live *l, size_t number, int64_t now_ns)
{
    const struct timeline *tl = l->all.list[number];
    int64_t last_ns;

    if (l->lc->repeats) /* its timelines come to be at the end */
        return false;
    if (l->states[number].given || !may_be_over(l, tl))
        return false;
    last_ns = last_event(l, tl);
    /* where there are earlier ids, other entities may have changed what it is */
    return is_settled(l, last_ns, now_ns) &&
           (l->lc->linked || l->states[number].looked_ns != last_ns);
}

static void grow_states(struct live *l)
{
    if (l->state_count == l->all.count)
        return;
    l->states = xreallocarray(l->states, l->all.count, sizeof *l->states);
    for (; l->state_count < l->all.count; l->state_count++)
        l->states[l->state_count] = (struct state){0, INT64_MIN};
}

/* Stages that some entity of this kind reached, and when the first of them began, count for all. */
static void note_seen(struct live *l)
{
    size_t first = 0;

    for (size_t i = 0; i < l->all.count; i++) {
        for (size_t s = 0; s < l->lc->stage_count && l->all.list[i]->anchored; s++)
            l->all.seen[s] |= times(l->all.list[i])[s] != NSTIME_NONE;
    }
    while (first < l->lc->stage_count && !l->all.seen[first])
        first++;
    for (size_t i = 0; i < l->all.count && first < l->lc->stage_count; i++) {
        if (l->all.list[i]->anchored && times(l->all.list[i])[first] < l->all.zero_ns)
            l->all.zero_ns = times(l->all.list[i])[first];
    }
}

/* ---- a look at them ---- */

static void copy_facts(struct facts *f)
{
    struct fact *list = xreallocarray(NULL, f->count, sizeof *list);

    if (f->count)
        memcpy(list, f->list, f->count * sizeof *list);
    *f = (struct facts){list, f->count, f->count};
}

/* Earlier ids keep their numbers; of those that no wanted entity has there is nothing to know. */
static void copy_links(const struct live *l, const bool *wanted, struct timelines *to)
{
    static struct link unwanted;

    to->link_count = to->link_room = l->all.link_count;
    to->links = xcalloc(to->link_count, sizeof(struct link *));
    for (size_t i = 0; i < to->link_count; i++) {
        size_t bytes = link_bytes(&l->all);

        to->links[i] = &unwanted;
        if (!wanted[i])
            continue;
        to->links[i] = arena_alloc(&to->arena, bytes);
        memcpy(to->links[i], l->all.links[i], bytes);
        copy_facts(&to->links[i]->facts);
    }
}

static struct timeline *copy_timeline(const struct live *l, const struct timeline *from,
                                      struct timelines *to)
{
    struct timeline *tl = timelines_find(to, timeline_id(from));
    const char *id = tl->id;

    memcpy(tl, from, l->all.at.all);
    tl->id = id;
    copy_facts(waiting(to, tl));
    return tl;
}

static int by_address(const void *pa, const void *pb)
{
    const struct place_of *a = pa, *b = pb;

    return a->tl < b->tl ? -1 : a->tl > b->tl;
}

/* Its number in all, SIZE_MAX if it has none: an earlier id that no instance was found for. */
static size_t number_of(const struct place_of *places, size_t count, const struct timeline *tl)
{
    const struct place_of key = {tl, 0}, *found;

    found = bsearch(&key, places, count, sizeof *places, by_address);
    return found ? found->number : SIZE_MAX;
}

/* What it was given as: another hash later means other events, but for those behind its end. */
static uint64_t print_of(const struct live *l, const struct timeline *tl)
{
    uint64_t outcome = tl->outcome >= 0 ? (uint64_t)tl->outcome + 1 : 0;

    return hash_bytes((const char *)times(tl), (l->last_stage + 1) * sizeof(int64_t),
                      HASH_SEED + outcome) |
           1;
}

/* Copy what is wanted, and all that shares an earlier id with it; the places are free()d by the
 * caller. */
static struct place_of *copy_wanted(struct live *l, const bool *wanted, const bool *links)
{
    struct place_of *places = xcalloc(l->all.count, sizeof *places);
    size_t count = 0;

    release_done(&l->done);
    l->done = l->all;
    l->done.list = NULL;
    l->done.slots = l->done.link_slots = (struct slots)SLOTS_INIT;
    l->done.count = l->done.room = 0;
    l->done.arena = (struct arena)ARENA_INIT;
    copy_links(l, links, &l->done);
    for (size_t i = 0; i < l->all.count; i++) {
        const struct timeline *tl = l->all.list[i];

        if (wanted[i] || (tl->link && links[tl->link - 1]))
            places[count++] = (struct place_of){copy_timeline(l, tl, &l->done), i};
    }
    qsort(places, count, sizeof *places, by_address);
    return places;
}

/* Of what was finished, keep what is done and was not given. */
static void keep_done(struct live *l, const struct place_of *places, size_t count, int64_t now_ns)
{
    size_t kept = 0;

    for (size_t i = 0; i < l->done.count; i++) {
        struct timeline *tl = l->done.list[i];
        size_t number = number_of(places, count, tl);

        if (number == SIZE_MAX || l->states[number].given || !is_settled(l, tl->end_ns, now_ns) ||
            (tl->outcome < 0 && times(tl)[l->last_stage] == NSTIME_NONE))
            continue;
        l->states[number].given = print_of(l, tl);
        l->done.list[kept++] = tl;
    }
    l->done.count = kept;
}

static void look(struct live *l, const bool *wanted, const bool *links, int64_t now_ns)
{
    struct place_of *places = copy_wanted(l, wanted, links);
    size_t count = l->done.count;

    timelines_finish(&l->done, l->selection);
    for (size_t s = 0; s < l->lc->stage_count; s++)
        l->all.seen[s] |= l->done.seen[s];
    if (l->done.zero_ns < l->all.zero_ns)
        l->all.zero_ns = l->done.zero_ns;
    keep_done(l, places, count, now_ns);
    free(places);
}

const struct timelines *live_done(struct live *l, int64_t waited_ns)
{
    int64_t now_ns = l->now_ns > INT64_MAX - waited_ns ? INT64_MAX : l->now_ns + waited_ns;
    bool *wanted, *links, any = false;

    if (!l->all.count || now_ns < l->next_look_ns || (!waited_ns && l->lines < l->next_look_lines))
        return NULL;
    l->next_look_lines = l->lines + l->all.count / ENTITIES_PER_LINE;
    l->next_look_ns = now_ns > INT64_MAX - LOOK_NS ? INT64_MAX : now_ns + LOOK_NS;
    grow_states(l);
    wanted = xcalloc(l->all.count, sizeof *wanted);
    links = xcalloc(l->all.link_count + 1, sizeof *links);
    for (size_t i = 0; i < l->all.count; i++) {
        if (!is_candidate(l, i, now_ns))
            continue;
        any = wanted[i] = true;
        l->states[i].looked_ns = last_event(l, l->all.list[i]);
        if (l->all.list[i]->link)
            links[l->all.list[i]->link - 1] = true;
    }
    if (any) {
        note_seen(l);
        look(l, wanted, links, now_ns);
    }
    free(wanted);
    free(links);
    return any && l->done.count ? &l->done : NULL;
}

const struct timelines *live_rest(struct live *l, uint64_t *changed)
{
    struct place_of *places = xcalloc(l->all.count + 1, sizeof *places);
    size_t count = l->all.count, kept = 0;

    *changed = 0;
    grow_states(l);
    for (size_t i = 0; i < count; i++)
        places[i] = (struct place_of){l->all.list[i], i};
    qsort(places, count, sizeof *places, by_address);
    timelines_finish(&l->all, l->selection);
    for (size_t i = 0; i < l->all.count; i++) {
        struct timeline *tl = l->all.list[i];
        size_t number = number_of(places, count, tl);

        if (number == SIZE_MAX || !l->states[number].given)
            l->all.list[kept++] = tl;
        else
            *changed += l->states[number].given != print_of(l, tl);
    }
    l->all.count = kept;
    free(places);
    return &l->all;
}
