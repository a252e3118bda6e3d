# SPDX-License-Identifier: Apache-2.0
# hostile_ids.bash - a log whose ids try to be anything but text
# shellcheck shell=bash

# Ids as JSON text; each tries to become code, markup or a control sequence somewhere.
hostile_ids() {
    cat <<'END'
it's 'quoted'
`touch pwned-backquote`
$(touch pwned-dollar)
'; system(\"touch pwned-quote\"); print '
\"; system(\"touch pwned-double\"); \"
x\"\n!touch pwned-newline\n
x\nsystem('touch pwned-system')\n#
@touch_macro\n
a,b,\"c\",d
two\nlines\r\nand\ta tab
\u001b[31mred\u001b[0m
\u001b]0;title\u0007
\u009b31m one byte csi
<script>alert(1)</script>
</text></svg><b>&amp;&lt;
{/=99 enhanced} ^up_down~x{.5y} @sub
|cell|of|markdown|
=1+2+cmd|' /C calc'!A0
..\/..\/etc\/passwd
%s%s%s%n %d
\\\\x41\\n
\u202eright to left
\ud83d\ude00 and \u00e9\u4e2d
nul\u0000behind
--option
# comment
~/home *.glob ?
END
}

make_hostile() { # FILE
    local i=10
    : >"$1"
    while IFS= read -r id; do
        task "$id" $i >>"$1"
        i=$((i + 1))
    done < <(hostile_ids)
}

no_pwned() {
    [ -z "$(find . -name 'pwned*')" ]
}
