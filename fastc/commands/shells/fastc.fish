# Completion of fastc for fish. For good: fastc completion fish > ~/.config/fish/completions/fastc.fish
function __fastc_complete
    set -l words (commandline -opc) (commandline -ct)
    # The first line says what the shell adds of its own; each other one is a candidate, a tab, and what it is.
    set -l answer ($words[1] completion fish -- $words[2..] 2>/dev/null)
    printf '%s\n' $answer[2..]
    switch "$answer[1]"
        case '*folders*'
            __fish_complete_directories (commandline -ct)
        case '*files*'
            __fish_complete_path (commandline -ct)
    end
end
complete -c fastc -f -k -a '(__fastc_complete)'
