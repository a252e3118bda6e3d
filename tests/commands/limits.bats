#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Inputs and outputs that are too large, change, can't be opened or go away: said, counted, and never the end of what is good.

load helper

ids() { printf '%s\n' "$output" | sed '1d; s/,.*//' | sort | tr '\n' ' '; }

# Run with so little room that a line or a file can't be held as a whole.
in_little() { (ulimit -v 1000000; exec timeout 120 "$cicerone" "$@"); }

can_limit() {
    # sanitizers and valgrind map terabytes
    (ulimit -v 1000000; ASAN_OPTIONS=log_path=stderr "$cicerone" --version >/dev/null 2>&1) || skip "this build can't run in a gigabyte"
}

@test "a line of a gigabyte, plain, by a pipe and packed" {
    can_limit
    { task t-1; head -c 1G /dev/zero | tr '\0' x; echo; task t-2; } | gzip -1 >long.gz
    gunzip -c long.gz >long.log
    for j in 1 2; do
        for f in long.log - long.gz; do
            run -0 --separate-stderr in_little tasks $f -f csv -j $j <long.log
            [ -z "$stderr" ]
            [ "$(ids)" = "t-1 t-2 " ]
        done
    done
    run -0 in_little inspect long.log --max-line 1M
    has "1 line is too long"
}

@test "twenty thousand files with room for 64" {
    mkdir many
    task t-1 >one
    python3 - <<'END'
line = open('one').read()
for i in range(20000):
    open('many/%d.log' % i, 'w').write(line.replace('t-1', 't-%d' % i))
END
    (ulimit -n 64; "$cicerone" tasks many -f csv -j 16) >out 2>err
    [ ! -s err ]
    [ "$(wc -l <out)" = 20001 ]
}

@test "a file that grows, shrinks or vanishes while it is read" {
    mkfifo pipe
    for change in 'cat more >>f.log' ': >f.log' 'truncate -s 300 f.log' 'rm f.log' 'mv f.log g.log'; do
        for i in 1 2 3; do task "t-$i"; done >f.log
        task late >more
        # the pipe is read first, by the only thread, so the file is opened or not when it changes
        "$cicerone" tasks -j1 f.log pipe -f csv >out 2>err &
        pid=$!
        task p-1 >pipe
        eval "$change"
        wait $pid || [ $? = 3 ] || [ $? = 4 ]
        grep -q '^p-1,' out
        "$cicerone" tasks -j1 pipe f.log -f csv >out 2>err &
        pid=$!
        exec 7>pipe
        eval "$change" 2>/dev/null || true
        task p-1 >&7
        exec 7>&-
        status=0
        wait $pid || status=$?
        [ "$status" = 0 ] || [ "$status" = 3 ] || [ "$status" = 4 ]
        grep -q '^p-1,' out
        rm -f f.log g.log
    done
    [ "$(cat err)" = "cicerone: f.log: No such file or directory" ]
}

@test "a log that is appended to all the time is read to an end" {
    task t-1 >f.log
    (for _ in $(seq 400); do task t-2 >>f.log; sleep 0.005; done) &
    writer=$!
    for _ in 1 2 3; do
        run -0 --separate-stderr timeout 20 "$cicerone" tasks f.log -f csv
        [[ "$(ids)" == "t-1 "* ]]
    done
    kill $writer
    wait $writer || true
}

@test "a link to itself, to nowhere, and a folder that is within itself" {
    mkdir -p tree/cell-0/rep
    task t-1 >tree/cell-0/rep/rep.log
    ln -s self.log tree/self.log
    ln -s nowhere tree/gone.log
    ln -s .. tree/cell-0/up
    run -0 --separate-stderr cicerone tasks tree -f csv
    [ "$(ids)" = "t-1 " ]
    run -3 --separate-stderr cicerone tasks tree/self.log tree/cell-0 -f csv
    says "cicerone: tree/self.log: Too many levels of symbolic links"
    [ "$(ids)" = "t-1 " ]
    ln -s tree/cell-0/rep/rep.log named.log
    run -0 cicerone tasks named.log -f csv
    [ "$(ids)" = "t-1 " ]
}

@test "names with blanks, line ends, dashes and escapes" {
    mkdir names
    i=10
    for name in 'a b.log' $'new\nline.log' '--help.log' '-o.log' $'\033[31m.log' 'ü.log' $'\377.log' "'\".log" '$(touch pwned).log' '*.log'; do
        i=$((i + 1))
        task "t-$i" >"names/$name"
    done
    run -0 --separate-stderr cicerone tasks names -f csv
    [ "$(wc -w <<<"$(ids)")" = 10 ]
    cd names
    run -0 --separate-stderr cicerone tasks -f csv -- *
    [ "$(wc -w <<<"$(ids)")" = 10 ]
    [ ! -e pwned ]
    # in what is said a name is one line and no escape
    for name in *; do printf 'x' | gzip -n | head -c 15 >"$name"; done
    run --separate-stderr cicerone tasks .
    [ "$(grep -c ': gzip data breaks off at byte 15; ' <<<"$stderr")" = 10 ]
    [[ $stderr != *$'\033'* ]]
}

