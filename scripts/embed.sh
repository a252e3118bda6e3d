#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embed.sh [NAME=]FILE... - print a C source with the files' bytes, in the table that src/base/embedded.h declares
set -eu
LC_ALL=C
export LC_ALL
echo '#include "base/embedded.h"'
n=0
for f in "$@"; do
    echo "static const unsigned char bytes_${n}[] = {"
    od -An -v -tx1 "${f#*=}" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
    echo '0};'
    n=$((n + 1))
done
echo 'const struct embedded embedded_files[] = {'
n=0
for f in "$@"; do
    echo "    {\"${f%%=*}\", (const char *)bytes_$n, sizeof bytes_$n - 1},"
    n=$((n + 1))
done
echo '    {NULL, NULL, 0},'
echo '};'
