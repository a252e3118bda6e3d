/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "lifecycle/library.h"

static void print_all(void)
{
    struct asset_search search = {"parsers", NULL, 0};
    size_t count;
    char **names = library_names(&search, &count);

    printf("cicerone - a guide through the logs of a Diego deployment\n\n"
           "usage: cicerone LIFECYCLE [OPTION...] INPUT...\n"
           "       cicerone COMMAND [ARGUMENT...]\n\n"
           "lifecycles (each is a command):\n");
    for (size_t i = 0; i < count; i++) {
        struct err err = ERR_INIT;
        struct lifecycle *lc = library_load(&search, names[i], &err);

        printf("  %-12s  %s\n", names[i],
               lc ? lc->title : "(its definition is wrong: see cicerone parsers)");
        lifecycle_free(lc);
        free(names[i]);
    }
    free(names);
    printf("\ncommands:\n");
    for (size_t i = 0; commands[i]; i++)
        printf("  %-12s  %s\n", commands[i]->name, commands[i]->summary);
    printf(
        "\nexamples:\n"
        "  cicerone tasks logs/                      a summary of all Tasks in a folder of logs\n"
        "  cicerone lrps logs/ -o out/               CSV, statistics and graphs of all LRP "
        "instances\n"
        "  zcat bbs.log.gz | cicerone tasks -        a pipe\n"
        "  cicerone help tasks                       all options\n\n"
        "cicerone --version (-V) prints the version; the manual is cicerone(1).\n");
}

static int take_topic(void *settings, const char *word, struct err *err)
{
    const char **topic = settings;

    if (*topic)
        return err_set(err, "help explains one command at a time");
    *topic = word;
    return 0;
}

static enum exit_status run(const struct command *cmd, int argc, char **argv)
{
    const char *topic = NULL;
    struct err err = ERR_INIT;
    char *call[3];
    bool help;

    if (options_parse(cmd->options, argc, argv, &topic, take_topic, &help, &err) < 0)
        return command_misuse(cmd->name, &err);
    if (!topic && !help) {
        print_all();
        return EXIT_DONE;
    }
    if (!topic || strcmp(topic, cmd->name) == 0) {
        command_print_help(cmd, cmd->name, cmd->summary);
        return EXIT_DONE;
    }
    call[0] = (char *)(size_t)topic;
    call[1] = (char *)(size_t) "--help";
    call[2] = NULL;
    return command_dispatch(2, call);
}

static const struct option_row options[] = {{.kind = OPTION_END}};

const struct command command_help = {
    .name = "help",
    .summary = "explain a command or lifecycle",
    .usage = "[COMMAND]",
    .examples = "  cicerone help           all commands and lifecycles\n"
                "  cicerone help tasks     the options of one\n",
    .options = options,
    .run = run,
};
