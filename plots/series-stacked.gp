# SPDX-License-Identifier: Apache-2.0
#
# A series over time whose keys are parts of a whole: they lie on each other, and the upper edge is
# their sum. Where a bin has no value of a key there is nothing of its colour.
#
# Data file: blocks of lines
#   begin end low high
# (seconds since the epoch, and what lies below a part and with it), each after a comment line with its
# name, two blank lines between blocks; an empty one has a line of NaN.
#   line_NN (per key)
# Header: line_count, line_name[], line_color[], x_min, x_max (seconds since the epoch), y_max,
# unit_text.

canvas_width = least(page_width, 900)
left = 76
right = 24
plot_height = 280

# The legend: a grid of as many columns as fit.
legend_text = 0
do for [k = 1:line_count] { legend_text = most(legend_text, least(34, strlen(line_name[k]))) }
legend_pitch = 18 + text_width(legend_text, 11.5) + 12
legend_columns = int(clamp(floor((canvas_width - page_left - 10) / legend_pitch), 1, most(1, line_count)))
legend_rows = (line_count + legend_columns - 1) / legend_columns
top = title_room + 18 * legend_rows + 14
canvas_height = int(top + plot_height + 62)

eval open_canvas
eval draw_page
do for [k = 1:line_count] {
  x = page_left + ((k - 1) % legend_columns) * legend_pitch
  y = title_room + 10 + ((k - 1) / legend_columns) * 18
  set object 1000 + k rectangle from screen X(x), screen Y(y + 5) to screen X(x + 12), screen Y(y - 5) fillcolor rgb line_color[k] fillstyle solid noborder
  set label 1000 + k shorten(line_name[k], 34) at screen X(x + 18), screen Y(y) left noenhanced font "sans-serif,11.5" tc rgb ink
}

# A step that people count time in, which cuts the span into at most eight pieces.
time_steps = "0.001 0.01 0.1 1 2 5 10 15 30 60 120 300 600 900 1800 3600 7200 14400 28800 86400 172800 604800 2592000 31536000"
time_step = 315360000
do for [i = words(time_steps):1:-1] {
  if ((x_max - x_min) / real(word(time_steps, i)) <= 8) { time_step = real(word(time_steps, i)) }
}
time_format = time_step < 1 ? "%H:%M:%.3S" : time_step >= 86400 ? "%Y-%m-%d" : x_max - x_min > 86400 ? "%d %H:%M" : "%H:%M:%S"

if (!(y_max > 0)) { y_max = 1 }
set border 3 lc rgb grey lw 1
set lmargin at screen X(left)
set rmargin at screen X(canvas_width - right)
set tmargin at screen Y(top)
set bmargin at screen Y(top + plot_height)
set xrange [x_min:x_max]
set yrange [0:y_max * 1.06]
set grid xtics ytics back lt grid_line lw 1 lc rgb pale
set xtics time time_step format time_format nomirror out scale 0.6 font text_font tc rgb ink
# What is counted has no halves.
set ytics most(y_max == int(y_max), nice_step(y_max, 6)) nomirror out scale 0.6 font text_font tc rgb ink format "%.10g"
set xlabel "time (UTC)" noenhanced font small_font tc rgb grey
set label 10 unit_text at screen X(20), graph 0.5 center rotate by 90 noenhanced font text_font tc rgb ink
# Half a pixel of overlap, or the page shines through between bins.
seam = 0.5 * (x_max - x_min) / (canvas_width - left - right)
plot for [k = 1:line_count] datafile index sprintf("line_%02d", k) using 1:3:1:($2 + seam):3:4 with boxxyerror fillstyle solid noborder lc rgb line_color[k] notitle
set output
