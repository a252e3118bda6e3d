#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What shells offer next on a command line.

load helper

@test "commands and lifecycles come first, those that begin so" {
    run -0 cicerone complete ta
    [ "$output" = tasks ]
    run -0 cicerone complete ''
    [[ $output == *tasks* && $output == *inspect* && $output == *help* ]]
    [[ $output != *complete* ]]
}

@test "options, also those that all commands share, and no others" {
    run -0 cicerone complete tasks --proc
    [ "$output" = --process-guid ]
    run -0 cicerone complete inspect --proc
    [[ $output != *process-guid* ]]
    run -0 cicerone complete tasks x.log --max-u
    [ "$output" = --max-unpacked ]
}

@test "the choices of an option, after a blank, an equals sign and a letter" {
    run -0 cicerone complete tasks --image ''
    [ "$output" = $'svg\npng\npdf\ndumb\nsixel' ]
    run -0 cicerone complete tasks --format = nd
    [ "$output" = ndjson ]
    run -0 cicerone complete tasks -f nd
    [ "$output" = ndjson ]
}

@test "every option of every command is offered, and every one offered is an option" {
    for name in $(cicerone complete ''); do
        cicerone complete "$name" -- | sort -u >"$BATS_TEST_TMPDIR/offered"
        cicerone help "$name" | grep -oE '^  (-., |    )--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort -u >"$BATS_TEST_TMPDIR/helped"
        diff "$BATS_TEST_TMPDIR/offered" "$BATS_TEST_TMPDIR/helped"
    done
}

@test "files where a file may stand" {
    run -0 cicerone complete tasks te
    [ -z "$output" ]
    run -0 cicerone complete tasks --output ''
    [ -z "$output" ]
}

@test "bash asks the program" {
    # shellcheck disable=SC2016 # for the inner bash
    run -0 bash -c '. "$1"/completions/cicerone.bash; COMP_WORDS=("$2" tasks --ima); COMP_CWORD=2
        _cicerone "$2"; printf "%s\n" "${COMPREPLY[@]}"' bash "$root" "$cicerone"
    [ "$output" = --image ]
}

@test "fish asks the program" {
    command -v fish >/dev/null || skip "fish is not installed"
    run -0 env PATH="$(dirname "$cicerone"):$PATH" fish -c \
        "source $root/completions/cicerone.fish; complete -C 'cicerone tasks --ima'"
    [ "$output" = --image ]
}

@test "zsh can read its file" {
    command -v zsh >/dev/null || skip "zsh is not installed"
    zsh -n "$root/completions/cicerone.zsh"
}
