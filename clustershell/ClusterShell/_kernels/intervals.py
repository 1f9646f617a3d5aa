# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Sets of integers as sorted runs, and their algebra.

The integers are *keys*, each standing for an element of a range set; what they
mean is known in :mod:`rangetext`, and how a set of them is kept, in :mod:`keyset`.

**Algebra.**  Operations merge the bounds of both sets, or the words of both if they
are kept as bits, see :mod:`sweeps`.  When one of two sets has much fewer runs,
operations look its runs up in the other one, or edit that.  Hence no mix of edits,
look-ups and operations on few runs costs time that follows the length of the set.

**Limits.**  Compiled, keys are C integers below ``LIMIT``; a set with keys
beyond is of the interpreted life, whose integers have none.  Makers return it
where needed, and operations on one of each kind take both over to it.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled import sweeps
    from cython.cimports.ClusterShell._compiled.bits import Bits
    from cython.cimports.ClusterShell._compiled.keys import (
        LIMIT,
        NEVER,
        OFFSET,
        POWER,
        key_text,
        texts_of,
        width_of,
    )
    from cython.cimports.ClusterShell._compiled.keyset import KeySet, window_words
    from cython.cimports.ClusterShell._compiled.longs import Longs, joined_pairs, longs
    from cython.cimports.ClusterShell._compiled.parts import Parts, cut_bounds
    from cython.cimports.ClusterShell._compiled.rangetext import (
        add_numbers,
        pieces,
        read_plain,
        text_of_pieces,
    )
    from cython.cimports.libc.string import memcmp, memcpy

    from ClusterShell._compiled.keys import key_of, text_of
    from ClusterShell._compiled.keyset import LONG, SOME, WIDE
else:
    from ClusterShell._kernels import sweeps
    from ClusterShell._kernels._texts import absorb, share, take_others
    from ClusterShell._kernels.bits import Bits
    from ClusterShell._kernels.keys import (
        NEVER,
        OFFSET,
        POWER,
        key_of,
        key_text,
        text_of,
        texts_of,
        width_of,
    )
    from ClusterShell._kernels.keyset import LONG, SOME, WIDE, KeySet, window_words
    from ClusterShell._kernels.longs import Longs, joined_pairs, longs
    from ClusterShell._kernels.parts import Parts, cut_bounds
    from ClusterShell._kernels.rangetext import (
        add_numbers,
        pieces,
        read_plain,
        text_of_pieces,
    )

__all__ = [
    "Longs",
    "OFFSET",
    "POWER",
    "Runs",
    "from_bounds",
    "from_keys",
    "from_numbers",
    "from_runs",
    "key_of",
    "longs",
    "read",
    "text_of",
    "width_of",
]

# See there: bounds of a long set, and of one that is kept as bits, and its words to a bound.
_LONG = cython.declare(cython.Py_ssize_t, LONG)
_SOME = cython.declare(cython.Py_ssize_t, SOME)
_WIDE = cython.declare(cython.longlong, WIDE)

# Farther than any key of the compiled life from any other.
_FARTHEST = cython.declare(object, 1 << 61 if cython.compiled else float("inf"))

# A set has few runs, compared with another, if the other has so many times more.
_FEW = cython.declare(cython.Py_ssize_t, 16)


