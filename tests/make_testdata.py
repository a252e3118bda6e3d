#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make_testdata.py - cut testdata/ out of the recorded logs

  tests/make_testdata.py [--shared ../shared]

Copies lines as they are: all that name one of the entities chosen below, and
of those that name no entity at all every so many.  testdata/rounds has what is
logged of loops, auctions, evacuations, and some requests.  The same logs give the
same bytes.
"""
import argparse
import csv
import glob
import gzip
import json
import os
import re
import shutil

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# What to cut out of each tree: tasks, and (process guid, index) of LRPs.
TREES = {
    'epoch': {
        'to': 'logs',
        'noise': 90,
        # 18 of one burst (12 could not be made), cancelled, exit status, resolved by hand, unplaceable, lost cell
        'tasks': ['fezzik-1-2a3e79de-a84a-4095-73ec-99d68656b32e-%d' % i for i in range(18)] +
                 ['extra-84a05b13-4c72-4a8d-5765-14d76376efbb-' + s
                  for s in ('cancel-task-0', 'cancel-task-1', 'exit3-task', 'byhand-task-0', 'toobig-task')] +
                 ['slow-5b3cb0a7-93f7-4a36-624d-e452e0577bf9-' + s for s in ('3', '13')],
        # 9 of one burst, one that could not be made at first, four crashes, unplaceable, lost, evacuated
        'lrps': [('fezzik-1-55bf7ba8-3b00-4804-42ed-5410cbce7e61', i) for i in range(9)] +
                [('fezzik-1-5b7afdd8-6757-4bff-5697-8275d4fc8aaf', 45),
                 ('extra-84a05b13-4c72-4a8d-5765-14d76376efbb-crash', 0),
                 ('extra-84a05b13-4c72-4a8d-5765-14d76376efbb-toobig', 0),
                 ('hold-95b595d7-febe-4d47-a02f-8dde4cb2e5d6', 5),
                 ('hold-95b595d7-febe-4d47-a02f-8dde4cb2e5d6', 13)],
    },
    'rfc3339': {
        'to': 'rfc3339',
        'noise': 400,
        'tasks': ['fezzik-1-5f269336-4c0c-4001-6f96-b15f84a238ad-104',
                  'fezzik-1-5f269336-4c0c-4001-6f96-b15f84a238ad-105',
                  'extra-acd97cf2-8890-4203-49c5-449f09b349a3-cancel-task-1',
                  'extra-acd97cf2-8890-4203-49c5-449f09b349a3-byhand-task-0',
                  'slow-25a61811-8d04-47c8-51db-8ddfb5f275c2-7'],
        'lrps': [('fezzik-1-2dbc72e0-4181-4317-54a4-f8adfc658628', 15),
                 ('fezzik-1-2dbc72e0-4181-4317-54a4-f8adfc658628', 3),
                 ('hold-b7831780-5a28-443a-a452-de16b3264c7d', 8)],
    },
    'epoch2018': {
        'to': '2018',
        'noise': 400,
        'tasks': ['fezzik-1-0030419f-d683-420d-69e7-98cbebc809e0-29',
                  'fezzik-1-0030419f-d683-420d-69e7-98cbebc809e0-30',
                  'fezzik-1-0030419f-d683-420d-69e7-98cbebc809e0-137',
                  'extra-52fb5381-01fa-454b-47c5-89089463eebd-cancel-task-0',
                  'slow-21e8d5e3-f4d1-4555-7952-2f8fe2621e5c-2'],
        'lrps': [('fezzik-1-16b64218-d9c3-4e92-5af0-4ae3216054b5', 14),
                 ('hold-365b1446-72f3-4678-859e-95d75e1e1d0d', 10),
                 ('extra-52fb5381-01fa-454b-47c5-89089463eebd-nostack', 0)],
    },
}
# The generated log of 2015: so many of the first tasks and LRP instances of its expected times.
UNIFIED = {'from': 'oracle/mixed', 'to': 'unified-2015', 'noise': 60, 'tasks': 6, 'lrps': 5}

SHORT = re.compile(r'\b[0-9a-f]{8}(?:-[0-9a-f]{4}){4}\b')  # an instance guid, cut short by its makers
TASK = re.compile(r'\b(?:fezzik-1|extra|slow|task)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9a-z][0-9a-z-]*')
PROCESS = re.compile(r'\b(?:fezzik-1|extra|hold)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')


def pairs(value):
    """All (process guid, index) that a decoded line names."""
    if isinstance(value, list):
        for v in value:
            yield from pairs(v)
    elif isinstance(value, dict):
        for guid in ('process_guid', 'process-guid', 'app_guid', 'ProcessGuid'):
            for index in ('index', 'Index'):
                if guid in value and value.get(index) is not None:
                    yield value[guid], int(value[index])
        if re.search(r'\.\d+$', str(value.get('lrp-guid', ''))):
            guid, _, index = value['lrp-guid'].rpartition('.')
            yield guid, int(index)
        for v in value.values():
            yield from pairs(v)


def read(path):
    with open(path, 'rb') as f:
        packed = f.read(2) == b'\x1f\x8b'
    with (gzip.open if packed else open)(path, 'rb') as f:
        return f.read().splitlines(keepends=True)


def write(path, lines):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        if not path.endswith('.gz'):
            f.writelines(lines)
            return
        with gzip.GzipFile('', 'wb', 9, f, mtime=0) as z:  # no name, no time: the same bytes each time
            z.writelines(lines)


def decode(line):
    try:
        return json.loads(line)
    except ValueError:
        return None


def instances_of(files, wanted):
    """The instance guids that some line ties to a wanted (process guid, index)."""
    found = set()
    for lines in files.values():
        for line in lines:
            if b'lrp-instance-key' not in line:
                continue
            data = (decode(line) or {}).get('data') or {}
            key = data.get('lrp-key', {})
            if (key.get('process_guid'), key.get('index')) in wanted:
                found.add(data['lrp-instance-key']['instance_guid'])
    return found


def cut(lines, tasks, wanted, instances, noise):
    """The lines of the chosen entities, and some of nobody's."""
    nobody = 0
    for line in lines:
        text = line.decode('utf-8', 'replace')
        named = set(TASK.findall(text))
        guids = set(SHORT.findall(text))
        data = decode(text)
        if data is None:
            yield line
        elif named & tasks or guids & instances:
            if 'bulk' not in text:  # long lists of all containers there are
                yield line
        elif wanted & set(pairs(data)):
            yield line
        elif not named and not guids and not PROCESS.search(text):
            nobody += 1
            if nobody % noise == 0:
                yield line


