/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h - a table of options gives the parsing, the help and the list for completion
 *
 * A value goes to a field of the command's settings, found by its offset; an
 * option that is more than a value has a function.  Long options may be cut
 * to a unique beginning and take their value after '=' or as the next word;
 * "--" ends the options.
 */
#ifndef CICERONE_OPTIONS_H
#define CICERONE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum option_kind {
    OPTION_END,
    OPTION_FLAG,   /* bool */
    OPTION_TEXT,   /* const char * */
    OPTION_NUMBER, /* unsigned, least..most */
    OPTION_BYTES,  /* size_t, with k, M, G or T */
    OPTION_CHOICE, /* const char *, one of choices */
    OPTION_CALL,   /* function */
    OPTION_TABLE,  /* the rows of another table, with settings of their own at offset */
};

struct option_row {
    enum option_kind kind;
    const char *name;  /* without dashes; not of tables */
    char letter;       /* or 0 */
    const char *value; /* what help calls the value; NULL for flags */
    const char *about; /* a sentence without a full stop; of a table its heading */
    size_t offset;
    unsigned least, most;
    const char *choices; /* "svg|png|pdf" */
    int (*call)(void *settings, const char *value, struct err *err);
    const struct option_row *table;
};

/*
 * Parse argv[1..]; each other word is given to positional, in its place among
 * the options.  -1 and err if something is wrong; *help is set by -h, --help.
 */
int options_parse(const struct option_row *table, int argc, char **argv, void *settings,
                  int (*positional)(void *settings, const char *word, struct err *err), bool *help,
                  struct err *err);

/* Call fn for each option of a table and those in it. */
void options_each(const struct option_row *table,
                  void (*fn)(void *context, const struct option_row *row), void *context);

/* The options' part of a help text, to standard output. */
void options_print(const struct option_row *table);

#endif
