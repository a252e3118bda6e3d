/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/matcher.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "lifecycle/triples.h"
#include "lifecycle/value.h"

/* Alternatives noted with triples are no more than this, but for those of the last triple. */
#define MAX_CANDIDATES ((size_t)1 << 16)

/* Ids and tags longer than this are none; texts from hostile lines must not fill the memory. */
#define MAX_ID_BYTES 512

/* An alternative that lines of a triple may match. */
struct candidate {
    uint16_t reader;
    uint16_t trigger;
    bool certain;   /* there is nothing else to ask */
    uint64_t lines; /* how many it matched */
};

/* What is had of one lifecycle. */
struct reader {
    const struct lifecycle *lc;
    struct view view;
    struct tag_text *tags;
    struct value_worth *values;
    struct tag_memo *memo; /* NULL: the tags of each line are worked out */
    struct hit_count *hits;
    size_t hit_count;
    uint64_t long_ids;
};

/* The alternatives that a line may match as far as its source tells: most want another one. */
struct choice {
    uint16_t reader, trigger;
};

struct choices {
    bool known;
    struct choice *list;
    size_t count;
};

/* Of so many sources they are remembered. */
#define SOURCES_KNOWN 32

struct matcher {
    struct reader *readers;
    size_t reader_count;
    bool asks_sessions; /* some lifecycle has events that others of their session void */
    struct triples triples;
    struct candidate *candidates; /* of each triple one behind the other, in order of readers */
    size_t candidate_count, candidate_room;
    struct placer placer;
    struct intern sources;
    struct source_count *source_counts;
    size_t source_room;
    struct choices by_source[SOURCES_KNOWN];
    /* of the last record */
    uint32_t source;           /* or NO_SOURCE */
    const struct place *place; /* or NULL: nobody asked for it */
};

struct matcher *matcher_new(const struct lifecycle *const *lcs, size_t count)
{
    struct matcher *m = xcalloc(1, sizeof *m);

    m->readers = xcalloc(count, sizeof *m->readers);
    m->reader_count = count;
    for (size_t i = 0; i < count; i++) {
        m->readers[i].lc = lcs[i];
        view_init(&m->readers[i].view, lcs[i]->set);
        m->readers[i].tags = xcalloc(lcs[i]->tag_slots, sizeof(struct tag_text));
        m->readers[i].values = xcalloc(lcs[i]->value_count, sizeof(struct value_worth));
        for (size_t k = 0; k < lcs[i]->trigger_count; k++)
            m->asks_sessions |= lcs[i]->triggers[k].kind == TRIGGER_UNLESS;
        if (lcs[i]->repeats) /* of the others there are few events for each entity */
            m->readers[i].memo = tag_memo_new(lcs[i]);
    }
    return m;
}

void matcher_free(struct matcher *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->reader_count; i++) {
        view_release(&m->readers[i].view);
        free(m->readers[i].tags);
        free(m->readers[i].values);
        tag_memo_free(m->readers[i].memo);
        free(m->readers[i].hits);
    }
    free(m->readers);
    triples_release(&m->triples);
    free(m->candidates);
    placer_release(&m->placer);
    intern_release(&m->sources);
    free(m->source_counts);
    for (size_t i = 0; i < SOURCES_KNOWN; i++)
        free(m->by_source[i].list);
    free(m);
}

void matcher_forget(struct matcher *m)
{
    for (size_t i = 0; i < m->reader_count; i++) {
        arena_reset(&m->readers[i].view.texts);
        if (m->readers[i].memo)
            tag_memo_forget(m->readers[i].memo);
    }
}

uint64_t matcher_long_ids(const struct matcher *m, size_t lifecycle)
{
    return m->readers[lifecycle].long_ids;
}

const struct intern *matcher_vms(const struct matcher *m)
{
    return &m->placer.vms;
}

const struct intern *matcher_sources(const struct matcher *m)
{
    return &m->sources;
}

const struct source_count *matcher_source_counts(const struct matcher *m)
{
    return m->source_counts;
}

const struct hit_count *matcher_hits(const struct matcher *m, size_t lifecycle, size_t *count)
{
    *count = m->readers[lifecycle].hit_count;
    return m->readers[lifecycle].hits;
}

