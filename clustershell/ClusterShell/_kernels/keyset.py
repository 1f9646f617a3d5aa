# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Where a set of integers is kept, and edits of it.

**Runs.**  A set is the sorted list of the places where membership changes, its
*bounds*: ``[lo0, hi0, lo1, hi1, ...]``, each run half-open, no two runs
touching.  A key belongs to the set if an odd number of bounds is at or below
it.  The cost of everything follows the number of runs: ``0-999999999`` is no
dearer than ``0-9``.

**Bits.**  Where runs are many and close together, a list of them is the wrong
thing: such a set is kept as :mod:`bits` of the window from its first key to its
last, which have neither branches nor searches.  It is so as soon as it is built,
edited or combined with another one, if the window has no more than eight words
to a bound, and stops being so beyond sixteen: a word is merged about eight times
as fast as a bound.  So there is never memory in proportion to a distance between
keys.

**Edits.**  Adding a key to a list of runs moves what comes behind it.  So a long
set under edit that is not for bits is kept in parts of limited length (see
:mod:`parts`), as it is when asked for keys by rank; the list itself is made up
again when next an operation needs all of it (:meth:`KeySet.flat`).  What suits a
set is looked at again after as many edits as that takes time (:meth:`KeySet._fit`).
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.bits import Bits
    from cython.cimports.ClusterShell._compiled.keys import LIMIT
    from cython.cimports.ClusterShell._compiled.longs import Longs
    from cython.cimports.ClusterShell._compiled.parts import Parts, change_bounds, count_keys
    from cython.cimports.ClusterShell._compiled.sweeps import bits_of_bounds, merge
    from cython.cimports.libc.string import memcpy

    from ClusterShell._compiled.parts import PART
else:
    from ClusterShell._kernels.bits import Bits
    from ClusterShell._kernels.longs import Longs
    from ClusterShell._kernels.parts import PART, Parts, change_bounds, count_keys
    from ClusterShell._kernels.sweeps import bits_of_bounds

__all__ = ["LONG", "SOME", "WIDE", "KeySet"]

# Bounds of a part, see there.
_PART = cython.declare(cython.Py_ssize_t, PART)

#: A set is long that has more bounds.
LONG = 2 * PART
_LONG = cython.declare(cython.Py_ssize_t, LONG)

# So many edits of a long set are done in the list, which takes less than to fit it.
_PATIENCE = cython.declare(cython.Py_ssize_t, 3)

#: With fewer bounds no set is kept as bits.
SOME = 64
_SOME = cython.declare(cython.Py_ssize_t, SOME)

#: Nor is one whose window has so many times more words than it has bounds; one
#: that is kept so, up to twice as many.  To go through a word takes about an
#: eighth of what it takes to merge a bound.
WIDE = 8
_WIDE = cython.declare(cython.longlong, WIDE)


