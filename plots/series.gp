# SPDX-License-Identifier: Apache-2.0
#
# A series over time: a line for each key, with a point at the begin of each bin. Where a bin has no
# value the line is broken.
#
# Data file: blocks of lines
#   seconds_since_the_epoch value
# each after a comment line with its name, two blank lines between blocks; NaN where there is no value.
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
# Few lines have colours that are strong also where they are thin; where they lie on each other, the
# ones below are wider.
array strong[8] = ["#0072b2", "#d55e00", "#009e73", "#a2388a", "#7a6200", "#38a0d8", "#222222", "#c00000"]
do for [k = 1:line_count] { if (line_count <= 8) { line_color[k] = strong[k] } }
do for [k = 1:line_count] { set object 1000 + k fillcolor rgb line_color[k] }
width(k) = line_count == 1 ? 2.2 : 4.6 - 3.4 * (k - 1) / (line_count - 1)
# Elsewhere the edge of a point is as wide as its line, which makes it larger.
size(k) = image eq "svg" ? 0.55 + 0.08 * width(k) : 0.5

plot for [k = 1:line_count] datafile index sprintf("line_%02d", k) using 1:2 with linespoints lt 1 lw width(k) pt 7 ps size(k) lc rgb line_color[k] notitle
set output
