# Completion of {{command}}(1) for fish.
# Made from the options of the command by "python -m tools.completions": not to be edited.

source (dirname (status filename))/clustershell.fish

{{options}}
