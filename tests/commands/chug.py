#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""chug.py NDJSON - every object against the very line of the file it is of, decoded once more by other means."""
import gzip
import json
import re
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal

LEVELS = ['debug', 'info', 'error', 'fatal']


def ns_of(stamp):
    if re.fullmatch(r'\d+(\.\d+)?', stamp):
        return int(Decimal(stamp) * 10**9)
    head, fraction, zone = re.fullmatch(r'(.{19})(?:\.(\d+))?(Z|[+-]\d\d:\d\d)', stamp).groups()
    at = datetime.fromisoformat(head + ('+00:00' if zone == 'Z' else zone))
    whole = (at - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(seconds=1)
    return whole * 10**9 + int((fraction or '').ljust(9, '0'))


def text_of(ns):
    return datetime.fromtimestamp(ns // 10**9, timezone.utc).strftime('%Y-%m-%dT%H:%M:%S') + '.%09dZ' % (ns % 10**9)


def lager(line):
    """The object that is wanted for a line, without its place; None if it is not lager."""
    try:
        o = json.JSONDecoder().raw_decode(line[line.index('{'):])[0]
        level = LEVELS[o['log_level']] if 'log_level' in o else o['level'].lower()
        ns = ns_of(o['timestamp'])
        data = o.get('data')
        want = {'time': text_of(ns), 'time_ns': ns, 'level': level, 'source': o['source'], 'message': o['message']}
    except (ValueError, KeyError):
        return None
    if data is None:
        return want
    if 'session' in data:
        want['session'] = data['session']
    for key in 'error', 'trace':
        if key in data and level in ('error', 'fatal'):
            want[key] = data[key]
    for key in 'job', 'index':
        if 'cicerone-' + key in data:
            want[key] = str(data['cicerone-' + key])
    want['data'] = {k: v for k, v in data.items() if k not in ('cicerone-job', 'cicerone-index')}
    return want


def place(path):
    folders = path.split('/')[:-1]
    for name in reversed(folders[-2:]):
        m = re.fullmatch(r'(.+)-(\d+)', name)
        if m:
            return {'job': m[1], 'index': m[2]}
    return {}


files, next_line, count = {}, {}, 0
for row in open(sys.argv[1], encoding='utf-8', errors='strict', newline='\n'):
    got = json.loads(row)
    path = got.pop('file')
    if path not in files:
        with (gzip.open if path.endswith('.gz') else open)(path, 'rb') as f:
            files[path] = f.read().decode('utf-8', 'replace').split('\n')
    number = got.pop('line')
    assert number > next_line.get(path, 0), (path, number)
    for skipped in files[path][next_line.get(path, 0):number - 1]:
        assert skipped.strip('\r') == '', (path, skipped)
    next_line[path] = number
    line = files[path][number - 1].removesuffix('\r')
    want = lager(line)
    if want is None:
        assert re.fullmatch('[a-z ]+', got.pop('kind')), row
        want = {'raw': line}
    elif 'job' not in want:
        want |= place(path)
    assert got == want, '\ngot  %s\nwant %s' % (got, want)
    count += 1
for path, lines in files.items():
    assert all(rest == '' for rest in lines[next_line[path]:]), path
print(count, 'lines of', len(files), 'files agree')
