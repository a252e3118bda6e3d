#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Timelines of logs that go on, each when it is done.

load helper

# Wait until a file holds a text; fail after 20 seconds.
await() { # FILE TEXT
    local i
    for ((i = 0; i < 400; i++)); do
        grep -qF -- "$2" "$1" 2>/dev/null && return 0
        sleep 0.05
    done
    echo "no '$2' in $1:"
    cat "$1" err
    return 1
}

follow() { # ARGUMENT...
    "$cicerone" "$@" >out 2>err 3>&- &
    pid=$!
}

finish() {
    kill -INT "$pid"
    wait "$pid"
}

# The lines of a Task that was resolved: ID SECOND
whole_task() {
    task "$1" "$2"
    lager "17000000$2.900000000" bbs request.resolve-task.resolve-task.delete-task.db-delete-task.complete "{\"task_guid\":\"$1\",\"session\":\"3\"}"
}

# All logs of a tree as one, in order of time, as a log shipper would send them.
as_one() { # TREE
    cicerone chug --as-read --lager-only --format ndjson "$1" | python3 -c '
import json, sys
rows = sorted((json.loads(line) for line in sys.stdin), key=lambda r: r["time_ns"])
for r in rows:
    data = r.get("data") or {}
    if "job" in r:
        data |= {"cicerone-job": r["job"], "cicerone-index": r["index"]}
    print(json.dumps({"timestamp": r["time"], "level": r["level"], "source": r["source"], "message": r["message"], "data": data}))'
}

@test "what comes of a pipe is what comes of the files" {
    for tree in logs rfc3339 2018; do
        as_one "$root/testdata/$tree" >one.log
        for format in ndjson csv; do
            cicerone tasks "$root/testdata/$tree" -f $format | sort >want
            # shellcheck disable=SC2002 # a pipe is meant
            cat one.log | cicerone tasks --follow -f $format - | sort >out
            diff want out
        done
        cicerone lrps "$root/testdata/$tree" -f csv | cut -d, -f1 | sort >want
        cicerone lrps --follow -f csv - <one.log 2>err | cut -d, -f1 | sort >out
        diff want out
    done
    cicerone tasks "$logs" -f ndjson | sort >want
    as_one "$logs" >one.log
    cicerone tasks --follow --settle 1000000 - <one.log >late # all come at the end then, in order
    cicerone tasks "$logs" -f ndjson | cmp - late
}

@test "a Task is printed when the time in the logs has gone on, and the others at the end" {
    mkfifo pipe
    "$cicerone" tasks --follow -f csv - <pipe >out 2>err 3>&- &
    pid=$!
    exec 7>pipe
    await out id,
    { whole_task t-one 10; task t-two 11; } >&7
    lager 1700000015.899999999 bbs x '{}' >&7
    sleep 0.5
    [ "$(wc -l <out)" = 1 ]
    lager 1700000017.1 bbs x '{}' >&7
    await out t-one
    whole_task t-three 20 >&7
    exec 7>&-
    wait $pid
    [ "$(cut -d, -f1 out | tr '\n' ' ')" = "id t-one t-two t-three " ]
    [ ! -s err ]
}

@test "growing files, rotated, from several VMs; quiet counts as time" {
    mkdir -p a-0/bbs b-0/rep
    task t-one 10 >a-0/bbs/bbs.log
    follow tasks --follow --settle 300ms a-0/bbs/bbs.log b-0/rep/rep.log
    await err "b-0/rep/rep.log: is not there yet; waiting for it"
    whole_task t-two 11 >>a-0/bbs/bbs.log
    await out '"id":"t-two"'
    mv a-0/bbs/bbs.log a-0/bbs/bbs.log.1
    lager 1700000012.0 rep x '{}' >b-0/rep/rep.log
    whole_task t-three 13 >a-0/bbs/bbs.log
    await out '"id":"t-three"'
    run -1 grep -c t-one out
    finish
    [ "$(grep -o '"id":"[^"]*"' out | tr '\n' ' ')" = '"id":"t-two" "id":"t-three" "id":"t-one" ' ]
    python3 -c 'import json
for line in open("out"):
    o = json.loads(line)
    assert o["vm"] == "a/0" and o["complete"] == (o["id"] != "t-one"), o'
}

@test "events behind the end are counted" {
    { whole_task t-one 20; lager 1700000030.0 bbs x '{}'; task t-one 10; } >late.log
    run -0 --separate-stderr cicerone tasks --follow - <late.log
    [ "$(grep -c t-one <<<"$output")" = 1 ]
    says "cicerone: 1 task had further events when it was already printed; a longer --settle waits for them"
}

@test "selection, and what can't be" {
    { whole_task t-one 20; whole_task t-two 21; lager 1700000030.0 bbs x '{}'; } >t.log
    run -0 --separate-stderr cicerone tasks --follow --id two -f csv - <t.log
    has t-two
    hasnt t-one
    run -2 --separate-stderr cicerone tasks --follow -f table t.log
    says_like "cicerone: --follow prints ndjson or csv, not table*"
    run -2 --separate-stderr cicerone tasks --follow -o out t.log
    says_like "cicerone: --follow can't be with --output*"
    run -2 --separate-stderr cicerone tasks --follow --settle soon t.log
    says_like "cicerone: --settle wants seconds*"
    run -0 --separate-stderr cicerone tasks --follow - <<<'no lager'
    says "cicerone: no lager line among 1 lines; are these logs of Diego components?"
}
