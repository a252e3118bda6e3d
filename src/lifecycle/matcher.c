/* SPDX-License-Identifier: Apache-2.0 */
#include "lifecycle/matcher.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/xalloc.h"
#include "lifecycle/value.h"

/* The memory of triples: a deployment has several hundred messages; it grows up to this. */
#define SLOT_COUNT     4096
#define MAX_ENTRIES    2048
#define MAX_TEXT_BYTES ((size_t)192 * 1024)
#define MAX_TEXT       2048
#define MAX_CANDIDATES 6

/* Ids and tags longer than this are none; texts from hostile lines must not fill the memory. */
#define MAX_ID_BYTES 512

/* What is known of a source, message and level. */
struct entry {
    uint64_t hash;
    uint32_t text; /* offset of source and message in the pool */
    uint16_t source_len, message_len;
    uint8_t level;
    uint8_t candidates; /* MAX_CANDIDATES + 1: too many to note, try all */
    uint8_t certain;    /* bit per candidate: nothing else to ask */
    uint32_t source;    /* number in sources */
    uint64_t hits;
    uint16_t candidate[MAX_CANDIDATES];
};

struct matcher {
    const struct lifecycle *lc;
    uint16_t *slots; /* number of the entry + 1, 0 = free */
    struct entry *entries;
    size_t entry_count, entry_room;
    struct strbuf pool; /* their texts */
    struct view view;
    struct placer placer;
    struct intern sources;
    struct source_count *source_counts;
    size_t source_room;
    struct hit_count *hits;
    size_t hit_count;
    struct tag_text *tags;
    uint64_t long_ids;
};

struct matcher *matcher_new(const struct lifecycle *lc)
{
    struct matcher *m = xcalloc(1, sizeof *m);

    m->lc = lc;
    m->slots = xcalloc(SLOT_COUNT, sizeof *m->slots);
    view_init(&m->view, lc->set);
    m->tags = xcalloc(lc->tag_slots, sizeof *m->tags);
    return m;
}

void matcher_free(struct matcher *m)
{
    if (!m)
        return;
    free(m->slots);
    free(m->entries);
    strbuf_release(&m->pool);
    view_release(&m->view);
    placer_release(&m->placer);
    intern_release(&m->sources);
    free(m->source_counts);
    free(m->hits);
    free(m->tags);
    free(m);
}

void matcher_forget(struct matcher *m)
{
    arena_reset(&m->view.texts);
}

