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

ink = "#222222"
grey = "#666666"
pale = "#dddddd"
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
text_width(characters, size) = 0.61 * (size) * (characters)

# A text cut in its middle to so many characters: both ends of an id tell it from its neighbours.
shorten(s, n) = strlen(s) <= (n) ? s : substr(s, 1, ((n) - 1) / 2) . "…" . substr(s, strlen(s) - (n) / 2 + 1, strlen(s))

# A round step (1, 2 or 5 times a power of ten) that cuts a span into at most n pieces.
power_below(v) = 10.0 ** floor(log10(v) + 1e-9)
round_up(m) = m <= 1.0001 ? 1 : m <= 2.0001 ? 2 : m <= 5.0001 ? 5 : 10
step_of(v) = round_up(v / power_below(v)) * power_below(v)
nice_step(span, n) = step_of(most(1.0 * (span), 1e-12) / (n))

# The canvas: to be evaluated when canvas_width and canvas_height are known. In each terminal a line
# width of 1 and a font size of 1 is one pixel of the SVG (half a point in PDF).
open_canvas = 'if (image eq "pdf") { \
    set terminal pdfcairo noenhanced size canvas_width / 144.0, canvas_height / 144.0 font text_font fontscale 0.375 pointscale 1.05 background "#ffffff" \
  } else { if (image eq "png" && strstrt(GPVAL_TERMINALS, "pngcairo") > 0) { \
    set terminal pngcairo noenhanced size canvas_width, canvas_height font text_font fontscale 0.75 pointscale 1.5 background "#ffffff" \
  } else { if (image eq "png") { \
    set terminal png noenhanced truecolor size canvas_width, canvas_height font text_font fontscale 0.75 background "#ffffff" \
  } else { \
    set terminal svg noenhanced size canvas_width, canvas_height font text_font background "#ffffff" name "Cicerone" \
  } } }; \
  set output output_file'

# The page: title and subtitle at the left on top, the note in small print at the bottom.
page_left = 20
title_room = 66
note_room = 24
draw_page = 'set label 1 shorten(title_text, int(canvas_width / 12.2)) at screen X(page_left), screen Y(28) left noenhanced font title_font tc rgb ink; \
  set label 2 shorten(subtitle_text, int(canvas_width / 7.5)) at screen X(page_left), screen Y(51) left noenhanced font subtitle_font tc rgb grey; \
  set label 3 shorten(note_text, int(canvas_width / 6.2)) at screen X(page_left), screen Y(canvas_height - 11) left noenhanced font small_font tc rgb grey'
