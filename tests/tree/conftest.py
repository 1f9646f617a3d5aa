"""Trees of a head node and gateways that are programs of the test."""

import pytest

from tests.fixtures.tree import fresh_tree


@pytest.fixture
def tree(tmp_path, monkeypatch):
    with fresh_tree(tmp_path, monkeypatch) as tree:
        yield tree


@pytest.fixture
def one_gateway(tmp_path, monkeypatch):
    with fresh_tree(tmp_path, monkeypatch, "gw1\ngw1: n[1-8]\n") as tree:
        yield tree
