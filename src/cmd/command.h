/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h - a command of the program, as data
 */
#ifndef CICERONE_COMMAND_H
#define CICERONE_COMMAND_H

#include "cmd/options.h"
#include "input/input.h"

/* What the program's exit status tells; documented in cicerone(1). */
enum exit_status {
    EXIT_DONE = 0,
    EXIT_CHECK = 1,   /* a check that the user asked for failed */
    EXIT_USAGE = 2,   /* wrong usage */
    EXIT_IO = 3,      /* an input could not be read or an output not be written */
    EXIT_DAMAGED = 4, /* done, but some input was damaged and only a part of it used */
};

struct command {
    const char *name;
    const char *summary;
    const char *usage; /* what follows the name */
    const char *about; /* paragraphs, or NULL */
    const char *examples;
    const struct option_row *options;
    /* argv[0] is the name that was called. */
    enum exit_status (*run)(const struct command *cmd, int argc, char **argv);
};

/* Ends with NULL. */
extern const struct command *const commands[];

extern const struct command command_cedar, command_chug, command_fezzik, command_health,
    command_help, command_inspect, command_metrics, command_parsers, command_plot, command_report,
    command_series, command_unify;

/* For the completion of shells; help does not list it. */
extern const struct command command_complete;

/* Any lifecycle is a command: this one, whatever its name. */
extern const struct command command_analyze;

/* The text of `cicerone help NAME`, to standard output; name may differ from the command's. */
void command_print_help(const struct command *cmd, const char *name, const char *summary);

/* A failure outranks damage, damage a success. */
enum exit_status worse_status(enum exit_status a, enum exit_status b);

/* Say what was wrong with inputs, those in bundles too; the worst of it is the status. */
enum exit_status report_inputs(const struct inputs *inputs);

/* Report wrong usage of a command. */
enum exit_status command_misuse(const char *name, const struct err *err);

/* Run the command or lifecycle of argv[0]. */
enum exit_status command_dispatch(int argc, char **argv);

#endif
