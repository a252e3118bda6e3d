#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The test suites' own files: reports of Fezzik, outputs of Cedar and Arborist.

load helper

suites=$root/testdata/suites
reports=$suites/reports.json
cedar=$suites/cedar

# A report of Tasks, the JSON's further members given.
task_report() { # MEMBERS
    printf 'TASK_REPORT\n{"ReportTime":"2026-11-22T07:19:49Z","ReportName":"Run"%s}\n' "$1"
}

# An app: NAME PUSH-SECOND DURATION-NS
app() {
    printf '{"app_name":"%s","app_guid":"%s","push":{"succeeded":true,"start_time":"2018-03-27T00:00:%s-0700","end_time":null,"duration_ns":%s},"start":{"succeeded":false,"start_time":null,"end_time":null,"duration_ns":0}}' "$1" "$1" "$2" "$3"
}

# ---- fezzik ----

@test "fezzik: the summary, as Fezzik prints it" {
    run -0 cicerone fezzik "$reports"
    echo "$output" >out
    golden out fezzik.txt
    has $'\n  17 (94.44%) Succeeded\n  1 (5.56%) Failed\n    fezzik-1-2a3e79de-a84a-4095-73ec-99d68656b32e-12: failed to create container: '
    has $'\n  Count: 18 - 0.0845 <= <0.4095> ± 0.1629 <= 0.5862\n'
    has $'\n   cell_z2-2 +++++'
}

@test "fezzik: beside the logs" {
    (cd "$root/testdata" && cicerone fezzik suites/reports.json logs) >out
    golden out fezzik-logs.txt
    for format in csv reports cells json ndjson markdown; do
        cicerone fezzik "$reports" "$logs" -f $format >out
        golden out fezzik-logs.$format
    done
}

@test "fezzik: all figures are those that another count gives" {
    cicerone fezzik "$reports" -o plain --no-plots >/dev/null
    run -0 python3 "$here/suites.py" fezzik "$reports" plain
    has "27 entities agree"
    cicerone tasks "$logs" -f csv >tasks.csv
    cicerone lrps "$logs" -f csv >lrps.csv
    cicerone fezzik "$reports" "$logs" -o out --no-plots >/dev/null
    run -0 python3 "$here/suites.py" fezzik "$reports" out tasks.csv lrps.csv
    has "27 entities agree"
}

@test "fezzik: recorded reports, beside all of their logs" {
    [ -d "$shared/recorded/truth" ] || skip "there is no ../shared"
    for era in epoch rfc3339 epoch2018; do
        cicerone tasks "$shared/recorded/$era" -f csv >tasks.csv
        cicerone lrps "$shared/recorded/$era" -f csv >lrps.csv
        run -0 cicerone fezzik "$shared/recorded/truth/$era/reports.json" "$shared/recorded/$era" -o $era --no-plots
        hasnt "(unknown)  "
        run -0 python3 "$here/suites.py" fezzik "$shared/recorded/truth/$era/reports.json" $era tasks.csv lrps.csv
        has "660 entities agree"
        run -0 cut -d, -f4,5,7-9,11 $era/reports.csv
        [ "$(cut -d, -f5 $era/entities.csv | sort -u | grep -c fezzik)" = 2 ]
    done
}

@test "fezzik: any number of threads and order of inputs gives the same" {
    cicerone fezzik "$reports" "$logs" -f csv -j 1 >a
    find "$logs" -type f | sort -r | tr '\n' '\0' | xargs -0 "$cicerone" fezzik "$reports" -f csv -j 7 >b
    cmp a b
    sed -n 1,2p "$reports" >one.json
    sed -n 3,4p "$reports" >two.json
    cicerone fezzik two.json one.json "$logs" -f csv >b
    cmp a b
}

@test "fezzik: pipes, and packed reports" {
    cicerone fezzik "$reports" -f csv >a
    cicerone fezzik - -f csv <"$reports" >b
    cmp a b
    gzip -c "$reports" >r.json.gz
    cicerone fezzik r.json.gz -f csv >b
    cmp a b
    zcat -f "$logs"/*/*/*.log* | cicerone fezzik "$reports" - -f csv >b
    cicerone fezzik "$reports" "$logs" -f csv >a
    cmp a b
    run -3 --separate-stderr cicerone fezzik "$reports" - </dev/null
    says "cicerone: no lager line among the logs; are these logs of Diego components?"
}

