"""What is seen of range sets at a glance, of the interpreted life only, where each call counts."""

from __future__ import annotations

from bisect import bisect_right
from operator import attrgetter, methodcaller

from ClusterShell._kernels.intervals import Runs
from ClusterShell._kernels.runset import RunSet

_runs_of = attrgetter("_runs")
_count = methodcaller("_count")

# What range sets of most classes have.
_issubset = RunSet.issubset
_len = RunSet.__len__


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
