#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Every kind of plot, drawn by gnuplot; from logs, and from the CSV that was made of them.

load helper

one_run="timelines-by-start timelines-by-end timelines-by-vm histograms histograms-common-scale correlation
timelines-aligned occupancy distribution boxes-by-vm boxes-by-cell violins-by-vm
violins-by-cell heat shares"

# The picture of this kind holds these texts, is well-formed and, as PNG, shows these colours.
shows() { # FOLDER KIND TEXT... [-- COLOUR...]
    local svg=$1/$2.svg png=$1/$2.png
    python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$svg"
    shift 2
    while [ $# != 0 ] && [ "$1" != -- ]; do
        grep -qF -- "$1" "$svg" || { echo "$svg: does not say: $1"; return 1; }
        shift
    done
    [ $# = 0 ] || shift
    python3 "$here/picture.py" "$png" "$@"
}

# A Task log: ID SECOND-OF-START SECONDS-TO-RUN, a line each.
tasks_log() {
    python3 -c '
import sys
for line in sys.stdin:
    id, at, took = line.split()
    for m, t in (("desire-task.desire-task.db-desire-task.starting", float(at)), ("start-task.start-task.db-start-task.complete", float(at) + float(took))):
        print("{\"timestamp\":\"%.9f\",\"source\":\"bbs\",\"message\":\"bbs.request.%s\",\"log_level\":1,\"data\":{\"task_guid\":\"%s\",\"session\":\"1\"}}" % (t, m, id))'
}

@test "--list names every kind, and only what is listed can be chosen" {
    run -0 cicerone plot --list
    for kind in $one_run before-after; do
        grep -q "^$kind " <<<"$output"
    done
    run -2 --separate-stderr cicerone tasks "$logs" -o out --plot histograms,nonsense
    says "cicerone: there is no plot \"nonsense\"; cicerone plot --list names them
cicerone: see: cicerone help tasks"
    [ ! -e out ]
    run -2 --separate-stderr cicerone tasks "$logs" -o out --plot before-after
    says_like "cicerone: before-after shows two runs: cicerone plot OLD.csv NEW.csv --plot before-after*"
    run -2 --separate-stderr cicerone tasks "$logs" --plot heat
    says_like "cicerone: --plot needs a folder to draw to: -o DIR*"
    run -2 --separate-stderr cicerone plot a.csv b.csv --plot heat
    says_like "cicerone: heat shows one run, not two*"
}

@test "each kind is drawn, with its labels" {
    cicerone tasks "$logs" -o out --plot all >/dev/null
    cicerone tasks "$logs" -o out --plot all --image png >/dev/null
    for kind in $one_run; do
        shows out $kind 'Task lifecycles: ' '25 tasks: 19 ok, 2 cancelled, 1 rejected, 2 failed, 1 lost' \
            'not seen in this run: Set-Up-Container-Network' 'time zero 2026-11-22T07:19:49.247Z'
    done
    shows out timelines-by-start 'seconds since the first Desiring-Task' 'lost (1)' 'rejected (1)' 'failed (2)' \
        'negative duration (6)' 'a stage before it was not seen' -- '#f8cd9a' '#c00000'
    shows out timelines-aligned 'seconds since its own start' ' longer than shown, up to 66.2s' -- '#5e1d36'
    shows out timelines-by-vm 'diego-cell/2' 'tasks by VM'
    shows out histograms 'first 20 % by start (5)' 'n 23, median 183ms' ' negative' '10 ms' -- '#0072b2' '#d55e00' '#f9e3f9'
    shows out histograms-common-scale '≤ 0' '100 ms' -- '#d000d0'
    shows out correlation 'Created-Container' 'total' "Pearson's r"
    shows out occupancy 'tasks on their way to a stage' 'Process-Exited, up to ' 'each point is the mean over' -- '#5e1d36'
    shows out distribution 'part of the tasks that took no longer' 'total, median 1.36s' '50 %' '10 ms' -- '#000000' '#a149dd'
    shows out boxes-by-vm 'tasks by VM' 'diego-cell/2' 'total' 'Process-Exited' '5th to 95th percentile' -- '#5e1d36'
    shows out boxes-by-cell 'tasks by cell' 'cell_z1-2' -- '#5e1d36'
    shows out violins-by-vm 'tasks by VM' 'diego-cell/2' 'total' 'Process-Exited' 'dots: fewer than 5' \
        'duration; bandwidth ' ' decades' -- '#5e1d36' '#b8b8b8'
    shows out violins-by-cell 'tasks by cell' 'cell_z1-2' -- '#5e1d36'
    shows out heat 'median duration' '183ms' 'each cell is the median over' -- '#f8cd9a'
    shows out shares 'share of the total time in %' '47.9 %' 'the slowest tenth (3)' 'all tasks' -- '#5e1d36' '#777777'
}

@test "LRP instances, too" {
    cicerone lrps "$logs" -o out --plot all >/dev/null
    for kind in $one_run; do
        grep -qF '21 instances: 12 ok, 1 failed, 4 crashed, 1 lost, 2 evacuated, 1 rejected' out/$kind.svg
    done
    for mark in 'crashed (4)' 'lost (1)' 'evacuated (2)' 'rejected (1)'; do
        grep -qF "$mark" out/timelines-by-end.svg
    done
}

@test "what is drawn from timelines.csv is what was drawn from the logs" {
    for lifecycle in tasks lrps; do
        cicerone $lifecycle "$logs" -o $lifecycle --plot all >/dev/null
        run -0 cicerone plot $lifecycle/timelines.csv --plot all -o again-$lifecycle
        [ "${#lines[@]}" = 15 ]
        has "again-$lifecycle/heat.svg"
        cicerone $lifecycle "$logs" -f csv | cicerone plot - --plot all -o piped-$lifecycle
        for kind in $one_run; do
            for f in gp dat svg; do
                cmp $lifecycle/$kind.$f again-$lifecycle/$kind.$f
                cmp $lifecycle/$kind.$f piped-$lifecycle/$kind.$f
            done
        done
    done
}

@test "without -o and --plot: the usual kinds, here" {
    cicerone tasks "$logs" -f csv >t.csv
    run -0 cicerone plot t.csv
    [ -s timelines-by-start.svg ] && [ -s occupancy.svg ] && [ ! -e heat.svg ]
    cicerone plot t.csv -o out --plot shares --title 'Run of Monday' >/dev/null
    grep -q 'Run of Monday: share of the total time' out/shares.svg
    [ "$(echo out/*)" = "out/shares.dat out/shares.gp out/shares.svg" ]
}

@test "a CSV of stages that no lifecycle has" {
    printf 'id,outcome,complete,start,end,total,Sown,Sown.vm,Reaped,Reaped.vm\r\nwheat,ok,1,1,9,8,1,field/0,9,barn/0\r\n"rye, ""old""",withered,0,2,2,0,2,field/1,,\r\n' >crops.csv
    cicerone plot crops.csv -o out --plot timelines-by-start,table 2>err && false
    grep -q 'there is no plot "table"' err
    cicerone plot crops.csv -o out >/dev/null
    for text in Sown Reaped 'rye, "old"' 'Timelines: by start' '2 entities: 1 ok, 1 withered' 'withered (1)'; do
        grep -qF "$text" out/timelines-by-start.svg || grep -qF "${text//\"/&quot;}" out/timelines-by-start.svg
    done
}

@test "no text lies upon another one or beyond the page, nor where it is half as wide, for a column" {
    cicerone lrps "$logs" -o out --plot all >/dev/null
    cicerone plot out/timelines.csv out/timelines.csv -o out >/dev/null
    cicerone series "$logs" -o out >/dev/null
    python3 "$here/texts.py" out/*.svg
    cd out
    for script in *.gp; do
        run -0 env LC_ALL=C.UTF-8 gnuplot -d -e 'page_width = 700' "$script"
        [ -z "$output" ]
        [ "$script" = correlation.gp ] || grep -q ' width="700"' "${script%.gp}.svg"
    done
    python3 "$here/texts.py" *.svg
    # what is said is said to the end: the marks, the key, the bandwidths
    for text in 'evacuated (2)' 'a stage before it was not seen'; do
        grep -qF "$text" timelines-by-vm.svg
    done
    for text in 'a violin is as wide as' 'some are negative' '>bandwidth<'; do
        grep -qF "$text" violins-by-vm.svg
    done
}

@test "two runs, one over the other" {
    seq 40 | awk '{ print "a-" $1, 1700000000 + $1, 0.5 }' | tasks_log >old.log
    seq 30 | awk '{ print "b-" $1, 1700000000 + $1, 2 }' | tasks_log >new.log
    cicerone tasks old.log -f csv >old.csv
    cicerone tasks new.log -f csv >new.csv
    cicerone plot old.csv new.csv -o out >/dev/null
    cicerone plot old.csv new.csv -o out --image png --plot before-after >/dev/null
    shows out before-after 'before: old.csv (40 tasks' 'after: new.csv (30 tasks' 'Running-In-BBS' \
        'median 500ms → 2.00s (+300 %)' -- '#0072b2' '#d55e00'
    cicerone tasks "$logs" -f csv | cicerone plot old.csv - -o out >/dev/null
    grep -qF 'median none → ' out/before-after.svg
    run -2 --separate-stderr cicerone plot - -
    says_like 'cicerone: standard input can be read only once*'
    run -2 --separate-stderr cicerone plot a b c
    says_like 'cicerone: one run is drawn, or two are compared*'
    run -2 --separate-stderr cicerone plot
    says_like 'cicerone: of what?*'
}

@test "a CSV that is wrong is refused as a whole, with file, line and column" {
    cicerone tasks "$logs" -f csv >t.csv
    refused() { # SED-SCRIPT MESSAGE
        sed "$1" t.csv >bad.csv
        run -3 --separate-stderr cicerone plot bad.csv -o out
        says_like "cicerone: bad.csv:$2"
        [ ! -e out ]
    }
    refused '1s/outcome/outcomes/' '1:1: this is no timelines.csv*'
    refused '3s/$/,/' '3:1: 44 fields, where the first line has 43'
    refused '4s/,ok,1,/,ok,yes,/' '4:*: "complete" is 0 or 1'
    refused '5s/$/"/' '5:*: a quote in a field that does not begin with one'
    refused '26s/^/"/' '26:1: the quote opened here is never closed'
    refused '7{p}' '8:1: there is a row of this id and start already'
    refused '9s/\.[0-9]\{9\},/e9,/' '9:*: this is not a time in seconds since 1970'
    run -3 --separate-stderr cicerone plot /dev/null
    says "cicerone: /dev/null: is empty"
    run -3 --separate-stderr cicerone plot absent.csv
    says "cicerone: absent.csv: No such file or directory"
    run -3 --separate-stderr cicerone plot "$root/testdata/unified-2015.log.gz"
    says_like "cicerone: *unified-2015.log.gz:1:*"
    head -1 t.csv >none.csv
    run -0 --separate-stderr cicerone plot none.csv
    says "cicerone: none.csv: holds no timeline with a stage: there is nothing to draw"
}

@test "text from a CSV is never code" {
    evil='`touch pwned`'"'"'".system("touch pwned")."@x$(touch pwned)'
    python3 - "$evil" >evil.csv <<'END'
import csv, sys
e = sys.argv[1]
w = csv.writer(sys.stdout, lineterminator='\n')
w.writerow(['id', 'cell', 'outcome', 'complete', 'start', 'end', 'total', e, e + '.vm', 'B', 'B.vm'])
w.writerow([e, e, e, 0, 1, 9, 8, 1, e, 9, e])
w.writerow(["'" + e + '\x1b[31m\n\\', e, 'ok', 1, 1, 9, 8, 1, '\\', 9, "''"])
END
    cicerone plot evil.csv --plot all -o out --title "$evil" >/dev/null
    cp evil.csv "$evil.csv"
    cicerone plot evil.csv "$evil.csv" -o out >/dev/null
    [ -z "$(find . -name pwned)" ]
    for kind in $one_run before-after; do
        [ -s out/$kind.svg ]
    done
}

@test "times centuries apart" {
    task a >a.log
    sed 's/"timestamp":"17000000\(..\)\.[0-9]*"/"timestamp":"2250-01-01T00:00:\1Z"/; s/task_guid":"a"/task_guid":"b"/; s/"log_level":1/"level":"info"/' a.log >>a.log
    sed 's/"timestamp":"17000000\(..\)\.[0-9]*"/"timestamp":"1700-01-01T00:00:\1Z"/; s/task_guid":"a"/task_guid":"c"/; s/"log_level":1/"level":"info"/' <(task a) >>a.log
    cicerone tasks a.log -o out --plot all >/dev/null
    cicerone plot out/timelines.csv -o again --plot all >/dev/null
    for kind in $one_run; do
        cmp out/$kind.svg again/$kind.svg
    done
}

@test "one entity of one stage" {
    task a | head -1 >a.log
    cicerone tasks a.log -o out --plot all >/dev/null
    cicerone plot out/timelines.csv out/timelines.csv -o out >/dev/null
    for kind in $one_run before-after; do
        grep -q 'Task lifecycles: ' out/$kind.svg
    done
}

@test "runs far apart: plots over time say how little of it they show, and where the rest is" {
    { seq 20 | awk '{ print "t-" $1, 1700000000 + $1 * 9, 9 }'; seq 20 | awk '{ print "u-" $1, 1700003780 + $1 * 9, 9 }'; } | tasks_log >t.log
    cicerone tasks t.log -o out --plot all >/dev/null
    for kind in timelines-by-start timelines-by-end timelines-by-vm occupancy heat; do
        grep -qF 'no task is under way in 91 % of this time, 1h00m of it after 2023-11-14T22:16:29Z: --until or --since draws' out/$kind.svg
    done
    for kind in timelines-aligned histograms shares; do
        run ! grep -qF 'under way' out/$kind.svg
    done
    cicerone tasks t.log --until 2023-11-14T22:30:00Z -o one --plot occupancy >/dev/null
    run ! grep -qF 'under way' one/occupancy.svg
    # half of the time is not more than half of it
    printf '%s\n' 'a 1700000000 10' 'b 1700000020 0' 'c 1700000010 0' | tasks_log >half.log
    cicerone tasks half.log -o half --plot occupancy >/dev/null
    run ! grep -qF 'under way' half/occupancy.svg
}

@test "a row for each of twelve, and none besides" {
    seq 12 | awk '{ print "t-" $1, 1700000000 + $1, 1 }' | tasks_log >t.log
    cicerone tasks t.log -o out --plot timelines-by-start >/dev/null
    grep -q '^row_count = 12$' out/timelines-by-start.gp
    for i in $(seq 12); do
        grep -qF ">t-$i<" out/timelines-by-start.svg
    done
}

# Groups of these names and sizes, as a CSV of two stages: of each, durations 1 2 3 ..., or decades apart, or the same.
groups_csv() { # even|decades|same NAME N...
    awk -v took="$1" 'BEGIN {
        print "id,cell,outcome,complete,start,end,total,A,A.vm,B,B.vm"
        for (a = 2; a < ARGC; a += 2) for (k = 1; k <= ARGV[a + 1]; k++) {
            s = took == "decades" ? exp(log(10) * (k - 3)) : took == "same" ? 2 : k
            printf "%s-%d,\"%s\",ok,1,1000,%.9f,%.9f,1000,%s,%.9f,%s\n", ARGV[a], k, ARGV[a], 1000 + s, s, ARGV[a], 1000 + s, ARGV[a]
        }
    }' "$@"
}

@test "a violin where there are durations enough, and dots where there are not" {
    groups_csv even few/0 4 enough/0 5 >t.csv
    run -0 --separate-stderr cicerone plot t.csv -o out --plot violins-by-vm
    [ -z "$stderr" ]
    for text in '>few/0  (4)<' '>enough/0  (5)<' 'seconds; bandwidth 974ms<'; do # 0.9 (2 / 1.34) / 5^0.2
        grep -qF "$text" out/violins-by-vm.svg || { grep -oE '>(seconds|few|enough)[^<]*<' out/violins-by-vm.svg; false; }
    done
    # row 1 is the first name; a violin ends where its durations do, and is 1 at its widest
    sed -n '/^# violin_1/,/^$/p' out/violins-by-vm.dat | grep '^[0-9]' >violin
    [ "$(head -1 violin | cut -d ' ' -f 1,2)" = "1 1" ]
    [ "$(tail -1 violin | cut -d ' ' -f 1,2)" = "1 5" ]
    [ "$(sort -k 3 -n violin | tail -1 | cut -d ' ' -f 2,3)" = "3 1.0000" ]
    [ "$(sed -n '/^# dots_1/,/^$/p' out/violins-by-vm.dat | grep -c '^2 ')" = 4 ]

    groups_csv decades wide/0 6 >t.csv
    cicerone plot t.csv -o out --plot violins-by-vm >/dev/null
    grep -qE 'duration; bandwidth 1\.2 decades<' out/violins-by-vm.svg
    # even in logarithms: the middle of them is the widest place
    sed -n '/^# violin_1/,/^$/p' out/violins-by-vm.dat | awk '$3 == 1 { exit !($2 > 3 && $2 < 3.3) }'

    groups_csv same alike/0 50 >t.csv
    run -0 --separate-stderr cicerone plot t.csv -o out --plot violins-by-vm,violins-by-cell
    [ -z "$stderr" ]
    [ "$(sed -n '/^# dots_1/,/^$/p' out/violins-by-vm.dat | grep '^[0-9]')" = "1 2" ]
    run ! grep -q bandwidth out/violins-by-vm.svg
}

@test "violins of a hundred VMs and more, each in its row" {
    groups_csv even $(seq 120 | awk '{ print "cell/" $1, 5 + $1 % 7 }') >t.csv
    cicerone plot t.csv -o out --plot violins-by-vm,violins-by-cell >/dev/null
    cicerone plot t.csv -o out --plot violins-by-vm --image png >/dev/null
    shows out violins-by-vm 'the 100 of 120 with the greatest median' '>cell/118  (11)<' -- '#b8b8b8'
    for n in 1 2; do # the total, and B
        [ "$(sed -n "/^# violin_$n/,/^# /p" out/violins-by-vm.dat | grep -o '^[0-9]* ' | sort -u | wc -l)" = 100 ]
    done
}

@test "where rows are thinned out, what failed is marked all the same" {
    seq 12000 | awk '{ print "t-" $1, 1700000000 + $1 / 10, 1 }' | tasks_log >many.log
    # the last stage is not seen of a single one, which none of the bars shows
    grep -v '"t-6001","session":"1"' many.log >some.log
    grep '"t-6001"' many.log | head -1 >>some.log
    cicerone tasks some.log -o out --plot timelines-by-start >/dev/null
    grep -qF 'bars are those of 4,000 of 12,000 tasks (every 3rd), marks those of all' out/timelines-by-start.svg
    grep -qF 'incomplete (1)' out/timelines-by-start.svg
    [ "$(wc -c <out/timelines-by-start.svg)" -lt 5000000 ]
}

@test "a template of one's own, beside the others" {
    mkdir -p config/cicerone/plots
    export XDG_CONFIG_HOME=$PWD/config
    cat >config/cicerone/plots/my-dots.gp <<'END'
# Title: start against total
eval 'canvas_width = 600; canvas_height = 400'
eval open_canvas
eval draw_page
set label 9 sprintf("%d rows, %d outcomes, %d VMs", row_count, outcome_count, vm_count) at graph 0.1, graph 0.9
plot datafile using 5:7 with points pt 7 lc rgb stage_color[1] notitle
set output
END
    printf '# Data: shares\n# Title: like shares\nload_nothing = 1\n%s\n' "$(cat "$root/plots/shares.gp")" >config/cicerone/plots/more.gp
    run -0 cicerone plot --list
    has 'my-dots                   start against total'
    has 'more                      like shares'
    cicerone tasks "$logs" -o out --plot my-dots,more >/dev/null
    grep -q '25 rows, ' out/my-dots.svg
    grep -q 'Task lifecycles: start against total' out/my-dots.svg
    grep -q 'Task lifecycles: like shares' out/more.svg
    cmp <(grep -v like out/more.dat) <(cicerone tasks "$logs" -o ref --plot shares >/dev/null && cat ref/shares.dat)
    printf '# Data: nonsense\n' >config/cicerone/plots/bad.gp
    run -3 --separate-stderr cicerone plot --list
    cicerone tasks "$logs" >/dev/null # which draws nothing
    says "cicerone: $PWD/config/cicerone/plots/bad.gp: there is no data \"nonsense\"; cicerone plot --list names them"
}