/* A source has its counts as soon as it has its number. */
static uint32_t with_counts(struct matcher *m, uint32_t source)
{
    if (source >= m->source_room) {
        size_t room = m->source_room ? m->source_room * 2 : 16;

        m->source_counts = xreallocarray(m->source_counts, room, sizeof *m->source_counts);
        memset(m->source_counts + m->source_room, 0,
               (room - m->source_room) * sizeof *m->source_counts);
        m->source_room = room;
    }
    return source;
}

/* ---- counting ---- */

static void count_hits(struct reader *reader, uint16_t trigger, uint32_t source, uint64_t lines)
{
    for (size_t i = 0; i < reader->hit_count; i++) {
        if (reader->hits[i].trigger == trigger && reader->hits[i].source == source) {
            reader->hits[i].lines += lines;
            return;
        }
    }
    reader->hits = xreallocarray(reader->hits, reader->hit_count + 1, sizeof *reader->hits);
    reader->hits[reader->hit_count++] = (struct hit_count){trigger, source, lines};
}

static void count_triple(struct matcher *m, struct triple *t)
{
    m->source_counts[t->source].lines[t->level] += t->lines;
    t->lines = 0;
    for (size_t i = t->first; i < t->first + t->count; i++) {
        struct candidate *c = &m->candidates[i];

        if (c->lines)
            count_hits(&m->readers[c->reader], c->trigger, t->source, c->lines);
        c->lines = 0;
    }
}

void matcher_count(struct matcher *m)
{
    for (size_t i = 0; i < m->triples.count; i++)
        count_triple(m, &m->triples.list[i]);
}

/* ---- which alternatives? ---- */

static void add_candidate(struct matcher *m, const struct candidate *c)
{
    if (m->candidate_count == m->candidate_room) {
        m->candidate_room = m->candidate_room ? m->candidate_room * 2 : 64;
        m->candidates = xreallocarray(m->candidates, m->candidate_room, sizeof *m->candidates);
    }
    m->candidates[m->candidate_count++] = *c;
}

/* By the source of the record that the readers look at; the list is the caller's. */
static struct choices choices_of(struct matcher *m)
{
    struct choices c = {.known = true};
    size_t room = 0;

    for (size_t i = 0; i < m->reader_count; i++) {
        struct reader *reader = &m->readers[i];

        if (reader->lc->only && cond_foresee(reader->lc->only, &reader->view, true) == NO)
            continue;
        for (size_t k = 0; k < reader->lc->trigger_count; k++) {
            if (cond_foresee(reader->lc->triggers[k].cond, &reader->view, true) == NO)
                continue;
            if (c.count == room) {
                room = room ? room * 2 : 16;
                c.list = xreallocarray(c.list, room, sizeof *c.list);
            }
            c.list[c.count++] = (struct choice){(uint16_t)i, (uint16_t)k};
        }
    }
    return c;
}

/* Find out which alternatives lines of a triple, such as this one, may match; source is the
 * record's own, or NO_SOURCE if it has no number. */
static void foresee(struct matcher *m, struct triple *t, uint32_t source, const struct record *r)
{
    struct choices one = {.known = false}, *c = &one;
    size_t reader_number = SIZE_MAX;
    struct reader *reader = NULL;
    bool unwanted = false;

    for (size_t i = 0; i < m->reader_count; i++)
        view_set(&m->readers[i].view, r, NO_TRIPLE);
    if (source < SOURCES_KNOWN)
        c = &m->by_source[source];
    if (!c->known)
        *c = choices_of(m);
    t->first = (uint32_t)m->candidate_count;
    for (size_t i = 0; i < c->count; i++) {
        const struct choice *choice = &c->list[i];
        enum truth truth;

        if (choice->reader != reader_number) {
            reader_number = choice->reader;
            reader = &m->readers[reader_number];
            unwanted =
                reader->lc->only && cond_foresee(reader->lc->only, &reader->view, false) == NO;
        }
        if (unwanted)
            continue;
        truth = cond_foresee(reader->lc->triggers[choice->trigger].cond, &reader->view, false);
        if (truth != NO)
            add_candidate(m, &(struct candidate){.reader = choice->reader,
                                                 .trigger = choice->trigger,
                                                 .certain = truth == YES});
    }
    t->count = (uint32_t)m->candidate_count - t->first;
    free(one.list);
}

