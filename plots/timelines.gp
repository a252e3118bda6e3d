# SPDX-License-Identifier: Apache-2.0
#
# Timelines: one horizontal bar per entity, one colour per stage, from its time in the run or from zero. Row 1 is at the bottom; the segment of
# a stage runs from the time of the stage before it to its own time.
#
# Data file: blocks of lines of numbers, each block after a comment line with its name, two blank lines
# between blocks. A block with nothing in it holds one line of zeros (row 0 lies outside the picture).
#   stage_01 ... stage_NN   row x_from x_to         one line per segment
#     (a piece without length marks where a bar begins: a tick of two pixels, so that the shortest bar is
#     still seen)
#   missed                  row x_from x_to         pieces within which a stage was not seen
#   negative                row x_from x_to         steps back in time, x_to < x_from
#   mark_1 ... mark_N       row x                   at least one
# Header: order_by ("start", "end", "vm"), x_label, x_min, x_max, row_count, row_step (a row for every so many
# entities), stage_count, stage_name[],
# stage_color[], missed_total, mark_count, mark_name[], mark_total[], mark_style[] (1
# failed, 2 incomplete, 3 negative duration, 4 cancelled, 5 to 10 other outcomes), group_count and, if it is
# not 0, group_name[], group_size[], group_first[], group_last[]; optional row_name[] (used for up to 40 rows).

grouped = order_by eq "vm" && group_count > 0
named = !grouped && row_count <= 40 && exists("row_name")
if (x_max <= x_min) { x_max = x_min + 1 }
if (dumb) { mark_count = 0; missed_total = 0 }

# The left margin: room for the names of groups or rows, else for counts.
longest = 0
if (grouped) {
  do for [g = 1:group_count] { longest = most(longest, strlen(sprintf("%d", group_size[g])) + 3 + least(30, strlen(group_name[g]))) }
}
if (named) { do for [r = 1:row_count] { longest = most(longest, least(30, strlen(row_name[r]))) } }
left = longest > 0 ? 48 + 1.06 * text_width(longest, 10.5) : 84
right = 34

canvas_width = page_width
eval measure_legend
missed_text = sprintf("a stage before it was not seen (%d)", missed_total)
# The marks stand behind each other, in as many lines as they need; the last place is that of the missed stages.
mark_entry_of(m) = mark_name[m] . sprintf(" (%d)", mark_total[m])
mark_width(m) = m <= mark_count ? 18 + text_width(strlen(mark_entry_of(m)), 11.5) : 30 + text_width(strlen(missed_text), 11.5)
array mark_x[mark_count + 1]
array mark_line[mark_count + 1]
x = page_left
mark_lines = mark_count > 0 || missed_total > 0
do for [m = 1:mark_count + (missed_total > 0)] {
  if (x > page_left && x + mark_width(m) > canvas_width - 10) {
    x = page_left
    mark_lines = mark_lines + 1
  }
  mark_x[m] = x
  mark_line[m] = mark_lines - 1
  x = x + mark_width(m) + 14
}
top = title_room + legend_line * (legend_rows + mark_lines) + 18
bottom = axis_room + note_room

# The bars: high where rows are few; else whole pixels for each, or a whole number of rows for each pixel,
# so that rows do not beat with pixels.
if (row_count <= 1000) {
  pitch = row_count <= 30 ? 24 : int(clamp(720.0 / row_count + 0.5, 1, 24))
  plot_height = most(row_count * pitch, 120)
} else {
  plot_height = row_count / ((row_count + 999) / 1000)
}
if (grouped) { plot_height = int(clamp(group_count * 13, plot_height, 1500)) }
if (dumb) { plot_height = most(height_of(0, top + bottom), named ? row_count * cell_height : grouped ? group_count * cell_height : 0) }
plot_width = canvas_width - left - right
canvas_height = int(top + plot_height + bottom)
pitch = plot_height / (1.0 * row_count)
bar_width = pitch >= 3 ? 0.8 * least(pitch, 26) : most(pitch, grouped ? 1.0 : 0.6)
mark_size = clamp(pitch / 16.0, pitch < 1 ? 0.35 : 0.5, 1.0)
start_tick = 2.0 * (x_max - x_min) / plot_width

eval open_canvas
eval draw_page
set lmargin at screen X(left)
set rmargin at screen X(canvas_width - right)
set tmargin at screen Y(top)
set bmargin at screen Y(canvas_height - bottom)

