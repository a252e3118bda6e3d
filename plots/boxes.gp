# SPDX-License-Identifier: Apache-2.0
#
# Boxes or violins: the durations of each VM or cell, in panels beside each other: the total, and the stages
# with the greatest shares of it. Row 1 is on top.
# A box holds the middle half, its line is the median; the thin line goes from the 5th to the 95th percentile;
# dots are the least and the greatest.
# A violin is as wide as its durations are dense, from the least to the greatest, and as wide as all others
# where it is widest; on a logarithmic axis the density is that of the logarithms.
#
# Data file: blocks panel_1 ... panel_N of lines
#   row n negative min p5 p25 p50 p75 p95 max        seconds
# and of violins: violin_1 ... violin_N, with an empty line behind each row, and dots_1 ... dots_N for rows of
# too few durations for a violin
#   row seconds density                              the greatest density of the row is 1
#   row seconds
# Header: group_noun ("VM", "cell"), group_count, group_name[], group_size[], panel_count, panel_name[],
# panel_color[], panel_log[], panel_x_min[], panel_x_max[]; violins (0 or 1), and if so: fewest (for a violin),
# panel_bandwidth[] (text, empty if none is drawn).

negative_color = "#d000d0"
canvas_width = page_width
name_room = int(clamp(page_width / 40, 16, 34))
longest = 0
do for [g = 1:group_count] { longest = most(longest, strlen(sprintf("%d", group_size[g])) + 4 + least(name_room, strlen(group_name[g]))) }
left = 48 + 1.06 * text_width(longest, 10.5)
pitch = violins ? int(clamp(620.0 / group_count, 16, 60)) : int(clamp(620.0 / group_count, 13, 34))
plot_height = most(group_count * pitch, 90)
panel_width = (canvas_width - left - 20) / (1.0 * panel_count)
box_half = 0.30
violin_half = 0.46
bar = pitch < 24 ? 2 : 3
key_text = violins ? \
  "a violin is as wide as durations (on a logarithmic axis: their logarithms) are dense, relative to its widest place; " . \
  "bar: the middle half; tick: the median; dots: fewer than " . sprintf("%d", fewest) . ", or all alike; diamond: some are negative" : \
  "box: the middle half; line in it: the median; thin line: 5th to 95th percentile; dots: least and greatest; diamond: some are negative"
# The key, in as many lines as it needs.
wrap_from = key_text
wrap_length = int((canvas_width - 2 * page_left) / text_width(1, 10))
wrap_most = 8
eval wrap_text
key_lines = wrap_count
array key_line[8]
do for [i = 1:key_lines] { key_line[i] = wrapped[i] }
narrow = !dumb && panel_width < 260
# A line for each word or two where the panels are narrow.
unit_at(text) = strstrt(text, " decades")
broken(text) = unit_at(text) ? text[1:unit_at(text) - 1] . "\ndecades" : text
bandwidth(k) = !violins || strlen(panel_bandwidth[k]) == 0 ? "" : \
  narrow ? "\nbandwidth\n" . broken(panel_bandwidth[k]) : "; bandwidth " . panel_bandwidth[k]
top = title_room + 36 + key_lines * 18
canvas_height = int(top + plot_height + axis_room + 6 + (violins && narrow ? 48 : 0) + note_room)