@test "fezzik: a report that is half written costs only itself" {
    head -c -100 "$reports" >half.json
    run -4 --separate-stderr cicerone fezzik half.json
    says_like 'cicerone: half.json:4:*: *; this report was left out'
    has "Of 18 Tasks:"
    hasnt Instances
    run -1 --separate-stderr cicerone fezzik half.json --strict
    printf 'TASK_REPORT\n{"ReportTime":3}\n' | cat - "$reports" >first.json
    run -4 --separate-stderr cicerone fezzik first.json
    says_like 'cicerone: first.json:2:2: ReportTime: must be a string; this report was left out'
    has "Of 18 Tasks:"
    has "Running 30 Instances"
    { cat "$reports"; echo LRP_REPORT; } >announced.json
    run -4 --separate-stderr cicerone fezzik announced.json
    says 'cicerone: announced.json:6:1: ends before the report that was announced'
    { echo hello; sed -n 1p "$reports"; cat "$reports"; } >twice.json
    run -4 --separate-stderr cicerone fezzik twice.json
    [ "${stderr_lines[0]}" = "cicerone: twice.json:1:1: expected TASK_REPORT or LRP_REPORT" ]
    [ "${stderr_lines[1]}" = "cicerone: twice.json:3:1: another report begins before the one announced" ]
    seq 100 | cat - "$reports" >many.json
    run -4 --separate-stderr cicerone fezzik many.json
    [ ${#stderr_lines[@]} = 9 ]
    [ "${stderr_lines[8]}" = "cicerone: 92 more problems in reports" ]
}

@test "fezzik: what is no report is refused, with its place" {
    check() { # MESSAGE JSON
        printf 'TASK_REPORT\n%s\n' "$2" >r.json
        run -3 --separate-stderr cicerone fezzik r.json
        says "cicerone: r.json:$1; this report was left out; no report of Fezzik is whole in this file"
        [ -z "$output" ]
    }
    head='"ReportTime":"2026-11-22T07:19:49Z","ReportName":"x","NumRequested":1'
    check '2:1: must be an object' '[]'
    check '2:1: "ReportName" is missing' '{"ReportTime":"2026-11-22T07:19:49Z"}'
    check '2:2: ReportTime: must be a time (RFC 3339)' "{${head/2026/x}}"
    check '2:55: NumRequested: must be a whole number, not below 0' "{${head%1}-1}"
    check '2:88: TimeToCreate.a: must be a whole number of nanoseconds' "{$head,\"TimeToCreate\":{\"a\":1.5}}"
    check '2:88: TimeToCreate.a: is a duration of more than 50 years' "{$head,\"TimeToCreate\":{\"a\":9223372036854775807}}"
    check "2:111: too big integer near '99999999999999999999'" "{$head,\"TimeToCreate\":{\"a\":99999999999999999999}}"
    check '2:72: TimeToCreate: must be an object' "{$head,\"TimeToCreate\":[]}"
    check "2:10: duplicate object key near '\"a\"'" '{"a":1,"a":2}'
    check "2:2049: maximum parsing depth reached near '['" "$(head -c 5000 /dev/zero | tr '\0' '[')"
    : >empty
    run -3 --separate-stderr cicerone fezzik empty
    says 'cicerone: empty: is empty'
    run -3 --separate-stderr cicerone fezzik absent
    says 'cicerone: absent: No such file or directory'
    run -3 --separate-stderr cicerone fezzik .
    says 'cicerone: .: is a folder'
    run -2 --separate-stderr cicerone fezzik
    run -3 --separate-stderr cicerone fezzik "$reports" "$cedar/output.json"
    says 'cicerone: no lager line among the logs; are these logs of Diego components?'
    has "Of 18 Tasks:"
}

# bats test_tags=valgrind
@test "fezzik: hostile texts and numbers are shown, and do no harm" {
    task_report ',"NumRequested":4,"TimeToCreate":{"a\u0007,\"b":-5000000,"b":1},"TimeToComplete":null,"FailedTasks":{"c|d":"bad\u0000\u001b[31m"},"TaskDistribution":{"z":9000000000000000000}' >odd.json
    sed -i 's/"Run"/"R\\u001b]0;x\\u0007\\nn"/' odd.json
    run -0 cicerone fezzik odd.json
    [[ $output != *$'\e'* && $output != *$'\a'* ]]
    has $'  -1 (-25.00%) Succeeded\n  1 (25.00%) Failed\n    c|d: bad'
    has "  4 (100.00%) Never Completed"
    has "  Count: 2 - -0.0050 <= <-0.0025> ± 0.0035 <= 0.0000"
    has $'\nCompletion time stats (in seconds)\n  Count: 0\n'
    has "+ ... 9000000000000000000"
    run -0 cicerone fezzik odd.json -f markdown
    [[ $output != *$'\e'* ]]
    cicerone fezzik odd.json -f json | python3 -m json.tool >/dev/null
    cicerone fezzik odd.json -f ndjson | while read -r line; do python3 -m json.tool <<<"$line" >/dev/null; done
    run -0 python3 -c 'import csv, sys; print([r["id"] for r in csv.DictReader(sys.stdin)])' < <(cicerone fezzik odd.json -f csv)
    [ "$output" = "['a\\x07,\"b', 'b', 'c|d']" ]
}

@test "fezzik: who saw it complete, the client, the logs or both" {
    task_report ',"NumRequested":3,"TimeToCreate":{"both":1,"client":2,"logs":3},"TimeToComplete":{"both":5000000000,"client":6000000000}' >r.json
    sed -i 's/2026-11-22T07:19:49Z/2023-11-14T22:13:20Z/' r.json # 1700000000
    for i in both client logs; do
        lager 1700000001.000000000 bbs request.desire-task.desire-task.db-desire-task.starting "{\"task_guid\":\"$i\",\"session\":\"1\"}"
    done >a.log
    for i in both logs; do
        lager 1700000004.000000000 bbs request.resolving-task.resolving-task.db-delete-task.complete "{\"task_guid\":\"$i\",\"session\":\"3\"}"
    done >>a.log
    cicerone fezzik r.json a.log -f json >out.json
    python3 - <<'END'
import json
r = json.load(open('out.json'))['reports'][0]
logs = {e['id']: e.get('logs') for e in r['entities']}
assert logs['both']['first_ns'] == 10**9 and logs['both']['first_lag_ns'] == 1 - 10**9, logs
print(logs)
assert [r['logs'][k] for k in ('known', 'done_for_client_only', 'done_in_logs_only')] == [3, 1, 1], r['logs']
assert logs['both']['last_lag_ns'] == 10**9, logs
END
}

@test "fezzik: a process that can't be told from others is not guessed" {
    # the logs have two processes that were created around then, one of nine instances
    lrp_report() { # INSTANCES TIME
        printf 'LRP_REPORT\n{"ReportTime":"%s","ReportName":"Run","NumInstances":%d,"TimeToClaimed":{"0":6000000000,"10":9000000000,"2":8000000000},"TimeToRunning":null}\n' "$2" "$1" >r.json
    }
    lrp_report 9 2026-11-22T07:20:10Z
    run -0 cicerone fezzik r.json "$logs"
    has "fezzik-1-55bf7ba8-3b00-4804-42ed-5410cbce7e61"
    lrp_report 100 2026-11-22T07:20:10Z
    run -0 cicerone fezzik r.json "$logs"
    hasnt fezzik-1
    has "report 1: 2 processes in these logs may be meant, so it was compared with none"
    lrp_report 9 2026-11-22T07:10:10Z
    run -0 cicerone fezzik r.json "$logs"
    has "report 1: no process in these logs was created then"
    # indexes are in order as numbers
    run -0 cicerone fezzik r.json -f csv
    [ "$(cut -d, -f6 <<<"$output" | tr '\n' ' ')" = "id 0 2 10 " ]
    has ",never running,"
    run -0 cicerone fezzik r.json
    has "  6 (66.67%) Never Claimed"
    has "  9 (100.00%) Never Running"
}

@test "fezzik: the folder, with its picture in each type" {
    command -v gnuplot >/dev/null || skip "gnuplot is not installed"
    for image in svg png pdf; do
        run -0 cicerone fezzik "$reports" "$logs" -o out --image $image
        has "CSV files and graphs are in out"
        [ -s out/cumulative.$image ]
    done
    [ "$(cd out && echo *)" = "cells.csv cumulative.dat cumulative.gp cumulative.pdf cumulative.png cumulative.svg entities.csv reports.csv" ]
    grep -q '>claimed by the logs<' out/cumulative.svg
    run -0 cicerone fezzik "$reports" -o plain
    run -1 grep -q 'by the logs' plain/cumulative.svg
    task_report ',"NumRequested":0' >none.json
    sed -i "s/Run/\`touch hacked\`'/" none.json
    run -0 --separate-stderr cicerone fezzik none.json -o none
    [ -z "$stderr" ]
    [ ! -e none/hacked ]
    for _ in $(seq 30); do cat "$reports"; done >many.json
    run -0 --separate-stderr cicerone fezzik many.json -o many
    grep -q 'the first 24 of 60 reports are shown' many/cumulative.svg
}

# ---- cedar ----

@test "cedar: the summary and all formats" {
    cicerone cedar "$cedar" >out
    golden out cedar.txt
    for format in csv stats json ndjson markdown; do
        cicerone cedar "$cedar" -f $format >out
        golden out cedar.$format
    done
    cicerone cedar "$cedar/output.json" >out
    golden out cedar-alone.txt
    cicerone cedar "$cedar/max-2.json" "$cedar/arborist.json" "$cedar/max-1.json" "$cedar/output.json" "$cedar"/min-*.json >out
    golden out cedar.txt
    cicerone cedar - <"$cedar/output.json" >out
    golden out cedar-alone.txt
}

@test "cedar: all figures are those that another count gives" {
    cicerone cedar "$cedar" -o out --no-plots >/dev/null
    run -0 python3 "$here/suites.py" cedar "$cedar" out
    has "36 rows agree"
}

@test "cedar: types and batches by the names of apps" {
    check() { # NAME TYPE,BATCH
        printf '{"succeeded":true,"apps":[%s]}' "$(app "$1" 00.000 5)" >o.json
        run -0 cicerone cedar o.json -f csv
        [ "$(tail -1 <<<"$output" | cut -d, -f3,4)" = "$2" ]
    }
    check cedarapp-0-light-group-3 light-group,0
    check cedarapp-12-heavy-0 heavy,12
    check my-app-7-light-1 light,7
    check app-1-2-3 2,1
    check app-0-1 ,
    check app ,
    check -- ,
    check '' ,
    check app-0-light-x ,
    check app-99999999999-light-1 ,
}

@test "cedar: a push on the edge of a batch is in it, one outside is in none" {
    printf '{"succeeded":true,"apps":[%s,%s,%s,%s]}' "$(app a-0-x-0 10.000 1)" "$(app a-0-x-1 12.000 2)" "$(app a-0-x-2 12.001 4)" "$(app a-0-x-3 09.999 8)" >o.json
    echo 1522134010 >min-1.json # 2018-03-27T00:00:10-0700
    printf 1522134012 >max-1.json
    run -0 cicerone cedar o.json min-1.json max-1.json -f csv
    [ "$(cut -d, -f1,4 <<<"$output" | tail -4 | tr '\n' ' ')" = "a-0-x-3, a-0-x-0,1 a-0-x-1,1 a-0-x-2, " ]
    run -0 cicerone cedar o.json min-1.json max-1.json -f stats
    has $'\n1,1522134010.000000000,1522134012.000000000,all,push,2,2,0,0,2,0,0.000000001,'
    has $'\nnone,,,all,push,2,2,0,0,2,0,0.000000004,'
}

@test "cedar: what is not what it should be is refused, with its place" {
    check() { # MESSAGE JSON
        printf '%s' "$2" >b.json
        run -3 --separate-stderr cicerone cedar b.json "${@:3}"
        says "cicerone: $1"
        [ -z "$output" ]
    }
    a=$(app x-0-y-1 00.000 5)
    check 'b.json:1:19: apps: must be an array' '{"succeeded":true,"apps":{}}'
    check 'b.json:1:1: "succeeded" is missing' '{"apps":[]}'
    check 'b.json:1:27: apps[0]: must be an object' '{"succeeded":true,"apps":[3]}'
    check 'b.json:1:27: apps[0].push: must be an object' '{"succeeded":true,"apps":[{"app_name":"a"}]}'
    check 'b.json:1:95: apps[0].push.start_time: must be a time as 2006-01-02T15:04:05.000-0700' "{\"succeeded\":true,\"apps\":[${a/-0700/-07:00:00}]}"
    check 'b.json:1:155: apps[0].push.duration_ns: must be a whole number of nanoseconds' "{\"succeeded\":true,\"apps\":[${a/:5/:true}]}"
    check "b.json:1:4: premature end of input near '\"ap'" '{"ap'
    check 'b.json:1:1: is neither an output of Cedar (an object with "apps") nor one of Arborist (app guids with "TotalRequests")' '[]'
    check 'no output of Cedar among these files' '{"g":{"TotalRequests":1,"SuccessfulRequests":1,"FailedRequests":0}}'
    check 'b.json:1:7: g.TotalRequests: must be a whole number, not below 0' '{"g":{"TotalRequests":-1}}' "$cedar"
    check 'max-1.json is missing: a batch has a min and a max file' "{\"succeeded\":true,\"apps\":[$a]}" "$cedar/min-1.json"
    check 'app 1e398f10-7c3e-4f2a-9d1b-6b0a830e07bc is in two outputs of Arborist' "$(cat "$cedar/arborist.json")" "$cedar"
    echo x >min-1.json
    run -3 --separate-stderr cicerone cedar min-1.json
    says 'cicerone: min-1.json:1:1: must be a number of unix seconds, as its name says'
    mkdir empty
    run -3 --separate-stderr cicerone cedar empty
    says 'cicerone: empty: no *.json files in this folder'
    run -3 --separate-stderr cicerone cedar absent
    says 'cicerone: absent: No such file or directory'
    gzip -c "$cedar/output.json" | head -c 500 >cut.json
    run -3 --separate-stderr cicerone cedar cut.json
    run -2 --separate-stderr cicerone cedar
}

# bats test_tags=valgrind
@test "cedar: hostile texts and numbers are shown, and do no harm" {
    a=$(app 'x-0-t\u001b[31m|\u0000,y-1' 00.000 -5)
    printf '{"succeeded":true,"apps":[%s,%s]}' "$a" "$(app 'x-0-y-2' 00.000 1000000000000000000)" >o.json
    printf '{"x-0-y-2":{"TotalRequests":9223372036854775807,"SuccessfulRequests":9223372036854775807,"FailedRequests":0},"stranger":{"TotalRequests":9223372036854775807,"SuccessfulRequests":0,"FailedRequests":0}}' >arborist.json
    run -0 cicerone cedar o.json arborist.json
    [[ $output != *$'\e'* ]]
    has "1 app was asked that is in no output of Cedar"
    cicerone cedar o.json arborist.json -f json | python3 -m json.tool >/dev/null
    run -0 cicerone cedar o.json -f markdown
    [[ $output != *$'\e'* ]]
}

@test "cedar: the folder, with its picture in each type" {
    command -v gnuplot >/dev/null || skip "gnuplot is not installed"
    for image in svg png pdf; do
        run -0 cicerone cedar "$cedar" -o out --image $image
        has "CSV files and graphs are in out"
        [ -s out/pushes.$image ]
    done
    [ "$(cd out && echo *)" = "apps.csv pushes.dat pushes.gp pushes.pdf pushes.png pushes.svg stats.csv" ]
    grep -q '>light-group<' out/pushes.svg
    grep -q '>batch 2<' out/pushes.svg
    # no apps, and more types than there are colours
    echo '{"succeeded":true,"apps":[]}' >none.json
    run -0 --separate-stderr cicerone cedar none.json -o none
    [ -z "$stderr" ]
    for i in $(seq 11 40); do app "a-0-type'$i-1" "$i.000" 5; [ "$i" = 40 ] || printf ,; done >list
    printf '{"succeeded":true,"apps":[%s]}' "$(cat list)" >many.json
    run -0 --separate-stderr cicerone cedar many.json -o many
    [ -z "$stderr" ]
    grep -q '>(others)<' many/pushes.svg
}
