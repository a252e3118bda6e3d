# SPDX-License-Identifier: Apache-2.0
# helper.bash - what all command tests share: a clean place to run in, and ways to compare
# shellcheck shell=bash

bats_require_minimum_version 1.5.0

root=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
here=$root/tests/commands
logs=$root/testdata/logs
shared=$root/../shared
cicerone=${CICERONE:-build/cicerone}
[[ $cicerone == /* ]] || cicerone=$root/$cicerone

setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    umask 022
    mkdir home
    export HOME=$PWD/home TZ=UTC LC_ALL=C
    unset XDG_CONFIG_HOME CICERONE_PATH NO_COLOR TERM
}

# What the last command said, of a test that failed.
teardown() {
    [[ -n ${BATS_TEST_COMPLETED-} ]] || printf '%s\n' "--- output" "${output-}" "--- standard error" "${stderr-}" | head -c 10000
}

cicerone() { "$cicerone" "$@"; }

# The output holds this text.
has() {
    [[ $output == *"$1"* ]] || { printf 'not in the output: %s\n--- output\n%s\n' "$1" "$output"; return 1; }
}

hasnt() {
    [[ $output != *"$1"* ]] || { printf 'in the output: %s\n--- output\n%s\n' "$1" "$output"; return 1; }
}

# Standard error is this one line.
says() {
    [[ $stderr == "$1" ]] || { printf 'expected: %s\nsaid:     %s\n' "$1" "$stderr"; return 1; }
}

# Standard error matches this pattern of the shell.
says_like() {
    # shellcheck disable=SC2053 # a pattern is meant
    [[ $stderr == $1 ]] || { printf 'expected: %s\nsaid:     %s\n' "$1" "$stderr"; return 1; }
}

# A file is the golden one; BLESS=1 makes it so.
golden() { # FILE NAME
    if [[ -n ${BLESS-} ]]; then
        cp "$1" "$here/golden/$2"
    else
        diff -u "$here/golden/$2" "$1"
    fi
}

# FILE's row of that id (all rows if empty): the fields named.  Times of handwritten logs start at 1700000000.
fields() { # FILE ID COLUMN...
    python3 - "$@" <<'END'
import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline='')):
    if sys.argv[2] in ('', row['id']):
        print(' '.join(row[c] or '-' for c in sys.argv[3:]))
END
}

# A stage of an entity in seconds since 1700000000.
at() { # FILE ID STAGE
    python3 - "$@" <<'END'
import csv, decimal, sys
for row in csv.DictReader(open(sys.argv[1], newline='')):
    if row['id'] == sys.argv[2]:
        print((decimal.Decimal(row[sys.argv[3]]) - 1700000000).normalize() if row[sys.argv[3]] else '-')
END
}

# A lager line: TIME SOURCE MESSAGE DATA [LEVEL]
lager() {
    printf '{"timestamp":"%s","source":"%s","message":"%s.%s","log_level":%s,"data":%s}\n' "$1" "$2" "$2" "$3" "${5:-1}" "$4"
}

# The two lines of a Task, of which the id may be anything that JSON can hold.
task() { # ID-AS-JSON-TEXT [SECOND]
    lager "17000000${2:-00}.000000000" bbs request.desire-task.desire-task.db-desire-task.starting "{\"task_guid\":\"$1\",\"session\":\"1\"}"
    lager "17000000${2:-00}.500000000" bbs request.start-task.start-task.db-start-task.complete "{\"task_guid\":\"$1\",\"session\":\"2\"}"
}

# Run as a user with no rights of its own, for root may read and write everything.
as_nobody() {
    if [[ $(id -u) != 0 ]]; then
        "$@"
    else
        setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
    fi
}

need_nobody() {
    local p=$BATS_TEST_TMPDIR

    [[ $(id -u) != 0 ]] && return 0
    command -v setpriv >/dev/null || skip "running as root, and there is no setpriv"
    while [[ $p != / ]]; do
        chmod o+x "$p"
        p=$(dirname "$p")
        [[ $p == /tmp || $p == "${TMPDIR-}" ]] && break
    done
    as_nobody test -x "$BATS_TEST_TMPDIR" || skip "running as root, and nobody else may enter the test's folder"
    mkdir -p "$BATS_TEST_TMPDIR/bin"
    cp "$cicerone" "$BATS_TEST_TMPDIR/bin/cicerone"
    chmod 755 "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/bin/cicerone"
    as_nobody "$BATS_TEST_TMPDIR/bin/cicerone" --version >/dev/null 2>&1 || skip "running as root, and nobody else may run the program"
    cicerone=$BATS_TEST_TMPDIR/bin/cicerone
}