eval draw_legend
array point_of[10] = [11, 7, 13, 9, 5, 5, 9, 13, 11, 7]
array color_of[10] = ["#c00000", "#ffffff", "#d000d0", "#303030", "#303030", "#e07000", "#0060c0", "#008050", "#806000", "#c00000"]
array under_of[10] = ["#ffffff", "#000000", "#ffffff", "#ffffff", "#ffffff", "#ffffff", "#ffffff", "#ffffff", "#ffffff", "#ffffff"]
array size_of[10] = [1.0, 0.75, 1.0, 1.0, 0.75, 0.75, 1.0, 1.0, 1.0, 0.75]
array grow_of[10] = [1.6, 1.55, 1.5, 1.6, 1.5, 1.5, 1.6, 1.5, 1.6, 1.55]
mark_y(m) = title_room + 10 + (legend_rows + mark_line[m]) * legend_line
do for [m = 1:mark_count] {
  s = mark_style[m]
  x = mark_x[m]
  y = mark_y(m)
  set label 2000 + m "" at screen X(x + 6), screen Y(y) point pt point_of[s] ps size_of[s] * grow_of[s] lc rgb under_of[s]
  set label 2100 + m "" at screen X(x + 6), screen Y(y) point pt point_of[s] ps size_of[s] lc rgb color_of[s]
  set label 2200 + m mark_entry_of(m) at screen X(x + 18), screen Y(y) left noenhanced font legend_font tc rgb ink
}
if (missed_total > 0) {
  x = mark_x[mark_count + 1]
  y = mark_y(mark_count + 1)
  set object 2000 rectangle from screen X(x), screen Y(y + 5) to screen X(x + 24), screen Y(y - 5) fillcolor rgb grey fillstyle solid noborder
  set object 2001 rectangle from screen X(x), screen Y(y + 1.8) to screen X(x + 24), screen Y(y - 1.8) fillcolor rgb "#ffffff" fillstyle solid noborder
  set label 2300 missed_text at screen X(x + 30), screen Y(y) left noenhanced font legend_font tc rgb ink
}

set border 3 lc rgb grey lw 1
set xrange [x_min:x_max]
set yrange [0.5:row_count + 0.5]
set grid xtics back lt grid_line lw 1 lc rgb pale
set xtics nice_step(x_max - x_min, 12) nomirror out scale 0.6 font text_font tc rgb ink format "%.10g"
set xlabel x_label noenhanced font text_font tc rgb ink

unset ytics
axis_x = 22
set label 4 (grouped ? noun_plural . " by VM" : noun_plural) at screen X(axis_x), graph 0.5 center rotate by 90 noenhanced font text_font tc rgb ink
if (grouped) {
  last_y = -1000
  names_shown = 0
  do for [g = 1:group_count] {
    if (g % 2 == 1) {
      set object 3000 + g rectangle from graph 0, first group_first[g] - 0.5 to graph 1, first group_last[g] + 0.5 \
        behind fillcolor rgb band fillstyle solid noborder
    }
    y = 0.5 * (group_first[g] + group_last[g]) * pitch
    if (y - last_y >= 12.5) {
      last_y = y
      names_shown = names_shown + 1
      set label 3000 + g shorten(group_name[g], 30) . sprintf("  (%d)", group_size[g]) at screen X(left - 8), first 0.5 * (group_first[g] + group_last[g]) \
        right noenhanced font small_font tc rgb ink
    }
  }
}
if (grouped && names_shown < group_count) {
  note_text = note_text . (note_text eq "" ? "" : "; ") . sprintf("%d of %d VMs are named", names_shown, group_count)
  eval draw_page
}
if (named) {
  do for [r = 1:row_count] {
    set label 3000 + r shorten(row_name[r], 30) at screen X(left - 8), first r right noenhanced font small_font tc rgb ink
  }
}
if (!grouped && !named) {
  step = most(1, nice_step(row_count * row_step, 10))
  set ytics () nomirror out scale 0.6 font text_font tc rgb ink
  do for [i = 0:int(row_count * row_step / step)] { set ytics add (sprintf("%d", i * step) 1.0 * i * step / row_step) }
  set grid xtics ytics back lt grid_line lw 1 lc rgb pale
}

# In a terminal a letter stands where a stage was reached.
if (dumb) {
  plot for [k = 1:stage_count] datafile index sprintf("stage_%02d", k) using 3:1 with points pt k lc rgb stage_color[k]
} else {
  plot for [k = 1:stage_count] datafile index sprintf("stage_%02d", k) \
       using 2:1:($3 > $2 ? $3 - $2 : start_tick):(0) with vectors nohead lt 1 lw bar_width lc rgb stage_color[k] title stage_name[k] noenhanced, \
     datafile index "missed" using 2:1:($3 - $2):(0) with vectors nohead lt 1 lw bar_width * 0.35 lc rgb "#ffffff" notitle, \
     datafile index "negative" using 2:1:($3 - $2):(0) with vectors nohead lt 1 lw bar_width * 0.5 lc rgb "#ffffff" notitle, \
     datafile index "negative" using 2:1:($3 - $2):(0) with vectors nohead lt 1 lw bar_width * 0.25 lc rgb color_of[3] notitle, \
     for [m = most(1, mark_count):1:-1] for [layer = 0:1] datafile index sprintf("mark_%d", m) using 2:1 with points \
       pt point_of[mark_style[m]] ps mark_size * size_of[mark_style[m]] * (layer ? 1 : grow_of[mark_style[m]]) \
       lc rgb (layer ? color_of[mark_style[m]] : under_of[mark_style[m]]) title mark_name[m] noenhanced
}
set output
