# SPDX-License-Identifier: Apache-2.0
"""texts.py FILE.svg... - fail if a text in a picture of gnuplot's lies upon another one, or reaches beyond the page.

Fonts differ: letters are taken to be half as wide as high, which is less than they are in most. Texts that are
turned round are taken for the points they are anchored at."""
import html
import re
import sys

TEXT = re.compile(r'<g transform="translate\(([-\d.]+),([-\d.]+)\)( rotate\(\S+\))?"[^>]*font-size="([\d.]+)"\s+'
                  r'text-anchor="(\w+)">\s*(?:<!--.*?-->)?<text[^>]*>(.*?)</text>', re.S)
SIZE = re.compile(r'<svg[^>]*?\swidth="(\d+)" height="(\d+)"')


def texts(svg):
    for x, y, turned, size, anchor, inner in TEXT.findall(svg):
        words = html.unescape(re.sub(r'<[^>]*>', '', inner))
        x, y, size = float(x), float(y), float(size)
        width = 0 if turned else 0.5 * size * len(words.strip())
        left = x - {'start': 0, 'middle': 0.5, 'end': 1}[anchor] * width
        if words.strip():
            yield words, left, left + width, y - 0.7 * size, y


def faults(svg):
    width, height = map(int, SIZE.search(svg).groups())
    seen = []
    for words, left, right, top, bottom in sorted(set(texts(svg)), key=lambda t: t[3]):
        if left < 0 or right > width or top < 0 or bottom > height:
            yield '"%s" reaches beyond the page' % words
        for other, left2, right2, top2, bottom2 in seen:
            if left < right2 and left2 < right and top < bottom2 and top2 < bottom:
                yield '"%s" lies upon "%s"' % (words, other)
        seen.append((words, left, right, top, bottom))
    if not seen:
        yield 'no text was found'


failed = False
for name in sys.argv[1:]:
    with open(name, encoding='utf-8') as f:
        for fault in faults(f.read()):
            print('%s: %s' % (name, fault))
            failed = True
sys.exit(failed)
