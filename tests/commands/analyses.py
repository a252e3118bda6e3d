#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""analyses.py LIFECYCLE TREE TIMELINES - what the timelines of a tree must be, found by other means

Each log is put in order of time and read once from its beginning, as a person would: a line that begins
something is noted, the line that ends it closes the note.  What is compared: who, begin, end, further stages,
values, and how it came out.
"""
import collections
import csv
import json
import re
import sys

from lager_tree import logs, ns

lifecycle, tree, path = sys.argv[1:4]


def go(text):
    """A duration of Go in nanoseconds, cut off."""
    from fractions import Fraction
    units = {'h': 3600 * 10**9, 'm': 60 * 10**9, 's': 10**9, 'ms': 10**6, 'µs': 1000, 'ns': 1}
    return sum(int(Fraction(n) * units[u]) for n, u in re.findall(r'([\d.]+)(ms|µs|ns|h|m|s)', text))


class Found(dict):
    """Stages and values of one entity."""

    def first(self, stage, line):
        self.setdefault(stage, line.ns)


def requests():
    serving = re.compile(r'\.request\.serving$|^guardian\.api\.garden-server\.[a-z_-]+\.([a-z]+ing-?[a-z]*|set-property|started)$'
                         r'|^locket\.(?:lock|release|fetch|fetch-all)\.started$')
    done = re.compile(r'\.request\.done$|^guardian\.api\.garden-server\.[a-z_-]+\.'
                      r'([a-z]+ed(?:-out)?|got-[a-z]+|spawned|ending|set-property-complete|failed)$|^locket\.(?:lock|release|fetch|fetch-all)\.complete$')
    for lines in logs(tree):
        pending, last = {}, {}
        for line in lines:
            m = line.message
            key = '%s/%s/%s' % (line.vm, line.source, line.session)
            top = '%s/%s/%s' % (line.vm, line.source, line.session.split('.')[0])
            begins = serving.search(m) and not m.endswith('.list.ending')
            if line.error and ('.request.' in m or line.source == 'locket') and top in pending:
                pending[top]['outcome'] = 'failed'
            elif begins:
                if key in pending:
                    yield key, pending.pop(key)
                pending[key] = last[key] = Found(Serving=line.ns)
            elif done.search(m) and not m.endswith('.run.exited'):
                # what ends without a beginning began before the log does; what ends again has ended
                found = pending.pop(key, None if key in last else Found())
                if found is None:
                    continue
                found['Done'] = line.ns
                if 'duration' in line.data and m.endswith('.done'):
                    found['duration'] = line.data['duration']
                if m.endswith('.failed'):
                    found['outcome'] = 'failed'
                yield key, found
        yield from pending.items()


def loops():
    for lines in logs(tree):
        turns = {}
        for line in lines:
            m = line.message
            turn = re.search(r'running-bulker\.(sync)\.(starting|finished)$', m) or \
                re.search(r'executing-convergence\.(converge-\w+)-(started|done)$', m)
            batch = re.search(r'running-bulker\.sync\.batch-operations\.(started|succeeded)$', m)
            if turn:
                key = '%s/%s/%s/%s' % (line.vm, line.source, line.session, turn[1])
                if turn[2].startswith('start'):
                    if key in turns:
                        yield key, turns.pop(key)
                    turns[key] = Found(Starting=line.ns)
                elif key in turns:
                    turns[key].first('Done', line)
            if batch:
                found = turns['%s/%s/%s/sync' % (line.vm, line.source, line.session.rpartition('.')[0])]
                found.first('Batch-Started' if batch[1] == 'started' else 'Batch-Done', line)
                if 'batch-size' in line.data:
                    found['batch-size'] = line.data['batch-size']
        yield from turns.items()


def auctions():
    stages = {'fetching-cell-reps': 'Fetching-Cells', 'fetched-cell-reps': 'Fetched-Cells',
              'fetching-zone-state': 'Fetching-States', 'fetched-zone-state': 'Fetched-States',
              'fetching-auctions': 'Fetching-Auctions', 'fetched-auctions': 'Fetched-Auctions',
              'scheduling': 'Scheduling', 'scheduled': 'Scheduled'}
    for lines in logs(tree):
        rounds = {}
        for line in lines:
            stage = stages.get(line.message.removeprefix('auctioneer.auction.'))
            if line.source != 'auctioneer' or not stage:
                continue
            key = '%s/auctioneer/%s' % (line.vm, line.session)
            if stage == 'Fetching-Cells':
                if key in rounds:
                    yield key, rounds.pop(key)
                rounds[key] = Found()
            elif key not in rounds:  # cut off: its beginning is not in the log
                continue
            found = rounds[key]
            found.first(stage, line)
            if stage == 'Fetched-States':
                found.setdefault('fetch-states', go(line.data['duration']))
                found.setdefault('cells', line.data['cell-state-count'])
                found.setdefault('cells-without-state', line.data['num-failed-requests'])
            if stage == 'Scheduled':
                for what, of in (('lrps', 'lrp-start'), ('tasks', 'task')):
                    found.setdefault(what + '-placed', line.data['successful-%s-auctions' % of])
                    found.setdefault(what + '-not-placed', line.data['failed-%s-auctions' % of])
                    if line.data['failed-%s-auctions' % of]:
                        found['outcome'] = 'rejected'
        yield from rounds.items()


def containers():
    of_vm = collections.defaultdict(list)
    for lines in logs(tree):
        of_vm[lines[0].vm] += [line for line in lines if line.source in ('guardian', 'rep')]
    for vm, lines in of_vm.items():
        lines.sort(key=lambda line: line.ns)
        errors = {(line.source, line.session) for line in lines if line.error and line.source == 'guardian'}
        there = {}
        for line in lines:
            m = line.message
            key = '%s/%s' % (vm, line.data.get('handle') or line.data.get('guid') or line.data.get('container-guid'))
            bad = (line.source, line.session) in errors
            if m == 'guardian.create.start':
                if key in there:
                    yield key, there.pop(key)
                there[key] = Found(Creating=line.ns)
            if key not in there:
                continue
            found = there[key]
            for stage, message in (('Runtime-Started', 'guardian.create.containerizer-create.start'),
                                   ('Created', 'guardian.create.created'), ('Destroying', 'guardian.destroy.start')):
                if m == message:
                    found.first(stage, line)
            for stage, message in (('Runtime-Finished', 'guardian.create.containerizer-create.finished'),
                                   ('Destroyed', 'guardian.destroy.finished')):
                if m == message and not bad:
                    found.first(stage, line)
            if m == 'guardian.create.create-failed-cleaningup.start':
                found['outcome'] = 'failed'
            for stage, message, took in (('Created-In-Rep', '.created-container-in-garden', 'create-took'),
                                         ('Destroyed-In-Rep', '.destroyed-container-in-garden', 'destroy-took')):
                if line.source == 'rep' and m.endswith(message):
                    found.first(stage, line)
                    found.setdefault(took, go(line.data[took]))
        yield from there.items()


def evacuations():
    for lines in logs(tree):
        cell = None
        for line in lines:
            m = line.message
            if m == 'rep.running-evacuator.notified-of-evacuation':
                if cell:
                    yield line.vm, cell
                cell = Found(Notified=line.ns)
            for stage, message in (('Evacuated', '.evacuation-complete'), ('Cleaning-Up', '.evacuation-cleanup.signalled'),
                                   ('Cleaned-Up', '.finished-evacuating'), ('Exited', 'rep.exited')):
                if cell is not None and line.source == 'rep' and m.endswith(message):
                    cell.first(stage, line)
                    if 'stranded-evacuating-actual-lrps' in line.data:
                        cell['stranded'] = line.data['stranded-evacuating-actual-lrps']
        if cell:
            yield lines[0].vm, cell


def crashes():
    all_lines = sorted((line for lines in logs(tree) for line in lines if line.source in ('bbs', 'auctioneer')),
                       key=lambda line: line.ns)
    errors = collections.defaultdict(set)

    def index(line):
        d = line.data
        if 'lrp-guid' in d:
            return '/'.join(d['lrp-guid'].rsplit('.', 1))
        d = d.get('key') or d.get('actual_lrp_key') or d
        guid = d.get('process_guid') or d.get('app_guid')
        return '%s/%s' % (guid, d['index']) if guid and 'index' in d else None

    for line in all_lines:
        if line.error and line.source == 'bbs':
            errors[index(line)].add(line.session)
    there = {}
    for line in all_lines:
        key, m = index(line), line.message
        if not key:
            continue
        if re.search(r'\.(db-)?crash-actual-lrp\.starting$', m):
            if key in there:
                yield key, there.pop(key)
            there[key] = Found(Crashed=line.ns)
        if key not in there:
            continue
        found = there[key]
        good = line.session not in errors[key]
        if re.search(r'\.(db-)?crash-actual-lrp\.complete$', m) and good:
            found.first('Crash-Stored', line)
        elif m.endswith('.crash-actual-lrp.start-lrp-auction-request') or line.data.get('reason') == 'crashed-instance':
            found.first('Restart-Asked', line)
        elif m.endswith('.lrp-added-to-cell'):
            found.first('Placed', line)
        elif re.search(r'\.(db-claim-actual-lrp\.complete|claim-actual-lrp\.complete)$', m) and line.info and good:
            found.first('Claimed', line)
        elif re.search(r'\.(db-start-actual-lrp\.complete|start-actual-lrp\.completed)$', m) and good:
            found.first('Running-In-BBS', line)
    yield from there.items()


def cells():
    begins = {'rep.running-bulker.sync.starting': 'finished', 'rep.container-metrics-reporter.tick.started': 'done',
              'rep.request.auction-fetch-state.auction-state.providing': 'provided'}
    for lines in logs(tree):
        open_turns, last = {}, set()
        for line in lines:
            if line.source != 'rep':
                continue
            m, ending = line.message, line.message.rpartition('.')[2]
            key = '%s/rep/%s' % (line.vm, line.session)
            work = line.data.get('request') == '/work'
            creates = m.endswith('.creating-container-in-garden')
            if m in begins or creates or (m == 'rep.request.serving' and work):
                if key in open_turns:
                    yield key, open_turns.pop(key)[0]
                open_turns[key] = Found(Started=line.ns), begins.get(m) or ('created-container-in-garden' if creates else 'done')
            elif key in open_turns and ending == open_turns[key][1]:
                found = open_turns[key][0]
                found.first('Finished', line)
                for value, name in (('memory', 'MemoryMB'), ('disk', 'DiskMB'), ('containers', 'Containers')):
                    if ending == 'provided':
                        found.setdefault(value, line.data['available-resources'][name])
            elif line.error and m.endswith('failed-to-create-container-in-garden') and key in open_turns:
                open_turns[key][0]['outcome'] = 'failed'
        for key, (found, _) in open_turns.items():
            yield key, found


def index_lines():
    """Lines of the BBS and the auctioneer in order of time, each with the indices of LRPs that it names."""
    for line in sorted((line for lines in logs(tree) for line in lines if line.source in ('bbs', 'auctioneer')),
                       key=lambda line: line.ns):
        d = line.data
        if 'lrp-guid' in d:
            yield line, ['/'.join(d['lrp-guid'].rsplit('.', 1))]
            continue
        d = d.get('key') or d.get('actual_lrp_key') or d.get('lrp_key') or d
        guid = d.get('process_guid') or d.get('app_guid')
        indices = d.get('indices') or ([d['index']] if 'index' in d else [])
        yield line, ['%s/%s' % (guid, i) for i in indices] if guid else []


def convergence():
    there, errors = {}, collections.defaultdict(set)
    all_lines = [(line, keys[0]) for line, keys in index_lines() if len(keys) == 1]
    for line, key in all_lines:
        if line.error and line.source == 'bbs':
            errors[key].add(line.session)
    for line, key in all_lines:
        m, d = line.message, line.data
        unclaims = 'key' in d and d['key'].get('process_guid')
        suspect = 'change-actual-lrp-presence' in m and d.get('to') == 'SUSPECT'
        if (m == 'bbs.converge-lrps.starting' and unclaims) or (suspect and m.endswith('.starting')):
            if key in there:
                yield key, there.pop(key)
            there[key] = Found({'Noticed-Missing-Cell': line.ns})
        if key not in there:
            continue
        found, good = there[key], line.session not in errors[key]
        if (m == 'bbs.converge-lrps.complete' and unclaims) or (suspect and m.endswith('.finished')):
            found.first('Removed-Actual-LRP', line)
        elif d.get('reason') == 'missing-cell':
            found.first('Adding-Start-Auction', line)
        elif m.endswith('.lrp-added-to-cell'):
            found.first('Placed', line)
        elif re.search(r'\.(db-claim-actual-lrp\.complete|claim-actual-lrp\.complete)$', m) and line.info and good:
            found.first('Claimed', line)
        elif re.search(r'\.(db-start-actual-lrp\.complete|start-actual-lrp\.completed)$', m) and good:
            found.first('Running-In-BBS', line)
        elif m.endswith('.db-remove-suspect-actual-lrp.complete'):
            found.first('Removed-Suspect', line)
    yield from there.items()


def placements():
    there = {}
    for line, keys in index_lines():
        m, d = line.message, line.data
        keys = d.get('tasks', []) if m.endswith('.task-auction-handler.create.submitted') else keys
        keys = [d['task-guid']] if m.startswith('auctioneer.auction.task-') else keys
        evacuates = 'evacuate-running-actual-lrp.' in m and 'key' in d and \
            re.search(r'(evacuate-running-actual-lrp|unclaim-actual-lrp)\.complete$', m)
        for key in keys:
            if re.search(r'\.(submitted|start-lrp-auction-request|creating-start-request)$', m) or evacuates:
                if key in there:
                    yield key, there.pop(key)
                there[key] = Found(Requested=line.ns)
            elif key in there and m.endswith('-added-to-cell'):
                there[key].first('Placed', line)
                there[key].pop('outcome', None)
            elif key in there and m.endswith('-auction-failed') and 'Placed' not in there[key]:
                there[key]['outcome'] = 'rejected'
    yield from there.items()


with open(path, newline='') as f:
    rows = list(csv.DictReader(f))
assert rows, 'no timelines'
stages = [k for k in rows[0] if k + '.vm' in rows[0]]
durations = {'duration', 'create-took', 'destroy-took', 'fetch-states'}
got = collections.Counter()
for row in rows:
    kept = {s: ns(row[s]) for s in stages if row[s]}
    for value in list(row)[1:list(row).index('outcome')]:
        if re.fullmatch(r'-?\d+\.\d{9}', row[value]) and value in durations:
            kept[value] = int(row[value].replace('.', ''))
        elif re.fullmatch(r'\d+', row[value]) and value not in ('index', 'cell', 'instance'):
            kept[value] = int(row[value])
    if row['outcome'] not in ('ok', 'incomplete'):
        kept['outcome'] = row['outcome']
    got[row['id'], tuple(sorted(kept.items()))] += 1
want = collections.Counter((key, tuple(sorted(found.items()))) for key, found in globals()[lifecycle]())
for what, some in (('too many', got - want), ('missing', want - got)):
    for key, found in sorted(some)[:5]:
        print(what, key, dict(found))
assert got == want, '%d, of which %d differ' % (sum(got.values()), sum((got - want).values()))
print(sum(got.values()), lifecycle, 'agree')
