/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input.h - from arguments to the list of what is to be read
 *
 * An argument is a file of any kind, "-" for standard input, or a folder,
 * which is walked for logs and bundles by their names (names.h).  A folder's files come in the
 * order of their names.  Links are followed, loops are not.  The members of a bundle are inputs
 * too, which come up while it is read.
 */
#ifndef CICERONE_INPUT_H
#define CICERONE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "input/origin.h"

/* How an input fared, worst last. */
enum input_state {
    INPUT_FINE,
    INPUT_DAMAGED, /* a part could be used */
    INPUT_FAILED,  /* nothing could be used, or reading broke off with an error of the system */
};

struct input {
    char *path; /* as shown to the user; of a member "BUNDLE: MEMBER" */
    struct origin origin;
    enum input_state state;
    char *problem;       /* a sentence, NULL while fine */
    uint64_t bytes;      /* unpacked bytes read */
    uint64_t long_lines; /* lines left out for their length */
    bool bundle;         /* holds no lines itself */
    uint64_t left_out;   /* files in it, on all levels, that are no logs */
    struct input *next;  /* of a bundle, the first member that was read; of a member, the next */
    size_t member;       /* of an argument's members the how many-th, from 1; 0: an argument */
};

struct inputs {
    struct input *list;
    size_t count;
};

#define INPUTS_INIT                                                                                \
    {                                                                                              \
        NULL, 0                                                                                    \
    }

/*
 * Add what an argument names.  A folder that cannot be read or holds no log is added as a failed
 * input.  origin, where not NULL, replaces what the path says.
 */
void inputs_add(struct inputs *inputs, const char *argument, const struct origin *origin);

/* The first input that gives its bytes only once, as pipes and terminals do; NULL if none is so. */
const struct input *inputs_once(const struct inputs *inputs);

/* Add the inputs of another list that could be opened, with their origins, to be read once more. */
void inputs_add_again(struct inputs *inputs, const struct inputs *others);
void inputs_release(struct inputs *inputs);

/* A member of a bundle, or of a bundle in it; it is linked to none yet.  Takes the origin. */
struct input *input_new_member(const struct input *bundle, const char *name, struct origin origin);
void input_free_member(struct input *in);

/* What messages call it: its path, or "standard input". */
const char *input_title(const struct input *in);

/* How many files with lines there are, those in bundles that were read so far too. */
size_t inputs_files(const struct inputs *inputs);

/* How many bytes were read of all of them, unpacked. */
uint64_t inputs_bytes(const struct inputs *inputs);

/* Note a problem; the first one, and the worse state, stay. */
void input_problem(struct input *in, enum input_state state, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
