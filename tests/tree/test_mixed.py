"""The short form of ``python -m tests.tree.mixed``."""

import sys

import pytest

from tests.tree import mixed

#: Most go without a server, which is quicker.
SHORT = [
    ("output", ("ours", "released")),
    ("input", ("released", "ours")),
    ("output", ("ours", "released", "ours")),
    ("copy_a_folder_back", ("ours", "ours", "ours")),
]
REAL = [("copy_of_a_file", ("ours", "released")), ("codes", ("released", "ours"))]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with mixed.machines(tmp_path_factory.mktemp("machines")) as server:
        yield server


def compare(tree, scenario, peer, server=None):
    pythons = {"released": peer, "ours": sys.executable}
    expected = mixed.play(("released",) * len(tree), scenario, pythons, server)
    told = mixed.play(tree, scenario, pythons, server)
    assert "failed" not in told
    assert told == expected


@pytest.mark.parametrize(("scenario", "tree"), SHORT)
def test_tree(tree, scenario, peer_python):
    compare(tree, scenario, peer_python)


@pytest.mark.lengthy
@pytest.mark.sshd
@pytest.mark.parametrize(("scenario", "tree"), REAL)
def test_tree_over_ssh(tree, scenario, peer_python, server):
    compare(tree, scenario, peer_python, server)


@pytest.mark.slow
@pytest.mark.parametrize("scenario", mixed.SCENARIOS)
@pytest.mark.parametrize("levels", mixed.ROUTES)
def test_all_trees(scenario, levels, peer_python):
    for tree in mixed.trees(levels)[1:]:
        compare(tree, scenario, peer_python)


def test_the_recorded_table_is_whole():
    """Every scenario in every tree, and none differs."""
    lines = mixed.TABLE.read_text().splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    columns = [mixed.short(tree) for levels in mixed.ROUTES for tree in mixed.trees(levels)]
    assert rows[0] == columns
    assert [row[0] for row in rows[1:]] == [name.replace("_", " ") for name in mixed.SCENARIOS]
    assert {cell for row in rows[1:] for cell in row[1:]} == {"="}
