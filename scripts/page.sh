#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# page.sh HTML CSS JS - print the page with style and script in it, and their hashes in its policy
set -eu
LC_ALL=C
export LC_ALL

# As Content-Security-Policy wants it: SHA-256 in base64.
hash_of() {
    sha256sum <"$1" | cut -c1-64 | tr a-f A-F | basenc --base16 -d | base64
}

awk -v css="$2" -v js="$3" -v css_hash="$(hash_of "$2")" -v js_hash="$(hash_of "$3")" '
function insert(tag, file,   line) {
    printf "<%s>", tag
    while ((getline line <file) > 0) print line
    printf "</%s>\n", tag
}
/^@STYLE@$/ { insert("style", css); next }
/^@SCRIPT@$/ { insert("script", js); next }
{ sub(/@STYLE_HASH@/, "sha256-" css_hash); sub(/@SCRIPT_HASH@/, "sha256-" js_hash); print }' "$1"
