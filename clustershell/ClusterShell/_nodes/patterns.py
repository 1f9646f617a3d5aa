"""What a node set is made of: its nodes by pattern, their names and positions.

The *patterns* of a set are a mapping of pattern to indexes.  A pattern is a name with
``%s`` for each number in it (and ``%%`` for a percent sign); indexes are a RangeSet for
one number, a RangeSetND for several, None for none.  The order of nodes is that of sorted
patterns, then of the indexes of each.
"""

from itertools import chain

from ClusterShell._accel import intervals
from ClusterShell._accel import names as kernel


def name(pattern, indexes):
    """Return the text of ``pattern`` with ``indexes``, a text or a tuple of texts."""
    try:
        return pattern % indexes
    except TypeError:
        from ClusterShell.NodeSet import NodeSetParseError

        msg = "Internal error: node pattern and ranges mismatch"
        raise NodeSetParseError(pattern, msg) from None


def elements(patterns):
    """Yield pattern and indexes (a text, a tuple of texts, or ``()``) of each node."""
    for pattern, rangeset in sorted(patterns.items()):
        if rangeset:
            for indexes in rangeset:
                yield pattern, indexes
        else:
            yield pattern, ()


def names(patterns):
    """Return an iterator over the name of each node."""
    return chain.from_iterable(_names_by_pattern(patterns))


def _names_by_pattern(patterns):
    for pattern, rangeset in sorted(patterns.items()):
        if not rangeset:
            yield (name(pattern, ()),)
        elif rangeset.dim() > 1:
            yield (name(pattern, indexes) for indexes in rangeset)
        elif isinstance(rangeset._runs, intervals.Runs):
            yield kernel.Namer(pattern, rangeset._runs)
        else:
            yield (name(pattern, index) for index in rangeset)


def size(patterns):
    """Return the number of nodes, which may be too many for :func:`len`."""
    return sum([rangeset._count() if rangeset else 1 for rangeset in patterns.values()])


def at(patterns, index):
    """Return the name at a position; raises IndexError where there is none."""
    length = size(patterns)
    left = index + length if index < 0 else index
    if not 0 <= left < length:
        raise IndexError(f"{index} out of range")
    for pattern, rangeset in sorted(patterns.items()):
        count = rangeset._count() if rangeset else 1
        if left < count:
            return name(pattern, rangeset[left] if rangeset else ())
        left -= count
    raise AssertionError("lengths disagree")


def sliced(patterns, index):
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
    found = {}
    base = 0
    for pattern, rangeset in sorted(patterns.items()):
        count = rangeset._count() if rangeset else 1
        first = start - base if start >= base else (start - base) % step
        last = min(stop - base, count)
        if first < last:
            found[pattern] = _section(rangeset, slice(first, last, step)) if rangeset else None
        base += count
    return found


def _section(rangeset, index):
    part = rangeset[index]
    # A copy of several dimensions has no autostep but that of its vectors, as
    # slices of node sets in the released package.
    return part.copy() if part.dim() > 1 else part


def position(patterns, wanted):
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
