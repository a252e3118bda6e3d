# SPDX-License-Identifier: Apache-2.0
#
# Shares: how much of the total time of all entities each stage takes, and below it in grey how much it
# takes of the total time of the slowest tenth of them.
#
# Data file: one line per stage:
#   row share share_of_the_slowest n n_negative sum_of_seconds
# Header: stage_count, stage_name[], stage_color[], row_text[] (the mean duration), all_name, slow_name.

negative_color = "#d000d0"
slow_color = "#777777"
canvas_width = page_width
longest = 5
do for [k = 1:stage_count] { longest = most(longest, least(36, strlen(stage_name[k]))) }
left = page_left + 10 + text_width(longest, 11.5)
right = 250
row_height = int(clamp(640.0 / most(1, stage_count), 22, 44))
plot_height = most(1, stage_count) * row_height
top = title_room + 34
canvas_height = int(top + plot_height + 52 + note_room)

stats datafile using 2 nooutput name "share_all"
stats datafile using 3 nooutput name "share_slow"
high = most(most(share_all_max, share_slow_max), 0.01)
low = least(least(share_all_min, share_slow_min), 0)

eval open_canvas
eval draw_page
set label 10 all_name at screen X(page_left + 36), screen Y(title_room + 10) left noenhanced font legend_font tc rgb ink
set object 10 rectangle from screen X(page_left), screen Y(title_room + 16) to screen X(page_left + 12), screen Y(title_room + 4) fillcolor rgb (stage_count ? stage_color[1] : grey) fillstyle solid noborder
set object 11 rectangle from screen X(page_left + 14), screen Y(title_room + 16) to screen X(page_left + 26), screen Y(title_room + 4) fillcolor rgb (stage_count > 1 ? stage_color[2] : grey) fillstyle solid noborder
x = page_left + 36 + text_width(strlen(all_name), 11.5) + 20
set object 12 rectangle from screen X(x), screen Y(title_room + 14) to screen X(x + 12), screen Y(title_room + 8) fillcolor rgb slow_color fillstyle solid noborder
set label 11 slow_name . "; its share is in brackets" at screen X(x + 18), screen Y(title_room + 10) left noenhanced font legend_font tc rgb ink

set lmargin at screen X(left)
set rmargin at screen X(canvas_width - right)
set tmargin at screen Y(top)
set bmargin at screen Y(top + plot_height)
set border 3 lc rgb grey lw 1
set xrange [100 * low:100 * high]
set yrange [most(1, stage_count) + 0.5:0.5]
unset ytics
set xtics nice_step(100 * (high - low), 10) nomirror out scale 0.6 font text_font tc rgb ink format "%.10g"
set xlabel "share of the total time in %" noenhanced font text_font tc rgb ink
set grid xtics back lt 1 lw 1 lc rgb pale
do for [k = 1:stage_count] {
  set label 100 + k shorten(stage_name[k], 36) at screen X(left - 8), screen Y(top + (k - 0.5) * row_height) right noenhanced font legend_font tc rgb ink
}
right_of(a, b) = 100 * most(most(a, b), 0)
text_of(row, share, slow, negative) = row < 1 ? "" : sprintf(" %.1f %%", abs(share) < 0.0005 ? 0 : 100 * share) . (abs(slow - share) >= 0.0005 ? sprintf(" [%.1f %%]", abs(slow) < 0.0005 ? 0 : 100 * slow) : "") . \
  ", mean " . row_text[row] . (negative > 0 ? sprintf(", %d negative", negative) : "")
if (stage_count == 0) {
  plot NaN notitle
} else {
  plot for [k = 1:stage_count] datafile using ($1 == k ? 0 : NaN):1:(0):(100 * $2):($1 - 0.36):($1 + 0.14) with boxxyerror fc rgb stage_color[k] fs solid noborder notitle, \
    datafile using (0):1:(0):(100 * $3):($1 + 0.18):($1 + 0.34) with boxxyerror fc rgb slow_color fs solid noborder notitle, \
    datafile using ($1 > 0 ? right_of($2, $3) : NaN):1:(text_of(int($1), $2, $3, int($5))):($5 > 0 ? 0xd000d0 : 0x222222) with labels left noenhanced font small_font tc rgb variable notitle
}
set output
