/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/writing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/strbuf.h"
#include "cmd/terminal.h"

bool is_screen(const char *image)
{
    return strcmp(image, "dumb") == 0 || strcmp(image, "sixel") == 0;
}

/* The kinds among the names; words that say where to draw go to *image. */
static void part_names(const char *names, struct strbuf *kinds, const char **image)
{
    static const char *const screens[] = {"dumb", "sixel"};

    for (const char *p = names;; p++) {
        struct slice name = {p, strcspn(p, ",")};
        bool kind = true;

        for (size_t i = 0; i < sizeof screens / sizeof *screens; i++) {
            if (!slice_eq(name, slice_of(screens[i])))
                continue;
            *image = screens[i];
            kind = false;
        }
        if (kind) {
            strbuf_str(kinds, kinds->len ? "," : "");
            strbuf_slice(kinds, name);
        }
        p += name.len;
        if (!*p)
            return;
    }
}

int choose_kinds(struct plot_choice *choice, const char *plots, const char **image, unsigned runs,
                 struct err *err)
{
    struct strbuf kinds = STRBUF_INIT;
    bool any;
    int rc;

    if (plots)
        part_names(plots, &kinds, image);
    any = kinds.len > 0 || (plots && !is_screen(*image));
    if (!any && is_screen(*image) && runs == 1) {
        strbuf_str(&kinds, "shares");
        any = true;
    }
    rc = plot_choose(choice, any ? kinds.data : NULL, runs, err);
    strbuf_release(&kinds);
    return rc;
}

struct plot_screen screen_of_stdout(void)
{
    bool terminal = isatty(STDOUT_FILENO);
    struct terminal size = terminal_size(STDOUT_FILENO);

    return (struct plot_screen){stdout, size.columns, size.lines - 1, size.pixels,
                                terminal && !getenv("NO_COLOR")};
}

enum exit_status report_plots(enum plot_result result, const char *folder, const struct err *err,
                              bool *drawn)
{
    switch (result) {
    case PLOTS_DRAWN:
        *drawn = true;
        return EXIT_DONE;
    case PLOTS_NO_GNUPLOT:
        if (!folder) {
            diag("gnuplot is not installed; it draws the graphs (apt-get install gnuplot-nox)");
            return EXIT_IO;
        }
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