@cython.final
@cython.no_gc
@cython.cclass
class Runs(KeySet):
    """A set of keys, and what can be done with two."""

    @cython.ccall
    def copy(self) -> Runs:
        made: Runs = _empty()
        if not cython.compiled:
            waiting = self.waiting
            if waiting is not None:
                if self.elements is waiting:
                    made.elements = made.waiting = waiting.copy()
                    return made
                self.absorb()
            share(self, made)
        if self.stale and self.bits is not None:
            made.bits = self.bits.copy()
            made.left = made.bits.size
            made.stale = True
        else:
            flat: Longs = self.flat()
            made.extend(flat, 0, flat.size)
        made.total = self.total
        return made

    if not cython.compiled:

        def absorb(self):
            """Have what waits and what is gone kept; other threads may do so at the same time."""
            if self.waiting is not None:
                absorb(self, Runs(), runs_of_keys)

    # -- edits

    @cython.ccall
    def update(self, other):
        """Add the keys of *other*."""
        if cython.compiled and type(other) is Runs and not _are_many(self, other):
            self.merge(cython.cast(Runs, other).at, cython.cast(Runs, other).size, sweeps.UNION)
            return
        if not cython.compiled and take_others(self, other):
            return
        few: Longs = _few(other, self)
        if few is None:
            self.take(self.union(other))
        else:
            self.change_all(few, True)

    @cython.ccall
    def difference_update(self, other):
        """Take out the keys of *other*."""
        if cython.compiled and type(other) is Runs and not _are_many(self, other):
            self.merge(cython.cast(Runs, other).at, cython.cast(Runs, other).size, sweeps.ONLY)
            return
        few: Longs = _few(other, self)
        if few is None:
            self.take(self.difference(other))
        else:
            self.change_all(few, False)

    @cython.ccall
    def symmetric_difference_update(self, other):
        """Take out the keys that are also in *other*, and add those that are only there."""
        if cython.compiled and type(other) is Runs and not _are_many(self, other):
            self.merge(cython.cast(Runs, other).at, cython.cast(Runs, other).size, sweeps.EITHER)
            return
        if _few(other, self) is None:
            self.take(self.symmetric_difference(other))
        else:
            common: Runs = self.intersection(other)
            self.update(other)
            self.difference_update(common)

    @cython.ccall
    def intersection_update(self, other):
        """Take out the keys that are not in *other*."""
        if cython.compiled and type(other) is Runs and not _are_many(self, other):
            self.merge(cython.cast(Runs, other).at, cython.cast(Runs, other).size, sweeps.COMMON)
            return
        self.take(self.intersection(other))

    @cython.ccall
    def pop(self) -> str:
        """Take out the last key and return its element; KeyError if there is none."""
        key: cython.longlong
        if not cython.compiled:
            if self.waiting is not None:
                self.absorb()
            self.known = self.elements = None
        if self.bits is None and self.parts is None and self.size and not self.stale:
            key = self.at[self.size - 1] - 1
            self.at[self.size - 1] = key
            if self.at[self.size - 2] == key:
                self.cut(self.size - 2)
            self.total -= self.total >= 0
            if cython.compiled:
                self.forget()
        elif not self.count():
            raise KeyError("pop from an empty set")
        else:
            key = self.select(self.total - 1)
            self.change(key, key + 1, False)
        return key_text(key)

    # -- algebra

    @cython.ccall
    def union(self, other):
        if type(other) is not Runs:
            return _widened(self).union(_widened(other))
        if _are_many(self, other):
            return _either(self, other, False)
        if cython.compiled:
            return _merged(self, other, sweeps.UNION)
        made: Runs = _empty()
        sweeps.unite(made, self, other)
        return made

    @cython.ccall
    def intersection(self, other):
        if type(other) is not Runs:
            return _widened(self).intersection(_widened(other))
        if _are_many(self, other):
            return _both(self, other)
        if cython.compiled:
            return _merged(self, other, sweeps.COMMON)
        made: Runs = _empty()
        sweeps.sweep(made, self, 0, other, 0, 1, 0)
        return made

    @cython.ccall
    def difference(self, other):
        if type(other) is not Runs:
            return _widened(self).difference(_widened(other))
        if _are_many(self, other):
            return _only(self, other)
        if cython.compiled:
            return _merged(self, other, sweeps.ONLY)
        a: Runs = self
        b: Runs = other
        if a.size == 0 or b.size == 0:
            return a.copy()
        made: Runs = _empty()
        sweeps.sweep(made, a, 0, b, 1, 0, 0)
        return made

    @cython.ccall
    def symmetric_difference(self, other):
        if type(other) is not Runs:
            return _widened(self).symmetric_difference(_widened(other))
        if _are_many(self, other):
            return _either(self, other, True)
        if cython.compiled:
            return _merged(self, other, sweeps.EITHER)
        made: Runs = _empty()
        sweeps.cancel(made, self, other)
        return made

    # -- questions

    @cython.ccall
    @cython.exceptval(-1, check=False)
    def issubset(self, other) -> cython.bint:
        if type(other) is Runs and _are_many(self, other):
            b: Runs = other
            x: Bits = self.bits_beside(b)
            y: Bits = b.bits_beside(self)
            if x is not None and y is not None:
                return not sweeps.exceeds(x, y)
        elif cython.compiled and type(other) is Runs:
            short: Runs = other
            return sweeps.inside(self.at, self.size, short.at, short.size)
        return self.count() <= other.count() and self.difference(other).count() == 0

    @cython.ccall
    @cython.exceptval(-1, check=False)
    def isdisjoint(self, other) -> cython.bint:
        if type(other) is Runs and _are_many(self, other):
            x: Bits = self.bits
            y: Bits = cython.cast(Runs, other).bits
            if x is not None and y is not None:
                return not sweeps.overlap(x, y)
        elif cython.compiled and type(other) is Runs:
            short: Runs = other
            return not sweeps.meet(self.at, self.size, short.at, short.size)
        return self.intersection(other).count() == 0

    @cython.ccall
    @cython.exceptval(-1, check=False)
    def equals(self, other) -> cython.bint:
        if type(other) is not Runs:
            return _widened(self).equals(_widened(other))
        b: Runs = other
        if self.count() != b.count():
            return False
        x: Bits = self.bits
        y: Bits = b.bits
        if x is not None and y is not None:
            return not sweeps.exceeds(x, y)
        p: Longs = self.flat()
        q: Longs = b.flat()
        if not cython.compiled:
            return p.at == q.at
        if p.size == 0 or p.size != q.size:
            return p.size == q.size
        return memcmp(p.at, q.at, p.size * cython.sizeof(cython.longlong)) == 0

    # -- ranks

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def prepare(self) -> cython.int:
        """Have keys counted, none waiting, and bits or parts if the set is long."""
        parts: Parts
        while True:
            if not cython.compiled and self.waiting is not None:
                self.absorb()
            if self.total < 0:
                self.count()
            if self.bits is not None or self.parts is not None or self.size <= _LONG:
                return 0
            if window_words(self.at[0], self.at[self.size - 1]) <= _WIDE * self.size:
                self.left = self.size
                self.bits = sweeps.bits_of_bounds(self, self.at[0], self.at[self.size - 1])
                return 0
            # This may run other code: look again.
            parts = Parts()
            if self.parts is None and self.bits is None and self.size > _LONG:
                parts.fill(self)
                self.left = self.size
                self.parts = parts

    def select(self, rank):
        """Return the key that *rank* keys precede; IndexError if there is none."""
        left: cython.longlong
        i: cython.Py_ssize_t
        part: Longs = self
        bits: Bits
        parts: Parts
        try:
            left = rank
        except OverflowError:
            left = -1
        self.prepare()
        bits = self.bits
        parts = self.parts
        if not 0 <= left < self.total:
            raise IndexError("list index out of range")
        if bits is not None:
            return bits.select(left)
        if parts is not None:
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
        self.prepare()
        bits: Bits = self.bits
        parts: Parts = self.parts
        if not self.has_kept(found):
            return -1
        if bits is not None:
            return bits.before(found)
        before: cython.longlong = 0
        i: cython.Py_ssize_t
        part: Longs = self
        if parts is not None:
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
        made: Runs = _empty()
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
        made: Runs = _empty()
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
        bits: Bits = self.bits
        parts: Parts = self.parts
        if bits is not None:
            return bits.cut(made, lo, hi)
        if self.stale and parts is not None:
            return parts.cut(made, lo, hi)
        return cut_bounds(made, self, lo, hi)

    # -- text

    def padding(self):
        """Return the most digits of an element with leading zeros, or None."""
        flat: Longs = self.flat()
        i: cython.Py_ssize_t
        width: cython.int
        if flat.size == 0 or flat.at[flat.size - 1] <= 0:
            return None
        for width in range(width_of(flat.at[flat.size - 1] - 1), 1, -1):
            i = flat.find(OFFSET[width])
            if i & 1 or (i < flat.size and flat.at[i] < OFFSET[width] + POWER[width - 1]):
                return width
        return None

    def texts(self, prefix: str = "", suffix: str = "") -> list:
        """Return the elements in order, each between *prefix* and *suffix*."""
        return texts_of(self.flat(), prefix, suffix)

    def fold(self, autostep=None) -> str:
        """Return the text of the set, with steps if it has an *autostep*."""
        limit: cython.longlong = NEVER if autostep is None or autostep >= NEVER else autostep
        return text_of_pieces(pieces(self.flat(), limit, limit))

    def pieces(self, autostep=None, at_end=None) -> list:
        """Return the pieces of the text, see :func:`rangetext.pieces`, as tuples."""
        limit: cython.longlong = NEVER if autostep is None or autostep >= NEVER else autostep
        last: cython.longlong = limit if at_end is None else at_end
        found: Longs = pieces(self.flat(), limit, last)
        return [
            (found.at[i], found.at[i + 1], found.at[i + 2], found.at[i + 3])
            for i in range(0, found.size, 4)
        ]


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _are_many(a: Runs, b: Runs) -> cython.bint:
    """Tell if one of two sets is not just an array of a few bounds.

    In neither are there keys that wait.
    """
    if not cython.compiled:
        if a.waiting is not None or b.waiting is not None:
            a.absorb()
            b.absorb()
        return a.stale or b.stale or len(a.at) > _SOME or len(b.at) > _SOME
    return a.stale or b.stale or a.size > _SOME or b.size > _SOME