static struct triple *learn(struct matcher *m, const struct record *r, uint64_t hash)
{
    struct triple *t;

    if (!triples_has_room(&m->triples, r) || m->candidate_count >= MAX_CANDIDATES) {
        matcher_count(m);
        triples_empty(&m->triples);
        m->candidate_count = 0;
        for (size_t i = 0; i < m->reader_count; i++) {
            view_forget_triples(&m->readers[i].view);
            if (m->readers[i].memo)
                tag_memo_empty(m->readers[i].memo);
        }
    }
    t = triples_add(&m->triples, r, hash);
    t->source = with_counts(m, record_source(r, &m->sources));
    foresee(m, t, t->source, r);
    return t;
}

/* ---- whom does a line speak of? ---- */

/* Rules give texts through callbacks; this is what they are gathered in. */
struct gather {
    struct reader *reader;
    struct event event;
    event_fn *fn;
    void *context;
    bool sent;
};

static void take_text(void *context, struct slice text, unsigned rule)
{
    struct slice *to = context;

    (void)rule;
    if (text.len <= MAX_ID_BYTES && !to->p)
        *to = text;
}

static void send_event(void *context, struct slice id, unsigned rule)
{
    struct gather *g = context;

    (void)rule;
    if (id.len > MAX_ID_BYTES) {
        g->reader->long_ids++;
        return;
    }
    g->event.id = id;
    g->event.id_hash = hash_slice(id, HASH_SEED);
    g->fn(g->context, &g->event);
    g->sent = true;
}

static void take_tag(void *context, struct slice text, unsigned rule)
{
    struct tag_text *tag = context;

    if (text.len <= MAX_ID_BYTES && !tag->text.p) {
        tag->text = text;
        tag->rule = (uint16_t)rule;
    }
}

/* The text that rules give; false if they give none. */
static bool gather_text(struct reader *reader, const struct rules *rules, struct tag_text *text)
{
    *text = (struct tag_text){0, 0, {NULL, 0}};
    return rules_each(rules, &reader->view, take_tag, text) && text->text.p;
}

/* The tags that a line gives, into reader->tags; how many. */
static size_t work_out_tags(struct reader *reader)
{
    const struct lifecycle *lc = reader->lc;
    size_t n = 0;

    for (size_t i = 0; i < lc->tag_count; i++) {
        if (lc->tags[i].kind == TAG_RULES && !lc->tags[i].unused &&
            gather_text(reader, &lc->tags[i].rules, &reader->tags[n]))
            reader->tags[n++].slot = (uint16_t)lc->tags[i].slot;
    }
    return n;
}

/* The values that a line gives, into reader->values; how many. */
static size_t work_out_values(struct reader *reader)
{
    const struct lifecycle *lc = reader->lc;
    struct tag_text text;
    size_t n = 0;
    int64_t worth;

    for (size_t i = 0; i < lc->value_count; i++) {
        if (!lc->values[i].unused && gather_text(reader, &lc->values[i].rules, &text) &&
            value_parse(&lc->values[i], text.text, &worth))
            reader->values[n++] = (struct value_worth){(uint16_t)i, text.rule, false, worth};
    }
    if (n)
        reader->values[n - 1].last = true;
    return n;
}

/* The tags and values of the record in view; of a line without a triple nothing is
 * remembered. */
static void gather_tags(struct reader *reader, uint32_t triple, struct event *e)
{
    bool remembers = reader->memo && triple != NO_TRIPLE;
    struct known_tags *known = NULL;

    if (remembers)
        known = tag_memo_find(reader->memo, &reader->view, triple, e->vm);
    if (known) {
        e->tags = known->tags;
        e->tag_count = known->count;
    } else {
        e->tags = reader->tags;
        e->tag_count = work_out_tags(reader);
        if (remembers)
            known = tag_memo_add(reader->memo, reader->tags, e->tag_count);
        if (known)
            e->tags = known->tags;
    }
    e->known = known;
    e->values = reader->values;
    e->value_count = work_out_values(reader);
}

