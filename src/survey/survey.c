/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/survey.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/nstime.h"
#include "base/slots.h"
#include "base/xalloc.h"
#include "input/lines.h"
#include "input/meter.h"
#include "lifecycle/place.h"

/* A component needs some seconds to start; lines earlier than this are of a run before. */
#define START_UP_NS (60 * NS_PER_SECOND)

/* The order of the lines of one block. */
struct part {
    size_t file;
    uint64_t offset;
    int64_t first_ns, last_ns; /* of its first and last line, as they stand */
    uint64_t steps_back;
    int64_t worst_back_ns, gap_ns, gap_at_ns;
};

/* What one file holds of a component. */
struct tally {
    size_t file;
    uint32_t vm, source; /* numbers in the worker's placer and sources */
    struct survey_lines all;
    uint64_t starts, exits;
    int64_t first_start_ns, last_start_ns, first_exit_ns;
};

struct worker {
    size_t max_line_bytes;
    struct sieve *sieve; /* NULL: all lines */
    struct placer placer;
    struct intern sources;
    struct survey_file *files; /* the files this thread met, with its sums */
    size_t file_count, file_room;
    struct part *parts;
    size_t part_count, part_room;
    struct tally *tallies;
    size_t tally_count, tally_room;
    struct slots slots; /* of the tallies */
};

static const struct survey_lines no_lines = {{0}, INT64_MAX, INT64_MIN};

int64_t survey_span_ns(int64_t first_ns, int64_t last_ns)
{
    return first_ns < 0 && last_ns > INT64_MAX + first_ns ? INT64_MAX : last_ns - first_ns;
}

static void note_time(struct survey_lines *l, int64_t time_ns)
{
    if (time_ns < l->first_ns)
        l->first_ns = time_ns;
    if (time_ns > l->last_ns)
        l->last_ns = time_ns;
}

static void add_lines(struct survey_lines *to, const struct survey_lines *from)
{
    for (int i = 0; i < LEVEL_COUNT; i++)
        to->levels[i] += from->levels[i];
    if (from->first_ns > from->last_ns) /* no lines */
        return;
    note_time(to, from->first_ns);
    note_time(to, from->last_ns);
}

/* ---- one thread ---- */

static uint64_t tally_hash(size_t file, uint32_t vm, uint32_t source)
{
    return hash_mix((uint64_t)file << 32 ^ vm, UINT64_C(0xa0761d6478bd642f) ^ source);
}

static struct tally *find_tally(struct worker *w, size_t file, uint32_t vm, uint32_t source)
{
    uint64_t hash = tally_hash(file, vm, source);
    uint32_t number;

    for (struct probe p = slots_probe(hash); slots_next(&w->slots, &p, &number);) {
        struct tally *t = &w->tallies[number];

        if (t->file == file && t->vm == vm && t->source == source)
            return t;
    }
    if (w->tally_count == w->tally_room) {
        w->tally_room = w->tally_room ? w->tally_room * 2 : 32;
        w->tallies = xreallocarray(w->tallies, w->tally_room, sizeof *w->tallies);
    }
    slots_add(&w->slots, hash, (uint32_t)w->tally_count);
    w->tallies[w->tally_count] = (struct tally){.file = file,
                                                .vm = vm,
                                                .source = source,
                                                .all = no_lines,
                                                .first_start_ns = INT64_MAX,
                                                .last_start_ns = INT64_MIN,
                                                .first_exit_ns = INT64_MAX};
    return &w->tallies[w->tally_count++];
}

/* Is the message "SOURCE.word"?  No source with escapes says so. */
static bool says(const struct record *r, const char *word)
{
    size_t len = strlen(word), n = r->source.len;

    return !r->source.escaped && r->message.len == n + 1 + len && r->message.p[n] == '.' &&
           memcmp(r->message.p, r->source.p, n) == 0 &&
           memcmp(r->message.p + n + 1, word, len) == 0;
}

static void note_life(struct tally *t, const struct record *r)
{
    if (says(r, "started")) {
        t->starts++;
        if (r->time_ns < t->first_start_ns)
            t->first_start_ns = r->time_ns;
        if (r->time_ns > t->last_start_ns)
            t->last_start_ns = r->time_ns;
    } else if (says(r, "exited")) {
        t->exits++;
        if (r->time_ns < t->first_exit_ns)
            t->first_exit_ns = r->time_ns;
    }
}

/* The times of lines that follow each other, also across the ends of blocks. */
static void note_step(uint64_t *steps_back, int64_t *worst_back_ns, int64_t *gap_ns,
                      int64_t *gap_at_ns, int64_t from_ns, int64_t to_ns)
{
    int64_t step =
        to_ns >= from_ns ? survey_span_ns(from_ns, to_ns) : survey_span_ns(to_ns, from_ns);

    if (to_ns < from_ns) {
        ++*steps_back;
        if (step > *worst_back_ns)
            *worst_back_ns = step;
    } else if (step > *gap_ns) {
        *gap_ns = step;
        *gap_at_ns = from_ns;
    }
}

