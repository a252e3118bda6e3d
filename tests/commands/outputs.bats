#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What comes out: tables, CSV, JSON, the folder of -o, graphs.

load helper

plots="correlation histograms histograms-common-scale timelines-by-end timelines-by-start timelines-by-vm"

@test "the summary of each lifecycle in each era" {
    for tree in logs rfc3339 2018; do
        for lifecycle in tasks lrps; do
            (cd "$root/testdata" && cicerone $lifecycle $tree) >out
            golden out $lifecycle-$tree.txt
        done
    done
    for lifecycle in tasks lrps; do
        cicerone $lifecycle "$root/testdata/unified-2015.log.gz" >out
        golden out $lifecycle-2015.txt
    done
}

@test "timelines, durations and stages as CSV, in each era" {
    for tree in logs rfc3339 2018 unified-2015.log.gz; do
        for lifecycle in tasks lrps; do
            for format in csv durations stages; do
                cicerone $lifecycle "$root/testdata/$tree" -f $format >out
                golden out $lifecycle-${tree%.log.gz}.$format.csv
            done
        done
    done
}

@test "the times of 2015 are those that the first Cicerone saw" {
    for lifecycle in tasks lrps; do
        cicerone $lifecycle "$root/testdata/unified-2015.log.gz" -f csv >t.csv
        run -0 python3 - t.csv "$root/testdata/unified-2015.$lifecycle.times-ns.csv" <<'END'
import csv, sys
got, want = ({r['id']: r for r in csv.DictReader(open(p, newline=''))} for p in sys.argv[1:])
assert set(got) == set(want), set(got) ^ set(want)
n = 0
for i, row in want.items():
    for stage, ns in row.items():
        if stage == 'id':
            continue
        seconds, _, fraction = got[i][stage].partition('.')
        # it kept times in doubles, and so rounded to up to 300 ns
        assert abs(int(seconds + fraction) - int(ns)) <= 300, (i, stage)
        n += 1
print(n, 'times agree')
END
        has "times agree"
    done
}

@test "a pipe, and a pipe behind it" {
    cat "$logs"/*/*/*.log >all.log
    cicerone tasks all.log -f csv >expected.csv
    cicerone tasks - -f csv <all.log >got.csv
    cmp got.csv expected.csv
    # shellcheck disable=SC2002 # a pipe is what is tested
    cat all.log | cicerone tasks -f csv - | cut -d, -f1,2,3 | sort >out
    [ "$(wc -l <out)" = "$(wc -l <expected.csv)" ]
    grep -q '^extra-84a05b13-4c72-4a8d-5765-14d76376efbb-exit3-task,cell_z1-2,failed$' out
}

@test "a folder named from within, and by an absolute path, tells the same VMs" {
    cicerone tasks "$logs" -f csv >expected.csv
    (cd "$logs" && cicerone tasks . -f csv) >got.csv
    cmp got.csv expected.csv
    (cd "$logs/diego-cell-2/rep" && cicerone tasks rep.stdout.log -f csv) >got.csv
    grep -q ',diego-cell/2,' got.csv
}

@test "JSON is one object, and its numbers are those of the CSV" {
    cicerone tasks "$logs" -f json >t.json
    cicerone tasks "$logs" -f ndjson >t.ndjson
    cicerone tasks "$logs" -f csv >t.csv
    cicerone tasks "$logs" -f stages >s.csv
    run -0 python3 - <<'END'
import csv, json
whole = json.load(open('t.json'))
lines = [json.loads(line) for line in open('t.ndjson')]
rows = list(csv.DictReader(open('t.csv', newline='')))
ns = lambda text: int(text.replace('.', ''))
assert whole['lifecycle'] == 'tasks' and whole['count'] == len(rows) == len(lines) == 25
assert whole['outcomes']['cancelled'] == 2 and whole['complete'] == 19
for row, line in zip(rows, lines):
    assert (row['id'], row['outcome'], row['complete'] == '1') == (line['id'], line['outcome'], line['complete'])
    assert ns(row['start']) == line['start_ns'] and ns(row['total']) == line['total_ns']
    for stage, s in line['stages'].items():
        assert ns(row[stage]) == s['time_ns'] and row[stage + '.vm'] == s['vm']
    assert len(line['stages']) == sum(1 for k in row if k + '.vm' in row and row[k])
by_name = {r['stage']: r for r in csv.DictReader(open('s.csv', newline=''))}
for s in whole['stages']:
    for k in ('min', 'p50', 'p99', 'max'):
        if s['n']:
            assert s[k + '_ns'] == ns(by_name[s['name']][k]), (s['name'], k)
print('same')
END
    has same
}

@test "Markdown" {
    (cd "$root/testdata" && cicerone tasks logs -f markdown) >out
    golden out tasks-logs.md
    run -0 grep -c '^|' out
    # every row of a table has as many bars as its head
    run -0 awk -F'|' '/^\|/ { if (n && NF != n) bad = 1; n = NF } !/^\|/ { n = 0 } END { exit bad }' out
}

