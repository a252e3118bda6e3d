/* SPDX-License-Identifier: Apache-2.0 */
/*
 * series_fill.h - the values of series, from the timelines of the lifecycles that they draw on
 */
#ifndef CICERONE_SERIES_FILL_H
#define CICERONE_SERIES_FILL_H

#include "lifecycle/several.h"
#include "series/bins.h"

/* What of one lifecycle, one tag or one VM more than these is called "others". */
#define SERIES_MAX_KEYS 48
#define SERIES_OTHERS   "others"

/* A component that is silent for no longer than this is taken to run. */
#define SERIES_SILENCE_NS (60 * NS_PER_SECOND)

/* The lifecycles that some series draw on, loaded, and what there is of each. */
struct series_sources {
    struct several several;
    struct pulse pulse; /* after series_read() */
};

/* One row of values. */
struct column {
    char *key;
    int64_t *values; /* per bin; of counts and numbers thousandths (value.h), of durations ns */
    bool is_duration;
    bool is_total; /* the sum of the others of a stacked series */
};

struct filled {
    const struct series *series;
    struct column *columns; /* line by line, in each the keys in order */
    size_t count;
    char *why; /* why there is nothing, NULL if there is something */
};

/*
 * Load the lifecycles that the chosen series need and check all names in those against them; -1 and
 * err if one is missing or wrong.
 */
int series_sources_init(struct series_sources *s, const struct series *const *chosen, size_t count,
                        const struct asset_search *search, size_t threads, struct err *err);

/* In each case, whatever series_sources_init() said. */
void series_sources_release(struct series_sources *s);

/* Read the inputs once for all of them. */
void series_read(struct series_sources *s, struct inputs *inputs,
                 const struct feed_options *options, const struct filter *filter, int64_t width_ns);

/* The grid over all lines; -1 and err if there would be too many bins.  Without a line it is empty.
 */
int series_grid(const struct series_sources *s, struct grid *g, struct err *err);

/* Release with filled_release(). */
void series_fill(struct filled *f, const struct series *series, const struct series_sources *s,
                 const struct grid *g);
void filled_release(struct filled *f);

/* As a value is shown: what value.h needs to know of a column. */
const struct value *column_value(const struct column *c);

#endif
