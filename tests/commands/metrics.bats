#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Metrics for other systems: perfchug's, in each format.

load helper

# All formats of a tree agree with each other and with what is in it.
agree() { # TREE [SOURCE]
    for format in influx csv openmetrics; do
        cicerone metrics "$1" ${2:+--source "$2"} -f $format >m.$format 2>/dev/null
    done
    run -0 python3 "$here/metrics.py" m.influx m.csv m.openmetrics "$@"
    has " rows agree"
}

# Cedar's log: two runs of it, of which the second begins its sessions at 1 again.
cedar_log() {
    local start=cedar.starting-apps.start push=cedar.pushing-apps.push

    cedar_line 1700000001.000000000 $push.started a-light-0 1.1
    cedar_line 1700000003.000000001 $push.completed a-light-0 1.1
    cedar_line 1700000004.000000000 $push.started a-light-1 1.2
    cedar_line 1700000004.500000000 $push.failed-to-push a-light-1 1.2 2
    cedar_line 1700000005.000000000 $push.started a-light-2 1.3
    cedar_line 1700000010.000000000 $push.started a-light-1 1.1
    cedar_line 1700000011.000000000 $push.completed a-light-1 1.1
    cedar_line 1700000020.000000000 $start.started a-light-1 2.1
    cedar_line 1700000023.000000000 $start.completed a-light-1 2.1
    cedar_line 1700000020.000000000 $start.started a-light-0 2.2
    cedar_line 1700000021.000000000 $start.failed-curling-app a-light-0 2.2 2
}

cedar_line() { # TIME MESSAGE APP SESSION [LEVEL]
    printf '{"timestamp":"%s","source":"cedar","message":"%s","log_level":%s,"data":{"app":"%s","session":"%s"}}\n' "$1" "$2" "${5:-1}" "$3" "$4"
}

@test "metrics of each era are those found by other means, and the formats agree" {
    for tree in logs 2018 rfc3339; do
        agree "$root/testdata/$tree"
        agree "$root/testdata/$tree" bbs
        agree "$root/testdata/rounds/$tree"
    done
}

@test "metrics of whole recorded runs are those found by other means" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    for capture in epoch rfc3339 epoch2018; do
        agree "$shared/recorded/$capture"
    done
}

@test "the table, as CSV and for Prometheus" {
    cicerone metrics "$root/testdata/rounds/2018" >out
    golden out metrics-2018.csv
    cicerone metrics "$logs" -f openmetrics >out 2>/dev/null
    golden out metrics-logs.openmetrics
}

