# SPDX-License-Identifier: Apache-2.0
#
# Occupancy: how many entities are on their way to each stage, over time, as areas one on the other. The
# colour is that of the stage they wait for, as in the bars of the timelines: an area that swells is a
# queue in front of its stage.
#
# Data file: one line per bin:
#   x n_1 ... n_N          its middle, and the mean number over it, stage by stage
# Header: x_label, x_min, x_max, bin_text (the width of a bin), stage_count, stage_name[], stage_color[],
# stage_peak[], peak (of all together), legend_text[].

canvas_width = page_width
eval measure_legend
left = 84
right = 34
top = title_room + legend_line * legend_rows + 18
plot_height = 560
canvas_height = int(top + plot_height + 52 + note_room)
if (!(peak > 0)) { peak = 1 }
note_text = note_text . (note_text eq "" ? "" : "; ") . "each point is the mean over " . bin_text

eval open_canvas
eval draw_page
eval draw_legend
set lmargin at screen X(left)
set rmargin at screen X(canvas_width - right)
set tmargin at screen Y(top)
set bmargin at screen Y(top + plot_height)
set border 3 lc rgb grey lw 1
set xrange [x_min:x_max]
set yrange [0:peak * 1.04]
set grid xtics ytics front lt 1 lw 1 lc rgb "#c0606060"
set xtics nice_step(x_max - x_min, 12) nomirror out scale 0.6 font text_font tc rgb ink format "%.10g"
set ytics nice_step(peak, 8) nomirror out scale 0.6 font text_font tc rgb ink format "%.10g"
set xlabel x_label noenhanced font text_font tc rgb ink
set label 4 noun_plural . " on their way to a stage" at screen X(22), graph 0.5 center rotate by 90 noenhanced font text_font tc rgb ink

if (stage_count == 0) {
  plot NaN notitle
} else {
  plot for [k = stage_count:1:-1] datafile using 1:(sum [i = 1:k] column(i + 1)) with filledcurves y=0 fc rgb stage_color[k] fs solid noborder notitle
}
set output
