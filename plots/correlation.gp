# SPDX-License-Identifier: Apache-2.0
#
# Correlation: a heat map of the correlation matrix of the stage durations, the start and the total,
# with the coefficients in the cells. Row 1 is on top.
#
# Data file: one line per cell, all var_count * var_count of them, in any order:
#   row col r n
# r in -1..1, or NaN where it cannot be told (grey, without a number); n, the pairs used, is not drawn.
# Header: var_count, var_name[], var_color[] (the stage's colour, "" for none), value_title.

set palette defined (-1 "#2166ac", -0.75 "#4393c3", -0.5 "#92c5de", -0.25 "#d1e5f0", 0 "#f7f7f7", \
  0.25 "#fddbc7", 0.5 "#f4a582", 0.75 "#d6604d", 1 "#b2182b")
unknown_color = "#c8c8c8"

longest = 0
unknown = 0
do for [i = 1:var_count] { longest = most(longest, least(36, strlen(var_name[i]))) }
cell = int(clamp(880 / var_count, 28, 64))
side = cell * var_count
name_room = text_width(longest, 11.5) + 26
left = page_left + name_room
top = title_room + 0.72 * name_room + 16
right = most(0.72 * name_room, 110) + 10
canvas_width = int(most(left + side + right, 760))
canvas_height = int(top + side + note_room + 16)

eval open_canvas
eval draw_page
set lmargin at screen X(left)
set rmargin at screen X(left + side)
set tmargin at screen Y(top)
set bmargin at screen Y(top + side)
unset border
unset tics
set xrange [0.5:var_count + 0.5]
set yrange [var_count + 0.5:0.5]
set cbrange [-1:1]

do for [i = 1:var_count] {
  x = left + (i - 0.5) * cell
  y = top + (i - 0.5) * cell
  set label 100 + i shorten(var_name[i], 36) at screen X(left - 22), screen Y(y) right noenhanced font "sans-serif,11.5" tc rgb ink
  set label 200 + i shorten(var_name[i], 36) at screen X(x + 8), screen Y(top - 22) left rotate by 45 noenhanced font "sans-serif,11.5" tc rgb ink
  if (var_color[i] ne "") {
    set object 100 + i rectangle from screen X(left - 17), screen Y(y + 6) to screen X(left - 5), screen Y(y - 6) fillcolor rgb var_color[i] fillstyle solid noborder
    set object 200 + i rectangle from screen X(x - 6), screen Y(top - 5) to screen X(x + 6), screen Y(top - 17) fillcolor rgb var_color[i] fillstyle solid noborder
  }
}

bar_height = least(side, 320)
set colorbox user origin screen X(left + side + 26), screen Y(top + bar_height) size screen 16.0 / canvas_width, screen 1.0 * bar_height / canvas_height noborder
set cbtics 0.5 nomirror out scale 0.5 font "sans-serif,10.5" tc rgb ink format "%.1f"
set label 4 value_title at screen X(left + side + 88), screen Y(top + 0.5 * bar_height) center rotate by 90 noenhanced font text_font tc rgb ink

known(v) = v >= -1.0001 && v <= 1.0001
number_size = clamp(cell * 0.27, 8.5, 12)
number_font = sprintf("sans-serif,%.1f", number_size)
number(v) = abs(v) > 0.9995 ? sprintf("%.0f", v) : sprintf("%.2f", abs(v) < 0.005 ? 0.0 : v)
number_color(v) = abs(v) > 0.68 ? 0xffffff : abs(v) < 0.1 ? 0x888888 : 0x222222
set style fill solid border lc rgb "#ffffff"
plot datafile using 2:1:($2 - 0.5):($2 + 0.5):($1 - 0.5):($1 + 0.5) with boxxyerror fc rgb unknown_color fs solid border lc rgb "#ffffff" notitle, \
  datafile using (known($3) ? $2 : NaN):1:($2 - 0.5):($2 + 0.5):($1 - 0.5):($1 + 0.5):3 with boxxyerror fc palette fs solid border lc rgb "#ffffff" notitle, \
  datafile using (known($3) && $1 == $2 ? $2 : NaN):1:($2 - 0.5):($2 + 0.5):($1 - 0.5):($1 + 0.5) with boxxyerror fc rgb "#ffffff" fs solid border lc rgb pale notitle, \
  datafile using (known($3) ? $2 : NaN):1:(number($3)):($1 == $2 ? 0x888888 : number_color($3)) with labels noenhanced font number_font tc rgb variable notitle
set output