def cut_tree(shared, out, name, spec):
    base = os.path.join(shared, 'recorded', name)
    files = {os.path.relpath(p, base): read(p) for p in sorted(glob.glob(base + '/*/*/*.log*'))}
    tasks, wanted = set(spec['tasks']), set(spec['lrps'])
    instances = instances_of(files, wanted)
    for path, lines in files.items():
        kept = list(cut(lines, tasks, wanted, instances, spec['noise']))
        if kept:
            write(os.path.join(out, spec['to'], path), kept)


# All of these, and of requests those whose session is a multiple of REQUESTS; of each message at most this many a file.
ROUNDS = re.compile(
    rb'"message":"(bbs\.executing-convergence\.|rep\.running-bulker\.sync\.(starting|finished|batch-operations\.[a-z-]+)"'
    rb'|auctioneer\.auction\.(fetch|schedul)[a-z-]+"|rep\.(running-evacuator|evacuation-cleanup)\.[a-z-]+"|rep\.exited")')
REQUESTS = 60
REQUEST = re.compile(rb'"message":"([a-z-]+\.request\.(serving|done)|guardian\.api\.garden-server\.[a-z_-]+\.[a-z-]+'
                     rb'|locket\.[a-z-]+\.(started|complete))".*"session":"(?:1\.1\.)?(\d+)"')
ROUNDS_PER_MESSAGE = 12


