# SPDX-License-Identifier: Apache-2.0
#
# How many had got there by when: a panel for each report of Fezzik. Blue are the Tasks created or the
# instances claimed, orange those completed or running; thin dark lines are the same by the logs. Red
# triangles are Tasks that failed.
#
# Data file: blocks of lines
#   seconds count
# each after a comment line with its name, two blank lines between blocks; an empty one has a line of NaN.
#   report_NN_first, report_NN_last, report_NN_failed, report_NN_log_first, report_NN_log_last
# Header: report_count, has_logs, report_name[], report_text[], first_name[], last_name[],
# report_x_min[], report_x_max[] (seconds), report_rows[] (greatest count),
# report_failed[] (how many).

first_color = "#0072b2"
last_color = "#d55e00"
log_first_color = "#00314d"
log_last_color = "#5c2800"
failed_color = "#c00000"

columns = report_count == 1 || page_width < 1000 ? 1 : 2
panel_rows = (report_count + columns - 1) / columns
canvas_width = page_width
panel_width = (canvas_width - 2 * page_left) / columns
panel_height = report_count == 1 ? 460 : 330
canvas_height = title_room + panel_rows * panel_height + note_room

eval open_canvas
set multiplot
eval draw_page
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

set border 3 lc rgb grey lw 1
do for [k = 1:report_count] {
  column = (k - 1) % columns
  row = (k - 1) / columns
  x = page_left + column * panel_width
  y = title_room + row * panel_height
  inner_left = x + 52
  inner_right = x + panel_width - 22
  set lmargin at screen X(inner_left)
  set rmargin at screen X(inner_right)
  set tmargin at screen Y(y + 74)
  set bmargin at screen Y(y + panel_height - 44)
  set label 1 shorten(report_name[k], fitting(panel_width - (dumb ? 60 : 0), 7.6)) at screen X(inner_left), screen Y(y + 14) left noenhanced font "sans-serif,13" tc rgb ink
  set label 2 shorten(report_text[k], int(panel_width / 6.4)) at screen X(inner_left), screen Y(y + 32) left noenhanced font small_font tc rgb grey
  legend_x = inner_left
  array legend_text[4] = [first_name[k], last_name[k], first_name[k] . " by the logs", last_name[k] . " by the logs"]
  array legend_color[4] = [first_color, last_color, log_first_color, log_last_color]
  do for [i = 1:4] {
    if (i <= 2 || has_logs) {
      set object 10 + i rectangle from screen X(legend_x), screen Y(y + 51 - (i <= 2 ? 2 : 1)) to screen X(legend_x + 16), screen Y(y + 51 + (i <= 2 ? 2 : 0)) fillcolor rgb legend_color[i] fillstyle solid noborder
      set label 10 + i legend_text[i] at screen X(legend_x + 22), screen Y(y + 51) left noenhanced font small_font tc rgb ink
      legend_x = legend_x + 22 + text_width(strlen(legend_text[i]), 10.5) + 14
    }
  }
  if (report_failed[k] > 0) {
    set label 20 "" at screen X(legend_x + 6), screen Y(y + 51) point pt 9 ps 0.8 lc rgb failed_color
    set label 21 "failed" at screen X(legend_x + 16), screen Y(y + 51) left noenhanced font small_font tc rgb ink
  }

  low = least(0, report_x_min[k])
  high = report_x_max[k] > low ? report_x_max[k] : low + 1
  set xrange [low:high + 0.01 * (high - low)]
  set yrange [0:most(1, report_rows[k]) * 1.04]
  set grid xtics ytics back lt grid_line lw 1 lc rgb pale
  set xtics nice_step(high - low, 8 / columns + 4) nomirror out scale 0.5 offset 0, 0.3 font small_font tc rgb ink format "%.10g"
  set ytics most(1, nice_step(most(1, report_rows[k]), 6)) nomirror out scale 0.5 offset 0.4, 0 font small_font tc rgb ink format "%.10g"
  set xlabel "seconds since the report's time" noenhanced offset 0, 0.5 font small_font tc rgb grey
  block(name) = sprintf("report_%02d_%s", k, name)
  plot datafile index block("first") using 1:2 with steps lt 1 lw 3 lc rgb first_color notitle, \
    datafile index block("last") using 1:2 with steps lt 1 lw 3 lc rgb last_color notitle, \
    datafile index block("log_first") using 1:2 with steps lt 1 lw 1.2 lc rgb log_first_color notitle, \
    datafile index block("log_last") using 1:2 with steps lt 1 lw 1.2 lc rgb log_last_color notitle, \
    datafile index block("failed") using 1:2 with points pt 9 ps 1.1 lc rgb "#ffffff" notitle, \
    datafile index block("failed") using 1:2 with points pt 9 ps 0.8 lc rgb failed_color notitle
  unset label
  unset object
}
unset multiplot
set output
