#compdef cicerone
# SPDX-License-Identifier: Apache-2.0
# Completion of cicerone's commands and options for zsh. The program itself knows what may stand next.

local -a words_next
words_next=(${(f)"$(${words[1]} complete "${(@)words[2,CURRENT]}" 2>/dev/null)"})
if (( $#words_next )); then
    compadd -a words_next
else
    _files
fi
