"""What a node set is made of: its nodes by pattern, their names, positions and algebra.

The *patterns* of a set are a mapping of pattern to indexes.  A pattern is a name with
``%s`` for each number in it (and ``%%`` for a percent sign); indexes are a RangeSet for
one number, a RangeSetND for several, None for none.  The order of nodes is that of sorted
patterns, then of the indexes of each.
"""

from __future__ import annotations

from itertools import chain

from ClusterShell import _accel
from ClusterShell._accel import algebra, intervals

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
    for pattern, rangeset in sorted(patterns.items()):
        if rangeset:
            for indexes in rangeset:
                yield pattern, indexes
        else:
            yield pattern, ()


def names(patterns: Patterns) -> Iterator[str]:
    """Return an iterator over the name of each node.

    TypeError is raised where a pattern does not fit its indexes.
    """
    return chain.from_iterable(_names_by_pattern(patterns))


def _names_by_pattern(patterns: Patterns) -> Iterator[Iterable[str]]:
    namer: Any = None
    for pattern, rangeset in sorted(patterns.items()):
        if not rangeset:
            yield (pattern % (),)
        elif rangeset.dim() == 1 and isinstance(rangeset._runs, intervals.Runs):
            if pattern.count("%") != 1:
                pattern % ""  # the kernel takes for granted that they fit
            if namer is None:
                namer = _accel.namer.Namer  # a kernel for those that iterate
            yield namer(pattern, rangeset._runs)
        else:
            yield map(pattern.__mod__, rangeset)


def at(patterns: Patterns, index: int) -> str:
    """Return the name at a position; raises IndexError where there is none."""
    length = size(patterns)
    left = index + length if index < 0 else index
    if not 0 <= left < length:
        raise IndexError(f"{index} out of range")
    for pattern, rangeset in sorted(patterns.items()):
        count = rangeset._count() if rangeset else 1
        if left < count:
            return pattern % (rangeset[left] if rangeset else ())
        left -= count
    raise IndexError(f"{index} out of range")  # other code has changed the set meanwhile


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
    start, stop, step = positions.start, positions.stop, positions.step
    found: Patterns = {}
    base = 0
    for pattern, rangeset in sorted(patterns.items()):
        if rangeset is None and step == 1:
            if start <= base < stop:
                found[pattern] = None
            base += 1
            continue
        count = rangeset._count() if rangeset else 1
        first = start - base if start >= base else (start - base) % step
        last = min(stop - base, count)
        if first < last:
            found[pattern] = _section(rangeset, slice(first, last, step)) if rangeset else None
        base += count
    return found


def shares(patterns: Patterns, sizes: Iterable[int]) -> Iterator[Patterns]:
    """Yield the patterns of the next so many nodes, for each of *sizes*, which take all nodes."""
    left = iter(sorted(patterns.items()))
    begun = count = 0
    pattern, rangeset = "", None
    for size in sizes:
        share: Patterns = {}
        while size:
            if begun == count:
                pattern, rangeset = next(left)
                begun, count = 0, rangeset._count() if rangeset else 1
            end = min(begun + size, count)
            share[pattern] = _section(rangeset, slice(begun, end)) if rangeset else None
            size -= end - begun
            begun = end
        yield share


def _section(rangeset: Any, index: slice) -> Any:
    part = rangeset[index]
    # A copy of several dimensions has no autostep but that of its vectors, as
    # slices of node sets in the released package.
    return part.copy() if part.dim() > 1 else part


# -- algebra

size = algebra.size
position = algebra.position
covers = algebra.covers
update = algebra.update
intersect = algebra.intersect
subtract = algebra.subtract
toggle = algebra.toggle
copy = algebra.copied
step = algebra.step
