# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Sets of integers as sorted runs, and their algebra.

The integers are *keys*, each standing for an element of a range set; what they
mean is known in :mod:`rangetext`.

**Runs.**  A set is the sorted list of the places where membership changes, its
*bounds*: ``[lo0, hi0, lo1, hi1, ...]``, each run half-open, no two runs
touching.  A key belongs to the set if an odd number of bounds is at or below
it.  The cost of everything follows the number of runs: ``0-999999999`` is no
dearer than ``0-9``.

**Algebra.**  Operations merge the bounds of both sets, see :mod:`sweeps`.

**Edits.**  Adding a key to a list of runs moves what comes behind it.  So keys
added one by one wait in a hash table, and once a set is long and edited, or
asked for keys by rank, its bounds are also kept in parts of limited length (see
:mod:`parts`); the list itself is made up again when next an operation needs all
of it (:meth:`Runs.settle`).  When one of two sets has much fewer runs,
operations look its runs up in the other one, or edit that.  Hence no mix of
edits, look-ups and operations on few runs costs time that follows the length of
the set.

**Limits.**  Compiled, keys are C integers below ``LIMIT``; a set with keys
beyond is of the interpreted life, whose integers have none.  Makers return it
where needed, and operations on one of each kind take both over to it.
"""

from __future__ import annotations

import sys

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.longs import Longs, fetch_early, longs
    from cython.cimports.ClusterShell._compiled.parts import (
        Added,
        Parts,
        bounds_added,
        change_bounds,
        count_keys,
        cut_bounds,
    )
    from cython.cimports.ClusterShell._compiled.rangetext import (
        LIMIT,
        NEVER,
        OFFSET,
        POWER,
        add_numbers,
        add_texts,
        number_key,
        pieces,
        plain_key,
        read_plain,
        text_of_pieces,
        width_of,
    )
    from cython.cimports.ClusterShell._compiled.sweeps import cancel, sweep, unite
    from cython.cimports.cpython.list import PyList_GET_ITEM
    from cython.cimports.libc.string import memcmp, memcpy

    from ClusterShell._compiled.parts import PART, WIDEST_ADDED
    from ClusterShell._compiled.rangetext import key_of, text_of
else:
    from operator import lt

    from ClusterShell._kernels.longs import Longs, longs
    from ClusterShell._kernels.parts import (
        PART,
        WIDEST_ADDED,
        Added,
        Parts,
        bounds_added,
        change_bounds,
        count_keys,
        cut_bounds,
    )
    from ClusterShell._kernels.rangetext import (
        NEVER,
        OFFSET,
        POWER,
        add_numbers,
        add_texts,
        key_of,
        number_key,
        pieces,
        plain_key,
        read_plain,
        text_of,
        text_of_pieces,
        width_of,
    )
    from ClusterShell._kernels.sweeps import cancel, sweep, unite

__all__ = [
    "Longs",
    "OFFSET",
    "POWER",
    "RunSet",
    "Runs",
    "from_bounds",
    "from_keys",
    "from_elements",
    "from_numbers",
    "from_runs",
    "key_of",
    "longs",
    "read",
    "text_of",
    "width_of",
]

# What len() can return.
_LARGEST_SIZE = cython.declare(object, sys.maxsize)

# A set is long that has more bounds.
_LONG = cython.declare(cython.Py_ssize_t, 2 * PART)

# Keys beyond have no place where they could wait.
_WIDEST_ADDED = cython.declare(cython.longlong, WIDEST_ADDED)

# Farther than any key of the compiled life from any other.
_FARTHEST = cython.declare(object, 1 << 61 if cython.compiled else float("inf"))

# So many elements ahead of the one being read are fetched from memory.
_AHEAD = cython.declare(cython.Py_ssize_t, 16)

# A set has few runs, compared with another, if the other has so many times more.
_FEW = cython.declare(cython.Py_ssize_t, 16)


# -- sets


@cython.final
@cython.no_gc
@cython.cclass
class Runs(Longs):
    """A set of keys: an array of its bounds.

    ``at`` and ``size`` are the bounds once :meth:`settle` was called.

    total: the number of keys; -1 until asked for.
    added: keys to add to all others, or None.
    parts: the bounds without those keys, for edits and ranks, or None.
    stale: True if the array misses something of the above.
    direct: so many keys from now on are added without delay.

    Many threads may read at a time, and reading brings the array up to date.
    So it is replaced first, then ``parts``, then ``added``, and they are looked
    at in the opposite order: at worst, keys are found to be there twice.
    """

    if not cython.compiled:
        # In the class, as most sets never change these.
        total = -1
        added = parts = None
        stale = False
        direct = 0

    else:

        def __cinit__(self):
            self.total = -1

    @cython.ccall
    def settle(self):
        """Bring the array of bounds up to date."""
        if not self.stale:
            return
        added: Added = self.added
        parts: Parts = self.parts
        flat: Longs = self
        both: Longs
        waited: Longs
        if added is None and parts is None:
            # Another thread has just done it.
            return
        if parts is not None:
            flat = parts.flat()
        elif not cython.compiled:
            # Another thread may replace the list while we read it.
            flat = Longs()
            flat.at = self.at
        if added is not None:
            waited = bounds_added(added)
            # To join a few of them takes as long as to join many: the next
            # ones do not wait until they would have been worth it.
            if waited.size < 2 * _FEW or waited.size * _FEW < flat.size:
                self.direct = max(flat.size // _FEW, _FEW)
            both = Longs()
            unite(both, flat, waited)
            flat = both
        self.swap(flat)
        if added is not None:
            self.parts = None
            self.added = None
        self.stale = False

    def bounds(self) -> list:
        """Return the bounds as a list of integers."""
        self.settle()
        return [self.at[i] for i in range(self.size)] if cython.compiled else self.at[:]

    @cython.ccall
    def copy(self) -> Runs:
        self.settle()
        made: Runs = Runs()
        made.extend(self, 0, self.size)
        made.total = self.total
        return made

    @cython.ccall
    def count(self):
        """Return the number of keys."""
        if self.total < 0:
            added: Added = self.added
            if added is not None:
                if self.parts is None and self.size == 0:
                    return len(added)
                self.settle()
            self.total = count_keys(self)
        return self.total

    @cython.cfunc
    @cython.exceptval(check=False)
    def is_long(self) -> cython.bint:
        return self.stale or self.size > _LONG

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _prepare(self) -> cython.int:
        """Have keys counted, none waiting, and ``parts`` if the set is long."""
        parts: Parts
        while True:
            if self.added is not None:
                self.settle()
            if self.total < 0:
                self.count()
            if self.parts is not None or not self.is_long():
                return 0
            # This may run other code: look again.
            parts = Parts()
            if self.parts is None and self.added is None and self.is_long():
                parts.fill(self)
                self.parts = parts

    # -- edits

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _change(
        self, lo: cython.longlong, hi: cython.longlong, member: cython.bint
    ) -> cython.longlong:
        """Put the keys from *lo* to before *hi* in, or take them out; return how many."""
        changed: cython.longlong
        if cython.compiled and (lo < -LIMIT or hi > LIMIT):
            raise OverflowError("key out of range")
        if lo >= hi:
            return 0
        self._prepare()
        if self.is_long():
            parts: Parts = self.parts
            changed = parts.change(lo, hi, member)
            self.stale = True
            if not parts.lists:
                self.cut(0)
                self.parts = None
                self.stale = False
        else:
            self.parts = None
            changed = change_bounds(self, lo, hi, member)
        self.total += changed if member else -changed
        return changed

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def put(self, key: cython.longlong, element: object) -> cython.int:
        """Add a key that is not negative, or have it wait; the key of *element*."""
        if cython.compiled and key > _WIDEST_ADDED:
            self._change(key, key + 1, True)
            return 0
        if self.added is None:
            if self.direct:
                self.direct -= 1
                self._change(key, key + 1, True)
                return 0
            self.added = Added()
            self.total = -1
            self.stale = True
        if cython.compiled:
            self.added.put(key)
        else:
            self.added.add(element)
        return 0

    @cython.ccall
    def insert(self, lo, hi):
        """Add the keys from *lo* to before *hi*; OverflowError if they do not fit."""
        self._change(lo, hi, True)

    @cython.ccall
    def erase(self, lo, hi):
        """Take out the keys from *lo* to before *hi*; OverflowError if they do not fit."""
        self._change(lo, hi, False)

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _take(self, made: Runs) -> cython.int:
        """Become the set *made*, which is not used any more."""
        self.swap(made)
        self.total = made.total
        self.parts = self.added = None
        self.stale = False
        return 0

    def update(self, other):
        """Add the keys of *other*."""
        few: Runs = _few(other, self)
        i: cython.Py_ssize_t = 0
        if few is None:
            self._take(self.union(other))
        else:
            while i < few.size:
                self._change(few.at[i], few.at[i + 1], True)
                i += 2

    def difference_update(self, other):
        """Take out the keys of *other*."""
        few: Runs = _few(other, self)
        i: cython.Py_ssize_t = 0
        if few is None:
            self._take(self.difference(other))
        else:
            while i < few.size:
                self._change(few.at[i], few.at[i + 1], False)
                i += 2

    def symmetric_difference_update(self, other):
        """Take out the keys that are also in *other*, and add those that are only there."""
        if _few(other, self) is None:
            self._take(self.symmetric_difference(other))
        else:
            common: Runs = self.intersection(other)
            self.update(other)
            self.difference_update(common)

    def intersection_update(self, other):
        """Take out the keys that are not in *other*."""
        self._take(self.intersection(other))

    # -- algebra

    @cython.ccall
    def union(self, other):
        if type(other) is not Runs:
            return _widened(self).union(_widened(other))
        a: Runs = self
        b: Runs = other
        if a.stale or b.stale:
            a.settle()
            b.settle()
        made: Runs = Runs()
        unite(made, a, b)
        return made

    @cython.ccall
    def intersection(self, other):
        if type(other) is not Runs:
            return _widened(self).intersection(_widened(other))
        a: Runs = self
        b: Runs = other
        made: Runs = Runs()
        few: Runs = _few(a, b)
        i: cython.Py_ssize_t
        if few is None:
            few = _few(b, a)
            b = a
        if few is not None:
            for i in range(0, few.size, 2):
                b._cut(made, few.at[i], few.at[i + 1])
            return made
        b = other
        if a.stale or b.stale:
            a.settle()
            b.settle()
        sweep(made, a, 0, b, 0, 1, 0)
        return made

    @cython.ccall
    def difference(self, other):
        if type(other) is not Runs:
            return _widened(self).difference(_widened(other))
        a: Runs = self
        b: Runs = other
        few: Runs = _few(a, b)
        if few is not None:
            b = b.intersection(few)
        if a.stale or b.stale:
            a.settle()
            b.settle()
        if a.size == 0 or b.size == 0:
            return a.copy()
        made: Runs = Runs()
        sweep(made, a, 0, b, 1, 0, 0)
        return made

    @cython.ccall
    def symmetric_difference(self, other):
        if type(other) is not Runs:
            return _widened(self).symmetric_difference(_widened(other))
        a: Runs = self
        b: Runs = other
        if a.stale or b.stale:
            a.settle()
            b.settle()
        made: Runs = Runs()
        cancel(made, a, b)
        return made

    # -- questions

    @cython.ccall
    @cython.exceptval(-1, check=False)
    def contains(self, key) -> cython.bint:
        if not cython.compiled:
            return bool(self._has(key))
        try:
            return bool(self._has(key))
        except OverflowError:
            return False

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _has(self, key: cython.longlong) -> cython.bint:
        if self.added is not None:
            if not cython.compiled:
                self.settle()
            elif key >= 0 and self.added.has(key):
                return True
        return self._has_run(key)

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _has_run(self, key: cython.longlong) -> cython.bint:
        """Tell if the set has a key, apart from those added."""
        parts: Parts
        if self.stale:
            parts = self.parts
            if parts is not None:
                return parts.part_of(key).find(key) & 1
        return self.find(key) & 1

    @cython.ccall
    @cython.exceptval(-1, check=False)
    def issubset(self, other) -> cython.bint:
        return self.count() <= other.count() and self.difference(other).count() == 0

    @cython.ccall
    @cython.exceptval(-1, check=False)
    def isdisjoint(self, other) -> cython.bint:
        return self.intersection(other).count() == 0

    @cython.ccall
    @cython.exceptval(-1, check=False)
    def equals(self, other) -> cython.bint:
        if type(other) is not Runs:
            return _widened(self).equals(_widened(other))
        a: Runs = self
        b: Runs = other
        if a.count() != b.count():
            return False
        a.settle()
        b.settle()
        if not cython.compiled:
            return a.at == b.at
        if a.size == 0 or a.size != b.size:
            return a.size == b.size
        return memcmp(a.at, b.at, a.size * cython.sizeof(cython.longlong)) == 0

    # -- ranks

    def select(self, rank):
        """Return the key that *rank* keys precede; IndexError if there is none."""
        left: cython.longlong
        i: cython.Py_ssize_t
        part: Longs = self
        parts: Parts
        try:
            left = rank
        except OverflowError:
            left = -1
        self._prepare()
        if not 0 <= left < self.total:
            raise IndexError("list index out of range")
        if self.is_long():
            parts = self.parts
            i = parts.of_rank(left)
            left -= parts.before(i)
            part = parts.lists[i]
        i = 0
        while left >= part.at[i + 1] - part.at[i]:
            left -= part.at[i + 1] - part.at[i]
            i += 2
        return part.at[i] + left

    def rank(self, key):
        """Return how many keys precede *key*; -1 if it is not in the set."""
        found: cython.longlong
        try:
            found = key
        except OverflowError:
            return -1
        self._prepare()
        if not self._has_run(found):
            return -1
        before: cython.longlong = 0
        i: cython.Py_ssize_t
        part: Longs = self
        parts: Parts
        if self.is_long():
            parts = self.parts
            i = parts.holding(found)
            before = parts.before(i)
            part = parts.lists[i]
        i = 0
        while part.at[i + 1] <= found:
            before += part.at[i + 1] - part.at[i]
            i += 2
        return before + found - part.at[i]

    def slice(self, start, stop, step=1):
        """Return the set of the keys of ranks *start*, *start* + *step* ... before *stop*."""
        made: Runs = Runs()
        stop = min(stop, self.count())
        if step < 1:
            raise ValueError("a step below 1")
        if start >= stop:
            return made
        # One larger than any distance between keys is as good as any other.
        step = min(step, _FARTHEST)
        self._cut(made, self.select(start), self.select(stop - 1) + 1)
        return made if step == 1 else made._each(step)

    @cython.cfunc
    def _each(self, step: cython.longlong) -> Runs:
        """Return the first key and every *step*-th behind it; *step* is checked already."""
        made: Runs = Runs()
        key: cython.longlong
        i: cython.Py_ssize_t
        skip: cython.longlong = 0
        for i in range(0, self.size, 2):
            key = self.at[i] + skip
            while key < self.at[i + 1]:
                made.join(key, key + 1)
                key += step
            skip = key - self.at[i + 1]
        return made

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _cut(self, made: Runs, lo: cython.longlong, hi: cython.longlong) -> cython.int:
        """Append to *made* what the set has from *lo* to before *hi*."""
        parts: Parts = self.parts if self.stale else None
        if parts is None:
            return cut_bounds(made, self, lo, hi)
        return parts.cut(made, lo, hi)

    # -- text

    def padding(self):
        """Return the most digits of an element with leading zeros, or None."""
        self.settle()
        i: cython.Py_ssize_t
        width: cython.int
        if self.size == 0 or self.at[self.size - 1] <= 0:
            return None
        for width in range(width_of(self.at[self.size - 1] - 1), 1, -1):
            i = self.find(OFFSET[width])
            if i & 1 or (i < self.size and self.at[i] < OFFSET[width] + POWER[width - 1]):
                return width
        return None

    def texts(self, prefix: str = "", suffix: str = "") -> list:
        """Return the elements in order, each between *prefix* and *suffix*."""
        made: list = []
        i: cython.Py_ssize_t
        self.settle()
        for i in range(0, self.size, 2):
            add_texts(made, self.at[i], self.at[i + 1], prefix, suffix)
        return made

    def fold(self, autostep=None) -> str:
        """Return the text of the set, with steps if it has an *autostep*."""
        limit: cython.longlong = NEVER if autostep is None or autostep >= NEVER else autostep
        self.settle()
        return text_of_pieces(pieces(self, limit, limit))

    def pieces(self, autostep=None, at_end=None) -> list:
        """Return the pieces of the text, see :func:`rangetext.pieces`, as tuples."""
        limit: cython.longlong = NEVER if autostep is None or autostep >= NEVER else autostep
        last: cython.longlong = limit if at_end is None else at_end
        self.settle()
        found: Longs = pieces(self, limit, last)
        return [
            (found.at[i], found.at[i + 1], found.at[i + 2], found.at[i + 3])
            for i in range(0, found.size, 4)
        ]


@cython.cfunc
def _few(small: object, large: Runs) -> Runs:
    """Return *small* if it has few runs compared with *large*, else None.

    It is settled then; in neither are there keys added.
    """
    if type(small) is not Runs:
        return None
    runs: Runs = small
    size: cython.Py_ssize_t
    if not (runs.stale or large.stale) and large.size < _FEW:
        return None
    if runs.added is not None:
        runs.settle()
    if large.added is not None:
        large.settle()
    size = len(large.parts.lists) * (_LONG // 2) if large.stale else large.size
    return None if runs.stale or runs.size * _FEW > size else runs


# -- making sets


def _interpreted():
    """Return this kernel in its interpreted life, where keys have no limit."""
    from ClusterShell._kernels import intervals

    return intervals


def _widened(runs):
    """Return a set as one of the interpreted life."""
    wide = _interpreted()
    return runs if type(runs) is wide.Runs else wide.from_bounds(runs.bounds())


@cython.cfunc
def runs_of_keys(keys: Longs) -> Runs:
    """Return the set of *keys*, which may repeat and come in any order; sorts them."""
    made: Runs = Runs()
    i: cython.Py_ssize_t
    keys.sort()
    for i in range(keys.size):
        if i == 0 or keys.at[i] != keys.at[i - 1]:
            made.join(keys.at[i], keys.at[i] + 1)
    return made


@cython.cfunc
def runs_joined(starts: Longs, stops: Longs) -> Runs:
    """Return the union of runs, however they lie; sorts both arrays."""
    made: Runs = Runs()
    i: cython.Py_ssize_t
    if starts.size == 0:
        return made
    starts.sort()
    stops.sort()
    made.push(starts.at[0])
    for i in range(1, starts.size):
        if stops.at[i - 1] < starts.at[i]:
            made.push(stops.at[i - 1])
            made.push(starts.at[i])
    made.push(stops.at[stops.size - 1])
    return made


@cython.cfunc
def runs_of_pairs(pairs: Longs) -> Runs:
    """Return the union of runs, given as pairs of bounds, however they lie."""
    made: Runs = Runs()
    starts: Longs
    stops: Longs
    size: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    # As long as they are in order, in place.
    if not cython.compiled and all(map(lt, pairs.at[1::2], pairs.at[2::2])):
        made.swap(pairs)
        return made
    for i in range(0, pairs.size, 2):
        if size == 0 or pairs.at[i] > pairs.at[size - 1]:
            pairs.at[size] = pairs.at[i]
            pairs.at[size + 1] = pairs.at[i + 1]
            size += 2
        elif pairs.at[i] >= pairs.at[size - 2]:
            pairs.at[size - 1] = max(pairs.at[size - 1], pairs.at[i + 1])
        else:
            break
    else:
        pairs.cut(size)
        made.swap(pairs)
        return made
    starts = Longs()
    stops = Longs()
    for k in range(0, size, 2):
        starts.push(pairs.at[k])
        stops.push(pairs.at[k + 1])
    for k in range(i, pairs.size, 2):
        starts.push(pairs.at[k])
        stops.push(pairs.at[k + 1])
    return runs_joined(starts, stops)


if cython.compiled:

    @cython.cfunc
    def runs_of_bounds(bounds: cython.pointer[cython.longlong], size: cython.Py_ssize_t) -> Runs:
        """Return the set with these bounds: sorted, no two equal."""
        made: Runs = Runs()
        made.reserve(size)
        if size:
            memcpy(made.at, bounds, size * cython.sizeof(cython.longlong))
        made.size = size
        return made


@cython.cfunc
def _checked(integers: object) -> Longs:
    """Return keys as an array; OverflowError if one does not fit."""
    found: Longs = Longs()
    key: cython.longlong
    for key in integers:
        if cython.compiled and not -LIMIT <= key < LIMIT:
            raise OverflowError("key out of range")
        found.push(key)
    return found


def from_bounds(bounds: list):
    """Return the set with these bounds: sorted integers, no two equal."""
    i: cython.Py_ssize_t
    try:
        keys: Longs = _checked(bounds)
    except OverflowError:
        return _interpreted().from_bounds(bounds)
    if keys.size & 1:
        raise ValueError("bounds come in pairs")
    for i in range(1, keys.size):
        if keys.at[i] <= keys.at[i - 1]:
            raise ValueError("bounds are not in order")
    made: Runs = Runs()
    made.swap(keys)
    return made


def from_keys(keys: list):
    """Return the set of *keys*, which may repeat, in any order."""
    try:
        return runs_of_keys(_checked(keys))
    except OverflowError:
        return _interpreted().from_keys(keys)


def from_runs(pairs: list):
    """Return the union of runs ``(lo, hi)``, however they lie."""
    i: cython.Py_ssize_t
    try:
        bounds: Longs = _checked([bound for lo, hi in pairs for bound in (lo, hi)])
    except OverflowError:
        return _interpreted().from_runs(pairs)
    for i in range(0, bounds.size, 2):
        if bounds.at[i] >= bounds.at[i + 1]:
            raise ValueError("a run without keys")
    return runs_of_pairs(bounds)


def from_numbers(ranges: list, width=1):
    """Return the set of the numbers of ranges (first, last, step).

    width: fill up those that are not negative to so many digits.
    step: 1 where a number is negative.
    """
    pairs: Longs = Longs()
    try:
        for first, last, step in ranges:
            add_numbers(first, last, step, width, pairs)
    except OverflowError:
        return _interpreted().from_numbers(ranges, width)
    return runs_of_pairs(pairs)


def from_elements(elements: list):
    """Return the set of elements, each a string of ASCII digits or an integer.

    Returns None if one is anything else, or has more than 18 digits.
    """
    keys: Longs = Longs()
    key: cython.longlong
    i: cython.Py_ssize_t
    # Nothing below runs other code, or the list might get shorter.
    count: cython.Py_ssize_t = len(elements)
    keys.reserve(count)
    try:
        for i, element in enumerate(elements):
            # They may lie anywhere in memory.
            if cython.compiled and i + _AHEAD < count:
                fetch_early(PyList_GET_ITEM(elements, i + _AHEAD))
            if type(element) is int:
                key = element
                if not -POWER[18] < key < POWER[18]:
                    return None
                key = number_key(key)
            else:
                key = plain_key(element)
                if key < 0:
                    return None
            keys.push(key)
    except OverflowError:
        return None
    return runs_of_keys(keys)


def read(text: str, start: cython.Py_ssize_t = 0, stop: cython.Py_ssize_t = -1):
    """Return the set that a folded text, or a part of it, stands for.

    Returns None if that is anything but ranges of ASCII digits, if a range is
    malformed, or if numbers have more than 18 digits.
    """
    pairs: Longs = Longs()
    if stop < 0 or stop > len(text):
        stop = len(text)
    if not 0 <= start <= stop:
        return None
    if not read_plain(text, start, stop, pairs):
        return None
    return runs_of_pairs(pairs)


# -- the base class of range sets


@cython.cclass
class RunSet:
    """What a range set is made of, and what is done to it most often.

    _runs: the set of the keys of its elements, a :class:`Runs`.
    _autostep: more numbers than this at equal distances are written with a step.

    What is not plain (operands that are not range sets, elements that are not
    strings of ASCII digits) is left to the methods of the derived class that
    have the same names behind an underscore.
    """

    if not cython.compiled:
        __slots__ = ("_runs", "_autostep")

    def __len__(self):
        """Return the number of elements; AssertionError if it is no size to Python."""
        count = self._runs.count()
        if count > _LARGEST_SIZE:
            raise AssertionError("range too large")
        return count

    def __bool__(self):
        return self._runs.count() > 0

    def __contains__(self, element):
        """Tell if an element (a string, or an integer without padding) is in
        the set; for a range set, if all of its elements are."""
        key: cython.longlong
        if not cython.compiled:
            added = self._runs.added
            if added is not None and type(element) is str:
                if element in added:
                    return True
                if self._runs.parts is None and not self._runs.at:
                    return False
                key = plain_key(element)
                if key >= 0:
                    return bool(self._runs._has_run(key))
                return self._contains(element)
        key = plain_key(element)
        if key < 0:
            return self._contains(element)
        if type(self._runs) is not Runs:
            return self._runs.contains(key)
        runs: Runs = self._runs
        return bool(runs._has(key))

    def add(self, element, pad=0):
        """Add an element: a digit string, or an integer filled up to *pad* digits.

        Raises ValueError if it is not a number.
        """
        if not cython.compiled:
            added = self._runs.added
            if added is not None and type(element) is str:
                if element.isdigit() and element.isascii():
                    added.add(element)
                    return
        key: cython.longlong = plain_key(element)
        if key < 0:
            self._add(element, pad)
        elif type(self._runs) is Runs:
            runs: Runs = self._runs
            runs.put(key, element)
        else:
            self._runs.insert(key, key + 1)

    def remove(self, element, pad=0):
        """Take out an element, given as to :meth:`add`; KeyError if it is not there."""
        key: cython.longlong = plain_key(element)
        if key < 0 or type(self._runs) is not Runs:
            self._remove(element, pad)
            return
        runs: Runs = self._runs
        if not runs._change(key, key + 1, False):
            raise KeyError(element)

    def discard(self, element, pad=0):
        """Take out an element, given as to :meth:`add`, if it is there."""
        key: cython.longlong = plain_key(element)
        if key < 0 or type(self._runs) is not Runs:
            self._discard(element, pad)
            return
        runs: Runs = self._runs
        runs._change(key, key + 1, False)

    def __or__(self, other):
        if not isinstance(other, RunSet):
            return self._or(other)
        with_set: RunSet = other
        if type(self._runs) is not Runs:
            return _like(self, self._runs.union(with_set._runs))
        runs: Runs = self._runs
        return _like(self, runs.union(with_set._runs))

    def __and__(self, other):
        if not isinstance(other, RunSet):
            return self._and(other)
        with_set: RunSet = other
        if type(self._runs) is not Runs:
            return _like(self, self._runs.intersection(with_set._runs))
        runs: Runs = self._runs
        return _like(self, runs.intersection(with_set._runs))

    def __sub__(self, other):
        if not isinstance(other, RunSet):
            return self._sub(other)
        with_set: RunSet = other
        if type(self._runs) is not Runs:
            return _like(self, self._runs.difference(with_set._runs))
        runs: Runs = self._runs
        return _like(self, runs.difference(with_set._runs))

    def __xor__(self, other):
        if not isinstance(other, RunSet):
            return self._xor(other)
        with_set: RunSet = other
        if type(self._runs) is not Runs:
            return _like(self, self._runs.symmetric_difference(with_set._runs))
        runs: Runs = self._runs
        return _like(self, runs.symmetric_difference(with_set._runs))

    def update(self, iterable):
        """Add the elements of an iterable; if one is not a number, none of them."""
        if not isinstance(iterable, RunSet):
            self._update(iterable)
            return
        with_set: RunSet = iterable
        if type(self._runs) is Runs and type(with_set._runs) is Runs:
            runs: Runs = self._runs
            runs.update(with_set._runs)
        else:
            self._runs = self._runs.union(with_set._runs)

    def difference_update(self, other, strict=False):
        """Take out the elements of *other*.

        :param strict: raise KeyError, and take out nothing, if one is not there
        """
        if not isinstance(other, RunSet):
            self._difference_update(other, strict)
            return
        with_set: RunSet = other
        if type(self._runs) is not Runs or type(with_set._runs) is not Runs:
            self._difference_update(other, strict)
            return
        runs: Runs = self._runs
        gone: Runs = with_set._runs
        if strict and not gone.issubset(runs):
            self._difference_update(other, True)  # which names the one that is missing
        else:
            runs.difference_update(gone)

    def issubset(self, other):
        """Return whether all elements are also in the set *other*."""
        if not isinstance(other, RunSet):
            return self._issubset(other)
        with_set: RunSet = other
        if type(self._runs) is not Runs:
            return self._runs.issubset(with_set._runs)
        runs: Runs = self._runs
        return runs.issubset(with_set._runs)

    def issuperset(self, other):
        """Return whether all elements of the set *other* are here."""
        if not isinstance(other, RunSet):
            return self._issuperset(other)
        with_set: RunSet = other
        if type(with_set._runs) is not Runs:
            return with_set._runs.issubset(self._runs)
        runs: Runs = with_set._runs
        return runs.issubset(self._runs)


@cython.cfunc
def _like(model: RunSet, runs: object) -> RunSet:
    """Return a set of the class and autostep of *model* with other runs."""
    cls = type(model)
    made: RunSet = cls.__new__(cls)
    if made is None:
        raise TypeError("a class that makes no objects")
    made._runs = runs
    made._autostep = model._autostep
    return made
