# Completion of clubak(1) for fish.
# Made from the options of the command by "python -m tools.completions": not to be edited.

source (dirname (status filename))/clustershell.fish

complete -c clubak -s B -d 'like -b, standard error included'
complete -c clubak -s L -d 'no header blocks: lines ordered by node'
complete -c clubak -s N -d 'do not label output lines'
complete -c clubak -l axis -x -d 'fold along these axes only (1 is the first)'
complete -c clubak -l color -x -a 'never always auto' -d 'use colors (never, always or auto)'
complete -c clubak -s d -l debug -d 'say everything, for debugging'
complete -c clubak -l diff -d 'show how the outputs of nodes differ'
complete -c clubak -s b -s c -l dshbak -d 'merge nodes with the same output'
complete -c clubak -l errdir -x -a '(__fish_complete_directories)' -d 'write standard error to one file a node here'
complete -c clubak -s F -l fast -d 'faster, with more memory'
complete -c clubak -s G -l groupbase -d 'show groups without the name of their source'
complete -c clubak -l groupsconf -r -d 'read FILE as groups.conf(5)'
complete -c clubak -s s -l groupsource -x -a '(__clustershell_sources)' -d 'group source to look groups up in, see groups.conf(5)'
complete -c clubak -s h -l help -d 'show this help message and exit'
complete -c clubak -l interpret-keys -x -a 'never always auto' -d 'read keys as node sets (never, always or auto)'
complete -c clubak -l json -d 'write results as JSON, one object a line'
complete -c clubak -l literal -d 'pass control characters of the output on to the terminal'
complete -c clubak -l outdir -x -a '(__fish_complete_directories)' -d 'write standard output to one file a node here'
complete -c clubak -s q -l quiet -d 'say only what is essential'
complete -c clubak -s r -l regroup -d 'show nodes as groups where possible'
complete -c clubak -s S -l separator -x -d 'what stands between the node and the text of a line (default: \':\')'
complete -c clubak -l similar -x -d 'gather outputs that differ only in what is masked: name, date, number, /REGEX/'
complete -c clubak -s T -l tree -d 'show messages as traced in the tree'
complete -c clubak -s v -l verbose -d 'say more about what is going on'
complete -c clubak -l version -d 'show program\'s version number and exit'
complete -c clubak -f
