# SPDX-License-Identifier: Apache-2.0
#
# Heat map: the median duration of each stage, and of the total, over the time at which it was reached.
# White: none was reached then. The scale of colours is logarithmic.
#
# Data file: one line per cell that is not empty:
#   row x_from x_to median n          seconds; rows are the stages in order, and the total below them
# Header: x_label, x_min, x_max, column_count, column_text (the width of a column), c_min, c_max (of the medians above
# zero), stage_count, stage_name[], stage_color[], row_text[] (the median of the whole row; one more, of
# the total).

negative_color = "#d000d0"
canvas_width = page_width
rows = stage_count + 1
longest = 5
do for [k = 1:stage_count] { longest = most(longest, least(36, strlen(stage_name[k]))) }
left = int(page_left + 26 + text_width(longest, 11.5))
right = 190
row_height = int(clamp(600.0 / rows, 16, 44))
plot_height = rows * row_height
top = title_room + 30
canvas_height = int(top + plot_height + 52 + note_room)
# Whole pixels for each column.
plot_right = left + column_count * int(most(1, (canvas_width - right - left) / column_count))
if (!(c_max > c_min)) { c_max = c_min * 1.0001; c_min = c_min / 1.0001 }
note_text = note_text . (note_text eq "" ? "" : "; ") . "each cell is the median over " . column_text . " of time"

eval open_canvas
eval draw_page
set lmargin at screen X(left)
set rmargin at screen X(plot_right)
set tmargin at screen Y(top)
set bmargin at screen Y(top + plot_height)
set border 15 lc rgb pale lw 1
set xrange [x_min:x_max]
set yrange [rows + 0.5:0.5]
unset ytics
set xtics nice_step(x_max - x_min, 10) nomirror out scale 0.6 font text_font tc rgb ink format "%.10g"
set xlabel x_label noenhanced font text_font tc rgb ink
set label 5 "median" at screen X(plot_right + 8), screen Y(top - 10) left font small_font tc rgb grey
do for [r = 1:rows] {
  y = top + (r - 0.5) * row_height
  row_name = "total"
  if (r <= stage_count) { row_name = shorten(stage_name[r], 36) }
  set label 100 + r row_name at screen X(left - 24), screen Y(y) right noenhanced font legend_font tc rgb ink
  set label 200 + r row_text[r] at screen X(plot_right + 8), screen Y(y) left noenhanced font small_font tc rgb ink
  if (r < rows) { set arrow r from graph 0, first r + 0.5 to graph 1, first r + 0.5 nohead front lt 1 lw 1 lc rgb "#ffffff" }
  if (r <= stage_count) {
    set object 100 + r rectangle from screen X(left - 18), screen Y(y + 6) to screen X(left - 6), screen Y(y - 6) fillcolor rgb stage_color[r] fillstyle solid noborder
  }
}
set palette defined (0 "#fff7d6", 1 "#fdd17f", 2 "#f79a4b", 3 "#dd4f3c", 4 "#9b1b5a", 5 "#3b0f5c")
set cbrange [log10(c_min):log10(c_max)]
set cbtics () nomirror out scale 0.5 font small_font tc rgb ink
c_first = int(ceil(log10(c_min) - 1e-9))
c_last = int(floor(log10(c_max) + 1e-9))
do for [e = c_first:c_last] { set cbtics add (decade(e) e) }
if (c_last < c_first) { set cbtics add (sprintf("%.3g s", c_min) log10(c_min), sprintf("%.3g s", c_max) log10(c_max)) }
bar_height = least(most(plot_height - 30, 40), 320)
set colorbox user origin screen X(plot_right + 84), screen Y(top + bar_height) size screen 16.0 / canvas_width, screen 1.0 * bar_height / canvas_height noborder
set object 5 rectangle from screen X(plot_right + 84), screen Y(top + bar_height + 26) to screen X(plot_right + 100), screen Y(top + bar_height + 12) fillcolor rgb negative_color fillstyle solid noborder
set label 7 "≤ 0" at screen X(plot_right + 110), screen Y(top + bar_height + 19) left font small_font tc rgb ink
set label 6 "median duration" at screen X(plot_right + 160), screen Y(top + 0.5 * bar_height) center rotate by 90 font small_font tc rgb ink

# A cell reaches a little below its right neighbour, else hairlines show between them.
overlap = 0.5 * (x_max - x_min) / (plot_right - left)
plot datafile using ($4 > 0 ? $2 : NaN):1:2:($3 + overlap):($1 - 0.5):($1 + 0.5):(log10($4)) with boxxyerror fc palette fs solid noborder notitle, \
  datafile using ($1 > 0 && $4 <= 0 ? $2 : NaN):1:2:3:($1 - 0.5):($1 + 0.5) with boxxyerror fc rgb negative_color fs solid noborder notitle
set output
