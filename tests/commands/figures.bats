#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Every figure of stages.csv, and every duration, computed once more by other means.

load helper

check() { # LIFECYCLE INPUT...
    cicerone "$@" -f csv >t.csv
    cicerone "$@" -f durations >d.csv
    cicerone "$@" -f stages >s.csv
    run -0 python3 "$here/figures.py" t.csv d.csv s.csv
    has " figures agree"
}

@test "the figures of Tasks in each era" {
    for tree in logs rfc3339 2018 unified-2015.log.gz; do
        check tasks "$root/testdata/$tree"
    done
}

@test "the figures of LRP instances in each era" {
    for tree in logs rfc3339 2018 unified-2015.log.gz; do
        check lrps "$root/testdata/$tree"
    done
}

@test "the figures of a selection, of one entity, and of negative durations" {
    check tasks "$logs" --id slow
    check tasks "$logs" --id exit3
    check lrps "$here/data/negative.log"
}

@test "the figures of a whole recorded run" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    check tasks "$shared/recorded/epoch"
    check lrps "$shared/recorded/rfc3339"
}
