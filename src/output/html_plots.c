/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plots are drawn in a folder of their own and go into the page as images (data: URLs), which
 * run no script and see nothing of the page.
 */
#include "output/out_html.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/out_gnuplot.h"
#include "output/plot.h"
#include "output/quote.h"

/* All plots together, so that the page can be mailed. */
#define MAX_PLOT_BYTES ((long)3 << 20)

/* The script shows the timelines themselves. */
#define KINDS "occupancy,shares,distribution,boxes-by-vm,heat,histograms,correlation"

static void put_base64(FILE *f, const unsigned char *p, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < len; i += 3) {
        unsigned bits = (unsigned)p[i] << 16;

        if (i + 1 < len)
            bits |= (unsigned)p[i + 1] << 8;
        if (i + 2 < len)
            bits |= p[i + 2];
        fputc(digits[bits >> 18], f);
        fputc(digits[bits >> 12 & 63], f);
        fputc(i + 1 < len ? digits[bits >> 6 & 63] : '=', f);
        fputc(i + 2 < len ? digits[bits & 63] : '=', f);
    }
}

static void put_picture(FILE *f, const struct run *run, const struct plot_kind *kind, FILE *svg)
{
    struct strbuf title = STRBUF_INIT, b = STRBUF_INIT;
    unsigned char part[3 * 4096];
    size_t n;

    strbuf_printf(&title, "%s: %s", run->lc->title, kind->title);
    strbuf_str(&b, "<figure><img alt=\"");
    quote_html(&b, slice_of(title.data));
    strbuf_str(&b, "\" src=\"data:image/svg+xml;base64,");
    fwrite(b.data, 1, b.len, f);
    while ((n = fread(part, 1, sizeof part, svg)) > 0)
        put_base64(f, part, n);
    fputs("\"></figure>\n", f);
    strbuf_release(&title);
    strbuf_release(&b);
}

static int put_pictures(FILE *f, const struct run *run, const struct plot_options *options,
                        struct err *err)
{
    long total = 0;
    int rc = 0;

    for (size_t i = 0; i < options->choice->count && rc == 0; i++) {
        const struct plot_kind *kind = &options->choice->list[i];
        struct strbuf path = STRBUF_INIT;
        FILE *svg;

        strbuf_printf(&path, "%s/%s.svg", options->folder, kind->name);
        svg = fopen(path.data, "re");
        if (!svg)
            rc = err_set(err, "%s: %s", path.data, strerror(errno));
        if (svg && fseek(svg, 0, SEEK_END) == 0) {
            long size = ftell(svg);

            rewind(svg);
            if (total + size <= MAX_PLOT_BYTES) {
                total += size;
                put_picture(f, run, kind, svg);
            } else {
                fprintf(f, "<p>The plot %s is too large for this page.</p>\n", kind->name);
            }
        }
        if (svg)
            fclose(svg);
        strbuf_release(&path);
    }
    return rc;
}

/* A folder of files. */
static void remove_folder(const char *folder)
{
    DIR *d = opendir(folder);
    struct dirent *entry;

    while (d && (entry = readdir(d)))
        unlinkat(dirfd(d), entry->d_name, 0);
    if (d)
        closedir(d);
    rmdir(folder);
}

int html_plots(FILE *f, const struct run *run, unsigned jobs, struct err *err)
{
    const char *tmp = getenv("TMPDIR");
    struct strbuf folder = STRBUF_INIT;
    struct plot_choice choice;
    int rc;

    if (plot_choose(&choice, KINDS, 1, err) < 0)
        return -1;
    rc = 0;
    strbuf_printf(&folder, "%s/cicerone-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(folder.data)) {
        rc =
            err_set(err, "%s: can't make a folder for the plots: %s", folder.data, strerror(errno));
    } else {
        struct plot_options options = {&choice, folder.data, "svg", jobs, NULL, NULL};
        const struct plot_run plot_run = {run, NULL};

        fputs("<h3>Plots</h3>\n", f);
        switch (out_plots(&plot_run, 1, &options, err)) {
        case PLOTS_DRAWN:
            rc = put_pictures(f, run, &options, err);
            break;
        case PLOTS_NO_GNUPLOT:
            fputs("<p>There are none: gnuplot was not installed where this page was made.</p>\n",
                  f);
            break;
        case PLOTS_FAILED:
            fputs("<p>They could not be drawn.</p>\n", f);
            rc = -1;
            break;
        }
        remove_folder(folder.data);
    }
    strbuf_release(&folder);
    plot_choice_release(&choice);
    return rc;
}
