# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Axes of sets of vectors: the keys that occur in them, as small numbers.

:class:`Axis` numbers the keys of an axis in their order, so that rows sort quickly
(kernel ``rows``), and what folding asks of a key is an array index away (kernel
``folder``): where its text comes in order, and the random number it hashes to.
"""

from __future__ import annotations

import os

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.boxes import Boxes
    from cython.cimports.ClusterShell._compiled.longs import Longs, joined, longs

    from ClusterShell._compiled.keys import text_of
else:
    from ClusterShell._kernels.boxes import Boxes
    from ClusterShell._kernels.keys import text_of
    from ClusterShell._kernels.longs import Longs, joined, longs

# An axis finds numbers in a table if its keys span no more than this many
# times the number of its runs (and some), else by bisection.
_TABLE_SPARSITY = cython.declare(cython.longlong, 8)
_TABLE_SPAN = cython.declare(cython.longlong, 256)

_SEED = cython.declare(cython.ulonglong, int.from_bytes(os.urandom(8), "little"))
# Random numbers come from splitmix64.
_STEP = cython.declare(cython.ulonglong, 0x9E3779B97F4A7C15)
_MIX = cython.declare(cython.ulonglong, 0xBF58476D1CE4E5B9)
_STIR = cython.declare(cython.ulonglong, 0x94D049BB133111EB)
_MASK = cython.declare(cython.ulonglong, (1 << 64) - 1)


@cython.final
@cython.no_gc
@cython.cclass
class Axis:
    """The keys that occur in one axis of some boxes, numbered in their order.

    size: how many keys there are.
    runs: their runs, as bounds of keys.
    bases: the number of the first key of each run.
    table, origin: where keys span little, the number of key ``k`` is
        ``table[k - origin]``; else ``table`` is empty.
    """

    if not cython.compiled:
        __slots__ = ("size", "runs", "bases", "table", "origin")

    def __cinit__(self, sets: list, axis: cython.Py_ssize_t) -> None:
        los: Longs = Longs()
        his: Longs = Longs()
        boxes: Boxes
        box: cython.Py_ssize_t
        k: cython.Py_ssize_t
        i: cython.Py_ssize_t
        lo: cython.longlong
        hi: cython.longlong
        for boxes in sets:
            if boxes is None or not 0 <= axis < boxes.dim:
                raise ValueError("no such axis")
            for box in range(boxes.size):
                k = box * boxes.dim + axis
                for i in range(boxes.ends.at[k], boxes.ends.at[k + 1], 2):
                    los.push(boxes.runs.at[i])
                    his.push(boxes.runs.at[i + 1])
        self.runs = Longs()
        self.bases = Longs()
        self.table = Longs()
        self.size = self.origin = 0
        if los.size == 0:
            return
        lo = los.at[0]
        hi = his.at[0]
        for i in range(los.size):
            lo = min(lo, los.at[i])
            hi = max(hi, his.at[i])
        if hi - lo <= _TABLE_SPAN + _TABLE_SPARSITY * los.size:
            self._mark(los, his, lo, hi)
        else:
            self.runs = joined(los, his)
            for i in range(0, self.runs.size, 2):
                self.bases.push(self.size)
                self.size += self.runs.at[i + 1] - self.runs.at[i]

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _mark(self, los: Longs, his: Longs, lo: cython.longlong, hi: cython.longlong) -> cython.int:
        """Number the keys by marking them in a table that spans them all."""
        table: Longs = longs(hi - lo + 1)
        i: cython.Py_ssize_t
        depth: cython.longlong = 0
        inside: cython.bint = False
        for i in range(los.size):
            table.at[los.at[i] - lo] += 1
            table.at[his.at[i] - lo] -= 1
        for i in range(table.size):
            depth += table.at[i]
            table.at[i] = self.size
            if (depth > 0) != inside:
                inside = not inside
                self.runs.push(lo + i)
                if inside:
                    self.bases.push(self.size)
            if inside:
                self.size += 1
        self.table = table
        self.origin = lo
        return 0

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def number(self, key: cython.longlong) -> cython.longlong:
        """Return the number of a key that occurs."""
        if self.table.size:
            return self.table.at[key - self.origin]
        first: cython.Py_ssize_t = 0
        stop: cython.Py_ssize_t = self.bases.size
        middle: cython.Py_ssize_t
        while stop - first > 1:
            middle = (first + stop) >> 1
            if self.runs.at[2 * middle] <= key:
                first = middle
            else:
                stop = middle
        return self.bases.at[first] + (key - self.runs.at[2 * first])

    @cython.cfunc
    @cython.exceptval(check=False)
    def place(self, number: cython.longlong) -> cython.Py_ssize_t:
        """Return the index of the run of keys in which a number lies."""
        first: cython.Py_ssize_t = 0
        stop: cython.Py_ssize_t = self.bases.size
        middle: cython.Py_ssize_t
        while stop - first > 1:
            middle = (first + stop) >> 1
            if self.bases.at[middle] <= number:
                first = middle
            else:
                stop = middle
        return first

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def write(self, target: Longs, lo: cython.longlong, hi: cython.longlong) -> cython.int:
        """Append to *target* the keys of a run of numbers, as runs."""
        place: cython.Py_ssize_t = self.place(lo)
        key: cython.longlong = self.runs.at[2 * place] + (lo - self.bases.at[place])
        width: cython.longlong
        while True:
            width = min(hi - lo, self.runs.at[2 * place + 1] - key)
            target.push(key)
            target.push(key + width)
            lo += width
            if lo >= hi:
                return 0
            place += 1
            key = self.runs.at[2 * place]


@cython.cfunc
def numbered(boxes: Boxes, axes: list) -> Boxes:
    """Return *boxes* with the keys of each axis replaced by their numbers."""
    made: Boxes = Boxes(boxes.dim)
    axis: Axis
    box: cython.Py_ssize_t
    a: cython.Py_ssize_t
    k: cython.Py_ssize_t
    i: cython.Py_ssize_t
    lo: cython.longlong
    made.runs.extend(boxes.runs, 0, boxes.ends.at[boxes.size * boxes.dim])
    made.ends.extend(boxes.ends, 1, boxes.size * boxes.dim + 1)
    made.size = boxes.size
    made.disjoint = boxes.disjoint
    for a in range(boxes.dim):
        axis = axes[a]
        for box in range(boxes.size):
            k = box * boxes.dim + a
            for i in range(boxes.ends.at[k], boxes.ends.at[k + 1], 2):
                lo = axis.number(boxes.runs.at[i])
                made.runs.at[i] = lo
                made.runs.at[i + 1] = lo + (boxes.runs.at[i + 1] - boxes.runs.at[i])
    return made


@cython.cfunc
@cython.exceptval(-1, check=False)
def push_ranks(axis: Axis, ranks: Longs) -> cython.int:
    """Append, for each number of an axis, its place in the order of the keys' texts."""
    i: cython.Py_ssize_t
    rank: cython.longlong
    first: cython.Py_ssize_t = ranks.size
    runs: Longs = axis.runs
    number: object
    ranks.reserve(axis.size)
    if len(text_of(runs.at[0])) == len(text_of(runs.at[runs.size - 1] - 1)) and (runs.at[0] >= 0):
        # Of equal length, texts are in the order of their keys.
        for rank in range(axis.size):
            ranks.push(rank)
        return 0
    texts: list = []
    for i in range(0, runs.size, 2):
        texts.extend(map(text_of, range(runs.at[i], runs.at[i + 1])))
    for i in range(axis.size):
        ranks.push(0)
    rank = 0
    for number in sorted(range(axis.size), key=texts.__getitem__):
        ranks.at[first + cython.cast(cython.Py_ssize_t, number)] = rank
        rank += 1
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def push_sums(axis: Axis, salt: cython.Py_ssize_t, sums: Longs) -> cython.int:
    """Append the sums of the random numbers of 0, 1, 2... elements (splitmix64).

    Those of another *salt* are others.
    """
    i: cython.Py_ssize_t
    mixed: cython.ulonglong
    total: cython.ulonglong = 0
    state: cython.ulonglong = (_SEED + salt) & _MASK
    sums.reserve(axis.size + 1)
    sums.push(0)
    for i in range(axis.size):
        state = (state + _STEP) & _MASK
        mixed = ((state ^ (state >> 30)) * _MIX) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * _STIR) & _MASK
        total += mixed ^ (mixed >> 31)
        sums.push(cython.cast(cython.longlong, total))
    return 0