eval open_canvas
set multiplot
eval draw_page
do for [i = 1:key_lines] {
  set label 10 + i key_line[i] at screen X(page_left), screen Y(title_room - 8 + 18 * i) left noenhanced font legend_font tc rgb grey
}
set label 5 noun_plural . " by " . group_noun at screen X(22), screen Y(top + 0.5 * plot_height) center rotate by 90 noenhanced font text_font tc rgb ink
do for [g = 1:group_count] {
  set label 100 + g shorten(group_name[g], name_room) . sprintf("  (%d)", group_size[g]) at screen X(left - 8), screen Y(top + (g - 0.5) * plot_height / group_count) \
    right noenhanced font small_font tc rgb ink
}
set border 3 lc rgb grey lw 1
unset ytics
set yrange [group_count + 0.5:0.5]
set tmargin at screen Y(top)
set bmargin at screen Y(top + plot_height)
do for [k = 1:panel_count] {
  x = left + (k - 1) * panel_width
  set lmargin at screen X(x)
  set rmargin at screen X(x + panel_width - 18)
  low = panel_x_min[k]
  high = panel_x_max[k]
  if (!(high > low)) { high = low + (panel_log[k] ? low : 1) }
  set object 1 rectangle from screen X(x), screen Y(top - 10) to screen X(x + 10), screen Y(top - 20) fillcolor rgb panel_color[k] fillstyle solid noborder
  set label 6 shorten(panel_name[k], fitting(panel_width - (dumb ? 60 : 0), 7.6)) at screen X(x + 15), screen Y(top - 15) left noenhanced font text_font tc rgb ink
  unset logscale
  unset xtics
  if (panel_log[k]) {
    set logscale x 10
    low = low / 1.15
    high = high * 1.15
    log_low = low
    log_high = high
    log_names = int(clamp(panel_width / 70, 2, 8))
    eval log_xtics
    set xlabel "duration" . bandwidth(k) font small_font tc rgb ink
  } else {
    pad = 0.02 * (high - low)
    low = low != 0 ? low - pad : low
    high = high + pad
    set xtics nice_step(high - low, int(clamp(panel_width / 58, 3, 10))) nomirror out scale 0.5 font small_font tc rgb ink format "%.10g"
    set xlabel "seconds" . bandwidth(k) font small_font tc rgb ink
  }
  set xrange [low:high]
  set grid xtics back lt grid_line lw 1 lc rgb pale
  in(v) = v < low ? low : v
  block = sprintf("panel_%d", k)
  if (violins) {
    shape = sprintf("violin_%d", k)
    plot datafile index shape using 2:($1 - violin_half * $3):($1 + violin_half * $3) with filledcurves fc rgb panel_color[k] fs solid noborder notitle, \
      datafile index shape using 2:($1 - violin_half * $3) with lines lt 1 lw 0.7 lc rgb grey notitle, \
      datafile index shape using 2:($1 + violin_half * $3) with lines lt 1 lw 0.7 lc rgb grey notitle, \
      datafile index sprintf("dots_%d", k) using 2:1 with points pt 7 ps 0.4 lc rgb panel_color[k] notitle, \
      datafile index sprintf("dots_%d", k) using 2:1 with points pt 6 ps 0.4 lc rgb grey notitle, \
      datafile index block using ($2 < fewest ? NaN : in($6)):1:(in($8) - in($6)):(0) with vectors nohead lt 1 lw bar + 2 lc rgb "#ffffff" notitle, \
      datafile index block using ($2 < fewest ? NaN : in($6)):1:(in($8) - in($6)):(0) with vectors nohead lt 1 lw bar lc rgb "#000000" notitle, \
      datafile index block using ($2 < fewest ? NaN : in($7)):($1 - box_half):(0):(2 * box_half) with vectors nohead lt 1 lw 4 lc rgb "#ffffff" notitle, \
      datafile index block using ($2 < fewest ? NaN : in($7)):($1 - box_half):(0):(2 * box_half) with vectors nohead lt 1 lw 2 lc rgb "#000000" notitle, \
      datafile index block using ($3 > 0 ? in($4) : NaN):1 with points pt 13 ps 0.9 lc rgb negative_color notitle
  } else {
    plot datafile index block using (in($5)):1:(in($9) - in($5)):(0) with vectors nohead lt 1 lw 1 lc rgb grey notitle, \
      datafile index block using (in($7)):1:(in($6)):(in($8)):($1 - box_half):($1 + box_half) with boxxyerror fc rgb panel_color[k] fs solid border lc rgb grey notitle, \
      datafile index block using (in($7)):($1 - box_half):(0):(2 * box_half) with vectors nohead lt 1 lw 4 lc rgb "#ffffff" notitle, \
      datafile index block using (in($7)):($1 - box_half):(0):(2 * box_half) with vectors nohead lt 1 lw 2 lc rgb "#000000" notitle, \
      datafile index block using ($3 > 0 ? NaN : in($4)):1 with points pt 7 ps 0.25 lc rgb grey notitle, \
      datafile index block using 10:1 with points pt 7 ps 0.25 lc rgb grey notitle, \
      datafile index block using ($3 > 0 ? in($4) : NaN):1 with points pt 13 ps 0.9 lc rgb negative_color notitle
  }
  unset label
  unset object
  unset ylabel
}
unset multiplot
set output
