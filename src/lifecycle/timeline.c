/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/timeline.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "lifecycle/timeline_table.h"
#include "lifecycle/value.h"

/*
 * Of one entity and trigger the earliest few are kept: an event is only asked
 * for again when all before it are void.  What voids others is kept longer,
 * for its session tells which.
 */
#define KEEP_PER_TRIGGER 8
#define KEEP_PER_UNLESS  1024

/* Of an earlier id the earliest are kept; a real one has a handful for each of its instances. */
#define KEEP_PER_LINK 4096

#define MAX_FACTS UINT16_MAX

int64_t timeline_time(const struct timelines *t, const struct timeline *tl, size_t stage)
{
    (void)t;
    return times(tl)[stage];
}

const char *timeline_site(const struct timelines *t, const struct timeline *tl, size_t stage,
                          uint64_t *line)
{
    return t->sites ? sites_file(t->sites, stage_sites(t, tl)[stage], line) : NULL;
}

uint16_t timeline_vm(const struct timelines *t, const struct timeline *tl, size_t stage)
{
    return vms(t, tl)[stage];
}

struct slice timeline_tag(const struct timelines *t, const struct timeline *tl, size_t tag)
{
    const struct tag *of = &t->lc->tags[tag];
    uint32_t n;

    if (of->kind != TAG_RULES)
        return tl->link ? link_part(link_id(t->links[tl->link - 1]), of->kind)
                        : (struct slice){"", 0};
    n = tags(t, tl)[of->slot];
    return n == NO_TAG ? (struct slice){"", 0} : intern_text(&t->tag_texts, n);
}

bool timeline_value(const struct timelines *t, const struct timeline *tl, size_t value,
                    int64_t *worth)
{
    *worth = worths(t, tl)[value];
    return *worth != NO_WORTH;
}

struct slice timelines_vm_name(const struct timelines *t, uint16_t vm)
{
    return vm == NO_VM ? (struct slice){"", 0} : intern_text(&t->vms, vm);
}

static struct timeline_layout lay_out(const struct lifecycle *lc, bool with_sites)
{
    uint32_t stages = (uint32_t)lc->stage_count, tags = (uint32_t)lc->tag_slots,
             values = (uint32_t)lc->value_count, word = sizeof(int64_t);
    struct timeline_layout at;

    at.worths = (uint32_t)sizeof(struct timeline) + stages * word;
    at.sites = at.worths + values * word;
    at.tags = at.sites + (with_sites ? stages * (uint32_t)sizeof(struct site) : 0);
    at.vms = at.tags + tags * (uint32_t)sizeof(uint32_t);
    at.kept = (at.vms + stages * (uint32_t)sizeof(uint16_t) + word - 1) & ~(word - 1);
    at.told_times = at.kept + (uint32_t)sizeof(struct facts);
    at.told_rules = at.told_times + (tags + values) * word;
    at.ranks = at.told_rules + (tags + values) * (uint32_t)sizeof(uint16_t);
    at.all = at.ranks + stages;
    return at;
}

void timelines_init(struct timelines *t, const struct lifecycle *lc, const struct sites *sites)
{
    *t = (struct timelines){
        .lc = lc, .sites = sites, .at = lay_out(lc, sites != NULL), .zero_ns = NSTIME_NONE};
}

void timelines_release(struct timelines *t)
{
    for (size_t i = 0; i < t->count && !t->finished; i++)
        free(waiting(t, t->list[i])->list);
    for (size_t i = 0; i < t->link_count; i++)
        free(t->links[i]->facts.list);
    series_release(t);
    free(t->list);
    free(t->links);
    slots_release(&t->slots);
    slots_release(&t->link_slots);
    intern_release(&t->vms);
    intern_release(&t->tag_texts);
    free(t->tag_sets);
    slots_release(&t->tag_set_slots);
    arena_release(&t->arena);
}

/* ---- the tables ---- */

void timeline_init(const struct timelines *t, struct timeline *tl, struct slice id)
{
    memset(tl, 0, sizeof *tl);
    *waiting(t, tl) = (struct facts){NULL, 0, 0};
    tl->id = id.p;
    tl->id_len = (uint32_t)id.len;
    tl->start_ns = tl->end_ns = NSTIME_NONE;
    tl->outcome = OUTCOME_INCOMPLETE;
    tl->home = NO_VM;
    tl->reason = NO_REASON;
    for (size_t i = 0; i < t->lc->stage_count; i++) {
        times(tl)[i] = NSTIME_NONE;
        vms(t, tl)[i] = NO_VM;
        ranks(t, tl)[i] = NO_RANK;
        if (t->sites)
            stage_sites(t, tl)[i] = NO_SITE;
    }
    for (size_t i = 0; i < t->lc->tag_slots; i++)
        tags(t, tl)[i] = NO_TAG;
    for (size_t i = 0; i < t->lc->value_count; i++)
        worths(t, tl)[i] = NO_WORTH;
}

