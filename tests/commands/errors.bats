#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What goes wrong is said in one line, and the exit status tells what kind it was: 1 a check failed,
# 2 wrong usage, 3 an input or output failed or nothing was understood, 4 done with damaged input.

load helper

@test "a missing file" {
    run -3 --separate-stderr cicerone tasks nowhere.log
    [ "${stderr_lines[0]}" = "cicerone: nowhere.log: No such file or directory" ]
    [ -z "$output" ]
}

@test "a missing file among others: the others are used, and the status tells" {
    run -3 --separate-stderr cicerone tasks "$logs" nowhere.log
    says "cicerone: nowhere.log: No such file or directory"
    has "25 tasks in"
}

@test "a folder without logs" {
    mkdir empty
    run -3 --separate-stderr cicerone tasks empty
    [ "${stderr_lines[0]}" = "cicerone: empty: no logs in this folder (looked for *.log, *.log.N, *.log.gz, *.log.N.gz, *.tgz, *.tar, *.zip)" ]
}

@test "a folder, and a file, that may not be read" {
    need_nobody
    mkdir -p tree/cell-0/rep tree/cell-1/rep
    task t-1 >tree/cell-0/rep/rep.log
    task t-2 >tree/cell-0/rep/other.log
    chmod 000 tree/cell-1/rep tree/cell-0/rep/other.log
    run -3 --separate-stderr as_nobody "$cicerone" tasks tree -f csv
    chmod 755 tree/cell-1/rep
    [ "${stderr_lines[0]}" = "cicerone: tree/cell-0/rep/other.log: Permission denied" ]
    [ "${stderr_lines[1]}" = "cicerone: tree/cell-1/rep: Permission denied" ]
    has "t-1,"
}

@test "an empty input" {
    : >empty.log
    run -3 --separate-stderr cicerone tasks empty.log
    says "cicerone: nothing to read: the input is empty"
    run -3 --separate-stderr cicerone tasks - </dev/null
    says "cicerone: nothing to read: the input is empty"
    run -3 --separate-stderr cicerone tasks empty.log empty.log
    says "cicerone: nothing to read: all inputs are empty"
    : | gzip >empty.gz
    run -3 --separate-stderr cicerone tasks empty.gz
    says "cicerone: nothing to read: the input is empty"
}

@test "no lager line at all" {
    seq 1 1234 >numbers.log
    run -3 --separate-stderr cicerone tasks numbers.log
    says "cicerone: no lager line among 1234 lines; are these logs of Diego components?"
    [ -z "$output" ]
}

@test "a lifecycle with no match says what was read" {
    lager 1700000000.000000000 rep started '{}' >rep.log
    lager 1700000001.000000000 bbs started '{}' >>rep.log
    run -0 --separate-stderr cicerone tasks rep.log
    says "cicerone: no task events in 2 lines of bbs, rep; were the logs at debug level?"
    lager 1700000001.000000000 bbs watching '{}' 0 >>rep.log
    run -0 --separate-stderr cicerone tasks rep.log
    says "cicerone: no task events in 3 lines of bbs, rep; cicerone help lists other lifecycles"
    run -0 --separate-stderr cicerone tasks rep.log -f csv
    [ "${#lines[@]}" = 1 ]
}

@test "a truncated gzip: what is there is used" {
    cat "$logs"/*/*/*.log | gzip >all.gz
    head -c 60000 all.gz >cut.gz
    run -4 --separate-stderr cicerone tasks cut.gz -f csv
    says_like "cicerone: cut.gz: gzip data breaks off at byte 60000; the * bytes unpacked before it were used"
    [ "${#lines[@]}" -gt 2 ]
    # all that gunzip gets is there, to the last whole line
    gunzip -c cut.gz 2>/dev/null >cut.log || true
    cicerone tasks cut.log -f csv >expected.csv
    [ "$output" = "$(cat expected.csv)" ]
    [ "$(sed 's/.*; the \([0-9]*\) bytes.*/\1/' <<<"$stderr")" = "$(wc -c <cut.log)" ]
    run -4 --separate-stderr cicerone tasks - -f csv <cut.gz
    says_like "cicerone: standard input: gzip data breaks off at byte 60000; *"
    run -1 cicerone tasks cut.gz --strict
}

@test "a gzip cut at any byte is damaged, and never more than that" {
    task t-1 | gzip -n >small.gz
    size=$(wc -c <small.gz)
    for n in $(seq 3 $((size - 1))); do
        head -c "$n" small.gz >cut.gz
        run --separate-stderr cicerone tasks cut.gz
        says_like "cicerone: cut.gz: gzip data breaks off at byte $n; *"
        [ "$status" = 4 ] || [ "$status" = 3 ]
    done
    run -4 cicerone tasks cut.gz
    has "1 task in 2 lines"
}