@test "-o writes CSV, scripts, data and pictures with their labels" {
    run -0 cicerone lrps "$logs" -o out/deep/er
    has "CSV files and graphs are in out/deep/er"
    cd out/deep/er
    [ -z "$(find . -name '.*' -type f)" ]
    cicerone lrps "$logs" -f csv | cmp - timelines.csv
    cicerone lrps "$logs" -f durations | cmp - durations.csv
    cicerone lrps "$logs" -f stages | cmp - stages.csv
    for p in $plots; do
        [ -s $p.gp ] && [ -s $p.dat ] && [ -s $p.svg ]
        python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' $p.svg
        grep -q 'LRP instance' $p.svg
    done
    for label in Creating-ALRP Claimed-ALRP Running-In-BBS Remove-From-BBS 'seconds since the first Creating-ALRP' \
        '21 instances: 12 ok, 1 failed, 4 crashed, 1 lost, 2 evacuated, 1 rejected' 'cd17f'; do
        grep -q -- "$label" timelines-by-start.svg
    done
    grep -q 'diego-cell/2' timelines-by-vm.svg
    for stage in Allocated Created-Container; do
        grep -q "$stage" histograms.svg
        grep -q "$stage" histograms-common-scale.svg
        grep -q "$stage" correlation.svg
    done
}

@test "a bar for each entity, from its start to its end" {
    cicerone tasks "$logs" -o out >/dev/null
    run -0 python3 - <<'END'
import csv
rows = list(csv.DictReader(open('out/timelines.csv', newline='')))
zero = min(float(r['Desiring-Task']) for r in rows)
bars, block = {}, ''
for line in open('out/timelines-by-start.dat'):
    if line.startswith('#'):
        block = line[1:].strip()
    elif line.strip() and block.startswith('stage_') and int(line.split()[0]):
        row, left, right = line.split()
        low, high = bars.get(int(row), (9e9, -9e9))
        bars[int(row)] = min(low, float(left)), max(high, float(right))
assert len(bars) == len(rows) == 25
pixel = (max(b[1] for b in bars.values()) - min(b[0] for b in bars.values())) / 1000
for n, r in enumerate(rows, 1):  # both are ordered by start
    low, high = float(r['start']) - zero, float(r['end']) - zero
    assert abs(bars[n][0] - low) < pixel and abs(bars[n][1] - high) < pixel, (r['id'], bars[n])
print('all there')
END
    has "all there"
}

