# Completion of nodeset(1) for fish.
# Made from the options of the command by "python -m tools.completions": not to be edited.

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

complete -c nodeset -l version -d 'show program\'s version number and exit'
complete -c nodeset -s h -l help -d 'show this help message and exit'
complete -c nodeset -s s -l groupsource -x -a '(__clustershell_sources)' -d 'group source to look groups up in, see groups.conf(5)'
complete -c nodeset -l groupsconf -r -d 'read FILE as groups.conf(5)'
complete -c nodeset -s c -l count -d 'print the number of nodes'
complete -c nodeset -s e -l expand -d 'print every name of the set'
complete -c nodeset -s f -l fold -d 'print all nodes as one folded set'
complete -c nodeset -s l -l list -d 'list the groups of one source (see -s)'
complete -c nodeset -s L -l list-all -d 'list the groups of all sources'
complete -c nodeset -s r -l regroup -d 'print nodes as groups (see -s)'
complete -c nodeset -l index -x -a '(__clustershell_nodes)' -d 'print the position of NODE in the set'
complete -c nodeset -l list-sources -l groupsources -d 'list the group sources in use'
complete -c nodeset -s x -l exclude -x -a '(__clustershell_nodes)' -d 'remove these nodes'
complete -c nodeset -s i -l intersection -x -a '(__clustershell_nodes)' -d 'keep only these nodes'
complete -c nodeset -s X -l xor -x -a '(__clustershell_nodes)' -d 'keep the nodes that are in one of the two sets only'
complete -c nodeset -s a -l all -d 'begin with all nodes of the group source'
complete -c nodeset -l autostep -x -a 'auto' -d 'fold as a-b/step from this many nodes on: a number, a percentage or \'auto\''
complete -c nodeset -s d -l debug -d 'say everything, for debugging'
complete -c nodeset -s q -l quiet -d 'say only what is essential'
complete -c nodeset -s R -l rangeset -d 'work on bare ranges such as 1,5,18-31'
complete -c nodeset -s G -l groupbase -d 'show groups without their source'
complete -c nodeset -s S -l separator -x -d 'what stands between expanded nodes (default: \' \')'
complete -c nodeset -s O -l output-format -x -d 'how each result is printed (default: \'%s\')'
complete -c nodeset -s I -l slice -x -d 'keep the nodes at these positions'
complete -c nodeset -l split -x -d 'print this many subsets'
complete -c nodeset -l contiguous -d 'print one subset for each run of nodes'
complete -c nodeset -l axis -x -d 'fold along these axes only (1 is the first)'
complete -c nodeset -l pick -x -d 'keep N of the nodes, chosen at random'
complete -c nodeset -l seed -x -d 'choose the same nodes for --pick each time'
complete -c nodeset -l json -d 'print results as JSON, one object a line'
complete -c nodeset -f -a '(__clustershell_nodes)'