@cython.cfunc
def _few(small: object, large: Runs) -> Longs:
    """Return the bounds of *small* if they are few compared with *large*, else None."""
    most: cython.Py_ssize_t
    if type(small) is not Runs or not _are_many(small, large):
        return None
    runs: Runs = small
    bits: Bits = runs.bits
    most = large.weight() // _FEW
    if runs.weight() > most or (bits is not None and bits.edges(most + 1) > most):
        return None
    return runs.flat()


@cython.cfunc
def _either(a: Runs, b: Runs, cancelling: cython.bint) -> Runs:
    """Return the union of two sets, not both short; without the keys of both if *cancelling*."""
    made: Runs = _empty()
    x: Bits
    y: Bits
    # No window where there is nothing.
    if not a.stale and a.size == 0:
        return b.copy()
    if not b.stale and b.size == 0:
        return a.copy()
    x = a.bits_beside(b)
    y = b.bits_beside(a)
    if x is not None and y is not None:
        # Nor a wide one around two that lie far apart.
        if window_words(min(x.base, y.base), max(x.stop(), y.stop())) <= 2 * (x.size + y.size):
            made.become(sweeps.united(x, y, cancelling))
            return made
    if cancelling:
        sweeps.cancel(made, a.flat(), b.flat())
    else:
        sweeps.unite(made, a.flat(), b.flat())
    return made