@cython.no_gc
@cython.cclass
class KeySet(Longs):
    """A set of keys, kept as an array of bounds, as bits, or as parts.

    ``at`` and ``size`` are the bounds unless *stale*; :meth:`flat` has them always.

    total: the number of keys; -1 until asked for.
    bits: the keys as bits, if they are scattered, or None.
    parts: the bounds in parts, for edits and ranks, or None.
    stale: True if the array is nothing, and the set is its bits or its parts.
    left: so many edits are to come before it is looked at again what suits it.

    The interpreted life, in which to make keys of texts takes longer than all the
    rest, has these, too.  *Kept* is what the others say:

    waiting: texts of keys to add to those that are kept, or None.
    gone: texts of keys to take out of those that are kept, before that; None if *waiting*
        is.  ``Runs``, which unites sets, has them kept (``absorb()``).
    direct: so many keys from now on do not wait.
    known: what is known of the keys that are kept, see :class:`texts.Known`, or None.
    elements: all texts, or None if they are not known: *waiting* itself if nothing is
        kept, and else what copies share and nobody changes.
    ends: what :meth:`pop` goes through, see there.

    plain, order: the elements as :mod:`plains` keeps them until the next of the *edits*.

    Many threads may read at a time, and reading may bring the array up to date.
    So it is replaced first, then what stood for it, and *waiting* last: at
    worst, keys are found to be there twice.
    """

    if not cython.compiled:
        # In the class, as most sets never change these.
        total = -1
        bits = parts = waiting = gone = known = elements = ends = None
        stale = False
        left = direct = 0

    else:

        def __cinit__(self):
            self.total = -1

    @cython.ccall
    def flat(self) -> Longs:
        """Return the bounds, not to be changed."""
        if not cython.compiled and self.waiting is not None:
            self.absorb()
        return self._kept()

    @cython.cfunc
    def _kept(self) -> Longs:
        """Return the bounds of the keys that do not wait."""
        if not self.stale:
            return self
        bits: Bits = self.bits
        parts: Parts = self.parts
        if bits is not None:
            return bits.bounds()
        if parts is not None:
            self.swap(parts.flat())
            self.stale = False
        return self

    def bounds(self) -> list:
        """Return the bounds as a list of integers."""
        flat: Longs = self.flat()
        return [flat.at[i] for i in range(flat.size)] if cython.compiled else flat.at[:]

    @cython.ccall
    def count(self):
        """Return the number of keys."""
        if self.total < 0:
            if not cython.compiled and self.waiting is not None:
                if not self.stale and not self.at:
                    return len(self.waiting)
                self.absorb()
            self.total = self._count_kept()
        return self.total

    if cython.compiled:

        @cython.cfunc
        @cython.exceptval(-1, check=False)
        def number(self) -> cython.longlong:
            """Return the number of keys as :meth:`count`."""
            if self.total < 0:
                self.total = self._count_kept()
            return self.total

        @cython.cfunc
        @cython.inline
        def forget(self) -> cython.void:
            """Keep no elements any more: the set has changed."""
            self.edits += 1
            if self.plain is not None:
                self.plain = None
            if self.order is not None:
                self.order = None

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _count_kept(self) -> cython.longlong:
        """Return the number of keys, apart from those that wait."""
        bits: Bits = self.bits
        return count_keys(self._kept()) if bits is None else bits.count()

    @cython.cfunc
    @cython.exceptval(check=False)
    def weight(self) -> cython.Py_ssize_t:
        """Return about how many words or bounds an operation has to go through."""
        bits: Bits = self.bits
        parts: Parts = self.parts
        if bits is not None:
            return bits.size
        return len(parts.lists) * _PART if parts is not None else self.size

    # -- edits

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def change(
        self, lo: cython.longlong, hi: cython.longlong, member: cython.bint
    ) -> cython.longlong:
        """Put the keys from *lo* to before *hi* in, or take them out; return how many."""
        if cython.compiled:
            if lo < -LIMIT or hi > LIMIT:
                raise OverflowError("key out of range")
        elif self.waiting is not None:
            self.absorb()
        return self._edit(lo, hi, member)

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _edit(
        self, lo: cython.longlong, hi: cython.longlong, member: cython.bint
    ) -> cython.longlong:
        """Change keys as :meth:`change`, apart from those that wait."""
        changed: cython.longlong
        if lo >= hi:
            return 0
        if not cython.compiled:
            self.known = self.elements = None
        if self.bits is None and self.parts is None:
            if self.size > _LONG:
                self.left = min(self.left, 0) - 1
                if self.left < -_PATIENCE:
                    self._fit(lo, hi, member)
        elif self.left <= 0 or (member and self.bits is not None and not self.bits.spans(lo, hi)):
            self._fit(lo, hi, member)
        else:
            self.left -= 1
        if self.bits is not None:
            self.stale = True
            if self.size:
                self.swap(Longs())
                self.parts = None
            changed = self.bits.change(lo, hi, member)
        elif self.parts is not None:
            parts: Parts = self.parts
            changed = parts.change(lo, hi, member)
            self.stale = True
            if not parts.lists:
                self.cut(0)
                self.parts = None
                self.stale = False
        else:
            changed = change_bounds(self, lo, hi, member)
        if self.total >= 0:
            self.total += changed if member else -changed
        if cython.compiled:
            self.forget()
        return changed

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _fit(self, lo: cython.longlong, hi: cython.longlong, member: cython.bint) -> cython.int:
        """Keep a long set as what suits it, before the keys from *lo* to before *hi* change.

        That takes as long as to go through all of it; so it is done again only
        after as many edits, or when the window of its bits, of which there is
        more than is needed, has to grow.
        """
        # This may run other code; nothing below does so.
        parts: Parts = Parts()
        bits: Bits = self.bits
        size: cython.Py_ssize_t
        if bits is not None:
            size = bits.edges(64 * bits.size + 1)
            if not member or bits.spans(lo, hi):
                lo = bits.base
                hi = lo
            if (
                size >= _SOME
                and window_words(min(lo, bits.base), max(hi, bits.stop())) <= 2 * _WIDE * size
            ):
                if lo < hi:
                    bits.widen(lo, hi)
                self.left = bits.size
                return 0
            self.swap(bits.bounds())
            self.stale = False
            self.bits = None
        else:
            self._kept()
            size = self.size
            if size > _LONG:
                if not member:
                    lo = self.at[0]
                    hi = lo
                lo = min(lo, self.at[0])
                hi = max(hi, self.at[size - 1])
                if window_words(lo, hi) <= _WIDE * size:
                    self.bits = bits_of_bounds(self, lo, hi)
                    self.parts = None
                    self.left = self.bits.size
                    return 0
        self.left = max(self.size, _LONG)
        if self.size <= _LONG:
            self.parts = None
        elif self.parts is None:
            parts.fill(self)
            self.parts = parts
        return 0

    @cython.ccall
    def insert(self, lo, hi):
        """Add the keys from *lo* to before *hi*; OverflowError if they do not fit."""
        self.change(lo, hi, True)

    @cython.ccall
    def erase(self, lo, hi):
        """Take out the keys from *lo* to before *hi*; OverflowError if they do not fit."""
        self.change(lo, hi, False)

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def change_all(self, few: Longs, member: cython.bint) -> cython.int:
        i: cython.Py_ssize_t = 0
        while i < few.size:
            self.change(few.at[i], few.at[i + 1], member)
            i += 2
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def take(self, made: KeySet) -> cython.int:
        """Become the set *made*, which is not used any more."""
        self.swap(made)
        self.total = made.total
        self.bits = made.bits
        self.parts = made.parts
        self.left = made.left
        self.stale = made.stale
        if not cython.compiled:
            self.known = made.known
            self.elements = made.elements
            self.gone = made.gone
            self.waiting = made.waiting
            return 0
        self.forget()
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def become(self, made: Bits) -> cython.int:
        """Be a set of bits, unless there are too few bounds for that; empty before."""
        enough: cython.Py_ssize_t = max(made.size // (2 * _WIDE), _SOME)
        flat: Longs
        if made.edges(enough) < enough:
            flat = made.bounds()
            self.swap(flat)
        else:
            self.left = made.size
            self.bits = made
            self.stale = True
        return 0

    if cython.compiled:

        @cython.cfunc
        @cython.exceptval(-1, check=False)
        def merge(
            self,
            bounds: cython.pointer[cython.longlong],
            size: cython.Py_ssize_t,
            operation: cython.int,
        ) -> cython.int:
            """Do an operation with some bounds on a set of a few, up to ``SOME`` of each."""
            found = cython.declare(cython.longlong[129])
            size = merge(found, self.at, self.size, bounds, size, operation)
            if size > self.room:
                self.reserve(size - self.size)
            if size:
                memcpy(self.at, found, size * cython.sizeof(cython.longlong))
            self.size = size
            self.total = -1
            self.bits = None
            self.parts = None
            self.forget()
            return 0

    # -- beside another set

    @cython.cfunc
    def bits_beside(self, other: KeySet) -> Bits:
        """Return the set as bits for an operation with *other*; None if that does not suit both."""
        made: Bits = self.bits
        lo: cython.longlong
        hi: cython.longlong
        words: cython.longlong
        if made is None and not self.stale and self.size:
            lo = self.at[0]
            hi = self.at[self.size - 1]
            words = window_words(lo, hi)
            if self.size > _SOME and other.is_many() and words <= _WIDE * self.size:
                if not cython.compiled and self.known is not None:
                    made = self.known.bits_of(self)
                else:
                    made = bits_of_bounds(self, lo, hi)
                self.left = made.size
                self.bits = made
            elif other.bits is not None and words <= 2 * other.bits.size:
                made = bits_of_bounds(self, lo, hi)
        return made

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def is_many(self) -> cython.bint:
        """Tell if it may pay to have the set as bits."""
        return self.bits is not None or self.size > _SOME

    # -- questions

    @cython.ccall
    @cython.exceptval(-1, check=False)
    def contains(self, key) -> cython.bint:
        if not cython.compiled:
            return bool(self.has(key))
        try:
            return bool(self.has(key))
        except OverflowError:
            return False

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def has(self, key: cython.longlong) -> cython.bint:
        if not cython.compiled and self.waiting is not None:
            self.absorb()
        return self.has_kept(key)

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def has_kept(self, key: cython.longlong) -> cython.bint:
        """Tell if the set has a key, apart from those that wait."""
        bits: Bits = self.bits
        parts: Parts
        if bits is not None:
            return bits.has(key)
        if self.stale:
            parts = self.parts
            if parts is not None:
                return parts.part_of(key).find(key) & 1
        return self.find(key) & 1


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def window_words(lo: cython.longlong, hi: cython.longlong) -> cython.longlong:
    """Return how many words a window around the keys from *lo* to before *hi* has."""
    return ((hi - 1) >> 6) - (lo >> 6) + 1
