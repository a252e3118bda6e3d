#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# All logs as one, which cicerone reads back to the same result.

load helper

# What both lifecycles make of inputs.
everything() {
    for lifecycle in tasks lrps; do
        cicerone $lifecycle "$@" -f csv 2>/dev/null || [ $? = 4 ]
    done
}

# The unified log of inputs: read back to the same result, in order, and its own unified log.
holds() { # INPUT...
    everything "$@" >expected.csv
    cicerone unify "$@" >all.log
    everything all.log >unified.csv
    cmp expected.csv unified.csv
    cicerone unify all.log | cmp - all.log
    in_order all.log
}

# Every line is JSON, with a time that is not before the one in front of it.
in_order() { # FILE
    python3 - "$1" <<'END'
import calendar, decimal, json, re, sys, time
def seconds(t):
    m = re.fullmatch(r'(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z', t)
    if not m:
        return decimal.Decimal(t)
    return calendar.timegm(time.strptime(m[1], '%Y-%m-%dT%H:%M:%S')) + decimal.Decimal('0' + (m[2] or ''))
last = None
for line in open(sys.argv[1], 'rb'):
    at = seconds(json.loads(line.decode('utf-8', 'replace'))['timestamp'])
    assert last is None or at >= last, line
    last = at
END
}

# VM and text of each line.
texts() { # FILE
    python3 - "$1" <<'END'
import json, sys
for line in open(sys.argv[1]):
    e = json.loads(line)
    d = e.get('data') or {}
    print(e['timestamp'], d.get('cicerone-job', '-') + '/' + str(d.get('cicerone-index', '-')),
          e['message'], repr(d.get('text', '')))
END
}

@test "the help" {
    run -0 cicerone help unify
    echo "$output" >help
    golden help help-unify.txt
}

@test "a tree gives the same CSV as its unified log, in both forms of lager" {
    holds "$logs"
    holds "$root/testdata/2018"
    holds "$root/testdata/rfc3339"
    holds "$root/testdata/unified-2015.log.gz"
}

@test "recorded runs and bundles give the same CSV as their unified logs" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    for d in epoch epoch2018 rfc3339 bundles/rfc3339; do
        holds "$shared/recorded/$d"
    done
    holds "$shared/oracle/tree"
}

@test "a unified log stays as it is" {
    cicerone unify "$root/testdata/unified-2015.log.gz" >in.log
    cicerone unify in.log | cmp - in.log
    cicerone unify - <in.log | cmp - in.log
    cicerone unify <(cat in.log) | cmp - in.log
}

@test "the same bytes with any number of threads, packed or bundled, and but for lines of one time in any order of files" {
    cicerone unify "$logs" -j1 >1
    cicerone unify "$logs" -j2 | cmp - 1
    cicerone unify "$logs" -j7 | cmp - 1
    find "$logs" -name '*.log*' | sort | tar -czf logs.tgz --transform 's,.*/logs/,,' -PT -
    cicerone unify logs.tgz | cmp - 1
    mapfile -t files < <(find "$logs" -name '*.log*' | sort -r)
    cicerone unify "${files[@]}" >reversed
    in_order reversed
    cmp <(sort 1) <(sort reversed)
}

@test "lines with a time that is not the largest, and lines without a time" {
    mkdir -p cell-0/rep cell-1/rep
    {
        echo "panic: before all"
        lager 1700000005.000000000 rep e '{}'
        lager 1700000003.000000000 rep c null
        printf '\tof c, \xff\0"\\\033[0m\r\n\n'
        lager 1700000005.000000000 rep f '{"session":"1"}'
        printf 'of f, without an end'
    } >cell-0/rep/rep.log
    {
        lager 1700000003.000000000 rep d '{ }'
        printf 'Aug  1 vm: {"timestamp":"1700000005.500000000","level":"INFO","source":"rep","message":"rep.g"} behind\n'
        printf '{"timestamp":"1700000005.5"\n'
    } >cell-1/rep/rep.log
    printf 'a\nb' >cell-1/rep/rep.stderr.log
    cicerone unify cell-0 cell-1 >all.log
    texts all.log >texts
    diff - texts <<'END'
1700000003.000000000 cell/1 rep.bare 'a'
1700000003.000000000 cell/1 rep.bare 'b'
1700000003.000000000 cell/0 rep.c ''
1700000003.000000000 cell/0 rep.bare '\tof c, �\x00"\\\x1b[0m'
1700000003.000000000 cell/1 rep.d ''
1700000005.000000000 cell/0 rep.dump 'panic: before all'
1700000005.000000000 cell/0 rep.e ''
1700000005.000000000 cell/0 rep.f ''
1700000005.000000000 cell/0 rep.bare 'of f, without an end'
1700000005.500000000 cell/1 rep.g ''
1700000005.500000000 cell/1 rep.damaged '{"timestamp":"1700000005.5"'
END
    cicerone unify all.log | cmp - all.log
}

