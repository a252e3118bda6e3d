# SPDX-License-Identifier: Apache-2.0
# Completion of cicerone's commands and options for bash. The program itself knows what may stand next.

_cicerone() {
    mapfile -t COMPREPLY < <("$1" complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -o bashdefault -F _cicerone cicerone
