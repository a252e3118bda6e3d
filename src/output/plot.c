/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include "output/quote.h"

struct plot plot_of(const struct run *run, const struct palette *palette, bool plain_glyphs,
                    struct strbuf *head, struct strbuf *data)
{
    struct plot p = {.run = run,
                     .lc = run->lc,
                     .t = run->timelines,
                     .palette = palette,
                     .plain_glyphs = plain_glyphs,
                     .head = head,
                     .data = data};

    for (size_t i = 0; i < run->lc->stage_count; i++) {
        if (run->timelines->seen[i])
            p.stages[p.stage_count++] = i;
    }
    return p;
}

void plot_add_text(struct plot *p, struct slice text)
{
    size_t from = p->head->len;

    quote_gnuplot(p->head, text);
    if (!p->plain_glyphs)
        return;
    /* U+2E80 and above: three bytes from E2 BA 80 on, or four */
    for (size_t i = from; i < p->head->len; i++) {
        unsigned char *c = (unsigned char *)p->head->data + i;

        if (c[0] >= 0xf0) {
            memcpy(c, "?   ", 4);
        } else if (c[0] >= 0xe3 || (c[0] == 0xe2 && c[1] >= 0xba)) {
            memcpy(c, "?  ", 3);
        }
    }
}

void plot_set_text(struct plot *p, const char *name, const char *text)
{
    strbuf_printf(p->head, "%s = ", name);
    plot_add_text(p, slice_of(text));
    strbuf_char(p->head, '\n');
}

void plot_set_number(struct plot *p, const char *name, double value)
{
    strbuf_printf(p->head, "%s = %.9g\n", name, value);
}

void plot_open_array(struct plot *p, const char *name, size_t count)
{
    strbuf_printf(p->head, "array %s[%zu] = [", name, count);
}

void plot_next_item(struct plot *p, size_t i)
{
    if (i)
        strbuf_str(p->head, ", ");
}

void plot_close_array(struct plot *p)
{
    strbuf_str(p->head, "]\n");
}

const char *plot_color(const struct plot *p, size_t stage)
{
    return p->palette->colors[stage % p->palette->count];
}

void plot_set_stages(struct plot *p)
{
    plot_set_number(p, "stage_count", (double)p->stage_count);
    plot_open_array(p, "stage_name", p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(p->lc->stages[p->stages[i]].name));
    }
    plot_close_array(p);
    plot_open_array(p, "stage_color", p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        plot_next_item(p, i);
        plot_add_text(p, slice_of(plot_color(p, p->stages[i])));
    }
    plot_close_array(p);
}

/* Which stages are missing from the picture. */
static void add_unseen(const struct plot *p, struct strbuf *note)
{
    bool first = true;

    for (size_t i = 0; i < p->lc->stage_count; i++) {
        if (p->t->seen[i])
            continue;
        strbuf_printf(note, "%s%s",
                      !first      ? ", "
                      : note->len ? "; not seen in this run: "
                                  : "not seen in this run: ",
                      p->lc->stages[i].name);
        first = false;
    }
}

int64_t plot_zero(const struct timelines *t)
{
    return t->zero_ns != NSTIME_NONE || !t->count ? t->zero_ns : t->list[0]->start_ns;
}

void plot_set_common(struct plot *p, const struct plot_kind *kind, struct strbuf *note)
{
    struct strbuf b = STRBUF_INIT;

    add_unseen(p, note);

    strbuf_printf(&b, "%s: %s", p->lc->title, kind->title);
    plot_set_text(p, "title_text", b.data);
    strbuf_reset(&b);
    add_count(&b, p->t->count);
    strbuf_printf(&b, " %s: ", p->t->count == 1 ? p->lc->noun : p->lc->noun_plural);
    run_add_outcomes(p->run, &b);
    if (p->t->count) {
        strbuf_str(&b, "; time zero ");
        nstime_add_rfc3339(&b, plot_zero(p->t), 3);
    }
    plot_set_text(p, "subtitle_text", b.data);
    plot_set_text(p, "note_text", note->len ? note->data : "");
    plot_set_text(p, "noun", p->lc->noun);
    plot_set_text(p, "noun_plural", p->lc->noun_plural);
    strbuf_release(&b);
}

static void open_block(struct plot *p, const char *name)
{
    strbuf_printf(p->data, "%s# %s\n", p->data->len ? "\n\n" : "", name);
}

void plot_add_seconds(struct strbuf *b, int64_t ns)
{
    strbuf_char(b, ' ');
    nstime_add_seconds(b, ns);
}

void plot_put_block(struct plot *p, const char *name, struct strbuf *lines, const char *if_empty)
{
    open_block(p, name);
    if (lines->len)
        strbuf_add(p->data, lines->data, lines->len);
    else
        strbuf_str(p->data, if_empty);
    strbuf_release(lines);
}