static struct timeline *find(struct timelines *t, struct slice id, uint64_t hash)
{
    uint32_t number;

    for (struct probe p = slots_probe(hash); slots_next(&t->slots, &p, &number);) {
        if (slice_eq(timeline_id(t->list[number]), id))
            return t->list[number];
    }
    if (t->count == t->room) {
        t->room = t->room ? t->room * 2 : 64;
        t->list = xreallocarray(t->list, t->room, sizeof *t->list);
    }
    slots_add(&t->slots, hash, (uint32_t)t->count);
    t->list[t->count] = arena_alloc(&t->arena, t->at.all);
    timeline_init(t, t->list[t->count],
                  (struct slice){arena_pack(&t->arena, id.p, id.len), id.len});
    return t->list[t->count++];
}

struct timeline *timelines_find(struct timelines *t, struct slice id)
{
    return find(t, id, hash_slice(id, HASH_SEED));
}

/* The number of an earlier id. */
static uint32_t find_link(struct timelines *t, struct slice id)
{
    uint64_t hash = hash_slice(id, HASH_SEED);
    uint32_t number;
    struct link *l;

    for (struct probe p = slots_probe(hash); slots_next(&t->link_slots, &p, &number);) {
        if (slice_eq(link_id(t->links[number]), id))
            return number;
    }
    if (t->link_count == t->link_room) {
        t->link_room = t->link_room ? t->link_room * 2 : 64;
        t->links = xreallocarray(t->links, t->link_room, sizeof(struct link *));
    }
    slots_add(&t->link_slots, hash, (uint32_t)t->link_count);
    l = arena_alloc(&t->arena, link_bytes(t));
    *l = (struct link){arena_pack(&t->arena, id.p, id.len), (uint32_t)id.len, {NULL, 0, 0}};
    for (size_t k = 0; k < t->lc->tag_slots; k++)
        link_tags(t, l)[k] = NO_TAG;
    for (size_t k = 0; k < t->lc->value_count; k++)
        link_worths(l)[k] = NO_WORTH;
    t->links[t->link_count] = l;
    return (uint32_t)t->link_count++;
}

/* ---- adding ---- */

/* Is one event before another?  Of equal times the VM's name decides, as numbers mean nothing. */
static bool earlier(const struct timelines *t, int64_t a_ns, uint16_t a_vm, int64_t b_ns,
                    uint16_t b_vm)
{
    if (a_ns != b_ns || a_vm == b_vm)
        return a_ns < b_ns;
    return slice_cmp(timelines_vm_name(t, a_vm), timelines_vm_name(t, b_vm)) < 0;
}

int fact_cmp(const struct timelines *t, const struct fact *a, const struct fact *b)
{
    if (a->trigger != b->trigger)
        return a->trigger < b->trigger ? -1 : 1;
    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns ? -1 : 1;
    if (a->session != b->session)
        return a->session < b->session ? -1 : 1;
    if (a->vm != b->vm)
        return slice_cmp(timelines_vm_name(t, a->vm), timelines_vm_name(t, b->vm));
    return 0;
}

void fact_join(const struct timelines *t, struct fact *kept, const struct fact *other)
{
    if (t->sites && sites_cmp(t->sites, *fact_site(other), *fact_site(kept)) < 0)
        *fact_site(kept) = *fact_site(other);
}

