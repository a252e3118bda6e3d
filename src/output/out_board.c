/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board: pictures side by side, in their groups, and below each group what is not there.  The
 * page has no script, and all text goes through quote_html().
 */
#include "output/out_series.h"

#include "output/quote.h"

static const char head[] =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<title>Diego health</title>\n<style>\n"
    "body { font-family: sans-serif; color: #222222; background: #ffffff; margin: 20px; }\n"
    "h1 { font-size: 20px; } h2 { font-size: 16px; border-bottom: 1px solid #dddddd; }\n"
    "figure { margin: 0; } p, li, figcaption { color: #666666; font-size: 13px; }\n"
    ".row { display: grid; grid-template-columns: repeat(auto-fill, minmax(440px, 1fr)); gap: 8px; "
    "}\n"
    "img { width: 100%; border: 1px solid #dddddd; }\n"
    "</style>\n</head>\n<body>\n<h1>Diego health</h1>\n";

static void put_text(FILE *f, const char *before, const char *text, const char *after)
{
    struct strbuf b = STRBUF_INIT;

    strbuf_str(&b, before);
    quote_html(&b, slice_of(text));
    strbuf_str(&b, after);
    fwrite(b.data, 1, b.len, f);
    strbuf_release(&b);
}

static bool is_of(const struct filled *f, const char *group)
{
    return strcmp(f->series->group, group) == 0;
}

/* Has the group of this series been shown with one before it? */
static bool is_done(const struct series_out *o, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (is_of(&o->list[k], o->list[i].series->group))
            return true;
    }
    return false;
}

static void put_pictures(FILE *f, const struct series_out *o, const char *group, const char *image)
{
    fputs("<div class=\"row\">\n", f);
    for (size_t i = 0; i < o->count; i++) {
        const struct series *s = o->list[i].series;

        if (!is_of(&o->list[i], group) || o->list[i].why)
            continue;
        /* the names are of letters, digits and - */
        fprintf(f, "<figure><a href=\"%s.%s\"><img src=\"%s.%s\"", s->name, image, s->name, image);
        put_text(f, " alt=\"", s->title, "\"></a>\n");
        put_text(f, "<figcaption>", s->about, "</figcaption></figure>\n");
    }
    fputs("</div>\n", f);
}

static void put_absent(FILE *f, const struct series_out *o, const char *group)
{
    fputs("<ul>\n", f);
    for (size_t i = 0; i < o->count; i++) {
        if (!is_of(&o->list[i], group) || !o->list[i].why)
            continue;
        put_text(f, "<li>", o->list[i].series->title, ": ");
        put_text(f, "", o->list[i].why, "</li>\n");
    }
    fputs("</ul>\n", f);
}

static size_t count_absent(const struct series_out *o, const char *group, bool absent)
{
    size_t count = 0;

    for (size_t i = 0; i < o->count; i++)
        count += is_of(&o->list[i], group) && (o->list[i].why != NULL) == absent;
    return count;
}

void out_series_board(FILE *f, const struct series_out *o, const char *image)
{
    struct strbuf span = STRBUF_INIT;

    fputs(head, f);
    if (o->grid->count)
        series_add_span(&span, o->grid);
    put_text(f, "<p>", span.data ? span.data : "no lines", "</p>\n");
    for (size_t i = 0; i < o->count; i++) {
        const char *group = o->list[i].series->group;

        if (is_done(o, i))
            continue;
        put_text(f, "<h2>", group, "</h2>\n");
        if (count_absent(o, group, false))
            put_pictures(f, o, group, image);
        if (count_absent(o, group, true))
            put_absent(f, o, group);
    }
    fputs("</body>\n</html>\n", f);
    strbuf_release(&span);
}
