#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Lines of logs for people and as JSON, and growing files.

load helper

esc=$(printf '\033')

in_testdata() { (cd "$root" && cicerone "$@"); }

# A few lines of each kind.
sample() {
    lager 1700000000.000000000 rep started '{"cell-id":"cell_z1-0"}'
    lager 1700000000.250000123 bbs request.start-task.starting '{"session":"12.3","task_guid":"t-1","list":[1,{"a":[]}],"none":{}}' 0
    printf '%s\n' '{"timestamp":"2023-11-14T22:13:21.5Z","level":"error","source":"rep","message":"rep.run.failed","data":{"error":"exit\nstatus 1","trace":"goroutine 1 [running]:\n\tmain.main()\n\t\t/a.go:1\n","session":"7"}}'
    echo 'hello: something that is not lager'
    lager 1700000002.000000000 vizzini 'a very long and\tfree text\n' 'null' 3
    printf '{"timestamp":"17000'
}

@test "lines for people" {
    sample >s.log
    cicerone chug s.log >out
    golden out chug.txt
    cicerone chug <s.log >piped
    cmp out piped
    cicerone chug --data none s.log >out
    golden out chug-none.txt
    cicerone chug --data long s.log >out
    golden out chug-long.txt
    cicerone chug --colour always s.log >out
    golden out chug-colour.txt
    cicerone chug --color=always --data long s.log >out
    golden out chug-colour-long.txt
    in_testdata chug --as-read testdata/logs --level error >out
    golden out chug-logs-errors.txt
    in_testdata chug testdata/unified-2015.log.gz --since 2015-09-01T05:58:54Z --match auction >out
    golden out chug-unified-2015.txt
}

@test "a component has the same colour everywhere, and there is none where it is not wanted" {
    sample >s.log
    cicerone chug s.log --colour always | grep -ao "$esc\[38;5;[0-9]*mrep" | sort -u >a
    [ "$(wc -l <a)" = 1 ]
    run -1 grep -c "$esc" <(cicerone chug s.log)
    run -1 grep -c "$esc" <(cicerone chug s.log --colour never)
    [ -n "$(command -v script)" ] || skip "there is no script(1) to be a terminal"
    on_terminal() { script -qec "$1" /dev/null </dev/null; }
    on_terminal "'$cicerone' chug s.log" >out
    grep -q "$esc" out
    on_terminal "NO_COLOR=1 '$cicerone' chug s.log" >out
    run -1 grep -c "$esc" out
    on_terminal "stty cols 120; '$cicerone' chug s.log --colour never" >out
    grep -q '…' out
    python3 -c 'import sys; assert max(len(l.rstrip()) for l in open("out", encoding="utf-8") if "starting" in l) <= 120'
}

@test "relative times" {
    sample >s.log
    cicerone chug --relative first --data none s.log >out
    golden out chug-relative.txt
    run -0 cicerone chug --relative 1700000001.000000001 --data none s.log
    has "    -1.000000s  rep"
    has "    +0.499999s  rep"
    run -0 cicerone chug --relative now --data none s.log
    [[ $output =~ ^-[0-9]+\.[0-9]{6}s\ \ rep ]]
    run -2 --separate-stderr cicerone chug --relative yesterday s.log
    says_like "cicerone: --relative wants first, now or a time*"
}

@test "every object agrees with its line" {
    cd "$root"
    for input in testdata/logs testdata/rfc3339 testdata/2018 testdata/unified-2015.log.gz; do
        cicerone chug --as-read $input --format ndjson >"$BATS_TEST_TMPDIR/out"
        run -0 python3 "$here/chug.py" "$BATS_TEST_TMPDIR/out"
        has "files agree"
    done
    cd "$BATS_TEST_TMPDIR"
    sample >s.log
    printf '\n\r\n' >>s.log
    printf '{"timestamp":"1.5","source":"\\u001bs","message":"s.m\\u0000\\"","log_level":2,"data": { "a" : [ 1 , 2.50e+3 ] , "cicerone-job" : "j\\u0041","b":9223372036854775808,"cicerone-index":4, "e\\u0072ror":"no" } }\r\n' >>s.log
    printf 'x {"timestamp":"1969","source":"s","message":"m","log_level":1} y\n' >>s.log
    cicerone chug s.log --format ndjson >out
    run -0 python3 "$here/chug.py" out
    has "8 lines of 1 files agree"
    golden out chug.ndjson
    jq -e . out >/dev/null || ! command -v jq >/dev/null
}

