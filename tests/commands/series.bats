#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Series: values over time, in CSV, as graphs, and on one board.

load helper

rounds=$root/testdata/rounds

@test "the summary of each tree, and which series there are" {
    for tree in logs rounds/rfc3339; do
        (cd "$root/testdata" && cicerone series $tree) >out
        golden out "series-${tree##*/}.txt"
    done
    cicerone series --list >out
    golden out series-list.txt
}

@test "rows of time, series, key and value" {
    cicerone series "$logs" --every 20s --only lrps,tasks,cell-memory,errors,bbs-latency -f csv >out
    golden out series.csv
    cicerone series "$logs" --every 20s --only lrps,tasks,cell-memory,errors,bbs-latency -f ndjson >out.ndjson
    run -0 python3 - out out.ndjson <<'END'
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1])))
lines = [json.loads(line, parse_float=str, parse_int=str) for line in open(sys.argv[2])]
assert len(rows) == len(lines) > 100
for r, l in zip(rows, lines):
    assert int(l['time_ns']) == int(r['time'].replace('.', '')), (r, l)
    assert (l['series'], l['key'], l['value'] or '') == (r['series'], r['key'], r['value']), (r, l)
END
    run -0 cicerone series "$logs" --only tasks -f markdown
    has "| series | line"
}

@test "levels are those of the event stream of the BBS" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    for era in epoch rfc3339; do
        cicerone series "$shared/recorded/$era" --only tasks,lrps -f csv >s.csv
        run -0 python3 "$here/series.py" "$shared/recorded/truth/$era" s.csv 10
        has " 0 differ"
    done
    # 2018: of two indices that no cell could take the log tells the removal, the stream does not
    cicerone series "$shared/recorded/epoch2018" --only tasks,lrps -f csv >s.csv
    run -0 python3 "$here/series.py" "$shared/recorded/truth/epoch2018" s.csv 10
    has "lrps claimed 0, lrps crashed 0, lrps desired 2, lrps running 0, tasks completed 0, tasks pending 0, tasks running 0"
}

@test "errors, requests, latencies and capacity are those that the lines tell" {
    cicerone series "$logs" -f csv --every 5s >s.csv
    run -0 python3 "$here/series_lines.py" "$logs" s.csv 5
    has "agree: bbs-latency "
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    for era in epoch rfc3339 epoch2018; do
        for every in 10 3; do
            cicerone series "$shared/recorded/$era" --every $every -f csv >s.csv
            run -0 python3 "$here/series_lines.py" "$shared/recorded/$era" s.csv $every
        done
    done
}

# Rows "time value" of one key, with times from 1700000000 on.
rows() { # SERIES KEY FILE
    awk -F, -v s="$1" -v k="$2" '$2 == s && $3 == k { printf "%d:%s ", $1 - 1700000000, $4 }' "$3"
}

provided() { # SECONDS MB
    lager "17000$1.000000000" rep auction-fetch-state.auction-state.provided "{\"session\":\"$1\",\"available-resources\":{\"MemoryMB\":$2,\"DiskMB\":1,\"Containers\":1},\"num-lrps\":0}"
}

@test "a value holds while its cell logs; a cell that died leaves a gap" {
    mkdir -p t/cell-{0,1}/rep
    {
        provided 00001 100
        lager 1700000025.000000000 rep alive '{}'
        lager 1700000095.000000000 rep alive '{}'
        provided 00105 50
        lager 1700000195.000000000 rep alive '{}'
    } >t/cell-0/rep/rep.log
    {
        provided 00002 7
        lager 1700000015.000000000 rep alive '{}'
    } >t/cell-1/rep/rep.log
    cicerone series t --only cell-memory -f csv --every 10s >s.csv
    # 60 seconds of silence are bridged, 80 are not
    [ "$(rows cell-memory cell/0 s.csv)" = "0:100 10:100 20:100 30:100 40:100 50:100 60:100 70:100 80:100 90:100 100:50 110: 120: 130: 140: 150: 160: 170: 180: 190: " ]
    [ "$(rows cell-memory cell/1 s.csv)" = "0:7 10:7 20: 30: 40: 50: 60: 70: 80: 90: 100: 110: 120: 130: 140: 150: 160: 170: 180: 190: " ]
    [ "$(rows cell-memory total s.csv)" = "0:107 10:107 20:100 30:100 40:100 50:100 60:100 70:100 80:100 90:100 100:50 110: 120: 130: 140: 150: 160: 170: 180: 190: " ]
}

@test "a Task that a cell gave back is pending again" {
    {
        lager 1700000001.000000000 bbs request.desire-task.desire-task.db-desire-task.complete '{"session":"1.1","task_guid":"t"}'
        lager 1700000002.000000000 bbs request.start-task.start-task.db-start-task.complete '{"session":"2.1","task_guid":"t","cell_id":"a"}'
        lager 1700000011.000000000 bbs request.reject-task.reject-task.db-reject-task.complete '{"session":"3.1","task_guid":"t"}'
        lager 1700000021.000000000 bbs request.start-task.start-task.db-start-task.complete '{"session":"4.1","task_guid":"t","cell_id":"b"}'
        lager 1700000031.000000000 bbs request.complete-task.complete-task.db-complete-task.complete '{"session":"5.1","task_guid":"t"}'
        lager 1700000041.000000000 bbs handle-completed-task.db-delete-task.complete '{"session":"6.1","task_guid":"t"}'
    } >b.log
    cicerone series b.log --only tasks -f csv >s.csv
    [ "$(rows tasks pending s.csv)" = "0:0 10:1 20:0 30:0 40:0 " ]
    [ "$(rows tasks running s.csv)" = "0:1 10:0 20:1 30:0 40:0 " ]
    [ "$(rows tasks completed s.csv)" = "0:0 10:0 20:0 30:1 40:0 " ]
}

