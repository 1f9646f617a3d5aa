"""Units, sort keys and axes, as the tools show and read them."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KIBI = 1024.0
MEBI = 1024.0 * KIBI
GIBI = 1024.0 * MEBI
TEBI = 1024.0 * GIBI


def size_text(size: float) -> str:
    """Return *size*, a number of bytes, as text with a binary unit."""
    for unit, name in ((TEBI, "TiB"), (GIBI, "GiB"), (MEBI, "MiB"), (KIBI, "KiB")):
        if size >= unit:
            return f"{size / unit:.2f} {name}"
    return f"{int(size)} B"


def rank(nodeset: Any) -> tuple[int, str]:
    """Return where *nodeset* stands among others: large ones first, then by first node."""
    return -len(nodeset), nodeset[0]


def fold_axis(text: str) -> list[int] | tuple[int, ...]:
    """Return the value of ``--axis`` in the form of ``NodeSet.fold_axis``."""
    if text.startswith("-"):
        return [int(text)]
    from ClusterShell.RangeSet import RangeSet

    return tuple(number - 1 for number in RangeSet(text).intiter() if number > 0)
