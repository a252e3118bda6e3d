#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Containers, requests, loops, auctions, placements, cells, evacuations, crashes, convergence; lifecycles
# that repeat, values, --by.

load helper

rounds=$root/testdata/rounds

# The timelines are those that analyses.py finds.
agree() { # LIFECYCLE TREE
    run -0 --separate-stderr cicerone "$1" "$2" -f csv
    [ -z "$stderr" ]
    printf '%s\n' "$output" >t.csv
    run -0 python3 "$here/analyses.py" "$1" "$2" t.csv
    has " $1 agree"
}

@test "timelines of each era are those found by other means" {
    for tree in logs 2018 rfc3339; do
        for lifecycle in requests loops auctions evacuations cells; do
            agree $lifecycle "$rounds/$tree"
        done
        for lifecycle in containers crashes requests cells placements; do
            agree $lifecycle "$root/testdata/$tree"
        done
        [ $tree = rfc3339 ] || agree convergence "$root/testdata/$tree"
    done
}

@test "timelines of whole recorded runs are those found by other means" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    for capture in epoch rfc3339 epoch2018; do
        for lifecycle in requests loops auctions evacuations containers crashes cells convergence placements; do
            agree $lifecycle "$shared/recorded/$capture"
        done
    done
}

@test "containers of 2015 are those that the first Cicerone saw" {
    [ -d "$shared/oracle" ] || skip "there is no ../shared"
    cicerone containers "$shared/oracle/containers.log.gz" -f csv >t.csv
    run -0 python3 "$shared/tools/compare_times.py" t.csv "$shared/oracle/containers.expected.times-ns.csv"
    has "60 ids, 600 times compared, 0 differ"
}

@test "what cells did in 2015 is what the first Cicerone counted, to its averages" {
    [ -d "$shared/oracle" ] || skip "there is no ../shared"
    run -0 --separate-stderr cicerone cells "$shared/oracle/cells.log.gz" --by operation -f json
    echo "$output" >cells.json
    run -0 python3 - cells.json "$shared/oracle/cells.expected.txt" <<'END'
import json, re, sys
d = json.load(open(sys.argv[1]))
groups = {g['tags']['operation']: g for g in d['by']['groups']}
names = {'Bulk Sync': 'bulk-sync', 'Auction Fetching': 'auction-fetch', 'Auction Performing': 'auction-perform',
         'Fetching Container Metric': 'metrics'}
text = open(sys.argv[2]).read()
assert int(re.search(r'Found (\d+) sessions', text)[1]) == d['count']
for name, operation in names.items():
    complete, of = re.search(name + r': Complete Timelines: (\d+)/(\d+)', text).groups()
    g = groups.pop(operation)
    assert int(complete) == g['count'] == g['ok'] and int(of) == d['count']
    # it kept times in doubles, off by up to 300 ns
    mean = float(re.search('Average %s Duration: ([\\d.]+)ms' % name, text)[1])
    assert abs(g['total']['mean_ns'] / 1e6 - mean) < 0.0005, (name, g['total']['mean_ns'], mean)
assert not groups
END
    run -0 cicerone cells "$shared/oracle/cells.log.gz"
    has "auction-perform  cell_z1/3     80"
}

@test "what one convergence of 2015 did is what the first Cicerone saw" {
    [ -d "$shared/oracle" ] || skip "there is no ../shared"
    cicerone convergence "$shared/oracle/convergence.log.gz" --session 17 -f csv | sed -E 's|^([^/,]*)/[0-9]+,|\1,|' >t.csv
    run -0 python3 "$shared/tools/compare_times.py" t.csv "$shared/oracle/convergence.expected.times-ns.csv"
    has "50 ids, 200 times compared, 0 differ"
}

@test "the instances that came back are those that the clients of the runs saw to" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    for capture in epoch rfc3339 epoch2018; do
        cicerone convergence "$shared/recorded/$capture" -f csv >t.csv
        run -0 python3 "$here/lost_cell.py" "$shared/recorded/truth/$capture" t.csv
        has "10 instances agree"
    done
}

# An index that runs on a cell, is noticed as lost, and comes back on another one.
lost() { # SECOND CELL INSTANCE
    lager "17000000$1.000000000" bbs request.claim-actual-lrp.db-claim-actual-lrp.complete "{\"session\":\"$1\",\"process_guid\":\"p\",\"index\":0,\"instance_key\":{\"instance_guid\":\"$3\",\"cell_id\":\"$2\"}}"
    lager "17000000$1.500000000" bbs converge-lrps.keys-with-missing-cells.db-change-actual-lrp-presence.starting "{\"session\":\"9.$1\",\"from\":\"ORDINARY\",\"to\":\"SUSPECT\",\"key\":{\"process_guid\":\"p\",\"index\":0}}"
}

