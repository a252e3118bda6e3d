# SPDX-License-Identifier: Apache-2.0
# Completion of cicerone's commands and options for fish. The program itself knows what may stand next.

function __cicerone_next
    set -l words (commandline -opc) (commandline -ct)
    $words[1] complete $words[2..-1] 2>/dev/null
end
complete -c cicerone -a '(__cicerone_next)'
