# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Sets of numbered things as sorted runs: their algebra, reading and writing.

**Keys.**  An element of a range set is a string of digits, and "7", "07" and
"007" are three of them, in order of length, then of digits.  A *key* is the
one integer that says the same: all strings of one digit come first, then all
of two, ...::

    "0".."9" -> 0..9    "00".."99" -> 10..109    "000".."999" -> 110..1109

so ``key = OFFSET[length] + value``.  A negative element is its own key.  The
order of keys is the order of elements, and nothing below knows of padding but
the functions that read and write text.

**Runs.**  A set of keys is the sorted list of the places where membership
changes, its *bounds*: ``[lo0, hi0, lo1, hi1, ...]``, each run half-open, no
two runs touching.  A key belongs to the set if an odd number of bounds is at
or below it.  The cost of everything follows the number of runs:
``0-999999999`` is no dearer than ``0-9``.

**Algebra.**  Let p and q be bounds of two sets, those of one kind of both
merged in order.  Then, pairing p and q by rank, the runs of a result are the
pairs with p < q:

* intersection: p the starts, without the first; q the stops;
* difference: the same with the other set turned inside out, which is to say
  its stops taken for starts and its starts for stops;
* union: the pairs are the *gaps*: p the stops; q the starts, without the first.
  This holds for any number of sets.

The symmetric difference is all bounds merged, equal ones cancelling out.

**Limits.**  Compiled, keys are C integers below ``LIMIT``, which takes elements
of up to 18 digits; a key beyond raises OverflowError.  The interpreted life has
no limit, and :func:`widened` takes a set over to it.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

from bisect import bisect_left, bisect_right

if cython.compiled:
    from cython.cimports.cpython.unicode import (
        PyUnicode_DATA,
        PyUnicode_DecodeASCII,
        PyUnicode_KIND,
    )
    from cython.cimports.libc.stdlib import calloc, free, malloc, realloc
    from cython.cimports.libc.string import memcpy, memmove

# OFFSET[w]: the first key of w digits.  NEVER: more than any key or count.
if cython.compiled:
    _w: cython.int
    OFFSET[0] = OFFSET[1] = 0
    POWER[0] = 1
    for _w in range(1, 19):
        POWER[_w] = POWER[_w - 1] * 10
        OFFSET[_w + 1] = OFFSET[_w] + POWER[_w]
    POWER[19] = POWER[18]
    LIMIT = OFFSET[19]
    NEVER = 0x7FFFFFFFFFFFFFFF
