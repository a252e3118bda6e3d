#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The report: what is in the page, and what it does in a browser.

load helper
load hostile_ids

in_browser() { # CHECK[,CHECK] [PAGE TIMELINES]
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
        skip "there is no chromium"
    PYTHONDONTWRITEBYTECODE=1 run -0 python3 "$here/report.py" "$1" "${2-r.html}" "${3-t.ndjson}"
    has "${1##*,} well"
}

page() { # INPUT...
    cicerone report "$@" --lifecycle tasks --no-plots -o r.html
    cicerone tasks "$@" -f ndjson --line-numbers >t.ndjson
}

@test "a page of all: light, dark and on paper; nothing is asked of anybody, nothing complains" {
    run -0 --separate-stderr cicerone report "$logs" -o r.html
    [ -z "$output$stderr" ]
    [ -z "$(find . -name '.*.part')" ]
    cicerone tasks "$logs" -f ndjson >t.ndjson
    [ "$(grep -c '<img ' r.html)" = 14 ]
    for text in '<h2>Task lifecycles</h2>' '<h2>LRP instance lifecycles</h2>' '6 of 25 tasks are not ok' '<td>Created-Container</td>' \
        '<p>13 lines were not lager and left out</p>' "default-src 'none'"; do
        grep -qF -- "$text" r.html
    done
    run -1 grep -Eo "(src|href)=\"(http|//)[^\"]*|unsafe-|@[A-Z_]+@" r.html
    in_browser load
}

@test "timelines: sorted, filtered, pointed at, pinned, zoomed, by keys; tables sorted by a click; nothing else gets in" {
    page "$logs"
    export LOGS=$logs
    in_browser sort,filter,hover,pin,zoom,keys,tables,policy
}

