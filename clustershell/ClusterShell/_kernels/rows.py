# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Sets of vectors of keys as sorted rows, and the algebra of many boxes.

A *row* is a box whose sides are single keys except for the last, a run.  Rows
sort, so that two sets are compared in one walk over both, and so that folding
finds neighbours next to each other (:class:`Rows`).

To sort rows quickly, keys are replaced by small numbers in the same order, see
:mod:`axes`.

:func:`difference` and :func:`intersection` take boxes in pairs or by rows,
whichever is cheaper.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.axes import Axis, numbered
    from cython.cimports.ClusterShell._compiled.boxes import (
        Boxes,
        add_common_side,
        add_rest_of_side,
        check_dims,
    )
    from cython.cimports.ClusterShell._compiled.longs import Longs, longs

    from ClusterShell._compiled.boxes import intersect, subtract
else:
    from ClusterShell._kernels import _sides
    from ClusterShell._kernels.axes import Axis, numbered
    from ClusterShell._kernels.boxes import (
        Boxes,
        add_common_side,
        add_rest_of_side,
        check_dims,
        intersect,
        subtract,
    )
    from ClusterShell._kernels.longs import Longs, longs

# Sets are taken in pairs of boxes up to this many pairs, or if rows would be
# more numerous still.
_FEW_PAIRS = cython.declare(cython.longlong, 4096)

# Packed integers stay below the sign bit, and below what the interpreted life
# would turn into longer integers.
_WORD = cython.declare(cython.int, 62)


@cython.cfunc
def extent(boxes: Boxes, in_rows: cython.bint) -> cython.double:
    """Return how many elements *boxes* have, or rows they would be cut into.

    Those of overlaps count more than once.
    """
    total: cython.double = 0
    found: cython.double
    box: cython.Py_ssize_t
    k: cython.Py_ssize_t
    last: cython.Py_ssize_t
    for box in range(boxes.size):
        found = 1
        last = (box + 1) * boxes.dim - 1
        for k in range(last + 1 - boxes.dim, last):
            found *= boxes.width(k)
        if in_rows:
            found *= (boxes.ends.at[last + 1] - boxes.ends.at[last]) >> 1
        else:
            found *= boxes.width(last)
        total += found
    return total


