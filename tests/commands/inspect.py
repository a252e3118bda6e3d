# SPDX-License-Identifier: Apache-2.0
"""Survey logs once more, by other means, and compare with `cicerone inspect -f json` on standard input.

usage: inspect.py < inspect.json
"""
import calendar, gzip, json, re, sys, time

LEVELS = ['debug', 'info', 'error', 'fatal']


def nanoseconds(text):
    m = re.fullmatch(r'(\d+)\.(\d+)', text)
    if m:
        return int(m[1]) * 10**9 + int(m[2].ljust(9, '0')), 'epoch'
    m = re.fullmatch(r'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z', text)
    seconds = calendar.timegm(time.strptime(m[1], '%Y-%m-%dT%H:%M:%S'))
    return seconds * 10**9 + int((m[2] or '').ljust(9, '0')), 'rfc3339'


def lager(line):
    try:
        r = json.loads(line[line.index(b'{'):])
        level = LEVELS[r['log_level']] if 'log_level' in r else r['level']
        return r, level, *nanoseconds(r['timestamp'])
    except (ValueError, KeyError, TypeError):
        return None


STAMP = rb'\d{4}([-/])\d\d\1\d\d[T _]\d\d:\d\d:\d\d([.,]\d{1,9})?'
OTHERS = [('cf logs', rb'\s*' + STAMP + rb'(Z|[+-]\d\d:?\d\d)\s+\[[A-Za-z][^]]*\]\s*(OUT|ERR)\b'),
          ('text', rb'\s*\[?' + STAMP + rb'\b'),
          ('dump', rb'panic: |goroutine \d+ \[.*:$|\s+\S+\.go:\d+')]


def other(line):
    try:
        if not {'timestamp', 'message'} <= json.loads(line).keys():
            return 'json'
    except (ValueError, AttributeError):
        pass
    return next((kind for kind, pattern in OTHERS if re.match(pattern, line)), 'bare')


def survey(path, components):
    raw = open(path, 'rb').read()
    packing = 'gzip' if raw[:2] == b'\x1f\x8b' else 'plain'
    text = gzip.decompress(raw) if packing == 'gzip' else raw
    f = {'packing': packing, 'size': len(raw), 'bytes': len(text), 'lines': 0, 'lager': 0, 'damaged': 0, 'other': 0, 'others': {},
         'epoch': 0, 'rfc3339': 0, 'levels': dict.fromkeys(LEVELS, 0), 'steps_back': 0}
    m = re.search(r'/([^/]+)-(\d+)/[^/]+/[^/]+$', path)
    before = None
    for line in text.split(b'\n'):
        if not line.strip(b'\r'):
            continue
        f['lines'] += 1
        found = lager(line)
        if not found:
            kind = other(line)
            if kind != 'json' and (line.lstrip().startswith(b'{') or b'{"timestamp"' in line):
                f['damaged'] += 1
            else:
                f['other'] += 1
                f['others'][kind] = f['others'].get(kind, 0) + 1
            continue
        r, level, t, form = found
        data = r.get('data') or {}
        vm = f"{data['cicerone-job']}/{data['cicerone-index']}" if 'cicerone-job' in data else f'{m[1]}/{m[2]}' if m else ''
        f['lager'] += 1
        f[form] += 1
        f['levels'][level] += 1
        f['first_ns'] = min(t, f.get('first_ns', t))
        f['last_ns'] = max(t, f.get('last_ns', t))
        if before is not None and t < before:
            f['steps_back'] += 1
            f['worst_back_ns'] = max(before - t, f.get('worst_back_ns', 0))
        if before is not None and t - before > f.get('gap_ns', 0):
            f['gap_ns'], f['gap_at_ns'] = t - before, before
        before = t
        c = components.setdefault((vm, r['source']), {'levels': dict.fromkeys(LEVELS, 0), 'files': set(), 'starts': 0, 'exits': 0})
        c['levels'][level] += 1
        c['files'].add(path)
        c['first_ns'] = min(t, c.get('first_ns', t))
        c['last_ns'] = max(t, c.get('last_ns', t))
        c['starts'] += r['message'] == r['source'] + '.started'
        c['exits'] += r['message'] == r['source'] + '.exited'
    return f


def compare(what, want, got):
    for key, value in want.items():
        if got.get(key) != value:
            sys.exit(f'{what}: {key} is {got.get(key)}, and should be {value}')
    return len(want)


doc = json.load(sys.stdin)
figures = 0
components = {}
for f in doc['files']:
    figures += compare(f['file'], survey(f['file'], components), f)
for c in components.values():
    c['files'] = len(c['files'])
listed = {(c.get('vm', ''), c['component']): c for c in doc['components']}
if sorted(listed) != sorted(components) or list(listed) != sorted(listed):
    sys.exit(f'other components: {sorted(components)}')
for key, c in components.items():
    figures += compare(key, c, listed[key])
for key in 'lines', 'lager', 'damaged', 'other', 'steps_back':
    if doc['total'][key] != sum(f[key] for f in doc['files']):
        sys.exit(f'total {key}')
print(figures, 'figures agree')
