# SPDX-License-Identifier: Apache-2.0
#
# What all plots share: the terminal, the page (title, subtitle, note) and a few helpers. The text of
# this file stands in each written script after the header of assignments and before the template.
# All lengths are pixels of the SVG; X(px) and Y(px) turn them into screen coordinates, counted from
# the left and from the top. Text from logs is only ever drawn with noenhanced, never evaluated.

set encoding utf8
set decimalsign "."
unset key
set datafile missing
set datafile separator whitespace
if (!exists("image")) image = "svg"

# A picture of characters for a terminal of screen_columns by screen_lines (image is "dumb"): each
# stands for cell_width by cell_height pixels, and the page is as wide as the terminal.  It has no
# fonts and no fine lines, and the colour of the paper is not known.
dumb = image eq "dumb"
if (!exists("screen_columns")) { screen_columns = 80; screen_lines = 24 }
if (!exists("screen_colours")) screen_colours = 0
cell_width = 8
cell_height = 18

# How wide a page is, but for what grows with its stages. Half of it makes letters twice as large where pictures
# are made equally wide, as in a column of a paper.
if (dumb) { page_width = cell_width * screen_columns }
if (!exists("page_width")) page_width = 1400

ink = dumb ? "#808080" : "#222222"
grey = dumb ? "#808080" : "#666666"
pale = "#dddddd"
grid_line = dumb ? -3 : 1
band = "#f2f2f2"
text_font = "sans-serif,12"
small_font = "sans-serif,10.5"
title_font = "sans-serif,20"
subtitle_font = "sans-serif,13"

X(px) = (px) / (1.0 * canvas_width)
Y(px) = 1.0 - (px) / (1.0 * canvas_height)
least(a, b) = (a) < (b) ? (a) : (b)
most(a, b) = (a) > (b) ? (a) : (b)
clamp(v, low, high) = least(most(v, low), high)

# The width of a text of so many characters, on the safe side for the usual sans-serif fonts.
text_width(characters, size) = (dumb ? cell_width : 0.61 * (size)) * (characters)

# The lines of a picture of characters.
screen_rows(height) = int(ceil((height) / (1.0 * cell_height)))

# How many characters, each so wide, fit into a width.
fitting(width, each) = int((width) / (dumb ? cell_width : (each)))

# The height of a plot: as given, or what the terminal has left beside so many pixels.
height_of(plain, rest) = dumb ? most(10 * cell_height, cell_height * screen_lines - (rest)) : (plain)

# A text cut in its middle to so many characters: both ends of an id tell it from its neighbours.
shorten(s, n) = strlen(s) <= (n) ? s : substr(s, 1, ((n) - 1) / 2) . "…" . substr(s, strlen(s) - (n) / 2 + 1, strlen(s))

# A text in lines of so many characters, parted at blanks: to be evaluated with wrap_from, wrap_length and wrap_most
# set; what does not fit into so many lines stays on the last one. Makes wrapped[1] ... wrapped[wrap_count].
array wrapped[8]
wrap_text = 'wrap_count = 0; wrap_rest = wrap_from; \
  while (wrap_count == 0 || strlen(wrap_rest) > 0) { \
    wrap_cut = 0; \
    do for [i = 2:wrap_length + 1] { if (substr(wrap_rest, i, i) eq " ") { wrap_cut = i } }; \
    if (strlen(wrap_rest) <= wrap_length || wrap_cut == 0 || wrap_count == wrap_most - 1) { wrap_cut = strlen(wrap_rest) + 1 }; \
    wrap_count = wrap_count + 1; \
    wrapped[wrap_count] = substr(wrap_rest, 1, wrap_cut - 1); \
    wrap_rest = substr(wrap_rest, wrap_cut + 1, strlen(wrap_rest)) \
  }'

# A round step (1, 2 or 5 times a power of ten) that cuts a span into at most n pieces.
power_below(v) = 10.0 ** floor(log10(v) + 1e-9)
round_up(m) = m <= 1.0001 ? 1 : m <= 2.0001 ? 2 : m <= 5.0001 ? 5 : 10
step_of(v) = round_up(v / power_below(v)) * power_below(v)
nice_step(span, n) = step_of(most(1.0 * (span), 1e-12) / (n))

# How many pixels of a PNG are one of the SVG.
if (!exists("image_scale")) image_scale = 1.0

if (image eq "sixel" && strstrt(GPVAL_TERMINALS, "sixelgd") == 0) {
  exit error "this gnuplot was built without sixelgd, so it draws no sixels"
}

