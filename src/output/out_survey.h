/* SPDX-License-Identifier: Apache-2.0 */
/*
 * out_survey.h - a survey as tables, CSV and JSON
 */
#ifndef CICERONE_OUT_SURVEY_H
#define CICERONE_OUT_SURVEY_H

#include <stdio.h>

#include "base/strbuf.h"
#include "output/table.h"
#include "survey/blind.h"
#include "survey/survey.h"

/* A survey, and what cannot be seen in it of the lifecycles there are.  Borrows both. */
struct survey_report {
    const struct survey *survey;
    const struct blind *blinds;
    size_t blind_count;
};

void out_survey_table(struct strbuf *out, const struct survey_report *r, enum table_style style);

/* One row per file. */
void out_survey_csv(FILE *f, const struct survey_report *r);

/* One row per source of each VM. */
void out_survey_components_csv(FILE *f, const struct survey_report *r);

/* One document. */
void out_survey_json(FILE *f, const struct survey_report *r);

/* An object a line: {"file":...}, {"component":...}, {"blind":...}. */
void out_survey_ndjson(FILE *f, const struct survey_report *r);

#endif
