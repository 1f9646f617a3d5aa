# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Folding of vectors: a set of boxes as few disjoint ones, in order.

Up to a million elements, the result is the published one (kernel ``folder``).
Beyond what anybody could have folded before, it may be any that is as good:
elements that no box tells apart count as one, and the boxes found that way
compete with those that the given ones can be cut and joined into
(:func:`_fold_large`).
"""

from __future__ import annotations

import itertools

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython
if cython.compiled:
    from cython.cimports.ClusterShell._compiled.axes import Axis
    from cython.cimports.ClusterShell._compiled.boxes import Boxes
    from cython.cimports.ClusterShell._compiled.folder import fold_disjoint, fold_elements
    from cython.cimports.ClusterShell._compiled.longs import Longs
    from cython.cimports.ClusterShell._compiled.rows import extent

    from ClusterShell._compiled.boxes import subtract
    from ClusterShell._compiled.intervals import text_of
else:
    from ClusterShell._kernels.axes import Axis
    from ClusterShell._kernels.boxes import Boxes, subtract
    from ClusterShell._kernels.folder import fold_disjoint, fold_elements
    from ClusterShell._kernels.intervals import text_of
    from ClusterShell._kernels.longs import Longs
    from ClusterShell._kernels.rows import extent

# Up to this many elements are folded as the published behaviour has it, even
# if they come in few boxes.  Beyond, elements that no box tells apart are
# folded as one: the same set in no more boxes, if not always the same ones.
_EXACT = cython.declare(cython.double, 1e6)

# Cells are folded with the axes in several orders as long as that makes no more
# than this many cells in all.
_TRIED = cython.declare(cython.double, 1e6)

# Cells are not folded at all if they make more rows than this: they would take
# gigabytes.
_MOST_ROWS = cython.declare(cython.double, 1e7)

# Up to this many boxes are also cut apart in the order in which they were given.
_FEW = cython.declare(cython.Py_ssize_t, 2000)


@cython.cfunc
def _fold_axis(boxes: Boxes, axis: cython.Py_ssize_t) -> Boxes:
    """Fold boxes that differ in one axis only: into one."""
    made: Boxes = Boxes(boxes.dim)
    union: Axis = Axis([boxes], axis)
    a: cython.Py_ssize_t
    for a in range(boxes.dim):
        if a == axis:
            made.runs.extend(union.runs, 0, union.runs.size)
            made.ends.push(made.runs.size)
        else:
            made.add_side(boxes, a)
    made.size = 1
    return made


# -- Very many elements --------------------------------------------------------


@cython.cfunc
def _filled(boxes: Boxes) -> Boxes:
    """Return the boxes that have elements."""
    made: Boxes = Boxes(boxes.dim)
    box: cython.Py_ssize_t
    for box in range(boxes.size):
        if boxes.volume(box):
            made.add_box(boxes, box)
    made.disjoint = boxes.disjoint
    return made


@cython.cfunc
def _bounds(boxes: Boxes, a: cython.Py_ssize_t) -> Longs:
    """Return all bounds that occur in an axis, sorted."""
    every: Longs = Longs()
    found: Longs = Longs()
    box: cython.Py_ssize_t
    k: cython.Py_ssize_t
    i: cython.Py_ssize_t
    for box in range(boxes.size):
        k = box * boxes.dim + a
        every.extend(boxes.runs, boxes.ends.at[k], boxes.ends.at[k + 1])
    every.sort()
    for i in range(every.size):
        if i == 0 or every.at[i - 1] != every.at[i]:
            found.push(every.at[i])
    return found


@cython.cfunc
def _with_bounds(boxes: Boxes, axes: list, cells: list, by_number: cython.bint) -> Boxes:
    """Return the boxes with *axes* in that order and other bounds.

    A bound is replaced by its number among the cells of its axis, or else a
    number by its bound.
    """
    made: Boxes = Boxes(boxes.dim)
    box: cython.Py_ssize_t
    a: cython.Py_ssize_t
    k: cython.Py_ssize_t
    i: cython.Py_ssize_t
    bounds: Longs
    for box in range(boxes.size):
        for a in axes:
            bounds = cells[a]
            k = box * boxes.dim + a
            for i in range(boxes.ends.at[k], boxes.ends.at[k + 1]):
                if by_number:
                    made.runs.push(bounds.find(boxes.runs.at[i]) - 1)
                else:
                    made.runs.push(bounds.at[boxes.runs.at[i]])
            made.ends.push(made.runs.size)
        made.size += 1
    made.disjoint = boxes.disjoint
    return made


@cython.cfunc
def _orders_of_axes(widths: list) -> list:
    """Return the orders of axes worth trying, the cheapest first, then the given one.

    With the axis of most cells last, rows are cut from runs at no cost.  Of
    more than four axes not all orders are tried.
    """
    given = list(range(len(widths)))
    widest = widths.index(max(widths))
    last = len(widths) - 1
    cheapest = given[:]
    cheapest[widest], cheapest[last] = last, widest
    every = map(list, itertools.islice(itertools.permutations(given), 24))
    return [cheapest] + [axes for axes in every if axes != cheapest]


@cython.cfunc
def _bounds_in(axis: Longs) -> int:
    return axis.size


@cython.cfunc
def _in_order(boxes: Boxes) -> Boxes:
    """Return disjoint boxes in the order of :meth:`Folder.precedes`."""
    made: Boxes = Boxes(boxes.dim)
    keys: list = []
    key: list
    box: cython.Py_ssize_t
    k: cython.Py_ssize_t
    for box in range(boxes.size):
        key = [-boxes.volume(box)]
        for k in range(box * boxes.dim, (box + 1) * boxes.dim):
            key.append(-boxes.width(k))
            key.append(text_of(boxes.runs.at[boxes.ends.at[k]]))
            key.append(text_of(boxes.runs.at[boxes.ends.at[k + 1] - 1] - 1))
        keys.append(key)
    for box in sorted(range(boxes.size), key=keys.__getitem__):
        made.add_box(boxes, box)
    return made


@cython.cfunc
def _fold_pieces(boxes: Boxes) -> Boxes:
    """Fold boxes from the pieces that they are cut into until none overlaps another."""
    axes: list = [Axis([boxes], a) for a in range(boxes.dim)]
    ways: list = [boxes] if boxes.disjoint else [_swept_apart(boxes, axes)]
    folded: Boxes
    best: Boxes = None  # type: ignore[assignment]
    if not boxes.disjoint and boxes.size <= _FEW:
        ways.append(_apart(boxes))
    for pieces in ways:
        for sorts in (True, False):
            folded = fold_disjoint(pieces, axes, sorts)
            if best is None or folded.size < best.size:
                best = folded
    return best


@cython.cfunc
def _apart(boxes: Boxes) -> Boxes:
    """Return the elements of some boxes in disjoint ones: each box without those before it."""
    made: Boxes = Boxes(boxes.dim)
    one: Boxes
    box: cython.Py_ssize_t
    for box in range(boxes.size):
        one = Boxes(boxes.dim)
        one.add_box(boxes, box)
        made.extend(subtract(one, made))
    made.disjoint = True
    return made


@cython.cfunc
def _swept_apart(boxes: Boxes, axes: list) -> Boxes:
    """As :func:`_apart`, for many boxes: in the order in which they begin in the widest axis.

    Where a box ends before another begins there, the two need no comparison.
    """
    dim: cython.Py_ssize_t = boxes.dim
    widths: list = [_width_of(axis) for axis in axes]
    widest: cython.Py_ssize_t = widths.index(max(widths))
    made: Boxes = Boxes(dim)
    near: Boxes = Boxes(dim)
    met: Boxes
    one: Boxes
    rest: Boxes
    box: cython.Py_ssize_t
    k: cython.Py_ssize_t
    crowd: cython.Py_ssize_t = 16
    firsts: list = [boxes.runs.at[boxes.ends.at[box * dim + widest]] for box in range(boxes.size)]
    for box in sorted(range(boxes.size), key=firsts.__getitem__):
        if near.size > crowd:
            met = Boxes(dim)
            for k in range(widest, near.size * dim, dim):
                if near.runs.at[near.ends.at[k + 1] - 1] > firsts[box]:
                    met.add_box(near, k // dim)
            near = met
            crowd = 2 * near.size + 16
        one = Boxes(dim)
        one.add_box(boxes, box)
        rest = subtract(one, near)
        near.extend(rest)
        made.extend(rest)
    made.disjoint = True
    return made


@cython.cfunc
def _width_of(axis: Axis) -> int:
    return axis.size


@cython.cfunc
def _fold_large(boxes: Boxes) -> Boxes:
    """Fold boxes of very many elements.

    The bounds that occur in an axis cut it into cells, which no box tells
    apart any further: they take the place of the elements.  How few boxes a
    greedy search finds depends on what it begins with, cells or pieces, and
    on the order of the axes: the best one counts.
    """
    given: list = list(range(boxes.dim))
    filled: Boxes = _filled(boxes)
    cells: list = [_bounds(filled, a) for a in given]
    coarse: Boxes = _with_bounds(filled, given, cells, True)
    orders: list = _orders_of_axes([_bounds_in(axis) for axis in cells])
    tries: cython.Py_ssize_t = max(1, int(_TRIED / extent(coarse, False)))
    best: Boxes = None  # type: ignore[assignment]
    folded: Boxes
    chosen: list = given
    if extent(coarse, True) > _MOST_ROWS:
        tries = 0
    for axes in orders[:tries]:
        folded = fold_elements(_with_bounds(filled, axes, cells, True))
        if best is None or folded.size < best.size:
            best = folded
            chosen = axes
    folded = _fold_pieces(coarse)
    if best is None or folded.size < best.size:
        best = folded
        chosen = given
    cells = [cells[a] for a in chosen]
    return _in_order(_with_bounds(best, [chosen.index(a) for a in given], cells, False))


def fold(boxes: Boxes) -> Boxes:
    """Return the set of some boxes as disjoint boxes that no joining makes fewer."""
    boxes = boxes.own()
    axis: cython.Py_ssize_t
    if boxes.size < 2:
        return boxes.copy()
    axis = boxes.varying()
    if axis >= 0:
        return _fold_axis(boxes, axis)
    # Boxes of a few elements each have little to gain from cells and pieces.
    if extent(boxes, False) > max(_EXACT, 4.0 * boxes.size):
        return _fold_large(boxes)
    return fold_elements(boxes)


def are_vectors(given, kind) -> bool:
    """Tell if a list or tuple holds vectors alone: lists or tuples of one length, not empty, of
    objects of a class."""
    length: cython.Py_ssize_t = 0
    if type(given) is not list and type(given) is not tuple:
        return False
    for vector in given:
        if type(vector) is not list and type(vector) is not tuple:
            return False
        if length == 0:
            length = len(vector)
        if length == 0 or len(vector) != length:
            return False
        for axis in vector:
            if type(axis) is not kind:
                return False
    return length > 0
