# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Arrays of integers: what the kernels of range sets keep their data in."""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.libc.stdlib import calloc, free, realloc
    from cython.cimports.libc.string import memcpy, memmove
else:
    from bisect import bisect_right
    from operator import lt

# Bits of one digit of the radix sort, and the size from which it pays.  Digits
# of more bits make fewer passes, but write to more places than caches follow.
_DIGIT = cython.declare(cython.int, 8)
_BUCKETS = cython.declare(cython.Py_ssize_t, 256)
_MANY = cython.declare(cython.Py_ssize_t, 64)


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
                # Most sets are edited, and have a few runs: these take one piece of memory.
                room = max(room + (room >> 1), self.size + more, 8)
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
            if start >= stop:
                return 0
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
            """Sort by radix, unless the integers are few or sorted already."""
            i: cython.Py_ssize_t
            unsorted: cython.bint = False
            varying: cython.ulonglong = 0
            for i in range(1, self.size):
                unsorted |= self.at[i - 1] > self.at[i]
                varying |= self.at[i] ^ self.at[i - 1]
            if not unsorted:
                return 0
            if self.size < _MANY:
                insertion_sort(self.at, self.size)
                return 0
            spare: Longs = longs(self.size)
            source: cython.pointer[cython.longlong] = self.at
            target: cython.pointer[cython.longlong] = spare.at
            between: cython.pointer[cython.longlong]
            shift: cython.int
            for shift in range(0, 64, _DIGIT):
                if (varying >> shift) & (_BUCKETS - 1):
                    _radix_pass(source, target, self.size, shift)
                    between = source
                    source = target
                    target = between
            if source != self.at:
                memcpy(self.at, source, self.size * cython.sizeof(cython.longlong))
            return 0

        @cython.cfunc
        @cython.exceptval(check=False)
        def find(self, value: cython.longlong) -> cython.Py_ssize_t:
            """Return how many integers of a sorted array are at or below *value*."""
            base: cython.pointer[cython.longlong] = self.at
            left: cython.Py_ssize_t = self.size
            half: cython.Py_ssize_t
            if left == 0:
                return 0
            while left > 1:
                half = left >> 1
                if base[half - 1] <= value:
                    base += half
                left -= half
            return (base - self.at) + (base[0] <= value)

        @cython.cfunc
        @cython.exceptval(-1, check=False)
        def splice(
            self,
            i: cython.Py_ssize_t,
            j: cython.Py_ssize_t,
            first: cython.longlong,
            with_first: cython.bint,
            second: cython.longlong,
            with_second: cython.bint,
        ) -> cython.int:
            """Replace the integers between two indexes by *first*, *second*, or both."""
            count: cython.Py_ssize_t = with_first + with_second
            if j - i != count:
                self.reserve(count)
                memmove(
                    self.at + i + count,
                    self.at + j,
                    (self.size - j) * cython.sizeof(cython.longlong),
                )
                self.size += count - (j - i)
            if with_first:
                self.at[i] = first
                i += 1
            if with_second:
                self.at[i] = second
            return 0

        @cython.cfunc
        def swap(self, other: Longs) -> cython.void:
            """Exchange the integers with *other*."""
            at: cython.pointer[cython.longlong] = self.at
            size: cython.Py_ssize_t = self.size
            room: cython.Py_ssize_t = self.room
            self.at = other.at
            self.size = other.size
            self.room = other.room
            other.at = at
            other.size = size
            other.room = room

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

        def find(self, value: int) -> int:
            return bisect_right(self.at, value)

        def splice(self, i, j, first, with_first, second, with_second) -> None:
            self.at[i:j] = [first] * bool(with_first) + [second] * bool(with_second)

        def swap(self, other: Longs) -> None:
            self.at, other.at = other.at, self.at
            self.push, other.push = other.push, self.push

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def join(self, lo: cython.longlong, hi: cython.longlong) -> cython.int:
        """Append two integers; if the first one is the last there is, it goes instead."""
        if self.size and self.at[self.size - 1] == lo:
            self.at[self.size - 1] = hi
        else:
            self.push(lo)
            self.push(hi)
        return 0


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


