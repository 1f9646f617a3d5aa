"""Sort keys, units and axes that the tools share."""

import pytest

from ClusterShell._cli import helpers
from ClusterShell.CLI import Utils
from ClusterShell.NodeSet import NodeSet
from ClusterShell.RangeSet import RangeSetParseError


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.00 KiB"),
        (1.5 * 2**20, "1.50 MiB"),
        (2**30, "1.00 GiB"),
        (5 * 2**40, "5.00 TiB"),
    ],
)
def test_units(number, text):
    assert helpers.size_text(number) == text


def test_more_nodes_go_first_then_the_first_node_counts():
    sets = [NodeSet(text) for text in ("b[1-2]", "a1", "a[1-2]", "c[1-3]")]
    assert [str(one) for one in sorted(sets, key=helpers.rank)] == [
        "c[1-3]",
        "a[1-2]",
        "b[1-2]",
        "a1",
    ]
    with pytest.raises(IndexError):
        helpers.rank(NodeSet())


def test_axes():
    assert helpers.fold_axis("1-2,4") == (0, 1, 3)
    assert helpers.fold_axis("-1") == [-1]
    assert helpers.fold_axis("0") == ()
    with pytest.raises(RangeSetParseError):
        helpers.fold_axis("x")
    with pytest.raises(ValueError, match="invalid literal"):
        helpers.fold_axis("-x")


def test_the_public_functions_are_these():
    assert Utils.human_bi_bytes_unit(2048) == "2.00 KiB"
    assert Utils.nodeset_cmpkey(NodeSet("b[1-2]")) == (-2, "b1")
    assert Utils.bufnodeset_cmpkey((b"", NodeSet("b[1-2]"))) == (-2, "b1")
    assert Utils.parse_fold_axis("2") == (1,)
