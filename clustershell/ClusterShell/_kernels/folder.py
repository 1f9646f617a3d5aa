# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Joining of boxes: the fewest that a greedy search finds for a set of vectors.

A set of vectors arrives as boxes that may overlap (kernel ``boxes``).  Folding
first takes it apart into *elements* and then joins boxes again: two disjoint
boxes make one when they agree in every axis but one.  Which boxes come out,
and in which order, is part of the published behaviour of node sets, so the
search is fixed:

1. Put the elements in the order of their text, axis by axis.
2. Join each box with the one after it as long as that is possible, then sort
   (:meth:`Folder.precedes`); repeat until nothing changes.
3. Let each box join any box after it, in order; sort; repeat until nothing
   changes.

Nothing here costs what that description suggests.

*Elements are numbers.*  Each axis numbers the keys that occur in it, in the
order of the keys (``Axis``), so an axis of a box is a few runs of small
integers, and anything known about a key is an array index away (kernel ``axes``).

*Step 1 works on rows.*  Elements that share all axes but the last follow one
another and join into one row, so the first round of step 2 never sees them
singly (kernel ``rows``, :meth:`Folder.load`).

*A side is five numbers.*  A side (an axis of a box) keeps what comparing and
sorting need: how many elements, the first and the last, where its list of runs
begins and ends, and its hash: the sum of one random number per element.  Boxes
being disjoint, two sides join in constant time, and their elements are not
looked at before the result is written.

*Candidates are looked up.*  A box can join those whose other axes hash as its
own do: one table per axis finds them in step 3 (:meth:`Folder.join_ahead`).
Equal sums mean equal sides but for one chance in 2^64, the random numbers
being drawn anew in every process.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython
if cython.compiled:
    from cython.cimports.ClusterShell._compiled.axes import Axis, numbered, push_ranks, push_sums
    from cython.cimports.ClusterShell._compiled.boxes import Boxes
    from cython.cimports.ClusterShell._compiled.longs import Longs, longs
    from cython.cimports.ClusterShell._compiled.rows import Rows
else:
    from ClusterShell._kernels.axes import Axis, numbered, push_ranks, push_sums
    from ClusterShell._kernels.boxes import Boxes
    from ClusterShell._kernels.longs import Longs, longs
    from ClusterShell._kernels.rows import Rows

# Sizes are only compared: beyond this they count as equal.
_HUGE = cython.declare(cython.longlong, 1 << 61)

# Numbers of elements are packed in pairs, and so must be below 1 << _HALF.
_HALF = cython.declare(cython.int, 31)

# Marks an empty slot of a table; -1 is a place: that of a key without any more.
_EMPTY = cython.declare(cython.longlong, -2)


@cython.final
@cython.no_gc
@cython.internal
@cython.cclass
class Table:
    """The first place of each hash in a list of boxes; negative if there is none."""

    if cython.compiled:
        # Key and place side by side: one look into memory finds both.
        slots: Longs
        mask: cython.longlong

        def __init__(self, size: cython.Py_ssize_t) -> None:
            room: cython.Py_ssize_t = 16
            i: cython.Py_ssize_t
            while room < 2 * size:
                room *= 2
            self.slots = longs(2 * room)
            self.mask = room - 1
            for i in range(room):
                self.slots.at[2 * i + 1] = _EMPTY

        @cython.cfunc
        @cython.inline
        @cython.exceptval(check=False)
        def slot(self, key: cython.longlong) -> cython.longlong:
            """Return the index of the slot of *key*, filled or not."""
            # Keys are random numbers: their low bits are as good as any.
            i: cython.longlong = key & self.mask
            while self.slots.at[2 * i + 1] != _EMPTY and self.slots.at[2 * i] != key:
                i = (i + 1) & self.mask
            return 2 * i

        @cython.cfunc
        @cython.exceptval(check=False)
        def find(self, key: cython.longlong) -> cython.longlong:
            return self.slots.at[self.slot(key) + 1]

        @cython.cfunc
        @cython.exceptval(check=False)
        def store(self, key: cython.longlong, place: cython.longlong) -> cython.longlong:
            i: cython.longlong = self.slot(key)
            old: cython.longlong = self.slots.at[i + 1]
            self.slots.at[i] = key
            self.slots.at[i + 1] = place
            return old

    else:
        __slots__ = ("places",)

        def __init__(self, size: int) -> None:
            self.places = {}

        def find(self, key: int) -> int:
            """Return the first place stored for *key*."""
            return self.places.get(key, -1)

        def store(self, key: int, place: int) -> int:
            """Replace the first place of *key*; return what :meth:`find` found before."""
            old = self.places.get(key, -1)
            self.places[key] = place
            return old