/* Sessions are unique within a process of a VM. */
static uint64_t session_hash(const struct place *place, const struct record *r)
{
    uint64_t h = hash_slice(place->vm, HASH_SEED);

    if (!r->session.len)
        return 0;
    h = hash_bytes(r->source.p, r->source.len, h);
    return hash_bytes(r->session.p, r->session.len, h) | 1;
}

/* A trigger's condition holds for the record in view: find whom it speaks of. */
static void fire(struct reader *reader, const struct trigger *t, const struct event *common,
                 event_fn *fn, void *context)
{
    const struct lifecycle *lc = reader->lc;
    const struct rules *own = t->id.count ? &t->id : NULL;
    struct gather g = {.reader = reader, .event = *common, .fn = fn, .context = context};

    g.event.trigger = t;
    if (lc->linked)
        rules_each(t->by_link && own ? own : &lc->link_id, &reader->view, take_text, &g.event.link);
    if (!t->by_link) {
        rules_each(own ? own : &lc->id, &reader->view, send_event, &g);
        if (g.sent || t->by_id)
            return;
    }
    if (g.event.link.p) {
        if (t->by_link)
            rules_each(&lc->id, &reader->view, take_text, &g.event.tie);
        fn(context, &g.event);
    }
}

/* The alternatives of one lifecycle that lines like this may match; triple is a number or
 * NO_TRIPLE. */
static void read_for(struct reader *reader, uint32_t triple, struct candidate *list, size_t count,
                     const struct record *r, const struct place *place, struct event *common,
                     event_fn *fn, void *context)
{
    bool tagged = false;

    view_set(&reader->view, r, triple);
    view_place(&reader->view, place);
    common->lifecycle = list->reader;
    for (size_t i = 0; i < count; i++) {
        const struct trigger *t = &reader->lc->triggers[list[i].trigger];

        if (!list[i].certain && !cond_holds(t->cond, &reader->view))
            continue;
        if (!tagged) {
            gather_tags(reader, triple, common);
            tagged = true;
        }
        list[i].lines++;
        fire(reader, t, common, fn, context);
    }
}

static void read_line(struct matcher *m, const struct triple *t, uint32_t number,
                      const struct record *r, const struct origin *origin, event_fn *fn,
                      void *context)
{
    const struct place *place = m->place = placer_find(&m->placer, r, origin);
    struct event common = {.time_ns = r->time_ns, .vm = place->number};

    if (m->asks_sessions)
        common.session = session_hash(place, r);

    for (size_t i = 0, n; i < t->count; i += n) {
        struct candidate *list = &m->candidates[t->first + i];

        for (n = 1; i + n < t->count && list[n].reader == list->reader;)
            n++;
        read_for(&m->readers[list->reader], number, list, n, r, place, &common, fn, context);
    }
}

/* A line whose source and message are too long to be remembered. */
static void read_long(struct matcher *m, const struct record *r, const struct origin *origin,
                      event_fn *fn, void *context)
{
    struct triple t = {.lines = 1, .level = (uint8_t)r->level};

    t.source = with_counts(m, intern_add(&m->sources, slice_of("(long messages)")));
    foresee(m, &t, NO_SOURCE, r); /* t.source stands for many */
    if (t.count)
        read_line(m, &t, NO_TRIPLE, r, origin, fn, context);
    count_triple(m, &t);
    m->candidate_count = t.first;
}

void matcher_record(struct matcher *m, const struct record *r, const struct origin *origin,
                    event_fn *fn, void *context)
{
    struct triple *t = triples_recent(&m->triples, r);

    m->place = NULL;
    if (!t) {
        uint64_t hash = triple_hash(r);

        if ((size_t)r->source.len + r->message.len > TRIPLE_MAX_TEXT) {
            m->source = NO_SOURCE;
            read_long(m, r, origin, fn, context);
            return;
        }
        t = triples_find(&m->triples, r, hash);
        if (!t)
            t = learn(m, r, hash);
    }
    t->lines++;
    m->source = t->source;
    if (t->count)
        read_line(m, t, (uint32_t)(t - m->triples.list), r, origin, fn, context);
}

void matcher_whence(struct matcher *m, const struct record *r, const struct origin *origin,
                    uint32_t *source, uint32_t *vm)
{
    *source = m->source;
    *vm = (m->place ? m->place : placer_find(&m->placer, r, origin))->number;
}
