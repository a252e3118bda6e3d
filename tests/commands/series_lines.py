#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""series_lines.py TREE CSV EVERY - series that lines tell by themselves, counted from the lines

Errors of each component, requests in the access log of the BBS and their max and p95, what cells had left.
CSV is that of `cicerone series`.
"""
import collections
import csv
import glob
import gzip
import json
import os
import sys
from datetime import datetime, timezone

tree, path, every = sys.argv[1], sys.argv[2], int(sys.argv[3])


def seconds(text):
    """The whole seconds of a time; a bin has no use of the rest."""
    if 'T' in text:
        return int(datetime.strptime(text[:19], '%Y-%m-%dT%H:%M:%S').replace(tzinfo=timezone.utc).timestamp())
    return int(text.partition('.')[0])


def p95(values):
    values = sorted(values)
    rank = (len(values) - 1) * 0.95
    low = int(rank)
    if low + 1 >= len(values):
        return values[-1]
    return values[low] + int((values[low + 1] - values[low]) * (rank - low) + 0.5)


errors, sources = collections.Counter(), set()
durations, served, memory = collections.defaultdict(list), collections.Counter(), {}
for name in glob.glob(os.path.join(tree, '*', '*', '*.log*')):
    job = name.split('/')[-3].rpartition('-')
    vm = '%s/%s' % (job[0], job[2])
    with open(name, 'rb') as f:
        packed = f.read(2) == b'\x1f\x8b'
    with (gzip.open if packed else open)(name, 'rt', errors='replace') as f:
        for text in f:
            try:
                line = json.loads(text)
                at = seconds(line['timestamp']) // every * every
            except (ValueError, KeyError, TypeError):
                continue
            data, message = line.get('data') or {}, line['message']
            sources.add(line['source'])
            if line.get('log_level') in (2, 3) or line.get('level') in ('error', 'fatal'):
                errors[line['source'], at] += 1
            if line['source'] == 'bbs-access' and message.endswith('.request.serving'):
                served[at] += 1
            if line['source'] == 'bbs-access' and message.endswith('.request.done') and '/events' not in data['request']:
                durations[at].append(int(data['duration']))
            if message.endswith('.auction-state.provided'):
                key = vm, at
                memory[key] = max(memory.get(key, ('', 0)), (line['timestamp'], data['available-resources']['MemoryMB']))

checked = collections.Counter()
for row in csv.DictReader(open(path)):
    at, series, key, value = int(row['time'].partition('.')[0]), row['series'], row['key'], row['value']
    expected = None
    if series == 'errors' and value:
        expected = str(errors.pop((key, at), 0))
        sources.discard(key)
    elif series == 'bbs-requests' and key == 'bbs-access' and value:
        expected = str(served.pop(at, 0))
    elif series == 'bbs-latency' and key == 'max bbs-access':
        expected = '%.9f' % (max(durations[at]) / 1e9) if at in durations else ''
    elif series == 'bbs-latency' and key == 'p95 bbs-access':
        expected = '%.9f' % (p95(durations[at]) / 1e9) if at in durations else ''
    elif series == 'cell-memory' and (key, at) in memory:
        expected = str(memory.pop((key, at))[1])
    if expected is None:
        continue
    checked[series] += 1
    assert value == expected, (row, expected)
assert not errors and not sources and not served and not memory, (errors, sources, served, memory)
print('agree: ' + ', '.join('%s %d' % k for k in sorted(checked.items())))