/* A line of a file; true if it is lager and selected. */
static bool take_line(struct worker *w, struct survey_file *f, const struct block *b,
                      struct slice text, struct line *line)
{
    f->lines++;
    if (text.len > w->max_line_bytes) {
        f->too_long++;
        return false;
    }
    line_decode(text.p, text.len, line);
    f->kinds[line->kind]++;
    if (line->kind != LINE_LAGER)
        return false;
    if (w->sieve && !sieve_takes(w->sieve, &line->record, &b->input->origin)) {
        f->unselected++;
        return false;
    }
    if (line->record.rfc3339)
        f->rfc3339++;
    else
        f->epoch++;
    return true;
}

static void keep_part(struct worker *w, const struct part *part)
{
    if (w->part_count == w->part_room) {
        w->part_room = w->part_room ? w->part_room * 2 : 64;
        w->parts = xreallocarray(w->parts, w->part_room, sizeof *w->parts);
    }
    w->parts[w->part_count++] = *part;
}

/* The thread's number for a file.  Blocks of one mostly follow each other, so the latest is tried
 * first. */
static size_t file_number(struct worker *w, const struct input *in)
{
    for (size_t i = w->file_count; i-- > 0;) {
        if (w->files[i].input == in)
            return i;
    }
    if (w->file_count == w->file_room) {
        w->file_room = w->file_room ? w->file_room * 2 : 64;
        w->files = xreallocarray(w->files, w->file_room, sizeof *w->files);
    }
    w->files[w->file_count] = (struct survey_file){.input = in, .all = no_lines};
    return w->file_count++;
}

static void take_block(void *context, const struct block *b)
{
    struct worker *w = context;
    struct part part = {.file = file_number(w, b->input), .offset = b->offset};
    struct survey_file *f = &w->files[part.file];
    const char *at = b->data;
    struct slice text;
    struct line line;
    uint64_t lines = 0;
    bool any = false;

    while (block_line(b, &at, &text)) {
        const struct record *r = &line.record;
        const struct place *place;
        struct tally *t;

        lines++;
        if (!take_line(w, f, b, text, &line))
            continue;
        place = placer_find(&w->placer, r, &b->input->origin);
        t = find_tally(w, part.file, place->number, record_source(r, &w->sources));
        t->all.levels[r->level]++;
        note_time(&t->all, r->time_ns);
        note_life(t, r);
        if (any)
            note_step(&part.steps_back, &part.worst_back_ns, &part.gap_ns, &part.gap_at_ns,
                      part.last_ns, r->time_ns);
        else
            part.first_ns = r->time_ns;
        part.last_ns = r->time_ns;
        any = true;
    }
    meter_add_lines(lines);
    if (any)
        keep_part(w, &part);
}

/* ---- all together ---- */

static void add_file(struct survey_file *to, const struct survey_file *from)
{
    to->lines += from->lines;
    for (int kind = 0; kind < LINE_KIND_COUNT; kind++)
        to->kinds[kind] += from->kinds[kind];
    to->unselected += from->unselected;
    to->too_long += from->too_long;
    to->epoch += from->epoch;
    to->rfc3339 += from->rfc3339;
}

