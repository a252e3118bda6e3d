#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Pushes of apps, as cf logs has them; lifecycles of lines that are not lager.

load helper

@test "pushes of 2015 are those that the first Cicerone saw" {
    [ -d "$shared/oracle" ] || skip "there is no ../shared"
    cicerone pushes "$shared"/oracle/pushes/log-* -f csv >t.csv
    cicerone pushes "$shared"/oracle/pushes/log-* -f durations >d.csv
    [ "$(cut -d, -f5,6 t.csv | sort | uniq -c | tr -s ' ')" = " 30 ok,1
 1 outcome,complete" ]
    run -0 python3 "$here/pushes.py" t.csv d.csv "$shared/oracle/pushes.expected.txt"
    has "300 durations agree"
}

@test "the summary, by type of app, and the timelines, in the words of 2015 and of today" {
    cd "$root/testdata"
    cicerone pushes pushes/log-heavy-000 pushes/log-light-001 --by type >"$BATS_TEST_TMPDIR/old"
    cicerone pushes pushes/log-medium-002 >"$BATS_TEST_TMPDIR/new"
    cicerone pushes pushes/log-* -f csv >"$BATS_TEST_TMPDIR/csv"
    cd "$BATS_TEST_TMPDIR"
    golden old pushes-2015.txt
    golden new pushes-2019.txt
    golden csv pushes.csv.csv
}

@test "each push of a file is a timeline; a restart and what was there before are none" {
    cicerone pushes "$root/testdata/pushes/log-medium-002" -f csv >t.csv
    run -0 fields t.csv '' type outcome complete start Finish-Builder Healthy
    [ "$output" = "medium ok 1 1568455527.810000000 1568455550.230000000 1568455569.700000000
medium failed 0 1568455800.000000000 - -
medium crashed 0 1568456400.000000000 1568456420.000000000 -" ]
    run -0 cicerone pushes "$root/testdata/pushes/log-medium-002"
    has "2 other entities met"
    has "it could not be staged"
    has "its process ended before it was healthy"
}

@test "the same bytes for any order of lines and files, and any number of threads" {
    cd "$root/testdata"
    cicerone pushes pushes/log-heavy-000 pushes/log-light-001 pushes/log-medium-002 -j1 -f csv >"$BATS_TEST_TMPDIR/1"
    cicerone pushes pushes/log-medium-002 pushes/log-light-001 pushes/log-heavy-000 -j7 -f csv | cmp - "$BATS_TEST_TMPDIR/1"
    mkdir "$BATS_TEST_TMPDIR/pushes"
    for f in pushes/*; do
        shuf --random-source=<(yes 7) "$f" >"$BATS_TEST_TMPDIR/$f"
    done
    cd "$BATS_TEST_TMPDIR"
    cicerone pushes pushes/log-* -f csv | cmp - 1
}

@test "the file is the id: of two files of one name, of a pipe, of a member of a bundle, of a log in a folder" {
    mkdir one two
    cp "$root/testdata/pushes/log-heavy-000" one
    cp "$root/testdata/pushes/log-heavy-000" two
    run -0 fields <(cicerone pushes one/log-heavy-000 two/log-heavy-000 -f csv) '' id type app complete
    [ "$output" = "one/log-heavy-000 heavy 7aaf4542-e6ae-fc3c-fa6b-b9c4b5ef5e70 1
two/log-heavy-000 heavy 7aaf4542-e6ae-fc3c-fa6b-b9c4b5ef5e70 1" ]
    run -0 fields <(cicerone pushes - -f csv <one/log-heavy-000) '' id type complete
    [ "$output" = "- - 1" ]
    mv one/log-heavy-000 one/log-heavy-000.log
    tar czf b.tgz one
    run -0 fields <(cicerone pushes b.tgz -f csv) '' id type complete
    [ "$output" = "b.tgz: one/log-heavy-000.log heavy 1" ]
    run -0 fields <(cicerone pushes one -f csv) '' id type complete
    [ "$output" = "one/log-heavy-000.log heavy 1" ]
}

@test "times that count from the first line are of lines of cf logs" {
    { lager 1.5 rep a.b '{}'; cat "$root/testdata/pushes/log-heavy-000"; } >log-x-1
    cicerone pushes log-x-1 --since +1.0s --until -0.01s -f csv >t.csv
    run -0 fields t.csv '' CC-Says-Start Created-Inst Healthy
    [ "$output" = "1425211201.050000000 1425211233.780000000 -" ]
    run -0 cicerone pushes log-x-1 -f json
    [ "$(python3 -c 'import json, sys; l = json.load(sys.stdin)["lines"]; print(l["cf_logs"], l["other"], "lager" in l)' <<<"$output")" = "14 2 False" ]
}

@test "lines are selected by the fields of cf logs, and by file" {
    cd "$root/testdata"
    run -0 cicerone pushes pushes/log-* --source STG -f json
    [ "$(python3 -c 'import json, sys; print(*json.load(sys.stdin)["lines"]["sources"])' <<<"$output")" = STG ]
    run -0 fields <(cicerone pushes pushes/log-* --where 'file=~heavy' -f csv) '' id
    [ "$output" = pushes/log-heavy-000 ]
    run -0 cicerone chug pushes/log-heavy-000 --where file=pushes/log-heavy-000 --match healthcheck
    [ "${#lines[@]}" = 1 ]
}

@test "what is no output of cf logs is said to be none" {
    run -3 --separate-stderr cicerone pushes "$logs"
    says_like "cicerone: no line of cf logs among * lines; is this what cf logs printed?"
    run -3 --separate-stderr cicerone tasks "$root/testdata/pushes/log-heavy-000"
    says_like "cicerone: no lager line among * lines; are these logs of Diego components?"
    grep -v Updated "$root/testdata/pushes/log-heavy-000" | grep API >log-x-1
    run -0 --separate-stderr cicerone pushes log-x-1
    says "cicerone: no push events in 1 line of API; cicerone help lists other lifecycles"
}

@test "--follow prints a push when the log ends" {
    run -0 --separate-stderr timeout --foreground --preserve-status -s INT 3 "$cicerone" pushes --follow "$root/testdata/pushes/log-light-001"
    [[ $output == *'"id":'*log-light-001* ]]
}