@test "pushes and starts of Cedar: a failed one is paired with its own end, a second run begins anew" {
    cedar_log | shuf --random-source=<(yes 5) >cedar.log
    run -0 --separate-stderr cicerone metrics --origin cedar/0 cedar.log -f influx
    [ "$output" = "cf.diego.CedarSuccessfulPush,app=a-light-0,component=cedar,session=1.1 value=2000000001 1700000002000000000
cf.diego.CedarSuccessfulPush,app=a-light-1,component=cedar,session=1.1 value=1000000000 1700000010500000000
cf.diego.CedarFailedPush,app=a-light-1,component=cedar,session=1.2 value=500000000 1700000004250000000
cf.diego.CedarSuccessfulStart,app=a-light-1,component=cedar,session=2.1 value=3000000000 1700000021500000000
cf.diego.CedarFailedStart,app=a-light-0,component=cedar,session=2.2 value=1000000000 1700000020500000000" ]
    says "cicerone: CedarSuccessfulPush or CedarFailedPush: 1 begun and not ended"
    run -0 cicerone cedar-apps cedar.log --by action
    has "6 actions in 11 lines of cedar; 1 file"
    has "cf failed, or the app did not answer"
}

@test "whatever a name holds, the formats can be read" {
    for name in 'a b' 'a,b=c' 'a\\' 'a\\,b' 'a\\\\b' 'a\"b' 'a\nb\r' 'a\u0000b' 'ä ' 'a\ud800' '# EOF' '\\n'; do
        task "$name"
        printf '{"timestamp":"1700000001.25","source":"bbs","message":"bbs.request.complete-task.complete-task.db-complete-task.complete","log_level":1,"data":{"task_guid":"%s","session":"3"}}\n' "$name"
        printf '{"timestamp":"1700000000.5","source":"x\\"\\\\y","message":"x.request.serving","log_level":1,"data":{"method":"GET","request":"/v1/%s","session":"%s"}}\n' "$name" "$name"
        printf '{"timestamp":"1700000000.75","source":"x\\"\\\\y","message":"x.request.done","log_level":1,"data":{"method":"GET","request":"/v1/%s","session":"%s"}}\n' "$name" "$name"
    done >odd.log
    printf '{"timestamp":"1700000000.5","source":"y","message":"y.request.serving","log_level":1,"data":{"method":"GET","request":"/\xff\x07","session":"1"}}\n' >>odd.log
    printf '{"timestamp":"1700000000.6","source":"y","message":"y.request.done","log_level":1,"data":{"method":"GET","request":"/\xff\x07","session":"1"}}\n' >>odd.log
    for format in influx csv openmetrics; do
        cicerone metrics odd.log -f $format >m.$format 2>err
        iconv -f UTF-8 -t UTF-8 m.$format >/dev/null || [ $format = csv ]
    done
    [ "$(grep -c TaskLifecycle, m.influx)" = "$(cicerone tasks odd.log -f ndjson | wc -l)" ]
    run -0 python3 - m.influx m.openmetrics "$here" <<'END'
import sys
sys.argv, (influx_file, openmetrics_file, here) = [''], sys.argv[1:]
sys.path.insert(0, here)
from metrics import influx, openmetrics
points = list(influx(influx_file))
guids = {tags.get('task_guid') for name, tags, *_ in points if name == 'TaskLifecycle'}
assert {'a b', 'a,b=c', 'a"b', 'ä ', '# EOF', '\\n'} <= guids, guids
assert not any(g.endswith('\\') for g in guids)
samples = openmetrics(openmetrics_file)
components = {dict(labels)['component'] for _, labels in samples}
assert 'x"\\y' in components and 'bbs' in components, components
END
}

@test "ends before starts are left out and said" {
    lager 1700000002.0 bbs request.desire-task.desire-task.db-desire-task.starting '{"task_guid":"t","session":"1"}' >t.log
    lager 1700000001.0 bbs request.complete-task.complete-task.db-complete-task.complete '{"task_guid":"t","session":"2"}' >>t.log
    run -0 --separate-stderr cicerone metrics t.log
    [ "${#lines[@]}" = 1 ]
    says "cicerone: TaskLifecycle: 1 ended before they began, by clocks that disagree; left out"
}

@test "the same bytes for any number of threads and order of files" {
    for format in influx csv openmetrics; do
        cicerone metrics "$logs" "$root/testdata/2018" -j1 -f $format >1 2>/dev/null
        cicerone metrics "$root/testdata/2018" "$logs" -j5 -f $format 2>/dev/null | cmp - 1
    done
}

@test "a pipe gives what its file gives" {
    log="$logs"/diego-api-0/bbs/bbs.stdout.log
    cicerone metrics "$log" -f influx >1 2>/dev/null
    cicerone metrics - -f influx <"$log" 2>/dev/null | cmp - 1
    cicerone metrics <(cat "$log") -f influx 2>/dev/null | cmp - 1
    [ "$(wc -l <1)" -gt 10 ]
}

@test "what can't be" {
    run -2 --separate-stderr cicerone metrics "$logs" -f prometheus
    says_like "cicerone: --format wants one of csv|influx|openmetrics, not \"prometheus\"*"
    run -2 --separate-stderr cicerone metrics
    echo hello >h.log
    run -3 --separate-stderr cicerone metrics h.log
    says "cicerone: no lager line among 1 lines; are these logs of Diego components?"
    run -3 --separate-stderr cicerone metrics no.log
    says "cicerone: no.log: No such file or directory"
    mkdir mine
    sed 's/"Serving"/"Begun"/' "$root/parsers/requests.json" >mine/requests.json
    run -2 --separate-stderr cicerone metrics --parser-dir mine "$logs"
    says 'cicerone: RequestLatency: requests has no stage "Serving"'
    run -3 --separate-stderr bash -c '"$1" metrics "$2" >/dev/full' - "$cicerone" "$logs"
}
