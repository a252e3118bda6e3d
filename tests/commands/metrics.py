# SPDX-License-Identifier: Apache-2.0
"""metrics.py INFLUX CSV OPENMETRICS [TREE [SOURCE]] - the three formats agree, and are what a tree holds

The formats are read by parsers of their own, as strict as those of the systems that they are for.
"""
import collections
import csv
import re
import sys
from decimal import Decimal
from fractions import Fraction

from lager_tree import logs

QUANTILES = {'p10': '0.1', 'p50': '0.5', 'p90': '0.9', 'p95': '0.95', 'p99': '0.99'}


def influx(path):
    """Points as (name, tags, value, time), as InfluxDB scans a line: a backslash takes the next byte along."""
    for line in open(path, newline='\n'):
        assert line.endswith('\n') and '\r' not in line
        parts, part, i, line = [], '', 0, line[:-1]
        while i < len(line):
            if line[i] == '\\' and line[i + 1] in ',= \\':
                part += line[i + 1]
                i += 1
            elif line[i] in ', ' and len(parts) < 100:
                parts.append((part, line[i]))
                part = ''
            elif line[i] == '=':
                part += '\0'
            else:
                part += line[i]
            i += 1
        assert [end for _, end in parts].count(' ') == 2, line
        name, *tags = [p for p, _ in parts[:-1]]
        pairs = [t.split('\0') for t in tags]
        assert all(len(p) == 2 and p[0] and p[1] for p in pairs), line
        keys = [k for k, _ in pairs]
        assert keys == sorted(set(keys)) and name.startswith('cf.diego.'), line
        field = re.fullmatch('value\0(\\d+)', parts[-1][0])
        assert field, line
        yield name[len('cf.diego.'):], dict(pairs), int(field[1]), int(part)


def openmetrics(path):
    """{(family, labels): {quantile, 'count' or 'sum': value}}"""
    text = open(path, newline='\n').read()
    assert text.endswith('# EOF\n')
    samples, family, done, last = {}, None, set(), None
    label = r'([a-z_]+)="((?:[^"\\\n]|\\["\\n])*)"'
    for line in text.split('\n')[:-2]:
        if line.startswith('# TYPE '):
            family, kind = line[7:].split(' ')
            assert kind == 'summary' and family not in done and family.endswith('_seconds')
            done.add(family)
        elif line.startswith('# UNIT '):
            assert line == f'# UNIT {family} seconds'
        elif line.startswith('# HELP '):
            assert line.startswith(f'# HELP {family} ')
        else:
            m = re.fullmatch(r'([a-z_]+)\{(%s(?:,%s)*)\} (\S+)' % (label, label), line)
            assert m and m[1] in (family, family + '_count', family + '_sum'), line
            labels = {k: re.sub(r'\\(.)', lambda e: '\n' if e[1] == 'n' else e[1], v)
                      for k, v in re.findall(label, m[2])}
            what = labels.pop('quantile', m[1][len(family) + 1:])
            key = family, tuple(sorted(labels.items()))
            assert what and (key == last or key not in samples), line
            last = key
            assert what not in samples.setdefault(key, {})
            samples[key][what] = Decimal(line.rsplit(' ', 1)[1])
            assert samples[key][what] >= 0
    return samples


def percentile(values, p):
    rank = (len(values) - 1) * Fraction(p)
    low = int(rank)
    high = values[min(low + 1, len(values) - 1)]
    return values[low] + (high - values[low]) * (rank - low)


def snake(name):
    return 'cf_diego_' + re.sub(r'(?<=[a-z])(?=[A-Z])|(?<=LRP)(?=[A-Z])', '_', name).lower() + '_seconds'


def compare_formats(points, rows, samples):
    of = collections.defaultdict(list)
    for name, tags, value, _ in points:
        of[name, tags['component'], tags.get('request', '')].append(value)
    assert [r[:3] for r in rows] == [list(k) for k in of] or sorted(map(tuple, (r[:3] for r in rows))) == sorted(of)
    assert len(samples) == len(of)
    for name, component, request, *figures in rows:
        values = sorted(of[name, component, request])
        labels = {'component': component} | ({'request': request} if name == 'RequestLatency' else {})
        sample = samples[snake(name), tuple(sorted(labels.items()))]
        assert int(figures[5]) == len(values) == sample['count']
        assert abs(sample['sum'] * 10**9 - sum(values)) <= 1000 and len(sample) == 7
        for (_, q), figure in zip(QUANTILES.items(), figures):
            assert abs(int(Decimal(figure) * 10**9) - percentile(values, q)) <= Fraction(1, 2) + Fraction(1, 100)
            assert sample[q] == Decimal(figure)


