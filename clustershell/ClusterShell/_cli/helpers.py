"""Small helpers shared by the command-line tools."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KIBI = 1024.0
MEBI = 1024.0 * KIBI
GIBI = 1024.0 * MEBI
TEBI = 1024.0 * GIBI


def human_bi_bytes_unit(value: float) -> str:
    """Return `value`, a number of bytes, as text with a binary unit.

    >>> human_bi_bytes_unit(1536)
    '1.50 KiB'
    """
    for unit, name in ((TEBI, "TiB"), (GIBI, "GiB"), (MEBI, "MiB"), (KIBI, "KiB")):
        if value >= unit:
            return f"{value / unit:.2f} {name}"
    return f"{int(value)} B"


def nodeset_cmpkey(nodeset: Any) -> tuple[int, str]:
    """Return a sort key that puts large node sets first, then orders by first node.

    Raises IndexError if `nodeset` is empty.
    """
    return -len(nodeset), nodeset[0]


def bufnodeset_cmpkey(buf: tuple[Any, Any]) -> tuple[int, str]:
    """Return :func:`nodeset_cmpkey` of the node set of a (message, node set) pair."""
    return nodeset_cmpkey(buf[1])


def parse_fold_axis(axis: str) -> list[int] | tuple[int, ...]:
    """Return the value of ``--axis`` in the form of ``NodeSet.fold_axis``.

    :param axis: range set of axes counted from 1, or one negative number, counted from the last
    :raises RangeSetParseError: it is no range set
    :raises ValueError: it is no number

    >>> parse_fold_axis("1-2,4"), parse_fold_axis("-1")
    ((0, 1, 3), [-1])
    """
    if axis.startswith("-"):
        return [int(axis)]
    from ClusterShell.RangeSet import RangeSet

    return tuple(number - 1 for number in RangeSet(axis).intiter() if number > 0)
