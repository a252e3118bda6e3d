#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Ids, VMs and sources come from logs that anybody may write into: they stay text wherever they go.

load helper
load hostile_ids

esc=$(printf '\033')

@test "in CSV every id is one field, and comes back as it was" {
    make_hostile h.log
    cicerone tasks h.log -f csv >t.csv
    hostile_ids >ids
    run -0 python3 - <<'END'
import csv, json
want = [json.loads('"%s"' % line.rstrip('\n')) for line in open('ids')]
# NUL is not for csv
text = open('t.csv', encoding='utf-8', newline='', errors='strict').read().replace('\0', '\ufffe')
rows = list(csv.reader(text.splitlines(keepends=True)))
assert len(rows) == len(want) + 1, len(rows)
assert len({len(r) for r in rows}) == 1, {len(r) for r in rows}
for got, w in zip(rows[1:], want):
    assert got[0].replace('\ufffe', '\0') == w, (got[0], w)
print(len(want), 'ids')
END
    has "27 ids"
}

@test "in JSON as well" {
    make_hostile h.log
    cicerone tasks h.log -f json >t.json
    cicerone tasks h.log -f ndjson >t.ndjson
    hostile_ids >ids
    run -0 python3 - <<'END'
import json
want = [json.loads('"%s"' % line.rstrip('\n')) for line in open('ids')]
assert json.load(open('t.json', encoding='utf-8'))['count'] == len(want)
lines = open('t.ndjson', encoding='utf-8', newline='\n').read().split('\n')[:-1]
assert [json.loads(line)['id'] for line in lines] == want
print('same')
END
    has same
}

@test "in traces as well" {
    make_hostile h.log
    cicerone tasks h.log -f ndjson >t.ndjson
    for f in trace otlp; do
        cicerone tasks h.log -f $f >t
        run -0 python3 "$here/traces.py" $f t t.ndjson
        has " agree"
    done
    no_pwned
}

@test "no control character of an id, source or VM reaches the terminal" {
    make_hostile h.log
    sed 's/"data":{/"data":{"cicerone-job":"vm\\u001b[32m","cicerone-index":"1\\u009b",/' h.log >v.log
    lager 1700000100.000000000 'so\u001b[33murce' x '{}' >>v.log
    printf '{"timestamp":"1700000101.000000000","source":"raw%s[34m","message":"m","log_level":1,"data":{}}\n' "$esc" >>v.log
    for format in table markdown; do
        cicerone tasks v.log --hits -f $format >out
        run -0 python3 - <<'END'
import unicodedata
for line in open('out', encoding='utf-8', errors='strict', newline='\n'):
    bad = [hex(ord(c)) for c in line.rstrip('\n') if unicodedata.category(c) in ('Cc', 'Cs') or '\u202a' <= c <= '\u202e']
    assert not bad, (bad, line)
END
    done
    run -0 python3 - <<'END'
rows = [line for line in open('out', encoding='utf-8') if line.startswith('|')]
assert rows
END
    lager 1700000100.000000000 'so\u001b[33murce' x '{}' >s.log
    run -0 --separate-stderr cicerone tasks s.log
    [[ $stderr != *"$esc"* ]]
}

@test "in a script of gnuplot nothing of an id is run" {
    make_hostile h.log
    sed -i "s/\"data\":{/\"data\":{\"cicerone-job\":\"vm'; system(\\\\\"touch pwned-vm\\\\\"); '\`touch pwned-vm2\`\",\"cicerone-index\":\"1\",/" h.log
    cicerone tasks h.log -f csv | grep -q pwned-vm
    run -0 --separate-stderr cicerone tasks h.log -o out
    [ -z "$stderr" ]
    no_pwned
    cd out
    for f in *.gp; do
        LC_ALL=C.UTF-8 gnuplot -d "$f" 2>said # in the C locale it has no degree sign, and says so
        [ ! -s said ]
    done
    cd ..
    no_pwned
    for f in out/*.svg; do
        python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' "$f"
        run ! grep -F '<script>alert' "$f"
    done
    grep -q 'alert(1)' out/timelines-by-start.svg
}

@test "bytes that are not UTF-8" {
    printf '{"timestamp":"1700000000.000000000","source":"bbs","message":"bbs.request.desire-task.desire-task.db-desire-task.starting","log_level":1,"data":{"task_guid":"a\377\300\200z","session":"1"}}\n' >bad.log
    for format in table markdown json ndjson; do
        cicerone tasks bad.log -f $format >out
        iconv -f UTF-8 -t UTF-8 out >/dev/null
    done
    cicerone tasks bad.log -o out.d >/dev/null
    for f in out.d/*.gp out.d/*.svg; do
        iconv -f UTF-8 -t UTF-8 "$f" >/dev/null
    done
}

@test "ids that look like numbers, and ids that are numbers, are the same text" {
    lager 1700000000.000000000 bbs request.desire-task.desire-task.db-desire-task.starting '{"task_guid":17,"session":"1"}' >n.log
    lager 1700000001.000000000 bbs request.start-task.start-task.db-start-task.complete '{"task_guid":"17","session":"1"}' >>n.log
    cicerone tasks n.log -f csv >t.csv
    [ "$(fields t.csv '' id complete)" = "17 1" ]
}

@test "a session, a VM or a source that is long or odd does no harm" {
    long=$(head -c 5000 /dev/zero | tr '\0' s)
    lager 1700000000.000000000 bbs request.desire-task.desire-task.db-desire-task.starting "{\"task_guid\":\"t\",\"session\":\"$long\",\"cicerone-job\":\"$long\",\"cicerone-index\":\"$long\"}" >odd.log
    lager 1700000000.000000000 "$long" x '{}' >>odd.log
    run -0 cicerone tasks odd.log -f csv
    run -0 cicerone tasks odd.log -o out
}

@test "an output folder with an odd name" {
    name="out'dir \`touch pwned\` \$(touch pwned)"
    run -0 --separate-stderr cicerone tasks "$logs" -o "$name"
    [ -z "$stderr" ]
    [ -s "$name/timelines-by-start.svg" ]
    no_pwned
}

# bats test_tags=valgrind
@test "hostile ids under a magnifying glass" {
    make_hostile h.log
    for format in table markdown csv durations stages json ndjson; do
        run -0 cicerone tasks h.log -f $format
    done
}
