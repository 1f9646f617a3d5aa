"""How much a command says: the values of ``verbosity``."""

QUIET = 0
STD = 1
VERB = 2
DEBUG = 3
