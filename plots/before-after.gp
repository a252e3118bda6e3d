# SPDX-License-Identifier: Apache-2.0
#
# Before and after: the cumulative distributions of two runs over each other, a panel for the total and for
# each stage that at least one of them shows. Stages are the same if their names are.
#
# Data file: blocks before_01, after_01, ... before_NN, after_NN of lines
#   seconds fraction
# Header: before_name, after_name, panel_count, panel_name[], panel_color[], panel_text[], panel_log[],
# panel_x_min[], panel_x_max[].

before_color = "#0072b2"
after_color = "#d55e00"
columns = dumb ? int(clamp(page_width / (26 * cell_width), 1, most(1, panel_count))) : \
  least(most(1, page_width / 270), panel_count <= 3 ? 3 : (panel_count + 3) / 4 == (panel_count + 4) / 5 ? 4 : 5)
panel_rows = (panel_count + columns - 1) / columns
canvas_width = page_width
panel_width = (page_width - 2 * page_left) / columns
panel_height = dumb ? 11 * cell_height : 206
longest = least(90, most(strlen(before_name), strlen(after_name)))
run_lines = dumb || page_left + 2 * (text_width(longest, 11.5) + 44) > canvas_width ? 2 : 1
run_line = dumb ? cell_height : 18
legend_room = dumb ? 3 * cell_height : 12 + run_line * run_lines
canvas_height = title_room + legend_room + panel_rows * panel_height + 8 + note_room

eval open_canvas
set multiplot
eval draw_page
x = page_left
y = title_room + 10
array run_name[2] = [before_name, after_name]
array run_color[2] = [before_color, after_color]
do for [i = 1:2] {
  set object 100 + i rectangle from screen X(x), screen Y(y + 3) to screen X(x + 18), screen Y(y - 1) fillcolor rgb run_color[i] fillstyle solid noborder
  set label 100 + i "" . (dumb ? (i == 1 ? "A " : "B ") : "") . shorten(run_name[i], dumb ? screen_columns - 8 : 90) at screen X(x + 24), screen Y(y) left noenhanced font legend_font tc rgb ink
  if (run_lines == 2) { y = y + run_line } else { x = x + 24 + text_width(least(90, strlen(run_name[i])), 11.5) + 20 }
}
set border 3 lc rgb grey lw 1
do for [k = 1:panel_count] {
  column = (k - 1) % columns
  row = (k - 1) / columns
  x = page_left + column * panel_width
  y = title_room + legend_room + row * panel_height
  inner_left = x + 40
  inner_right = x + panel_width - 16
  set lmargin at screen X(inner_left)
  set rmargin at screen X(inner_right)
  set tmargin at screen Y(y + 44)
  set bmargin at screen Y(y + panel_height - (dumb ? 3 * cell_height : 42))
  set object 1 rectangle from screen X(inner_left), screen Y(y + 19) to screen X(inner_left + 10), screen Y(y + 9) fillcolor rgb panel_color[k] fillstyle solid noborder
  set label 11 shorten(panel_name[k], fitting(panel_width - (dumb ? 60 : 0), 7.6)) at screen X(inner_left + 15), screen Y(y + 14) left noenhanced font text_font tc rgb ink
  set label 12 shorten(panel_text[k], fitting(panel_width - 50, 5.6)) at screen X(inner_left), screen Y(y + 31) left noenhanced font "sans-serif,10" tc rgb grey
  low = panel_x_min[k]
  high = panel_x_max[k]
  if (!(high > low)) { high = low + (panel_log[k] ? low : 1) }
  unset logscale
  unset xtics
  if (panel_log[k]) {
    set logscale x 10
    log_low = low
    log_high = high
    log_names = 4
    eval log_xtics
    set xtics offset 0, 0.4 font "sans-serif,10"
  } else {
    set xtics nice_step(high - low, 4) nomirror out scale 0.5 offset 0, 0.4 font "sans-serif,10" tc rgb ink format "%.10g"
    set label 13 "s" at screen X(0.5 * (inner_left + inner_right)), screen Y(y + panel_height - 14) center noenhanced font "sans-serif,10" tc rgb grey
  }
  set ytics ("0" 0, "50 %%" 0.5, "100 %%" 1) nomirror out scale 0.5 offset 0.6, 0 font "sans-serif,10" tc rgb ink
  set grid xtics ytics back lt grid_line lw 1 lc rgb pale
  set xrange [low:high]
  set yrange [0:1.02]
  if (dumb) {
    plot datafile index sprintf("before_%02d", k) using 1:2 with points pt 1 lc rgb before_color notitle, \
      datafile index sprintf("after_%02d", k) using 1:2 with points pt 2 lc rgb after_color notitle
  } else {
    plot datafile index sprintf("before_%02d", k) using 1:2 with steps lt 1 lw 2 lc rgb before_color notitle, \
      datafile index sprintf("after_%02d", k) using 1:2 with steps lt 1 lw 2 lc rgb after_color notitle
  }
  unset label
  unset object
}
unset multiplot
set output
