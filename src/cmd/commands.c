/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "lifecycle/library.h"

const struct command *const commands[] = {
    &command_inspect,
    &command_chug,
    &command_unify,
    &command_plot,
    &command_report,
    &command_series,
    &command_health,
    &command_metrics,
    &command_fezzik,
    &command_cedar,
    &command_parsers,
    &command_help,
    NULL,
};

void command_print_help(const struct command *cmd, const char *name, const char *summary)
{
    printf("cicerone %s - %s\n\nusage: cicerone %s %s\n", name, summary, name, cmd->usage);
    if (cmd->about)
        printf("\n%s\n", cmd->about);
    if (cmd->options) {
        printf("\noptions:\n");
        options_print(cmd->options);
    }
    printf("\nexamples:\n%s", cmd->examples);
}

enum exit_status command_misuse(const char *name, const struct err *err)
{
    diag("%s", err->text);
    diag("see: cicerone help %s", name);
    return EXIT_USAGE;
}

enum exit_status worse_status(enum exit_status a, enum exit_status b)
{
    /* a failure outranks damage, damage a success */
    if (a == EXIT_IO || b == EXIT_IO)
        return EXIT_IO;
    return a > b ? a : b;
}

enum exit_status report_inputs(const struct inputs *inputs)
{
    enum exit_status status = EXIT_DONE;

    for (size_t i = 0; i < inputs->count; i++) {
        for (const struct input *in = &inputs->list[i]; in; in = in->next) {
            if (in->problem)
                diag("%s: %s", input_title(in), in->problem);
            if (in->state != INPUT_FINE)
                status = worse_status(status, in->state == INPUT_FAILED ? EXIT_IO : EXIT_DAMAGED);
        }
    }
    return status;
}

/* The number of single-letter changes from one word to another (Levenshtein), up to 63 letters. */
static size_t distance(const char *a, const char *b)
{
    size_t row[64], n = strlen(b);

    if (n > 63)
        n = 63;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; *a; a++, i++) {
        size_t corner = row[0];

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = corner + (*a != b[j - 1]);

            corner = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

/* All names that can be called: commands, then lifecycles.  free() each and the list. */
static char **all_names(size_t *count)
{
    struct asset_search search = {"parsers", NULL, 0};
    char **names = library_names(&search, count);

    for (size_t i = 0; commands[i]; i++) {
        names = xreallocarray(names, *count + 1, sizeof *names);
        names[(*count)++] = xstrdup(commands[i]->name);
    }
    return names;
}

/* The only name that begins so, or NULL; near lists what may have been meant. */
static char *guess(const char *word, struct strbuf *near)
{
    size_t count, fits = 0, len = strlen(word);
    char **names = all_names(&count), *found = NULL;

    for (size_t i = 0; i < count; i++) {
        bool begins = len && strncmp(names[i], word, len) == 0;

        if (begins || distance(word, names[i]) <= 2) {
            strbuf_printf(near, "%s%s", near->len ? ", " : "", names[i]);
        }
        if (begins) {
            fits++;
            free(found);
            found = xstrdup(names[i]);
        }
    }
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
    if (fits == 1)
        return found;
    free(found);
    return NULL;
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; commands[i]; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    return strcmp(name, command_complete.name) == 0 ? &command_complete : NULL;
}

/* Is there a lifecycle of this name, in the places known without options or in a --parser-dir? */
static bool is_lifecycle(const char *name, int argc, char **argv)
{
    struct asset_search search = {"parsers", NULL, 0};
    size_t count;
    char **names = library_names(&search, &count);
    bool found = false;

    for (size_t i = 0; i < count; i++) {
        found |= strcmp(names[i], name) == 0;
        free(names[i]);
    }
    free(names);
    for (int i = 1; i < argc && !found; i++)
        found = strncmp(argv[i], "--parser-dir", 12) == 0;
    return found;
}

enum exit_status command_dispatch(int argc, char **argv)
{
    const struct command *cmd = find(argv[0]);
    struct strbuf near = STRBUF_INIT;
    enum exit_status status = EXIT_USAGE;
    char *name;

    if (cmd)
        return cmd->run(cmd, argc, argv);
    if (is_lifecycle(argv[0], argc, argv))
        return command_analyze.run(&command_analyze, argc, argv);
    name = guess(argv[0], &near);
    if (name) {
        argv[0] = name;
        cmd = find(name);
        if (!cmd)
            cmd = &command_analyze;
        status = cmd->run(cmd, argc, argv);
    } else {
        diag("there is no command or lifecycle \"%s\"; %s%s", argv[0],
             near.len ? "did you mean: " : "see: cicerone help", near.len ? near.data : "");
    }
    free(name);
    strbuf_release(&near);
    return status;
}
