# SPDX-License-Identifier: Apache-2.0
# pushes.py TIMELINES.csv DURATIONS.csv EXPECTED: each push has the durations, in ns, that the first Cicerone found.
import csv, decimal, sys

timelines, durations, expected = sys.argv[1:]
apps = {row['id']: row['app'] for row in csv.DictReader(open(timelines, newline=''))}
ours = {apps[row.pop('id')]: row for row in csv.DictReader(open(durations, newline=''))}
lines = open(expected).read().split('\n')
head = lines[lines.index('# csv') + 1].split(',')[1:]
assert len(set(apps.values())) == len(apps) == len(ours)
compared = 0
for line in lines[lines.index('# ns') + 1:]:
    if line.startswith('#'):
        break
    app, *theirs = line.split(',')
    mine = ours.pop(app)
    for stage, ns in zip(head, theirs, strict=True):
        assert int(decimal.Decimal(mine[stage]) * 10**9) == int(ns), (app, stage, mine[stage], ns)
        compared += 1
assert not ours, ours.keys()
print(f'{compared} durations agree')
