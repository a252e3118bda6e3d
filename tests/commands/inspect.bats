#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What is in a pile of logs, counted once more by other means.

load helper

esc=$(printf '\033')

in_testdata() { (cd "$root" && cicerone "$@"); }

@test "the tables of each era" {
    for tree in logs rfc3339 2018; do
        in_testdata inspect "testdata/$tree" >out
        golden out "inspect-$tree.txt"
    done
    in_testdata inspect testdata/unified-2015.log.gz >out
    golden out inspect-unified-2015.txt
    in_testdata inspect testdata/logs -f markdown >out
    golden out inspect-logs.md
    in_testdata inspect testdata/logs -f csv >out
    golden out inspect-logs.csv
    in_testdata inspect testdata/logs -f components >out
    golden out inspect-logs.components.csv
}

@test "all figures agree with an independent count" {
    for tree in logs rfc3339 2018 unified-2015.log.gz; do
        cicerone inspect "$root/testdata/$tree" -f json >out.json
        run -0 python3 "$here/inspect.py" <out.json
        has "figures agree"
    done
}

@test "all figures of the recorded runs agree" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    for tree in epoch rfc3339; do
        cicerone inspect "$shared/recorded/$tree" -f json >out.json
        run -0 python3 "$here/inspect.py" <out.json
        has "figures agree"
    done
    cicerone inspect "$shared/recorded/rfc3339" >out
    run -0 cat out
    has "rep on diego-cell/4 was restarted at 2026-11-22T07:42:57.354Z"
}

@test "the same bytes for any number of threads, also of one large file" {
    for i in 1 2 3 4 5 6 7 8; do
        zcat -f "$logs"/*/*/*.log*
    done >large.log
    for n in 1 2 7; do
        cicerone inspect large.log "$logs" -j $n -f ndjson >$n.ndjson
        cicerone inspect large.log "$logs" -j $n >$n.txt
    done
    cmp 1.ndjson 2.ndjson
    cmp 1.ndjson 7.ndjson
    cmp 1.txt 2.txt
    cmp 1.txt 7.txt
    cicerone inspect large.log -j 7 -f json >out.json
    run -0 python3 "$here/inspect.py" <out.json
    has "figures agree"
}

@test "order, gaps and forms of times" {
    lager 1700000000.000000000 rep a '{}' >a.log
    lager 1700000010.000000000 rep b '{}' >>a.log
    echo 'panic: no line of lager' >>a.log
    lager 1700000009.999999999 rep c '{}' >>a.log
    printf '{"timestamp":"2023-11-14T22:13:00Z","source":"rep","message":"rep.d","level":"error","data":{}}\n' >>a.log
    echo '{"timestamp":"1700000020.0","source":"rep","mess' >>a.log
    lager 1700000011.000000000 rep e '{}' 3 >>a.log
    cicerone inspect --origin cell/7 a.log -f csv >out.csv
    run -0 python3 -c 'import csv
r = next(csv.DictReader(open("out.csv")))
print(*[r[k] for k in "vm sources packing format lines lager damaged other epoch rfc3339 debug info error fatal".split()])
print(*[r[k] for k in "first last gap gap_at steps_back worst_back".split()])'
    has "cell/7 rep plain mixed 7 5 1 1 4 1 0 3 1 1"
    has "1699999980.000000000 1700000011.000000000 31.000000000 1699999980.000000000 2 29.999999999"
}

