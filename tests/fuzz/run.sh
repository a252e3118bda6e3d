#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh [NAME...] - fuzz these targets, or all, each for FUZZ_SECONDS (default 60) with libFuzzer; needs clang
# (make deps-dev)
set -eu
out=${FUZZ_DIR:-build-fuzz}
seconds=${FUZZ_SECONDS:-60}
flags="-std=c11 -D_GNU_SOURCE -DPKGDATADIR=\"/nonexistent\" -O1 -g -fsanitize=fuzzer,address,undefined -Isrc -Itests"
mkdir -p "$out"
make -s "$PWD/$out/embedded.c" BUILD="$PWD/$out"
sources="$(ls src/base/*.c src/decode/*.c src/lifecycle/*.c src/stats/*.c src/input/*.c | grep -v inflater_isal) $out/embedded.c"
if [ $# -eq 0 ]; then
    for source in tests/fuzz/fuzz_*.c; do
        target=${source#tests/fuzz/fuzz_}
        set -- "$@" "${target%.c}"
    done
fi
for target in "$@"; do
    name=fuzz_$target
    # shellcheck disable=SC2086 # words are meant to be split
    clang $flags -o "$out/$name" "tests/fuzz/$name.c" tests/support/*.c $sources -ljansson -lpcre2-8 -lz -lm -lpthread
    mkdir -p "$out/corpus-$name"
    "$out/$name" -max_total_time="$seconds" -max_len=4096 -rss_limit_mb=2048 -print_final_stats=1 "$out/corpus-$name"
done