def cut_rounds(shared, out, name, to):
    base = os.path.join(shared, 'recorded', name)
    kept = {}
    for p in sorted(glob.glob(base + '/*/*/*.log*')):
        parts = os.path.relpath(p, base).split('/')
        process = kept.setdefault((parts[0], parts[1], parts[2].startswith('bbs.access')), [])
        seen = {}
        for line in read(p):
            turn, request = ROUNDS.search(line), REQUEST.search(line)
            if turn:
                seen[turn[0]] = seen.get(turn[0], 0) + 1
            if turn and seen[turn[0]] <= ROUNDS_PER_MESSAGE or request and int(request[4]) % REQUESTS == 0:
                process.append(line)
    for (vm, process, access), lines in kept.items():
        if lines:
            write(os.path.join(out, 'rounds', to, vm, process, process + ('.access' if access else '.stdout') + '.log.gz'), lines)


def cut_unified(shared, out):
    source = os.path.join(shared, UNIFIED['from'])
    chosen = set()
    for kind in ('tasks', 'lrps'):
        with open('%s-%s.expected.times-ns.csv' % (source, kind), newline='') as f:
            rows = list(csv.reader(f))[:1 + UNIFIED[kind]]
        chosen |= {r[0] for r in rows[1:]}
        with open(os.path.join(out, '%s.%s.times-ns.csv' % (UNIFIED['to'], kind)), 'w', newline='') as f:
            csv.writer(f, lineterminator='\n').writerows(rows)
    lines = read(source + '.log.gz')
    indexes, process = set(), None
    for line in lines:
        text = line.decode()
        if '.claim-actual-lrp.starting' in text and any(c in text for c in chosen):
            data = json.loads(text)['data']
            process = data['process_guid']
            indexes.add((process, data['index']))
    kept, nobody = [], 0
    for line in lines:
        text = line.decode()
        if any(re.search(re.escape(c) + r'\b', text) for c in chosen) or indexes & set(pairs(decode(text))) \
                and process + '-' not in text and 'instance_guid":"' not in text.replace('instance_guid":""', ''):
            kept.append(line)
        elif not TASK.search(text) and process not in text:
            nobody += 1
            if nobody % UNIFIED['noise'] == 0:
                kept.append(line)
    write(os.path.join(out, UNIFIED['to'] + '.log.gz'), kept)


def cut_reports(shared, out):
    """Of the first report of Tasks and of instances, what the logs cut out above hold."""
    spec = TREES['epoch']
    indexes = {str(i) for process, i in spec['lrps'] if process == spec['lrps'][0][0]}
    with open(os.path.join(shared, 'recorded', 'truth', 'epoch', 'reports.json')) as f:
        lines = f.read().splitlines()
    cut = []
    for mark, keep, count in (('TASK_REPORT', set(spec['tasks']), 'NumRequested'),
                              ('LRP_REPORT', indexes, 'NumInstances')):
        report = json.loads(lines[lines.index(mark) + 1])
        for key, value in report.items():
            if key.startswith('TimeTo') or key == 'FailedTasks':
                report[key] = {k: v for k, v in value.items() if k in keep}
        report[count] = max(len(v) for k, v in report.items() if k.startswith('TimeTo'))
        cut += [mark, json.dumps(report, separators=(',', ':'), ensure_ascii=False)]
    with open(os.path.join(out, 'suites', 'reports.json'), 'w') as f:
        f.write('\n'.join(cut) + '\n')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--shared', default=os.path.join(HERE, '..', 'shared'))
    p.add_argument('--out', default=os.path.join(HERE, 'testdata'))
    a = p.parse_args()
    for name, spec in TREES.items():
        shutil.rmtree(os.path.join(a.out, spec['to']), ignore_errors=True)
        cut_tree(a.shared, a.out, name, spec)
    shutil.rmtree(os.path.join(a.out, 'rounds'), ignore_errors=True)
    for name, spec in TREES.items():
        cut_rounds(a.shared, a.out, name, spec['to'])
    cut_unified(a.shared, a.out)
    cut_reports(a.shared, a.out)


if __name__ == '__main__':
    main()
