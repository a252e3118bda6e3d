/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_survey.h"

#include <stdlib.h>

#include "base/nstime.h"
#include "base/xalloc.h"
#include "output/json.h"
#include "output/quote.h"
#include "output/run.h"

/* Of lists that may be long, this much is shown in a table. */
#define MAX_SOURCES  6
#define MAX_VMS      4
#define MAX_RESTARTS 20

/* Lines that are neither lager nor damaged. */
static const enum line_kind other_kinds[] = {LINE_CF_LOGS, LINE_GOROUTER, LINE_STENO, LINE_TEXT,
                                             LINE_DUMP,    LINE_JSON,     LINE_BARE};
#define OTHER_KINDS (sizeof other_kinds / sizeof *other_kinds)

struct writer {
    struct strbuf *out;
    const struct survey *survey;
    const struct survey_report *report;
    enum table_style style;
    struct strbuf cell; /* for a value while it goes into a table */
    bool noted;
};

static bool any_lines(const struct survey_lines *l)
{
    return l->first_ns <= l->last_ns;
}

static uint64_t sum(const struct survey_lines *l)
{
    uint64_t n = 0;

    for (int i = 0; i < LEVEL_COUNT; i++)
        n += l->levels[i];
    return n;
}

/* What is known of no VM is empty. */
static struct slice file_vm(const struct survey_report *r, const struct survey_file *f)
{
    struct slice vm = slice_of(f->input->origin.vm);

    for (size_t i = 0; i < f->component_count; i++) {
        struct slice other = r->survey->components[f->components[i]].vm;

        if (i && !slice_eq(other, vm))
            return slice_of("(several)");
        vm = other;
    }
    return vm;
}

