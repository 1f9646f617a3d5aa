"""How much a command says has one value a level, whoever offers its name (_cli.levels)."""

from ClusterShell._cli import levels
from ClusterShell.CLI import Config, Display


def test_public_names():
    for module in (Config, Display):
        assert (module.VERB_QUIET, module.VERB_STD, module.VERB_VERB, module.VERB_DEBUG) == (
            levels.QUIET,
            levels.STD,
            levels.VERB,
            levels.DEBUG,
        )
    assert (levels.QUIET, levels.STD, levels.VERB, levels.DEBUG) == (0, 1, 2, 3)
