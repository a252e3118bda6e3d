/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entities.h - the options that select entities, for what reports on lifecycles
 */
#ifndef CICERONE_ENTITIES_H
#define CICERONE_ENTITIES_H

#include "cmd/options.h"
#include "lifecycle/timeline.h"

/* The texts of the options, NULL where they were not given. */
struct entity_choice {
    const char *id, *process_guid;
};

/* Rows for a command's table; at is the offset of a struct entity_choice in its settings. */
#define ENTITY_ROWS(at)                                                                            \
    {.kind = OPTION_TEXT,                                                                          \
     .name = "id",                                                                                 \
     .value = "REGEX",                                                                             \
     .offset = (at) + offsetof(struct entity_choice, id),                                          \
     .about = "only entities whose id matches"},                                                   \
    {                                                                                              \
        .kind = OPTION_TEXT, .name = "process-guid", .value = "REGEX",                             \
        .offset = (at) + offsetof(struct entity_choice, process_guid),                             \
        .about = "only instances whose whole process guid matches"                                 \
    }

/* What they mean to a lifecycle; -1 and err if one is wrong.  Release with entities_release(), in
 * any case. */
int entities_compile(const struct entity_choice *choice, const struct lifecycle *lc,
                     struct selection *sel, struct err *err);
void entities_release(struct selection *sel);

#endif
