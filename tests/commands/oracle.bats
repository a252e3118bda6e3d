#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Generated logs of 2015 against what the first Cicerone made of them, where the sibling folder ../shared is.

load helper

agrees() { # LIFECYCLE INPUT EXPECTED
    [ -d "$shared/oracle" ] || skip "there is no ../shared"
    run -0 --separate-stderr cicerone "$1" "$shared/oracle/$2" -f csv
    [ -z "$stderr" ]
    echo "$output" >t.csv
    run -0 python3 "$shared/tools/compare_times.py" t.csv "$shared/oracle/$3.expected.times-ns.csv"
    has ", 0 differ"
}

@test "120 Tasks" {
    agrees tasks tasks.log.gz tasks
    has "120 ids, 1920 times compared"
}

@test "100 LRP instances" {
    agrees lrps lrps.log.gz lrps
    has "100 ids, 1600 times compared"
}

@test "Tasks among LRP instances, of which none is a Task" {
    agrees tasks mixed.log.gz mixed-tasks
    agrees tasks tree mixed-tasks
    run -1 grep -vc '^\(id\|task-\)' t.csv
}

@test "LRP instances among Tasks" {
    agrees lrps mixed.log.gz mixed-lrps
    agrees lrps tree mixed-lrps
}

@test "a unified log tells the same VMs as its tree" {
    [ -d "$shared/oracle" ] || skip "there is no ../shared"
    for l in tasks lrps; do
        cicerone $l "$shared/oracle/mixed.log.gz" -f csv >unified.csv
        cicerone $l "$shared/oracle/tree" -f csv | cmp - unified.csv
    done
}

@test "durations are those that it saw, where the stage before is the same" {
    [ -d "$shared/oracle" ] || skip "there is no ../shared"
    cicerone tasks "$shared/oracle/tasks.log.gz" -f durations >d.csv
    run -0 python3 - d.csv "$shared/oracle/tasks.expected.durations-ns.csv" <<'END'
import csv, sys
got, want = ({r['id']: r for r in csv.DictReader(open(p, newline=''))} for p in sys.argv[1:])
n = 0
for i, row in want.items():
    # since the stage before among its own, of which ours has more: only neighbours that are neighbours here too
    stages = [k for k in row if k != 'id']
    mine = [k for k in got[i] if got[i][k] and k not in ('id', 'total')]
    for before, stage in zip([None] + stages, stages):
        at = mine.index(stage)
        if (mine[at - 1] if at else None) == before and row[stage]:
            assert abs(int(got[i][stage].replace('.', '')) - int(row[stage])) <= 600, (i, stage)
            n += 1
assert n > 100 * 12, n
END
}