@test "lager objects stay as they are, but for where they are from" {
    mkdir -p 'c"e\ll-0/rep'
    lines() { # MEMBERS-OF-DATA DATA-OF-NULL DATA-OF-NONE
        cat <<END
{"timestamp":"1700000001","source":"rep","message":"a","log_level":1,"data":{$1}}
{"timestamp":"1700000002","source":"rep","message":"a","log_level":1,"data":{"session":"1",  "a":[{}]${1:+,$1}}, "x": 1.50 }
{"timestamp":"1700000003","source":"rep","message":"a","log_level":1${3-}}
{"timestamp":"1700000004","data":${2:-null},"source":"rep","message":"a","log_level":1}
{"timestamp":"1700000005","source":"rep","message":"\u0061\ud83d\ude00","log_level":1,"data":{"cicerone-job":"j","cicerone-index":2}}
{"timestamp":"1700000006","source":"rep","message":"a","log_level":1,"data":{"cicerone-job":5,"cicerone-index":2${1:+,$1}}}
{"timestamp":"1700000007","source":"rep","message":"a","log_level":1,"data":{"cicerone-index":2${1:+,$1}}}
END
    }
    lines '' >'c"e\ll-0/rep/rep.log'
    place='"cicerone-job":"c\"e\\ll","cicerone-index":"0"'
    cicerone unify 'c"e\ll-0' >all.log
    lines "$place" "{$place}" ",\"data\":{$place}" | diff - all.log
    # the same VMs as before
    cicerone inspect 'c"e\ll-0' -f components >expected
    cicerone inspect all.log -f components | diff expected -
    # where nobody knows
    cp 'c"e\ll-0/rep/rep.log' .
    cicerone unify rep.log | cmp - rep.log
    cicerone unify --origin 'q/1' rep.log | head -n 1 >first
    grep -q '"data":{"cicerone-job":"q","cicerone-index":"1"}}$' first
}

@test "hostile names become texts" {
    d=$'x\n\xff-0/p"\t'
    mkdir -p "$d"
    echo text >"$d/a.log"
    cicerone unify "$d/a.log" >all.log
    [ "$(wc -l <all.log)" = 1 ]
    run -0 texts all.log
    has '/0 p"'
}

@test "selection is the same before and after" {
    for o in '--job bbs' '--vm diego-cell/2' '--source rep' '--level error' '--match starting' '--exclude complete' \
        '--since 2026-11-22T07:20:00Z --until 2026-11-22T07:21:00Z' '--since +90s' "--where data.text=~TLS"; do
        # shellcheck disable=SC2086
        cicerone unify "$logs" $o >before
        cicerone unify "$logs" >all.log
        # shellcheck disable=SC2086
        cicerone unify all.log $o | cmp - before
    done
    cicerone unify "$logs" --where 'data.text=~TLS' >tls
    [ "$(grep -c TLS tls)" -gt 5 ]
    run -1 grep -v TLS tls
}

