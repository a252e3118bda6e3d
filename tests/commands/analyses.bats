#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Containers, requests, loops, auctions, evacuations, crashes; lifecycles that repeat, values, --by.

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
        for lifecycle in requests loops auctions evacuations; do
            agree $lifecycle "$rounds/$tree"
        done
        for lifecycle in containers crashes requests; do
            agree $lifecycle "$root/testdata/$tree"
        done
    done
}

@test "timelines of whole recorded runs are those found by other means" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    for capture in epoch rfc3339 epoch2018; do
        for lifecycle in requests loops auctions evacuations containers crashes; do
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
        for lifecycle in containers crashes; do
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
        cicerone requests "$rounds/logs" --by component -f stages | grep "^\(component\|$component\)," | cut -d, -f2- | grep -v '^Serving,' >group
        cicerone requests "$rounds/logs" --source $component -f stages | grep -v '^Serving,' | cmp - group
    done
    cicerone requests "$rounds/logs" --by component -f json >out.json
    run -0 python3 - out.json <<'END'
import json, sys
d = json.load(open(sys.argv[1]))
by = d['by']
assert by['tag'] == 'component'
assert sum(g['count'] for g in by['groups']) == d['count'] and sum(g['ok'] for g in by['groups']) == d['outcomes']['ok']
assert [g['value'] for g in by['groups']] == sorted({t['tags']['component'] for t in d['timelines']})
own = [v for t in d['timelines'] for v in t['values'].values()]
[access] = [g for g in by['groups'] if g['value'] == 'bbs-access']
assert access['values'][0]['n'] == len(own) and access['values'][0]['max_ns'] == max(own)
END
}

@test "--by names a tag" {
    run -2 --separate-stderr cicerone requests "$rounds/logs" --by colour
    says "cicerone: --by wants a tag of requests: component, endpoint, method
cicerone: see: cicerone help requests"
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
