/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/options.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"

/* A row, and the settings that its offset is within. */
struct option {
    const struct option_row *row, *rival; /* rival: another row that begins so */
    void *settings;
};

/* Look through a table and those in it; a whole name wins over its continuations. */
static bool search_long(const struct option_row *table, void *settings, struct slice name,
                        struct option *found)
{
    for (const struct option_row *o = table; o->kind != OPTION_END; o++) {
        if (o->kind == OPTION_TABLE) {
            if (search_long(o->table, (char *)settings + o->offset, name, found))
                return true;
        } else if (strncmp(o->name, name.p, name.len) != 0) {
            continue;
        } else if (o->name[name.len] == '\0') {
            *found = (struct option){o, NULL, settings};
            return true;
        } else if (found->row) {
            found->rival = o;
        } else {
            *found = (struct option){o, NULL, settings};
        }
    }
    return false;
}

/* The row of a long name, or of its only continuation; none and err if there is none. */
static struct option find_long(const struct option_row *table, void *settings, struct slice name,
                               struct err *err)
{
    struct option found = {NULL, NULL, NULL};

    search_long(table, settings, name, &found);
    if (!found.row) {
        err_set(err, "unknown option --%.*s", (int)name.len, name.p);
    } else if (found.rival) {
        err_set(err, "option --%.*s is ambiguous: --%s or --%s?", (int)name.len, name.p,
                found.row->name, found.rival->name);
        found.row = NULL;
    }
    return found;
}

/* The row of a letter, in a table and those in it; none if there is none. */
static struct option find_letter(const struct option_row *table, void *settings, char letter)
{
    for (const struct option_row *o = table; o->kind != OPTION_END; o++) {
        struct option found = {NULL, NULL, NULL};

        if (o->kind == OPTION_TABLE)
            found = find_letter(o->table, (char *)settings + o->offset, letter);
        else if (o->letter == letter)
            found = (struct option){o, NULL, settings};
        if (found.row)
            return found;
    }
    return (struct option){NULL, NULL, NULL};
}

static int set_number(const struct option_row *o, const char *value, unsigned *out, struct err *err)
{
    char *end;
    unsigned long n;

    errno = 0;
    n = strtoul(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || errno || n < o->least || n > o->most)
        return err_set(err, "--%s wants a number from %u to %u, not \"%s\"", o->name, o->least,
                       o->most, value);
    *out = (unsigned)n;
    return 0;
}

static int set_bytes(const struct option_row *o, const char *value, size_t *out, struct err *err)
{
    char *end;
    unsigned long long n;
    unsigned shift = 0;

    errno = 0;
    n = strtoull(value, &end, 10);
    switch (*end) {
    case 'k':
    case 'K':
        shift = 10;
        break;
    case 'm':
    case 'M':
        shift = 20;
        break;
    case 'g':
    case 'G':
        shift = 30;
        break;
    case 't':
    case 'T':
        shift = 40;
        break;
    default:
        break;
    }
    if (*value < '0' || *value > '9' || errno || end[shift ? 1 : 0] || n == 0 ||
        n > (SIZE_MAX / 4) >> shift)
        return err_set(err,
                       "--%s wants a number of bytes, also with k, M, G or T behind it, not \"%s\"",
                       o->name, value);
    *out = (size_t)n << shift;
    return 0;
}

static int set_choice(const struct option_row *o, const char *value, const char **out,
                      struct err *err)
{
    size_t len = strlen(value);

    for (const char *p = o->choices; len; p++) {
        size_t n = strcspn(p, "|");

        if (n == len && memcmp(p, value, n) == 0) {
            *out = value;
            return 0;
        }
        p += n;
        if (!*p)
            break;
    }
    return err_set(err, "--%s wants one of %s, not \"%s\"", o->name, o->choices, value);
}

static int set(const struct option_row *o, const char *value, void *settings, struct err *err)
{
    void *field = (char *)settings + o->offset;

    switch (o->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return 0;
    case OPTION_TEXT:
        *(const char **)field = value;
        return 0;
    case OPTION_NUMBER:
        return set_number(o, value, field, err);
    case OPTION_BYTES:
        return set_bytes(o, value, field, err);
    case OPTION_CHOICE:
        return set_choice(o, value, field, err);
    case OPTION_CALL:
        return o->call(settings, value, err);
    case OPTION_TABLE:
    case OPTION_END:
        break;
    }
    return 0;
}

