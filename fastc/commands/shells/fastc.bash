# Completion of fastc for bash. For good: eval "$(fastc completion bash)" in ~/.bashrc
_fastc() {
    local IFS=$'\n'
    local -a answer
    # The first line says what the shell adds of its own; each other one is a candidate.
    answer=($("${COMP_WORDS[0]/#\~/$HOME}" completion bash -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null))
    COMPREPLY=("${answer[@]:1}")
    case ${answer[0]} in
        *unfinished*) compopt -o nospace ;;
    esac
    case ${answer[0]} in
        *folders*) compopt -o dirnames ;;
        *files*)
            if ((${#COMPREPLY[@]})); then
                COMPREPLY+=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
                compopt -o filenames
            else
                compopt -o default
            fi
            ;;
    esac
}
complete -F _fastc fastc
