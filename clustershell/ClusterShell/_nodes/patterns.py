"""What a node set is made of: its nodes by pattern, their names, positions and algebra.

The *patterns* of a set are a mapping of pattern to indexes.  A pattern is a name with
``%s`` for each number in it (and ``%%`` for a percent sign); indexes are a RangeSet for
one number, a RangeSetND for several, None for none.  The order of nodes is that of sorted
patterns, then of the indexes of each.
"""

from __future__ import annotations

from itertools import chain

from ClusterShell._accel import intervals
from ClusterShell._accel import names as kernel
from ClusterShell._nodes.errors import Mismatch

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
    for pattern, rangeset in sorted(patterns.items()):
        if not rangeset:
            yield (pattern % (),)
        elif rangeset.dim() == 1 and isinstance(rangeset._runs, intervals.Runs):
            if pattern.count("%") != 1:
                pattern % ""  # the kernel takes for granted that they fit
            yield kernel.Namer(pattern, rangeset._runs)
        else:
            yield map(pattern.__mod__, rangeset)


def size(patterns: Patterns) -> int:
    """Return the number of nodes, which may be too many for :func:`len`."""
    try:
        return sum([len(rangeset) if rangeset else 1 for rangeset in patterns.values()])
    except AssertionError:
        return sum([rangeset._count() if rangeset else 1 for rangeset in patterns.values()])


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
    raise AssertionError("lengths disagree")


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
        count = rangeset._count() if rangeset else 1
        first = start - base if start >= base else (start - base) % step
        last = min(stop - base, count)
        if first < last:
            found[pattern] = _section(rangeset, slice(first, last, step)) if rangeset else None
        base += count
    return found


def _section(rangeset: Any, index: slice) -> Any:
    part = rangeset[index]
    # A copy of several dimensions has no autostep but that of its vectors, as
    # slices of node sets in the released package.
    return part.copy() if part.dim() > 1 else part


def position(patterns: Patterns, wanted: Patterns) -> int:
    """Return the position of the only node of the patterns ``wanted``, -1 if none."""
    ((pattern, element),) = wanted.items()
    if pattern not in patterns:
        return -1
    before = 0
    for other, rangeset in sorted(patterns.items()):
        if other == pattern:
            break
        before += rangeset._count() if rangeset else 1
    if not element:
        return before
    (indexes,) = element
    try:
        return before + rangeset.index(indexes)
    except ValueError:
        return -1


# -- algebra: these change the first argument, and nothing of the second


def copy(patterns: Patterns) -> Patterns:
    """Return a copy that shares nothing."""
    return {
        pattern: rangeset if rangeset is None else rangeset.copy()
        for pattern, rangeset in patterns.items()
    }


def covers(patterns: Patterns, others: Patterns) -> bool:
    """Return whether all nodes of ``others`` are there."""
    for pattern, rangeset in others.items():
        if pattern not in patterns:
            return False
        mine = patterns[pattern]
        if rangeset and not (mine and rangeset.issubset(mine)):
            return False
    return True


def update(
    patterns: Patterns, others: Patterns, copy: bool = True, autostep: int | None = None
) -> None:
    """Add nodes.

    :param copy: false where the caller gives *others* away
    :param autostep: that of new indexes, None for the one they have
    :raises Mismatch: one of old and new indexes is None
    """
    for pattern, rangeset in list(others.items()):
        if pattern in patterns:
            mine = patterns[pattern]
            if (mine is None) != (rangeset is None):
                raise Mismatch
            if mine is not None:
                mine.update(rangeset)
        else:
            if rangeset is not None:
                if copy:
                    rangeset = rangeset.copy()
                if autostep is not None:
                    rangeset.autostep = autostep
            patterns[pattern] = rangeset


def intersect(patterns: Patterns, others: Patterns) -> None:
    """Remove the nodes that are not in ``others``."""
    if others is patterns:
        return
    for pattern, rangeset in list(patterns.items()):
        if pattern not in others:
            del patterns[pattern]
        elif rangeset is not None:
            # Not in place: only range sets of one dimension keep their
            # autostep then, as in the released package.
            patterns[pattern] = rangeset.intersection(others[pattern])
            _purge(patterns, pattern)


def subtract(patterns: Patterns, others: Patterns, strict: bool = False) -> None:
    """Remove nodes; with ``strict``, raises KeyError where one of them is not there."""
    names: list[str] = []
    for pattern, rangeset in list(others.items()):
        if pattern not in patterns:
            if strict:
                raise KeyError(pattern)
            continue
        mine = patterns[pattern]
        if mine is None:
            names.append(pattern)
            continue
        mine.difference_update(rangeset.copy() if rangeset is mine else rangeset, strict)
        _purge(patterns, pattern)
    # Names without indexes last, as in the released package: all are still
    # there if something else turns out to be missing.
    for plain in names:
        del patterns[plain]


def toggle(patterns: Patterns, others: Patterns, autostep: int | None = None) -> None:
    """Add the nodes that are not there, remove those that are; autostep as for :func:`update`."""
    if others is patterns:
        patterns.clear()
        return
    for pattern, rangeset in list(others.items()):
        if pattern not in patterns:
            update(patterns, {pattern: rangeset}, True, autostep)
        elif rangeset is None:
            del patterns[pattern]
        else:
            patterns[pattern].symmetric_difference_update(rangeset)
            _purge(patterns, pattern)


def _purge(patterns: Patterns, pattern: str) -> None:
    """Drop ``pattern`` where no index is left."""
    rangeset = patterns[pattern]
    if rangeset is not None and not rangeset:
        del patterns[pattern]
