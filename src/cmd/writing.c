/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/writing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"

enum exit_status report_plots(enum plot_result result, const char *folder, const struct err *err,
                              bool *drawn)
{
    switch (result) {
    case PLOTS_DRAWN:
        *drawn = true;
        return EXIT_DONE;
    case PLOTS_NO_GNUPLOT:
        diag("gnuplot is not installed; for the graphs, install it (apt-get install gnuplot-nox) "
             "and run: "
             "cd %s && for f in *.gp; do gnuplot -d \"$f\"; done",
             folder);
        return EXIT_DONE;
    case PLOTS_FAILED:
        break;
    }
    diag("%s", err->text);
    return EXIT_IO;
}

enum table_style table_style_of(const char *format)
{
    if (strcmp(format, "markdown") == 0)
        return TABLE_MARKDOWN;
    return isatty(STDOUT_FILENO) && !getenv("NO_COLOR") ? TABLE_COLOUR : TABLE_PLAIN;
}

void print_summary(const struct strbuf *text, enum table_style style, const char *folder,
                   bool drawn)
{
    fwrite(text->data, 1, text->len, stdout);
    if (folder && style != TABLE_MARKDOWN)
        printf("\nCSV files%s are in %s\n", drawn ? " and graphs" : "", folder);
}