@test "a gzip with damaged data, a wrong checksum or length" {
    for i in $(seq 200); do task t-$i; done | gzip -n >good.gz
    size=$(wc -c <good.gz)
    cp good.gz data.gz
    printf '\377\377\377\377\377\377' | dd of=data.gz bs=1 seek=$((size / 2)) conv=notrunc status=none
    run -4 --separate-stderr cicerone tasks data.gz
    says_like "cicerone: data.gz: gzip data is damaged near byte * (*); the * bytes unpacked before it were used"
    cp good.gz crc.gz
    printf 'XXXX' | dd of=crc.gz bs=1 seek=$((size - 8)) conv=notrunc status=none
    run -4 --separate-stderr cicerone tasks crc.gz
    says_like "cicerone: crc.gz: gzip data is damaged *"
    has "200 tasks in"
    cp good.gz len.gz
    printf 'XXXX' | dd of=len.gz bs=1 seek=$((size - 4)) conv=notrunc status=none
    run -4 --separate-stderr cicerone tasks len.gz
    says_like "cicerone: len.gz: gzip data is damaged *"
    has "200 tasks in"
    run -1 cicerone tasks crc.gz --strict
}

@test "rubbish behind gzip is left out and said" {
    { task t-1 | gzip -n; task t-2; } >tail.gz
    size=$(task t-1 | gzip -n | wc -c)
    run -4 --separate-stderr cicerone tasks tail.gz -f csv
    says "cicerone: tail.gz: what follows the gzip data at byte $size is not gzip and was left out"
    has "t-1,"
    hasnt "t-2,"
}

@test "a second gzip member that breaks off" {
    { task t-1 | gzip -n; task t-2 | gzip -n | head -c 40; } >two.gz
    run -4 --separate-stderr cicerone tasks two.gz -f csv
    says_like "cicerone: two.gz: gzip data breaks off at byte *"
    has "t-1,"
}

@test "--strict without damage is no failure, and a missing file stays 3" {
    run -0 cicerone tasks "$logs" --strict
    run -3 cicerone tasks "$logs" nowhere --strict
}

@test "an unknown command, with the nearest names" {
    run -2 --separate-stderr cicerone taks logs
    says_like 'cicerone: there is no command or lifecycle "taks"; did you mean: tasks*'
    run -2 --separate-stderr cicerone lrp5
    says_like 'cicerone: there is no command or lifecycle "lrp5"; did you mean: lrps*'
    run -2 --separate-stderr cicerone quite-another-thing
    says_like 'cicerone: there is no command or lifecycle "quite-another-thing"; *'
    run -2 --separate-stderr cicerone ''
    says_like 'cicerone: there is no command or lifecycle ""; *'
}

@test "the beginning of a command is enough" {
    run -0 cicerone ta "$logs" -f csv
    [ "${#lines[@]}" = 26 ]
    run -0 cicerone pa
    has "LRP instance lifecycles"
    run -0 cicerone help lr
    has "cicerone lrps - "
    run -2 cicerone help l
    has "did you mean: loops, lrps"
}

@test "options: unknown, ambiguous, without or with a wrong value" {
    run -2 --separate-stderr cicerone tasks --nonsense x
    [ "${stderr_lines[0]}" = "cicerone: unknown option --nonsense" ]
    [ "${stderr_lines[1]}" = "cicerone: see: cicerone help tasks" ]
    run -2 --separate-stderr cicerone tasks -x
    [ "${stderr_lines[0]}" = "cicerone: unknown option -x" ]
    run -2 --separate-stderr cicerone tasks --i x
    [ "${stderr_lines[0]}" = "cicerone: option --i is ambiguous: --id or --image?" ]
    run -2 --separate-stderr cicerone tasks --o x
    [ "${stderr_lines[0]}" = "cicerone: option --o is ambiguous: --output or --origin?" ]
    run -2 --separate-stderr cicerone tasks --output
    [ "${stderr_lines[0]}" = "cicerone: --output wants a value (DIR)" ]
    run -2 --separate-stderr cicerone tasks -o
    [ "${stderr_lines[0]}" = "cicerone: -o wants a value (DIR)" ]
    run -2 --separate-stderr cicerone tasks x --hits=1
    [ "${stderr_lines[0]}" = "cicerone: --hits takes no value" ]
    for n in 0 65 x 1x -1 '' 99999999999999999999; do
        run -2 --separate-stderr cicerone tasks x --threads "$n"
        [ "${stderr_lines[0]}" = "cicerone: --threads wants a number from 1 to 64, not \"$n\"" ]
    done
    for n in 0 x 1x 1kk -1 '' 99999999999999999999; do
        run -2 --separate-stderr cicerone tasks x --max-line "$n"
        [ "${stderr_lines[0]}" = "cicerone: --max-line wants a number of bytes, also with k, M, G or T behind it, not \"$n\"" ]
    done
    run -2 --separate-stderr cicerone tasks x -f xml
    [ "${stderr_lines[0]}" = 'cicerone: --format wants one of table|csv|durations|stages|json|ndjson|markdown|trace|otlp, not "xml"' ]
    run -2 --separate-stderr cicerone tasks x --image ''
    [ "${stderr_lines[0]}" = 'cicerone: --image wants one of svg|png|pdf|dumb|sixel, not ""' ]
    for o in x / x/ /x ''; do
        run -2 --separate-stderr cicerone tasks --origin "$o" x
        [ "${stderr_lines[0]}" = "cicerone: --origin wants JOB/INDEX, not \"$o\"" ]
    done
    run -2 --separate-stderr cicerone tasks --id '(' x
    says_like 'cicerone: *missing closing parenthesis*'
    run -2 --separate-stderr cicerone tasks --process-guid x x
    [ "${stderr_lines[0]}" = "cicerone: --process-guid is for lifecycles of LRP instances, not for tasks" ]
    run -2 --separate-stderr cicerone tasks
    [ "${stderr_lines[0]}" = "cicerone: no input; name files, folders, or - for standard input" ]
}