@cython.final
@cython.no_gc
@cython.internal
@cython.cclass
class Folder:
    """Disjoint boxes that are being joined.

    Boxes are known by number.  Side ``a`` of box ``b`` is number ``b * dim + a``
    in these arrays:

    hashes, counts, los, his: hash, how many elements, number of the first and
        of the last.
    heads, tails: first and last link of its list of runs, whose links are
        numbers in ``link_los``, ``link_his`` and ``link_next``.

    And box ``b`` is number ``b`` in these:

    sizes: how many elements.
    places: where it stood in the order before the last change.
    changed: 1 if it has joined another box since the order was sorted.

    ``order`` holds the boxes that are left.  The rank and the sum of element
    ``n`` of axis ``a`` are at ``bases[a] + n`` in ``ranks`` and at
    ``bases[a] + a + n`` in ``sums``.
    """

    if cython.compiled:
        dim: cython.Py_ssize_t
        axes: list
        bases: Longs
        ranks: Longs
        sums: Longs
        hashes: Longs
        counts: Longs
        los: Longs
        his: Longs
        heads: Longs
        tails: Longs
        link_los: Longs
        link_his: Longs
        link_next: Longs
        sizes: Longs
        places: Longs
        changed: Longs
        order: Longs
    else:
        __slots__ = (
            *("dim", "axes", "bases", "ranks", "sums", "hashes", "counts", "los", "his"),
            *("heads", "tails", "link_los", "link_his", "link_next"),
            *("sizes", "places", "changed", "order"),
        )

    def __init__(self, axes: list) -> None:
        axis: Axis
        self.dim = len(axes)
        self.axes = axes
        self.hashes = Longs()
        self.counts = Longs()
        self.los = Longs()
        self.his = Longs()
        self.heads = Longs()
        self.tails = Longs()
        self.link_los = Longs()
        self.link_his = Longs()
        self.link_next = Longs()
        self.sizes = Longs()
        self.places = Longs()
        self.changed = Longs()
        self.order = Longs()
        self.bases = Longs()
        self.ranks = Longs()
        self.sums = Longs()
        for axis in axes:
            self.bases.push(self.ranks.size)
            push_sums(axis, self.ranks.size, self.sums)
            push_ranks(axis, self.ranks)

    def row_ranks(self) -> list:
        """Return, for each axis, the ranks of its numbers."""
        made: list = []
        ranks: Longs
        axis: Axis
        a: cython.Py_ssize_t
        for a in range(self.dim):
            axis = self.axes[a]
            ranks = Longs()
            ranks.extend(self.ranks, self.bases.at[a], self.bases.at[a] + axis.size)
            made.append(ranks)
        return made

    # -- Boxes and their sides

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def add_run(self, k: cython.Py_ssize_t, lo: cython.longlong, hi: cython.longlong) -> cython.int:
        """Add a run of elements to side *k*, which has none of them."""
        a: cython.Py_ssize_t = k % self.dim
        base: cython.longlong = self.bases.at[a] + a
        link: cython.Py_ssize_t = self.link_los.size
        self.link_los.push(lo)
        self.link_his.push(hi)
        self.link_next.push(-1)
        if self.heads.at[k] < 0:
            self.heads.at[k] = link
            self.los.at[k] = lo
            self.his.at[k] = hi - 1
        else:
            self.link_next.at[self.tails.at[k]] = link
            self.los.at[k] = min(self.los.at[k], lo)
            self.his.at[k] = max(self.his.at[k], hi - 1)
        self.tails.at[k] = link
        self.counts.at[k] += hi - lo
        self.hashes.at[k] = _plus(
            self.hashes.at[k], _minus(self.sums.at[base + hi], self.sums.at[base + lo])
        )
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def add_box(self, rows: Rows, row: cython.Py_ssize_t, runs: Longs) -> cython.Py_ssize_t:
        """Add the box of a row's head and some runs; return its number."""
        box: cython.Py_ssize_t = self.add_empty()
        a: cython.Py_ssize_t
        i: cython.Py_ssize_t
        number: cython.longlong
        for a in range(rows.width):
            number = rows.heads.at[row * rows.width + a]
            self.add_run(box * self.dim + a, number, number + 1)
        for i in range(0, runs.size, 2):
            self.add_run(box * self.dim + rows.width, runs.at[i], runs.at[i + 1])
        self.measure(box)
        return box

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def add_empty(self) -> cython.Py_ssize_t:
        """Add a box without elements; return its number."""
        box: cython.Py_ssize_t = self.sizes.size
        a: cython.Py_ssize_t
        self.sizes.push(0)
        self.places.push(box)
        self.changed.push(0)
        self.order.push(box)
        for a in range(self.dim):
            self.hashes.push(0)
            self.counts.push(0)
            self.los.push(0)
            self.his.push(0)
            self.heads.push(-1)
            self.tails.push(-1)
        return box

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def load_boxes(self, boxes: Boxes) -> cython.int:
        """Take disjoint boxes whose keys are the numbers of elements."""
        box: cython.Py_ssize_t
        k: cython.Py_ssize_t
        i: cython.Py_ssize_t
        for box in range(boxes.size):
            self.add_empty()
            for k in range(box * self.dim, (box + 1) * self.dim):
                for i in range(boxes.ends.at[k], boxes.ends.at[k + 1], 2):
                    self.add_run(k, boxes.runs.at[i], boxes.runs.at[i + 1])
            self.measure(box)
        return 0

    @cython.cfunc
    def measure(self, box: cython.Py_ssize_t) -> cython.void:
        """Compute the size of a box from those of its sides."""
        k: cython.Py_ssize_t
        size: cython.longlong = 1
        count: cython.longlong
        for k in range(box * self.dim, (box + 1) * self.dim):
            count = self.counts.at[k]
            if count > 1:
                size = size * count if size < _HUGE // count else _HUGE
        self.sizes.at[box] = size

    @cython.cfunc
    def join(
        self, box: cython.Py_ssize_t, a: cython.Py_ssize_t, other: cython.Py_ssize_t
    ) -> cython.void:
        """Add to side *a* of a box that of another, which is the same otherwise."""
        k: cython.Py_ssize_t = box * self.dim + a
        m: cython.Py_ssize_t = other * self.dim + a
        self.hashes.at[k] = _plus(self.hashes.at[k], self.hashes.at[m])
        self.counts.at[k] += self.counts.at[m]
        self.los.at[k] = min(self.los.at[k], self.los.at[m])
        self.his.at[k] = max(self.his.at[k], self.his.at[m])
        self.link_next.at[self.tails.at[k]] = self.heads.at[m]
        self.tails.at[k] = self.tails.at[m]
        self.changed.at[box] = 1
        self.measure(box)

    @cython.cfunc
    @cython.exceptval(check=False)
    def only_difference(
        self, box: cython.Py_ssize_t, other: cython.Py_ssize_t
    ) -> cython.Py_ssize_t:
        """Return the axis in which alone two boxes differ, -1 if they differ in more."""
        hashes: cython.pointer[cython.longlong] = self.hashes.at
        k: cython.Py_ssize_t = box * self.dim
        m: cython.Py_ssize_t = other * self.dim
        axis: cython.Py_ssize_t = -1
        a: cython.Py_ssize_t
        for a in range(self.dim):
            if hashes[k + a] != hashes[m + a]:
                if axis >= 0:
                    return -1
                axis = a
        return axis

    # -- Step 1, and the first round of step 2

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def load(self, rows: Rows) -> cython.int:
        """Take the boxes that the elements of some rows, in order of text, join into.

        All elements of a row join the first of them, and no other can join
        these, unless the row is a single element so far: then it may join the
        first element of the next row, and what is left of that goes on alone.
        """
        i: cython.Py_ssize_t = 0
        row: cython.Py_ssize_t
        last: cython.Py_ssize_t = rows.width
        box: cython.Py_ssize_t = -1
        axis: cython.Py_ssize_t
        number: cython.longlong
        runs: Longs = Longs()
        while i < rows.los.size:
            row = i
            i = rows.gather(row, 0, runs)
            axis = -1
            if box >= 0 and self.counts.at[box * self.dim + last] == 1:
                axis = self.head_difference(box, rows, row)
            if axis >= 0 and self.takes_first(box * self.dim + last, runs):
                number = rows.heads.at[row * last + axis]
                self.add_run(box * self.dim + axis, number, number + 1)
                self.measure(box)
                if runs.size == 0:
                    continue
            box = self.add_box(rows, row, runs)
        return 0

    @cython.cfunc
    @cython.exceptval(check=False)
    def head_difference(
        self, box: cython.Py_ssize_t, rows: Rows, row: cython.Py_ssize_t
    ) -> cython.Py_ssize_t:
        """As :meth:`only_difference`, between a box and the head of a row."""
        axis: cython.Py_ssize_t = -1
        a: cython.Py_ssize_t
        k: cython.Py_ssize_t
        for a in range(rows.width):
            k = box * self.dim + a
            if self.counts.at[k] != 1 or self.los.at[k] != rows.heads.at[row * rows.width + a]:
                if axis >= 0:
                    return -1
                axis = a
        return axis

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def takes_first(self, k: cython.Py_ssize_t, runs: Longs) -> cython.int:
        """Take from *runs* the element that comes first as text if it is the one of side *k*.

        Return whether it is.
        """
        wanted: cython.longlong = self.los.at[k]
        base: cython.longlong = self.bases.at[k % self.dim]
        rank: cython.longlong = self.ranks.at[base + wanted]
        number: cython.longlong
        inside: cython.Py_ssize_t = -1
        i: cython.Py_ssize_t
        rest: list
        for i in range(0, runs.size, 2):
            if runs.at[i] <= wanted < runs.at[i + 1]:
                inside = i
        if inside < 0:
            return False
        for i in range(0, runs.size, 2):
            for number in range(runs.at[i], runs.at[i + 1]):
                if self.ranks.at[base + number] < rank:
                    return False
        rest = [runs.at[i] for i in range(inside + 1, runs.size)]
        number = runs.at[inside]
        runs.cut(inside)
        if number < wanted:
            runs.push(number)
            runs.push(wanted)
        if wanted + 1 < rest[0]:
            runs.push(wanted + 1)
            runs.push(rest[0])
        for number in rest[1:]:
            runs.push(number)
        return True

    # -- Order

    @cython.cfunc
    @cython.exceptval(check=False)
    def precedes(self, box: cython.Py_ssize_t, other: cython.Py_ssize_t) -> cython.bint:
        """Return whether a box comes before another.

        The larger comes first; of equal ones, axis by axis, that of the longer
        side, then of the first and of the last element that is smaller as
        text; else they stay as they were.
        """
        a: cython.Py_ssize_t
        k: cython.Py_ssize_t
        m: cython.Py_ssize_t
        base: cython.Py_ssize_t
        if self.sizes.at[box] != self.sizes.at[other]:
            return self.sizes.at[box] > self.sizes.at[other]
        for a in range(self.dim):
            k = box * self.dim + a
            m = other * self.dim + a
            if self.counts.at[k] != self.counts.at[m]:
                return self.counts.at[k] > self.counts.at[m]
            base = self.bases.at[a]
            if self.los.at[k] != self.los.at[m]:
                return self.ranks.at[base + self.los.at[k]] < self.ranks.at[base + self.los.at[m]]
            if self.his.at[k] != self.his.at[m]:
                return self.ranks.at[base + self.his.at[k]] < self.ranks.at[base + self.his.at[m]]
        return self.places.at[box] < self.places.at[other]

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def sort(self) -> cython.int:
        """Put ``order`` in order.  Boxes that did not change are in order already."""
        order: Longs = self.order
        kept: Longs = Longs()
        moved: Longs = Longs()
        i: cython.Py_ssize_t
        box: cython.Py_ssize_t
        for i in range(order.size):
            box = order.at[i]
            self.places.at[box] = i
            if self.changed.at[box]:
                self.changed.at[box] = 0
                moved.push(box)
            else:
                kept.push(box)
        self.merge_sort(moved, longs(moved.size), 0, moved.size)
        order.cut(0)
        self.merge(kept, 0, kept.size, moved, 0, moved.size, order)
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def sort_all(self) -> cython.int:
        """Put ``order`` in order, whatever it was."""
        i: cython.Py_ssize_t
        for i in range(self.order.size):
            self.changed.at[self.order.at[i]] = 1
        return self.sort()

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def merge_sort(
        self, boxes: Longs, spare: Longs, start: cython.Py_ssize_t, stop: cython.Py_ssize_t
    ) -> cython.int:
        """Sort part of an array of boxes; what is in order already costs one look."""
        middle: cython.Py_ssize_t = (start + stop) >> 1
        i: cython.Py_ssize_t
        if stop - start < 2:
            return 0
        self.merge_sort(boxes, spare, start, middle)
        self.merge_sort(boxes, spare, middle, stop)
        if self.precedes(boxes.at[middle - 1], boxes.at[middle]):
            return 0
        spare.cut(0)
        self.merge(boxes, start, middle, boxes, middle, stop, spare)
        for i in range(stop - start):
            boxes.at[start + i] = spare.at[i]
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def merge(
        self,
        left: Longs,
        i: cython.Py_ssize_t,
        stop: cython.Py_ssize_t,
        right: Longs,
        m: cython.Py_ssize_t,
        end: cython.Py_ssize_t,
        target: Longs,
    ) -> cython.int:
        """Append to *target* two parts of sorted arrays, in order."""
        while i < stop and m < end:
            if self.precedes(left.at[i], right.at[m]):
                target.push(left.at[i])
                i += 1
            else:
                target.push(right.at[m])
                m += 1
        target.extend(left, i, stop)
        target.extend(right, m, end)
        return 0

    # -- Steps 2 and 3

    def fold(self) -> None:
        """Join the boxes until no two of them can."""
        self.sort_all()
        while self.join_neighbours():
            self.sort()
        while self.join_ahead():
            self.sort()

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def join_neighbours(self) -> cython.bint:
        """Let each box join those right after it; return whether any did."""
        order: cython.pointer[cython.longlong] = self.order.at
        size: cython.Py_ssize_t = self.order.size
        kept: cython.Py_ssize_t = 0
        i: cython.Py_ssize_t
        axis: cython.Py_ssize_t
        for i in range(1, size):
            axis = self.only_difference(order[kept], order[i])
            if axis >= 0:
                self.join(order[kept], axis, order[i])
            else:
                kept += 1
                order[kept] = order[i]
        self.order.cut(min(kept + 1, size))
        return kept + 1 < size

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def join_ahead(self) -> cython.bint:
        """Let each box join any after it, going through them once; return whether any did.

        The places of boxes that have all axes but one in common are linked in
        order.  A box follows its own links as long as it is what it was; the
        table knows where the others begin.
        """
        order: cython.pointer[cython.longlong] = self.order.at
        size: cython.Py_ssize_t = self.order.size
        table: Table = Table(size * self.dim)
        totals: Longs = longs(size)
        links: Longs = longs(size * self.dim)
        kept: cython.Py_ssize_t = 0
        place: cython.Py_ssize_t
        self.link_places(table, totals, links)
        for place in range(size):
            if order[place] >= 0:
                self.join_from(place, table, totals, links)
        for place in range(size):
            if order[place] >= 0:
                order[kept] = order[place]
                kept += 1
        self.order.cut(kept)
        return kept < size

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def join_from(
        self, place: cython.Py_ssize_t, table: Table, totals: Longs, links: Longs
    ) -> cython.int:
        """Let the box at one place join any after it; these are gone from ``order``."""
        order: cython.pointer[cython.longlong] = self.order.at
        dim: cython.Py_ssize_t = self.dim
        # The next box that this one can join along each axis.
        found: Longs = longs(dim)
        met: cython.Py_ssize_t
        axis: cython.Py_ssize_t
        a: cython.Py_ssize_t
        key: cython.longlong
        for a in range(dim):
            found.at[a] = self.alive(links, a, links.at[place * dim + a])
        axis = _nearest(found, dim)
        while axis >= 0:
            met = found.at[axis]
            totals.at[place] = _plus(totals.at[place], self.hashes.at[order[met] * dim + axis])
            self.join(order[place], axis, order[met])
            order[met] = -1
            for a in range(dim):
                if a == axis:
                    found.at[a] = self.alive(links, a, links.at[met * dim + a])
                else:
                    key = _minus(totals.at[place], self.hashes.at[order[place] * dim + a])
                    found.at[a] = self.next_like(table, links, a, key, place, met)
            axis = _nearest(found, dim)
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def link_places(self, table: Table, totals: Longs, links: Longs) -> cython.int:
        """Link the places of boxes that agree in all axes but one.

        The place of the next one after *place* for axis ``a`` becomes
        ``links[place * dim + a]``, negative if there is none.
        """
        place: cython.Py_ssize_t
        a: cython.Py_ssize_t
        k: cython.Py_ssize_t
        total: cython.longlong
        for place in range(self.order.size - 1, -1, -1):
            k = self.order.at[place] * self.dim
            total = 0
            for a in range(self.dim):
                total = _plus(total, self.hashes.at[k + a])
            for a in range(self.dim):
                links.at[place * self.dim + a] = table.store(
                    _minus(total, self.hashes.at[k + a]), place
                )
            totals.at[place] = total
        return 0

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def alive(self, links: Longs, a: cython.Py_ssize_t, place: cython.longlong) -> cython.longlong:
        """Return *place*, or the first after it among its like whose box is left."""
        while place >= 0 and self.order.at[place] < 0:
            place = links.at[place * self.dim + a]
        return place

    @cython.cfunc
    @cython.exceptval(check=False)
    def next_like(
        self,
        table: Table,
        links: Longs,
        a: cython.Py_ssize_t,
        key: cython.longlong,
        place: cython.Py_ssize_t,
        met: cython.Py_ssize_t,
    ) -> cython.longlong:
        """Return the place after *met* of a box whose axes but *a* hash to *key*.

        Negative if there is none.  Boxes at the front that are gone, or not
        after *place*, will not be asked for again: they are unlinked.
        """
        front: cython.longlong = table.find(key)
        first: cython.longlong = self.alive(links, a, front)
        while 0 <= first <= place:
            first = self.alive(links, a, links.at[first * self.dim + a])
        if first != front:
            table.store(key, max(first, -1))
        while 0 <= first <= met:
            first = self.alive(links, a, links.at[first * self.dim + a])
        return first

    # -- The result

    def boxes(self) -> Boxes:
        """Return the boxes in order."""
        made: Boxes = Boxes(self.dim)
        runs: Longs = Longs()
        axis: Axis
        i: cython.Py_ssize_t
        a: cython.Py_ssize_t
        k: cython.Py_ssize_t
        for i in range(self.order.size):
            for a in range(self.dim):
                axis = self.axes[a]
                self.collect(self.order.at[i] * self.dim + a, runs)
                for k in range(0, runs.size, 2):
                    axis.write(made.runs, runs.at[k], runs.at[k + 1])
                made.ends.push(made.runs.size)
            made.size += 1
        return made

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def collect(self, k: cython.Py_ssize_t, runs: Longs) -> cython.int:
        """Replace *runs* by those of side *k*, sorted, none touching another."""
        link: cython.longlong = self.heads.at[k]
        packed: Longs = Longs()
        mask: cython.longlong = (cython.cast(cython.longlong, 1) << _HALF) - 1
        i: cython.Py_ssize_t
        runs.cut(0)
        if self.link_next.at[link] < 0:
            runs.push(self.link_los.at[link])
            runs.push(self.link_his.at[link])
            return 0
        while link >= 0:
            packed.push(self.link_los.at[link] << _HALF | self.link_his.at[link])
            link = self.link_next.at[link]
        packed.sort()
        for i in range(packed.size):
            runs.join(packed.at[i] >> _HALF, packed.at[i] & mask)
        return 0


