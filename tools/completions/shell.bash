# Completion of {{command}}(1) for bash.
# Made from the options of the command by "python -m tools.completions": not to be edited.

_clustershell_words() { # put together again what bash takes apart at @ : = in node sets
    local at count=-1 left=${COMP_LINE:0:COMP_POINT} blanks word
    words=()
    for ((at = 0; at <= COMP_CWORD; at++)); do
        blanks=${left%%[![:space:]]*}
        left=${left#"$blanks"}
        word=${COMP_WORDS[at]}
        ((at == COMP_CWORD)) && word=$left
        left=${left#"$word"}
        if [[ -z $blanks && $count -ge 0 ]]; then
            words[count]+=$word
        else
            words[++count]=$word
        fi
    done
}

_clustershell_nodes() { # nodes and groups, behind the last operator of the set
    local done=${cur%"${cur##*[,!&^]}"} name=${cur##*[,!&^]} group found
    group=${name#@}
    case $name in
    @*:*) found=$(nodeset -s "${group%:*}" --completion 2>/dev/null </dev/null) ;;
    @*) found=$(nodeset --completion 2>/dev/null </dev/null) ;;
    *) found=$(
        nodeset --completion 2>/dev/null </dev/null
        nodeset -q -a -e -S '\n' 2>/dev/null </dev/null
        compgen -A hostname
        _clustershell_known_hosts
    ) ;;
    esac
    _clustershell_take "$done" "$name" "$found"
}

_clustershell_known_hosts() { # what ssh has met under a plain name
    local file
    for file in ~/.ssh/known_hosts /etc/ssh/ssh_known_hosts; do
        [[ -r $file ]] && sed -n 's/^\([A-Za-z0-9][A-Za-z0-9._-]*\).*/\1/p' "$file"
    done
}

_clustershell_files() { # of kind $1 of compgen; readline quotes them
    compopt -o filenames 2>/dev/null
    cur=${cur//\\/}
    _clustershell_take "" "$cur" "$(compgen "$1" -- "$cur")"
}

_clustershell_take() { # those lines of $3 that begin with $2, behind $1, for what readline replaces
    local IFS=$'\n' line cut=
    # Between quotes readline replaces all of the word.
    if [[ $quote == "" ]]; then
        cut=$front$cur
        cut=${cut%"${cut##*[@:=&<>|;]}"}
        # ... and leaves a leading @ to us.
        [[ $cut == *@ ]] && cut=${cut%@}
    fi
    for line in $3; do
        if [[ $line == "$2"* ]]; then
            line=$front$1$line
            COMPREPLY+=("${line#"$cut"}")
            # What is not over yet is gone on with.
            [[ $line == *: || $line == *= ]] && compopt -o nospace 2>/dev/null
        fi
    done
}

_clustershell_value() { # of an option: by its kind
    case $1 in
    nodes) _clustershell_nodes ;;
    groups) _clustershell_take "" "$cur" "$(nodeset --completion 2>/dev/null </dev/null | sed -n 's/^@\(.*[^:]\)$/\1/p')" ;;
    sources) _clustershell_take "" "$cur" "$(nodeset -q --list-sources 2>/dev/null </dev/null | sed 's/ (default)$//')" ;;
    modes) _clustershell_take "" "$cur" "$(clush -m '?' -w localhost 2>&1 </dev/null | sed -n 's/.*(available: \([^ ),]*\( [^ ),]*\)*\))$/\1/p' | tr ' ' '\n')" ;;
    users) _clustershell_take "" "$cur" "$(compgen -u)" ;;
    files) _clustershell_files -f ;;
    directories) _clustershell_files -d ;;
    none) ;;
    *) _clustershell_take "" "$cur" "${1// /$'\n'}" ;;
    esac
}

_clustershell_{{command}}_kind() { # kind of the value that option $1 takes; fails if it takes none
    case $1 in
{{kinds}}
    *) return 1 ;;
    esac
}

_clustershell_{{command}}() {
    local words cur quote="" front="" at kind operands=0 copies=0
    COMPREPLY=()
    _clustershell_words
    cur=${words[${#words[@]} - 1]}
    case $cur in [\"\']*) quote=${cur:0:1} cur=${cur:1} ;; esac
    for ((at = 1; at < ${#words[@]} - 1; at++)); do
        case ${words[at]} in
        --copy | --rcopy | -c) copies=1 ;;
        esac
        if kind=$(_clustershell_{{command}}_kind "${words[at]}"); then
            if ((at == ${#words[@]} - 2)); then
                _clustershell_value "$kind"
                return
            fi
            ((at++))
        elif [[ ${words[at]} != -* ]]; then
            ((operands++))
        fi
    done
    if [[ $cur == -* && $operands -gt 0 && $copies -eq 0 && "{{operands}}" == command ]]; then
        return # an option of that command
    elif [[ $cur == --*=* ]] && kind=$(_clustershell_{{command}}_kind "${cur%%=*}"); then
        front=${cur%%=*}= cur=${cur#*=}
        _clustershell_value "$kind"
    elif [[ $cur == -[A-Za-z]?* ]] && kind=$(_clustershell_{{command}}_kind "${cur:0:2}"); then
        front=${cur:0:2} cur=${cur:2}
        _clustershell_value "$kind"
    elif [[ $cur == -* ]]; then
        _clustershell_take "" "$cur" "$(printf '%s\n' {{options}})"
    else
        case {{operands}} in
        command)
            if ((copies || operands)); then
                _clustershell_value files
            else
                _clustershell_take "" "$cur" "$(compgen -c -- "$cur")"
            fi
            ;;
        nodes) _clustershell_nodes ;;
        esac
    fi
}
complete -F _clustershell_{{command}} {{command}}