else:

    class _Table(dict):
        """Powers and offsets for any number of digits, made when first used."""

        def __init__(self, make):
            self._make = make

        def __missing__(self, width):
            value = self[width] = self._make(width)
            return value

    POWER = _Table(lambda width: 10**width)
    OFFSET = _Table(lambda width: (10**width - 10) // 9 if width else 0)
    NEVER = float("inf")

# Bits of one digit of the radix sort.
_DIGIT = 11
_BUCKETS = 2048


@cython.cclass
class Longs:
    """A growing array of 64-bit integers: C memory when compiled, else a list.

    ``at`` is what the algorithms index.  It moves when the array grows.
    """

    if cython.compiled:

        def __dealloc__(self):
            free(self.at)

        @cython.cfunc
        @cython.exceptval(-1, check=False)
        def reserve(self, more: cython.Py_ssize_t) -> cython.int:
            """Make room for *more* integers at the end."""
            room: cython.Py_ssize_t = self.room
            memory: cython.p_void
            if self.size + more > room:
                room = max(room + (room >> 1), self.size + more)
                memory = realloc(self.at, room * cython.sizeof(cython.longlong))
                if memory == cython.NULL:
                    raise MemoryError()
                self.at = cython.cast(cython.pointer[cython.longlong], memory)
                self.room = room
            return 0

        @cython.cfunc
        @cython.inline
        @cython.exceptval(-1, check=False)
        def push(self, value: cython.longlong) -> cython.int:
            if self.size == self.room:
                self.reserve(8)
            self.at[self.size] = value
            self.size += 1
            return 0

        @cython.cfunc
        @cython.exceptval(-1, check=False)
        def extend(
            self, other: Longs, start: cython.Py_ssize_t, stop: cython.Py_ssize_t
        ) -> cython.int:
            """Append the integers between two indexes of *other*."""
            self.reserve(stop - start)
            memcpy(
                self.at + self.size,
                other.at + start,
                (stop - start) * cython.sizeof(cython.longlong),
            )
            self.size += stop - start
            return 0

        @cython.cfunc
        def cut(self, size: cython.Py_ssize_t) -> cython.void:
            """Drop what lies beyond the first *size* integers."""
            self.size = size

        @cython.cfunc
        @cython.exceptval(-1, check=False)
        def sort(self) -> cython.int:
            spare: Longs = longs(self.size if self.size >= 48 else 0)
            sort_keys(self.at, self.size, spare.at)
            return 0

    else:
        __slots__ = ("at", "push")

        def __init__(self) -> None:
            self.at = []
            self.push = self.at.append

        def reserve(self, more: int) -> None:
            pass

        def extend(self, other: Longs, start: int, stop: int) -> None:
            self.at.extend(other.at[start:stop])

        def cut(self, size: int) -> None:
            del self.at[size:]

        def sort(self) -> None:
            self.at.sort()


if not cython.compiled:
    # Not in the class: compiled, the name is taken.
    Longs.size = property(lambda self: len(self.at))


@cython.cfunc
def longs(size: cython.Py_ssize_t) -> Longs:
    """Return an array of *size* zeros."""
    made: Longs = Longs()
    if cython.compiled:
        made.at = cython.cast(
            cython.pointer[cython.longlong], calloc(max(size, 1), cython.sizeof(cython.longlong))
        )
        if made.at == cython.NULL:
            raise MemoryError()
        made.size = made.room = size
    else:
        made.at.extend([0] * size)
    return made


if cython.compiled:

    @cython.cfunc
    @cython.exceptval(check=False)
    def sort_keys(
        keys: cython.pointer[cython.longlong],
        size: cython.Py_ssize_t,
        spare: cython.pointer[cython.longlong],
    ) -> cython.void:
        """Sort; *spare* has room for as many, if they are 48 or more.

        By radix, going only through the digits that differ.
        """
        source: cython.pointer[cython.longlong] = keys
        target: cython.pointer[cython.longlong] = spare
        swap: cython.pointer[cython.longlong]
        i: cython.Py_ssize_t
        k: cython.Py_ssize_t
        value: cython.longlong
        shift: cython.int
        if size < 48:
            for i in range(1, size):
                value = keys[i]
                k = i
                while k > 0 and keys[k - 1] > value:
                    keys[k] = keys[k - 1]
                    k -= 1
                keys[k] = value
            return
        for shift in range(0, 64, _DIGIT):
            if _radix_pass(source, target, size, shift):
                swap = source
                source = target
                target = swap
        if source != keys:
            memcpy(keys, source, size * cython.sizeof(cython.longlong))

    @cython.cfunc
    @cython.exceptval(check=False)
    def _radix_pass(
        source: cython.pointer[cython.longlong],
        target: cython.pointer[cython.longlong],
        size: cython.Py_ssize_t,
        shift: cython.int,
    ) -> cython.bint:
        """Sort by one digit from *source* to *target*; False if all are equal in it."""
        starts: cython.Py_ssize_t[2048]
        i: cython.Py_ssize_t
        digit: cython.ulonglong = 0
        count: cython.Py_ssize_t
        total: cython.Py_ssize_t = 0
        # The sign bit inverted, negative integers come first.
        sign: cython.ulonglong = cython.cast(cython.ulonglong, 1) << 63
        for i in range(_BUCKETS):
            starts[i] = 0
        for i in range(size):
            digit = (cython.cast(cython.ulonglong, source[i]) ^ sign) >> shift
            starts[digit & (_BUCKETS - 1)] += 1
        if starts[digit & (_BUCKETS - 1)] == size:
            return False
        for i in range(_BUCKETS):
            count = starts[i]
            starts[i] = total
            total += count
        for i in range(size):
            digit = ((cython.cast(cython.ulonglong, source[i]) ^ sign) >> shift) & (_BUCKETS - 1)
            target[starts[digit]] = source[i]
            starts[digit] += 1
        return True


# -- runs: storage and single edits


@cython.final
@cython.cclass
class Runs(Longs):
    """A set of keys.  Operations return new sets, edits change this one.

    ``at`` holds the bounds, ``size`` of them.
    """

    if not cython.compiled:
        __slots__ = ()

    def bounds(self) -> list:
        """Return the bounds as a list of integers."""
        if not cython.compiled:
            return self.at[:]
        i: cython.Py_ssize_t
        return [self.at[i] for i in range(self.size)]

    def copy(self) -> Runs:
        made: Runs = Runs()
        made.extend(self, 0, self.size)
        return made

    def count(self):
        """Return the number of keys."""
        total: cython.longlong = 0
        i: cython.Py_ssize_t
        if not cython.compiled:
            return sum(self.at[1::2]) - sum(self.at[::2])
        for i in range(0, self.size, 2):
            total += self.at[i + 1] - self.at[i]
        return total

    @cython.cfunc
    @cython.exceptval(check=False)
    def find(self, key: cython.longlong) -> cython.Py_ssize_t:
        """Return how many bounds are at or below *key*: odd if it is in the set."""
        if not cython.compiled:
            return bisect_right(self.at, key)
        at: cython.pointer[cython.longlong] = self.at
        left: cython.Py_ssize_t = self.size
        half: cython.Py_ssize_t
        if left == 0 or at[0] > key:
            return 0
        while left > 1:
            half = left >> 1
            at += half if at[half] <= key else 0
            left -= half
        return at - self.at + 1

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def splice(
        self,
        i: cython.Py_ssize_t,
        j: cython.Py_ssize_t,
        lo: cython.longlong,
        with_lo: cython.bint,
        hi: cython.longlong,
        with_hi: cython.bint,
    ) -> cython.int:
        """Replace the bounds between two indexes by *lo* and *hi*, or one, or none."""
        if not cython.compiled:
            self.at[i:j] = [lo] * with_lo + [hi] * with_hi
            return 0
        count: cython.Py_ssize_t = with_lo + with_hi
        if j - i != count:
            self.reserve(count)
            memmove(
                self.at + i + count,
                self.at + j,
                (self.size - j) * cython.sizeof(cython.longlong),
            )
            self.size += count - (j - i)
        if with_lo:
            self.at[i] = lo
            i += 1
        if with_hi:
            self.at[i] = hi
        return 0

    def contains(self, key: cython.longlong) -> bool:
        return bool(self.find(key) & 1)

    def insert(self, lo: cython.longlong, hi: cython.longlong):
        """Add the keys from *lo* to before *hi*."""
        _check(lo, hi)
        i: cython.Py_ssize_t = self.find(lo - 1)
        j: cython.Py_ssize_t = self.find(hi)
        self.splice(i, j, lo, not i & 1, hi, not j & 1)

    def erase(self, lo: cython.longlong, hi: cython.longlong):
        """Take out the keys from *lo* to before *hi*."""
        _check(lo, hi)
        i: cython.Py_ssize_t = self.find(lo - 1)
        j: cython.Py_ssize_t = self.find(hi)
        self.splice(i, j, lo, i & 1, hi, j & 1)

    # -- algebra

    def union(self, other: Runs) -> Runs:
        if self.size == 0 or other.size == 0:
            return self.copy() if self.size else other.copy()
        made: Runs = Runs()
        _reserve(made, self.size + other.size)
        made.push(min(self.at[0], other.at[0]))
        _sweep(made, self, 1, other, 1, 0, 1)
        made.push(max(self.at[self.size - 1], other.at[other.size - 1]))
        return made

    def intersection(self, other: Runs) -> Runs:
        made: Runs = Runs()
        if self.size and other.size:
            _reserve(made, self.size + other.size)
            _sweep(made, self, 0, other, 0, 1, 0)
        return made

    def difference(self, other: Runs) -> Runs:
        if self.size == 0 or other.size == 0:
            return self.copy()
        made: Runs = Runs()
        _reserve(made, self.size + other.size)
        _sweep(made, self, 0, other, 1, 0, 0)
        return made

    def symmetric_difference(self, other: Runs) -> Runs:
        made: Runs = Runs()
        bounds: Longs = Longs()
        bounds.extend(self, 0, self.size)
        bounds.extend(other, 0, other.size)
        bounds.sort()
        bound: cython.longlong
        i: cython.Py_ssize_t
        for i in range(bounds.size):
            bound = bounds.at[i]
            if made.size and made.at[made.size - 1] == bound:
                made.cut(made.size - 1)
            else:
                made.push(bound)
        return made

    def issubset(self, other: Runs) -> bool:
        """Tell if every run lies within one run of *other*."""
        i: cython.Py_ssize_t
        k: cython.Py_ssize_t
        for i in range(0, self.size, 2):
            k = other.find(self.at[i])
            if not k & 1 or other.at[k] < self.at[i + 1]:
                return False
        return True

    def isdisjoint(self, other: Runs) -> bool:
        common: Runs = self.intersection(other)
        return common.size == 0

    def equals(self, other: Runs) -> bool:
        i: cython.Py_ssize_t
        if not cython.compiled:
            return self.at == other.at
        if self.size != other.size:
            return False
        for i in range(self.size):
            if self.at[i] != other.at[i]:
                return False
        return True

    # -- ranks

    def select(self, rank: cython.longlong):
        """Return the key that *rank* keys precede; IndexError if there is none."""
        i: cython.Py_ssize_t
        if rank >= 0:
            for i in range(0, self.size, 2):
                if rank < self.at[i + 1] - self.at[i]:
                    return self.at[i] + rank
                rank -= self.at[i + 1] - self.at[i]
        raise IndexError("list index out of range")

    def rank(self, key: cython.longlong):
        """Return how many keys precede *key*; -1 if it is not in the set."""
        if not self.find(key) & 1:
            return -1
        before: cython.longlong = 0
        i: cython.Py_ssize_t = 0
        while self.at[i + 1] <= key:
            before += self.at[i + 1] - self.at[i]
            i += 2
        return before + key - self.at[i]

    def slice(self, start: cython.longlong, stop: cython.longlong, step: cython.longlong = 1):
        """Return the keys of the ranks start, start + step, ... before *stop*."""
        made: Runs = Runs()
        base: cython.longlong = 0
        lo: cython.longlong
        hi: cython.longlong
        size: cython.longlong
        i: cython.Py_ssize_t = 0
        while i < self.size and start < stop:
            lo = self.at[i]
            size = self.at[i + 1] - lo
            hi = min(size, stop - base)
            if step == 1:
                if start - base < hi:
                    made.push(lo + start - base)
                    made.push(lo + hi)
                    start = base + hi
            else:
                while start - base < hi:
                    made.push(lo + start - base)
                    made.push(lo + start - base + 1)
                    start += step
            base += size
            i += 2
        return made

    # -- text

    def padding(self):
        """Return the most digits of an element with leading zeros, or None."""
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
        for i in range(0, self.size, 2):
            _add_texts(made, self.at[i], self.at[i + 1], prefix, suffix)
        return made

    def fold(self, autostep=None) -> str:
        """Return the set as text; see :func:`pieces` for *autostep*."""
        return _text(pieces(self, NEVER if autostep is None else autostep))

    def pieces(self, autostep=None) -> list:
        """Return the pieces of the text: tuples (first, last, step, width).

        *first* and *last* are numbers; *width* is that of the padding, or 0.
        """
        found: Longs = pieces(self, NEVER if autostep is None else autostep)
        i: cython.Py_ssize_t
        return [
            (found.at[i], found.at[i + 1], found.at[i + 2], found.at[i + 3])
            for i in range(0, found.size, 4)
        ]


@cython.cfunc
@cython.inline
@cython.exceptval(-1, check=False)
def _check(lo: cython.longlong, hi: cython.longlong) -> cython.int:
    """Raise OverflowError where compiled arithmetic could leave its limits."""
    if cython.compiled and (lo < -LIMIT or hi > LIMIT):
        raise OverflowError("key out of range")
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _reserve(runs: Runs, size: cython.Py_ssize_t) -> cython.int:
    if cython.compiled:
        runs.reserve(size + 2)
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _sweep(
    made: Runs,
    a: Runs,
    a_kind: cython.Py_ssize_t,
    b: Runs,
    b_kind: cython.Py_ssize_t,
    skip_p: cython.Py_ssize_t,
    skip_q: cython.Py_ssize_t,
) -> cython.int:
    """Append to *made* the pairs with p < q; see *Algebra* above.

    a_kind, b_kind: which bounds of the two sets are p, 0 the starts or 1 the
        stops; the others are q.
    skip_p, skip_q: how many of the first p, or of the first q, to leave out.
    """
    if not cython.compiled:
        p = sorted(a.at[a_kind::2] + b.at[b_kind::2])
        q = sorted(a.at[1 - a_kind :: 2] + b.at[1 - b_kind :: 2])
        pairs = zip(p[skip_p:], q[skip_q:])
        made.at.extend([bound for pair in pairs if pair[0] < pair[1] for bound in pair])
        return 0
    # Behind its last bound each array gets one more of each kind, beyond all
    # others: so the merge need not look out for the ends.
    a.reserve(2)
    b.reserve(2)
    a.at[a.size] = a.at[a.size + 1] = NEVER
    b.at[b.size] = b.at[b.size + 1] = NEVER
    ap: cython.pointer[cython.longlong] = a.at + a_kind
    bp: cython.pointer[cython.longlong] = b.at + b_kind
    aq: cython.pointer[cython.longlong] = a.at + (1 - a_kind)
    bq: cython.pointer[cython.longlong] = b.at + (1 - b_kind)
    out: cython.pointer[cython.longlong] = made.at + made.size
    low: cython.longlong
    high: cython.longlong
    first: cython.bint
    rest: cython.Py_ssize_t
    for rest in range(skip_p):
        if ap[0] <= bp[0]:
            ap += 2
        else:
            bp += 2
    for rest in range(skip_q):
        if aq[0] <= bq[0]:
            aq += 2
        else:
            bq += 2
    # No branch depends on the data: a wrong guess costs more than this.
    for rest in range((a.size + b.size) // 2 - (skip_p | skip_q)):
        first = ap[0] <= bp[0]
        low = ap[0] if first else bp[0]
        ap += 2 * first
        bp += 2 - 2 * first
        first = aq[0] <= bq[0]
        high = aq[0] if first else bq[0]
        aq += 2 * first
        bq += 2 - 2 * first
        out[0] = low
        out[1] = high
        out += 2 * (low < high)
    made.size = out - made.at
    return 0


# -- making sets


@cython.cfunc
def runs_of_keys(keys: Longs) -> Runs:
    """Return the set of *keys*, which may repeat and come in any order.

    Sorts *keys* in place.
    """
    made: Runs = Runs()
    key: cython.longlong
    hi: cython.longlong = 0
    i: cython.Py_ssize_t
    keys.sort()
    for i in range(keys.size):
        key = keys.at[i]
        if i and key <= hi:
            hi = key + 1
            continue
        if i:
            made.push(hi)
        made.push(key)
        hi = key + 1
    if keys.size:
        made.push(hi)
    return made


def joined(starts: Longs, stops: Longs) -> Runs:
    """Return the union of runs, however they lie; sorts both arrays."""
    made: Runs = Runs()
    if starts.size == 0:
        return made
    starts.sort()
    stops.sort()
    i: cython.Py_ssize_t
    made.push(starts.at[0])
    for i in range(1, starts.size):
        if stops.at[i - 1] < starts.at[i]:
            made.push(stops.at[i - 1])
            made.push(starts.at[i])
    made.push(stops.at[stops.size - 1])
    return made


if cython.compiled:

    @cython.cfunc
    def runs_of_bounds(bounds: cython.pointer[cython.longlong], size: cython.Py_ssize_t) -> Runs:
        """Return the set with these bounds: sorted, no two equal."""
        made: Runs = Runs()
        made.reserve(size)
        memcpy(made.at, bounds, size * cython.sizeof(cython.longlong))
        made.size = size
        return made


def from_bounds(bounds) -> Runs:
    """Return the set with these bounds: sorted integers, no two equal."""
    made: Runs = Runs()
    bound: cython.longlong
    for bound in bounds:
        _check(bound, bound)
        made.push(bound)
    return made


def from_keys(keys) -> Runs:
    """Return the set of *keys*, integers that may repeat, in any order."""
    found: Longs = Longs()
    key: cython.longlong
    for key in keys:
        _check(key, key)
        found.push(key)
    return runs_of_keys(found)


def from_runs(pairs) -> Runs:
    """Return the union of runs ``(lo, hi)``, however they lie."""
    starts: Longs = Longs()
    stops: Longs = Longs()
    lo: cython.longlong
    hi: cython.longlong
    for lo, hi in pairs:
        _check(lo, hi)
        starts.push(lo)
        stops.push(hi)
    return joined(starts, stops)


def from_texts(texts: list):
    """Return the set of elements given as digit strings.

    Returns None if one is not a string of ASCII digits that fits: then each
    has to be looked at.
    """
    if not cython.compiled:
        all_texts = "".join(texts)
        if not (all_texts.isascii() and all_texts.isdigit() and all(texts)):
            return None
        return from_keys([OFFSET[len(text)] + int(text) for text in texts])
    found: Longs = Longs()
    found.reserve(len(texts))
    key: cython.longlong
    for text in texts:
        if type(text) is not str or PyUnicode_KIND(text) != 1:
            return None
        key = _digits_key(
            cython.cast(cython.p_uchar, PyUnicode_DATA(text)), len(cython.cast(str, text))
        )
        if key < 0:
            return None
        found.push(key)
    return runs_of_keys(found)


if cython.compiled:

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def _digits_key(text: cython.p_uchar, width: cython.Py_ssize_t) -> cython.longlong:
        """Return the key of *width* digits; -1 if they are not, or too many."""
        value: cython.longlong = 0
        digit: cython.uint
        i: cython.Py_ssize_t
        if width == 0 or width > 18:
            return -1
        for i in range(width):
            digit = text[i] - cython.cast(cython.uint, 48)
            if digit > 9:
                return -1
            value = value * 10 + digit
        return OFFSET[width] + value


def widened(runs) -> object:
    """Return *runs* as a set of the interpreted life, whose keys have no limit."""
    from ClusterShell._kernels import intervals as interpreted

    return interpreted.from_bounds(runs.bounds()) if isinstance(runs, Runs) else runs


# -- keys and elements


@cython.cfunc
@cython.exceptval(check=False)
def width_of(key: cython.longlong) -> cython.int:
    """Return the number of digits of the element of a key (1 if it is negative)."""
    width: cython.int = 1
    while key >= OFFSET[width + 1]:
        width += 1
    return width


def key_of(text: str):
    """Return the key of an element given as ASCII digits, with or without a sign."""
    value = int(text)
    return value if value < 0 else OFFSET[len(text)] + value


def text_of(key: cython.longlong) -> str:
    """Return the element of a key."""
    if key < 0:
        return str(key)
    width: cython.int = width_of(key)
    return str(key - OFFSET[width]).rjust(width, "0")


def value_of(key: cython.longlong):
    """Return the number that the element of a key stands for."""
    return key if key < 0 else key - OFFSET[width_of(key)]


def from_numbers(pairs, width: cython.int = 1) -> Runs:
    """Return the set of the numbers *first* to *last* of all pairs.

    width: fill up numbers that are not negative to so many digits.
    """
    starts: Longs = Longs()
    stops: Longs = Longs()
    first: cython.longlong
    last: cython.longlong
    stop: cython.longlong
    digits: cython.int
    if cython.compiled and width > 18:
        raise OverflowError("key out of range")
    for first, last in pairs:
        if cython.compiled and (first < -LIMIT or last >= POWER[18]):
            raise OverflowError("key out of range")
        if first < 0:
            starts.push(first)
            stops.push(min(last, -1) + 1)
            first = 0
        digits = width
        while first <= last:
            while first >= POWER[digits]:
                digits += 1
            stop = min(last + 1, POWER[digits])
            starts.push(OFFSET[digits] + first)
            stops.push(OFFSET[digits] + stop)
            first = stop
    return joined(starts, stops)


# -- writing text


@cython.cfunc
def pieces(runs: Runs, autostep: cython.longlong) -> Longs:
    """Return the pieces of the text of a set, each first, last, step, width.

    The numbers of a piece have the same padding, *width* digits, or none (0);
    with 05 in the set, 10 counts as padded too.  Unpadded ones go on from 9 to
    10 if no padded element lies between.  Numbers at the same distance make
    one piece with a step if they are more than *autostep* many.
    """
    found: Longs = Longs()
    i: cython.Py_ssize_t
    lo: cython.longlong
    hi: cython.longlong
    stop: cython.longlong
    offset: cython.longlong
    width: cython.int = 1
    padding: cython.int = 0
    for i in range(0, runs.size, 2):
        lo = runs.at[i]
        hi = runs.at[i + 1]
        while lo < hi:
            # Cut where the number of digits changes.
            while lo >= OFFSET[width + 1]:
                width += 1
                padding = 0
            stop = min(hi, OFFSET[width + 1])
            offset = OFFSET[width]
            if width > 1 and lo - offset < POWER[width - 1]:
                padding = width
            _add_piece(found, lo - offset, stop - 1 - offset, padding, width)
            lo = stop
    return found if autostep >= NEVER else _stepped(found, autostep)


@cython.cfunc
@cython.exceptval(-1, check=False)
def _add_piece(
    found: Longs,
    first: cython.longlong,
    last: cython.longlong,
    padding: cython.int,
    width: cython.int,
) -> cython.int:
    """Append a piece, or join it to the last: 8-9 and 10-12 are 8-12."""
    end: cython.Py_ssize_t = found.size
    if (
        end
        and padding == 0
        and width > 1
        and first == POWER[width - 1]
        and found.at[end - 1] == 0
        and found.at[end - 3] == first - 1
    ):
        found.at[end - 3] = last
        return 0
    found.push(first)
    found.push(last)
    found.push(1)
    found.push(padding)
    return 0


@cython.cfunc
def _stepped(plain: Longs, autostep: cython.longlong) -> Longs:
    """Join pieces at equal distances to pieces with a step.

    Reads numbers from left to right, as many as follow one another at the
    same distance.  If these are too few, all but the last are written singly,
    and the last may begin the next piece.
    """
    found: Longs = Longs()
    i: cython.Py_ssize_t
    number: cython.longlong
    stop: cython.longlong
    padding: cython.longlong
    # What was read and not yet written.
    first: cython.longlong = 0
    last: cython.longlong = 0
    step: cython.longlong = 0
    count: cython.longlong = 0
    padded: cython.longlong = 0
    for i in range(0, plain.size, 4):
        number = plain.at[i]
        stop = plain.at[i + 1]
        padding = plain.at[i + 3]
        if padding != padded:
            _flush(found, first, last, step, count, padded, autostep)
            count = 0
            padded = padding
        while number <= stop:
            if count == 0:
                first = number
                step = 0
                count = 1
            elif step == number - last or (count == 1 and step == 0):
                step = number - last
                count += 1
            elif step == 1 or count > autostep:
                _flush(found, first, last, step, count, padded, autostep)
                # A number right behind a piece only begins what is contiguous.
                step = 1 if number - last == 1 else 0
                first = number
                count = 1
            else:
                while count > 1:
                    _put(found, first, first, 1, padded)
                    first += step
                    count -= 1
                step = number - last
                count = 2
            last = number
            number += 1
            if step == 1 and count > 1 and number <= stop:
                count += stop - number + 1
                last = stop
                number = stop + 1
    _flush(found, first, last, step, count, padded, autostep)
    return found


@cython.cfunc
@cython.exceptval(-1, check=False)
def _flush(
    found: Longs,
    first: cython.longlong,
    last: cython.longlong,
    step: cython.longlong,
    count: cython.longlong,
    padding: cython.longlong,
    autostep: cython.longlong,
) -> cython.int:
    """Write *count* numbers at the same distance: as one piece, or singly."""
    if count and (count == 1 or step == 1 or count > autostep):
        _put(found, first, last, step if count > 1 else 1, padding)
        return 0
    while count > 0:
        _put(found, first, first, 1, padding)
        first += step
        count -= 1
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _put(
    found: Longs,
    first: cython.longlong,
    last: cython.longlong,
    step: cython.longlong,
    padding: cython.longlong,
) -> cython.int:
    found.push(first)
    found.push(last)
    found.push(step)
    found.push(padding)
    return 0


if cython.compiled:

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def _write_number(
        to: cython.p_char, number: cython.longlong, padding: cython.longlong
    ) -> cython.p_char:
        """Write a number with at least *padding* digits; return the end."""
        digits: cython.char[24]
        size: cython.int = 0
        if number < 0:
            to[0] = 45
            to += 1
            number = -number
        while True:
            digits[size] = 48 + cython.cast(cython.char, number % 10)
            number //= 10
            size += 1
            if number == 0:
                break
        while size < padding:
            digits[size] = 48
            size += 1
        while size:
            size -= 1
            to[0] = digits[size]
            to += 1
        return to

    @cython.cfunc
    def _text(found: Longs) -> str:
        """Return pieces as text."""
        # Three numbers of at most 20 characters and as many signs between them.
        buffer: cython.p_char = cython.cast(cython.p_char, malloc(max(found.size, 4) * 16))
        if buffer == cython.NULL:
            raise MemoryError()
        to: cython.p_char = buffer
        i: cython.Py_ssize_t
        for i in range(0, found.size, 4):
            if i:
                to[0] = 44
                to += 1
            to = _write_number(to, found.at[i], found.at[i + 3])
            if found.at[i + 1] != found.at[i]:
                to[0] = 45
                to = _write_number(to + 1, found.at[i + 1], found.at[i + 3])
            if found.at[i + 2] != 1:
                to[0] = 47
                to = _write_number(to + 1, found.at[i + 2], 0)
        try:
            return PyUnicode_DecodeASCII(buffer, to - buffer, cython.NULL)
        finally:
            free(buffer)

    @cython.cfunc
    def _add_texts(made: list, lo: cython.longlong, hi: cython.longlong, prefix: str, suffix: str):
        """Append the elements of one run to *made*."""
        digits: cython.char[24]
        end: cython.p_char
        width: cython.int
        plain: cython.bint = not prefix and not suffix
        while lo < hi:
            width = width_of(lo) if lo >= 0 else 0
            end = _write_number(digits, lo - OFFSET[width], width)
            text = PyUnicode_DecodeASCII(digits, end - digits, cython.NULL)
            made.append(text if plain else prefix + text + suffix)
            lo += 1

else:

    def _text(found: Longs) -> str:
        """Return pieces as text."""
        parts = []
        at = iter(found.at)
        for first, last, step, padding in zip(at, at, at, at):
            text = f"{first:0{padding}d}"
            if last != first:
                text += f"-{last:0{padding}d}"
                if step != 1:
                    text += f"/{step}"
            parts.append(text)
        return ",".join(parts)

    def _add_texts(made: list, lo: int, hi: int, prefix: str, suffix: str) -> None:
        """Append the elements of one run to *made*."""
        prefix = prefix.replace("%", "%%")
        suffix = suffix.replace("%", "%%")
        if lo < 0:
            made.extend(map(f"{prefix}%d{suffix}".__mod__, range(lo, min(hi, 0))))
            lo = 0
        width = 1
        while lo < hi:
            while lo >= OFFSET[width + 1]:
                width += 1
            stop = min(hi, OFFSET[width + 1])
            offset = OFFSET[width]
            template = f"{prefix}%0{width}d{suffix}"
            made.extend(map(template.__mod__, range(lo - offset, stop - offset)))
            lo = stop


# -- reading text


if cython.compiled:

    def read(text: str, start: cython.Py_ssize_t = 0, stop: cython.Py_ssize_t = -1):
        """Return the set that a folded text stands for.

        Reads what is plain: ASCII digits, and between them ``,``, ``-`` and
        ``/``.  Returns None for any other text, malformed or not.
        """
        if PyUnicode_KIND(text) != 1:
            return None
        size: cython.Py_ssize_t = len(text)
        if stop < 0 or stop > size:
            stop = size
        at: cython.p_uchar = cython.cast(cython.p_uchar, PyUnicode_DATA(text))
        end: cython.p_uchar = at + stop
        at += start
        starts: Longs = Longs()
        stops: Longs = Longs()
        number: cython.longlong[3]
        digits: cython.Py_ssize_t[3]
        field: cython.int
        mark: cython.p_uchar
        lo: cython.longlong
        hi: cython.longlong
        step: cython.longlong
        width: cython.int
        while True:
            digits[1] = digits[2] = 0
            field = 0
            while True:
                mark = at
                number[field] = 0
                while at < end and 48 <= at[0] <= 57:
                    number[field] = number[field] * 10 + (at[0] - 48)
                    at += 1
                digits[field] = at - mark
                if digits[field] == 0 or digits[field] > 18:
                    return None
                if at < end and at[0] == 45 and field == 0:
                    field = 1
                elif at < end and at[0] == 47 and field == 1:
                    field = 2
                else:
                    break
                at += 1
            if at < end and at[0] != 44:
                return None
            if digits[1] == 0:
                number[1] = number[0]
                digits[1] = digits[0]
            step = number[2] if digits[2] else 1
            if number[1] < number[0] or step == 0:
                return None
            if digits[0] != digits[1] and (
                (digits[0] > 1 and number[0] < POWER[digits[0] - 1])
                or number[1] < POWER[digits[1] - 1]
            ):
                return None
            lo = number[0]
            width = digits[0]
            if step > 1:
                while lo <= number[1]:
                    while lo >= POWER[width]:
                        width += 1
                    starts.push(OFFSET[width] + lo)
                    stops.push(OFFSET[width] + lo + 1)
                    lo += step
            else:
                while lo <= number[1]:
                    hi = min(number[1] + 1, POWER[width])
                    starts.push(OFFSET[width] + lo)
                    stops.push(OFFSET[width] + hi)
                    lo = hi
                    width += 1
            if at == end:
                return joined(starts, stops)
            at += 1

else:

    def read(text: str, start: int = 0, stop: int = -1):
        """Return the set that a folded text stands for.

        Reads what is plain: ASCII digits, and between them ``,``, ``-`` and
        ``/``.  Returns None for any other text, malformed or not.
        """
        if start or stop >= 0:
            text = text[start : stop if stop >= 0 else None]
        if not text.isascii():
            return None
        pairs: list = []
        for part in text.split(","):
            first, dash, rest = part.partition("-")
            if not dash:
                if not part.isdigit():
                    return None
                key = OFFSET[len(part)] + int(part)
                pairs.append((key, key + 1))
                continue
            last, slash, step = rest.partition("/")
            if not (first.isdigit() and last.isdigit() and (step.isdigit() or not slash)):
                return None
            lo = int(first)
            hi = int(last)
            each = int(step) if slash else 1
            width = len(first)
            if hi < lo or each == 0:
                return None
            if width != len(last) and (len(str(lo)) != width or len(str(hi)) != len(last)):
                return None
            if each > 1:
                for number in range(lo, hi + 1, each):
                    key = OFFSET[max(width, len(str(number)))] + number
                    pairs.append((key, key + 1))
                continue
            while lo <= hi:
                end = min(hi + 1, POWER[width])
                pairs.append((OFFSET[width] + lo, OFFSET[width] + end))
                lo = end
                width += 1
        return from_runs(pairs)


@cython.cclass
class RunSet:
    """What a range set is made of: its runs and its autostep.

    _runs: the :class:`Runs`, of the interpreted life if keys need it.
    _autostep: more numbers than this at equal distances are written with a step.
    """

    if not cython.compiled:
        __slots__ = ("_runs", "_autostep")
