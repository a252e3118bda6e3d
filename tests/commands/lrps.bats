#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Which instance an event belongs to, on small logs written by hand.

load helper

a=aaaaaaaa-0000-0000-0000-0001
b=bbbbbbbb-0000-0000-0000-0002
process=11111111-2222-3333-4444-555555555555-abcd

lrps() { cicerone lrps "$@" -f csv >t.csv; }

@test "an instance restarted after a crash begins at the crash, not at the first create" {
    lrps "$here/data/restart.log"
    [ "$(fields t.csv '' id process_guid index cell outcome)" = "$a $process 0 cell-a crashed
$b $process 0 cell-b ok" ]
    [ "$(at t.csv $a Creating-ALRP)" = 0 ]
    [ "$(at t.csv $b Creating-ALRP)" = 1E+2 ]
    [ "$(at t.csv $b Placed)" = 102.2 ]
    [ "$(at t.csv $a Placed)" = 0.7 ]
    [ "$(fields t.csv $b total)" = 5.000000000 ]
}

@test "an index that never got an instance is PROCESS_GUID/INDEX" {
    lrps "$here/data/never-placed.log"
    [ "$(fields t.csv '' id index outcome complete)" = "$a 0 ok 1
$process/7 7 rejected 0" ]
    [ "$(at t.csv $process/7 Creating-ALRP)" = 0.001 ]
}

@test "of an evacuated instance the successor begins where the index was unclaimed" {
    lrps "$here/data/evacuation.log"
    [ "$(fields t.csv '' id outcome)" = "$a evacuated
$b ok" ]
    [ "$(at t.csv $b Creating-ALRP)" = 50.2 ]
    [ "$(at t.csv $a Remove-From-BBS)" = 54.1 ]
    [ "$(at t.csv $b Remove-From-BBS)" = - ]
}

@test "a claim is void if its session logged an error, and the next one counts" {
    lrps "$here/data/claim-void.log"
    [ "$(at t.csv $a Claimed-ALRP)" = 1.2 ]
    grep -v failed-to-claim "$here/data/claim-void.log" >clean.log
    lrps clean.log
    [ "$(at t.csv $a Claimed-ALRP)" = 0.9 ]
    grep -v '1700000001.2' "$here/data/claim-void.log" >only.log
    lrps only.log
    [ "$(at t.csv $a Claimed-ALRP)" = - ]
}

@test "the error may stand before, behind, or in another file of the same VM" {
    cp "$here/data/claim-void.log" all.log
    lrps all.log
    mv t.csv expected.csv
    tac all.log >reversed.log
    lrps reversed.log
    cmp t.csv expected.csv
    mkdir -p bbs-0/bbs
    grep failed-to-claim all.log >bbs-0/bbs/bbs.log
    grep -v failed-to-claim all.log >bbs-0/bbs/bbs.log.1
    lrps bbs-0
    [ "$(at t.csv $a Claimed-ALRP)" = 1.2 ]
}

@test "the same session number on another VM voids nothing" {
    mkdir -p bbs-0/bbs bbs-1/bbs
    grep -v failed-to-claim "$here/data/claim-void.log" >bbs-0/bbs/bbs.log
    grep failed-to-claim "$here/data/claim-void.log" >bbs-1/bbs/bbs.log
    lrps bbs-0 bbs-1
    [ "$(at t.csv $a Claimed-ALRP)" = 0.9 ]
}

@test "negative durations are kept, counted and shown" {
    lrps "$here/data/negative.log"
    [ "$(at t.csv $a Placed)" = -0.25 ]
    run -0 cicerone lrps "$here/data/negative.log" -f durations
    grep -q ',-0.850000000,' <<<"$output"
    run -0 cicerone lrps "$here/data/negative.log" -f stages
    grep -q '^Placed,1,1,-0.850000000,' <<<"$output"
    run -0 cicerone lrps "$here/data/negative.log"
    has "1 negative duration: the stages overlap, or the clocks disagree"
    has "-850ms"
}

@test "instances that show first at the same time keep their own events, in order of ids" {
    lrps "$here/data/ties.log"
    [ "$(fields t.csv '' id index)" = "$a 0
$b 1" ]
    [ "$(at t.csv $a Placed) $(at t.csv $b Placed)" = "0.7 0.7" ]
    mv t.csv expected.csv
    tac "$here/data/ties.log" >reversed.log
    lrps reversed.log
    cmp t.csv expected.csv
}

@test "of two VMs that log an event at the same time the first by name wins, in any order of files" {
    run -0 cicerone tasks "$here/data/tie-a.log" "$here/data/tie-b.log" -f csv
    ab=$output
    run -0 cicerone tasks "$here/data/tie-b.log" "$here/data/tie-a.log" -f csv
    [ "$output" = "$ab" ]
    has ",vm_a/0,"
    hasnt ",vm_b/0,"
}

@test "any order of the lines gives the same instances" {
    for f in restart never-placed evacuation claim-void ties; do
        lrps "$here/data/$f.log"
        mv t.csv expected.csv
        for seed in 1 2 3 4 5; do
            shuf --random-source=<(yes $seed) "$here/data/$f.log" >s.log
            lrps s.log
            cmp t.csv expected.csv
        done
    done
}

@test "of a whole folder of recorded logs, each instance begins after its predecessor did" {
    cicerone lrps "$logs" -f csv >t.csv
    run -0 python3 - t.csv <<'END'
import collections, csv, sys
by_index = collections.defaultdict(list)
for r in csv.DictReader(open(sys.argv[1], newline='')):
    by_index[r['process_guid'], r['index']].append(r)
restarts = 0
for rows in by_index.values():
    rows.sort(key=lambda r: r['Allocated'])
    for before, after in zip(rows, rows[1:]):
        restarts += 1
        assert after['Creating-ALRP'] > before['Allocated'], after['id']
print(restarts, 'restarts')
END
    has "7 restarts"
}

@test "--process-guid takes the whole guid, --id any part of it" {
    run -0 cicerone lrps "$logs" --process-guid 'extra-84a05b13-4c72-4a8d-5765-14d76376efbb-crash' -f csv
    [ "${#lines[@]}" = 5 ]
    run -0 cicerone lrps "$logs" --process-guid 'extra-.*' -f csv
    [ "${#lines[@]}" = 6 ]
    run -0 --separate-stderr cicerone lrps "$logs" --process-guid 'extra' -f csv
    [ "${#lines[@]}" = 1 ]
    says_like "cicerone: no*6,702 lines of *selected*"
    run -0 cicerone lrps "$logs" --id '^a3d8' -f csv
    [ "${#lines[@]}" = 2 ]
    has "a3d8380a-5f8a-4cf1-46bd-390a,"
}
