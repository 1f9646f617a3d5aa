"""What is seen of range sets at a glance, of the interpreted life only, where each call counts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter, methodcaller

from ClusterShell._kernels import _sides
from ClusterShell._kernels.intervals import Runs
from ClusterShell._kernels.runset import RunSet

_runs_of = attrgetter("_runs")
_count = methodcaller("_count")

# What range sets of most classes have.
_issubset = RunSet.issubset
_len = RunSet.__len__
_update = RunSet.update
_difference_update = RunSet.difference_update
_symmetric_difference_update = RunSet.symmetric_difference_update

# Of so many bounds new lists are made, rather than that the old ones are edited.
_SHORT = 512

# So many bounds of both sets are sorted.
_FEW = 64


def holds(mine, others):
    """Return whether a range set has all elements of *others*; None if one is something else."""
    kind = type(others)
    if kind is not type(mine) or not isinstance(mine, RunSet) or kind.issubset is not _issubset:
        return None
    some = _runs_of(others)
    many = _runs_of(mine)
    if (
        type(some) is Runs is type(many)
        and some.waiting is many.waiting is None
        and not (some.stale or many.stale)
    ):
        x = some.at
        y = many.at
        if x:
            at = bisect_right(y, x[0])
            if at & 1 == 0 or x[1] > y[at] or x[-1] > y[-1]:
                return False
        if len(x) < 4:
            return True
    return _issubset(others, mine)


def _becomes(mine, bounds):
    """Have a set become one of these bounds; return them."""
    made = Runs.__new__(Runs)
    made.at = bounds
    made.push = bounds.append
    mine._runs = made
    return bounds


def add_one(mine, others):
    """Add a run to a range set of many; return false where that is none, or there are few."""
    kind = type(others)
    if kind is not type(mine) or kind.update is not _update:
        return False
    many = mine._runs
    if len(many.at) <= _FEW and not many.stale:
        return False
    some = others._runs
    y = some.at
    if len(y) != 2 or many.waiting is not None or some.waiting is not None or some.stale:
        return False
    many.change(y[0], y[1], True)
    return True


def subtract(mine, others, strict):
    """Take the elements of a range set out of another one.

    Returns something true if elements are left, something false if not; or None, having done
    nothing, if that takes more than a glance, or, *strict*, elements are missing.
    """
    kind = type(others)
    if kind is not type(mine) or kind.difference_update is not _difference_update:
        return None
    many = mine._runs
    some = others._runs
    if some is many or some.waiting is not None or some.stale or many.waiting is not None:
        return None
    y = some.at
    if len(y) == 2:
        lo, hi = y
        if many.stale or len(many.at) > _SHORT:
            if strict and (hi - lo > 1 or not many.has_kept(lo)):
                return None
            many.change(lo, hi, False)
            return many.count() if many.stale else many.at
        x = many.at
        if strict:
            at = bisect_right(x, lo)
            if at & 1 == 0 or hi > x[at]:
                return None
        i = bisect_left(x, lo)
        j = bisect_right(x, hi)
        left = x[:i]
        if i & 1:
            left.append(lo)
        if j & 1:
            left.append(hi)
        return _becomes(mine, left + x[j:])
    if many.stale or len(many.at) + len(y) > _FEW or (strict and not holds(mine, others)):
        return None
    return _becomes(mine, _sides.rest(many.at, y))


def toggle(mine, others):
    """Take out the elements that are in both range sets, add those of the other one; as above."""
    kind = type(others)
    if kind is not type(mine):
        return None
    if kind.symmetric_difference_update is not _symmetric_difference_update:
        return None
    many = mine._runs
    some = others._runs
    if some is many or some.waiting is not None or many.waiting is not None:
        return None
    if some.stale or many.stale or len(many.at) + len(some.at) > _FEW:
        return None
    return _becomes(mine, _sides.either(many.at, some.at))


def size(patterns):
    """Return the number of nodes, which may be too many for :func:`len`."""
    total = 0
    for indexes in list(patterns.values()):
        if indexes is None:
            total += 1
            continue
        if type(indexes).__len__ is _len:
            count = _runs_of(indexes).total
            if count > 0:
                total += count
                continue
        try:
            count = len(indexes)
        except AssertionError:
            count = _count(indexes)
        # Names without number may have empty indexes, of old states.
        total += count or 1
    return total