@cython.cfunc
def _both(a: Runs, b: Runs) -> Runs:
    """Return the intersection of two sets, not both short."""
    made: Runs = _empty()
    large: Runs = b
    few: Longs = _few(a, b)
    i: cython.Py_ssize_t
    if few is None:
        few = _few(b, a)
        large = a
    if few is not None:
        for i in range(0, few.size, 2):
            large._cut(made, few.at[i], few.at[i + 1])
        return made
    x: Bits = a.bits_beside(b)
    y: Bits = b.bits_beside(a)
    if x is not None and y is not None:
        made.become(sweeps.common(x, y))
    else:
        sweeps.sweep(made, a.flat(), 0, b.flat(), 0, 1, 0)
    return made


@cython.cfunc
def _only(a: Runs, b: Runs) -> Runs:
    """Return the difference of two sets, not both short."""
    made: Runs = _empty()
    if _few(a, b) is not None:
        b = _both(b, a)
    if not b.stale and b.size == 0:
        return a.copy()
    x: Bits = a.bits_beside(b)
    y: Bits = b.bits_beside(a)
    if x is not None and y is not None:
        made.become(sweeps.without(x, y))
        return made
    p: Longs = a.flat()
    q: Longs = b.flat()
    if p.size == 0 or q.size == 0:
        return a.copy()
    sweeps.sweep(made, p, 0, q, 1, 0, 0)
    return made


