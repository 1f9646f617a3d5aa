# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Sets of keys, given by their bounds, under edit.

To change a few keys of a short array of bounds (see :mod:`intervals`), they are
moved.  A long one is kept in :class:`Parts` for edits.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.longs import Longs, Sums, sums_of
    from cython.cimports.cpython.list import PyList_SetSlice
else:
    from ClusterShell._kernels.longs import Longs, Sums, sums_of

__all__ = ["PART", "Parts"]

#: Bounds of a part when made; it is halved when it has twice as many.
PART = 256
_PART = cython.declare(cython.Py_ssize_t, PART)


# -- bounds


@cython.cfunc
@cython.exceptval(check=False)
def count_keys(bounds: Longs) -> cython.longlong:
    """Return the number of keys of a set."""
    if not cython.compiled:
        return sum(bounds.at[1::2]) - sum(bounds.at[::2])
    total: cython.longlong = 0
    i: cython.Py_ssize_t
    for i in range(0, bounds.size, 2):
        total += bounds.at[i + 1] - bounds.at[i]
    return total


@cython.cfunc
@cython.exceptval(-1, check=False)
def change_bounds(
    bounds: Longs, lo: cython.longlong, hi: cython.longlong, member: cython.bint
) -> cython.longlong:
    """Put the keys from *lo* to before *hi* into a set, or take them out.

    Returns how many were changed.
    """
    i: cython.Py_ssize_t = bounds.find(lo - 1)
    j: cython.Py_ssize_t = i
    k: cython.Py_ssize_t
    if hi - lo > 1:
        j = bounds.find(hi)
    else:
        # Next to one key there are two bounds at most.
        while j < bounds.size and bounds.at[j] <= hi:
            j += 1
    if i == j and (i & 1) == member:
        return 0
    # Count the members there were, walking over the bounds between.
    members: cython.longlong = 0
    at: cython.longlong = lo
    for k in range(i, j):
        if k & 1:
            members += bounds.at[k] - at
        at = bounds.at[k]
    if j & 1:
        members += hi - at
    # A bound stays, or appears, where membership still changes.
    bounds.splice(i, j, lo, (i & 1) != member, hi, (j & 1) != member)
    return hi - lo - members if member else members


@cython.cfunc
@cython.exceptval(-1, check=False)
def cut_bounds(made: Longs, bounds: Longs, lo: cython.longlong, hi: cython.longlong) -> cython.int:
    """Append to *made* what a set has from *lo* to before *hi*."""
    i: cython.Py_ssize_t = bounds.find(lo)
    j: cython.Py_ssize_t = bounds.find(hi - 1)
    if i & 1:
        made.join(lo, bounds.at[i] if i < j else hi)
        i += 1
    if i < j:
        made.extend(bounds, i, j)
        if j & 1:
            made.push(hi)
    return 0


# -- long sets


