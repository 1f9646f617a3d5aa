# Completion of clush(1) for fish.
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

complete -c clush -l version -d 'show program\'s version number and exit'
complete -c clush -s h -l help -d 'show this help message and exit'
complete -c clush -s s -l groupsource -x -a '(__clustershell_sources)' -d 'group source to look groups up in, see groups.conf(5)'
complete -c clush -s n -l nostdin -d 'do not forward standard input'
complete -c clush -l groupsconf -r -d 'read FILE as groups.conf(5)'
complete -c clush -l conf -r -d 'read FILE as clush.conf(5)'
complete -c clush -s O -l option -x -a 'color= command_prefix= command_timeout= connect_timeout= fanout= fd_max= history_size= maxrc= node_count= password_prompt= verbosity=' -d 'set a clush.conf(5) setting for this run; may be repeated'
complete -c clush -s w -x -a '(__clustershell_nodes)' -d 'run on these nodes'
complete -c clush -s x -x -a '(__clustershell_nodes)' -d 'leave these nodes out'
complete -c clush -s a -l all -d 'run on all nodes'
complete -c clush -s g -l group -x -a '(__clustershell_groups)' -d 'run on the nodes of a group'
complete -c clush -s X -x -a '(__clustershell_groups)' -d 'leave the nodes of this group out'
complete -c clush -l hostfile -l machinefile -r -d 'read target nodes from FILE'
complete -c clush -l topology -r -d 'read the tree of gateways from FILE'
complete -c clush -l pick -x -d 'keep N of the nodes, chosen at random'
complete -c clush -l seed -x -d 'choose the same nodes for --pick each time'
complete -c clush -l limit -x -d 'keep the first N of the nodes'
complete -c clush -s q -l quiet -d 'say only what is essential'
complete -c clush -s v -l verbose -d 'say more about what is going on'
complete -c clush -s d -l debug -d 'say everything, for debugging'
complete -c clush -s G -l groupbase -d 'show groups without the name of their source'
complete -c clush -s L -d 'no header blocks: lines ordered by node'
complete -c clush -s N -d 'do not label output lines'
complete -c clush -s P -l progress -d 'show the progress of the run'
complete -c clush -s b -l dshbak -d 'merge nodes with the same output'
complete -c clush -s B -d 'like -b, standard error included'
complete -c clush -s r -l regroup -d 'show nodes as groups where possible'
complete -c clush -l axis -x -d 'fold along these axes only (1 is the first)'
complete -c clush -s S -l maxrc -d 'exit with the largest return code'
complete -c clush -l color -x -a 'never always auto' -d 'use colors (never, always or auto)'
complete -c clush -l literal -d 'pass control characters of the output on to the terminal'
complete -c clush -l json -d 'write results as JSON, one object a line'
complete -c clush -l similar -x -d 'gather outputs that differ only in what is masked: name, date, number, /REGEX/'
complete -c clush -l diff -d 'show how the outputs of nodes differ'
complete -c clush -l outdir -x -a '(__fish_complete_directories)' -d 'write standard output to one file a node here'
complete -c clush -l errdir -x -a '(__fish_complete_directories)' -d 'write standard error to one file a node here'
complete -c clush -s c -l copy -d 'copy local files or directories to the nodes'
complete -c clush -l rcopy -d 'copy files or directories from the nodes'
complete -c clush -l dest -r -d 'where copies are put'
complete -c clush -s p -d 'keep times and modes of files'
complete -c clush -l sudo -d 'copy with root\'s rights on the nodes, by sudo or what the run mode has for it'
complete -c clush -s f -l fanout -x -d 'how many nodes at a time'
complete -c clush -s l -l user -x -a '(__fish_complete_users)' -d 'user on the remote nodes'
complete -c clush -s o -l options -x -d 'more options for ssh or rsh'
complete -c clush -s t -l connect_timeout -x -d 'seconds allowed to connect to a node'
complete -c clush -s u -l command_timeout -x -d 'seconds allowed to the command on a node'
complete -c clush -s m -l mode -x -a '(__clustershell_modes)' -d 'run mode, one of those defined in <confdir>/*.conf'
complete -c clush -s R -l worker -x -a 'ssh exec rsh pdsh' -d 'how to reach nodes: ssh (the default), exec, rsh, pdsh or a worker module'
complete -c clush -l remote -x -a 'yes no' -d 'with gateways: run on the nodes (yes, the default), or on the gateways nearest to them (no)'
complete -c clush -l fail-fast -x -d 'start no more nodes once so many have failed (one, if no number is given)'
complete -c clush -l batch -x -d 'run on so many nodes, then on the next ones'
complete -c clush -l batch-pause -x -d 'wait between two batches'
complete -c clush -l success -x -d 'exit with 0 if so many nodes have succeeded, else with 1 at least'
complete -c clush -l record -x -a 'yes no output' -d 'keep a record of this run for the group source run (with its output)'
complete -c clush -l retry-failed -d 'run on the nodes that have failed in the last recorded run, by default the same command'
complete -c clush -l expand -d 'put names in place of %h, %hosts, %n and %rank of the command, as -R exec does'
complete -c clush -l raw -d 'hand on output as it comes, unchanged and without names of nodes'
complete -c clush -l stats -d 'say at the end how long nodes took, and with -P how long the rest may take'
complete -c clush -l dry-run -d 'print what would be done, and do nothing'
complete -c clush -n 'not __clustershell_copies' -f -a '(__fish_complete_command)'
complete -c clush -n __clustershell_copies -F
