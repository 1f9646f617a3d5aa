"""What a node set is made of: its nodes by pattern, their names, positions and algebra.

The *patterns* of a set are a mapping of pattern to indexes.  A pattern is a name with
``%s`` for each number in it (and ``%%`` for a percent sign); indexes are a RangeSet for
one number, a RangeSetND for several, None for none.  The order of nodes is that of sorted
patterns, then of the indexes of each.
"""

from __future__ import annotations

from ClusterShell import _accel
from ClusterShell._accel import algebra

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, Union

    from ClusterShell.RangeSet import RangeSet, RangeSetND

    Indexes = Union[RangeSet, RangeSetND, None]
    #: Of which type the indexes are, the pattern tells.
    Patterns = dict[str, Any]


def elements(patterns: Patterns) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Yield pattern and indexes (a text, a tuple of texts, or ``()``) of each node."""
    for pattern, rangeset in algebra.ordered(patterns):
        if rangeset:
            for indexes in rangeset:
                yield pattern, indexes
        else:
            yield pattern, ()


def names(patterns: Patterns) -> Iterator[str]:
    """Return an iterator over the name of each node.

    TypeError is raised where a pattern does not fit its indexes.
    """
    return _accel.namer.names(patterns)  # a kernel for those that iterate


def at(patterns: Patterns, index: int) -> str:
    """Return the name at a position; raises IndexError where there is none."""
    return _accel.namer.at(patterns, index)


def sliced(patterns: Patterns, index: slice) -> Patterns:
    """Return the patterns of the nodes at the positions of a slice.

    Raises IndexError for bounds together with a negative step.
    """
    step = 1 if index.step is None else index.step
    if step < 0 and not (index.start is None and index.stop is None):
        raise IndexError("illegal start and stop when negative step is used")
    positions = range(*index.indices(size(patterns)))
    if step < 0:
        positions = positions[::-1]  # the same set of nodes
    return _accel.namer.sliced(patterns, positions.start, positions.stop, positions.step)


def shares(patterns: Patterns, sizes: Iterable[int]) -> Iterator[Patterns]:
    """Yield the patterns of the next so many nodes, for each of *sizes*, which take all nodes."""
    section = _accel.namer.section
    left = iter(algebra.ordered(patterns))
    begun = count = 0
    pattern, rangeset = "", None
    for size in sizes:
        share: Patterns = {}
        while size:
            if begun == count:
                pattern, rangeset = next(left)
                begun, count = 0, rangeset._count() if rangeset else 1
            end = min(begun + size, count)
            share[pattern] = section(rangeset, begun, end) if rangeset else None
            size -= end - begun
            begun = end
        yield share


# -- algebra

ordered = algebra.ordered
size = algebra.size
covers = algebra.covers
update = algebra.update
intersect = algebra.intersect
subtract = algebra.subtract
toggle = algebra.toggle
copy = algebra.copied
step = algebra.step
