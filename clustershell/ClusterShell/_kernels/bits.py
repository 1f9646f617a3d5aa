# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Scattered sets of keys as bits.

Where runs are many and close together, one bit for each key of a *window*, the
stretch of keys from the first to the last, is shorter than a list of bounds
(see :mod:`intervals`), and faster by more than that: the algebra of two sets is
that of their words, without a branch, an edit is one bit, and so is a look-up.

Compiled, the bits are words of 64 in C memory.  Interpreted, they are one
integer of Python, whose operators have such loops inside, or a bytearray, of
which single bits can be changed; each is made from the other when needed.

The caller sees to it that windows are not much wider than their keys are many.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.bits import count_bits, count_edges, lowest, ones
    from cython.cimports.ClusterShell._compiled.longs import Longs, Sums, sums_of
    from cython.cimports.libc.stdlib import calloc, free, malloc
    from cython.cimports.libc.string import memcpy
else:
    from ClusterShell._kernels.longs import Longs, Sums, sums_of

__all__: list = []

# Words of a block, which ranks are counted by.
_BLOCK = cython.declare(cython.Py_ssize_t, 64)
_BLOCK_KEYS = cython.declare(cython.longlong, 64 * 64)

# All bits of a word.
_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)

if not cython.compiled:
    # Python has it from 3.10 on.
    _ones = getattr(int, "bit_count", None) or (lambda number: bin(number).count("1"))

    # For each byte, the places of its bits.
    _PLACES = [[place for place in range(8) if byte >> place & 1] for byte in range(256)]


