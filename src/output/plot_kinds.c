/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot_kinds.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/assets.h"
#include "base/embedded.h"
#include "base/xalloc.h"
#include "output/plot.h"

#define SUFFIX ".gp"

static const struct plot_kind own_kinds[] = {
    {"timelines-by-start", "timelines.gp", "by start", plot_build_timelines, ORDER_START, 1, true},
    {"timelines-by-end", "timelines.gp", "by end", plot_build_timelines, ORDER_END, 1, true},
    {"timelines-by-vm", "timelines.gp", "by VM", plot_build_timelines, ORDER_VM, 1, true},
    {"histograms", "histograms.gp", "durations per stage", plot_build_histograms, SCALE_OWN, 1,
     true},
    {"histograms-common-scale", "histograms.gp", "durations per stage, common scale",
     plot_build_histograms, SCALE_COMMON, 1, true},
    {"correlation", "correlation.gp", "correlation of durations", plot_build_correlation, 0, 1,
     true},
    {"timelines-aligned", "timelines.gp", "each from its own start", plot_build_timelines,
     ORDER_ALIGNED, 1, true},
    {"occupancy", "occupancy.gp", "how many are on their way to each stage", plot_build_occupancy,
     0, 1, true},
    {"distribution", "distribution.gp", "cumulative distribution of durations",
     plot_build_distribution, 0, 1, false},
    {"boxes-by-vm", "boxes.gp", "durations by VM", plot_build_boxes, GROUPS_VM, 1, false},
    {"boxes-by-cell", "boxes.gp", "durations by cell", plot_build_boxes, GROUPS_CELL, 1, false},
    {"violins-by-vm", "boxes.gp", "density of durations by VM", plot_build_violins, GROUPS_VM, 1,
     false},
    {"violins-by-cell", "boxes.gp", "density of durations by cell", plot_build_violins, GROUPS_CELL,
     1, false},
    {"heat", "heat.gp", "durations over time", plot_build_heat, 0, 1, false},
    {"shares", "shares.gp", "share of the total time", plot_build_shares, 0, 1, false},
    {"before-after", "before-after.gp", "before and after", plot_build_before_after, 0, 2, true},
};

#define OWN_COUNT (sizeof own_kinds / sizeof *own_kinds)

/* Of a template that names no data of another kind. */
static const struct plot_kind table_kind = {"table", NULL, "", plot_build_table, 0, 1, false};

static const struct asset_search search = {"plots", NULL, 0};

static struct plot_kind *find(const struct plot_choice *choice, struct slice name)
{
    for (size_t i = 0; i < choice->count; i++) {
        if (slice_eq(slice_of(choice->list[i].name), name))
            return &choice->list[i];
    }
    return NULL;
}

static const char *keep(struct plot_choice *choice, char *text)
{
    choice->texts = xreallocarray(choice->texts, choice->text_count + 1, sizeof *choice->texts);
    choice->texts[choice->text_count++] = text;
    return text;
}

static void add(struct plot_choice *choice, const struct plot_kind *kind)
{
    choice->list = xreallocarray(choice->list, choice->count + 1, sizeof *choice->list);
    choice->list[choice->count++] = *kind;
}

/* What follows "# KEY: " in the comment at the top of a template; empty if nothing does. */
static struct slice header_value(const char *text, const char *key)
{
    size_t n = strlen(key);

    for (; *text == '#'; text += strcspn(text, "\n"), text += *text == '\n') {
        const char *p = text + 1 + strspn(text + 1, " \t");

        if (strncmp(p, key, n) != 0 || p[n] != ':')
            continue;
        p += n + 1;
        p += strspn(p, " \t");
        n = strcspn(p, "\r\n");
        while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
            n--;
        return (struct slice){p, n};
    }
    return (struct slice){"", 0};
}

/* Names of files come of it. */
static bool is_plain_name(const char *name)
{
    for (const char *p = name; *p; p++) {
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", *p))
            return false;
    }
    return *name && *name != '.' && *name != '-';
}

/* Those within the program are not kinds by their names; the table above tells what they draw. */
static bool is_own_template(const char *file)
{
    struct strbuf path = STRBUF_INIT;
    bool own;

    strbuf_printf(&path, "%s/%s", search.kind, file);
    own = embedded_find(path.data) != NULL;
    strbuf_release(&path);
    return own;
}