/* Insert in order, each once; at most keep of one trigger, the earliest. */
static void facts_add(const struct timelines *t, struct facts *f, const struct fact *fact,
                      size_t keep)
{
    uint32_t low = 0, high = f->count;
    size_t same = 0, last = 0;

    while (low < high) {
        uint32_t mid = (low + high) / 2;

        if (fact_cmp(t, fact_at(t, f, mid), fact) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    if (low < f->count && fact_cmp(t, fact_at(t, f, low), fact) == 0) {
        fact_join(t, fact_at(t, f, low), fact);
        return;
    }
    if (f->count >= keep) {
        for (size_t i = 0; i < f->count; i++) {
            if (fact_at(t, f, i)->trigger == fact->trigger) {
                same++;
                last = i;
            }
        }
        if (same >= keep) {
            if (low > last)
                return;
            memmove(fact_at(t, f, last), fact_at(t, f, last + 1),
                    (f->count - last - 1) * fact_bytes(t));
            f->count--;
        }
    }
    if (f->count == f->room) {
        if (f->room == MAX_FACTS)
            return;
        f->room = f->room ? (f->room < MAX_FACTS / 2 ? f->room * 2 : MAX_FACTS) : 2;
        f->list = xreallocarray(f->list, f->room, fact_bytes(t));
    }
    memmove(fact_at(t, f, low + 1), fact_at(t, f, low), (f->count - low) * fact_bytes(t));
    memcpy(fact_at(t, f, low), fact, fact_bytes(t));
    f->count++;
}

/* Of events that are alike, the site that comes first. */
static void join_site(const struct timelines *t, struct timeline *tl, size_t stage,
                      const struct fact *fact)
{
    struct site *have = &stage_sites(t, tl)[stage];

    if (fact->time_ns == times(tl)[stage] && fact->vm == vms(t, tl)[stage] &&
        sites_cmp(t->sites, *fact_site(fact), *have) < 0)
        *have = *fact_site(fact);
}

void timeline_reach(const struct timelines *t, struct timeline *tl, const struct fact *fact)
{
    const struct trigger *trigger = &t->lc->triggers[fact->trigger];
    size_t stage = trigger->target;
    uint8_t rank = t->lc->stages[stage].ranked ? (uint8_t)trigger->rank : 0;
    uint8_t *have = &ranks(t, tl)[stage];

    if (rank < *have || (rank == *have && earlier(t, fact->time_ns, fact->vm, times(tl)[stage],
                                                  vms(t, tl)[stage]))) {
        *have = rank;
        times(tl)[stage] = fact->time_ns;
        vms(t, tl)[stage] = fact->vm;
        if (t->sites)
            stage_sites(t, tl)[stage] = *fact_site(fact);
    } else if (t->sites && rank == *have) {
        join_site(t, tl, stage, fact);
    }
    if (trigger->anchor)
        tl->anchored = true;
}

/* Can an event of this trigger be taken at once? */
static bool is_plain(const struct trigger *trigger)
{
    return trigger->kind == TRIGGER_STAGE && trigger->void_stage == NO_STAGE && !trigger->unless;
}

void timeline_add_fact(const struct timelines *t, struct timeline *tl, const struct fact *fact)
{
    const struct trigger *trigger = &t->lc->triggers[fact->trigger];

    if (is_plain(trigger))
        timeline_reach(t, tl, fact);
    else
        facts_add(t, waiting(t, tl), fact,
                  trigger->kind == TRIGGER_UNLESS ? KEEP_PER_UNLESS : KEEP_PER_TRIGGER);
}

/* Of the texts from the best rule the earliest, of equal times the first in order. */
static bool is_better_tag(const struct timelines *t, const struct timeline *tl,
                          const struct tag_text *tag, int64_t time_ns)
{
    uint32_t have = tags(t, tl)[tag->slot];

    if (have == NO_TAG)
        return true;
    if (tag->rule != tag_rules(t, tl)[tag->slot])
        return tag->rule < tag_rules(t, tl)[tag->slot];
    if (time_ns != tag_times(t, tl)[tag->slot])
        return time_ns < tag_times(t, tl)[tag->slot];
    return slice_cmp(tag->text, intern_text(&t->tag_texts, have)) < 0;
}

static void take_tag(const struct timelines *t, struct timeline *tl, const struct tag_text *tag,
                     uint32_t text, int64_t time_ns)
{
    tags(t, tl)[tag->slot] = text;
    tag_times(t, tl)[tag->slot] = time_ns;
    tag_rules(t, tl)[tag->slot] = tag->rule;
}

void timeline_add_tag(struct timelines *t, struct timeline *tl, const struct tag_text *tag,
                      int64_t time_ns)
{
    if (is_better_tag(t, tl, tag, time_ns))
        take_tag(t, tl, tag, intern_add(&t->tag_texts, tag->text), time_ns);
}

void timeline_add_known_tag(const struct timelines *t, struct timeline *tl,
                            const struct tag_text *tag, uint32_t text, int64_t time_ns)
{
    if (is_better_tag(t, tl, tag, time_ns))
        take_tag(t, tl, tag, text, time_ns);
}

/* As with tags: of the best rule the earliest, of equal times the least. */
void timeline_add_value(const struct timelines *t, struct timeline *tl, const struct value_worth *v,
                        int64_t time_ns)
{
    size_t slot = t->lc->tag_slots + v->value;
    int64_t *have = &worths(t, tl)[v->value], *have_ns = &tag_times(t, tl)[slot];
    uint16_t *have_rule = &tag_rules(t, tl)[slot];

    if (*have != NO_WORTH && (v->rule != *have_rule ? v->rule > *have_rule
                              : time_ns != *have_ns ? time_ns > *have_ns
                                                    : v->worth >= *have))
        return;
    *have = v->worth;
    *have_ns = time_ns;
    *have_rule = v->rule;
}

static void add_link_tag(struct timelines *t, struct link *l, const struct tag_text *tag)
{
    uint32_t n = intern_add(&t->tag_texts, tag->text), *have = &link_tags(t, l)[tag->slot];

    *have = *have == NO_TAG || *have == n ? n : TAG_AMBIGUOUS;
}

static void add_link_value(struct link *l, const struct value_worth *v)
{
    int64_t *have = &link_worths(l)[v->value];

    *have = *have == NO_WORTH || *have == v->worth ? v->worth : WORTH_AMBIGUOUS;
}

/* An instance has one earlier id; should lines disagree, the first in order of texts. */
static void tie(struct timelines *t, struct timeline *tl, uint32_t link)
{
    if (!tl->link || slice_cmp(link_id(t->links[link]), link_id(t->links[tl->link - 1])) < 0)
        tl->link = link + 1;
}

void timelines_expect(const struct timelines *t, const struct event *e, enum expect step)
{
    struct probe p = slots_probe(e->id_hash);
    uint32_t number;

    if (!e->id.p || !t->slots.size)
        return;
    if (step == EXPECT_PLACE) {
        __builtin_prefetch(&t->slots.list[p.at & (t->slots.size - 1)]);
    } else if (slots_next(&t->slots, &p, &number)) {
        if (step == EXPECT_NUMBER) {
            __builtin_prefetch(&t->list[number]);
        } else {
            __builtin_prefetch(t->list[number]);
            __builtin_prefetch((const char *)t->list[number] + 64);
        }
    }
}

void timelines_add(struct timelines *t, const struct event *e, uint32_t vm)
{
    const struct sited_fact sited = {{e->time_ns, e->session ? (uint32_t)(e->session >> 32) | 1 : 0,
                                      (uint16_t)(e->trigger - t->lc->triggers),
                                      vm < NO_VM ? (uint16_t)vm : NO_VM},
                                     {t->block, e->line}};
    const struct fact *fact = &sited.fact;
    struct timeline *tl;

    if (t->lc->repeats) {
        series_add(t, e, &sited);
        return;
    }
    if (!e->id.p) {
        uint32_t number = find_link(t, e->link);
        struct link *l = t->links[number];

        if (e->tie.p)
            tie(t, timelines_find(t, e->tie), number);
        if (e->trigger->kind != TRIGGER_LINK)
            facts_add(t, &l->facts, fact, KEEP_PER_LINK);
        for (size_t i = 0; i < e->tag_count; i++)
            add_link_tag(t, l, &e->tags[i]);
        for (size_t i = 0; i < e->value_count; i++)
            add_link_value(l, &e->values[i]);
        return;
    }
    tl = find(t, e->id, e->id_hash);
    if (e->link.p)
        tie(t, tl, find_link(t, e->link));
    if (e->trigger->kind == TRIGGER_STAGE && e->time_ns < tl->start_ns)
        tl->start_ns = e->time_ns;
    if (e->trigger->kind != TRIGGER_LINK)
        timeline_add_fact(t, tl, fact);
    for (size_t i = 0; i < e->tag_count; i++)
        timeline_add_tag(t, tl, &e->tags[i], e->time_ns);
    for (size_t i = 0; i < e->value_count; i++)
        timeline_add_value(t, tl, &e->values[i], e->time_ns);
}

/* ---- reading ---- */

const char *timeline_outcome(const struct timelines *t, const struct timeline *tl)
{
    if (tl->outcome >= 0)
        return t->lc->outcomes[tl->outcome].name;
    return tl->outcome == OUTCOME_OK ? "ok" : "incomplete";
}

const struct trigger *timeline_reason(const struct timelines *t, const struct timeline *tl)
{
    return tl->reason == NO_REASON ? NULL : &t->lc->triggers[tl->reason];
}

const char *timeline_why(const struct timelines *t, const struct timeline *tl)
{
    return tl->reason == NO_REASON ? NULL : t->lc->triggers[tl->reason].about;
}

size_t timeline_last_stage(const struct timelines *t, const struct timeline *tl)
{
    return timeline_stage_before(t, tl, t->lc->stage_count);
}

size_t timeline_stage_before(const struct timelines *t, const struct timeline *tl, size_t stage)
{
    (void)t;
    while (stage-- > 0) {
        if (times(tl)[stage] != NSTIME_NONE)
            return stage;
    }
    return NO_STAGE;
}

bool timeline_duration(const struct timelines *t, const struct timeline *tl, size_t stage,
                       int64_t *duration_ns)
{
    size_t before;

    if (times(tl)[stage] == NSTIME_NONE)
        return false;
    before = timeline_stage_before(t, tl, stage);
    if (before != NO_STAGE) {
        *duration_ns = nstime_between(times(tl)[before], times(tl)[stage]);
        return true;
    }
    for (size_t i = 0; i < stage; i++) {
        if (t->seen[i])
            return false;
    }
    *duration_ns = nstime_between(t->zero_ns, times(tl)[stage]);
    return true;
}

int64_t timeline_total(const struct timeline *tl)
{
    return nstime_between(tl->start_ns, tl->end_ns);
}