@test "lines of other formats are counted by their kind" {
    {
        echo 'Connected, dumping recent logs for app in org o / space s as admin...'
        echo '2015-03-01T12:00:02.27+0000 [STG/0]      OUT Creating container'
        echo '   2017-11-10T00:38:18.22+0000 [CELL/0] ERR Failed'
        echo '2016/03/24 15:31:55 [INFO] the leader is a'
    } >push.log
    {
        lager 1700000000.000000000 rep a '{}'
        echo '2016/03/24 15:31:55 [INFO] the leader is a'
        echo '[2018-03-19 18:39:44+0000] starting'
        printf 'panic: lost\n\ngoroutine 1 [running]:\n\t/a/b.go:12 +0x3\n'
    } >mixed.log
    echo '{"log_level":3,"timestamp":1648568063.717377,"message":"m","source":"s","data":{}}' >gorouter.log
    run -0 cicerone inspect push.log mixed.log gorouter.log
    has "10 lines are not lager: 2 cf logs, 1 gorouter, 3 text, 3 dump, 1 bare"
    hasnt "damaged:"
    cicerone inspect push.log mixed.log gorouter.log -f csv >out.csv
    run -0 python3 -c 'import csv
for r in csv.DictReader(open("out.csv")):
    print(*[r[k] for k in "file format lines lager damaged other cf_logs gorouter steno text dump json bare".split()], sep=",")'
    has "push.log,cf logs,4,0,0,4,2,0,0,1,0,0,1"
    has "mixed.log,epoch,6,1,0,5,0,0,0,2,3,0,0"
    has "gorouter.log,gorouter,1,0,0,1,0,1,0,0,0,0,0"
    cicerone inspect push.log mixed.log -f json >out.json
    run -0 python3 "$here/inspect.py" <out.json
    has "figures agree"
}

@test "the origin that a prefix tells is the VM" {
    {
        printf '<13>2016-06-29T10:04:00.221087+00:00 10.10.114.110 vcap.rep [job=cell_z1 index=75]  '
        lager 1700000000.000000000 rep a '{}'
        printf '[instance@47450 director="" deployment="cf" group="diego-cell" az="z1" id="u-1"] '
        lager 1700000001.000000000 rep b '{}'
    } >drain.log
    run -0 cicerone inspect drain.log -f components
    has "cell_z1/75,rep,1,0,1,0,0"
    has "diego-cell/u-1,rep,1,0,1,0,0"
    task t-1 | sed 's/^/[job=cell_z1 index=75] /' >task.log
    cicerone tasks task.log -f csv >t.csv
    [ "$(fields t.csv '' id Desiring-Task.vm)" = "t-1 cell_z1/75" ]
}

@test "restarts: another start, a start after an exit, a start long after other lines" {
    lager 1700000000.000000000 rep starting '{}' >first.log
    lager 1700000005.000000000 rep started '{}' >>first.log
    lager 1700000006.000000000 rep x.started '{}' >>first.log
    cp first.log twice.log
    lager 1700000500.000000000 rep started '{}' >>twice.log
    lager 1700000000.000000000 rep exited '{}' >exit.log
    lager 1700000005.000000000 rep started '{}' >>exit.log
    lager 1700000000.000000000 rep working '{}' >late.log
    lager 1700000100.000000000 rep started '{}' >>late.log
    for want in "first 1 0" "twice 2 1" "exit 1 1" "late 1 1"; do
        # shellcheck disable=SC2086
        set -- $want
        run -0 --separate-stderr cicerone inspect "$1.log" -f json
        [[ $output == *"\"starts\":$2,"*"\"restarts\":$3}"* ]] || { echo "$want: $output"; return 1; }
    done
    run -0 cicerone inspect --origin cell/1 twice.log
    has "rep on cell/1 was restarted at 2023-11-14T22:21:40.000Z"
}

@test "stages that the logs can't show" {
    run -0 cicerone inspect "$logs"
    hasnt "can't be seen"
    run -0 cicerone inspect "$logs" --level info
    has "no debug lines of rep: Allocating-Container, Notified-Of-Allocation, Set-Up-Container-Network, Process-Created of tasks can't be seen"
    run -0 cicerone inspect "$logs/diego-cell-1"
    has "no lines of auctioneer: Auction-Submitted, Placed of tasks can't be seen"
    run -0 cicerone inspect "$logs/diego-cell-1" --where 'message!~^rep\.'
    has "no lines of rep: "
    mkdir -p t/cell-0/rep t/cell-1/rep
    lager 1700000000.0 rep a '{}' 0 >t/cell-0/rep/rep.log
    lager 1700000000.0 rep a '{}' 1 >t/cell-1/rep/rep.log
    run -0 cicerone inspect t
    has "no debug lines of rep from cell/1: Allocating-Container"
}