@test "the same bytes for any order of lines and files, any number of threads, and from a pipe" {
    find "$logs" -type f -exec zcat -f {} + >plain
    cicerone series plain -f csv --every 7s >expected 2>/dev/null
    shuf --random-source=<(yes 1) plain >shuffled
    cicerone series shuffled -f csv --every 7s 2>/dev/null | cmp - expected
    cicerone series - -f csv --every 7s <plain 2>/dev/null | cmp - expected
    mapfile -t backwards < <(find "$logs" -type f | sort -r)
    cicerone series "$logs" -j1 -f csv >1
    cicerone series "${backwards[@]}" -j7 -f csv | cmp - 1
}

@test "a folder holds the CSV and the graph of each" {
    cicerone series "$logs" -o out --no-plots --only tasks,errors >/dev/null
    [ "$(cd out && echo *)" = "errors.csv tasks.csv" ]
    cicerone series "$logs" --only tasks -f csv | cmp - out/tasks.csv
    command -v gnuplot >/dev/null || skip "there is no gnuplot"
    run -0 --separate-stderr cicerone series "$rounds/rfc3339" -o out
    [ -z "$stderr" ]
    for picture in out/*.svg; do
        [ -f "${picture%.svg}.csv" ]
        python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$picture"
    done
    [ -f out/convergence.svg ]
}

@test "the board says what it has, and of the rest why it has not" {
    command -v gnuplot >/dev/null || skip "there is no gnuplot"
    run -0 --separate-stderr cicerone health "$rounds/rfc3339" -o board
    [ -z "$stderr" ]
    golden board/index.html series-board.html
    run -0 python3 - board <<'END'
import html.parser, os, sys
class Page(html.parser.HTMLParser):
    images = []
    def handle_starttag(self, tag, attributes):
        assert tag not in ('script', 'iframe'), tag
        if tag == 'img':
            self.images.append(dict(attributes)['src'])
page = Page()
page.feed(open(sys.argv[1] + '/index.html').read())
assert sorted(page.images) == sorted(f for f in os.listdir(sys.argv[1]) if f.endswith('.svg')) and page.images
END
    run -2 --separate-stderr cicerone health "$logs"
    says "cicerone: say with -o where to write the board
cicerone: see: cicerone help health"
}

@test "a series of one's own" {
    mkdir -p home/.config/cicerone/series
    cat >home/.config/cicerone/series/mine.json <<'END'
{"version": 1, "groups": [{"title": "<b>Mine", "series": [
  {"name": "my-tasks", "title": "Mine & \"yours\"", "unit": "seconds", "components": "bbs", "lines": [
    {"of": "tasks", "duration": "Desiring-Task", "to": "Resolved", "by": "outcome", "take": "mean"}]}]}]}
END
    run -0 cicerone series "$logs" --only my-tasks
    has "cancelled"
    cicerone health "$logs" -o board >/dev/null
    grep -q '<h2>&lt;b&gt;Mine</h2>' board/index.html
    grep -q 'alt="Mine &amp; &quot;yours&quot;"' board/index.html
    sed -i 's/"Resolved"/"Reolved"/' home/.config/cicerone/series/mine.json
    run -2 --separate-stderr cicerone series "$logs"
    says "cicerone: series my-tasks: tasks has no stage \"Reolved\"
cicerone: see: cicerone help series"
    sed -i 's/"take"/"tak"/' home/.config/cicerone/series/mine.json
    run -2 --separate-stderr cicerone series "$logs"
    says_like "cicerone: *home/.config/cicerone/series/mine.json:3:*lines\[0].tak: unknown key; allowed here: *"
}

@test "hostile keys are data" {
    {
        for i in $(seq 100); do
            lager "170000000$((i % 10)).000000000" "s$i,\\\"\\\\\\u001b[31m\`reboot\`" x '{}'
        done
        lager 1700000005.000000000 rep x '{}'
    } >h.log
    cicerone series h.log --only errors -f csv >s.csv
    run -0 python3 -c 'import csv, sys; assert all(len(r) == 4 for r in csv.reader(open(sys.argv[1])))' s.csv
    run -0 cicerone series h.log --only errors
    hasnt $'\e'
    command -v gnuplot >/dev/null || skip "there is no gnuplot"
    run -0 --separate-stderr cicerone series h.log --only errors -o out
    [ -z "$stderr" ]
}

@test "what is wrong is said" {
    run -2 --separate-stderr cicerone series "$logs" --only tasks,nothing
    says "cicerone: there is no series \"nothing\"; --list tells which there are
cicerone: see: cicerone help series"
    for every in 0 -1 fast 1us; do
        run -2 --separate-stderr cicerone series "$logs" --every=$every
        says_like "cicerone: --every wants seconds, or a duration as 500ms or 1m, not \"$every\"*"
    done
    run -2 --separate-stderr cicerone series "$logs" --every 1ms
    says "cicerone: the lines span 3m34s, which makes more than 20000 bins; widen them by --every, or select lines by --since and --until"
    {
        lager 1.000000000 rep x '{}'
        lager 4000000000.000000000 rep x '{}'
    } >far.log
    run -2 --separate-stderr cicerone series far.log
    says_like "cicerone: the lines span *"
    echo nothing >plain.log
    run -3 --separate-stderr cicerone series plain.log
    says "cicerone: no lager line was found or selected; are these logs of Diego components?"
    run -2 --separate-stderr cicerone series
    says_like "cicerone: no input*"
}
