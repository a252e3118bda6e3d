#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Recorded runs of real components against what their client saw, where the sibling folder ../shared is.

load helper

real() { # LIFECYCLE CAPTURE
    [ -d "$shared/recorded/$2" ] || skip "there is no ../shared"
    run -0 --separate-stderr cicerone "$1" "$shared/recorded/$2" -f csv
    [ -z "$stderr" ]
    printf '%s\n' "$output" >t.csv
    run -0 python3 "$here/reality.py" "$1" "$shared" "$2" t.csv
    has "as the client saw them"
}

@test "Tasks of 2023, epoch times" { real tasks epoch; }
@test "Tasks of 2023, RFC 3339 times" { real tasks rfc3339; }
@test "Tasks of 2018" { real tasks epoch2018; }
@test "LRP instances of 2023, epoch times" { real lrps epoch; }
@test "LRP instances of 2023, RFC 3339 times" { real lrps rfc3339; }
@test "LRP instances of 2018" { real lrps epoch2018; }

@test "the same bytes at 1 and 2 threads, and with the files in reverse order" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    for capture in epoch rfc3339 epoch2018; do
        mapfile -t backwards < <(find "$shared/recorded/$capture" -name '*.log*' | sort -r)
        for lifecycle in tasks lrps; do
            for format in csv table; do
                cicerone $lifecycle "$shared/recorded/$capture" -f $format -j1 >1
                cicerone $lifecycle "$shared/recorded/$capture" -f $format -j2 | cmp - 1
                cicerone $lifecycle "${backwards[@]}" -f $format -j2 | cmp - 1
            done
        done
    done
}

@test "what is not ok is explained in the summary" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    for capture in epoch rfc3339 epoch2018; do
        for lifecycle in tasks lrps; do
            cicerone $lifecycle "$shared/recorded/$capture" >out
            golden <(sed -n '2,/^stage /p' out | sed '$d') $lifecycle-recorded-$capture.txt
        done
    done
}

@test "the pictures of a whole run" {
    [ -d "$shared/recorded" ] || skip "there is no ../shared"
    cicerone lrps "$shared/recorded/epoch" -o out >/dev/null
    for f in correlation histograms histograms-common-scale timelines-by-end timelines-by-start timelines-by-vm; do
        python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' out/$f.svg
        [ "$(wc -c <out/$f.svg)" -gt 20000 ]
    done
}
