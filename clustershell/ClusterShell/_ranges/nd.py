"""Sets of vectors in whichever life of the kernels can hold them.

The compiled kernels hold elements of up to 18 digits, the interpreted ones
hold any.  The functions here take boxes of either life, and move a set to the
interpreted one when they have to.

Kernels are imported at first use: most node sets have one dimension.
"""

from __future__ import annotations

from itertools import chain, product

from ClusterShell import _accel

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    Boxes = Any  # of the kernel, in either life


def _is_wide(boxes: Boxes) -> bool:
    return _accel.COMPILED and not isinstance(boxes, _accel.boxes.Boxes)


def _kernel(name: str, boxes: Boxes) -> Any:
    """Return a kernel in the life that holds *boxes*."""
    return _accel.interpreted(name) if _is_wide(boxes) else getattr(_accel, name)


def empty(dim: int) -> Boxes:
    """Return no boxes, of *dim* axes."""
    return _accel.boxes.Boxes(dim)


def _widened(boxes: Boxes) -> Boxes:
    """Return the same boxes in the interpreted life."""
    if _is_wide(boxes):
        return boxes
    wide = _accel.interpreted("boxes").Boxes(boxes.dim)
    for sides in boxes.sides():
        wide.add(sides)
    wide.disjoint = boxes.disjoint
    return wide


def with_box(boxes: Boxes, sides: list[Any]) -> Boxes:
    """Append a box, given as Runs per axis; return *boxes*, or what replaces it."""
    try:
        boxes.add(sides)
    except OverflowError:
        boxes = _widened(boxes)
        boxes.add(sides)
    return boxes


def _of_one_life(left: Boxes, right: Boxes) -> tuple[Boxes, Boxes]:
    """Return two sets of boxes in the same life."""
    if type(left) is type(right) or _is_wide(left) == _is_wide(right):
        return left, right
    return _widened(left), _widened(right)


def extended(boxes: Boxes, other: Boxes) -> Boxes:
    """Append the boxes of *other*; return *boxes*, or what replaces it."""
    if type(boxes) is not type(other):
        boxes, other = _of_one_life(boxes, other)
    boxes.extend(other)
    return boxes


#: By the class of boxes, the kernel of their algebra.
_ROWS: dict[type, Any] = {}


def _rows(boxes: Boxes) -> Any:
    """Return the kernel of the algebra of boxes."""
    found = _ROWS[type(boxes)] = _kernel("rows", boxes)
    return found


def _algebra(name: str, left: Boxes, right: Boxes) -> Boxes:
    if type(left) is not type(right):
        left, right = _of_one_life(left, right)
    return getattr(_ROWS.get(type(left)) or _rows(left), name)(left, right)


def difference(left: Boxes, right: Boxes) -> Boxes:
    """Return the elements of *left* that are not in *right*, as boxes."""
    return _algebra("difference", left, right)


# A difference in so many overlapping pieces is one that the released package
# takes too long for.
_PIECES = 1000


def overlapping_difference(left: Boxes, right: Boxes) -> Boxes | None:
    """Return the elements of *left* that are not in *right*, cut as the released package cuts.

    It takes a box away from another along each axis in turn, and lets these
    pieces overlap; how many there are shows in the steps of the sets made of
    them.  None if they are too many.
    """
    left, right = _of_one_life(left, right)
    pieces = list(left.sides())
    for hole in right.sides():
        rest = []
        for sides in pieces:
            if any(side.isdisjoint(cut) for side, cut in zip(sides, hole)):
                rest.append(sides)
                continue
            for axis, cut in enumerate(hole):
                side = sides[axis].difference(cut)
                if side.count():
                    rest.append([*sides[:axis], side, *sides[axis + 1 :]])
        pieces = rest
        if len(pieces) > _PIECES:
            return None
    made = _kernel("boxes", left).Boxes(left.dim)
    for sides in pieces:
        made.add(sides)
    return made


def intersection(left: Boxes, right: Boxes) -> Boxes:
    """Return the elements of both *left* and *right*, as boxes."""
    return _algebra("intersection", left, right)


def covers(left: Boxes, right: Boxes) -> bool:
    """Return whether *left* has all elements of *right*."""
    return _algebra("covers", left, right)


def in_first_axis(boxes: Boxes, runs: Any) -> bool | None:
    """Return whether a box has *runs* in its first side; None where that is not known at once."""
    if boxes is None or runs.count() != 1 or (_accel.COMPILED and not _is_wide(boxes)):
        return None
    return _accel.interpreted("_sides").in_first_axis(boxes, runs.select(0))


def fold(boxes: Boxes) -> Boxes:
    """Return the same set as disjoint boxes, few and in order."""
    return _kernel("vectors", boxes).fold(boxes)


# Beyond so many elements the released package, which always takes slices
# apart, is too slow for its vectors to matter to anybody.
_APART = 100000


def taken_apart(boxes: Boxes) -> Boxes:
    """Return the elements of disjoint boxes as boxes of one element, unless they are many."""
    if boxes.count() > _APART:
        return boxes
    made = _kernel("boxes", boxes).Boxes(boxes.dim)
    for sides in boxes.sides():
        bounds = [side.bounds() for side in sides]
        keys = [chain.from_iterable(map(range, axis[::2], axis[1::2])) for axis in bounds]
        for vector in product(*keys):
            made.add_vector(vector)
    return made


def text_of(key: int) -> str:
    """Return the element of a key, of any number of digits."""
    try:
        return _accel.intervals.text_of(key)
    except OverflowError:
        return _accel.interpreted("intervals").text_of(key)