static int by_place(const void *a, const void *b)
{
    const struct part *x = a, *y = b;

    if (x->file != y->file)
        return x->file < y->file ? -1 : 1;
    return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Put the blocks' orders together. */
static void join_parts(struct survey *out, struct worker *workers, unsigned threads)
{
    struct part *parts = NULL;
    size_t count = 0;

    for (unsigned i = 0; i < threads; i++) {
        if (!workers[i].part_count)
            continue;
        parts = xreallocarray(parts, count + workers[i].part_count, sizeof *parts);
        memcpy(parts + count, workers[i].parts, workers[i].part_count * sizeof *parts);
        count += workers[i].part_count;
    }
    if (count)
        qsort(parts, count, sizeof *parts, by_place);
    for (size_t i = 0; i < count; i++) {
        const struct part *p = &parts[i];
        struct survey_file *f = &out->files[p->file];

        if (i && parts[i - 1].file == p->file)
            note_step(&f->steps_back, &f->worst_back_ns, &f->gap_ns, &f->gap_at_ns,
                      parts[i - 1].last_ns, p->first_ns);
        f->steps_back += p->steps_back;
        if (p->worst_back_ns > f->worst_back_ns)
            f->worst_back_ns = p->worst_back_ns;
        if (p->gap_ns > f->gap_ns) {
            f->gap_ns = p->gap_ns;
            f->gap_at_ns = p->gap_at_ns;
        }
    }
    free(parts);
}

/* A tally with its names, so that those of all threads can be put in order. */
struct named {
    const struct tally *tally;
    struct slice vm, source;
};

static int by_component(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int c = slice_cmp(x->vm, y->vm);

    if (c == 0)
        c = slice_cmp(x->source, y->source);
    if (c == 0)
        c = x->tally->file < y->tally->file ? -1 : x->tally->file > y->tally->file;
    return c;
}

static void add_tally(struct survey_component *c, const struct tally *t)
{
    add_lines(&c->all, &t->all);
    c->starts += t->starts;
    c->exits += t->exits;
    if (t->first_start_ns < c->first_start_ns)
        c->first_start_ns = t->first_start_ns;
    if (t->last_start_ns > c->last_start_ns)
        c->last_start_ns = t->last_start_ns;
    if (t->first_exit_ns < c->first_exit_ns)
        c->first_exit_ns = t->first_exit_ns;
}

static struct survey_component *add_component(struct survey *out, const struct named *n)
{
    struct survey_component *c;

    out->components =
        xreallocarray(out->components, out->component_count + 1, sizeof *out->components);
    c = &out->components[out->component_count++];
    *c = (struct survey_component){.vm = intern_text(&out->texts, intern_add(&out->texts, n->vm)),
                                   .source =
                                       intern_text(&out->texts, intern_add(&out->texts, n->source)),
                                   .all = no_lines,
                                   .first_start_ns = INT64_MAX,
                                   .last_start_ns = INT64_MIN,
                                   .first_exit_ns = INT64_MAX};
    return c;
}

static void add_to_file(struct survey_file *f, uint32_t component)
{
    f->components = xreallocarray(f->components, f->component_count + 1, sizeof *f->components);
    f->components[f->component_count++] = component;
}

/*
 * A start is a restart unless it may be the first: the first one is if the
 * component had exited before, or had logged long before what starting takes.
 */
static void count_restarts(struct survey_component *c)
{
    bool again;

    if (!c->starts)
        return;
    again =
        c->first_exit_ns < c->first_start_ns || c->all.first_ns < c->first_start_ns - START_UP_NS;
    c->restarts = c->starts - !again;
}

static void join_tallies(struct survey *out, struct worker *workers, unsigned threads)
{
    struct named *list = NULL;
    size_t count = 0;

    for (unsigned i = 0; i < threads; i++) {
        const struct worker *w = &workers[i];

        if (!w->tally_count)
            continue;
        list = xreallocarray(list, count + w->tally_count, sizeof *list);
        for (size_t k = 0; k < w->tally_count; k++)
            list[count++] =
                (struct named){&w->tallies[k], intern_text(&w->placer.vms, w->tallies[k].vm),
                               intern_text(&w->sources, w->tallies[k].source)};
    }
    if (count)
        qsort(list, count, sizeof *list, by_component);
    for (size_t i = 0; i < count; i++) {
        const struct tally *t = list[i].tally;
        struct survey_component *c = NULL;
        bool same = i && slice_eq(list[i].vm, list[i - 1].vm) &&
                    slice_eq(list[i].source, list[i - 1].source);

        c = same ? &out->components[out->component_count - 1] : add_component(out, &list[i]);
        add_tally(c, t);
        add_lines(&out->files[t->file].all, &t->all);
        if (!same || list[i - 1].tally->file != t->file) {
            c->file_count++;
            add_to_file(&out->files[t->file], (uint32_t)out->component_count - 1);
        }
    }
    for (size_t i = 0; i < out->component_count; i++)
        count_restarts(&out->components[i]);
    free(list);
}

static int by_text(const void *a, const void *b)
{
    return slice_cmp(*(const struct slice *)a, *(const struct slice *)b);
}

/* How many VMs and sources there are. */
static void count_names(struct survey *out)
{
    struct slice *sources = xreallocarray(NULL, out->component_count, sizeof *sources);

    for (size_t i = 0; i < out->component_count; i++) {
        sources[i] = out->components[i].source;
        out->vm_count += i == 0 || !slice_eq(out->components[i].vm, out->components[i - 1].vm);
    }
    qsort(sources, out->component_count, sizeof *sources, by_text);
    for (size_t i = 0; i < out->component_count; i++)
        out->source_count += i == 0 || !slice_eq(sources[i], sources[i - 1]);
    free(sources);
}

/* How a file lies on the disk; of what is no plain file, or can't be read, nothing is known. */
static void look_at(struct survey_file *f)
{
    unsigned char magic[2];
    struct stat st;
    int fd;

    if (strcmp(f->input->path, "-") == 0 || stat(f->input->path, &st) != 0 || !S_ISREG(st.st_mode))
        return;
    f->size_bytes = (uint64_t)st.st_size;
    fd = open(f->input->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return;
    f->packing = PACKING_PLAIN;
    if (read(fd, magic, 2) == 2 && magic[0] == 0x1f && magic[1] == 0x8b)
        f->packing = PACKING_GZIP;
    close(fd);
}

/* All files with lines, those in bundles at their bundle's place. */
static void list_files(struct survey *out, const struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        for (const struct input *in = &inputs->list[i]; in; in = in->next) {
            if (in->bundle)
                continue;
            out->files = xreallocarray(out->files, out->file_count + 1, sizeof *out->files);
            out->files[out->file_count++] = (struct survey_file){
                .input = in, .all = no_lines, .lines = in->long_lines, .too_long = in->long_lines};
        }
    }
}

/* A file of the list, found by its input. */
struct known {
    const struct input *input;
    size_t number;
};

static int by_input(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const struct known *)a)->input,
              y = (uintptr_t)((const struct known *)b)->input;

    return (x > y) - (x < y);
}