static int by_text(const void *a, const void *b)
{
    return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

/* The sources of a file, each once, by name; free() the list. */
static struct slice *sources_of(const struct survey *s, const struct survey_file *f, size_t *count)
{
    struct slice *list = xreallocarray(NULL, f->component_count, sizeof *list);

    for (size_t i = 0; i < f->component_count; i++)
        list[i] = s->components[f->components[i]].source;
    qsort(list, f->component_count, sizeof *list, by_text);
    *count = 0;
    for (size_t i = 0; i < f->component_count; i++) {
        if (!i || !slice_eq(list[i], list[*count - 1]))
            list[(*count)++] = list[i];
    }
    return list;
}

/* The sources of a file with sep between them, up to max. */
static void add_sources(struct strbuf *b, const struct survey *s, const struct survey_file *f,
                        const char *sep, size_t max)
{
    size_t count;
    struct slice *list = sources_of(s, f, &count);

    for (size_t i = 0; i < count && i < max; i++) {
        strbuf_str(b, i ? sep : "");
        strbuf_slice(b, list[i]);
    }
    if (count > max)
        strbuf_printf(b, " and %zu more", count - max);
    free(list);
}

/* ---- tables ---- */

static void cell_count(struct writer *w, struct table *t, uint64_t n)
{
    strbuf_reset(&w->cell);
    add_count(&w->cell, n);
    table_cell(t, "%s", w->cell.data);
}

/* Nothing rather than a nought, where nought is how it should be. */
static void cell_trouble(struct writer *w, struct table *t, uint64_t n)
{
    if (n)
        cell_count(w, t, n);
    else
        table_cell(t, "%s", "");
}

static void cell_time(struct writer *w, struct table *t, bool any, int64_t time_ns)
{
    strbuf_reset(&w->cell);
    if (any)
        nstime_add_rfc3339(&w->cell, time_ns, 0);
    table_cell(t, "%s", any ? w->cell.data : "");
}

static void cell_duration(struct writer *w, struct table *t, int64_t ns)
{
    strbuf_reset(&w->cell);
    if (ns)
        nstime_add_human(&w->cell, ns, false);
    table_cell(t, "%s", ns ? w->cell.data : "");
}

static void cell_text(struct writer *w, struct table *t, struct slice text)
{
    strbuf_reset(&w->cell);
    strbuf_slice(&w->cell, text);
    table_cell(t, "%s", text.len ? w->cell.data : "(unknown)");
}

static void heading(struct writer *w, const char *text)
{
    strbuf_char(w->out, '\n');
    if (w->style == TABLE_MARKDOWN)
        strbuf_printf(w->out, "## %s\n\n", text);
}

static void head_of(struct table *t, const char *const *names)
{
    for (; *names; names++)
        table_cell(t, "%s", *names);
}

static void finish_table(struct writer *w, struct table *t)
{
    table_print(t, w->style, w->out);
    table_release(t);
}

static void counted(struct writer *w, uint64_t n, const char *one, const char *many)
{
    add_count(w->out, n);
    strbuf_printf(w->out, " %s", n == 1 ? one : many);
}

static void print_head(struct writer *w)
{
    const struct survey *s = w->survey;
    uint64_t bytes = 0;

    for (size_t i = 0; i < s->file_count; i++)
        bytes += s->files[i].input->bytes;
    if (w->style == TABLE_MARKDOWN)
        strbuf_str(w->out, "# Inspection\n\n");
    counted(w, s->file_count, "file", "files");
    strbuf_str(w->out, " with ");
    add_bytes(w->out, bytes);
    strbuf_str(w->out, " unpacked; ");
    counted(w, s->source_count, "component", "components");
    strbuf_str(w->out, " on ");
    counted(w, s->vm_count, "VM", "VMs");
    strbuf_str(w->out, "; ");
    counted(w, s->total.kinds[LINE_LAGER] - s->total.unselected, "lager line", "lager lines");
    strbuf_str(w->out, " of ");
    counted(w, s->total.lines, "line\n", "lines\n");
    if (any_lines(&s->total.all)) {
        strbuf_str(w->out, w->style == TABLE_MARKDOWN ? "\nFrom " : "from ");
        nstime_add_rfc3339(w->out, s->total.all.first_ns, 3);
        strbuf_str(w->out, " to ");
        nstime_add_rfc3339(w->out, s->total.all.last_ns, 3);
        strbuf_str(w->out, ", ");
        nstime_add_human(w->out, survey_span_ns(s->total.all.first_ns, s->total.all.last_ns),
                         false);
        strbuf_char(w->out, '\n');
    }
}

static void print_files(struct writer *w)
{
    static const char *const head[] = {"file",   "VM",    "sources", "packing",    "bytes",
                                       "format", "lager", "damaged", "other",      "from",
                                       "to",     "gap",   "back",    "worst back", NULL};
    struct table t;

    heading(w, "Files");
    table_init(&t, "llllrlrrrllrrr");
    head_of(&t, head);
    for (size_t i = 0; i < w->survey->file_count; i++) {
        const struct survey_file *f = &w->survey->files[i];
        bool any = any_lines(&f->all);

        cell_text(w, &t, slice_of(f->input->path));
        cell_text(w, &t, file_vm(w->report, f));
        strbuf_reset(&w->cell);
        add_sources(&w->cell, w->survey, f, ", ", MAX_SOURCES);
        table_cell(&t, "%s", w->cell.len ? w->cell.data : "");
        table_cell(&t, "%s", survey_packing(f));
        strbuf_reset(&w->cell);
        add_bytes(&w->cell, f->input->bytes);
        table_cell(&t, "%s", w->cell.data);
        table_cell(&t, "%s", survey_format(f));
        cell_count(w, &t, f->kinds[LINE_LAGER] - f->unselected);
        cell_trouble(w, &t, f->kinds[LINE_DAMAGED] + f->too_long);
        cell_trouble(w, &t, survey_other(f));
        cell_time(w, &t, any, f->all.first_ns);
        cell_time(w, &t, any, f->all.last_ns);
        cell_duration(w, &t, f->gap_ns);
        cell_trouble(w, &t, f->steps_back);
        cell_duration(w, &t, f->worst_back_ns);
    }
    finish_table(w, &t);
}

static void print_components(struct writer *w)
{
    static const char *const head[] = {"VM",     "source",   "files", "lines", "debug",
                                       "info",   "error",    "fatal", "from",  "to",
                                       "starts", "restarts", NULL};
    struct table t;

    if (!w->survey->component_count)
        return;
    heading(w, "Components");
    table_init(&t, "llrrrrrrllrr");
    head_of(&t, head);
    for (size_t i = 0; i < w->survey->component_count; i++) {
        const struct survey_component *c = &w->survey->components[i];

        cell_text(w, &t, c->vm);
        cell_text(w, &t, c->source);
        cell_count(w, &t, c->file_count);
        cell_count(w, &t, sum(&c->all));
        for (int level = 0; level < LEVEL_COUNT; level++)
            cell_trouble(w, &t, c->all.levels[level]);
        cell_time(w, &t, true, c->all.first_ns);
        cell_time(w, &t, true, c->all.last_ns);
        cell_trouble(w, &t, c->starts);
        cell_trouble(w, &t, c->restarts);
    }
    finish_table(w, &t);
}

static void note(struct writer *w)
{
    if (!w->noted)
        heading(w, "Notes");
    w->noted = true;
    if (w->style == TABLE_MARKDOWN)
        strbuf_str(w->out, "- ");
}

static void note_count(struct writer *w, uint64_t n, const char *one, const char *many)
{
    if (!n)
        return;
    note(w);
    counted(w, n, one, many);
    strbuf_char(w->out, '\n');
}

static void print_restarts(struct writer *w)
{
    size_t shown = 0, rest = 0;

    for (size_t i = 0; i < w->survey->component_count; i++) {
        const struct survey_component *c = &w->survey->components[i];

        if (!c->restarts)
            continue;
        if (shown == MAX_RESTARTS) {
            rest++;
            continue;
        }
        shown++;
        note(w);
        quote_plain(w->out, c->source);
        if (c->vm.len) {
            strbuf_str(w->out, " on ");
            quote_plain(w->out, c->vm);
        }
        strbuf_str(w->out, " was restarted");
        if (c->restarts > 1) {
            strbuf_char(w->out, ' ');
            add_count(w->out, c->restarts);
            strbuf_str(w->out, " times, last");
        }
        strbuf_str(w->out, " at ");
        nstime_add_rfc3339(w->out, c->last_start_ns, 3);
        strbuf_char(w->out, '\n');
    }
    note_count(w, rest, "more component was restarted", "more components were restarted");
}

static void print_blind(struct writer *w, const struct blind *b)
{
    note(w);
    strbuf_str(w->out, "no ");
    if (!b->absent)
        strbuf_printf(w->out, "%s ", level_name(b->level));
    strbuf_printf(w->out, "lines of %s", b->source);
    if (!b->absent && b->vm_count < b->vm_total) {
        strbuf_str(w->out, " from ");
        for (size_t i = 0; i < b->vm_count && i < MAX_VMS; i++) {
            strbuf_str(w->out, i ? ", " : "");
            quote_plain(w->out, b->vms[i].len ? b->vms[i] : slice_of("(unknown)"));
        }
        if (b->vm_count > MAX_VMS)
            strbuf_printf(w->out, " and %zu more VMs", b->vm_count - MAX_VMS);
    }
    strbuf_str(w->out, ": ");
    for (size_t i = 0; i < b->stage_count; i++)
        strbuf_printf(w->out, "%s%s", i ? ", " : "", b->lc->stages[b->stages[i]].name);
    strbuf_printf(w->out, " of %s can't be seen\n", b->lc->name);
}

static void note_others(struct writer *w)
{
    const struct survey_file *all = &w->survey->total;
    uint64_t n = survey_other(all);
    const char *sep = ": ";

    if (!n)
        return;
    note(w);
    counted(w, n, "line is not lager", "lines are not lager");
    for (size_t k = 0; k < OTHER_KINDS; k++) {
        if (!all->kinds[other_kinds[k]])
            continue;
        strbuf_str(w->out, sep);
        add_count(w->out, all->kinds[other_kinds[k]]);
        strbuf_printf(w->out, " %s", line_kind_name(other_kinds[k]));
        sep = ", ";
    }
    strbuf_char(w->out, '\n');
}

static void print_notes(struct writer *w)
{
    const struct survey_file *all = &w->survey->total;
    uint64_t too_long = 0;

    for (size_t i = 0; i < w->survey->file_count; i++)
        too_long += w->survey->files[i].too_long;
    note_count(w, all->kinds[LINE_DAMAGED],
               "line is damaged: part of an entry, or with wrong values",
               "lines are damaged: parts of entries, or with wrong values");
    note_others(w);
    note_count(w, too_long, "line is too long", "lines are too long");
    note_count(w, all->unselected, "line not selected", "lines not selected");
    note_count(w, all->steps_back, "line is out of order: earlier than the one before it",
               "lines are out of order: earlier than the one before them");
    print_restarts(w);
    for (size_t i = 0; i < w->report->blind_count; i++)
        print_blind(w, &w->report->blinds[i]);
}

void out_survey_table(struct strbuf *out, const struct survey_report *r, enum table_style style)
{
    struct writer w = {.out = out, .survey = r->survey, .report = r, .style = style};

    print_head(&w);
    print_files(&w);
    print_components(&w);
    print_notes(&w);
    strbuf_release(&w.cell);
}

/* ---- CSV ---- */

static void csv_text(struct strbuf *b, struct slice text)
{
    quote_csv(b, text);
    strbuf_char(b, ',');
}

static void csv_count(struct strbuf *b, uint64_t n)
{
    strbuf_printf(b, "%llu,", (unsigned long long)n);
}

static void csv_time(struct strbuf *b, bool any, int64_t ns)
{
    if (any)
        nstime_add_seconds(b, ns);
    strbuf_char(b, ',');
}

static void csv_lines(struct strbuf *b, const struct survey_lines *l)
{
    bool any = any_lines(l);

    for (int level = 0; level < LEVEL_COUNT; level++)
        csv_count(b, l->levels[level]);
    csv_time(b, any, l->first_ns);
    csv_time(b, any, l->last_ns);
}

/* Write a row, whose last comma is one too many, and begin another. */
static void csv_end(FILE *f, struct strbuf *b)
{
    b->data[b->len - 1] = '\n';
    fwrite(b->data, 1, b->len, f);
    strbuf_reset(b);
}

void out_survey_csv(FILE *f, const struct survey_report *r)
{
    struct strbuf b = STRBUF_INIT, sources = STRBUF_INIT;

    fputs("file,vm,sources,packing,size,bytes,format,lines,lager,unselected,damaged,other,cf_logs,"
          "gorouter,"
          "steno,text,dump,json,bare,too_long,"
          "epoch,rfc3339,debug,info,error,fatal,first,last,gap,gap_at,steps_back,worst_back,"
          "problem\n",
          f);
    for (size_t i = 0; i < r->survey->file_count; i++) {
        const struct survey_file *file = &r->survey->files[i];

        csv_text(&b, slice_of(file->input->path));
        csv_text(&b, file_vm(r, file));
        strbuf_reset(&sources);
        add_sources(&sources, r->survey, file, " ", SIZE_MAX);
        csv_text(&b, (struct slice){sources.data, sources.len});
        csv_text(&b, slice_of(survey_packing(file)));
        csv_count(&b, file->size_bytes);
        csv_count(&b, file->input->bytes);
        csv_text(&b, slice_of(survey_format(file)));
        csv_count(&b, file->lines);
        csv_count(&b, file->kinds[LINE_LAGER]);
        csv_count(&b, file->unselected);
        csv_count(&b, file->kinds[LINE_DAMAGED]);
        csv_count(&b, survey_other(file));
        for (size_t k = 0; k < OTHER_KINDS; k++)
            csv_count(&b, file->kinds[other_kinds[k]]);
        csv_count(&b, file->too_long);
        csv_count(&b, file->epoch);
        csv_count(&b, file->rfc3339);
        csv_lines(&b, &file->all);
        csv_time(&b, file->gap_ns > 0, file->gap_ns);
        csv_time(&b, file->gap_ns > 0, file->gap_at_ns);
        csv_count(&b, file->steps_back);
        csv_time(&b, file->steps_back > 0, file->worst_back_ns);
        csv_text(&b, slice_of(file->input->problem ? file->input->problem : ""));
        csv_end(f, &b);
    }
    strbuf_release(&b);
    strbuf_release(&sources);
}

void out_survey_components_csv(FILE *f, const struct survey_report *r)
{
    struct strbuf b = STRBUF_INIT;

    fputs("vm,source,files,debug,info,error,fatal,first,last,starts,last_start,exits,restarts\n",
          f);
    for (size_t i = 0; i < r->survey->component_count; i++) {
        const struct survey_component *c = &r->survey->components[i];

        csv_text(&b, c->vm);
        csv_text(&b, c->source);
        csv_count(&b, c->file_count);
        csv_lines(&b, &c->all);
        csv_count(&b, c->starts);
        csv_time(&b, c->starts > 0, c->last_start_ns);
        csv_count(&b, c->exits);
        csv_count(&b, c->restarts);
        csv_end(f, &b);
    }
    strbuf_release(&b);
}

/* ---- JSON ---- */

static void put_count(json_t *o, const char *key, uint64_t n)
{
    json_put(o, key, json_integer((json_int_t)n));
}

static void put_lines(json_t *o, const struct survey_lines *l)
{
    json_t *levels = json_need(json_object());

    for (int level = 0; level < LEVEL_COUNT; level++)
        put_count(levels, level_name((enum level)level), l->levels[level]);
    json_put(o, "levels", levels);
    if (any_lines(l)) {
        json_put(o, "first_ns", json_integer(l->first_ns));
        json_put(o, "last_ns", json_integer(l->last_ns));
    }
}

/* The other kinds of lines that there are. */
static json_t *others_json(const struct survey_file *f)
{
    json_t *o = json_need(json_object());

    for (size_t k = 0; k < OTHER_KINDS; k++) {
        if (f->kinds[other_kinds[k]])
            put_count(o, line_kind_name(other_kinds[k]), f->kinds[other_kinds[k]]);
    }
    return o;
}

static void put_counts(json_t *o, const struct survey_file *f)
{
    put_count(o, "lines", f->lines);
    put_count(o, "lager", f->kinds[LINE_LAGER]);
    put_count(o, "unselected", f->unselected);
    put_count(o, "damaged", f->kinds[LINE_DAMAGED]);
    put_count(o, "other", survey_other(f));
    json_put(o, "others", others_json(f));
    put_count(o, "too_long", f->too_long);
    put_count(o, "epoch", f->epoch);
    put_count(o, "rfc3339", f->rfc3339);
    put_lines(o, &f->all);
    put_count(o, "steps_back", f->steps_back);
}

static json_t *file_json(const struct survey_report *r, const struct survey_file *f)
{
    json_t *o = json_need(json_object()), *sources = json_need(json_array());
    struct slice vm = file_vm(r, f), *names;
    size_t count;

    json_put(o, "file", json_text(slice_of(f->input->path)));
    if (vm.len)
        json_put(o, "vm", json_text(vm));
    names = sources_of(r->survey, f, &count);
    for (size_t i = 0; i < count; i++)
        json_add(sources, json_text(names[i]));
    free(names);
    json_put(o, "sources", sources);
    if (f->packing != PACKING_UNKNOWN) {
        json_put(o, "packing", json_string(survey_packing(f)));
        put_count(o, "size", f->size_bytes);
    }
    put_count(o, "bytes", f->input->bytes);
    json_put(o, "format", json_string(survey_format(f)));
    put_counts(o, f);
    if (f->gap_ns) {
        json_put(o, "gap_ns", json_integer(f->gap_ns));
        json_put(o, "gap_at_ns", json_integer(f->gap_at_ns));
    }
    if (f->steps_back)
        json_put(o, "worst_back_ns", json_integer(f->worst_back_ns));
    if (f->input->problem)
        json_put(o, "problem", json_text(slice_of(f->input->problem)));
    return o;
}

static json_t *component_json(const struct survey_component *c)
{
    json_t *o = json_need(json_object());

    json_put(o, "component", json_text(c->source));
    if (c->vm.len)
        json_put(o, "vm", json_text(c->vm));
    put_count(o, "files", c->file_count);
    put_lines(o, &c->all);
    put_count(o, "starts", c->starts);
    if (c->starts)
        json_put(o, "last_start_ns", json_integer(c->last_start_ns));
    put_count(o, "exits", c->exits);
    put_count(o, "restarts", c->restarts);
    return o;
}

static json_t *blind_json(const struct blind *b)
{
    json_t *o = json_need(json_object()), *stages = json_need(json_array());

    json_put(o, "blind", json_text(slice_of(b->lc->name)));
    json_put(o, "source", json_text(slice_of(b->source)));
    if (!b->absent) {
        json_t *vms = json_need(json_array());

        json_put(o, "level", json_string(level_name(b->level)));
        for (size_t i = 0; i < b->vm_count; i++)
            json_add(vms, json_text(b->vms[i]));
        json_put(o, "vms", vms);
    }
    for (size_t i = 0; i < b->stage_count; i++)
        json_add(stages, json_text(slice_of(b->lc->stages[b->stages[i]].name)));
    json_put(o, "stages", stages);
    return o;
}

void out_survey_ndjson(FILE *f, const struct survey_report *r)
{
    for (size_t i = 0; i < r->survey->file_count; i++) {
        json_print(f, file_json(r, &r->survey->files[i]));
        fputc('\n', f);
    }
    for (size_t i = 0; i < r->survey->component_count; i++) {
        json_print(f, component_json(&r->survey->components[i]));
        fputc('\n', f);
    }
    for (size_t i = 0; i < r->blind_count; i++) {
        json_print(f, blind_json(&r->blinds[i]));
        fputc('\n', f);
    }
}

/* Objects one a line, so that a large document can be looked at. */
void out_survey_json(FILE *f, const struct survey_report *r)
{
    json_t *total = json_need(json_object());

    put_count(total, "files", r->survey->file_count);
    put_count(total, "vms", r->survey->vm_count);
    put_count(total, "components", r->survey->source_count);
    put_counts(total, &r->survey->total);
    fputs("{\"total\":", f);
    json_print(f, total);
    fputs(",\n\"files\":[", f);
    for (size_t i = 0; i < r->survey->file_count; i++) {
        fputs(i ? ",\n" : "\n", f);
        json_print(f, file_json(r, &r->survey->files[i]));
    }
    fputs("],\n\"components\":[", f);
    for (size_t i = 0; i < r->survey->component_count; i++) {
        fputs(i ? ",\n" : "\n", f);
        json_print(f, component_json(&r->survey->components[i]));
    }
    fputs("],\n\"blind\":[", f);
    for (size_t i = 0; i < r->blind_count; i++) {
        fputs(i ? ",\n" : "\n", f);
        json_print(f, blind_json(&r->blinds[i]));
    }
    fputs("]}\n", f);
}
