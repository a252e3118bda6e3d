/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writing.h - the folder of -o: its options and what there is to say of its plots, the same for all
 * commands
 */
#ifndef CICERONE_WRITING_H
#define CICERONE_WRITING_H

#include "cmd/command.h"
#include "output/out_gnuplot.h"
#include "output/table.h"

/* Rows for a command's table: text, choice and flag of its settings, at these offsets. */
#define OUTPUT_ROW(at)                                                                             \
    {                                                                                              \
        .kind = OPTION_TEXT, .name = "output", .letter = 'o', .value = "DIR", .offset = (at),      \
        .about = "write CSV, statistics, gnuplot scripts and graphs to this folder"                \
    }
#define IMAGE_ROW(at)                                                                              \
    {                                                                                              \
        .kind = OPTION_CHOICE, .name = "image", .value = "TYPE", .offset = (at),                   \
        .choices = "svg|png|pdf", .about = "type of the graphs: svg (default), png, pdf"           \
    }
#define PLOT_ROW(at)                                                                               \
    {                                                                                              \
        .kind = OPTION_TEXT, .name = "plot", .value = "KIND,...", .offset = (at),                  \
        .about = "the kinds of graphs, or all; cicerone plot --list names them"                    \
    }
#define TITLE_ROW(at)                                                                              \
    {                                                                                              \
        .kind = OPTION_TEXT, .name = "title", .value = "TEXT", .offset = (at),                     \
        .about = "what the graphs call this run"                                                   \
    }
#define NO_PLOTS_ROW(at)                                                                           \
    {                                                                                              \
        .kind = OPTION_FLAG, .name = "no-plots", .offset = (at),                                   \
        .about = "with -o: no scripts and graphs"                                                  \
    }

/* The type of the graphs where they may also go to the terminal. */
#define IMAGE_OR_SCREEN_ROW(at)                                                                    \
    {                                                                                              \
        .kind = OPTION_CHOICE, .name = "image", .value = "TYPE", .offset = (at),                   \
        .choices = "svg|png|pdf|dumb|sixel",                                                       \
        .about = "type of the graphs: svg (default), png, pdf; dumb, sixel: here, in the terminal" \
    }

/* Does --image mean graphs in the terminal? */
bool is_screen(const char *image);

/*
 * The kinds that --plot names, or the usual ones.  "dumb" and "sixel" among them stand for --image,
 * which is set to them; in the terminal one kind is usual.
 */
int choose_kinds(struct plot_choice *choice, const char *plots, const char **image, unsigned runs,
                 struct err *err);

/* Standard output, as something to draw to. */
struct plot_screen screen_of_stdout(void);

/* Say what was wrong with the plots of a folder, or of a screen if it is NULL; *drawn is set if
 * nothing was. */
enum exit_status report_plots(enum plot_result result, const char *folder, const struct err *err,
                              bool *drawn);

/* How a table is printed to standard output: format is "markdown" or another. */
enum table_style table_style_of(const char *format);

/* A summary to standard output, and behind it where files were written, if they were. */
void print_summary(const struct strbuf *text, enum table_style style, const char *folder,
                   bool drawn);

#endif
