#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""series.py TRUTH CSV EVERY [-v] - do the levels of a run agree with what the BBS's event stream said?

TRUTH holds truth_task_events.csv and truth_lrp_events.csv, which a client of the BBS recorded; CSV is that of
`cicerone series --only tasks,lrps`.  The stream comes a little later than the log, so a level may be that of any
moment up to SLACK around the end of the bin.
"""
import bisect
import collections
import csv
import sys

truth, path, every = sys.argv[1], sys.argv[2], float(sys.argv[3])
SLACK = 0.5


class Level:
    """How many are in a state, at any time."""

    def __init__(self):
        self.state, self.count, self.steps = {}, collections.Counter(), [(0.0, collections.Counter())]

    def put(self, when, who, state):
        before = self.state.get(who)
        if before == state:
            return
        if before:
            self.count[before] -= 1
        if state:
            self.count[state] += 1
        self.state[who] = state
        self.steps.append((when, self.count.copy()))

    def around(self, when, *states):
        times = [t for t, _ in self.steps]
        low, high = bisect.bisect_right(times, when - SLACK) - 1, bisect.bisect_right(times, when + SLACK) - 1
        values = [sum(c[s] for s in states) for _, c in self.steps[max(low, 0):high + 1]]
        return min(values), max(values)


tasks, lrps = Level(), Level()
removed = set()
for row in csv.DictReader(open(truth + '/truth_task_events.csv')):
    who, state = row['task_guid'], row['state'].lower()
    if row['event'] == 'task_removed':
        removed.add(who)
    elif 'cell disappeared' in row['failure_reason'] and state == 'completed':
        continue  # convergence completes it, and logs nothing of it
    # the stream may tell of a change after it told of the removal
    tasks.put(float(row['received_at']), who, None if who in removed else state)

# An index is in the state of its ordinary instance; it runs also while another one of it runs that is evacuating
# or suspect.
ordinary, others = {}, {}
for row in sorted(csv.DictReader(open(truth + '/truth_lrp_events.csv')), key=lambda r: float(r['received_at'])):
    who, gone = (row['process_guid'], row['index']), row['event'].endswith('removed')
    if row['event'].startswith('desired') or row['presence'] not in ('ORDINARY', 'EVACUATING', 'SUSPECT'):
        continue
    if row['presence'] == 'ORDINARY':
        if not gone:
            ordinary[who] = row['state'].lower(), row['instance_guid']
        elif ordinary.get(who, ('', ''))[1] in ('', row['instance_guid']):
            ordinary.pop(who, None)
    elif gone:
        others.pop(who, None)
    else:
        others[who] = row['instance_guid']
    state = ordinary.get(who, ('running' if who in others else None, ''))[0]
    if who in others and state != 'running':
        state += '+'
    lrps.put(float(row['received_at']), who, state)

names = {('tasks', 'pending'): ['pending'], ('tasks', 'running'): ['running'],
         ('tasks', 'completed'): ['completed', 'resolving'], ('lrps', 'claimed'): ['claimed', 'claimed+'],
         ('lrps', 'running'): ['running', 'unclaimed+', 'claimed+'], ('lrps', 'crashed'): ['crashed'],
         ('lrps', 'desired'): ['unclaimed', 'claimed', 'running', 'crashed', 'unclaimed+', 'claimed+']}

compared = wrong = 0
worst = collections.Counter()
for row in csv.DictReader(open(path)):
    name = row['series'], row['key']
    level = tasks if name[0] == 'tasks' else lrps
    end = float(row['time']) + every
    if not row['value'] or end < level.steps[1][0]:
        continue
    low, high = level.around(end, *names[name])
    value = int(row['value'])
    compared += 1
    off = max(low - value, value - high, 0)
    worst[name] = max(worst[name], off)
    if off:
        wrong += 1
        if '-v' in sys.argv:
            print(name, '%.0f' % end, 'is', value, 'truth', low, high)
print('%d levels compared, %d differ; worst: %s' % (
    compared, wrong, ', '.join('%s %s %d' % (*k, v) for k, v in sorted(worst.items()))))
