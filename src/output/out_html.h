/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_html.h - one HTML page about some runs, with all that it needs in itself
 *
 * The page is report/, put together when the program is built (scripts/page.sh); its policy
 * (Content-Security-Policy) lets it run its own script and nothing else, and ask nobody for
 * anything.  What comes from logs goes in as text or as JSON, never as markup.
 */
#ifndef CICERONE_OUT_HTML_H
#define CICERONE_OUT_HTML_H

#include <stdio.h>

#include "base/err.h"
#include "input/input.h"
#include "output/run.h"

struct html_options {
    bool plots;    /* draw them, if there is a gnuplot */
    unsigned jobs; /* gnuplots at a time */
};

/* What stands before the first section, with what was wrong with the inputs. */
void html_open(FILE *f, const struct inputs *inputs);

/* A section for one run, the number-th from 1.  -1 and err if its plots failed; all else is there.
 */
int html_run(FILE *f, const struct run *run, unsigned number, const struct html_options *options,
             struct err *err);

void html_close(FILE *f);

/* The parts of a section: the timelines for the script, as JSON; the plots as pictures. */
int html_timelines(FILE *f, const struct run *run, struct err *err);
int html_plots(FILE *f, const struct run *run, unsigned jobs, struct err *err);

#endif
