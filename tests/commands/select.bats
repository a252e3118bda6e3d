#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Which lines are selected: times, places, levels, messages, fields.

load helper

# How many lager lines of testdata/logs a Python condition over t (ns), r (the line), data and vm takes.
count() { # CONDITION
    python3 - "$logs" "$1" <<'END'
import glob, gzip, json, re, sys
n = 0
for path in sorted(glob.glob(sys.argv[1] + '/*/*/*.log*')):
    vm = '/'.join(path.split('/')[-3].rsplit('-', 1))
    for line in (gzip.open if path.endswith('.gz') else open)(path, 'rb'):
        if not line.startswith(b'{'):
            continue
        r = json.loads(line)
        s, f = r['timestamp'].split('.')
        t = int(s) * 10**9 + int(f.ljust(9, '0'))
        data = r.get('data') or {}
        n += bool(eval(sys.argv[2]))
print(n)
END
}

# The lager lines that are used.
used() { # INPUT OPTION...
    cicerone tasks "$@" -f json 2>/dev/null |
        python3 -c 'import json,sys; l=json.load(sys.stdin)["lines"]; print(l["lager"] - l["unselected"])'
}

same_count() { # CONDITION OPTION...
    local condition=$1 want got
    shift
    want=$(count "$condition")
    got=$(used "$logs" "$@")
    [ "$want" = "$got" ] || { echo "$condition: $want lines, but $* uses $got"; return 1; }
    [ "$want" -gt 0 ]
}

@test "each option takes the lines that an independent count finds" {
    same_count 'r["source"] == "rep"' --source rep
    same_count 'r["source"] in ("rep", "bbs")' --source rep --source bbs
    same_count 'vm == "diego-cell/0"' --vm diego-cell/0
    same_count 'vm.startswith("diego-cell/")' --job diego-cell
    same_count 'r["log_level"] >= 1' --level info
    same_count 'r["log_level"] >= 2' --level error
    same_count 're.search(r"task.*start", r["message"])' --match 'task.*start'
    same_count 'not re.search(r"task.*start", r["message"])' --exclude 'task.*start'
    same_count 'data.get("guid", "").startswith("fezzik")' --where 'data.guid=~^fezzik'
    same_count 'not data.get("guid", "").startswith("fezzik")' --where 'data.guid!~^fezzik'
    same_count 'data.get("method") == "POST" and r["source"] == "rep"' --where data.method=POST --source rep
    same_count 'data.get("method") != "POST"' --where 'data.method != POST'
    same_count '1795331990250000000 <= t <= 1795332000 * 10**9' --since 1795331990.25 --until 2026-11-22T07:20:00Z
}

@test "the ends of a time span are in, to the nanosecond" {
    lager 1700000010.000000001 bbs a '{}' >a.log
    lager 1700000020.000000002 bbs b '{}' >>a.log
    lager 1700000030.000000003 bbs c '{}' >>a.log
    for want in "3 --since 1700000010.000000001" "2 --since 1700000010.000000002" \
        "3 --until 1700000030.000000003" "2 --until 1700000030.000000002" \
        "3 --since +0s" "2 --since +1ns" "2 --since +10.000000001s" "1 --since +10.000000002s" \
        "3 --until -0s" "2 --until -1ns" "1 --until -20.000000001s" \
        "1 --since 2023-11-14T22:13:40.000000002Z --until 2023-11-14T23:13:40.000000002+01:00" \
        "1 --since +10s --until -10s" "0 --since +1h" "3 --since -1h --until +1h"; do
        # shellcheck disable=SC2086 # words are meant
        set -- $want
        n=$1
        shift
        got=$(used a.log "$@")
        [ "$got" = "$n" ] || { echo "$want: $got"; return 1; }
    done
}

@test "relative times count from the first and the last event of all files, gzipped or not" {
    lager 1700000000.000000000 bbs a '{}' >a.log
    lager 1700000100.000000000 bbs b '{}' | gzip >b.log.gz
    lager 1700000050.000000000 bbs c '{}' >c.log
    for input in "a.log b.log.gz c.log" "c.log b.log.gz a.log"; do
        # shellcheck disable=SC2086
        cicerone tasks $input --since +50s --until -50s >out 2>err
        run -0 cat out
        has "0 tasks in 1 line of bbs; 3 files"
        has "2 lines not selected"
    done
}

@test "a selection that takes all lines changes nothing" {
    cicerone tasks "$logs" -f csv >all
    cicerone tasks "$logs" -f csv --since +0s --until -0s --level debug --where 'message=~.' >same
    cmp all same
}

@test "the same for any number of threads" {
    for n in 1 2 7; do
        cicerone lrps "$logs" -f json -j $n --since +20s --exclude metrics --where 'data.session=~\.' >$n.json
    done
    cmp 1.json 2.json
    cmp 1.json 7.json
}

@test "what is not selected is said" {
    cicerone tasks "$logs" --source rep >out
    run -0 cat out
    has "24 tasks in 4,075 lines of rep; 29 files"
    has "2,627 lines not selected"
    run -0 --separate-stderr cicerone tasks "$logs" --since 2030-01-01T00:00:00Z
    says "cicerone: no line was selected, of 6,702 there are"
    has "0 tasks in 0 lines; 29 files"
}

@test "lines of a unified log are selected by the VM they bear" {
    cicerone tasks "$root/testdata/unified-2015.log.gz" --job database_z1 >out
    run -0 cat out
    has " of bbs; 1 file"
}

@test "a pipe can't be read twice" {
    task a >a.log
    run -2 --separate-stderr cicerone tasks - --since +90s <a.log
    says_like "cicerone: --since counts from the first or last event, which takes a reading of its own, but standard input can be read only once*"
    mkfifo p
    run -2 --separate-stderr cicerone tasks p --until -1s
    says_like "cicerone: --until counts from*but p can be read only once*"
    run -0 cicerone tasks - --since 1700000000 <a.log
}

@test "what is wrong is said, and nothing is read" {
    for options in "--since yesterday" "--until +5" "--level warn" "--match (" "--exclude [" \
        "--where guid=1" "--where data.guid" "--where data.guid=" "--where data.guid=~("; do
        # shellcheck disable=SC2086
        run -2 --separate-stderr cicerone tasks "$logs" $options
        [[ $stderr == "cicerone: ${options%% *}"* ]]
        [ -z "$output" ]
    done
}

@test "hostile patterns and texts end soon" {
    task "$(printf 'a%.0s' {1..400})" >a.log
    run -0 timeout 20 "$cicerone" tasks a.log --where 'data.task_guid=~(a+)+$x' --match '(.*)*(.*)*(.*)*z'
}
