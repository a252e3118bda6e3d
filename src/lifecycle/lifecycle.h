/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lifecycle.h - a declared lifecycle: how entities are known and which stages they pass
 *
 * Read from parsers/NAME.json by lifecycle_load(), perhaps pared (pare.h), and
 * read-only from then on, so any number of threads may share it.  What the keys of such a file mean
 * is told in cicerone-parsers(5).
 */
#ifndef CICERONE_LIFECYCLE_H
#define CICERONE_LIFECYCLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "decode/log.h"
#include "lifecycle/cond.h"

#define LIFECYCLE_MAX_STAGES   64
#define LIFECYCLE_MAX_TRIGGERS 1024
#define LIFECYCLE_MAX_OUTCOMES 16
#define LIFECYCLE_MAX_TAGS     16
#define LIFECYCLE_MAX_VALUES   16
#define LIFECYCLE_MAX_BY       4

/* The source and level of a line that shows a stage, as the definition's samples have it. */
struct stage_sample {
    const char *source;
    enum level level;
    const struct stage_sample *next;
};

struct stage {
    const char *name;
    const char *about;
    bool optional; /* its absence leaves a timeline complete */
    bool anchor;   /* an entity that has it is of this kind */
    bool ranked;   /* the first alternative with an event wins, not the earliest event */
    bool home;     /* its VM is where the entity lives */
    const struct stage_sample *samples;
};

/* What an entity may come to besides ok and incomplete; in order of precedence. */
struct outcome {
    const char *name;
};

/* Where a tag's text comes from. */
enum tag_kind {
    TAG_RULES,     /* lines */
    TAG_LINK,      /* the earlier id */
    TAG_LINK_HEAD, /* what stands before its last '/' */
    TAG_LINK_TAIL, /* what stands behind */
};

struct tag {
    const char *name;
    enum tag_kind kind;
    bool before;        /* of the last line before the first stage, where the lifecycle repeats */
    bool peers;         /* its texts are of the same kind, such as cells: outliers are marked */
    bool unused;        /* nobody asks for it (pare.h) */
    struct rules rules; /* TAG_RULES */
    size_t slot;        /* TAG_RULES: its number among those */
};

/* A number that lines tell of an entity; see value.h for what its text is worth. */
struct value {
    const char *name;
    const char *unit; /* "MB", or empty; of durations too */
    bool is_duration;
    bool unused; /* nobody asks for it (pare.h) */
    struct rules rules;
};

/* Which instance an event of the earlier id belongs to. */
enum belongs {
    BELONGS_NEXT,     /* the one whose own first event comes next */
    BELONGS_PREVIOUS, /* the one whose own first event came last */
    BELONGS_NEAREST,  /* the one whose own first event is nearest in time */
};

enum trigger_kind {
    TRIGGER_STAGE,   /* an event of a stage */
    TRIGGER_OUTCOME, /* an event that decides an outcome */
    TRIGGER_UNLESS,  /* voids events in the same session of the same entity */
    TRIGGER_LINK,    /* carries both ids, and is no event */
};

#define NO_STAGE SIZE_MAX

/* One alternative of some `match`: which lines, and what they mean. */
struct trigger {
    enum trigger_kind kind;
    size_t target; /* number of the stage, the outcome, or the set of UNLESS triggers */
    unsigned rank; /* place among the alternatives of its stage */
    struct cond *cond;
    struct rules id; /* instead of the entity's, if it has any */
    bool by_link;    /* look for the earlier id only */
    bool by_id;      /* never look for the earlier id */
    bool anchor;
    enum belongs belongs;
    size_t unless;     /* number + 1 of the set of UNLESS triggers that can void it; 0 = none */
    size_t void_stage; /* the event is void if the entity reached this stage */
    const char *about; /* why, for outcomes; may be NULL */
};

struct lifecycle {
    const char *name, *title, *about, *noun, *noun_plural;
    const char *path; /* of the file, or "built-in" */
    const struct log_format *log;
    struct rules id;
    bool linked;
    const char *link_noun;
    struct rules link_id;
    struct tag *tags;
    size_t tag_count;
    struct value *values;
    size_t value_count;
    size_t by[LIFECYCLE_MAX_BY]; /* numbers of the tags that entities are grouped by, unless told */
    size_t by_count;
    size_t tag_slots;    /* how many texts a timeline keeps: one for each of TAG_RULES */
    bool repeats;        /* the first stage begins another timeline of the same id */
    size_t repeat_after; /* if the one before has an outcome, or reached this stage or a later one;
                            0: whatever it came to */
    struct stage *stages;
    size_t stage_count;
    struct outcome *outcomes;
    size_t outcome_count;
    struct trigger *triggers;
    size_t trigger_count;
    bool has_anchors;
    const struct cond *only; /* nobody asks for entities of other lines (pare.h); NULL: of all */
    struct cond_set *set;    /* the paths and patterns of all conditions and rules */
    struct arena arena;      /* owns all of the above */
};

/*
 * Read a definition from its text; path is for messages.  All or nothing: NULL
 * and a located error if anything is wrong with it, be it that one of its own
 * samples does not do what it says.  Free with lifecycle_free().
 */
struct lifecycle *lifecycle_load(const char *path, const char *text, size_t len, struct err *err)
    __attribute__((warn_unused_result));
void lifecycle_free(struct lifecycle *lc);

/* The number of the stage of that name, or NO_STAGE. */
size_t lifecycle_stage(const struct lifecycle *lc, const char *name);

#define NO_TAG_NUMBER SIZE_MAX

/* The number of the tag of that name, or NO_TAG_NUMBER. */
size_t lifecycle_tag(const struct lifecycle *lc, struct slice name);

#endif
