# Completion of cluset(1) for fish.
# Made from the options of the command by "python -m tools.completions": not to be edited.

complete -c cluset -w nodeset