@test "a selection is counted, and nothing else of what it leaves out" {
    cicerone inspect "$logs" --source rep --since 2026-11-22T07:20:00Z -f csv >out.csv
    run -0 python3 -c 'import csv
rows = list(csv.DictReader(open("out.csv")))
print(sum(int(r["lager"]) for r in rows), sum(int(r["lager"]) - int(r["unselected"]) == sum(int(r[k]) for k in "debug info error fatal".split()) for r in rows), {r["sources"] for r in rows})'
    has "6702 29 {"
    has "'rep'"
    hasnt bbs
}

@test "damage is said, and the rest is inspected" {
    gzip -c "$logs/diego-cell-2/rep/rep.stdout.log" | head -c 9000 >cut.log.gz
    run -4 --separate-stderr cicerone inspect cut.log.gz
    says_like "cicerone: cut.log.gz: *"
    has "cut.log.gz"
    run -1 --separate-stderr cicerone inspect cut.log.gz --strict
    run -3 --separate-stderr cicerone inspect none.log "$logs/diego-cell-2"
    says "cicerone: none.log: No such file or directory"
    has "rep.stdout.log"
    : >empty.log
    run -0 --separate-stderr cicerone inspect empty.log
    has "empty"
    run -2 --separate-stderr cicerone inspect
    says_like "cicerone: no input*"
}

@test "standard input" {
    run -0 --separate-stderr cicerone inspect - <"$logs/diego-cell-2/rep/rep.stdout.log"
    has "779 lager lines of 779 lines"
    [ -z "$stderr" ]
}

@test "names from logs and files stay text" {
    local d='x|y,"z"=1'"$esc"'[31m'
    mkdir -p "$d"
    printf '{"timestamp":"1700000000.0","source":"\\u001b[31mevil|\\u202e","message":"m","log_level":1,"data":{"cicerone-job":"a\\u001b]0;x\\u0007b","cicerone-index":"1\\n2,3"}}\n' >"$d/a.log"
    printf '{"timestamp":"1700000001.0","source":"\\u001b[31mevil|\\u202e","message":"\\u001b[31mevil|\\u202e.started","log_level":1}\n' >>"$d/a.log"
    for f in table markdown; do
        cicerone inspect "$d" -f $f >out
        run -1 grep -c "$esc" out
        run -1 grep -cP '\x07|\xe2\x80\xae' out
    done
    cicerone inspect "$d" -f json | python3 -c 'import json,sys; d=json.load(sys.stdin); assert d["components"][1]["vm"] == "a\x1b]0;x\x07b/1\n2,3", d'
    cicerone inspect "$d" -f ndjson | python3 -c 'import json,sys; [json.loads(l) for l in sys.stdin]'
    cicerone inspect "$d" -f components >out.csv
    python3 -c 'import csv; rows = list(csv.DictReader(open("out.csv", newline=""))); assert rows[1]["vm"] == "a\x1b]0;x\x07b/1\n2,3" and rows[0]["source"] == "\x1b[31mevil|\u202e", rows'
    cicerone inspect "$d" -f csv >out.csv
    python3 -c 'import csv; rows = list(csv.DictReader(open("out.csv", newline=""))); assert rows[0]["file"].startswith("x|y,\"z\"=1\x1b"), rows'
}

@test "a closed pipe and a full disk" {
    run -0 bash -c "'$cicerone' inspect '$logs' | head -1"
    [ -w /dev/full ] || skip "there is no /dev/full"
    run -3 --separate-stderr bash -c "'$cicerone' inspect '$logs' >/dev/full"
    says_like "cicerone: standard output: can't write*"
}
