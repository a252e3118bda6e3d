#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Formats trace and otlp: valid by their published formats, and the same times, VMs and outcomes as elsewhere.

load helper

check() { # LIFECYCLE INPUT...
    local said=""
    cicerone "$@" -f ndjson >t.ndjson
    for f in trace otlp; do
        cicerone "$@" -f $f >t.$f
        run -0 python3 "$here/traces.py" $f t.$f t.ndjson
        has " agree"
        said+="$output
"
    done
    output=$said
}

@test "traces of each lifecycle in each era" {
    for tree in logs rfc3339 2018 unified-2015.log.gz; do
        for lifecycle in tasks lrps; do
            check $lifecycle "$root/testdata/$tree"
        done
    done
}

@test "traces hold every stage, on its VM, with arrows between VMs" {
    check tasks "$logs"
    has "349 slices on 74 tracks of 8 VMs, 142 arrows agree"
    has "374 spans in 25 traces agree" # and one for each whole Task
}

@test "steps back in time, and VMs that are not known" {
    check lrps "$here/data/negative.log"
    grep -q '"duration_ns":-' t.trace
    grep -q '"key":"cicerone.duration_ns","value":{"intValue":"-' t.otlp
    grep -q unknown_service t.otlp
}

@test "a trace's ids are those of the entity, whatever else was read" {
    cicerone tasks "$logs" -f otlp >all
    cicerone tasks "$logs" -f otlp -j 1 | cmp - all
    cicerone tasks "$logs" -f otlp --id exit3 >one
    [ "$(wc -l <one)" = 1 ]
    grep -qxFf one all
    cicerone tasks "$logs" -f trace >all
    cicerone tasks "$logs" -f trace -j 1 | cmp - all
}

@test "a trace in a file, packed if its name says so, and only there" {
    for f in trace otlp; do
        cicerone tasks "$logs" -f $f >expected
        for name in t.json t.jsonl t.json.gz t.jsonl.gz; do
            run -0 --separate-stderr cicerone tasks "$logs" -f $f -o $name
            [ -z "$output$stderr" ]
            case $name in
                *.gz) gzip -t $name && zcat $name | cmp - expected ;;
                *) cmp $name expected ;;
            esac
        done
    done
    cmp t.json t.jsonl
    [ -z "$(find . -name '.*.part')" ]
    # by a link, and where nobody is of that name
    mkdir real
    : >real/t.json
    ln -s real/t.json link.json
    cicerone tasks "$logs" -f otlp -o link.json
    cmp real/t.json expected
    run -0 --separate-stderr cicerone tasks "$logs" --id nobody -f otlp -o none.jsonl.gz
    [ "$(zcat none.jsonl.gz)" = "" ]
}

@test "other names are of folders, and so are those of other formats" {
    cicerone tasks "$logs" -f otlp >expected
    cicerone tasks "$logs" -f otlp -o out.gz --no-plots | cmp - expected
    cicerone tasks "$logs" -f csv -o out.json --no-plots >expected
    cmp out.gz/timelines.csv expected
    cmp out.json/timelines.csv expected
    run -2 --separate-stderr cicerone tasks "$logs" -f trace -o t.json --plot heat
    [ "${stderr_lines[0]}" = "cicerone: --plot needs a folder to draw to: -o DIR, or --image dumb or sixel for the terminal" ]
    run -3 --separate-stderr cicerone tasks "$logs" -f trace -o out.json
    says "cicerone: out.json: can't write: Is a directory"
}

@test "a trace that can't be written is an error and leaves what was there" {
    run -3 --separate-stderr cicerone tasks "$logs" -f trace -o no/such/t.json
    says "cicerone: no/such/t.json: can't write: No such file or directory"
    echo nothing >other.log
    run -3 --separate-stderr cicerone tasks other.log -f trace -o t.json
    [ ! -e t.json ]
    for name in t.json t.jsonl.gz; do
        for f in trace otlp; do
            echo before >$name
            # files may be no larger than 2 blocks of 1024 bytes
            trap '' XFSZ
            run -3 --separate-stderr bash -c "ulimit -f 2; '$cicerone' tasks '$logs' -f $f -o $name"
            trap - XFSZ
            says_like "cicerone: */$name: can't write: File too large"
            [ "$(cat $name)" = before ]
            [ -z "$(find . -name '.*.part')" ]
        done
    done
    [ -e /dev/full ] || skip "there is no /dev/full"
    for name in full.json full.jsonl.gz; do
        ln -s /dev/full $name
        for input in "$logs" "$root/testdata/rfc3339"; do
            run -3 --separate-stderr cicerone tasks "$input" -f otlp -o $name
            says "cicerone: $name: can't write: No space left on device"
        done
    done
}

# bats test_tags=valgrind
@test "a file leaks nothing" {
    run -0 cicerone tasks "$root/testdata/rfc3339" -f trace -o t.json.gz
    run -3 cicerone tasks "$root/testdata/rfc3339" -f trace -o no/such/t.json
}

@test "of nothing, no trace" {
    lager 1700000000.000000000 bbs hello '{}' >none.log
    cicerone tasks none.log -f trace >t.trace
    python3 -c 'import json; assert json.load(open("t.trace"))["traceEvents"] == []'
    run -0 --separate-stderr cicerone tasks none.log -f otlp
    [ -z "$output" ]
}

@test "a recorded run as traces" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    check tasks "$shared/recorded/epoch"
    check lrps "$shared/recorded/rfc3339"
}
