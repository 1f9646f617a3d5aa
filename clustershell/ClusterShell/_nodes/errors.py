"""What this room finds wrong; the public module has exceptions of its own for each."""

from __future__ import annotations

from ClusterShell._accel import algebra

Mismatch = algebra.Mismatch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ClusterShell.RangeSet import RangeSetParseError


class BadText(Exception):
    """A text is no node set.

    :param part: the part of it at fault
    :param reason: what is wrong with it, in words

    ``origin`` is what a source of groups was asked for where it gave the text; ``fault`` the
    exception of RangeSet that says what is wrong with ranges.  Both are None otherwise.
    """

    origin: str | None = None
    fault: RangeSetParseError | None = None

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(part, reason)
        self.part = part
        self.reason = reason


class BadRanges(BadText):
    """What stands for indexes is no range set."""

    def __init__(self, fault: RangeSetParseError) -> None:
        super().__init__(str(fault), "bad range")
        self.fault = fault
