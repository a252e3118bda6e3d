#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Where stages stand: the file and the line.

load helper

# Each stage is on the line that is told, as an independent reader of the logs sees it.
stand() { # [--of any] FILE...
    run -0 python3 "$here/lines.py" "$@"
}

@test "each stage stands on its line, in the report and in JSON" {
    cd "$root"
    for folder in testdata/logs testdata/rfc3339 testdata/2018 testdata/unified-2015.log.gz; do
        cicerone report "$folder" --no-plots -o "$BATS_TEST_TMPDIR/r.html"
        cicerone tasks "$folder" -f ndjson --line-numbers >"$BATS_TEST_TMPDIR/t.ndjson"
        cicerone lrps "$folder" -f ndjson --line-numbers >"$BATS_TEST_TMPDIR/l.ndjson"
        stand "$BATS_TEST_TMPDIR/r.html" "$BATS_TEST_TMPDIR/t.ndjson" "$BATS_TEST_TMPDIR/l.ndjson"
    done
    for lifecycle in bbs-tasks cells containers convergence crashes placements requests; do
        cicerone "$lifecycle" testdata/logs -f ndjson --line-numbers >"$BATS_TEST_TMPDIR/o.ndjson"
        stand --of any "$BATS_TEST_TMPDIR/o.ndjson"
    done
}

@test "the line is that of the unpacked member, of a bundle in a bundle too" {
    cp -r "$logs" logs
    mkdir -p outer inner
    for vm in logs/*; do
        tar -C "$vm" -czf "inner/${vm##*/}.tgz" .
    done
    tar -C inner -czf outer/all.tgz .
    tar -C logs -cf outer/flat.tar .
    for bundle in outer/all.tgz outer/flat.tar; do
        cicerone tasks "$bundle" -f ndjson --line-numbers >t.ndjson
        cicerone report "$bundle" --no-plots -o r.html
        stand t.ndjson r.html
    done
    grep -qF '"file":"outer/flat.tar: ./diego-api-0/bbs/bbs.stdout.log.2.gz","line":' t.ndjson
}

# Bytes that are no line of a log, but lines.
odd() {
    printf '\n\r\n   \nno log\n'
    head -c 3000 /dev/zero | tr '\0' x
    echo
}

@test "empty lines and those left out for their length count, as with sed and grep -n" {
    for i in {1..40}; do
        odd
        task "t-$i" | sed "$((i % 3 + 1))G"
        odd
        odd
    done >stdin.log
    gzip -c stdin.log >packed.gz
    for input in stdin.log packed.gz -; do
        for size in 1000 3000 16M; do
            cicerone tasks "$input" --max-line "$size" -f ndjson --line-numbers <stdin.log >t.ndjson
            [ "$(wc -l <t.ndjson)" = 40 ]
            stand t.ndjson
        done
    done
    number=$(grep -n '"t-40"' stdin.log | head -1)
    grep -qF "\"line\":${number%%:*}}" t.ndjson
}

@test "the same lines for any number of threads and order of inputs; of copies the first by its name" {
    cp -r "$logs" b
    cp -r "$logs" a
    cicerone tasks a b -f ndjson --line-numbers -j 1 >want
    run -1 grep -F '"file":"b' want
    cicerone tasks a b -f ndjson --line-numbers -j 8 | cmp - want
    cicerone tasks b a -f ndjson --line-numbers -j 3 | cmp - want
    cicerone lrps a b -f json --line-numbers >want
    cicerone lrps b a -f json --line-numbers -j 8 | cmp - want
    cicerone report a b --no-plots -j 1 >want
    cicerone report b a --no-plots -j 8 | cmp - want
}

@test "nothing is told that was not asked for, and nothing where there is no place for it" {
    run -0 cicerone tasks "$logs" -f ndjson
    hasnt '"line":'
    for options in '-f table' '-f csv' '' '-f ndjson --follow'; do
        # shellcheck disable=SC2086 # several words
        run -2 --separate-stderr cicerone tasks $options --line-numbers "$logs"
        [ "${stderr_lines[0]}" = 'cicerone: --line-numbers is for json and ndjson, without --follow' ]
    done
}
