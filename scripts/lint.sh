#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint.sh - formatting, static analysis, manual pages, house rules; tools that are absent are left out
set -u
status=0
sources=$(git ls-files '*.c' '*.h')

say() {
    echo "lint: $*"
    status=1
}

if command -v clang-format >/dev/null; then
    # shellcheck disable=SC2086 # file names hold no blanks
    clang-format --dry-run -Werror $sources || say 'formatting differs: make format'
fi
if command -v cppcheck >/dev/null; then
    cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability --inline-suppr \
        --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches -Isrc src || say 'cppcheck found something'
fi
if command -v mandoc >/dev/null; then
    mandoc -Tlint -Wwarning man/*.[15] || say 'manual pages'
fi
if command -v shellcheck >/dev/null; then
    shellcheck scripts/*.sh tests/run || say 'shell scripts'
fi
# In a page all that is not text is built by the DOM, and nothing is fetched.
git grep -nE 'innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|fetch\(|XMLHttpRequest|https?:' -- report &&
    say 'a page takes no markup from data, and nothing from elsewhere'
banned='\b(strcpy|strcat|sprintf|strtok|gets|atoi|localtime|system|popen)\('
git grep -nE "$banned" -- 'src/*.c' 'src/*.h' && say 'functions that are not used here'
for f in $(git ls-files '*.c' '*.h' '*.sh' '*.py' '*.gp' '*.bats' '*.js' '*.css' 'report/*.html' Makefile); do
    head -n 2 "$f" | grep -q 'SPDX-License-Identifier: Apache-2.0' || say "$f: no SPDX line"
done
exit $status