@cython.cfunc
def joined(starts: Longs, stops: Longs) -> Longs:
    """Return the bounds of the union of runs, however they lie; sorts both arrays."""
    made: Longs = Longs()
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
def joined_pairs(pairs: Longs) -> Longs:
    """Return the bounds of the union of runs, given as pairs of bounds, however they lie.

    They are those of *pairs*, if these are in order.
    """
    starts: Longs
    stops: Longs
    size: cython.Py_ssize_t = 0
    i: cython.Py_ssize_t
    if not cython.compiled and all(map(lt, pairs.at[1::2], pairs.at[2::2])):
        return pairs
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
        return pairs
    starts = Longs()
    stops = Longs()
    for k in range(0, size, 2):
        starts.push(pairs.at[k])
        stops.push(pairs.at[k + 1])
    for k in range(i, pairs.size, 2):
        starts.push(pairs.at[k])
        stops.push(pairs.at[k + 1])
    return joined(starts, stops)


if cython.compiled:

    @cython.cfunc
    def insertion_sort(at: cython.pointer[cython.longlong], size: cython.Py_ssize_t) -> cython.void:
        i: cython.Py_ssize_t
        k: cython.Py_ssize_t
        value: cython.longlong
        for i in range(1, size):
            value = at[i]
            k = i
            while k > 0 and at[k - 1] > value:
                at[k] = at[k - 1]
                k -= 1
            at[k] = value

    @cython.cfunc
    def _radix_pass(
        source: cython.pointer[cython.longlong],
        target: cython.pointer[cython.longlong],
        size: cython.Py_ssize_t,
        shift: cython.int,
    ) -> cython.void:
        """Sort by one digit from *source* to *target*."""
        starts = cython.declare(cython.Py_ssize_t[256])
        i: cython.Py_ssize_t
        digit: cython.ulonglong
        count: cython.Py_ssize_t
        total: cython.Py_ssize_t = 0
        # The sign bit inverted, negative integers come first.
        sign: cython.ulonglong = cython.cast(cython.ulonglong, 1) << 63
        for i in range(_BUCKETS):
            starts[i] = 0
        for i in range(size):
            digit = (cython.cast(cython.ulonglong, source[i]) ^ sign) >> shift
            starts[digit & (_BUCKETS - 1)] += 1
        for i in range(_BUCKETS):
            count = starts[i]
            starts[i] = total
            total += count
        for i in range(size):
            digit = ((cython.cast(cython.ulonglong, source[i]) ^ sign) >> shift) & (_BUCKETS - 1)
            target[starts[digit]] = source[i]
            starts[digit] += 1


# -- sums


@cython.final
@cython.cclass
class Sums(Longs):
    """How many there are in each of some places, and before it: a binary indexed
    tree [Fenwick 1994].

    The n-th number is the sum of the last ``n & -n`` counts of the first n.
    """

    if not cython.compiled:
        __slots__ = ()

    @cython.cfunc
    def change(self, place: cython.Py_ssize_t, change: cython.longlong) -> cython.void:
        """Add *change* to the count of a place."""
        n: cython.Py_ssize_t = place + 1
        while n < self.size:
            self.at[n] += change
            n += n & -n

    @cython.cfunc
    @cython.exceptval(check=False)
    def before(self, place: cython.Py_ssize_t) -> cython.longlong:
        """Return how many there are before a place."""
        found: cython.longlong = 0
        while place:
            found += self.at[place]
            place -= place & -place
        return found

    @cython.cfunc
    @cython.exceptval(check=False)
    def holding(self, rank: cython.longlong) -> cython.Py_ssize_t:
        """Return the place of the one that *rank* others precede."""
        place: cython.Py_ssize_t = 0
        step: cython.Py_ssize_t = 1
        while 2 * step < self.size:
            step *= 2
        while step:
            if place + step < self.size and self.at[place + step] <= rank:
                place += step
                rank -= self.at[place]
            step >>= 1
        return place


@cython.cfunc
def sums_of(counts: Longs) -> Sums:
    """Return the sums of the counts of some places."""
    sums: Sums = Sums()
    n: cython.Py_ssize_t
    sums.push(0)
    sums.extend(counts, 0, counts.size)
    for n in range(1, sums.size):
        if n + (n & -n) < sums.size:
            sums.at[n + (n & -n)] += sums.at[n]
    return sums
