"""Small helpers shared by the command-line tools."""

from __future__ import annotations

from ClusterShell._cli import helpers
from ClusterShell._cli.helpers import GIBI, KIBI, MEBI, TEBI
from ClusterShell._lazy import lazy_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "GIBI",
    "KIBI",
    "MEBI",
    "TEBI",
    "bufnodeset_cmpkey",
    "human_bi_bytes_unit",
    "nodeset_cmpkey",
    "parse_fold_axis",
]

__getattr__ = lazy_names(globals(), {"RangeSet": "ClusterShell.RangeSet"})


def human_bi_bytes_unit(value: float) -> str:
    """Return *value*, a number of bytes, as text with a binary unit.

    >>> human_bi_bytes_unit(1536)
    '1.50 KiB'
    """
    return helpers.size_text(value)


def nodeset_cmpkey(nodeset: Any) -> tuple[int, str]:
    """Return a sort key that puts large node sets first, then orders by first node.

    :raises IndexError: *nodeset* is empty
    """
    return helpers.rank(nodeset)


def bufnodeset_cmpkey(buf: tuple[Any, Any]) -> tuple[int, str]:
    """Return :func:`nodeset_cmpkey` of the node set of a (message, node set) pair."""
    return helpers.rank(buf[1])


def parse_fold_axis(axis: str) -> list[int] | tuple[int, ...]:
    """Return the value of ``--axis`` in the form of ``NodeSet.fold_axis``.

    :param axis: range set of axes counted from 1, or one negative number, counted from the last
    :raises RangeSetParseError: it is no range set
    :raises ValueError: it is no number

    >>> parse_fold_axis("1-2,4"), parse_fold_axis("-1")
    ((0, 1, 3), [-1])
    """
    return helpers.fold_axis(axis)
