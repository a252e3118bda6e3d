# SPDX-License-Identifier: Apache-2.0
#
# Cumulative distribution of the durations: a curve per stage, and the total in black. How many of the
# entities were as quick as this, or quicker?
#
# Data file: blocks stage_01 ... stage_NN of lines
#   seconds fraction
# in order; the last one is the total. On a logarithmic axis a curve begins above 0 if some of its
# durations are not above zero.
# Header: x_log, x_min, x_max, stage_count (with the total), stage_name[], stage_color[], legend_text[].

canvas_width = page_width
eval measure_legend
left = 84
right = 34
top = title_room + legend_line * legend_rows + 18
plot_height = 600
canvas_height = int(top + plot_height + 52 + note_room)
if (!(x_max > x_min)) { x_max = x_min + (x_log ? x_min : 1) }

eval open_canvas
eval draw_page
eval draw_legend
set lmargin at screen X(left)
set rmargin at screen X(canvas_width - right)
set tmargin at screen Y(top)
set bmargin at screen Y(top + plot_height)
set border 3 lc rgb grey lw 1
set xrange [x_min:x_max]
set yrange [0:1.005]
if (x_log) {
  set logscale x 10
  log_low = x_min
  log_high = x_max
  log_names = 12
  eval log_xtics
  set xtics font text_font
  set xlabel "duration" font text_font tc rgb ink
} else {
  set xtics nice_step(x_max - x_min, 12) nomirror out scale 0.6 font text_font tc rgb ink format "%.10g"
  set xlabel "duration in seconds" font text_font tc rgb ink
}
set ytics ("0 %%" 0, "10 %%" 0.1, "25 %%" 0.25, "50 %%" 0.5, "75 %%" 0.75, "90 %%" 0.9, "100 %%" 1) nomirror out scale 0.6 font text_font tc rgb ink
set grid xtics ytics back lt 1 lw 1 lc rgb pale
set label 4 "part of the " . noun_plural . " that took no longer" at screen X(22), graph 0.5 center rotate by 90 noenhanced font text_font tc rgb ink

plot for [k = 1:stage_count] datafile index sprintf("stage_%02d", k) using 1:2 with steps \
  lt 1 lw (k == stage_count ? 3 : 2) lc rgb stage_color[k] notitle
set output
