"""Boxes one beside another, of the interpreted life only, where each step of Python counts.

Most sets of vectors are one box: all axes but one have one key.  Here a side is a list of
bounds, and two of them are not walked through key by key: a side of one run cuts another
where bisection says, and of two long ones the bounds are sorted, see kernel ``sweeps``.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate


def sides_of(boxes, box):
    """Return the sides of a box, a list of bounds for each axis."""
    runs = boxes.runs.at
    first = box * boxes.dim
    ends = boxes.ends.at[first : first + boxes.dim + 1]
    return [runs[start:stop] for start, stop in zip(ends, ends[1:])]


def width(side):
    """Return the number of keys of a side."""
    return side[1] - side[0] if len(side) == 2 else sum(side[1::2]) - sum(side[::2])


def count(boxes):
    """Return the number of elements of disjoint boxes, which are only ever added to."""
    size = boxes.size
    counted, total = boxes.counted
    if counted != size:
        total = 0
        for box in range(size):
            elements = 1
            for side in sides_of(boxes, box):
                elements *= width(side)
            total += elements
        boxes.counted = size, total
    return total


# -- two sides


def common(x, y):
    """Return the keys that two sides have in common."""
    if x == y:
        return x
    if len(x) == 2:
        x, y = y, x
    if len(y) == 2:
        lo, hi = y
        i = bisect_right(x, lo)
        j = bisect_left(x, hi)
        return [lo] * (i & 1) + x[i:j] + [hi] * (j & 1)
    return _paired(x[::2] + y[::2], x[1::2] + y[1::2], 1)


def rest(x, y):
    """Return the keys of side *x* that side *y* lacks."""
    if x == y:
        return []
    if len(y) == 2:
        lo, hi = y
        i = bisect_left(x, lo)
        j = bisect_right(x, hi)
        return x[:i] + [lo] * (i & 1) + [hi] * (j & 1) + x[j:]
    return _paired(x[::2] + y[1::2], x[1::2] + y[::2], 0)


def either(x, y):
    """Return the keys that only one of two sides has."""
    found = []
    for bound in sorted(x + y):
        if found and found[-1] == bound:
            found.pop()
        else:
            found.append(bound)
    return found


def _paired(p, q, skip):
    """Return the pairs of both lists, sorted, that are runs; without the first ones of *p*."""
    p.sort()
    q.sort()
    found = []
    for low, high in zip(p[skip:], q):
        if low < high:
            found += (low, high)
    return found


def inside(x, y):
    """Tell if all keys of side *x* are in side *y*."""
    if x == y:
        return True
    if x and (not y or x[-1] > y[-1]):
        return False
    for lo, hi in zip(x[::2], x[1::2]):
        at = bisect_right(y, lo)
        if at & 1 == 0 or hi > y[at]:
            return False
    return True


# -- two sets


def _add(made, sides):
    """Append a box to *made*."""
    bounds = made.runs.at
    ends = made.ends.at
    for side in sides:
        bounds += side
        ends.append(len(bounds))
    made.size += 1


def difference(left, right):
    """Return what of one box is not in another, as disjoint boxes."""
    mine = sides_of(left, 0)
    theirs = sides_of(right, 0)
    both = list(map(common, mine, theirs))
    if not all(both):
        return left.copy()
    made = type(left)(left.dim)
    # One box per axis: outside in that axis, inside in those before it.
    for axis, side in enumerate(mine):
        outside = rest(side, theirs[axis]) if both[axis] is not side else None
        if outside:
            _add(made, [*both[:axis], outside, *mine[axis + 1 :]])
    made.disjoint = left.disjoint
    return made


def intersection(left, right):
    """Return the elements that one box and another have in common."""
    made = type(left)(left.dim)
    both = list(map(common, sides_of(left, 0), sides_of(right, 0)))
    if all(both):
        _add(made, both)
    return made


def covers(left, right):
    """Tell if a set of boxes has all elements of another; None if that takes more of a look."""
    if left.ends.at == right.ends.at and left.runs.at == right.runs.at:
        return True
    if right.size != 1:
        return None
    wanted = sides_of(right, 0)
    if not all(wanted):
        return True
    for box in range(left.size):
        if all(map(inside, wanted, sides_of(left, box))):
            return True
    if left.size > 1 and any(len(side) > 2 or side[1] - side[0] > 1 for side in wanted):
        return None
    return False


# -- positions


def in_first_axis(boxes, key):
    """Tell if a key is in the first side of a box."""
    runs = boxes.runs.at
    ends = boxes.ends.at
    return any(
        runs[start] <= key < runs[stop - 1] and bisect_right(runs, key, start, stop) - start & 1
        for start, stop in zip(ends[:: boxes.dim], ends[1 :: boxes.dim])
        if start < stop
    )


def pick(boxes, box, places, made):
    """Append to *made* the elements of one box at some places in it."""
    axes = []
    for side in sides_of(boxes, box):
        widths = [hi - lo for lo, hi in zip(side[::2], side[1::2])]
        ranks = list(accumulate(widths, initial=0))
        axes.append((ranks.pop(), ranks, side[::2]))
    axes.reverse()
    for place in places:
        element = []
        for size, ranks, starts in axes:
            place, rank = divmod(place, size)
            at = bisect_right(ranks, rank) - 1
            key = starts[at] + rank - ranks[at]
            element.append((key, key + 1))
        _add(made, element[::-1])
