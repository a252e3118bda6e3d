/* SPDX-License-Identifier: Apache-2.0 */
#include "output/out_html.h"

#include <string.h>

#include "base/embedded.h"
#include "output/findings.h"
#include "output/out_table.h"
#include "output/quote.h"

#define PAGE  "report/page.html"
#define CLEFT "<!-- content -->\n" /* where the page is parted */

/* Of inputs with problems, this many are named. */
#define MAX_PROBLEMS 50

static void put(FILE *f, struct strbuf *b)
{
    fwrite(b->data, 1, b->len, f);
    strbuf_release(b);
}

static void add_problems(struct strbuf *b, const struct inputs *inputs)
{
    size_t count = 0;

    for (size_t i = 0; i < inputs->count; i++) {
        for (const struct input *in = &inputs->list[i]; in; in = in->next) {
            if (!in->problem || ++count > MAX_PROBLEMS)
                continue;
            strbuf_str(b, count == 1 ? "<h2>Trouble with inputs</h2>\n<ul>\n<li>" : "<li>");
            quote_html(b, slice_of(in->path));
            strbuf_str(b, ": ");
            quote_html(b, slice_of(in->problem));
            strbuf_str(b, "</li>\n");
        }
    }
    if (count > MAX_PROBLEMS)
        strbuf_printf(b, "<li>and %zu more</li>\n", count - MAX_PROBLEMS);
    if (count)
        strbuf_str(b, "</ul>\n");
}

void html_open(FILE *f, const struct inputs *inputs)
{
    const struct embedded *page = embedded_find(PAGE);
    struct strbuf b = STRBUF_INIT;

    strbuf_add(&b, page->bytes, (size_t)(strstr(page->bytes, CLEFT) - page->bytes));
    add_problems(&b, inputs);
    put(f, &b);
}

void html_close(FILE *f)
{
    const struct embedded *page = embedded_find(PAGE);

    fputs(strstr(page->bytes, CLEFT) + strlen(CLEFT), f);
}

static void add_findings(struct strbuf *b, const struct run *run)
{
    struct strbuf lines = STRBUF_INIT;

    findings_add(run, &lines);
    if (lines.len)
        strbuf_str(b, "<ul class=\"findings\">\n");
    for (const char *p = lines.data; p && *p;) {
        size_t len = strcspn(p, "\n");

        strbuf_str(b, "<li>");
        quote_html(b, (struct slice){p, len});
        strbuf_str(b, "</li>\n");
        p += len + (p[len] == '\n');
    }
    if (lines.len)
        strbuf_str(b, "</ul>\n");
    strbuf_release(&lines);
}

int html_run(FILE *f, const struct run *run, unsigned number, const struct html_options *options,
             struct err *err)
{
    struct table_options tables = {.style = TABLE_HTML};
    struct strbuf b = STRBUF_INIT;
    int rc = 0;

    strbuf_printf(&b, "<section id=\"lifecycle-%u\">\n<h2>", number);
    quote_html(&b, slice_of(run->lc->title));
    strbuf_str(&b, "</h2>\n");
    add_findings(&b, run);
    put(f, &b);
    if (run->timelines->count)
        rc = html_timelines(f, run, err);
    out_table(&b, run, &tables);
    put(f, &b);
    if (run->timelines->count && run->stats->first_stage != NO_STAGE && options->plots &&
        html_plots(f, run, options->jobs, err) < 0)
        rc = -1;
    fputs("</section>\n", f);
    return rc;
}