@test "which lines: selected ones; others if they can be what was asked for" {
    sample >s.log
    run -0 cicerone chug s.log --level error
    hasnt hello
    hasnt started
    has "error: exit"
    run -0 cicerone chug s.log --since 2023-11-14T22:13:21Z
    has hello # it stands behind a line of that time
    hasnt started
    has '{"timestamp":"17000'
    run -0 cicerone chug s.log --until 2023-11-14T22:13:21Z
    hasnt hello
    has started
    run -0 cicerone chug --origin cell/3 s.log --vm cell/3
    has hello
    run -0 cicerone chug --origin cell/3 s.log --job router
    [ -z "$output" ]
    run -0 cicerone chug s.log --lager-only
    hasnt hello
    has started
    run -0 cicerone chug s.log --lager-only --format ndjson
    hasnt '"raw"'
}

@test "lines of several inputs come in order of time, or as they are read" {
    mkdir -p cell-0/rep cell-1/rep
    lager 1700000001.0 rep b '{}' >cell-0/rep/rep.log
    lager 1700000003.0 rep d '{}' >>cell-0/rep/rep.log
    lager 1700000000.0 rep a '{}' >cell-1/rep/rep.log
    lager 1700000002.0 rep c '{}' >>cell-1/rep/rep.log
    run -0 cicerone chug cell-0 cell-1
    [ "$output" = "2023-11-14T22:13:20.000000Z  cell/1  rep         INFO   a
2023-11-14T22:13:21.000000Z  cell/0  rep         INFO   b
2023-11-14T22:13:22.000000Z  cell/1  rep         INFO   c
2023-11-14T22:13:23.000000Z  cell/0  rep         INFO   d" ]
    tar czf cells.tgz cell-0 cell-1
    run -0 cicerone chug cells.tgz --data none
    [ "$(awk '{print $NF}' <<<"$output" | tr '\n' ' ')" = "a b c d " ]
    run -0 cicerone chug --as-read cell-0 cell-1
    [ "$output" = "2023-11-14T22:13:21.000000Z  cell/0  rep         INFO   b
2023-11-14T22:13:23.000000Z  cell/0  rep         INFO   d
2023-11-14T22:13:20.000000Z  cell/1  rep         INFO   a
2023-11-14T22:13:22.000000Z  cell/1  rep         INFO   c" ]
}

@test "wrong usage" {
    run -2 --separate-stderr cicerone chug --data much x.log
    says_like "cicerone: --data wants one of none|short|long*"
    run -2 --separate-stderr cicerone chug --lines 3 x.log
    says_like "cicerone: --lines is for --follow*"
    run -2 --separate-stderr cicerone chug -f --lines -3 x.log
    says_like "cicerone: --lines wants a number*"
    run -3 --separate-stderr cicerone chug none.log
    says "cicerone: none.log: No such file or directory"
}

@test "damage, long lines, closed pipes and full disks are met as elsewhere" {
    gzip -c "$logs/diego-cell-2/rep/rep.stdout.log" | head -c 9000 >cut.log.gz
    run -4 --separate-stderr cicerone chug cut.log.gz
    says_like "cicerone: cut.log.gz: *"
    has container
    { sample; echo; head -c 3000 /dev/zero | tr '\0' x; echo; lager 1700000009.0 rep last '{}'; } >long.log
    run -0 --separate-stderr cicerone chug long.log --max-line 1k
    says "cicerone: 1 line was longer than --max-line and left out"
    has last
    run -0 bash -c "'$cicerone' chug '$logs/diego-cell-2/rep/rep.stdout.log' | head -1"
    [ -w /dev/full ] || skip "there is no /dev/full"
    for input in "$logs/diego-cell-2/rep/rep.stdout.log" long.log; do
        run -3 --separate-stderr bash -c "'$cicerone' chug --max-line 5k '$input' >/dev/full"
        says_like "cicerone: standard output: can't write*"
    done
}

@test "through a pager when asked to" {
    sample >s.log
    export PAGER="sed 's/^/paged: /'"
    run -0 cicerone chug s.log --pager
    has "paged: 2023"
    run -0 cicerone chug s.log
    hasnt paged
}

# ---- what anybody may write into a log ----

# bats test_tags=valgrind
@test "no line drives the terminal, and JSON is valid whatever comes" {
    python3 - <<'END'
import random
random.seed(5)
bad = ['\\u001b[31m', '\\u009b31m', '\\u0000', '\\u202e', '\\r\\n\\t', '\\ud83d\\ude00', '\\\\', '\\"', '\x7f', '%s%n']
raw = [b'\x1b[2J', b'\xc2\x9b31m', b'\xff', b'\xe2\x80\xae', b'\xc3', b'\x00', b'\r', b'\t', b'\x7f', b'\xed\xa0\x80']
def text():
    out = b''
    for _ in range(3):
        out += random.choice(bad).encode() if random.random() < .6 else random.choice([b for b in raw if b[0] >= 0x7f])
        out += b'x'
    return out
lines = []
for i in range(400):
    data = b','.join(b'"%s":"%s"' % (k, text()) for k in [b'session', b'error', b'trace', b'cicerone-job', b'cicerone-index', b'k', text(), b'k']) 
    line = b'{"timestamp":"17000000%02d.5","source":"%s","message":"%s","log_level":%d,"data":{%s,"n":[{"%s":[[]]}]}}' % (i % 100, text(), text(), i % 4, data, text())
    if i % 5 == 0:
        line = line[:random.randrange(len(line))]
    if i % 7 == 0:
        line = b''.join(random.choice(raw) for _ in range(9)) + line
    if i % 11 == 0:
        line = b'2023-11-14T22:13:20.5+00:00 [APP/PROC/WEB/0] OUT ' + b''.join(random.choice(raw) for _ in range(9))
    lines.append(line)
open('h.log', 'wb').write(b'\n'.join(lines))
END
    for data in none short long; do
        cicerone chug h.log --data $data >out
        python3 - <<'END'
import unicodedata
for line in open('out', encoding='utf-8', errors='strict', newline='\n'):
    bad = [hex(ord(c)) for c in line[:-1] if unicodedata.category(c) in ('Cc', 'Cs') or '\u202a' <= c <= '\u202e']
    assert line.endswith('\n') and not bad, (bad, line)
END
        cicerone chug h.log --data $data --colour always >coloured
        python3 -c '
import re
plain = re.sub(r"\x1b\[[0-9;]*m", "", open("coloured", encoding="utf-8", newline="\n").read())
assert plain == open("out", encoding="utf-8", newline="\n").read()'
    done
    cicerone chug h.log --format ndjson >out
    python3 - <<'END'
import json
rows = [json.loads(line) for line in open('out', encoding='utf-8', errors='strict', newline='\n')]
assert {'raw', 'data'} <= {k for r in rows for k in r} and len(rows) >= 399, len(rows)
END
}

@test "deep and wide data" {
    python3 -c '
print("{\"timestamp\":\"1.0\",\"source\":\"s\",\"message\":\"m\",\"log_level\":1,\"data\":{\"a\":" + "["*1500 + "]"*1500 + "}}")
print("{\"timestamp\":\"1.0\",\"source\":\"s\",\"message\":\"m\",\"log_level\":1,\"data\":{" + ",".join("\"k%d\":%d" % (i, i) for i in range(20000)) + "}}")' >deep.log
    for data in none short long; do
        cicerone chug deep.log --data $data >out
        [ "$(wc -c <out)" -lt 2000000 ]
    done
    cicerone chug deep.log --format ndjson | python3 -c 'import sys; sys.setrecursionlimit(9000); import json; rows = [json.loads(l) for l in sys.stdin]; assert len(rows[1]["data"]) == 20000'
}

# ---- growing files ----

# Wait until a file holds a text; fail after 20 seconds.
await() { # FILE TEXT
    local i
    for ((i = 0; i < 400; i++)); do
        grep -qF -- "$2" "$1" 2>/dev/null && return 0
        sleep 0.05
    done
    echo "no '$2' in $1:"
    cat "$1"
    return 1
}

follow() { # ARGUMENT...
    "$cicerone" chug -f --format ndjson "$@" >out 2>err 3>&- &
    pid=$!
}

# End it; it must end as if all were done.
finish() {
    kill -INT "$pid"
    wait "$pid"
}

numbers() {
    python3 -c 'import json
for line in open("out"):
    o = json.loads(line)
    print(o["line"], o["message"])'
}

@test "a growing file: half lines wait for their end" {
    lager 1700000000.0 rep a '{}' >a.log
    follow a.log
    await out rep.a
    printf '{"timestamp":"1700000001.0","source":"rep","mess' >>a.log
    sleep 0.4
    [ "$(wc -l <out)" = 1 ]
    printf 'age":"rep.b","log_level":1}\n\n' >>a.log
    lager 1700000002.0 rep c '{}' >>a.log
    await out rep.c
    finish
    [ "$(numbers)" = "1 rep.a
2 rep.b
4 rep.c" ]
    [ ! -s err ]
}

@test "rotation by a new file: the old one to its end, then the new one" {
    lager 1700000000.0 rep a '{}' >a.log
    follow a.log
    await out rep.a
    mv a.log a.log.1
    lager 1700000001.0 rep late '{}' >>a.log.1
    await out rep.late
    : >a.log
    lager 1700000002.0 rep even-later '{}' >>a.log.1
    await out rep.even-later
    printf '{"timestamp":"1700000003.0","source":"rep","message":"rep.half","log_level":1}' >>a.log.1
    lager 1700000004.0 rep new '{}' >>a.log
    await out rep.new
    mv a.log a.log.1
    lager 1700000005.0 rep again '{}' >a.log
    await out rep.again
    finish
    [ "$(numbers)" = "1 rep.a
2 rep.late
3 rep.even-later
4 rep.half
1 rep.new
1 rep.again" ]
    [ "$(grep -c 'cicerone: a.log: was replaced; reading the new one' err)" = 2 ]
}

@test "rotation by truncation: from the start again, which is said" {
    for i in 1 2 3; do lager 170000000$i.0 rep old$i '{}'; done >a.log
    follow a.log
    await out rep.old3
    lager 1700000004.0 rep new '{}' >a.log
    await out rep.new
    finish
    [ "$(numbers | tail -1)" = "1 rep.new" ]
    [ "$(cat err)" = "cicerone: a.log: got shorter; reading it from its start again" ]
}

@test "files that are not there yet, several, and the last lines only" {
    for i in 1 2 3 4 5; do lager 170000000$i.0 rep "b$i" '{}'; done >b.log
    follow --lines 2 a.log b.log
    await out rep.b5
    await err "cicerone: a.log: is not there yet; waiting for it"
    for i in 1 2; do lager 170000000$i.0 bbs "a$i" '{}'; done >c.log
    mv c.log a.log
    await out bbs.a2
    lager 1700000009.0 rep b6 '{}' >>b.log
    await out rep.b6
    finish
    [ "$(numbers)" = "4 rep.b4
5 rep.b5
1 bbs.a1
2 bbs.a2
6 rep.b6" ]
    [ "$(wc -l <err)" = 1 ]
}

@test "from the end of a file on" {
    lager 1700000000.0 rep a '{}' >a.log
    lager 1700000000.0 rep here '{}' >b.log
    follow --lines 0 a.log
    for ((i = 0; i < 400; i++)); do # until it is seen to have been at its end
        lager 1700000001.0 rep b '{}' >>a.log
        grep -q rep.b out && break
        sleep 0.05
    done
    finish
    run -0 numbers
    hasnt rep.a
    has rep.b
}

@test "a live pipe: lines come at once, with and without -f; its end is the end" {
    for flag in --follow --lager-only; do
        mkfifo pipe
        "$cicerone" chug $flag --format ndjson <pipe >out 2>err 3>&- &
        pid=$!
        exec 7>pipe
        lager 1700000000.0 rep a '{}' >&7
        await out rep.a
        lager 1700000001.0 rep b '{}' >&7
        await out rep.b
        printf '{"timestamp":"1700000003.0","source":"rep","message":"rep.half","log_level":1}' >&7
        exec 7>&-
        wait $pid
        [ "$(numbers | tail -1)" = "3 rep.half" ]
        rm pipe
    done
    mkfifo pipe # one that is named, and has no writer yet, beside a file
    lager 1700000000.0 rep file '{}' >a.log
    follow pipe a.log
    await out rep.file
    lager 1700000000.0 rep piped '{}' >pipe
    await out rep.piped
    finish
}

@test "following ends when nobody reads, and by signals" {
    lager 1700000000.0 rep a '{}' >a.log
    run -0 timeout 20 bash -c "'$cicerone' chug -f a.log 3>&- | head -1"
    has " a"
    follow a.log
    await out rep.a
    kill -TERM $pid
    wait $pid
}

@test "what is packed is not followed, and long lines are left out" {
    sample | gzip -c >a.log.gz
    lager 1700000000.0 rep a '{}' >b.log
    follow --max-line 1k a.log.gz b.log
    await out rep.a
    head -c 300000 /dev/zero | tr '\0' x >>b.log
    sleep 0.3
    { head -c 2000 /dev/zero | tr '\0' y; echo; lager 1700000001.0 rep b '{}'; } >>b.log
    await out rep.b
    finish
    [ "$(numbers | tail -1)" = "3 rep.b" ]
    run -0 cat err
    has "cicerone: a.log.gz: is packed or a bundle, which does not grow, and is left out"
    has "cicerone: 1 line was longer than --max-line and left out"
}