@test "an index that loses its cell twice had another one each time; what was before the first line nobody knows" {
    {
        lost 10 cell-a i-1 | tail -1
        lost 20 cell-b i-2
        lost 30 cell-c i-3
    } >c.log
    for seed in 1 2 3; do
        shuf --random-source=<(yes $seed) c.log >s.log
        cicerone convergence s.log -f csv >t.csv
        run -0 fields t.csv '' id cell instance new-cell new-instance convergence
        [ "$output" = "p/0 - - cell-b i-2 bbs/9
p/0 cell-b i-2 cell-c i-3 bbs/9
p/0 cell-c i-3 - - bbs/9" ]
    done
    run -0 cicerone convergence c.log --session 9.20
    has "1 instance in 1 line"
    run -2 --separate-stderr cicerone convergence c.log --session x
    says_like 'cicerone: --session wants a session as 17 or 17.3, not "x"*'
}

# Turns of the bulk sync: CELL MILLISECONDS...
syncs() {
    local cell=$1 i=10

    shift
    for ms; do
        lager "17000000$i.000000000" rep running-bulker.sync.starting "{\"session\":\"$i\",\"cicerone-job\":\"cell\",\"cicerone-index\":$cell}"
        lager "17000000$i.$(printf %03d "$ms")000000" rep running-bulker.sync.finished "{\"session\":\"$i\",\"cicerone-job\":\"cell\",\"cicerone-index\":$cell}"
        i=$((i + 1))
    done
}

@test "a cell with a median of more than twice that of the others is marked, where there are three with enough turns" {
    { syncs 0 100 110 110 110 120; syncs 1 100 110 110 110 130; syncs 2 100 221 221 221 300; syncs 3 90 100 100 100 900; syncs 4 800 900; } >c.log
    run -0 cicerone cells c.log
    has "!221ms"
    has "! more than 2 times the median of the p50 of all"
    [ "$(grep -o '![0-9]' <<<"$output" | wc -l)" = 1 ]
    run -0 cicerone cells c.log -f stages
    [ "$(grep -c '^bulk-sync,cell/2,1700000010.000000000,1700000014.300000000,1,' <<<"$output")" = 2 ] # its stage and its total
    [ "$(grep -c ',17000000[0-9.]*,1,' <<<"$output")" = 2 ]
    run -0 cicerone cells c.log -f json
    [ "$(grep -o '"outlier":true' <<<"$output" | wc -l)" = 2 ]
    run -0 cicerone cells c.log --by operation
    hasnt "!"
    { syncs 0 100 100 100 100 100; syncs 2 900 900 900 900 900; } >c.log
    run -0 cicerone cells c.log
    hasnt "!"
}

@test "bulk loops of 2015" {
    [ -d "$shared/oracle" ] || skip "there is no ../shared"
    cicerone loops "$shared/oracle/cells.log.gz" -f csv >t.csv
    [ "$(grep -c ',rep/sync,,ok,1,' t.csv)" = 80 ]
}

@test "the summary, the timelines and the groups of each era" {
    for tree in logs 2018 rfc3339; do
        for lifecycle in requests loops auctions evacuations; do
            by=$(cicerone parsers $lifecycle | sed -n 's/^tags: //p' | tr -d , | awk '{ print $(NF > 1 ? 2 : 1) }')
            (cd "$root/testdata" && cicerone $lifecycle rounds/$tree --by "$by") >out
            golden out $lifecycle-$tree.txt
        done
        (cd "$root/testdata" && cicerone cells rounds/$tree) >out
        golden out cells-$tree.txt
        for lifecycle in containers crashes convergence placements; do
            (cd "$root/testdata" && cicerone $lifecycle $tree) >out
            golden out $lifecycle-$tree.txt
        done
    done
    for lifecycle in loops auctions evacuations; do
        cicerone $lifecycle "$rounds/rfc3339" -f csv >out
        golden out $lifecycle-rfc3339.csv.csv
    done
    cicerone requests "$rounds/2018" --by component -f stages >out
    golden out requests-2018.groups.csv
}

@test "the same bytes for any order of lines and files, any number of threads, and of lines that come twice" {
    find "$rounds/rfc3339" -name '*.log.gz' -exec zcat {} + >plain
    for lifecycle in requests loops auctions evacuations containers crashes; do
        cicerone $lifecycle plain -f json 2>/dev/null | sed 's/"lines":.*"count"/"count"/' >expected
        for seed in 1 2 3; do
            shuf --random-source=<(yes $seed) plain >shuffled
            cicerone $lifecycle shuffled -f json 2>/dev/null | sed 's/"lines":.*"count"/"count"/' | cmp - expected
        done
        cicerone $lifecycle plain plain shuffled -f json 2>/dev/null | sed 's/"lines":.*"count"/"count"/' | cmp - expected
        mapfile -t backwards < <(find "$rounds/rfc3339" -name '*.log.gz' | sort -r)
        cicerone $lifecycle "$rounds/rfc3339" -j1 -f csv >1 2>/dev/null
        cicerone $lifecycle "${backwards[@]}" -j7 -f csv 2>/dev/null | cmp - 1
    done
}

@test "figures of stages and values" {
    for lifecycle in requests loops auctions evacuations; do
        cicerone $lifecycle "$rounds/logs" -f csv >t.csv
        cicerone $lifecycle "$rounds/logs" -f durations >d.csv
        cicerone $lifecycle "$rounds/logs" -f stages >s.csv
        run -0 python3 "$here/figures.py" t.csv d.csv s.csv
        has " figures agree"
    done
}

@test "figures of a group are those of its entities alone" {
    for component in bbs rep locket bbs-access; do
        cicerone requests "$rounds/logs" --by component -f stages | grep "^\(component\|$component\)," | cut -d, -f5- | grep -v '^Serving,' >group
        cicerone requests "$rounds/logs" --source $component -f stages | grep -v '^Serving,' | cmp - group
    done
    cicerone requests "$rounds/logs" --by component -f json >out.json
    run -0 python3 - out.json <<'END'
import json, sys
d = json.load(open(sys.argv[1]))
by = d['by']
assert by['tags'] == ['component']
assert sum(g['count'] for g in by['groups']) == d['count'] and sum(g['ok'] for g in by['groups']) == d['outcomes']['ok']
assert [g['tags']['component'] for g in by['groups']] == sorted({t['tags']['component'] for t in d['timelines']})
own = [v for t in d['timelines'] for v in t['values'].values()]
[access] = [g for g in by['groups'] if g['tags']['component'] == 'bbs-access']
assert access['values'][0]['n'] == len(own) and access['values'][0]['max_ns'] == max(own)
END
}

@test "--by names a tag" {
    run -2 --separate-stderr cicerone requests "$rounds/logs" --by colour
    says "cicerone: --by wants a tag of requests: component, endpoint, method
cicerone: see: cicerone help requests"
    run -2 --separate-stderr cicerone cells "$rounds/logs" --by cell,colour
    says_like "cicerone: --by wants a tag of cells: operation, cell*"
    run -2 --separate-stderr cicerone cells "$rounds/logs" --by cell,cell,cell,cell,cell
    says_like "cicerone: --by takes at most 4 tags*"
    run -0 cicerone cells "$rounds/logs" --by none
    hasnt "auction-perform"
    run -0 cicerone cells "$rounds/logs" --by cell,operation
    has "cell          operation        turns"
    cicerone tasks "$logs" --by cell >out
    golden <(sed -n '/^cell /,/^VM /p' out) tasks-by-cell.txt
    cicerone auctions "$rounds/logs" --by auctioneer -o out.d --no-plots >/dev/null
    cicerone auctions "$rounds/logs" --by auctioneer -f stages | cmp - out.d/groups.csv
    run -0 cicerone crashes "$logs" --by reason -f markdown
    has "## By reason"
}

@test "a process that starts anew begins its sessions at 1: another request of the same id" {
    {
        lager 1700000001.000000000 rep request.serving '{"session":"1","request":"/state","method":"GET"}'
        lager 1700000002.000000000 rep request.serving '{"session":"2","request":"/state","method":"GET"}'
        lager 1700000002.500000000 rep request.done '{"session":"2","request":"/state","method":"GET"}'
        lager 1700000005.000000000 rep started '{}'
        lager 1700000006.000000000 rep request.serving '{"session":"1","request":"/work","method":"POST"}'
        lager 1700000006.250000000 rep request.done '{"session":"1","request":"/work","method":"POST"}'
    } >r.log
    cicerone requests --origin cell/0 r.log -f csv >t.csv
    run -0 fields t.csv '' id endpoint outcome total
    [ "$output" = "cell/0/rep/1 rep/state incomplete 0.000000000
cell/0/rep/2 rep/state ok 0.500000000
cell/0/rep/1 rep/work ok 0.250000000" ]
    run -0 cicerone requests r.log
    has "rep/1 at 2023-11-14T22:13:21.000Z"
}

@test "what the nouns are called, and what is said when there is nothing" {
    run -0 --separate-stderr cicerone auctions "$logs"
    has "0 rounds in 6,702 lines"
    says_like "cicerone: no round events in 6,702 lines of *"
    run -0 --separate-stderr cicerone loops "$rounds/logs" --id nobody
    says_like "cicerone: no turn in *was selected, of 49 there are"
    run -2 --separate-stderr cicerone requests "$logs" --process-guid x
    says_like "cicerone: --process-guid is for lifecycles of LRP instances, not for requests*"
}

@test "graphs of lifecycles that repeat" {
    command -v gnuplot >/dev/null || skip "there is no gnuplot"
    for lifecycle in requests auctions evacuations; do
        run -0 --separate-stderr cicerone $lifecycle "$rounds/logs" -o out.$lifecycle
        [ -z "$stderr" ]
        python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' out.$lifecycle/timelines-by-start.svg
    done
}

@test "the slowest, with their tags" {
    run -0 cicerone requests "$rounds/logs" --slowest 3
    cicerone requests "$rounds/logs" -f csv >t.csv
    run -0 python3 -c 'import csv, sys
rows = sorted(csv.DictReader(open("t.csv")), key=lambda r: -float(r["total"]))[:3]
table = sys.argv[1].split("the slowest requests")[1].splitlines()[1:4]
for row, line in zip(rows, table):
    assert line.startswith(row["id"]) and row["outcome"] in line and row["component"] in line, (row, line)
' "$output"
    run -2 cicerone requests "$rounds/logs" --slowest 0
}