@cython.final
@cython.no_gc
@cython.cclass
class Bits:
    """Bits of the keys of a window.

    base: the first key of the window, a multiple of 64.
    size: how many words it has, of 64 keys each.
    sums: sums of the numbers of keys in blocks of words; None until somebody
        asks for ranks.
    """

    if cython.compiled:

        def __dealloc__(self):
            free(self.at)

        @cython.cfunc
        @cython.exceptval(-1, check=False)
        def clear(self, lo: cython.longlong, hi: cython.longlong) -> cython.int:
            """Have a window around the keys from *lo* to before *hi*, and no keys; once only."""
            size: cython.Py_ssize_t = 0
            if lo < hi:
                size = ((hi - 1) >> 6) - (lo >> 6) + 1
            self.at = cython.cast(
                cython.pointer[cython.ulonglong],
                calloc(max(size, 1), cython.sizeof(cython.ulonglong)),
            )
            if self.at == cython.NULL:
                raise MemoryError()
            self.base = lo & -64
            self.size = size
            return 0

        @cython.cfunc
        def copy(self) -> Bits:
            made: Bits = uncleared(self.base, self.size)
            memcpy(made.at, self.at, self.size * cython.sizeof(cython.ulonglong))
            return made

    else:
        __slots__ = ("base", "size", "sums", "number", "octets")

        def clear(self, lo: int, hi: int) -> None:
            """Have a window around the keys from *lo* to before *hi*, and no keys."""
            self.base = lo & -64
            self.size = ((hi - 1) >> 6) - (lo >> 6) + 1 if lo < hi else 0
            self.number = 0
            self.octets = self.sums = None

        def copy(self) -> Bits:
            return of_number(self.base, self.size, self.as_number())

        def as_number(self) -> int:
            """Return the bits as one integer, in which the first key is the lowest bit."""
            number = self.number
            if number is None:
                number = self.number = int.from_bytes(self.octets, "little")
            return number

        def as_octets(self) -> bytearray:
            """Return the bits eight by eight, to be read only."""
            octets = self.octets
            if octets is None:
                octets = self.octets = bytearray(self.number.to_bytes(8 * self.size, "little"))
            return octets

    # -- windows

    @cython.cfunc
    @cython.exceptval(check=False)
    def stop(self) -> cython.longlong:
        """Return the first key behind the window."""
        return self.base + 64 * self.size

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def spans(self, lo: cython.longlong, hi: cython.longlong) -> cython.bint:
        """Tell if the keys from *lo* to before *hi* are in the window."""
        return self.base <= lo and hi <= self.base + 64 * self.size

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def widen(self, lo: cython.longlong, hi: cython.longlong) -> cython.int:
        """Have the keys from *lo* to before *hi* in the window.

        Where it has to grow, there is more room than needed: so it need not
        grow at the next key beyond.
        """
        more: cython.longlong = 64 * (self.size >> 2)
        first: cython.longlong = self.base
        last: cython.longlong = self.stop()
        if lo < first:
            first = max(lo - more, 0) if lo >= 0 else lo - more
        if hi > last:
            last = hi + more
        made: Bits = Bits()
        made.clear(first, last)
        if cython.compiled:
            memcpy(
                made.at + ((self.base - made.base) >> 6),
                self.at,
                self.size * cython.sizeof(cython.ulonglong),
            )
            self.at, made.at = made.at, self.at
        else:
            self.number = self.as_number() << (self.base - made.base)
            self.octets = None
        self.base = made.base
        self.size = made.size
        self.sums = None
        return 0

    # -- keys

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def has(self, key: cython.longlong) -> cython.bint:
        if not cython.compiled:
            place = key - self.base
            return 0 <= place < 64 * self.size and self.as_octets()[place >> 3] >> (place & 7) & 1
        place: cython.ulonglong = cython.cast(cython.ulonglong, key - self.base)
        if place >= cython.cast(cython.ulonglong, 64 * self.size):
            return False
        return (self.at[place >> 6] >> (place & 63)) & 1

    @cython.cfunc
    @cython.exceptval(check=False)
    def change(
        self, lo: cython.longlong, hi: cython.longlong, member: cython.bint
    ) -> cython.longlong:
        """Put the keys from *lo* to before *hi* in, or take them out, within the window.

        Returns how many were changed.
        """
        first: cython.longlong = max(lo - self.base, 0)
        last: cython.longlong = min(hi - self.base, 64 * self.size) - 1
        changed: cython.longlong = 0
        if first > last:
            return 0
        if cython.compiled and first == last:
            if ((self.at[first >> 6] >> (first & 63)) & 1) != member:
                self.at[first >> 6] ^= cython.cast(cython.ulonglong, 1) << (first & 63)
                changed = 1
        else:
            changed = self._fill(first, last, member)
        if not member:
            changed = -changed
        block: cython.Py_ssize_t = first // _BLOCK_KEYS
        if self.sums is not None and changed:
            if block == last // _BLOCK_KEYS:
                self.sums.change(block, changed)
            else:
                self.sums = None
        return changed if member else -changed

    @cython.cfunc
    @cython.exceptval(check=False)
    def _fill(
        self, first: cython.longlong, last: cython.longlong, member: cython.bint
    ) -> cython.longlong:
        """Set or clear the bits from place *first* to place *last*; return how many were not."""
        changed: cython.longlong = 0
        if not cython.compiled:
            octets = self.as_octets()
            self.number = None
            at = first >> 3
            if first == last:
                mask = 1 << (first & 7)
                if bool(octets[at] & mask) is member:
                    return 0
                octets[at] ^= mask
                return 1
            stop = (last >> 3) + 1
            bits = ((1 << (last - first + 1)) - 1) << (first & 7)
            before = int.from_bytes(octets[at:stop], "little")
            after = before | bits if member else before ^ (before & bits)
            octets[at:stop] = after.to_bytes(stop - at, "little")
            return _ones(before ^ after)
        i: cython.Py_ssize_t
        mask: cython.ulonglong
        for i in range(first >> 6, (last >> 6) + 1):
            mask = _ALL
            if i == first >> 6:
                mask &= _ALL << (first & 63)
            if i == last >> 6:
                mask &= _ALL >> (63 - (last & 63))
            if member:
                changed += ones(mask & ~self.at[i])
                self.at[i] |= mask
            else:
                changed += ones(mask & self.at[i])
                self.at[i] &= ~mask
        return changed

    @cython.cfunc
    @cython.exceptval(check=False)
    def count(self) -> cython.longlong:
        """Return the number of keys."""
        return count_bits(self.at, self.size) if cython.compiled else _ones(self.as_number())

    # -- bounds

    @cython.cfunc
    def bounds(self) -> Longs:
        """Return the bounds of the runs of keys."""
        made: Longs = Longs()
        self.cut(made, self.base, self.stop())
        return made

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def cut(self, made: Longs, lo: cython.longlong, hi: cython.longlong) -> cython.int:
        """Append to *made* the bounds of the keys from *lo* to before *hi*."""
        lo = max(lo, self.base)
        hi = min(hi, self.stop())
        if lo >= hi:
            return 0
        first: cython.longlong = lo - self.base
        last: cython.longlong = hi - 1 - self.base
        if not cython.compiled:
            if last - first + 1 == 64 * self.size:
                number = self.as_number()
            else:
                octets = self.as_octets()[first >> 3 : (last >> 3) + 1]
                number = int.from_bytes(octets, "little") >> (first & 7)
                number &= (1 << (hi - lo)) - 1
            number ^= number << 1
            size = (hi - lo) // 8 + 1
            made.at += [
                place + at
                for at, byte in zip(range(lo, lo + 8 * size, 8), number.to_bytes(size, "little"))
                if byte
                for place in _PLACES[byte]
            ]
            return 0
        i: cython.Py_ssize_t
        word: cython.ulonglong
        edges: cython.ulonglong
        member: cython.ulonglong = 0
        out: cython.pointer[cython.longlong]
        at: cython.longlong
        for i in range(first >> 6, (last >> 6) + 1):
            word = self.at[i]
            if i == first >> 6:
                word &= _ALL << (first & 63)
            if i == last >> 6:
                word &= _ALL >> (63 - (last & 63))
            # Where a bit differs from the one before.
            edges = word ^ ((word << 1) | member)
            member = word >> 63
            if made.size + 64 >= made.room:
                made.reserve(65)
            out = made.at + made.size
            at = self.base + 64 * i
            while edges:
                out[0] = at + lowest(edges)
                out += 1
                edges &= edges - 1
            made.size = out - made.at
        if member:
            made.push(self.base + 64 * ((last >> 6) + 1))
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def put_bounds(self, bounds: Longs) -> cython.int:
        """Put in the keys of some runs, all of them in the window."""
        i: cython.Py_ssize_t
        if not cython.compiled:
            # One byte for each key, which then becomes one bit.  The last is first.
            last = self.stop() - 1
            digits = bytearray(b"0") * (64 * self.size)
            for lo, hi in zip(bounds.at[::2], bounds.at[1::2]):
                if hi - lo == 1:
                    digits[last - lo] = 49
                else:
                    digits[last + 1 - hi : last + 1 - lo] = b"1" * (hi - lo)
            self.number = self.as_number() | int(digits, 2)
            self.octets = None
            return 0
        place: cython.longlong
        for i in range(0, bounds.size, 2):
            place = bounds.at[i] - self.base
            if bounds.at[i + 1] - bounds.at[i] == 1:
                self.at[place >> 6] |= cython.cast(cython.ulonglong, 1) << (place & 63)
            else:
                self._fill(place, bounds.at[i + 1] - 1 - self.base, True)
        return 0

    @cython.cfunc
    @cython.exceptval(check=False)
    def edges(self, most: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Return how many bounds there are, or at least *most* where there are as many."""
        if not cython.compiled:
            keys = 64 * self.size
            step = 4096
            number = self.as_number()
            while True:
                part = number & ((1 << step) - 1) if step < keys else number
                found = _ones(part ^ (part << 1))
                if step >= keys:
                    return found
                if found > most:
                    # The end of this part may be none of the set's.
                    return found - 1
                # As many as are enough if they go on as they are until here.
                step = max(4 * step, step * most * 5 // (4 * found + 4))
        return count_edges(self.at, self.size, most)

    # -- ranks

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _between(self, first: cython.longlong, stop: cython.longlong) -> cython.longlong:
        """Return how many bits are set from place *first*, that of a word, to before *stop*."""
        if not cython.compiled:
            octets = self.as_octets()[first >> 3 : (stop + 7) >> 3]
            return _ones(int.from_bytes(octets, "little") & ((1 << (stop - first)) - 1))
        found: cython.longlong = count_bits(self.at + (first >> 6), (stop >> 6) - (first >> 6))
        if stop & 63:
            found += ones(self.at[stop >> 6] & (_ALL >> (64 - (stop & 63))))
        return found

    @cython.cfunc
    def _sums(self) -> Sums:
        """Return ``sums``, made if need be."""
        sums: Sums = self.sums
        i: cython.Py_ssize_t
        if sums is None:
            counts: Longs = Longs()
            for i in range(0, self.size, _BLOCK):
                counts.push(self._between(64 * i, 64 * min(i + _BLOCK, self.size)))
            sums = self.sums = sums_of(counts)
        return sums

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def before(self, key: cython.longlong) -> cython.longlong:
        """Return how many keys precede one of the window."""
        place: cython.longlong = key - self.base
        block: cython.Py_ssize_t = place // _BLOCK_KEYS
        return self._sums().before(block) + self._between(block * _BLOCK_KEYS, place)

    @cython.cfunc
    @cython.exceptval(-1, check=True)
    def select(self, rank: cython.longlong) -> cython.longlong:
        """Return the key that *rank* keys precede; there is one."""
        sums: Sums = self._sums()
        block: cython.Py_ssize_t = sums.holding(rank)
        left: cython.longlong = rank - sums.before(block)
        if not cython.compiled:
            octets = self.as_octets()
            at = block * 8 * _BLOCK
            while left >= len(_PLACES[octets[at]]):
                left -= len(_PLACES[octets[at]])
                at += 1
            return self.base + 8 * at + _PLACES[octets[at]][left]
        i: cython.Py_ssize_t = block * _BLOCK
        word: cython.ulonglong
        while left >= ones(self.at[i]):
            left -= ones(self.at[i])
            i += 1
        word = self.at[i]
        while left:
            word &= word - 1
            left -= 1
        return self.base + 64 * i + lowest(word)


# -- making them


if cython.compiled:

    @cython.cfunc
    def uncleared(base: cython.longlong, size: cython.Py_ssize_t) -> Bits:
        """Return a window whose words are still to be written."""
        made: Bits = Bits()
        made.at = cython.cast(
            cython.pointer[cython.ulonglong],
            malloc(max(size, 1) * cython.sizeof(cython.ulonglong)),
        )
        if made.at == cython.NULL:
            raise MemoryError()
        made.base = base
        made.size = size
        return made

else:

    def of_number(base: int, size: int, number: int) -> Bits:
        """Return a window with these bits."""
        made = Bits()
        made.base = base
        made.size = size
        made.number = number
        made.octets = made.sums = None
        return made
