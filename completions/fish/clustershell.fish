# Functions of the completions beside this file: fish itself never asks for it by a command's name.

function __clustershell_nodes # nodes and groups, behind the last operator of the set
    set -l word (commandline -ct | string replace -r '^--[^=]*=' '' | string trim -c '"\'')
    set -l front (string match -r '^.*[,!&^]' -- $word)
    set -l name (string replace -r '^.*[,!&^]' '' -- $word)
    set -l found
    switch "$name"
        case '@*:*'
            set found (nodeset -s (string replace -r '^@(.*):[^:]*$' '$1' -- $name) --completion 2>/dev/null </dev/null)
        case '@*'
            set found (nodeset --completion 2>/dev/null </dev/null)
        case '*'
            set found (nodeset --completion 2>/dev/null </dev/null; nodeset -q -a -e -S '\n' 2>/dev/null </dev/null; __fish_print_hostnames)
    end
    for candidate in $found
        echo "$front$candidate"
    end
end

function __clustershell_groups
    nodeset --completion 2>/dev/null </dev/null | string match -r '^@.*[^:]$' | string sub -s 2
end

function __clustershell_sources
    nodeset -q --list-sources 2>/dev/null </dev/null | string replace ' (default)' ''
end

function __clustershell_modes
    clush -m '?' -w localhost 2>&1 </dev/null | string match -r '\(available: [^,)]*\)' | string sub -s 13 | string trim -c ')' | string split ' '
end

function __clustershell_copies
    string match -qr -- '^(-c|--copy|--rcopy)$' (commandline -opc)
end
