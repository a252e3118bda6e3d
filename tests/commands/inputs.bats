#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Every way that logs come in gives the same bytes; odd bytes in them do no harm.

load helper

# All formats of both lifecycles in one file.
everything() { # FILE INPUT...
    local to=$1
    shift
    : >"$to"
    for lifecycle in tasks lrps; do
        for format in csv durations stages json table; do
            cicerone $lifecycle "$@" -f $format >>"$to"
        done
    done
}

@test "the same bytes with 1, 2 and 7 threads" {
    everything 1 "$logs" --threads 1
    everything 2 "$logs" --threads 2
    everything 7 "$logs" -j7
    cmp 1 2
    cmp 1 7
}

@test "the same bytes with the files in any order" {
    mapfile -t files < <(find "$logs" -name '*.log*' | sort)
    everything sorted "${files[@]}"
    everything reversed $(printf '%s\n' "${files[@]}" | tac)
    cmp sorted reversed
    for seed in 1 2 3; do
        everything shuffled $(printf '%s\n' "${files[@]}" | shuf --random-source=<(yes $seed))
        cmp sorted shuffled
    done
    everything tree "$logs"
    cmp sorted tree
}

@test "the same timelines with a file in two pieces, packed or plain, or read twice" {
    cp -r "$logs" tree
    cicerone lrps tree -f csv >expected.csv
    f=tree/diego-cell-2/rep/rep.stdout.log
    head -n 300 $f >$f.1
    sed -i 1,300d $f
    cicerone lrps tree -f csv | cmp - expected.csv
    gzip -f $f $f.1
    cicerone lrps tree -f csv | cmp - expected.csv
    gunzip tree/diego-api-0/bbs/*.gz
    cicerone lrps tree -f csv | cmp - expected.csv
    cicerone lrps tree "$logs" -f csv | cmp - expected.csv
}

@test "in a tree only logs are read: *.log, *.log.N, with and without .gz" {
    mkdir -p tree/cell-0/rep
    for n in log log.1 log.22; do
        task "t-$n" >tree/cell-0/rep/rep.$n
    done
    for n in log log.3; do
        task "z-$n" | gzip >tree/cell-0/rep/packed.$n.gz
    done
    for n in log.old log.1.bak txt logs log.x; do
        task "no-$n" >tree/cell-0/rep/rep.$n
    done
    cicerone tasks tree -f csv >t.csv
    [ "$(fields t.csv '' id Desiring-Task.vm | sort | tr '\n' ' ')" = "t-log cell/0 t-log.1 cell/0 t-log.22 cell/0 z-log cell/0 z-log.3 cell/0 " ]
    # a file named by itself is read whatever its name is
    cicerone tasks tree/cell-0/rep/rep.txt -f csv >t.csv
    [ "$(fields t.csv '' id)" = no-txt ]
}

@test "gzip is known by its first bytes, not by its name" {
    task t-1 | gzip >packed.log
    task t-2 >plain.log.gz
    cicerone tasks packed.log plain.log.gz -f csv >t.csv
    [ "$(fields t.csv '' id | sort | tr '\n' ' ')" = "t-1 t-2 " ]
    gzip -c <plain.log.gz | cicerone tasks - -f csv | grep -q '^t-2,'
}

@test "several gzip members are one file" {
    cat "$logs"/*/rep/*.log >all.log
    cicerone tasks all.log -f csv >expected.csv
    half=$(($(wc -c <all.log) / 2)) # in the middle of a line
    { head -c $half all.log | gzip; : | gzip; tail -c +$((half + 1)) all.log | gzip -1; } >members.gz
    run -0 --separate-stderr cicerone tasks members.gz -f csv
    [ -z "$stderr" ]
    [ "$output" = "$(cat expected.csv)" ]
}

@test "padding of zeros behind gzip is no damage" {
    { task t-1 | gzip; head -c 5000 /dev/zero; } >padded.gz
    run -0 --separate-stderr cicerone tasks padded.gz -f csv
    [ -z "$stderr" ]
    has "t-1,"
}

@test "a FIFO" {
    mkfifo fifo
    cat "$logs/diego-api-0/bbs/bbs.stdout.log" >fifo &
    cicerone tasks fifo -f csv >got.csv
    wait
    cp "$logs/diego-api-0/bbs/bbs.stdout.log" bbs.log
    cicerone tasks bbs.log -f csv | cmp - got.csv
}

@test "a symlink to a folder is followed, and a loop of them ends" {
    mkdir -p tree/cell-0/rep
    task t-1 >tree/cell-0/rep/rep.log
    ln -s .. tree/cell-0/up
    ln -s tree link
    ln -s nowhere tree/cell-0/rep/gone
    run -0 --separate-stderr timeout 20 "$cicerone" tasks link -f csv
    [ "${#lines[@]}" = 2 ]
    has "cell/0"
}

@test "CR LF, a byte order mark, no line end at the end" {
    task t-1 >lf.log
    cicerone tasks lf.log -f csv >expected.csv
    sed 's/$/\r/' lf.log >crlf.log
    { printf '\357\273\277'; cat lf.log; } >bom.log
    head -c -1 lf.log >open.log
    { printf '\357\273\277'; sed 's/$/\r/' lf.log | head -c -1; } >all.log
    for f in crlf bom open all; do
        run -0 --separate-stderr cicerone tasks $f.log -f csv
        [ -z "$stderr" ]
        [ "$output" = "$(cat expected.csv)" ]
    done
    run -0 cicerone tasks open.log
    hasnt "not lager"
}

@test "text before and behind the JSON" {
    task t-1 >plain.log
    cicerone tasks plain.log -f csv >expected.csv
    sed 's/^/<14>1 2017-01-25T13:25:03.184491Z 192.0.2.10 bbs rs2 - [instance@47450 index="0"] /; s/$/ and so on/' plain.log >wrapped.log
    cicerone tasks wrapped.log -f csv | cmp - expected.csv
}

@test "NUL bytes, half lines, binary rubbish and other logs between are left out and counted" {
    task t-1 >good.log
    cicerone tasks good.log -f csv >expected.csv
    {
        head -n 1 good.log
        printf '\0\0\0\n'
        printf 'a\0{"timestamp":\0"1"\n'
        head -n 1 good.log | head -c 60
        echo
        head -c 3000 /dev/urandom | tr -d '\n{'
        echo
        echo '{"timestamp":"x","source":"bbs","message":"bbs.x","log_level":1,"data":{}}'
        echo '2026/11/22 07:14:14 http: TLS handshake error from 10.0.1.10:58296: EOF'
        echo
        tail -n 1 good.log
    } >mixed.log
    cicerone tasks mixed.log -f csv | cmp - expected.csv
    run -0 cicerone tasks mixed.log
    has "6 lines were not lager and left out"
}

@test "half a last line is left out" {
    task t-1 >good.log
    head -c -30 good.log >cut.log
    run -0 cicerone tasks cut.log
    has "1 line was not lager and left out"
    has "1 task in 1 line"
}

@test "lines longer than --max-line are left out and counted, those up to it are read" {
    pad=$(head -c 3000 /dev/zero | tr '\0' x)
    task t-1 >mixed.log
    task 'long","padding":"'"$pad" >>mixed.log
    task t-2 >>mixed.log
    run -0 cicerone tasks mixed.log -f csv
    [ "${#lines[@]}" = 4 ]
    for j in 1 2; do
        run -0 cicerone tasks mixed.log --max-line 2000 -f csv -j $j
        [ "${#lines[@]}" = 3 ]
        run -0 cicerone tasks mixed.log --max-line 2k
        has "2 lines were too long and left out"
        gzip -c mixed.log >mixed.gz
        run -0 cicerone tasks mixed.gz --max-line 2000 -f csv -j $j
        [ "${#lines[@]}" = 3 ]
    done
}

@test "a line of 20 MB is too long by default, and what follows it is read" {
    { task t-1; head -c 20000000 /dev/zero | tr '\0' x; echo; task t-2; } >long.log
    run -0 cicerone tasks long.log
    has "2 tasks in"
    has "too long and left out"
    run -0 cicerone tasks long.log --max-line 32M
    has "1 line was not lager and left out"
}

@test "an id of 512 bytes is an id, and a longer one is none" {
    pad=$(head -c 512 /dev/zero | tr '\0' x)
    { task "$pad"; task "${pad}y"; } >long.log
    cicerone tasks long.log -f csv >t.csv
    [ "$(fields t.csv '' id)" = "$pad" ]
}

# bats test_tags=valgrind
@test "odd bytes and odd files, all at once" {
    mkdir -p tree/cell-0/rep
    { task t-1 | gzip; task t-2 | gzip; } >tree/cell-0/rep/rep.log.1.gz
    { printf '\357\273\277'; task t-3 | sed 's/$/\r/'; printf '\0'; task t-4 | head -c -7; } >tree/cell-0/rep/rep.log
    run -0 cicerone tasks tree -j2 --max-line 400
    has "4 tasks in"
    task t-5 | gzip | head -c 60 >cut.gz
    run -4 cicerone tasks tree cut.gz
}
