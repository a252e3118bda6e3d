/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may stand next on a command line, for the completion of shells.  Called
 * with the words behind "cicerone" up to the one that is being written, which
 * may be empty; prints the words that begin so.  Nothing printed means a file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "lifecycle/library.h"

/* The last words of the command line. */
struct wanted {
    const char *beginning;         /* of the word that is being written */
    const char *before;            /* the word before it, "" if there is none */
    const struct option_row *open; /* the option that this word is, where it takes a value */
};

static void offer(const struct wanted *w, const char *word, size_t len)
{
    size_t n = strlen(w->beginning);

    if (n <= len && memcmp(word, w->beginning, n) == 0)
        printf("%.*s\n", (int)len, word);
}

static void offer_lifecycles(const struct wanted *w)
{
    struct asset_search search = {"parsers", NULL, 0};
    size_t count;
    char **names = library_names(&search, &count);

    for (size_t i = 0; i < count; i++) {
        offer(w, names[i], strlen(names[i]));
        free(names[i]);
    }
    free(names);
}

static void offer_commands(const struct wanted *w)
{
    offer_lifecycles(w);
    for (size_t i = 0; commands[i]; i++)
        offer(w, commands[i]->name, strlen(commands[i]->name));
}

static void offer_choices(const struct wanted *w, const char *choices)
{
    while (*choices) {
        size_t n = strcspn(choices, "|");

        offer(w, choices, n);
        choices += n + (choices[n] == '|');
    }
}

static void find_open(void *context, const struct option_row *o)
{
    struct wanted *w = context;
    const char *word = w->before;
    bool is_long = strncmp(word, "--", 2) == 0 && strcmp(word + 2, o->name) == 0,
         is_letter = o->letter && word[0] == '-' && word[1] == o->letter && !word[2];

    if (o->value && (is_long || is_letter))
        w->open = o;
}

static void offer_option(void *context, const struct option_row *o)
{
    char word[64];
    int len = snprintf(word, sizeof word, "--%s", o->name);

    offer(context, word, (size_t)len);
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; commands[i]; i++) {
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    }
    return &command_analyze;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    struct wanted w = {argc > 1 ? argv[argc - 1] : "", argc > 2 ? argv[argc - 2] : "", NULL};
    const struct command *of;

    (void)cmd;
    if (argc <= 2) {
        offer_commands(&w);
        return EXIT_DONE;
    }
    /* bash takes "--name=value" for three words */
    if (strcmp(w.beginning, "=") == 0)
        w.beginning = "";
    else if (strcmp(w.before, "=") == 0 && argc > 3)
        w.before = argv[argc - 3];
    of = find_command(argv[1]);
    options_each(of->options, find_open, &w);
    if (w.open) {
        if (w.open->choices)
            offer_choices(&w, w.open->choices);
    } else if (w.beginning[0] == '-') {
        options_each(of->options, offer_option, &w);
        offer(&w, "--help", 6);
    } else if (of == &command_help) {
        offer_commands(&w);
    } else if (of == &command_parsers) {
        offer_lifecycles(&w);
    }
    return EXIT_DONE;
}

static const struct option_row no_options[] = {{.kind = OPTION_END}};

const struct command command_complete = {
    .name = "complete",
    .summary = "what may stand next on a command line",
    .usage = "WORD...",
    .examples = "  cicerone complete tasks --fo    --format\n",
    .options = no_options,
    .run = run,
};
