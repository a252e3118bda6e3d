#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# How far the reading has come: on a terminal, in lines, and at SIGUSR1.

load helper

terminal() { python3 "$here/terminal.py" "$@"; }

# A Task, and its second half only after a while.
slow() { # SECONDS
    task t-1 | head -n 1
    sleep "$1"
    task t-1 | tail -n 1
}

@test "on a terminal a line is drawn after a second, and erased before anything else is written" {
    slow 2.2 | terminal 80 "$cicerone" tasks - nowhere -f csv >seen || [ $? = 3 ]
    head -n 1 seen | grep -qx 'reading: [0-9]* B, [0-9]* B/s, standard input'
    [ "$(grep -c '^\\rreading: ' seen)" -ge 2 ]
    # what comes last is a line of blanks, the return, and then the message
    tail -n 2 seen | head -n 1 | grep -qx '\\r *'
    [ "$(tail -n 1 seen)" = '\rcicerone: nowhere: No such file or directory' ]
    [ "$(wc -l <stdout)" = 2 ]
}

@test "nothing is drawn of a short run, without a terminal, or with --no-progress" {
    terminal 80 "$cicerone" tasks "$logs" -f csv >seen
    [ ! -s seen ]
    slow 1.3 | terminal 80 "$cicerone" tasks - -f csv --no-progress >seen
    [ ! -s seen ]
    slow 1.3 | cicerone tasks - -f csv >out 2>seen
    [ ! -s seen ]
    [ "$(wc -l <out)" = 2 ]
}

@test "the line fits the terminal, and a name in it is harmless" {
    name="$(printf 'a\033[31m')/$(printf '%0100d' 7)/end of the name.log"
    mkdir -p "$(dirname "$name")"
    mkfifo "$name"
    for columns in 60 30 10 2; do
        slow 1.3 >"$name" &
        terminal $columns "$cicerone" tasks "$name" -f csv >seen
        wait
        [ "$(grep -c '^\\r.*[^ ]' seen)" -ge 1 ]
        python3 - $columns <<'END'
import sys
for line in open('seen', encoding='utf-8'):
    line = line.rstrip('\n').removeprefix('\\r')
    assert len(line) < int(sys.argv[1]), line
    assert '\033' not in line
END
    done
    slow 1.3 >"$name" &
    terminal 70 "$cicerone" tasks "$name" -f csv >seen
    wait
    grep -q '\.\.\.of the name.log$\|\.\.\..*name.log$' seen
}

@test "--progress without a terminal: a line now and then" {
    slow 1.3 | cicerone tasks - -f csv --progress 2>seen >out
    [ "$(wc -l <seen)" = 1 ]
    grep -qx 'cicerone: reading: .* B, .* B/s, 0 of 1 files, .* lines: standard input' seen
    run -0 --separate-stderr cicerone inspect "$logs" --progress -f csv
    [ -z "$stderr" ]
}

@test "SIGUSR1 asks where it stands, and ends nothing" {
    mkfifo pipe
    for command in tasks inspect; do
        "$cicerone" $command "$logs"/*/*/*.log pipe -f csv >out 2>seen &
        pid=$!
        exec 7>pipe # when it is open, all else may be read or not
        for i in 1 2 3; do
            kill -USR1 $pid
            for _ in $(seq 100); do
                [ "$(wc -l <seen)" -ge $i ] && break
                sleep 0.02
            done
        done
        task t-x >&7
        exec 7>&-
        wait $pid
        [ "$(wc -l <seen)" = 3 ]
        [ "$(grep -c -x 'cicerone: reading: .*B, .*B/s, [0-9]* of [0-9]* files, [0-9,]* lines.*' seen)" = 3 ]
        [ "$(wc -l <out)" -gt 20 ]
    done
    # with a size and a share where all are files
    head -c 3000000 /dev/zero | tr '\0' '\n' >long.log
    seq 20000 >>long.log
    trap '' USR1 # of the shell that becomes it: until the program begins, nobody holds the signal back
    "$cicerone" tasks long.log -j1 2>seen &
    pid=$!
    trap - USR1
    for _ in $(seq 20); do # at any moment of it
        sleep 0.01
        kill -USR1 $pid 2>/dev/null || true
    done
    status=0
    wait $pid || status=$?
    [ $status = 3 ]
}

@test "numbers: bytes as they lie on the disk, all files, share, and time left" {
    mkdir slow
    for i in 1 2 3; do { task t-$i; seq 300000; } | gzip -1 >slow/$i.log.gz; done
    total=$(cat slow/* | wc -c)
    # stopped over a second, it has something to say
    "$cicerone" tasks slow -j1 --progress -f csv >out 2>seen &
    pid=$!
    sleep 0.02
    kill -STOP $pid
    sleep 1.2
    kill -CONT $pid
    wait $pid
    [ "$(wc -l <out)" = 4 ]
    if [ -s seen ]; then # else it was over before
        grep -qx "cicerone: reading: .* of $(python3 -c 'import sys; n = int(sys.argv[1]); print("%.2f MB" % (n / 1e6))' "$total"), [0-9]* %, .*/s.*, [0-3] of 3 files, [0-9,]* lines.*" seen
    fi
}

# bats test_tags=valgrind
@test "progress leaks nothing" {
    slow 1.3 | cicerone tasks - --progress >out
    run -0 cicerone tasks "$root/testdata/rfc3339" --since +0s --progress
}
