"""A few of the programs of :mod:`tests.fuzz.tree_states`."""

import pytest

from tests.fuzz import tree_states


@pytest.mark.parametrize("seed", [3, 39, 53, 1001, 1002])
def test_no_fault(seed, tmp_path, monkeypatch):
    assert tree_states.one(seed, tmp_path, monkeypatch) == []