@test "a page of some: the entities that are selected" {
    page "$logs" --id 'e-1[0-9]?$'
    [ "$(wc -l <t.ndjson)" = 9 ]
    grep -q '"total":9,' r.html
    grep -q '<p>16 tasks not selected' r.html
    export LOGS=$logs
    in_browser hover
    run -0 --separate-stderr cicerone report "$logs" --id 'no such' -o r.html
    [[ $stderr == "cicerone: nothing was selected of the "*" entities there are" ]]
    # without graphs, as there is nothing to draw
    run -1 grep -F '<h3>Timelines' r.html
    run -0 cicerone tasks "$logs" --id 'no such' -o out
    cicerone report "$logs" --no-plots --lifecycle lrps --process-guid 'fezzik-1-.*' -o r.html
    [ "$(grep -c '^\["' r.html)" = "$(cicerone lrps "$logs" --process-guid 'fezzik-1-.*' -f ndjson | wc -l)" ]
    run -2 --separate-stderr cicerone report "$logs" --process-guid x -o none.html
    [ "${stderr_lines[0]}" = 'cicerone: --process-guid is for lifecycles of LRP instances, not for tasks' ]
    run -2 --separate-stderr cicerone report "$logs" --id '(' -o none.html
    [ ! -e none.html ]
}

@test "hostile ids stay text" {
    make_hostile h.log
    page h.log
    run -1 grep -E '<script>alert|</text>|onerror' r.html
    no_pwned
    in_browser hostile
}

@test "hostile names of files stay text" {
    path=$'<b>&lt;/x<' name=$'script><img src=x onerror=alert(1)>\xff\n<!--.log'
    mkdir -p "$path"
    task t-1 >"$path/$name"
    page '<b>&lt;'
    run -1 grep -E '<b>|onerror=alert\(1\)>|<!--\.log|</script><img' r.html
    in_browser hostile,files
}

@test "ten thousand are fluid, more are sampled" {
    python3 - >many.log <<'END'
line = '{"timestamp":"%d.%09d","source":"bbs","message":"bbs.request.%s","log_level":1,"data":{"task_guid":"t-%d","session":"%d.%d"}}'
for i in range(10500):
    print(line % (1700000000 + i // 10, i % 10 * 1000, 'desire-task.desire-task.db-desire-task.starting', i, i, 1))
    if i >= 400:
        print(line % (1700000001 + i // 10, i % 10 * 1000, 'start-task.start-task.db-start-task.complete', i, i, 2))
END
    page many.log
    grep -q '"total":10500,"every":\[2,1\]' r.html
    [ "$(grep -c '^\["t-' r.html)" = 5450 ]
    grep -qF '<li>400 tasks never left Desiring-Task: no further line of it in these logs.</li>' r.html
    in_browser many
    head -20190 many.log >fewer.log
    page fewer.log
    [ "$(grep -c '^\["t-' r.html)" = "$(wc -l <t.ndjson)" ]
    in_browser many
}

@test "a page of 4,000 Tasks with all their stages fits into a mail" {
    id=fezzik-1-2a3e79de-a84a-4095-73ec-99d68656b32e-17
    mkdir tree
    (cd "$logs" && grep -rlF $id . ) | while read -r f; do
        mkdir -p "tree/$(dirname "$f")"
        grep -F "\"$id\"" "$logs/$f" | head -60 |
            ID=$id python3 -c 'import os, sys
text, id = sys.stdin.read(), os.environ["ID"]
for i in range(4000):
    sys.stdout.write(text.replace(id, "%08x-%s" % (i * 2654435761 % 2**32, id[9:])))' >"tree/$f"
    done
    cicerone report tree -o r.html
    grep -q 'All 4,000 tasks are ok' r.html
    [ "$(stat -c %s r.html)" -lt 6000000 ]
    [ "$(grep -c '^\["[0-9a-f]' r.html)" = 4000 ]
}

@test "the same page for any number of threads, on standard output as in a file" {
    cicerone report "$logs" -o r.html
    cicerone report "$logs" -j 1 | cmp - r.html
    cicerone report --lifecycle tasks "$logs" --no-plots >one.html
    run -1 grep -F 'LRP instance lifecycles' one.html
}

@test "standard input is read once, for all lifecycles" {
    run -0 cicerone report --no-plots - <<<"$(task t-1)"
    has '["t-1",'
    has 'LRP instance lifecycles'
}

@test "without gnuplot the page says so" {
    mkdir nothing
    run -0 --separate-stderr env PATH="$PWD/nothing" "$cicerone" report "$logs" -o r.html
    [ -z "$stderr" ]
    grep -q 'gnuplot was not installed' r.html
}

@test "what is wrong with a report is said" {
    run -2 --separate-stderr cicerone report --lifecycle tasks,nonesuch "$logs" -o r.html
    [ "${stderr_lines[0]}" = 'cicerone: there is no lifecycle "nonesuch"' ]
    run -2 --separate-stderr cicerone report -o r.html
    run -3 --separate-stderr cicerone report "$logs" --no-plots -o no/such/r.html
    says_like "cicerone: no/such/r.html: can't write: No such file or directory"
    echo hello >other.log
    run -3 --separate-stderr cicerone report other.log -o r.html
    says "cicerone: no lager line among 1 lines; are these logs of Diego components?"
    [ ! -e r.html ]
    mkdir dir
    run -3 --separate-stderr cicerone report "$logs" --no-plots -o dir
    says "cicerone: dir: can't write: Is a directory"
    [ -z "$(find . -name '*.part')" ]
    head -c 3000 <(gzip -c "$logs/diego-api-0/bbs/bbs.stdout.log") >cut.log.gz
    run -4 --separate-stderr cicerone report cut.log.gz --no-plots -o r.html
    grep -q '<h2>Trouble with inputs</h2>' r.html
}

@test "a full disk is said" {
    [ -e /dev/full ] || skip "there is no /dev/full"
    run -3 bash -c "'$cicerone' report '$logs' --no-plots >/dev/full"
    run -3 --separate-stderr cicerone report "$logs" --no-plots -o /dev/full
    says "cicerone: /dev/full: can't write: No space left on device"
}

@test "a link to the page stays one" {
    echo old >r.html
    ln -s r.html link.html
    cicerone report "$root/testdata/rfc3339" --no-plots -o link.html
    [ -L link.html ]
    cicerone report "$root/testdata/rfc3339" --no-plots | cmp - r.html
}

# bats test_tags=valgrind
@test "a whole report" {
    run -0 cicerone report "$root/testdata/rfc3339" --no-plots -o r.html
}
