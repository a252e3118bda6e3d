#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What is drawn in a terminal: histograms in tables, and graphs.

load helper

esc=$(printf '\033')

# Run a command of the shell on a terminal so wide.
on_terminal() { # COLUMNS COMMAND
    script -qec "stty cols $1 rows 30; $2" /dev/null </dev/null
}

need_terminal() {
    command -v script >/dev/null || skip "there is no script(1) to make a terminal"
}

need_gnuplot() {
    command -v gnuplot >/dev/null || skip "there is no gnuplot"
}

# No line of the output is longer than this.
fits() {
    python3 -c '
import sys
for line in sys.stdin.buffer.read().decode().split("\n"):
    if len(line) > int(sys.argv[1]):
        sys.exit("%d: %s" % (len(line), line))' "$1" <<<"$output"
}

@test "a table has histograms where the terminal is wide and shows UTF-8" {
    need_terminal
    export LC_ALL=C.UTF-8
    run -0 on_terminal 200 "'$cicerone' tasks '$logs'"
    has 'min to max (log)'
    has '█'
    grep -qE '^Running-In-BBS .*  █\|.{16}'$'\r''?$' <<<"$output" # some are not above zero
    grep -qE '^total .*[^|].{16}'$'\r''?$' <<<"$output"
    NO_COLOR=1 run -0 on_terminal 200 "'$cicerone' tasks '$logs'"
    has '█'
    run -0 on_terminal 80 "COLUMNS=200 '$cicerone' tasks '$logs'"
    has '█'
}

@test "a table has none where they would not fit or not be shown" {
    need_terminal
    for form in table markdown csv json; do
        cicerone tasks "$logs" -f $form >file
        LC_ALL=C.UTF-8 COLUMNS=200 cicerone tasks "$logs" -f $form | cmp - file
        LC_ALL=C.UTF-8 COLUMNS=200 cicerone tasks "$logs" -f $form >file2
        cmp file file2
    done
    for locale in C POSIX nonsense; do
        LC_ALL=$locale run -0 on_terminal 200 "'$cicerone' tasks '$logs'"
        hasnt '█'
        hasnt 'min to max'
    done
    export LC_ALL=C.UTF-8
    run -0 on_terminal 80 "'$cicerone' tasks '$logs'"
    hasnt '█'
    hasnt 'min to max'
    run -0 on_terminal 200 "'$cicerone' tasks '$logs' -f markdown"
    hasnt '█'
}

@test "graphs of characters: what they say, in the width that there is" {
    need_gnuplot
    run -0 --separate-stderr cicerone tasks "$logs" --plot dumb
    [ -z "$stderr" ]
    has 'Task lifecycles: share of the total time'
    has 'share of the total time in %'
    grep -q 'Process-Exited |\*\*\*' <<<"$output"
    fits 80
    cicerone tasks "$logs" -f csv >t.csv
    COLUMNS=110 run -0 cicerone plot t.csv --image dumb --plot occupancy,distribution
    has 'how many are on their way to each stage'
    has 'A Persisted-Task, up to '
    has 'seconds since the first Desiring-Task'
    has 'cumulative distribution of durations'
    has 'O total, median '
    grep -q '50 % +|.*E.*O' <<<"$output"
    fits 110
    run -0 cicerone plot t.csv --plot histograms,dumb
    has 'durations per stage'
    grep -q '|.*[*][*].*[*][*]' <<<"$output"
    fits 80
    run -0 cicerone plot t.csv t.csv --plot dumb
    has 'before and after'
    has 'B after: t.csv'
    fits 80
    for kind in boxes-by-vm boxes-by-cell heat correlation timelines-by-start timelines-by-vm timelines-aligned; do
        run -0 cicerone plot t.csv --plot dumb,$kind
        has 'Task lifecycles: '
        fits 80
    done
    [ ! -e shares.gp ] && [ ! -e shares.dumb ]
}

@test "graphs are as wide as the terminal, and coloured unless NO_COLOR is set" {
    need_gnuplot
    need_terminal
    run -0 on_terminal 120 "'$cicerone' tasks '$logs' --plot dumb"
    has "$esc["
    NO_COLOR=1 run -0 on_terminal 120 "'$cicerone' tasks '$logs' --plot dumb"
    hasnt "$esc"
    output=${output//$'\r'/}
    fits 120
    grep -qE '^.{110,120}$' <<<"$output"
}

@test "graphs of pixels" {
    need_gnuplot
    gnuplot -e 'set terminal sixelgd' 2>/dev/null || skip "this gnuplot knows no sixels"
    cicerone tasks "$logs" --image sixel >six
    [ "$(head -c 2 six)" = "${esc}P" ]
    [ "$(tail -c 3 six)" = "$esc\\" ]
    [ "$(wc -c <six)" -gt 5000 ]
}

@test "text from logs never reaches a terminal as an escape sequence" {
    need_gnuplot
    task '\u001b[31mred\u001b]0;title\u0007' 00 >hostile.log
    task "\\\\033[31m'; system('touch boom'); '" 01 >>hostile.log
    run -0 cicerone tasks hostile.log --plot dumb,timelines-by-start --title "$esc[2J\`touch boom\`"
    has 'red'
    hasnt "$esc"
    hasnt $'\a'
    [ ! -e boom ]
}

@test "graphs in the terminal are all there is" {
    run -2 --separate-stderr cicerone tasks "$logs" -o out --image dumb
    says_like 'cicerone: --image dumb draws to standard output and not to a folder*'
    [ ! -e out ]
    run -2 --separate-stderr cicerone plot x.csv -o out --plot sixel
    says_like 'cicerone: --image sixel draws to standard output and not to a folder*'
    run -2 --separate-stderr cicerone tasks "$logs" --plot dumb -f csv
    says_like "cicerone: --image dumb is all that standard output gets, so it can't be with --format*"
    run -2 --separate-stderr cicerone tasks "$logs" --plot dumb,nonsense
    says_like 'cicerone: there is no plot "nonsense"*'
}

@test "without gnuplot there is no graph in the terminal, and it is said what to install" {
    mkdir empty
    run -3 --separate-stderr env PATH="$PWD/empty" "$cicerone" tasks "$logs" --plot dumb
    says 'cicerone: gnuplot is not installed; it draws the graphs (apt-get install gnuplot-nox)'
    [ -z "$output" ]
    printf '#!/bin/sh\necho "unknown terminal" >&2\nexit 1\n' >empty/gnuplot
    chmod +x empty/gnuplot
    run -3 --separate-stderr env PATH="$PWD/empty:$PATH" "$cicerone" tasks "$logs" --plot sixel
    says_like 'cicerone: gnuplot could not draw shares.gp: unknown terminal*'
}
