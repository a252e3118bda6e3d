# SPDX-License-Identifier: Apache-2.0
#
# Histograms of the stage durations: a grid of panels, one per stage, each on its own scale
# (scale = "own") or all on one (scale = "common"). A grey box counts all entities; inside it, the left
# half of the bin counts the first fifth of them by start, the right half the last fifth.
#
# Data file: blocks stage_01 ... stage_NN, each after a comment line with its name, two blank lines
# between blocks, of lines
#   bin_left bin_right n_all n_first n_last
# in the unit of the panel; a stage without any bin has one line of zeros.
# Header: scale, stage_count, stage_name[], stage_color[], stage_text[] (second line of the panel's title),
# stage_log[] (1: geometric bins in seconds), stage_unit[], stage_n[], stage_x_min[], stage_x_max[],
# stage_peak[] (greatest count), stage_not_positive[] (durations that a logarithmic axis has no place for),
# has_fifths, all_name, first_name, last_name.

below_color = "#d000d0"
below_band = "#f9e3f9"
all_color = "#d0d0d0"
all_edge = "#a8a8a8"
first_color = "#0072b2"
last_color = "#d55e00"

# In a terminal there are as many as fit, and not the fifths.
if (dumb) { has_fifths = 0 }
columns = dumb ? int(clamp(page_width / (26 * cell_width), 1, most(1, stage_count))) : \
  least(most(1, page_width / 270), stage_count <= 3 ? 3 : (stage_count + 3) / 4 == (stage_count + 4) / 5 ? 4 : 5)
panel_rows = (stage_count + columns - 1) / columns
panel_width = (page_width - 2 * page_left) / columns
panel_height = dumb ? 11 * cell_height : 196
canvas_width = page_width
legend_room = dumb ? cell_height : 30
canvas_height = title_room + legend_room + panel_rows * panel_height + 8 + note_room

eval open_canvas
set multiplot

# The page and its legend, drawn with an empty plot.
eval draw_page
array legend_name[3] = [all_name, first_name, last_name]
array legend_color[3] = [all_color, first_color, last_color]
x = page_left
y = title_room + 10
do for [i = 1:(has_fifths ? 3 : 1)] {
  set object 100 + i rectangle from screen X(x), screen Y(y + 6) to screen X(x + 12), screen Y(y - 6) fillcolor rgb legend_color[i] fillstyle solid noborder
  set label 100 + i legend_name[i] at screen X(x + 18), screen Y(y) left noenhanced font "sans-serif,11.5" tc rgb ink
  x = x + 18 + text_width(strlen(legend_name[i]), 11.5) + 18
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

middle(a, b) = on_log ? sqrt(a * b) : 0.5 * (a + b)

# On a common scale all panels have room for what is not above zero, if any needs it.
common_below = 0
do for [k = 1:stage_count] { common_below = common_below || (scale eq "common" && stage_not_positive[k] > 0) }

set style fill solid
set border 3 lc rgb grey lw 1
do for [k = 1:stage_count] {
  column = (k - 1) % columns
  row = (k - 1) / columns
  x = page_left + column * panel_width
  y = title_room + legend_room + row * panel_height
  inner_left = x + 40
  inner_right = x + panel_width - 16
  on_log = stage_log[k]
  set lmargin at screen X(inner_left)
  set rmargin at screen X(inner_right)
  set tmargin at screen Y(y + 44)
  set bmargin at screen Y(y + panel_height - (dumb ? 3 * cell_height : 42))
  set object 1 rectangle from screen X(inner_left), screen Y(y + 19) to screen X(inner_left + 10), screen Y(y + 9) fillcolor rgb stage_color[k] fillstyle solid noborder
  set label 1 shorten(stage_name[k], fitting(panel_width - (dumb ? 60 : 0), 7.6)) at screen X(inner_left + 15), screen Y(y + 14) left noenhanced font text_font tc rgb ink
  set label 2 shorten(stage_text[k], fitting(panel_width - 50, 5.6)) at screen X(inner_left), screen Y(y + 31) left noenhanced font "sans-serif,10" tc rgb grey
  seen = stage_n[k] > 0 && stage_peak[k] > 0
  low = stage_x_min[k]
  high = stage_x_max[k]
  if (!(high > low)) { high = low + 1 }
  unset logscale
  unset xtics
  unset ytics
  unset grid
  set xlabel ""
  if (seen) {
    set yrange [0:stage_peak[k] * 1.06]
    set grid xtics ytics back lt grid_line lw 1 lc rgb pale
    set ytics most(1, nice_step(stage_peak[k], 4)) nomirror out scale 0.5 offset 0.6, 0 font "sans-serif,10" tc rgb ink format "%.10g"
    if (on_log) {
      set logscale x 10
      if (stage_not_positive[k] > 0 || common_below) { low = low / (high / low) ** 0.14 }
      log_low = stage_x_min[k]
      log_high = high
      log_names = 5
      eval log_xtics
      set xtics offset 0, 0.4 font "sans-serif,10"
      # the name of the first power of ten yields where it would touch that of the bar
      first_at = (log_first - log10(low)) / log10(high / low) * (inner_right - inner_left)
      bar_name_end = 0.045 * (inner_right - inner_left) + 14
      if (stage_not_positive[k] > 0 && first_at - 0.5 * text_width(strlen(decade(log_first)), 10) < bar_name_end) {
        set xtics add ("" 10.0 ** log_first)
      }
    } else {
      set xtics nice_step(high - low, 5) nomirror out scale 0.5 offset 0, 0.4 font "sans-serif,10" tc rgb ink format "%.10g"
      set label 3 stage_unit[k] at screen X(0.5 * (inner_left + inner_right)), screen Y(y + panel_height - 14) center noenhanced font "sans-serif,10" tc rgb grey
      if (low < 0) {
        set object 2 rectangle from first low, graph 0 to first least(0, high), graph 1 behind fillcolor rgb below_band fillstyle solid noborder
      }
    }
    if (stage_not_positive[k] > 0) {
      set object 3 rectangle from graph 0.015, first 0 to graph 0.075, first stage_not_positive[k] fillcolor rgb below_color fillstyle solid noborder
      set label 5 "≤ 0" at graph 0.045, screen Y(y + panel_height - 31) center font "sans-serif,10" tc rgb below_color
    }
    set xrange [low:high]
    block = sprintf("stage_%02d", k)
    if (dumb) { plot datafile index block using 1:(0):1:2:(0):3 with boxxyerror fc rgb stage_color[k] fs solid noborder notitle } \
    else { plot datafile index block using 1:(0):1:2:(0):3 with boxxyerror fc rgb all_color fs solid border lc rgb all_edge notitle, \
      datafile index block using 1:(0):1:(middle($1, $2)):(0):(has_fifths ? $4 : NaN) with boxxyerror fc rgb first_color fs solid noborder notitle, \
      datafile index block using 1:(0):(middle($1, $2)):2:(0):(has_fifths ? $5 : NaN) with boxxyerror fc rgb last_color fs solid noborder notitle }
  } else {
    unset border
    set xrange [0:1]
    set yrange [0:1]
    plot NaN notitle
    set border 3 lc rgb grey lw 1
  }
  unset label
  unset object
}
unset multiplot
set output