/* From a thread's numbers of files to those of the list. */
static void renumber(struct survey *out, struct worker *workers, unsigned threads)
{
    struct known *known = xreallocarray(NULL, out->file_count, sizeof *known);

    for (size_t i = 0; i < out->file_count; i++)
        known[i] = (struct known){out->files[i].input, i};
    qsort(known, out->file_count, sizeof *known, by_input);
    for (unsigned i = 0; i < threads; i++) {
        struct worker *w = &workers[i];
        size_t *to = xreallocarray(NULL, w->file_count, sizeof *to);

        for (size_t k = 0; k < w->file_count; k++) {
            struct known key = {w->files[k].input, 0};
            const struct known *found = bsearch(&key, known, out->file_count, sizeof key, by_input);

            to[k] = found->number;
            add_file(&out->files[to[k]], &w->files[k]);
        }
        for (size_t k = 0; k < w->part_count; k++)
            w->parts[k].file = to[w->parts[k].file];
        for (size_t k = 0; k < w->tally_count; k++)
            w->tallies[k].file = to[w->tallies[k].file];
        free(to);
    }
    free(known);
}

void survey_take(struct inputs *inputs, const struct feed_options *options,
                 const struct filter *filter, struct survey *out)
{
    struct worker *workers = xcalloc(options->threads, sizeof *workers);
    void **contexts = xcalloc(options->threads, sizeof *contexts);

    *out = (struct survey){0};
    for (unsigned i = 0; i < options->threads; i++) {
        workers[i] = (struct worker){.max_line_bytes = options->max_line_bytes};
        if (filter)
            workers[i].sieve = sieve_new(filter);
        contexts[i] = &workers[i];
    }
    feed(inputs, options, take_block, contexts);
    list_files(out, inputs);
    renumber(out, workers, options->threads);
    for (size_t i = 0; i < out->file_count; i++)
        look_at(&out->files[i]);
    join_parts(out, workers, options->threads);
    join_tallies(out, workers, options->threads);
    count_names(out);
    out->total.all = no_lines;
    for (size_t i = 0; i < out->file_count; i++) {
        add_file(&out->total, &out->files[i]);
        add_lines(&out->total.all, &out->files[i].all);
        out->total.steps_back += out->files[i].steps_back;
    }
    for (unsigned i = 0; i < options->threads; i++) {
        struct worker *w = &workers[i];

        sieve_free(w->sieve);
        placer_release(&w->placer);
        intern_release(&w->sources);
        free(w->files);
        free(w->parts);
        free(w->tallies);
        slots_release(&w->slots);
    }
    free(workers);
    free(contexts);
}

void survey_release(struct survey *s)
{
    for (size_t i = 0; i < s->file_count; i++)
        free(s->files[i].components);
    free(s->files);
    free(s->components);
    intern_release(&s->texts);
}

uint64_t survey_other(const struct survey_file *f)
{
    uint64_t n = 0;

    for (int kind = 0; kind < LINE_KIND_COUNT; kind++)
        n += kind != LINE_LAGER && kind != LINE_DAMAGED ? f->kinds[kind] : 0;
    return n;
}

const char *survey_format(const struct survey_file *f)
{
    enum line_kind most = LINE_LAGER;

    if (f->epoch && f->rfc3339)
        return "mixed";
    if (f->epoch || f->rfc3339)
        return f->epoch ? "epoch" : "rfc3339";
    if (f->kinds[LINE_LAGER])
        return "(not selected)";
    for (int kind = 0; kind < LINE_KIND_COUNT; kind++)
        most = f->kinds[kind] > f->kinds[most] ? (enum line_kind)kind : most;
    if (f->kinds[most] && line_kind_has_time(most))
        return line_kind_name(most);
    return f->lines ? "not lager" : "empty";
}

const char *survey_packing(const struct survey_file *f)
{
    static const char *const names[] = {"", "plain", "gzip"};

    return names[f->packing];
}
