/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envelope.h - the object of a line of JSON, and its values that make an entry
 *
 * lager, gorouter and steno write the same keys and mean different things by
 * them; here they are found, and nothing is said of what they mean.
 */
#ifndef CICERONE_ENVELOPE_H
#define CICERONE_ENVELOPE_H

#include "decode/data.h"
#include "decode/jscan.h"

/* Values as they were met; of equal keys the last counts. */
struct envelope {
    const char *object; /* the brace it begins with; NULL if the line has none */
    struct jvalue timestamp, source, message, log_level, level, data;
    struct inners inners; /* void if data is no object */
};

/*
 * Scan the object that begins with the first brace of a line, line[len] as
 * lager_decode() wants it.  All of it is checked, and the members of data are
 * noted.  Returns the byte behind it, or NULL if there is no object or it is not
 * JSON.  What is in the envelope is valid as long as the line and the members are.
 */
const char *envelope_scan(const char *line, size_t len, struct envelope *e,
                          struct jmembers *members);

/* A value as text. */
static inline struct jstr envelope_text(const struct jvalue *v)
{
    return (struct jstr){v->p, (uint32_t)v->len, v->escaped};
}

/*
 * Does the message begin with the source and a dot?  lager's always does, for its loggers are
 * named so.  Both must be strings.
 */
bool envelope_message_names_source(const struct envelope *e);

#endif
