/* SPDX-License-Identifier: Apache-2.0 */
#include "output/plot.h"

#include <math.h>
#include <stdlib.h>

#include "base/xalloc.h"

/* Two pixels of the picture each. */
#define BINS 600

/* The mean number of entities on their way to one stage, per bin. */
struct occupancy {
    double *part; /* of pieces that begin or end within the bin */
    double *step; /* change, from the bin before, of those that fill it */
};

static void add_piece(struct occupancy *o, double from, double to)
{
    size_t i = from >= BINS ? BINS - 1 : (size_t)from, k = to >= BINS ? BINS - 1 : (size_t)to;

    if (i == k) {
        o->part[i] += to - from;
        return;
    }
    o->part[i] += (double)(i + 1) - from;
    o->part[k] += to - (double)k;
    o->step[i + 1] += 1;
    o->step[k] -= 1;
}

static void count(const struct plot *p, struct occupancy *stages, int64_t low_ns, double bin_ns)
{
    int64_t zero = plot_zero(p->t);

    for (size_t i = 0; i < p->t->count; i++) {
        struct piece piece = {0};

        while (plot_next_piece(p, p->t->list[i], &piece)) {
            double from = (double)nstime_between(zero, piece.from_ns) - (double)low_ns,
                   to = (double)nstime_between(zero, piece.to_ns) - (double)low_ns;

            if (!piece.back && to > from)
                add_piece(&stages[piece.stage], fmax(from, 0) / bin_ns, to / bin_ns);
        }
    }
}

/* The lines of the data file, peaks has a place per stage and one for all. */
static void add_lines(const struct occupancy *stages, size_t count, double low_s, double bin_s,
                      double *peaks, struct strbuf *out)
{
    double *full = xcalloc(count + 1, sizeof *full);

    for (size_t i = 0; i < BINS; i++) {
        double all = 0;

        strbuf_printf(out, "%.9f", low_s + bin_s * ((double)i + 0.5));
        for (size_t k = 0; k < count; k++) {
            double n;

            full[k] += stages[k].step[i];
            n = fmax(0, full[k] + stages[k].part[i]);
            peaks[k] = fmax(peaks[k], n);
            all += n;
            strbuf_printf(out, " %.4f", n);
        }
        peaks[count] = fmax(peaks[count], all);
        strbuf_char(out, '\n');
    }
    free(full);
}

static void set_legend(struct plot *p, const double *peaks)
{
    struct strbuf b = STRBUF_INIT;

    plot_open_array(p, "legend_text", p->stage_count);
    for (size_t i = 0; i < p->stage_count; i++) {
        plot_next_item(p, i);
        strbuf_reset(&b);
        strbuf_printf(&b, "%s, up to ", p->lc->stages[p->stages[i]].name);
        if (peaks[i] < 9.95)
            strbuf_printf(&b, "%.1f", peaks[i]);
        else
            add_count(&b, (uint64_t)llround(peaks[i]));
        plot_add_text(p, (struct slice){b.data, b.len});
    }
    plot_close_array(p);
    strbuf_release(&b);
}

void plot_build_occupancy(struct plot *p)
{
    struct occupancy stages[LIFECYCLE_MAX_STAGES];
    double peaks[LIFECYCLE_MAX_STAGES + 1] = {0}, bin_ns;
    struct strbuf lines = STRBUF_INIT, note = STRBUF_INIT, bin = STRBUF_INIT;
    size_t all = p->stage_count, first;
    int64_t low_ns, high_ns;

    for (size_t i = 0; i < p->stage_count; i++) {
        stages[i].part = xcalloc(BINS + 1, sizeof(double));
        stages[i].step = xcalloc(BINS + 1, sizeof(double));
    }
    plot_time_span(p->t, &low_ns, &high_ns);
    bin_ns = fmax((double)high_ns - (double)low_ns, BINS) / BINS;
    count(p, stages, low_ns, bin_ns);
    first = p->stages[0] == p->run->stats->first_stage; /* no piece leads to that one */
    plot_drop_first(p);
    add_lines(stages + first, p->stage_count, (double)low_ns / 1e9, bin_ns / 1e9, peaks, &lines);
    plot_note_idle(p, &note);
    plot_set_common(p, &note);
    plot_set_time_label(p);
    plot_set_seconds(p, "x_min", low_ns);
    plot_set_number(p, "x_max", (double)low_ns / 1e9 + bin_ns / 1e9 * BINS);
    nstime_add_human(&bin, (int64_t)bin_ns, false);
    plot_set_text(p, "bin_text", bin.data);
    plot_set_stages(p);
    plot_set_numbers(p, "stage_peak", peaks, p->stage_count);
    plot_set_number(p, "peak", peaks[p->stage_count]);
    set_legend(p, peaks);
    plot_put_block(p, "occupancy", &lines, "0\n");
    for (size_t i = 0; i < all; i++) {
        free(stages[i].part);
        free(stages[i].step);
    }
    strbuf_release(&note);
    strbuf_release(&bin);
}