@test "a full disk, for every format and for a folder" {
    for format in table csv durations stages json ndjson markdown; do
        run -3 --separate-stderr bash -c "'$cicerone' tasks '$logs' -f $format >/dev/full"
        says_like "cicerone: standard output: can't write*"
    done
    for format in table csv components json ndjson markdown; do
        run -3 --separate-stderr bash -c "'$cicerone' inspect '$logs' -f $format >/dev/full"
        says_like "cicerone: standard output: can't write*"
    done
    run -3 --separate-stderr bash -c "'$cicerone' parsers >/dev/full"
    # files may be no larger than 8 blocks of 1024 bytes
    trap '' XFSZ
    run -3 --separate-stderr bash -c "ulimit -f 8; '$cicerone' tasks '$logs' -o out --no-plots"
    trap - XFSZ
    says_like "cicerone: out/*.csv: can't write: File too large*"
    [ -z "$(find out -name '.*' -type f)" ]
}

@test "a reader that goes away ends it quietly, whatever the format" {
    for format in table csv components json ndjson markdown; do
        run --separate-stderr bash -c "set -o pipefail; '$cicerone' inspect '$logs' -f $format | head -n 1"
        [ -z "$stderr" ]
        [ "$status" = 0 ] || [ "$status" = 141 ]
    done
}

# A gnuplot that takes its time.
slow_gnuplot() {
    mkdir -p bin
    cat >bin/gnuplot <<'END'
#!/bin/sh
echo half >"${2%.gp}.svg"
: >../drawing
exec sleep 20
END
    chmod 755 bin/gnuplot
}

await() { for _ in $(seq 500); do [ -e "$1" ] && return 0; sleep 0.02; done; return 1; }

@test "a signal leaves no half of a file in the folder" {
    slow_gnuplot
    for signal in INT TERM HUP; do
        rm -rf out drawing
        mkdir out
        # a shell has its background jobs ignore SIGINT, and nohup SIGHUP
        PATH=$PWD/bin:$PATH python3 -c '
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])' "$cicerone" tasks "$logs" -o out >stdout 2>err &
        pid=$!
        await drawing
        kill -$signal $pid
        status=0
        wait $pid || status=$?
        [ "$status" = $((128 + $(kill -l $signal))) ]
        [ -z "$(find out -name '*.svg' -o -name '.*.part')" ]
        [ -s out/timelines.csv ]
        # what is there is whole
        cicerone tasks "$logs" -f csv | cmp - out/timelines.csv
    done
}

@test "two runs do not write to the same folder at a time" {
    mkfifo pipe
    "$cicerone" tasks pipe -o out --no-plots >first 2>&1 &
    pid=$!
    exec 7>pipe
    await out
    sleep 0.1
    run -3 --separate-stderr cicerone tasks "$logs" -o out
    says "cicerone: out: another run writes to this folder"
    [ -z "$output" ]
    task t-1 >&7
    exec 7>&-
    wait $pid
    [ "$(wc -l <out/timelines.csv)" = 2 ]
    run -0 cicerone tasks "$logs" -o out --no-plots
    [ "$(wc -l <out/timelines.csv)" = 26 ]
}

@test "a pattern that costs too much is given up, and that is said" {
    pad=$(head -c 3000 /dev/zero | tr '\0' a)
    { task t-1; lager 1700000001.000000000 bbs x "{\"x\":\"$pad!\"}"; } >l.log
    for p in '(a+)+$' '(a|aa)+$' '((a*)*)*b$' '(*NO_JIT)(a|aa)+$'; do
        run --separate-stderr timeout 20 "$cicerone" tasks l.log --where "data.x=~$p" -f csv
        [ "$status" = 0 ]
        [[ $stderr == *"no line was selected, of 3 there are" ]]
    done
    run -0 --separate-stderr timeout 20 "$cicerone" tasks l.log --where "data.x!~(a|aa)+\$" -f csv
    says "cicerone: a pattern costs too much on some of the texts; there it counts as one that does not match"
    [ "$(ids)" = "t-1 " ]
}

# bats test_tags=valgrind
@test "refusals leak nothing" {
    run -3 cicerone tasks "$root/testdata/rfc3339" nowhere -o "$cicerone"
    run -0 cicerone tasks "$root/testdata/rfc3339" -o out --no-plots
}
