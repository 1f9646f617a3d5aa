"""The short form of ``python -m tests.tree.mixed``."""

import sys

import pytest

from tests.tree import mixed

SHORT = [
    ("output", ("ours", "released")),
    ("input", ("released", "ours")),
    ("output", ("ours", "released", "ours")),
    ("input", ("ours", "ours", "ours")),
]


def compare(tree, scenario, peer):
    pythons = {"released": peer, "ours": sys.executable}
    expected = mixed.comparable(mixed.play(("released",) * len(tree), scenario, pythons), scenario)
    told = mixed.comparable(mixed.play(tree, scenario, pythons), scenario)
    assert "failed" not in told
    assert told == expected


@pytest.mark.parametrize(("scenario", "tree"), SHORT)
def test_tree(tree, scenario, peer_python):
    compare(tree, scenario, peer_python)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", mixed.SCENARIOS)
@pytest.mark.parametrize("levels", mixed.ROUTES)
def test_all_trees(scenario, levels, peer_python):
    for tree in mixed.trees(levels)[1:]:
        compare(tree, scenario, peer_python)