# The canvas: to be evaluated when canvas_width and canvas_height are known. In each terminal a line
# width of 1 and a font size of 1 is one pixel of the SVG (half a point in PDF).
open_canvas = 'if (dumb) { \
    if (screen_colours) { set terminal dumb nofeed noenhanced size screen_columns, screen_rows(canvas_height) ansi256 \
    } else { set terminal dumb nofeed noenhanced size screen_columns, screen_rows(canvas_height) mono } \
  } else { if (image eq "sixel") { \
    set terminal sixelgd noenhanced truecolor size int(canvas_width * image_scale), int(canvas_height * image_scale) font text_font \
      fontscale 0.75 * image_scale background "#ffffff" \
  } else { if (image eq "pdf") { \
    set terminal pdfcairo noenhanced size canvas_width / 144.0, canvas_height / 144.0 font text_font fontscale 0.375 pointscale 1.05 background "#ffffff" \
  } else { if (image eq "png" && strstrt(GPVAL_TERMINALS, "pngcairo") > 0) { \
    set terminal pngcairo noenhanced size int(canvas_width * image_scale), int(canvas_height * image_scale) font text_font \
      fontscale 0.75 * image_scale pointscale 1.5 * image_scale linewidth image_scale background "#ffffff" \
  } else { if (image eq "png") { \
    set terminal png noenhanced truecolor size canvas_width, canvas_height font text_font fontscale 0.75 background "#ffffff" \
  } else { \
    set terminal svg noenhanced size canvas_width, canvas_height font text_font background "#ffffff" name "Cicerone" \
  } } } } }; \
  set output output_file'

# The page: title and subtitle at the left on top, in smaller letters where they are long, the note in small print
# at the bottom.
page_left = dumb ? cell_width : 20
title_room = dumb ? 3 * cell_height : 66
# Templates may add some words to the note.
note_lines = dumb || !exists("note_text") ? 1 : int(clamp(ceil((strlen(note_text) + 60) * 6.2 / page_width), 1, 3))
note_room = dumb ? cell_height : 10 + 14 * note_lines
axis_room = dumb ? 3 * cell_height : 52
title_y = dumb ? 0.5 * cell_height : 28
subtitle_y = dumb ? 1.5 * cell_height : 51
draw_page = 'set label 1 shorten(title_text, fitting(canvas_width - (dumb ? page_left : 0), 9.7)) at screen X(page_left), screen Y(title_y) left noenhanced \
    font (strlen(title_text) > canvas_width / 12.2 ? "sans-serif,16" : title_font) tc rgb ink; \
  set label 2 shorten(subtitle_text, fitting(canvas_width - (dumb ? page_left : 0), 6.2)) at screen X(page_left), screen Y(subtitle_y) left noenhanced \
    font (strlen(subtitle_text) > canvas_width / 7.5 ? small_font : subtitle_font) tc rgb grey; \
  wrap_from = note_text; wrap_length = fitting(canvas_width - page_left, 6.2); wrap_most = note_lines; \
  eval wrap_text; \
  do for [i = 1:wrap_count] { \
    set label 900 + i shorten(wrapped[i], wrap_length) at screen X(page_left), screen Y(canvas_height - 11 - 14 * (wrap_count - i)) \
      left noenhanced font small_font tc rgb grey \
  }'

# The legend of the stages below the title: a grid of as many columns as fit. measure_legend sets
# legend_rows; draw_legend paints them. legend_text[], if there is one, stands for the names.
legend_font = "sans-serif,11.5"
legend_line = 18
legend_entry_of(k) = shorten(exists("legend_text") ? legend_text[k] : stage_name[k], 48)
measure_legend = 'legend_widest = 0; \
  do for [k = 1:stage_count] { legend_widest = most(legend_widest, strlen(legend_entry_of(k))) }; \
  legend_pitch = (dumb ? 4 * cell_width : 26) + text_width(legend_widest, 11.5); \
  legend_columns = int(clamp(floor((canvas_width - page_left + (dumb ? 2 * cell_width : -10)) / legend_pitch), 1, most(1, stage_count))); \
  legend_rows = (stage_count + legend_columns - 1) / legend_columns'
stage_letter(k) = sprintf("%c", 65 + (k - 1) % 26)
draw_legend = 'do for [k = 1:stage_count] { \
    legend_x = page_left + ((k - 1) % legend_columns) * legend_pitch; \
    legend_y = title_room + 10 + ((k - 1) / legend_columns) * legend_line; \
    if (dumb) { \
      set label 1500 + k stage_letter(k) at screen X(legend_x), screen Y(legend_y) left tc rgb stage_color[k] \
    } else { \
      set object 1000 + k rectangle from screen X(legend_x), screen Y(legend_y + 6) to screen X(legend_x + 12), screen Y(legend_y - 6) \
        fillcolor rgb stage_color[k] fillstyle solid noborder \
    }; \
    set label 1000 + k legend_entry_of(k) at screen X(legend_x + (dumb ? 2 * cell_width : 18)), screen Y(legend_y) left noenhanced font legend_font tc rgb ink \
  }'

# A power of ten of seconds, with its unit, for logarithmic axes.
decade(e) = e < -6 ? sprintf("%.0f ns", 10.0 ** (e + 9)) : e < -3 ? sprintf("%.0f µs", 10.0 ** (e + 6)) : \
  e < 0 ? sprintf("%.0f ms", 10.0 ** (e + 3)) : sprintf("%.0f s", 10.0 ** e)
# Tics at powers of ten, at most n of them named; to be evaluated with log_low, log_high and log_names set.
log_xtics = 'log_first = int(ceil(log10(log_low) - 1e-9)); log_last = int(floor(log10(log_high) + 1e-9)); \
  log_every = most(1, (log_last - log_first) / log_names + 1); \
  set xtics () nomirror out scale 0.5 font small_font tc rgb ink; \
  do for [e = log_first:log_last] { \
    if ((e - log_first) % log_every == 0) { set xtics add (decade(e) 10.0 ** e) } else { set xtics add ("" 10.0 ** e) } \
  }'
