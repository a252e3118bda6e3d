# SPDX-License-Identifier: Apache-2.0
"""picture.py FILE.png [#RRGGBB...] - print how many colours a PNG has and how much of it is not white; fail if
a colour named is in none of its pixels.  Knows 8 bits a sample and palettes, not interlaced: what gnuplot writes."""
import struct
import sys
import zlib


def pixels(data):
    assert data[:8] == b'\x89PNG\r\n\x1a\n', 'not a PNG'
    at, packed, palette = 8, b'', b''
    while at < len(data):
        size, kind = struct.unpack('>I4s', data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b'IHDR':
            width, height, depth, color, _, _, interlaced = struct.unpack('>IIBBBBB', body)
        elif kind == b'PLTE':
            palette = body
        elif kind == b'IDAT':
            packed += body
        at += 12 + size
    assert depth == 8 and not interlaced, (depth, interlaced)
    step = {2: 3, 3: 1, 6: 4}[color]
    raw, row = zlib.decompress(packed), bytearray(width * step)
    for y in range(height):
        start = y * (width * step + 1)
        method, line = raw[start], bytearray(raw[start + 1:start + 1 + width * step])
        for i in range(len(line)):
            left = line[i - step] if i >= step else 0
            up = row[i]
            corner = row[i - step] if i >= step else 0
            if method == 1:
                line[i] = (line[i] + left) & 255
            elif method == 2:
                line[i] = (line[i] + up) & 255
            elif method == 3:
                line[i] = (line[i] + (left + up) // 2) & 255
            elif method == 4:
                p = left + up - corner
                near = min((abs(p - left), 0, left), (abs(p - up), 1, up), (abs(p - corner), 2, corner))
                line[i] = (line[i] + near[2]) & 255
        row = line
        for x in range(0, len(line), step):
            yield bytes(palette[line[x] * 3:line[x] * 3 + 3]) if color == 3 else bytes(line[x:x + 3])


counts = {}
for p in pixels(open(sys.argv[1], 'rb').read()):
    counts[p] = counts.get(p, 0) + 1
total = sum(counts.values())
for wanted in sys.argv[2:]:
    if bytes.fromhex(wanted[1:]) not in counts:
        sys.exit('%s: no pixel is %s' % (sys.argv[1], wanted))
ink = 1 - counts.get(b'\xff\xff\xff', 0) / total
print('%d colours, %.1f %% inked' % (len(counts), 100 * ink))
if len(counts) < 8 or ink < 0.01:
    sys.exit(sys.argv[1] + ': is as good as blank')
