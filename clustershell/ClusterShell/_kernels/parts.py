# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Sets of keys under edit.

A set is given by its bounds (see :mod:`intervals`).  To change a few keys of a
short array of bounds, they are moved.  A long one is kept in :class:`Parts`
for edits, and keys that come one by one wait in :class:`Added`, a hash table.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.longs import Longs
    from cython.cimports.cpython.list import PyList_SetSlice
    from cython.cimports.libc.stdlib import calloc, free
else:
    from ClusterShell._kernels.longs import Longs
    from ClusterShell._kernels.rangetext import OFFSET

__all__ = ["Added", "PART", "Parts", "WIDEST_ADDED"]

#: Bounds of a part when made; it is halved when it has twice as many.
PART = 256
_PART = cython.declare(cython.Py_ssize_t, PART)

# The golden ratio: multiplied by it, keys that follow one another lie apart.
_SPREAD = cython.declare(cython.ulonglong, 0x9E3779B97F4A7C15)


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
    sums: the counts as a binary indexed tree [Fenwick 1994]: the n-th number
        is the sum of the last ``n & -n`` counts of the first n; None until
        somebody asks for ranks.
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
        sums: Longs = self.sums
        n: cython.Py_ssize_t = p + 1
        self.counts.at[p] += change
        if sums is not None:
            while n < sums.size:
                sums.at[n] += change
                n += n & -n
        return 0

    @cython.cfunc
    def _sums(self) -> Longs:
        """Return ``sums``, made if need be."""
        sums: Longs = self.sums
        n: cython.Py_ssize_t
        if sums is None:
            sums = Longs()
            sums.push(0)
            sums.extend(self.counts, 0, self.counts.size)
            for n in range(1, sums.size):
                if n + (n & -n) < sums.size:
                    sums.at[n + (n & -n)] += sums.at[n]
            self.sums = sums
        return sums

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def of_rank(self, rank: cython.longlong) -> cython.Py_ssize_t:
        """Return the rank of the part with the key that *rank* keys precede."""
        sums: Longs = self._sums()
        p: cython.Py_ssize_t = 0
        step: cython.Py_ssize_t = 1
        while 2 * step < sums.size:
            step *= 2
        while step:
            if p + step < sums.size and sums.at[p + step] <= rank:
                p += step
                rank -= sums.at[p]
            step >>= 1
        return p

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def before(self, p: cython.Py_ssize_t) -> cython.longlong:
        """Return how many keys come before those of a part."""
        sums: Longs = self._sums()
        found: cython.longlong = 0
        while p:
            found += sums.at[p]
            p -= p & -p
        return found


# -- keys that come one by one

#: The greatest key that can wait: of numbers of ten digits, few can.
WIDEST_ADDED = (1 << 32) - 2

if cython.compiled:

    @cython.final
    @cython.cclass
    class Added:
        """Keys from 0 to ``WIDEST_ADDED``, added one by one: an open hash table.

        slots: each a key plus one, or 0; a power of two of them.  Half as wide as
            any key would need: tens of thousands still fit a cache.
        room: how many keys fit before there have to be more slots.
        used: how many keys there are.
        mask: how many slots there are, less one.
        shift: the upper bits of a hash, shifted so far, are where to look.
        """

        def __dealloc__(self):
            free(self.slots)

        def __len__(self):
            return self.used

        @cython.cfunc
        @cython.exceptval(-1, check=False)
        def put(self, key: cython.longlong) -> cython.int:
            """Add a key."""
            if self.used == self.room:
                self._grow()
            value: cython.ulonglong = key + 1
            i: cython.Py_ssize_t = self._slot(value)
            if self.slots[i] == 0:
                self.slots[i] = cython.cast(cython.uint, value)
                self.used += 1
            return 0

        @cython.cfunc
        @cython.exceptval(-1, check=False)
        def _grow(self) -> cython.int:
            """Take twice as many slots."""
            old: cython.pointer[cython.uint] = self.slots
            count: cython.Py_ssize_t = self.mask + 1 if self.used else 0
            slots: cython.Py_ssize_t = 2 * count if count else 16
            i: cython.Py_ssize_t
            memory: cython.p_void = calloc(slots, cython.sizeof(cython.uint))
            if memory == cython.NULL:
                raise MemoryError()
            self.slots = cython.cast(cython.pointer[cython.uint], memory)
            self.shift = self.shift - 1 if count else 60
            self.mask = slots - 1
            self.room = slots // 4 * 3
            self.used = 0
            for i in range(count):
                if old[i]:
                    self.put(cython.cast(cython.longlong, old[i]) - 1)
            free(old)
            return 0

        @cython.cfunc
        @cython.exceptval(check=False)
        def has(self, key: cython.longlong) -> cython.bint:
            return self.used != 0 and self.slots[self._slot(key + 1)] != 0

        @cython.cfunc
        @cython.inline
        @cython.exceptval(check=False)
        def _slot(self, value: cython.ulonglong) -> cython.Py_ssize_t:
            """Return the index of the slot that has *value*, or would have."""
            i: cython.Py_ssize_t = (value * _SPREAD) >> self.shift
            while self.slots[i] and self.slots[i] != value:
                i = (i + 1) & self.mask
            return i

    @cython.cfunc
    def _keys_added(added: Added) -> Longs:
        """Return the keys in order."""
        found: Longs = Longs()
        i: cython.Py_ssize_t
        found.reserve(added.used)
        for i in range(added.mask + 1 if added.used else 0):
            if added.slots[i]:
                found.push(cython.cast(cython.longlong, added.slots[i]) - 1)
        found.sort()
        return found

else:
    # Interpreted, they wait as the texts they came as: to make keys of them
    # takes longer than all the rest.
    Added = set

    def _keys_added(added):
        """Return the keys in order."""
        found = Longs()
        found.at.extend([OFFSET[len(text)] + int(text) for text in added])
        found.sort()
        return found


@cython.cfunc
def bounds_added(added: Added) -> Longs:
    """Return the keys as a set."""
    keys: Longs = _keys_added(added)
    made: Longs = Longs()
    i: cython.Py_ssize_t
    for i in range(keys.size):
        made.join(keys.at[i], keys.at[i] + 1)
    return made
