"""Comparisons of range sets as sets of texts: of the interpreted life only, see :mod:`_texts`."""

from __future__ import annotations

from bisect import bisect_right

from ClusterShell._kernels._beside import CONTAINERS, Beside
from ClusterShell._kernels._texts import asked
from ClusterShell._kernels.intervals import Runs

_SETS = frozenset((set, frozenset))

# So many runs are looked up one by one.
_FEW = 128


class Comparisons(Beside):
    """Comparisons of :class:`RunSet` with sets and plain containers."""

    _runs: Runs
    __slots__ = ()

    def isdisjoint(self, other):
        """Return whether no element is also in *other*."""
        if type(other) in CONTAINERS:
            texts = self._runs.elements or asked(self._runs)
            if texts is not None:
                return texts.isdisjoint(other)
        return super().isdisjoint(other)

    def issubset(self, other):
        """Return whether all elements are also in the set *other*."""
        if isinstance(other, Beside):
            return is_inside(self._runs, other._runs)
        if type(other) is set:
            texts = self._runs.elements or asked(self._runs)
            if texts is not None:
                return texts <= other
        return super().issubset(other)

    def issuperset(self, other):
        """Return whether all elements of the set *other* are here."""
        if isinstance(other, Beside):
            return is_inside(other._runs, self._runs)
        if type(other) is set:
            texts = self._runs.elements or asked(self._runs)
            if texts is not None:
                return texts >= other
        return super().issuperset(other)

    def __eq__(self, other):
        if isinstance(other, Beside):
            return is_equal(self._runs, other._runs)
        if type(other) in _SETS:
            texts = self._runs.elements or asked(self._runs)
            if texts is not None:
                return texts == other
        return super().__eq__(other)

    def __ne__(self, other):
        if isinstance(other, Beside):
            return not is_equal(self._runs, other._runs)
        if type(other) in _SETS:
            texts = self._runs.elements or asked(self._runs)
            if texts is not None:
                return texts != other
        found = super().__eq__(other)
        return found if found is NotImplemented else not found

    def __le__(self, other):
        if isinstance(other, Beside):
            return is_inside(self._runs, other._runs)
        if type(other) in _SETS:
            texts = self._runs.elements or asked(self._runs)
            if texts is not None:
                return texts <= other
        return super().__le__(other)

    def __ge__(self, other):
        if isinstance(other, Beside):
            return is_inside(other._runs, self._runs)
        if type(other) in _SETS:
            texts = self._runs.elements or asked(self._runs)
            if texts is not None:
                return texts >= other
        return super().__ge__(other)

    def __lt__(self, other):
        if isinstance(other, Beside):
            return self._runs.count() < other._runs.count() and is_inside(self._runs, other._runs)
        if type(other) in _SETS:
            texts = self._runs.elements or asked(self._runs)
            if texts is not None:
                return texts < other
        return super().__lt__(other)


def is_inside(a, b):
    """Tell if all elements of a set are in another one."""
    if a.elements is not None and b.elements is not None:
        return a.elements <= b.elements
    if not (a.stale or b.stale) and a.waiting is None and b.waiting is None:
        p, q = a.at, b.at
        if not p:
            return True
        if not q or p[0] < q[0] or p[-1] > q[-1]:
            return False
        if len(p) <= 2 * _FEW:
            for k in range(0, len(p), 2):
                i = bisect_right(q, p[k])
                if not i & 1 or q[i] < p[k + 1]:
                    return False
            return True
    return bool(a.issubset(b))


def is_equal(a, b):
    """Tell if two sets have the same elements."""
    if a.elements is not None and b.elements is not None:
        return a.elements == b.elements
    if not (a.stale or b.stale) and a.waiting is None and b.waiting is None:
        return a.at == b.at
    return bool(a.equals(b))
