# SPDX-License-Identifier: Apache-2.0
#
# Each app of Cedar by when it was pushed and started, and how long that took: two panels, push above
# start, a colour for each type of app. Red triangles failed. Bands are the batches.
#
# Data file: blocks of lines
#   seconds_of_begin seconds_it_took
# each after a comment line with its name, two blank lines between blocks; an empty one has a line of NaN.
#   push_NN, start_NN (per type: those that succeeded), push_failed, start_failed
# Header: type_count, type_name[], type_color[], batch_count and, if it is not 0, batch_number[],
# batch_from[], batch_to[] (seconds), push_failed, start_failed (counts), x_max, push_y_max, start_y_max.

canvas_width = page_width
left = 76
right = 34
plot_height = 300
gap = 64

# The legend: a grid of as many columns as fit.
legend_text = 0
do for [k = 1:type_count] { legend_text = most(legend_text, least(36, strlen(type_name[k]))) }
legend_pitch = 18 + text_width(legend_text, 11.5) + 12
legend_columns = int(clamp(floor((canvas_width - page_left - 10) / legend_pitch), 1, most(1, type_count)))
legend_rows = (type_count + legend_columns - 1) / legend_columns
failures = push_failed + start_failed
top = title_room + 18 * (legend_rows + (failures > 0)) + 40
canvas_height = int(top + 2 * plot_height + gap + 52 + note_room)

eval open_canvas
set multiplot
eval draw_page
do for [k = 1:type_count] {
  x = page_left + ((k - 1) % legend_columns) * legend_pitch
  y = title_room + 10 + ((k - 1) / legend_columns) * 18
  set object 1000 + k rectangle from screen X(x), screen Y(y + 6) to screen X(x + 12), screen Y(y - 6) fillcolor rgb type_color[k] fillstyle solid noborder
  set label 1000 + k shorten(type_name[k], 36) at screen X(x + 18), screen Y(y) left noenhanced font "sans-serif,11.5" tc rgb ink
}
if (failures > 0) {
  y = title_room + 10 + legend_rows * 18
  set label 2000 "" at screen X(page_left + 6), screen Y(y) point pt 9 ps 1.0 lc rgb "#c00000"
  set label 2001 sprintf("failed (push %d, start %d)", push_failed, start_failed) at screen X(page_left + 18), screen Y(y) left noenhanced font "sans-serif,11.5" tc rgb ink
}
unset border
unset tics
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:1]
set yrange [0:1]
plot NaN notitle
unset label
unset object

set border 3 lc rgb grey lw 1
set lmargin at screen X(left)
set rmargin at screen X(canvas_width - right)
if (!(x_max > 0)) { x_max = 1 }
do for [panel = 1:2] {
  step = panel == 1 ? "push" : "start"
  y_max = panel == 1 ? push_y_max : start_y_max
  if (!(y_max > 0)) { y_max = 1 }
  y = top + (panel - 1) * (plot_height + gap)
  set tmargin at screen Y(y)
  set bmargin at screen Y(y + plot_height)
  set xrange [-0.01 * x_max:x_max * 1.01]
  set yrange [0:y_max * 1.06]
  set grid xtics ytics back lt 1 lw 1 lc rgb pale
  set xtics nice_step(x_max, 12) nomirror out scale 0.6 font text_font tc rgb ink format "%.10g"
  set ytics nice_step(y_max, 6) nomirror out scale 0.6 font text_font tc rgb ink format "%.10g"
  set xlabel "seconds since the first push, when the " . step . " began" noenhanced font text_font tc rgb ink
  set label 1 "seconds the " . step . " took" at screen X(22), graph 0.5 center rotate by 90 noenhanced font text_font tc rgb ink
  do for [b = 1:batch_count] {
    from = clamp(batch_from[b], -0.01 * x_max, x_max * 1.01)
    to = clamp(batch_to[b], -0.01 * x_max, x_max * 1.01)
    set object 100 + b rectangle from first from, graph 0 to first to, graph 1 behind fillcolor rgb band fillstyle solid border lc rgb pale
    if (panel == 1 && batch_count <= 40) {
      set label 100 + b sprintf("batch %d", batch_number[b]) at first 0.5 * (from + to), screen Y(y - 10) center noenhanced font small_font tc rgb grey
    }
  }
  plot for [k = 1:type_count] datafile index sprintf("%s_%02d", step, k) using 1:2 with points pt 7 ps 0.75 lc rgb "#ffffff" notitle, \
    for [k = 1:type_count] datafile index sprintf("%s_%02d", step, k) using 1:2 with points pt 7 ps 0.6 lc rgb type_color[k] notitle, \
    datafile index step . "_failed" using 1:2 with points pt 9 ps 1.5 lc rgb "#ffffff" notitle, \
    datafile index step . "_failed" using 1:2 with points pt 9 ps 1.0 lc rgb "#c00000" notitle
  unset label
  unset object
}
unset multiplot
set output