/* A template that somebody has laid beside the program's own: a kind of its name. */
static int add_foreign(struct plot_choice *choice, const char *file, struct err *err)
{
    char *name = xmemdup0(file, strlen(file) - strlen(SUFFIX));
    struct strbuf text = STRBUF_INIT, path = STRBUF_INIT;
    struct plot_kind *same = find(choice, slice_of(name)), kind = table_kind;
    int rc = asset_load(&search, file, &text, &path, err) < 0 ? -1 : 0;

    if (rc == 0 && is_plain_name(name)) {
        struct slice data = header_value(text.data ? text.data : "", "Data"),
                     title = header_value(text.data ? text.data : "", "Title");
        const struct plot_kind *model = same ? same : find(choice, data);

        if (data.len && !slice_eq(data, slice_of(table_kind.name)) && !find(choice, data))
            rc = err_set(err, "%s: there is no data \"%.*s\"; cicerone plot --list names them",
                         path.data, data.len < 80 ? (int)data.len : 80, data.p);
        if (model)
            kind = *model;
        kind.template = keep(choice, xstrdup(file));
        kind.title = title.len ? keep(choice, xmemdup0(title.p, title.len)) : kind.title;
        if (same) {
            *same = kind;
        } else {
            kind.name = keep(choice, xstrdup(name));
            kind.title = title.len ? kind.title : kind.name;
            kind.usual = false;
            add(choice, &kind);
        }
    }
    strbuf_release(&text);
    strbuf_release(&path);
    free(name);
    return rc;
}

int plot_list(struct plot_choice *choice, struct err *err)
{
    size_t count;
    char **files = asset_names(&search, SUFFIX, &count);
    int rc = 0;

    *choice = (struct plot_choice){NULL, 0, NULL, 0};
    for (size_t i = 0; i < OWN_COUNT; i++)
        add(choice, &own_kinds[i]);
    for (size_t i = 0; i < count; i++) {
        if (rc == 0 && !is_own_template(files[i]))
            rc = add_foreign(choice, files[i], err);
        free(files[i]);
    }
    free(files);
    if (rc < 0)
        plot_choice_release(choice);
    return rc;
}

void plot_choice_release(struct plot_choice *choice)
{
    for (size_t i = 0; i < choice->text_count; i++)
        free(choice->texts[i]);
    free(choice->texts);
    free(choice->list);
    *choice = (struct plot_choice){NULL, 0, NULL, 0};
}

/* The kinds that names ask for, of those there are, each once. */
static int pick(const struct plot_choice *all, const char *names, unsigned runs,
                struct plot_choice *picked, struct err *err)
{
    for (const char *p = names;; p++) {
        struct slice name = {p, strcspn(p, ",")};
        const struct plot_kind *kind = find(all, name);

        if (slice_eq(name, slice_of("all"))) {
            for (size_t i = 0; i < all->count; i++) {
                if (all->list[i].runs == runs && !find(picked, slice_of(all->list[i].name)))
                    add(picked, &all->list[i]);
            }
        } else if (!kind) {
            return err_set(err, "there is no plot \"%.*s\"; cicerone plot --list names them",
                           name.len < 80 ? (int)name.len : 80, name.p);
        } else if (kind->runs != runs) {
            return kind->runs == 2
                       ? err_set(err, "%s shows two runs: cicerone plot OLD.csv NEW.csv --plot %s",
                                 kind->name, kind->name)
                       : err_set(err, "%s shows one run, not two", kind->name);
        } else if (!find(picked, name)) {
            add(picked, kind);
        }
        p += name.len;
        if (!*p)
            return 0;
    }
}

int plot_choose(struct plot_choice *choice, const char *names, unsigned runs, struct err *err)
{
    struct plot_choice picked = {NULL, 0, NULL, 0};
    int rc = plot_list(choice, err);

    if (rc < 0)
        return rc;
    if (names) {
        rc = pick(choice, names, runs, &picked, err);
    } else {
        for (size_t i = 0; i < choice->count; i++) {
            if (choice->list[i].usual && choice->list[i].runs == runs)
                add(&picked, &choice->list[i]);
        }
    }
    free(choice->list);
    choice->list = picked.list;
    choice->count = picked.count;
    if (rc < 0)
        plot_choice_release(choice);
    return rc;
}