if cython.compiled:

    @cython.cfunc
    def _merged(a: Runs, b: Runs, operation: cython.int) -> Runs:
        """Return the result of an operation on two short sets."""
        made: Runs = _empty()
        made.reserve(a.size + b.size + 1)
        made.size = sweeps.merge(made.at, a.at, a.size, b.at, b.size, operation)
        return made


# -- making sets


def _interpreted():
    """Return this kernel in its interpreted life, where keys have no limit."""
    from ClusterShell._kernels import intervals

    return intervals


def _widened(runs):
    """Return a set as one of the interpreted life."""
    wide = _interpreted()
    return runs if type(runs) is wide.Runs else wide.from_bounds(runs.bounds())


if cython.compiled:

    @cython.cfunc
    def runs_of_bounds(bounds: cython.pointer[cython.longlong], size: cython.Py_ssize_t) -> Runs:
        """Return the set with these bounds: sorted, no two equal."""
        made: Runs = _empty()
        made.reserve(size)
        if size:
            memcpy(made.at, bounds, size * cython.sizeof(cython.longlong))
        made.size = size
        return made

    @cython.cfunc
    @cython.inline
    def _empty() -> Runs:
        return Runs.__new__(Runs)  # to call the type takes longer than to merge a few bounds

else:
    _empty = Runs


@cython.cfunc
def runs_of_keys(keys: Longs) -> Runs:
    """Return the set of *keys*, which may repeat and come in any order; sorts them."""
    made: Runs = _empty()
    i: cython.Py_ssize_t
    lo: cython.longlong
    hi: cython.longlong
    if keys.size > _SOME:
        if cython.compiled:
            lo = hi = keys.at[0]
            for i in range(keys.size):
                lo = min(lo, keys.at[i])
                hi = max(hi, keys.at[i])
        else:
            lo = min(keys.at)
            hi = max(keys.at)
        # There may be two bounds to a key.
        if window_words(lo, hi + 1) <= 2 * _WIDE * keys.size:
            made.become(sweeps.bits_of_keys(keys, lo, hi + 1))
            return made
    keys.sort()
    for i in range(keys.size):
        if i == 0 or keys.at[i] != keys.at[i - 1]:
            made.join(keys.at[i], keys.at[i] + 1)
    return made


@cython.cfunc
def runs_of_pairs(pairs: Longs) -> Runs:
    """Return the union of runs, given as pairs of bounds, however they lie."""
    made: Runs = _empty()
    made.swap(joined_pairs(pairs))
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
    made: Runs = _empty()
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

    :param width: fill up those that are not negative to so many digits.
    :param step: 1 where a number is negative.
    """
    pairs: Longs = Longs()
    try:
        for first, last, step in ranges:
            add_numbers(first, last, step, width, pairs)
    except OverflowError:
        return _interpreted().from_numbers(ranges, width)
    return runs_of_pairs(pairs)


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