@cython.cfunc
@cython.exceptval(check=False)
def _nearest(found: Longs, dim: cython.Py_ssize_t) -> cython.Py_ssize_t:
    """Return the axis of the first of the places found, -1 if all are negative."""
    axis: cython.Py_ssize_t = -1
    a: cython.Py_ssize_t
    for a in range(dim):
        if found.at[a] >= 0 and (axis < 0 or found.at[a] < found.at[axis]):
            axis = a
    return axis


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _plus(one: cython.longlong, two: cython.longlong) -> cython.longlong:
    """Add hashes; compiled, sums wrap."""
    return cython.cast(
        cython.longlong, cython.cast(cython.ulonglong, one) + cython.cast(cython.ulonglong, two)
    )


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _minus(one: cython.longlong, two: cython.longlong) -> cython.longlong:
    """Subtract hashes; compiled, differences wrap."""
    return cython.cast(
        cython.longlong, cython.cast(cython.ulonglong, one) - cython.cast(cython.ulonglong, two)
    )


# -- Folding ------------------------------------------------------------------


@cython.cfunc
def fold_elements(boxes: Boxes) -> Boxes:
    """Fold boxes from their elements up."""
    boxes = boxes.own()
    a: cython.Py_ssize_t
    axes: list = [Axis([boxes], a) for a in range(boxes.dim)]
    rows: Rows = Rows(boxes.dim)
    folder: Folder
    for a in range(boxes.dim):
        if cython.cast(Axis, axes[a]).size == 0:
            return Boxes(boxes.dim)
    folder = Folder(axes)
    rows.add(numbered(boxes, axes), 0)
    rows.sort(axes, folder.row_ranks())
    folder.load(rows)
    folder.fold()
    return folder.boxes()


@cython.cfunc
def fold_disjoint(boxes: Boxes, axes: list, sorts: cython.bint) -> Boxes:
    """Fold disjoint boxes as they are.

    :param axes: the ``Axis`` objects of a set that has all their elements.
    :param sorts: whether to sort them as the search does, or let each in turn join any
        after it.
    """
    folder: Folder = Folder(axes)
    folder.load_boxes(numbered(boxes, axes))
    if sorts:
        folder.fold()
    else:
        while folder.join_ahead():
            pass
    return folder.boxes()
