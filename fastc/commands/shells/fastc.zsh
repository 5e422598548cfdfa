# Completion of fastc for zsh. For good: source <(fastc completion zsh) in ~/.zshrc, after compinit
_fastc() {
    local -a answer texts shown unfinished
    local line
    # The first line says what the shell adds of its own; each other one is a candidate, a tab, and what it is.
    answer=("${(@f)$("${(Q)words[1]/#\~/$HOME}" completion zsh -- \
        "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    for line in "${(@)answer[2,-1]}"; do
        texts+=("${line%%$'\t'*}")
        shown+=("${${line/$'\t'/  -- }%  -- }")
    done
    [[ $answer[1] == *unfinished* ]] && unfinished=(-S '')
    (( $#texts )) && compadd -Q "${unfinished[@]}" -l -d shown -a texts
    case $answer[1] in
        *folders*) _files -/ ;;
        *files*) _files ;;
    esac
}
compdef _fastc fastc