@cython.final
@cython.no_gc
@cython.cclass
class Rows:
    """Rows of numbers: single in all axes but the last, a run in the last.

    heads: the ``dim - 1`` single numbers of each row, back to back.
    los, his: the run of each row.
    sources: what the caller of :meth:`add` tagged the row with.

    Sorted, rows of equal heads follow one another, in the order of ``los``.
    """

    if not cython.compiled:
        __slots__ = ("width", "heads", "los", "his", "sources")

    def __cinit__(self, dim: cython.Py_ssize_t) -> None:
        if dim < 1:
            raise ValueError("rows have an axis")
        self.width = dim - 1
        self.heads = Longs()
        self.los = Longs()
        self.his = Longs()
        self.sources = Longs()

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def add(self, boxes: Boxes, source: cython.longlong) -> cython.int:
        """Cut *boxes*, whose keys are numbers, into rows."""
        b: cython.Py_ssize_t
        a: cython.Py_ssize_t
        i: cython.Py_ssize_t
        first: cython.Py_ssize_t
        width: cython.Py_ssize_t = self.width
        ends: cython.pointer[cython.longlong] = boxes.ends.at
        runs: cython.pointer[cython.longlong] = boxes.runs.at
        # The head in hand, and the run each of its numbers is from.
        head: Longs = longs(width)
        place: Longs = longs(width)
        for b in range(boxes.size):
            first = b * boxes.dim
            for a in range(width + 1):
                if ends[first + a] == ends[first + a + 1]:
                    break
            else:
                for a in range(width):
                    place.at[a] = ends[first + a]
                    head.at[a] = runs[ends[first + a]]
                a = 0
                while a >= 0:
                    for i in range(ends[first + width], ends[first + width + 1], 2):
                        self.heads.extend(head, 0, width)
                        self.los.push(runs[i])
                        self.his.push(runs[i + 1])
                        self.sources.push(source)
                    a = _advance(boxes, first, width, head, place)
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def sort(self, axes: list, ranks: list) -> cython.int:
        """Sort the rows by head, each axis in the order of its ranks, then by ``los``.

        :param ranks: for each axis of the head, what to sort its numbers by; if empty,
            the numbers themselves.

        Numbers of neighbouring axes are packed into one integer as far as they
        fit, below them the place of the row: so rows sort as integers do, and
        equal ones stay in order.
        """
        size: cython.Py_ssize_t = self.los.size
        position: cython.int = _bits(size)
        width: cython.int
        shift: cython.int = position
        i: cython.Py_ssize_t
        a: cython.Py_ssize_t
        axis: Axis
        packed: Longs = longs(size)
        order: Longs = longs(size)
        for i in range(size):
            order.at[i] = i
        for a in range(self.width, -1, -1):
            axis = axes[a]
            width = _bits(axis.size)
            if shift + width > _WORD:
                order = self._sort_packed(packed, position, order)
                shift = position
            self._pack(packed, a, shift, ranks[a] if a < self.width else Longs(), order)
            shift += width
        self._arrange(self._sort_packed(packed, position, order))
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _pack(
        self,
        packed: Longs,
        a: cython.Py_ssize_t,
        shift: cython.int,
        rank: Longs,
        order: Longs,
    ) -> cython.int:
        i: cython.Py_ssize_t
        row: cython.Py_ssize_t
        value: cython.longlong
        for i in range(packed.size):
            row = order.at[i]
            value = self.los.at[row] if a == self.width else self.heads.at[row * self.width + a]
            if rank.size:
                value = rank.at[value]
            packed.at[i] |= value << shift
        return 0

    @cython.cfunc
    def _sort_packed(self, packed: Longs, position: cython.int, old: Longs) -> Longs:
        """Return *old*, an order of the rows, sorted by what is packed; leave nothing packed."""
        i: cython.Py_ssize_t
        mask: cython.longlong = (cython.cast(cython.longlong, 1) << position) - 1
        order: Longs = longs(packed.size)
        for i in range(packed.size):
            packed.at[i] |= i
        packed.sort()
        for i in range(packed.size):
            order.at[i] = old.at[packed.at[i] & mask]
            packed.at[i] = 0
        return order

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _arrange(self, order: Longs) -> cython.int:
        """Put the rows in order, so that they are walked as they lie in memory."""
        i: cython.Py_ssize_t
        row: cython.Py_ssize_t
        heads: Longs = Longs()
        los: Longs = longs(order.size)
        his: Longs = longs(order.size)
        sources: Longs = longs(order.size)
        heads.reserve(self.heads.size)
        for i in range(order.size):
            row = order.at[i]
            heads.extend(self.heads, row * self.width, (row + 1) * self.width)
            los.at[i] = self.los.at[row]
            his.at[i] = self.his.at[row]
            sources.at[i] = self.sources.at[row]
        self.heads = heads
        self.los = los
        self.his = his
        self.sources = sources
        return 0

    @cython.cfunc
    @cython.exceptval(check=False)
    def same_head(self, row: cython.Py_ssize_t, other: cython.Py_ssize_t) -> cython.bint:
        a: cython.Py_ssize_t
        for a in range(self.width):
            if self.heads.at[row * self.width + a] != self.heads.at[other * self.width + a]:
                return False
        return True

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def gather(
        self, start: cython.Py_ssize_t, source: cython.longlong, runs: Longs
    ) -> cython.Py_ssize_t:
        """Gather the runs of the rows of one head.

        Replaces *runs* by the union of the runs of those rows of *source* that
        have the head of row *start*, and returns the row where the next head
        begins.
        """
        row: cython.Py_ssize_t = start
        lo: cython.longlong
        runs.cut(0)
        while row < self.los.size and (row == start or self.same_head(row, start)):
            lo = self.los.at[row]
            if self.sources.at[row] != source:
                pass
            elif runs.size and lo <= runs.at[runs.size - 1]:
                runs.at[runs.size - 1] = max(runs.at[runs.size - 1], self.his.at[row])
            else:
                runs.push(lo)
                runs.push(self.his.at[row])
            row += 1
        return row


@cython.cfunc
@cython.exceptval(-2, check=False)
def _advance(
    boxes: Boxes, first: cython.Py_ssize_t, width: cython.Py_ssize_t, head: Longs, place: Longs
) -> cython.Py_ssize_t:
    """Step *head* to the next of a box; return the axis stepped in, -1 after the last."""
    ends: cython.pointer[cython.longlong] = boxes.ends.at
    runs: cython.pointer[cython.longlong] = boxes.runs.at
    a: cython.Py_ssize_t = width - 1
    while a >= 0:
        head.at[a] += 1
        if head.at[a] < runs[place.at[a] + 1]:
            return a
        place.at[a] += 2
        if place.at[a] < ends[first + a + 1]:
            head.at[a] = runs[place.at[a]]
            return a
        place.at[a] = ends[first + a]
        head.at[a] = runs[place.at[a]]
        a -= 1
    return a


