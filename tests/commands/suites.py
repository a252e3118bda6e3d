#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""suites.py fezzik REPORTS FOLDER [TASKS LRPS] | cedar DATA FOLDER - count again what cicerone wrote to a folder

TASKS and LRPS are timelines.csv of the logs that the reports were compared with.
"""
import csv
import datetime
import glob
import json
import os
import re
import statistics
import sys
from decimal import Decimal
from fractions import Fraction


def read(path):
    with open(path, newline='') as f:
        return list(csv.DictReader(f))


def ns(text):
    """'-1.250000000' as whole nanoseconds."""
    if not text:
        return None
    assert len(text.partition('.')[2]) == 9, text
    return int(text.replace('.', ''))


def percentile(values, percent):
    """Type 7 of Hyndman and Fan: linear between the closest ranks."""
    values = sorted(values)
    rank = Fraction(percent, 100) * (len(values) - 1)
    low = rank.numerator // rank.denominator
    if low + 1 >= len(values):
        return Fraction(values[-1])
    return values[low] + (rank - low) * (values[low + 1] - values[low])


def check_figures(row, values):
    assert int(row['n']) == len(values), (row, len(values))
    assert int(row['negative']) == sum(v < 0 for v in values), row
    if not values:
        assert not any(row[k] for k in ('min', 'mean', 'sd', 'p50', 'p90', 'p95', 'p99', 'max')), row
        return
    want = {'min': min(values), 'max': max(values), 'mean': Fraction(sum(values), len(values)),
            'sd': statistics.stdev(values) if len(values) > 1 else 0}
    for p in (50, 90, 95, 99):
        want['p%d' % p] = percentile(values, p)
    for key, value in want.items():
        assert abs(ns(row[key]) - value) <= 1, (row, key, float(value))


def read_reports(path):
    with open(path) as f:
        lines = f.read().splitlines()
    for mark, text in zip(lines[::2], lines[1::2]):
        yield mark == 'TASK_REPORT', json.loads(text)


def timestamp(text):
    """RFC 3339 with any fraction, as nanoseconds."""
    whole, fraction = re.fullmatch(r'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?Z', text).groups()
    at = datetime.datetime.fromisoformat(whole + '+00:00')
    return int(at.timestamp()) * 10**9 + int(((fraction or '') + '0' * 9)[:9])


def logs_of(tasks, process, rows, zero, i):
    """What the timelines say of an entity: first and last time since zero, or None."""
    def since(text):
        return ns(text) - zero if text else None

    if tasks:
        row = rows['tasks'].get(i)
        if not row:
            return None, None
        stages = [k[:-3] for k in row if k.endswith('.vm')]
        last = [row[s] for s in stages if row[s]][-1]
        return since(row['Desiring-Task']), since(last)
    mine = [r for r in rows['lrps'] if r['process_guid'] == process and r['index'] == i]
    pick = [[since(r[s]) for r in mine if r[s]] for s in ('Claimed-ALRP', 'Running-In-BBS')]
    return tuple(min(p) if p else None for p in pick)


def fezzik(path, folder, tasks_csv=None, lrps_csv=None):
    entities, reports, cells = (read(os.path.join(folder, n + '.csv')) for n in ('entities', 'reports', 'cells'))
    rows = {'tasks': {r['id']: r for r in read(tasks_csv)} if tasks_csv else {},
            'lrps': read(lrps_csv) if lrps_csv else []}
    seen = 0
    for number, (tasks, report) in enumerate(read_reports(path), 1):
        mine = [r for r in entities if int(r['report']) == number]
        names = ('TimeToCreate', 'TimeToComplete') if tasks else ('TimeToClaimed', 'TimeToRunning')
        first, last = (report[n] for n in names)
        failed = report.get('FailedTasks') or {}
        assert {r['id'] for r in mine} == set(first) | set(last) | set(failed)
        lags = [[], []]
        for r in mine:
            i, zero = r['id'], timestamp(report['ReportTime'])
            assert ns(r['time']) == zero
            assert ns(r['first']) == first.get(i) and ns(r['last']) == last.get(i), r
            assert r['reason'] == failed.get(i, ''), r
            assert (r['outcome'] == 'failed') == (i in failed), r
            for k, (client, logs) in enumerate(zip((first.get(i), last.get(i)),
                                                   logs_of(tasks, r['process_guid'], rows, zero, i))):
                column = ('first', 'last')[k]
                assert ns(r['log_' + column]) == logs, (r, logs)
                if client is not None and logs is not None:
                    lags[k].append(client - logs)
                    assert ns(r[column + '_lag']) == client - logs, r
                else:
                    assert not r[column + '_lag'], r
            seen += 1
        figures = {r['measure']: r for r in reports if int(r['report']) == number}
        words = ('created', 'completed') if tasks else ('claimed', 'running')
        for k, values in enumerate((first, last)):
            row = figures[words[k]]
            check_figures(row, list(values.values()))
            assert int(row['done']) == len(last) and int(row['failed']) == len(failed)
            if tasks_csv:
                check_figures(figures[words[k] + '-lag'], lags[k])
        spread = report['TaskDistribution' if tasks else 'LRPDistribution']
        assert {r['cell']: int(r['count']) for r in cells if int(r['report']) == number} == spread
    assert seen == len(entities) > 0
    print(seen, 'entities agree')


def app_time(text):
    return int(Decimal(repr(datetime.datetime.strptime(text, '%Y-%m-%dT%H:%M:%S.%f%z').timestamp())) * 10**9)


def cedar(data, folder):
    with open(os.path.join(data, 'output.json')) as f:
        apps = json.load(f)['apps']
    with open(os.path.join(data, 'arborist.json')) as f:
        asked = json.load(f)
    windows = {}
    for path in glob.glob(os.path.join(data, 'm??-*.json')):
        which, number = re.fullmatch(r'(min|max)-(\d+)\.json', os.path.basename(path)).groups()
        with open(path) as f:
            windows.setdefault(int(number), {})[which] = int(f.read()) * 10**9
    rows, checked = read(os.path.join(folder, 'stats.csv')), 0
    for batch in ['all'] + sorted(windows):
        chosen = [a for a in apps if batch == 'all' or
                  windows[batch]['min'] <= app_time(a['push']['start_time']) <= windows[batch]['max']]
        types = {a['app_name']: re.fullmatch(r'.*?-\d+-(.*)-\d+', a['app_name']).group(1) for a in chosen}
        for kind in sorted(set(types.values())) + ['all']:
            group = [a for a in chosen if kind in ('all', types[a['app_name']])]
            for step in ('push', 'start'):
                row, = [r for r in rows if (r['batch'], r['type'], r['step']) == (str(batch), kind, step)]
                good = [a[step]['duration_ns'] for a in group if a[step]['succeeded']]
                check_figures(row, good)
                never = sum(a[step]['start_time'] is None for a in group)
                assert [int(row[k]) for k in ('apps', 'ok', 'failed', 'never')] == \
                    [len(group), len(good), len(group) - len(good) - never, never], row
                answers = [asked[a['app_guid']] for a in group if a['app_guid'] in asked]
                assert [int(row[k]) for k in ('asked', 'routable', 'requests', 'answered')] == \
                    [len(answers), sum(a['FailedRequests'] == 0 for a in answers),
                     sum(a['TotalRequests'] for a in answers), sum(a['SuccessfulRequests'] for a in answers)], row
                checked += 1
    assert checked == len(rows) > 0, (checked, len(rows))
    print(checked, 'rows agree')


{'fezzik': fezzik, 'cedar': cedar}[sys.argv[1]](*sys.argv[2:])
