#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deps.sh build|check|dev - install from Debian what is missing; does nothing when all is there
set -eu
build='gcc make pkg-config libjansson-dev libpcre2-dev libarchive-dev zlib1g-dev gnuplot-nox'
# ISA-L is for speed and only on these; without it zlib serves.
case $(uname -m) in x86_64 | aarch64) build="$build libisal-dev" ;; esac
check='libcmocka-dev bats valgrind python3'
dev='clang clang-format cppcheck afl++ libclang-rt-14-dev mandoc pigz isal jq'
# What tests go without, with a word about it, where it can't be had.
nice=''
case ${1:-build} in
build) want=$build ;;
check) want="$build $check" nice=chromium ;;
dev) want="$build $check $dev" nice=chromium ;;
*)
    echo "usage: deps.sh build|check|dev" >&2
    exit 2
    ;;
esac

missing() {
    for p in "$@"; do
        dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$p"
    done
}

if ! command -v dpkg-query >/dev/null 2>&1; then
    # Not Debian: the compiler says what is missing, better than we could.
    if command -v pkg-config >/dev/null 2>&1 && pkg-config --exists jansson libpcre2-8 libarchive zlib; then exit 0; fi
    echo "cicerone needs (by their Debian names): $want" >&2
    exit 1
fi
# shellcheck disable=SC2086 # words are meant to be split, here and below
need=$(missing $want) extra=$(missing $nice)
[ -n "$need$extra" ] || exit 0
if [ "$(id -u)" = 0 ]; then as_root=''
elif command -v sudo >/dev/null 2>&1; then as_root=sudo
elif [ -z "$need" ]; then
    echo "without $extra(and neither root nor sudo to install it) some tests are skipped"
    exit 0
else
    echo "missing packages, and neither root nor sudo to install them; please run: apt-get install $need" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
install() {
    echo "installing: $*"
    $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
# shellcheck disable=SC2086
if [ -n "$need" ] && ! install $need; then
    echo "could not install; please run: apt-get install $need" >&2
    exit 1
fi
# shellcheck disable=SC2086
if [ -n "$extra" ] && ! install $extra; then
    echo "could not install $extra: some tests are skipped"
fi
