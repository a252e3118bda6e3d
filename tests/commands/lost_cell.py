#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""lost_cell.py TRUTH TIMELINES - how the instances of a lost cell came back, by what the BBS told its clients

TRUTH has timeline.tsv (when which cell was killed) and truth_lrp_events.csv (the BBS's own events as a client
received them).  What was running on the cell when it was killed is what must be in TIMELINES, with the cell and
the instance that it had, and the cell and instance on which it ran next, at that time.
"""
import csv
import json
import sys

truth, path = sys.argv[1:3]
killed_at, cell = next((float(at), json.loads(data)['cell_id']) for at, what, data in
                       (line.rstrip('\n').split('\t') for line in open(truth + '/timeline.tsv')) if what == 'kill-9-rep')
held, back = {}, {}
with open(truth + '/truth_lrp_events.csv', newline='') as f:
    for e in sorted(csv.DictReader(f), key=lambda e: float(e['received_at'])):
        key, at = '%s/%s' % (e['process_guid'], e['index']), float(e['received_at'])
        if at < killed_at:
            if 'removed' in e['event'] or e['state'] in ('CRASHED', 'UNCLAIMED'):
                held.pop(key, None)
            elif e['state'] in ('RUNNING', 'CLAIMED'):
                held[key] = e['cell_id'], e['instance_guid']
        elif e['state'] == 'RUNNING' and e['presence'] == 'ORDINARY' and e['cell_id'] != cell:
            back.setdefault(key, (e['cell_id'], e['instance_guid'], at))
held = {key: of for key, of in held.items() if of[0] == cell}
rows = {row['id']: row for row in csv.DictReader(open(path, newline=''))}
assert set(rows) == set(held), (sorted(set(rows) - set(held)), sorted(set(held) - set(rows)))
for key, row in rows.items():
    assert (row['cell'], row['instance']) == held[key], (key, row, held[key])
    assert (row['new-cell'], row['new-instance']) == back[key][:2], (key, row, back[key])
    assert killed_at < float(row['Noticed-Missing-Cell']) < float(row['Running-In-BBS'])
    assert abs(float(row['Running-In-BBS']) - back[key][2]) < 0.5, (key, row['Running-In-BBS'], back[key])
print(len(rows), 'instances agree')
