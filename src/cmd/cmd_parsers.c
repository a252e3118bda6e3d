/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "cmd/parser_dirs.h"
#include "lifecycle/library.h"

struct settings {
    const char *name, *check;
    struct parser_dirs parser_dirs;
};

static int set_name(void *settings, const char *word, struct err *err)
{
    struct settings *s = settings;

    if (s->name)
        return err_set(err, "one lifecycle at a time");
    s->name = word;
    return 0;
}

static const struct option_row options[] = {
    {.kind = OPTION_TEXT,
     .name = "check",
     .value = "FILE",
     .offset = offsetof(struct settings, check),
     .about = "check a definition, and its samples, and say what is wrong"},
    PARSER_DIRS_ROW(offsetof(struct settings, parser_dirs)),
    {.kind = OPTION_END},
};

static enum exit_status check(const char *path)
{
    struct err err = ERR_INIT;
    struct lifecycle *lc;

    if (access(path, R_OK) != 0) {
        diag("%s: %s", path, strerror(errno));
        return EXIT_IO;
    }
    lc = library_load_file(path, &err);
    if (!lc) {
        diag("%s", err.text);
        return EXIT_CHECK;
    }
    printf("%s: %s: %zu stage%s, %zu alternative%s; all samples match\n", path, lc->name,
           lc->stage_count, lc->stage_count == 1 ? "" : "s", lc->trigger_count,
           lc->trigger_count == 1 ? "" : "s");
    lifecycle_free(lc);
    return EXIT_DONE;
}

static enum exit_status list(const struct asset_search *search)
{
    enum exit_status status = EXIT_DONE;
    size_t count;
    char **names = library_names(search, &count);

    for (size_t i = 0; i < count; i++) {
        struct err err = ERR_INIT;
        struct lifecycle *lc = library_load(search, names[i], &err);

        if (lc) {
            printf("%-12s  %s, from %s\n", names[i], lc->title, lc->path);
        } else {
            diag("%s", err.text);
            status = EXIT_IO;
        }
        lifecycle_free(lc);
        free(names[i]);
    }
    free(names);
    return status;
}

/* Words, with a line break before the 80th column; indent blanks at the start of each line. */
static void print_wrapped(const char *text, size_t indent)
{
    size_t column = 0;

    while (*text) {
        size_t n = strcspn(text, " \n");

        if (column && column + 1 + n > 80) {
            putchar('\n');
            column = 0;
        }
        column += (size_t)printf("%*s%.*s", column ? 1 : (int)indent, "", (int)n, text);
        text += n + strspn(text + n, " \n");
    }
    putchar('\n');
}

static enum exit_status show(const struct asset_search *search, const char *name)
{
    struct err err = ERR_INIT;
    struct lifecycle *lc = library_load(search, name, &err);

    if (!lc) {
        if (err.set)
            diag("%s", err.text);
        else
            diag("there is no lifecycle \"%s\"; cicerone parsers lists them", name);
        return EXIT_USAGE;
    }
    printf("%s: %s\n%s\n\n", lc->name, lc->title, lc->path);
    print_wrapped(lc->about, 0);
    printf("\nstages of %s %s:\n", strchr("aeio", *lc->noun) ? "an" : "a", lc->noun);
    for (size_t i = 0; i < lc->stage_count; i++) {
        const struct stage *s = &lc->stages[i];

        printf("  %s%s%s\n", s->name, s->optional ? " (optional)" : "",
               s->anchor ? " (anchor)" : "");
        if (s->about)
            print_wrapped(s->about, 6);
    }
    if (lc->outcome_count) {
        printf("\noutcomes besides ok and incomplete:");
        for (size_t i = 0; i < lc->outcome_count; i++)
            printf("%s %s", i ? "," : "", lc->outcomes[i].name);
        putchar('\n');
    }
    if (lc->tag_count) {
        printf("tags:");
        for (size_t i = 0; i < lc->tag_count; i++)
            printf("%s %s", i ? "," : "", lc->tags[i].name);
        putchar('\n');
    }
    if (lc->by_count) {
        printf("by:");
        for (size_t i = 0; i < lc->by_count; i++)
            printf("%s %s", i ? "," : "", lc->tags[lc->by[i]].name);
        putchar('\n');
    }
    if (lc->value_count) {
        printf("values:");
        for (size_t i = 0; i < lc->value_count; i++)
            printf("%s %s%s", i ? "," : "", lc->values[i].name,
                   lc->values[i].is_duration ? " (a duration)" : "");
        putchar('\n');
    }
    lifecycle_free(lc);
    return EXIT_DONE;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct settings s = {0};
    struct asset_search search;
    struct err err = ERR_INIT;
    enum exit_status status;
    bool help;

    if (options_parse(options, argc, argv, &s, set_name, &help, &err) < 0) {
        status = command_misuse(cmd->name, &err);
    } else if (help) {
        command_print_help(cmd, cmd->name, cmd->summary);
        status = EXIT_DONE;
    } else {
        search = parser_dirs_search(&s.parser_dirs);
        status = s.check ? check(s.check) : s.name ? show(&search, s.name) : list(&search);
    }
    parser_dirs_release(&s.parser_dirs);
    return status;
}

const struct command command_parsers = {
    .name = "parsers",
    .summary = "list the lifecycles there are, show one, check a definition",
    .usage = "[--check FILE | NAME]",
    .about = "A lifecycle is a file NAME.json; its format is in cicerone-parsers(5). Definitions "
             "are looked for in\n"
             "--parser-dir, $CICERONE_PATH, $XDG_CONFIG_HOME/cicerone/parsers, the installation, "
             "the program itself.",
    .examples = "  cicerone parsers                      all lifecycles, and where each is from\n"
                "  cicerone parsers tasks                the stages of one\n"
                "  cicerone parsers --check mine.json    is my own definition right?\n",
    .options = options,
    .run = run,
};