@cython.cfunc
@cython.exceptval(check=False)
def _bits(size: cython.longlong) -> cython.int:
    """Return how many bits the numbers below *size* need."""
    bits: cython.int = 0
    while (cython.cast(cython.longlong, 1) << bits) < size:
        bits += 1
    return bits


def by_rows(left: Boxes, right: Boxes, keep_common: cython.bint) -> Boxes:
    """Return what of *left* is also (or else: is not) in *right*, as rows."""
    check_dims(left, right)
    left = left.own()
    right = right.own()
    i: cython.Py_ssize_t = 0
    start: cython.Py_ssize_t
    axes: list = [Axis([left, right], a) for a in range(left.dim)]
    rows: Rows = Rows(left.dim)
    made: Boxes = Boxes(left.dim)
    # The runs of both sets under one head, as boxes of one side.
    one: Boxes = Boxes(1)
    two: Boxes = Boxes(1)
    rest: Boxes = Boxes(1)
    rows.add(numbered(left, axes), 0)
    rows.add(numbered(right, axes), 1)
    rows.sort(axes, [Longs()] * left.dim)
    one.ends.push(0)
    two.ends.push(0)
    while i < rows.los.size:
        start = i
        rows.gather(start, 0, one.runs)
        i = rows.gather(start, 1, two.runs)
        one.ends.at[1] = one.runs.size
        two.ends.at[1] = two.runs.size
        rest.runs.cut(0)
        if keep_common:
            add_common_side(rest, one, 0, two, 0)
        else:
            add_rest_of_side(rest, one, 0, two, 0)
        if rest.runs.size:
            _add_row(made, rows, start, rest.runs, axes)
    return made


@cython.cfunc
@cython.exceptval(-1, check=False)
def _add_row(
    made: Boxes, rows: Rows, row: cython.Py_ssize_t, runs: Longs, axes: list
) -> cython.int:
    """Append to *made* the box of a row's head and some runs of numbers."""
    a: cython.Py_ssize_t
    i: cython.Py_ssize_t
    axis: Axis
    for a in range(rows.width):
        axis = axes[a]
        axis.write(
            made.runs, rows.heads.at[row * rows.width + a], rows.heads.at[row * rows.width + a] + 1
        )
        made.ends.push(made.runs.size)
    axis = axes[rows.width]
    for i in range(0, runs.size, 2):
        axis.write(made.runs, runs.at[i], runs.at[i + 1])
    made.ends.push(made.runs.size)
    made.size += 1
    return 0


# -- Algebra ------------------------------------------------------------------


@cython.cfunc
def _pairs_are_cheaper(left: Boxes, right: Boxes) -> cython.bint:
    pairs: cython.double = cython.cast(cython.double, left.size) * right.size
    return pairs <= _FEW_PAIRS or pairs <= extent(left, True) + extent(right, True)


def difference(left: Boxes, right: Boxes) -> Boxes:
    """Return the elements of *left* that are not in *right*."""
    check_dims(left, right)
    if not cython.compiled and left.size == right.size == 1:
        return _sides.difference(left, right)
    if _pairs_are_cheaper(left, right):
        return subtract(left, right)
    return by_rows(left, right, False)


def intersection(left: Boxes, right: Boxes) -> Boxes:
    """Return the elements of *left* that are in *right*."""
    check_dims(left, right)
    if not cython.compiled and left.size == right.size == 1:
        return _sides.intersection(left, right)
    if _pairs_are_cheaper(left, right):
        return intersect(left, right)
    return by_rows(left, right, True)


def covers(left: Boxes, right: Boxes) -> cython.bint:
    """Return whether *left* has all elements of *right*."""
    if not cython.compiled:
        check_dims(right, left)
        found = _sides.covers(left, right)
        if found is not None:
            return found
    rest: Boxes = difference(right, left)
    box: cython.Py_ssize_t
    for box in range(rest.size):
        # A box with an empty side is there, but has no elements.
        if rest.volume(box):
            return False
    return True