@test "options in every spelling, and behind -- none" {
    run -0 cicerone tasks -fcsv "$logs"
    expected=$output
    for o in "-f csv" "--format csv" "--format=csv" "--form=csv"; do
        # shellcheck disable=SC2086 # words are meant
        run -0 cicerone tasks "$logs" $o
        [ "$output" = "$expected" ]
    done
    cp "$logs/scheduler-0/auctioneer/auctioneer.stdout.log" ./-f.log
    run -0 cicerone tasks -f csv -- -f.log
    [ "${#lines[@]}" -gt 2 ]
}

@test "no arguments, help and version" {
    run -2 cicerone
    has "usage: cicerone LIFECYCLE [OPTION...] INPUT..."
    cicerone help >out
    golden out help.txt
    cicerone --help | cmp - out
    cicerone -h | cmp - out
    cicerone help tasks >out
    golden out help-tasks.txt
    cicerone help inspect >out2
    golden out2 help-inspect.txt
    cicerone help report >out3
    golden out3 help-report.txt
    cicerone help chug >out4
    golden out4 help-chug.txt
    # the options that select lines are the same everywhere
    for other in out2 out3 out4; do
        cmp <(sed -n '/^which lines/,/^$/p' out) <(sed -n '/^which lines/,/^$/p' $other)
    done
    cicerone tasks --help | cmp - out
    cicerone tasks -h nowhere | cmp - out
    run -0 cicerone --version
    [[ $output =~ ^cicerone\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    run -2 cicerone help taks
}

@test "an output folder that can't be made or written" {
    : >file
    run -3 --separate-stderr cicerone tasks "$logs" -o file
    says "cicerone: file: is not a folder"
    run -3 --separate-stderr cicerone tasks "$logs" -o file/deeper
    says_like "cicerone: file/deeper: *"
    need_nobody
    cp "$here/data/tie-a.log" .
    mkdir closed
    chmod 555 closed
    run -3 --separate-stderr as_nobody "$cicerone" tasks tie-a.log -o closed
    says_like "cicerone: closed/timelines.csv: can't write: Permission denied*"
    run -3 --separate-stderr as_nobody "$cicerone" tasks tie-a.log -o closed/new
    says_like "cicerone: closed/new: can't make this folder: Permission denied"
}

@test "a full disk" {
    for format in table csv json ndjson markdown stages; do
        run -3 --separate-stderr bash -c "'$cicerone' tasks '$logs' -f $format >/dev/full"
        says_like "cicerone: standard output: can't write*"
    done
    run -3 --separate-stderr bash -c "'$cicerone' help >/dev/full"
    run -3 --separate-stderr bash -c "'$cicerone' --version >/dev/full"
}

@test "a reader that goes away is no error to speak of" {
    for format in table csv json; do
        run --separate-stderr bash -c "set -o pipefail; '$cicerone' tasks '$logs' -f $format | head -1"
        [ -z "$stderr" ]
        [ "${#lines[@]}" = 1 ]
        # done, or ended by SIGPIPE
        [ "$status" = 0 ] || [ "$status" = 141 ]
    done
}

@test "standard output that is closed" {
    run --separate-stderr bash -c "'$cicerone' tasks '$logs' -f csv >&-"
    [ "$status" = 3 ]
    says_like "cicerone: standard output: can't write*"
}

@test "control characters in names do not reach the terminal" {
    esc=$(printf '\033')
    run -3 --separate-stderr cicerone tasks "no${esc}[31mwhere"
    [[ $stderr != *"$esc"* ]]
    [[ ${stderr_lines[0]} == 'cicerone: no\x1b[31mwhere: No such file or directory' ]]
    run -2 --separate-stderr cicerone "x${esc}]0;y"
    [[ $stderr != *"$esc"* ]]
}

@test "an input that is a folder's device, or this program" {
    run -3 --separate-stderr cicerone tasks /dev/null
    run -3 --separate-stderr cicerone tasks "$cicerone"
    says_like "cicerone: no lager line among * lines; *"
}

# bats test_tags=valgrind
@test "errors leak nothing" {
    task t-1 | gzip -n | head -c 70 >cut.gz
    run -4 cicerone tasks "$root/testdata/rfc3339" cut.gz
    run -3 cicerone tasks nowhere
    run -2 cicerone tasks --id '(' x
    run -2 cicerone taks
    run -3 cicerone tasks /dev/null
}