@test "what does not fit into memory is sorted on disk, out of sight" {
    python3 - <<'END'
import random
random.seed(1)
with open('big.log', 'w') as f:
    for i in range(90000, 0, -1):
        f.write('{"timestamp":"17%08d.000000000","source":"rep","message":"rep.%s","log_level":1,"data":{}}\n'
                % (i // 3, 'x' * random.randrange(1200)))
END
    mkdir temporary
    export TMPDIR=$PWD/temporary
    cicerone unify big.log >sorted
    sort -s -k1.15,1.24 big.log | cmp - sorted
    shuf --random-source=<(yes) big.log >shuffled
    cicerone unify - <shuffled | cmp - <(sort -s -k1.15,1.24 shuffled)
    [ -z "$(ls temporary)" ]
    TMPDIR=$PWD/nowhere run -3 --separate-stderr cicerone unify big.log -o out.log
    says "cicerone: $PWD/nowhere: can't keep lines that are out of order, from a bundle or from a pipe there until they are sorted: No such file or directory; set TMPDIR to a folder with room for them"
    [ ! -e out.log ]
    [ -z "$(find . -name '.*.part')" ]
}

@test "more files at one time than may be open" {
    mkdir -p cell-0/rep
    python3 - <<'END'
for i in range(300):
    with open('cell-0/rep/%03d.log' % i, 'w') as f:
        for k in range(5):
            f.write('{"timestamp":"170000%04d.000000000","source":"rep","message":"rep.%d","log_level":1,"data":{}}\n' % (7 * k + i % 3, i))
END
    cicerone unify cell-0 >all.log
    [ "$(wc -l <all.log)" = 1500 ]
    in_order all.log
    (ulimit -n 24 && cicerone unify cell-0) | cmp - all.log
    # of what takes much memory to unpack, only a few are open
    mkdir -p packed/cell-0/rep
    python3 - <<'END'
import lzma
for i in range(300):
    with open('cell-0/rep/%03d.log' % i, 'rb') as f:
        lzma.open('packed/cell-0/rep/%03d.log.xz' % i, 'w').write(f.read())
END
    cicerone unify packed | cmp - all.log
}

@test "-o writes a whole file or none, packed by its name" {
    cicerone unify "$logs" >expected
    cicerone unify "$logs" -o out.log
    cmp expected out.log
    cicerone unify "$logs" -o out.log.gz
    gzip -t out.log.gz
    zcat out.log.gz | cmp - expected
    cicerone unify out.log.gz | cmp - expected
    cicerone unify out.log -o out.log # itself
    cmp expected out.log
    mkdir elsewhere
    ln -s elsewhere/real.log link.log
    cicerone unify "$logs" -o elsewhere/real.log
    cicerone unify "$logs" -o link.log
    [ -L link.log ]
    cmp expected elsewhere/real.log
    cicerone unify "$logs" -o /dev/null
    [ -c /dev/null ]
    run -3 --separate-stderr cicerone unify "$logs" -o nowhere/out.log
    says_like "cicerone: nowhere/out.log: can't write: *"
    run -3 --separate-stderr cicerone unify "$logs" -o elsewhere
    says_like "cicerone: elsewhere: can't write: *"
    [ -z "$(find . -name '.*.part')" ]
}

@test "an interrupted run leaves no file behind" {
    mkfifo pipe
    for signal in INT TERM HUP; do
        # python, for a shell's background jobs ignore SIGINT, and those of nohup SIGHUP
        python3 - "$cicerone" $signal <<'END'
import os, signal, subprocess, sys, time
p = subprocess.Popen([sys.argv[1], 'unify', 'pipe', '-o', 'out.log'], restore_signals=True,
                     preexec_fn=lambda: [signal.signal(s, signal.SIG_DFL) for s in (signal.SIGINT, signal.SIGHUP)])
f = open('pipe', 'w')
for _ in range(100):
    if any(n.endswith('.part') for n in os.listdir('.')):
        break
    time.sleep(0.05)
else:
    sys.exit('no file is written')
number = getattr(signal, 'SIG' + sys.argv[2])
p.send_signal(number)
assert p.wait(10) == -number, p.returncode
assert not [n for n in os.listdir('.') if 'out.log' in n], os.listdir('.')
END
    done
}

@test "a full disk is an error, a closed pipe is not" {
    run -3 --separate-stderr bash -c "'$cicerone' unify '$logs' >/dev/full"
    says "cicerone: standard output: can't write all of it: No space left on device"
    run -3 --separate-stderr cicerone unify "$logs" -o /dev/full
    says "cicerone: /dev/full: can't write: No space left on device"
    run -0 --separate-stderr bash -c "(trap '' PIPE; '$cicerone' unify '$logs') | head -n 1"
    [ -z "$stderr" ]
    [ "${#lines[@]}" = 1 ]
}

@test "damage and long lines are said, and what there is is used" {
    lager 1700000001.000000000 rep a '{}' >a.log
    { lager 1700000002.000000000 rep b "{\"x\":\"$(printf '%0500d' 0)\"}"; lager 1700000003.000000000 rep c '{}'; } | gzip | head -c -4 >b.log.gz
    run -4 --separate-stderr cicerone unify b.log.gz a.log --max-line 300
    [[ $stderr == *"b.log.gz: gzip data breaks off"* ]]
    [[ $stderr == *"cicerone: 1 line is longer than --max-line (300 bytes) and left out" ]]
    [ "${#lines[@]}" = 2 ]
    run -3 --separate-stderr cicerone unify nowhere.log a.log
    says "cicerone: nowhere.log: No such file or directory"
    [ "${#lines[@]}" = 1 ]
    run -2 --separate-stderr cicerone unify
    run -2 --separate-stderr cicerone unify - --since +1s <a.log
}

@test "a file that grows while it is read is used as it was" {
    for i in {1..9}; do lager 170000000$i.000000000 rep a '{}'; done >a.log
    cp a.log was.log
    mkfifo pipe
    cicerone unify a.log pipe >all.log &
    exec 7>pipe # its first reading waits for this
    for i in {1..9}; do lager 160000000$i.000000000 rep z '{}'; done >>a.log
    exec 7>&-
    wait $!
    cmp all.log was.log
}
