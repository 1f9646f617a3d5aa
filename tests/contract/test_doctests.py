"""The examples in the docstrings of the public modules."""

import doctest
import importlib

import pytest

from tests.recorded import load

SURFACE = load("surface/surface.json")

#: Classes that users meet first must show how they are used.
WITH_EXAMPLES = ["RangeSet", "NodeSet", "MsgTree"]


@pytest.mark.parametrize("name", sorted(SURFACE))
def test_examples(name):
    module = importlib.import_module("ClusterShell." + name)
    result = doctest.testmod(module)
    assert result.failed == 0
    if name in WITH_EXAMPLES:
        assert result.attempted > 0