uint64_t matcher_long_ids(const struct matcher *m)
{
    return m->long_ids;
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

const struct hit_count *matcher_hits(const struct matcher *m, size_t *count)
{
    *count = m->hit_count;
    return m->hits;
}

static uint32_t source_number(struct matcher *m, struct slice source)
{
    uint32_t n = intern_add(&m->sources, source);

    if (n >= m->source_room) {
        size_t room = m->source_room ? m->source_room * 2 : 16;

        m->source_counts = xreallocarray(m->source_counts, room, sizeof *m->source_counts);
        memset(m->source_counts + m->source_room, 0,
               (room - m->source_room) * sizeof *m->source_counts);
        m->source_room = room;
    }
    return n;
}

void matcher_count(struct matcher *m)
{
    for (size_t i = 0; i < m->entry_count; i++) {
        struct entry *e = &m->entries[i];

        m->source_counts[e->source].lines[e->level] += e->hits;
        e->hits = 0;
    }
}

static void forget_entries(struct matcher *m)
{
    matcher_count(m);
    memset(m->slots, 0, SLOT_COUNT * sizeof *m->slots);
    m->entry_count = 0;
    strbuf_reset(&m->pool);
}

/* Find out which alternatives a source, message and level may match. */
static void foresee(struct matcher *m, struct entry *e)
{
    e->candidates = e->certain = 0;
    for (size_t i = 0; i < m->lc->trigger_count; i++) {
        enum truth t = cond_foresee(m->lc->triggers[i].cond, &m->view);

        if (t == NO)
            continue;
        if (e->candidates == MAX_CANDIDATES) {
            e->candidates = MAX_CANDIDATES + 1;
            return;
        }
        e->candidate[e->candidates] = (uint16_t)i;
        e->certain |= (uint8_t)((t == YES) << e->candidates);
        e->candidates++;
    }
}

static struct entry *add_entry(struct matcher *m, const struct record *r, uint64_t hash,
                               size_t slot)
{
    static const struct field_ref source_field = {.field = FIELD_SOURCE};
    struct slice source;
    struct entry *e;

    if (m->entry_count == m->entry_room) {
        m->entry_room = m->entry_room ? m->entry_room * 2 : 64;
        m->entries = xreallocarray(m->entries, m->entry_room, sizeof *m->entries);
    }
    e = &m->entries[m->entry_count++];
    m->slots[slot] = (uint16_t)m->entry_count;
    *e = (struct entry){.hash = hash,
                        .text = (uint32_t)m->pool.len,
                        .source_len = (uint16_t)r->source.len,
                        .message_len = (uint16_t)r->message.len,
                        .level = (uint8_t)r->level};
    strbuf_add(&m->pool, r->source.p, r->source.len);
    strbuf_add(&m->pool, r->message.p, r->message.len);
    view_set(&m->view, r);
    e->source =
        source_number(m, view_text(&m->view, &source_field, &source) ? source : slice_of(""));
    foresee(m, e);
    return e;
}

/* The entry of a record, new if need be; NULL if it is too long to be remembered. */
static struct entry *remember(struct matcher *m, const struct record *r)
{
    size_t len = (size_t)r->source.len + r->message.len, i;
    uint64_t h = hash_bytes(r->message.p, r->message.len, HASH_SEED + r->level);

    h = hash_bytes(r->source.p, r->source.len, h);
    for (i = h % SLOT_COUNT; m->slots[i]; i = (i + 1) % SLOT_COUNT) {
        struct entry *e = &m->entries[m->slots[i] - 1];
        const char *text = m->pool.data + e->text;

        if (e->hash == h && e->level == r->level && e->message_len == r->message.len &&
            e->source_len == r->source.len && memcmp(text, r->source.p, r->source.len) == 0 &&
            memcmp(text + r->source.len, r->message.p, r->message.len) == 0)
            return e;
    }
    if (len > MAX_TEXT)
        return NULL;
    if (m->entry_count == MAX_ENTRIES || m->pool.len + len > MAX_TEXT_BYTES) {
        forget_entries(m);
        i = h % SLOT_COUNT;
    }
    return add_entry(m, r, h, i);
}

static void count_hit(struct matcher *m, size_t trigger, uint32_t source)
{
    for (size_t i = 0; i < m->hit_count; i++) {
        if (m->hits[i].trigger == trigger && m->hits[i].source == source) {
            m->hits[i].lines++;
            return;
        }
    }
    m->hits = xreallocarray(m->hits, m->hit_count + 1, sizeof *m->hits);
    m->hits[m->hit_count++] = (struct hit_count){(uint16_t)trigger, source, 1};
}

/* Rules give texts through callbacks; this is what they are gathered in. */
struct gather {
    struct matcher *m;
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
        g->m->long_ids++;
        return;
    }
    g->event.id = id;
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

/* The text that rules give, put behind the n there are; false if they give none. */
static bool gather_text(struct matcher *m, const struct rules *rules, size_t slot, size_t n)
{
    struct tag_text *tag = &m->tags[n];

    *tag = (struct tag_text){.slot = (uint16_t)slot};
    return rules_each(rules, &m->view, take_tag, tag) && tag->text.p;
}

static void gather_tags(struct matcher *m, struct event *e)
{
    const struct lifecycle *lc = m->lc;
    size_t n = 0;
    int64_t worth;

    for (size_t i = 0; i < lc->tag_count; i++) {
        if (lc->tags[i].kind == TAG_RULES &&
            gather_text(m, &lc->tags[i].rules, lc->tags[i].slot, n))
            n++;
    }
    for (size_t i = 0; i < lc->value_count; i++) {
        if (gather_text(m, &lc->values[i].rules, lc->values[i].slot, n) &&
            value_parse(&lc->values[i], m->tags[n].text, &worth))
            n++;
    }
    e->tags = m->tags;
    e->tag_count = n;
}

/* Sessions are unique within a process of a VM. */
static uint64_t session_hash(const struct matcher *m, const struct record *r)
{
    uint64_t h = hash_slice(m->view.place.vm, HASH_SEED);

    if (!r->session.len)
        return 0;
    h = hash_bytes(r->source.p, r->source.len, h);
    return hash_bytes(r->session.p, r->session.len, h) | 1;
}

/* A trigger's condition holds for the record in view: find whom it speaks of. */
static void fire(struct matcher *m, const struct trigger *t, const struct event *common,
                 event_fn *fn, void *context)
{
    const struct rules *own = t->id.count ? &t->id : NULL;
    struct gather g = {.m = m, .event = *common, .fn = fn, .context = context};

    g.event.trigger = t;
    if (m->lc->linked)
        rules_each(t->by_link && own ? own : &m->lc->link_id, &m->view, take_text, &g.event.link);
    if (!t->by_link) {
        rules_each(own ? own : &m->lc->id, &m->view, send_event, &g);
        if (g.sent || t->by_id)
            return;
    }
    if (g.event.link.p) {
        if (t->by_link)
            rules_each(&m->lc->id, &m->view, take_text, &g.event.tie);
        fn(context, &g.event);
    }
}

void matcher_record(struct matcher *m, const struct record *r, const struct origin *origin,
                    event_fn *fn, void *context)
{
    struct entry *e = remember(m, r), uncached = {0};
    struct event common = {.time_ns = r->time_ns};
    bool placed = false, tagged = false;

    if (!e) {
        view_set(&m->view, r);
        uncached.source = source_number(m, slice_of("(long messages)"));
        m->source_counts[uncached.source].lines[r->level]++;
        foresee(m, &uncached);
        e = &uncached;
    }
    e->hits++;
    if (!e->candidates)
        return;
    view_set(&m->view, r);
    for (size_t i = 0; i < m->lc->trigger_count; i++) {
        size_t n = i;
        const struct trigger *t;

        if (e->candidates <= MAX_CANDIDATES) {
            if (i >= e->candidates)
                break;
            n = e->candidate[i];
        }
        t = &m->lc->triggers[n];
        if (!placed) {
            const struct place *place = placer_find(&m->placer, r, origin);

            view_place(&m->view, place);
            common.vm = place->number;
            placed = true;
        }
        if ((e->candidates > MAX_CANDIDATES || !(e->certain >> i & 1)) &&
            !cond_holds(t->cond, &m->view))
            continue;
        if (!tagged) {
            common.session = session_hash(m, r);
            gather_tags(m, &common);
            tagged = true;
        }
        count_hit(m, n, e->source);
        fire(m, t, &common, fn, context);
    }
}