def expected(tree, source):
    """What perfchug would have found, but within one process of one VM; a Task ends as the rep has it.

    An instance that was unclaimed or crashed on the way is another one when it runs.
    """
    requests, tasks, ends, heard, created, running, again = collections.Counter(), {}, {}, {}, {}, {}, {}
    for lines in logs(tree):
        pending = {}
        broken = {(line.session, line.data.get('task_guid')) for line in lines if line.error}
        for line in lines:
            m, d = line.message, line.data
            if source and line.source != source:
                continue
            if 'method' in d and 'request' in d and m.endswith('.request.serving'):
                pending[line.session] = line.ns
            elif 'request' in d and m.endswith('.request.done') and line.session in pending:
                start = pending.pop(line.session)
                requests[m.split('.')[0], start, line.ns - start] += 1
            elif m.endswith('.task-processor.succeeded-completing-task'):
                heard.setdefault(d['container-guid'], line.ns)
            elif line.source != 'bbs':
                continue
            elif re.search(r'\.(db-)?desire-task\.starting$', m):
                tasks[d['task_guid']] = min(line.ns, tasks.get(d['task_guid'], line.ns))
            elif re.search(r'\.(db-)?complete-task\.complete$', m):
                if (line.session, d['task_guid']) in broken:  # it says so on its way out of a failure too
                    continue
                ends[d['task_guid']] = min(line.ns, ends.get(d['task_guid'], line.ns))
            elif re.search(r'create-unclaimed-actual-lrp\.starting$', m) and isinstance(d.get('actual_lrp_key'), dict):
                created.setdefault((d['actual_lrp_key']['process_guid'], str(d['actual_lrp_key']['index'])), line.ns)
            elif re.search(r'\.(db-)?(crash|unclaim)-actual-lrp\.starting$', m):
                key = d.get('actual_lrp_key') or d.get('key') or d
                if 'process_guid' in key and 'index' in key:
                    again.setdefault((key['process_guid'], str(key['index'])), line.ns)
            elif re.search(r'start-actual-lrp\.complete', m) and isinstance(d.get('actual_lrp_key'), dict):
                running.setdefault((d['actual_lrp_key']['process_guid'], str(d['actual_lrp_key']['index'])), line.ns)
    ends |= heard
    return requests, {t: (tasks[t], ends[t] - tasks[t]) for t in tasks if t in ends}, \
        {k: (created[k], running[k] - created[k]) for k in created if k in running and running[k] < again.get(k, 1 << 63)}


def compare_tree(points, tree, source=None):
    requests, tasks, lrps = expected(tree, source)
    ours = collections.Counter((t['component'], at, value) for n, t, value, at in points if n == 'RequestLatency')
    assert ours == requests, (ours - requests, requests - ours)
    mine = {t['task_guid']: (at, value) for n, t, value, at in points if n == 'TaskLifecycle'}
    assert mine == tasks, set(mine.items()) ^ set(tasks.items())
    instances = {((t['process_guid'], t['index']), at, value) for n, t, value, at in points if n == 'LRPLifecycle'}
    missing = {(k, *v) for k, v in lrps.items()} - instances
    assert not missing, missing
    return len(requests), len(tasks), len(lrps)


if __name__ == '__main__':
    points = list(influx(sys.argv[1]))
    head, *rows = csv.reader(open(sys.argv[2], newline=''))
    assert head == ['metric', 'component', 'request', *QUANTILES, 'count']
    compare_formats(points, rows, openmetrics(sys.argv[3]))
    counts = compare_tree(points, *sys.argv[4:]) if len(sys.argv) > 4 else ()
    print(f'{len(points)} points in {len(rows)} rows agree', *counts)
