#compdef {{command}}
# Completion of {{command}}(1) for zsh.
# Made from the options of the command by "python -m tools.completions": not to be edited.

_clustershell_nodes() { # nodes and groups, behind the last operator of the set
    compset -P '*[,!&^]'
    local -a found
    if [[ $PREFIX == @*:* ]]; then
        found=(${(f)"$(nodeset -s "${${PREFIX#@}%%:*}" --completion 2>/dev/null </dev/null)"})
        compadd -Q -S '' -a found
        return
    fi
    found=(${(f)"$(nodeset --completion 2>/dev/null </dev/null)"})
    compadd -Q -S '' -a found
    [[ $PREFIX == @* ]] && return
    found=(${(f)"$(nodeset -q -a -e -S '\n' 2>/dev/null </dev/null)"})
    compadd -S '' -a found
    _hosts -S ''
}

_clustershell_groups() {
    local -a found
    found=(${${${(f)"$(nodeset --completion 2>/dev/null </dev/null)"}:#*:}#@})
    compadd -a found
}

_clustershell_sources() {
    local -a found
    found=(${${(f)"$(nodeset -q --list-sources 2>/dev/null </dev/null)"}%% *})
    compadd -a found
}

_clustershell_modes() {
    local -a found
    found=(${(s: :)${"$(clush -m '?' -w localhost 2>&1 </dev/null)"#*available: }%%)*})
    [[ $found[1] == none, ]] || compadd -a found
}

_clustershell_operand() { # of clush: the files of a copy, or a command
    if (( ${+opt_args[-c]} || ${+opt_args[--copy]} || ${+opt_args[--rcopy]} )); then
        _files
    else
        _normal
    fi
}

_clustershell_{{command}}() {
    local -A opt_args
    _arguments -s -S {{stop}}\
{{options}}
}

_clustershell_{{command}} "$@"
