#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""figures.py TIMELINES DURATIONS STAGES - compute the latter two from the first, exactly, and compare to 1 ns"""
import csv
import sys
from fractions import Fraction


def ns(text):
    """'-1.250000000' as whole nanoseconds."""
    if not text:
        return None
    assert len(text.partition('.')[2]) == 9, text
    return int(text.replace('.', ''))


def worth(text):
    """Of a value: a duration as nanoseconds, a number as thousandths."""
    whole, _, fraction = text.partition('.')
    return ns(text) if len(fraction) == 9 else int(whole + (fraction + '000')[:3])


def percentile(values, percent):
    """Type 7 of Hyndman and Fan: linear between the closest ranks."""
    rank = Fraction(percent, 100) * (len(values) - 1)
    low = rank.numerator // rank.denominator
    if low + 1 >= len(values):
        return Fraction(values[-1])
    return values[low] + (rank - low) * (values[low + 1] - values[low])


def read(path):
    with open(path, newline='') as f:
        return list(csv.DictReader(f))


timelines, durations, figures = map(read, sys.argv[1:4])
stages = [k for k in timelines[0] if k + '.vm' in timelines[0]]
seen = [s for s in stages if any(r[s] for r in timelines)]
zero = min(ns(r[seen[0]]) for r in timelines if r[seen[0]])
agree = 0

# durations: since the present stage before; of the first stage, since the first one of the run
mine = {s: [] for s in stages + ['total']}
assert [r['id'] for r in timelines] == [r['id'] for r in durations]
assert timelines == sorted(timelines, key=lambda r: (ns(r['start']), r['id'].encode()))
for t, d in zip(timelines, durations):
    before = None
    for s in stages:
        want = None
        if t[s]:
            if s == seen[0]:
                want = ns(t[s]) - zero
            elif before is not None:
                want = ns(t[s]) - before
            before = ns(t[s])
        assert ns(d[s]) == want, (t['id'], s, d[s], want)
        if want is not None:
            mine[s].append((want, t['id']))
        agree += 1
    times = [ns(t[s]) for s in stages if t[s]]
    if times:
        assert ns(t['start']) == min(times) and ns(t['end']) == max(times), t['id']
        mine['total'].append((max(times) - min(times), t['id']))
    assert ns(t['total']) == ns(d['total']) == ns(t['end']) - ns(t['start']), t['id']

sum_of_totals = sum(v for v, _ in mine['total'])
values_of = [f['stage'] for f in figures][len(stages) + 1:]
assert [f['stage'] for f in figures] == stages + ['total'] + values_of
for v in values_of:
    mine[v] = [(worth(t[v]), t['id']) for t in timelines if t[v]]
for f in figures:
    pairs = sorted(mine[f['stage']], key=lambda p: (p[0], p[1].encode()))
    values = [v for v, _ in pairs]
    n = len(values)
    assert (int(f['n']), int(f['negative'])) == (n, sum(v < 0 for v in values)), f
    if not n:
        assert not any(f[k] for k in ('min', 'mean', 'sd', 'p50', 'p99', 'max', 'min_id', 'max_id')), f
        continue
    mean = Fraction(sum(values), n)
    variance = sum((v - mean) ** 2 for v in values) / (n - 1) if n > 1 else Fraction(0)
    want = {'min': values[0], 'max': values[-1], 'mean': mean, 'p50': percentile(values, 50), 'p90': percentile(values, 90),
            'p95': percentile(values, 95), 'p99': percentile(values, 99)}
    for k, w in want.items():
        assert abs(worth(f[k]) - w) <= 1, (f['stage'], k, f[k], float(w))
        agree += 1
    sd = worth(f['sd'])  # compared as squares, which are exact
    assert max(sd - 1, 0) ** 2 <= variance <= (sd + 1) ** 2, (f['stage'], sd, float(variance) ** 0.5)
    assert f['min_id'] == pairs[0][1], f
    assert f['max_id'] == min((i for v, i in pairs if v == values[-1]), key=str.encode), f
    if f['stage'] in values_of:
        assert not f['share'], f
    elif f['stage'] not in ('total', seen[0]) and sum_of_totals:
        assert abs(Fraction(f['share']) - Fraction(sum(values), sum_of_totals)) < Fraction(1, 1000000), f
    agree += 4
print(agree, 'figures agree')