@cython.final
@cython.no_gc
@cython.cclass
class Parts:
    """The bounds of a long set in consecutive parts.

    Empty when made, which may run other code; nothing that changes it does so.

    Each part has whole runs, from its first key to before that of the next
    part; the last run of one and the first run of the next may touch.

    lists: the bounds of the parts, a Longs each.
    firsts, counts: the first key of each part, and how many it has.
    sums: the sums of the counts; None until somebody asks for ranks.
    """

    if not cython.compiled:
        __slots__ = ("lists", "firsts", "counts", "sums")

    def __cinit__(self):
        self.lists = []
        self.firsts = Longs()
        self.counts = Longs()
        self.sums = None

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def fill(self, bounds: Longs) -> cython.int:
        """Take all of a set."""
        part: Longs
        i: cython.Py_ssize_t
        for i in range(0, bounds.size, _PART):
            part = Longs()
            part.extend(bounds, i, min(i + _PART, bounds.size))
            self.lists.append(part)
            self.firsts.push(part.at[0])
            self.counts.push(count_keys(part))
        return 0

    @cython.cfunc
    @cython.exceptval(check=False)
    def holding(self, key: cython.longlong) -> cython.Py_ssize_t:
        """Return the rank of the part that has *key*, or would have."""
        return max(self.firsts.find(key) - 1, 0)

    @cython.cfunc
    def part_of(self, key: cython.longlong) -> Longs:
        """Return the part that has *key*, or would have."""
        return self.lists[self.holding(key)]

    @cython.cfunc
    def flat(self) -> Longs:
        """Return all bounds."""
        made: Longs = Longs()
        part: Longs
        for part in self.lists:
            made.join(part.at[0], part.at[1])
            made.extend(part, 2, part.size)
        return made

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def cut(self, made: Longs, lo: cython.longlong, hi: cython.longlong) -> cython.int:
        """Append to *made* what the set has from *lo* to before *hi*."""
        p: cython.Py_ssize_t
        for p in range(self.holding(lo), self.holding(hi - 1) + 1):
            cut_bounds(made, self.lists[p], lo, hi)
        return 0

    # -- edits

    @cython.cfunc
    @cython.exceptval(-1, check=True)
    def change(
        self, lo: cython.longlong, hi: cython.longlong, member: cython.bint
    ) -> cython.longlong:
        """Put the keys from *lo* to before *hi* in, or take them out; return how many."""
        p: cython.Py_ssize_t = self.holding(lo)
        q: cython.Py_ssize_t = p if hi - lo == 1 else self.holding(hi - 1)
        changed: cython.longlong = 0
        border: cython.longlong
        if p < q:
            border = self.firsts.at[q]
            # The parts between are covered: their keys count as changed when
            # they go, and once more, if at all, when part p takes their place.
            for k in range(p + 1, q):
                changed += self.counts.at[k] if not member else -self.counts.at[k]
            self._drop(p + 1, q)
            changed += self._change(p + 1, border, hi, member)
            hi = border
        return changed + self._change(p, lo, hi, member)

    @cython.cfunc
    @cython.exceptval(-1, check=True)
    def _change(
        self, p: cython.Py_ssize_t, lo: cython.longlong, hi: cython.longlong, member: cython.bint
    ) -> cython.longlong:
        """Change the keys within one part; return how many."""
        part: Longs = self.lists[p]
        half: Longs
        middle: cython.Py_ssize_t
        changed: cython.longlong = change_bounds(part, lo, hi, member)
        self._count(p, changed if member else -changed)
        if part.size == 0:
            self._drop(p, p + 1)
            return changed
        self.firsts.at[p] = part.at[0]
        if part.size >= 2 * _PART:
            middle = (part.size >> 2) << 1
            half = Longs()
            half.extend(part, middle, part.size)
            part.cut(middle)
            self.lists.insert(p + 1, half)
            self.firsts.splice(p + 1, p + 1, half.at[0], True, 0, False)
            self.counts.splice(p + 1, p + 1, count_keys(half), True, 0, False)
            self.counts.at[p] -= self.counts.at[p + 1]
            self.sums = None
        return changed

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _drop(self, p: cython.Py_ssize_t, q: cython.Py_ssize_t) -> cython.int:
        """Remove the parts from rank *p* to before rank *q*."""
        if p < q:
            if cython.compiled:
                # "del" would make a slice first, and that run other code.
                PyList_SetSlice(self.lists, p, q, ())
            else:
                del self.lists[p:q]
            self.firsts.splice(p, q, 0, False, 0, False)
            self.counts.splice(p, q, 0, False, 0, False)
            self.sums = None
        return 0

    # -- ranks

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _count(self, p: cython.Py_ssize_t, change: cython.longlong) -> cython.int:
        """Add *change* to the number of keys of a part."""
        sums: Sums = self.sums
        self.counts.at[p] += change
        if sums is not None:
            sums.change(p, change)
        return 0

    @cython.cfunc
    def _sums(self) -> Sums:
        """Return ``sums``, made if need be."""
        sums: Sums = self.sums
        if sums is None:
            sums = self.sums = sums_of(self.counts)
        return sums

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def of_rank(self, rank: cython.longlong) -> cython.Py_ssize_t:
        """Return the rank of the part with the key that *rank* keys precede."""
        return self._sums().holding(rank)

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def before(self, p: cython.Py_ssize_t) -> cython.longlong:
        """Return how many keys come before those of a part."""
        return self._sums().before(p)
