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