@test "a script run again by hand in a copied folder draws the same picture" {
    cicerone tasks "$logs" -o out >/dev/null
    cp -r out copy
    rm copy/*.svg
    for p in $plots; do
        (cd copy && gnuplot -d $p.gp)
        cmp out/$p.svg copy/$p.svg
    done
}

@test "png and pdf" {
    cicerone tasks "$logs" -o png --image png >/dev/null
    cicerone tasks "$logs" -o pdf --image=pdf >/dev/null
    for p in $plots; do
        [ "$(head -c 4 png/$p.png | tail -c 3)" = PNG ]
        [ "$(head -c 5 pdf/$p.pdf)" = %PDF- ]
        [ ! -e png/$p.svg ]
    done
}

@test "without gnuplot the scripts and data are written, and one line says how to get the pictures" {
    mkdir nothing
    run -0 --separate-stderr env PATH="$PWD/nothing" "$cicerone" tasks "$logs" -o out
    says "cicerone: gnuplot is not installed; for the graphs, install it (apt-get install gnuplot-nox) and run: cd out && for f in *.gp; do gnuplot -d \"\$f\"; done"
    for p in $plots; do
        [ -s out/$p.gp ] && [ -s out/$p.dat ] && [ ! -e out/$p.svg ]
    done
    cd out
    for f in *.gp; do gnuplot -d "$f"; done
    [ -s timelines-by-start.svg ]
}

@test "a gnuplot that fails is said, with its words, and exits 3" {
    mkdir bin
    printf '#!/bin/sh\necho no memory >&2\nexit 7\n' >bin/gnuplot
    chmod +x bin/gnuplot
    PATH=$PWD/bin:$PATH run -3 --separate-stderr cicerone tasks "$logs" -o out
    says_like "cicerone: gnuplot could not draw *.gp: no memory*"
    [ -s out/timelines.csv ]
}

@test "--no-plots" {
    run -0 cicerone tasks "$logs" -o out --no-plots
    has "CSV files are in out"
    [ "$(echo out/*)" = "out/durations.csv out/stages.csv out/timelines.csv" ]
}

@test "a file that is there is replaced by the whole new one, and nothing is left over" {
    mkdir out other
    echo mine >out/timelines.csv
    ln out/timelines.csv other/same-file
    ln -s ../other/same-file out/stages.csv
    cicerone tasks "$logs" -o out --no-plots
    run -0 cicerone tasks "$logs" -o other/first --no-plots
    for f in timelines stages durations; do
        cmp out/$f.csv other/first/$f.csv
        [ ! -L out/$f.csv ]
    done
    [ "$(cat other/same-file)" = mine ]
    # while it is replaced there is always one of them, whole
    (while [ ! -e done ]; do
        n=$(wc -l <out/timelines.csv) && [ "$n" = 26 ] || echo "$n" >>torn
    done) &
    for _ in 1 2 3 4 5 6 7 8; do "$cicerone" tasks "$logs" -o out --no-plots >table; done
    touch done
    wait
    [ ! -e torn ]
    [ "$(ls -A out | tr '\n' ' ')" = "durations.csv stages.csv timelines.csv " ]
    # a folder in its place is said, and stays
    rm out/stages.csv
    mkdir out/stages.csv
    run -3 --separate-stderr cicerone tasks "$logs" -o out --no-plots
    [[ $stderr == *"out/stages.csv: can't write: Is a directory"* ]]
    [ -d out/stages.csv ]
    [ "$(find out -name '.*.part' | wc -l)" = 0 ]
}

@test "one entity alone can be drawn" {
    task only-one >one.log
    cicerone tasks one.log -o out >/dev/null
    for p in $plots; do
        [ -s out/$p.svg ]
    done
}

@test "thousands of rows are sampled, and the plot says so" {
    python3 - >many.log <<'END'
for i in range(6000):
    for s, m, d in ((0, 'desire-task.desire-task.db-desire-task.starting', 1), (1, 'start-task.start-task.db-start-task.complete', 2)):
        print('{"timestamp":"%d.%09d","source":"bbs","message":"bbs.request.%s","log_level":1,"data":{"task_guid":"t-%d","session":"%d.%d"}}'
              % (1700000000 + i // 10 + s, i % 10 * 1000, m, i, i, d))
END
    cicerone tasks many.log -o out >/dev/null
    grep -q '6,*000' out/timelines-by-start.svg
    grep -qi 'of the 6,*000\|of 6,*000' out/timelines-by-start.svg
    [ "$(wc -l <out/timelines.csv)" = 6001 ]
}

@test "--hits tells which alternative fired on which source" {
    run -0 cicerone tasks "$logs" --hits
    grep -Eq '^Placed +1  auctioneer +24$' <<<"$output"
    grep -Eq '^Persisted-Completed +1  rep +20$' <<<"$output"
    grep -Eq '^Persisted-Completed +2  bbs +22$' <<<"$output"
    grep -Eq '^Set-Up-Container-Network +1  - +0$' <<<"$output"
}

@test "--id" {
    run -0 cicerone tasks "$logs" --id 'cancel|exit3' -f csv
    [ "${#lines[@]}" = 4 ]
    run -0 cicerone tasks "$logs" --id 'cancel|exit3'
    has "3 tasks in"
    has "22 tasks not selected"
}

@test "--origin is for the inputs after it, and loses against the line's own" {
    task t-1 >a.log
    task t-2 >b.log
    sed 's/"data":{/"data":{"cicerone-job":"own","cicerone-index":7,/; s/t-1/t-3/' a.log >c.log
    cicerone tasks a.log --origin cell_z1/3 b.log c.log -f csv >t.csv
    [ "$(fields t.csv '' id Desiring-Task.vm)" = "t-1 -
t-2 cell_z1/3
t-3 own/7" ]
}

@test "cicerone-job and cicerone-index win over the path" {
    mkdir -p cell-3/rep
    sed 's/"data":{/"data":{"cicerone-job":"own","cicerone-index":"7",/' <(task t-1) >cell-3/rep/rep.log
    task t-2 >>cell-3/rep/rep.log
    cicerone tasks cell-3 -f csv >t.csv
    [ "$(fields t.csv '' id Desiring-Task.vm)" = "t-1 own/7
t-2 cell/3" ]
}

@test "colours are for terminals only, and NO_COLOR is heard" {
    esc=$(printf '\033')
    run -0 cicerone tasks "$logs"
    hasnt "$esc"
    command -v script >/dev/null || skip "there is no script(1) to make a terminal"
    run -0 script -qec "'$cicerone' tasks '$logs'" /dev/null
    has "$esc[1m"
    NO_COLOR=1 run -0 script -qec "'$cicerone' tasks '$logs'" /dev/null
    hasnt "$esc"
    run -0 script -qec "'$cicerone' tasks '$logs' -f csv" /dev/null
    hasnt "$esc"
}

@test "numbers have points in any locale" {
    cicerone tasks "$logs" -f stages >expected.csv
    for l in de_DE.UTF-8 fr_FR.UTF-8 C.UTF-8 nonsense; do
        LC_ALL=$l LANG=$l cicerone tasks "$logs" -f stages | cmp - expected.csv
    done
}

# bats test_tags=valgrind
@test "a whole run: all that -o writes" {
    run -0 cicerone tasks "$root/testdata/rfc3339" -o tasks --no-plots
    run -0 cicerone lrps "$root/testdata/2018" -o lrps -f markdown --hits
    run -0 cicerone lrps "$root/testdata/unified-2015.log.gz" -f json
    run -0 cicerone tasks "$root/testdata/unified-2015.log.gz" -f ndjson --id task
}