/* "--name", "--name=value", "--name value"; *i moves on over a value. */
static int parse_long(const struct option_row *table, int argc, char **argv, int *i, void *settings,
                      struct err *err)
{
    const char *word = argv[*i] + 2, *equals = strchr(word, '='),
               *value = equals ? equals + 1 : NULL;
    struct option found =
        find_long(table, settings,
                  (struct slice){word, equals ? (size_t)(equals - word) : strlen(word)}, err);
    const struct option_row *o = found.row;

    if (!o)
        return -1;
    if (o->kind == OPTION_FLAG && value)
        return err_set(err, "--%s takes no value", o->name);
    if (o->kind != OPTION_FLAG && !value) {
        if (*i + 1 == argc)
            return err_set(err, "--%s wants a value (%s)", o->name, o->value);
        value = argv[++*i];
    }
    return set(o, value, found.settings, err);
}

/* "-x", "-xyz" of flags, "-o value", "-ovalue". */
static int parse_letters(const struct option_row *table, int argc, char **argv, int *i,
                         void *settings, bool *help, struct err *err)
{
    for (const char *p = argv[*i] + 1; *p; p++) {
        struct option found;
        const struct option_row *o;

        if (*p == 'h') {
            *help = true;
            return 0;
        }
        found = find_letter(table, settings, *p);
        o = found.row;
        if (!o)
            return err_set(err, "unknown option -%c", *p);
        if (o->kind == OPTION_FLAG) {
            if (set(o, NULL, found.settings, err) < 0)
                return -1;
            continue;
        }
        if (p[1])
            return set(o, p + 1, found.settings, err);
        if (*i + 1 == argc)
            return err_set(err, "-%c wants a value (%s)", o->letter, o->value);
        return set(o, argv[++*i], found.settings, err);
    }
    return 0;
}

int options_parse(const struct option_row *table, int argc, char **argv, void *settings,
                  int (*positional)(void *settings, const char *word, struct err *err), bool *help,
                  struct err *err)
{
    bool options_over = false;

    *help = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        int rc;

        if (options_over || word[0] != '-' || word[1] == '\0') {
            rc = positional(settings, word, err);
        } else if (strcmp(word, "--") == 0) {
            options_over = true;
            rc = 0;
        } else if (strcmp(word, "--help") == 0) {
            *help = true;
            return 0;
        } else if (word[1] == '-') {
            rc = parse_long(table, argc, argv, &i, settings, err);
        } else {
            rc = parse_letters(table, argc, argv, &i, settings, help, err);
        }
        if (rc < 0)
            return -1;
        if (*help)
            return 0;
    }
    return 0;
}

void options_each(const struct option_row *table,
                  void (*fn)(void *context, const struct option_row *row), void *context)
{
    for (const struct option_row *o = table; o->kind != OPTION_END; o++) {
        if (o->kind == OPTION_TABLE)
            options_each(o->table, fn, context);
        else
            fn(context, o);
    }
}

static void print_rows(const struct option_row *table)
{
    for (const struct option_row *o = table; o->kind != OPTION_END; o++) {
        char left[64];

        if (o->kind == OPTION_TABLE)
            continue;
        if (o->letter)
            snprintf(left, sizeof left, "-%c, --%s%s%s", o->letter, o->name, o->value ? " " : "",
                     o->value ? o->value : "");
        else
            snprintf(left, sizeof left, "    --%s%s%s", o->name, o->value ? " " : "",
                     o->value ? o->value : "");
        printf("  %-26s  %s\n", left, o->about);
    }
}

void options_print(const struct option_row *table)
{
    print_rows(table);
    printf("  %-26s  %s\n", "-h, --help", "this text");
    for (const struct option_row *o = table; o->kind != OPTION_END; o++) {
        if (o->kind == OPTION_TABLE) {
            printf("\n%s:\n", o->about);
            print_rows(o->table);
        }
    }
}
