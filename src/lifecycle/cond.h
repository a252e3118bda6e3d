/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cond.h - conditions on a record, and rules that take texts out of it
 *
 * Conditions and rules are made once, in a cond_set that owns them and knows
 * all data paths they name.  To look at a record, a thread fills a view of
 * its own, in which the data is walked at most once, and only when asked for.
 */
#ifndef CICERONE_COND_H
#define CICERONE_COND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/regex.h"
#include "decode/jpaths.h"
#include "decode/record.h"
#include "lifecycle/place.h"

enum field {
    FIELD_MESSAGE,
    FIELD_SOURCE,
    FIELD_LEVEL,
    FIELD_SESSION,
    FIELD_JOB,
    FIELD_INDEX,
    FIELD_VM,
    FIELD_PROCESS,
    FIELD_FILE,
    FIELD_DATA,
};

/* "message", "source", ... as they stand in definitions, with commas, for messages. */
extern const char field_names[];

/* A field of a record; slot and element are for data only. */
struct field_ref {
    enum field field;
    size_t slot;
    bool each; /* the path walks an array with [] */
    struct jpaths
        *element; /* what follows the [] in each element, or NULL for the element itself */
};

enum cond_kind { COND_FIELD, COND_ALL, COND_ANY, COND_NOT };

struct cond {
    enum cond_kind kind;
    struct field_ref field; /* COND_FIELD */
    const struct regex *re; /* COND_FIELD: the text must match this, */
    struct slice equal;     /* or where re is NULL be equal to this */
    struct cond **kids;     /* the others */
    size_t count;
};

struct rule {
    bool plain; /* the field's text as it is, and nothing of what follows but the field */
    bool join;  /* the parts' texts, joined by '/'; the last part may walk an array */
    struct field_ref field;
    struct slice text;  /* instead of a field: this text itself */
    struct slice strip; /* prefix that is taken off */
    struct regex *re;   /* its groups, joined by '/', are the text */
    unsigned steady;   /* a number of its own if what it gives depends on the triple only, else 0 */
    struct cond *when; /* the rule is for such records only, or NULL */
    struct rule *parts;
    size_t count;
    uint64_t needs; /* paths of data without which it gives nothing, bits as in a view's present */
};

/* Tried in order; the first that gives a text wins. */
struct rules {
    struct rule *list;
    size_t count;
};

struct cond_set {
    struct jpaths *paths;
    struct regex **regexes;
    size_t regex_count;
    struct jpaths **elements;
    size_t element_count;
    uint16_t steady_count;
};

#define VIEW_STEADY 64 /* a power of two */

/* What a steady rule makes of the text of a triple. */
struct steady_text {
    uint16_t rule; /* its number; 0: nothing is known */
    bool taken;
    uint32_t triple;
    uint32_t at, len; /* the part of the text */
};

/* No triple: nothing may be remembered of such a record. */
#define NO_TRIPLE UINT32_MAX

/* A thread's look at one record. */
struct view {
    const struct cond_set *set;
    const struct record *record;
    const struct place *place; /* where the line is from */
    bool walked;
    uint64_t present; /* of the first 64 paths of data, a bit for each that is there: 1 << slot */
    struct jvalue *slots;
    struct jpaths_memo *memo;
    uint32_t triple;            /* of the record, in whoever's numbers, or NO_TRIPLE */
    struct steady_text *steady; /* VIEW_STEADY of them, NULL if no rule is */
    struct arena texts; /* what had to be unescaped or put together; the caller releases it */
};

enum truth { NO, YES, MAYBE };

struct cond_set *cond_set_new(void);
void cond_set_free(struct cond_set *set);

/* Resolve "message", "data.a.b", "data.tasks[].guid"; false if it is no field. */
bool field_parse(struct cond_set *set, struct slice text, struct field_ref *ref);

/* Compile a pattern that the set owns; NULL and err if it is bad. */
struct regex *cond_set_regex(struct cond_set *set, struct slice pattern, struct err *err);

void view_init(struct view *v, const struct cond_set *set);
void view_release(struct view *v);

/* Look at another record; texts got before stay until the arena is released.  Records of the same
 * triple have the same source, message and level. */
void view_set(struct view *v, const struct record *r, uint32_t triple);

/* The numbers of triples mean others from now on. */
void view_forget_triples(struct view *v);

/* Say where the record is from; borrowed. */
static inline void view_place(struct view *v, const struct place *place)
{
    v->place = place;
}

/* The value of a path in the data, by its slot; J_ABSENT if it is not there. */
const struct jvalue *view_slot(struct view *v, size_t slot);

/* Does the condition hold? */
bool cond_holds(const struct cond *c, struct view *v);

/* What is known of a condition from source, message and level alone, or from the source alone. */
enum truth cond_foresee(const struct cond *c, struct view *v, bool by_source);

/* The text of a field; false if it is absent, empty, or no string, number or truth value. */
bool view_text(struct view *v, const struct field_ref *ref, struct slice *text);

/* Work out what a rule needs and whether it is steady, once it and its parts are complete
 * otherwise. */
void rule_complete(struct cond_set *set, struct rule *rule);

/* A text found by rules, with the number of the rule that gave it. */
typedef void text_fn(void *context, struct slice text, unsigned rule);

/* Call fn for each text that the first rule to give any gives; false if none did. */
bool rules_each(const struct rules *rules, struct view *v, text_fn *fn, void *context);

#endif
