# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Sets of vectors of keys as boxes, and their algebra.

A *box* is a product of *sides*, one per axis; a side is a set of keys as
sorted, disjoint, half-open runs.  :class:`Boxes` holds boxes of one dimension,
back to back in two arrays of integers; they may overlap.  What the keys stand
for is not known here.

Boxes are only ever added to, so those there are stay where they are: whatever
may run other code, which could add to the boxes at work, works on
:meth:`Boxes.own` and never sees these.

The algebra here takes boxes in pairs: the cost is their number, however many
elements they have.  Kernel ``rows`` has the algebra for many boxes, and chooses.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.intervals import (
        LIMIT,
        Longs,
        Runs,
        runs_of_bounds,
    )
    from cython.cimports.ClusterShell._compiled.keys import number_key, plain_key
else:
    from ClusterShell._kernels import _sides
    from ClusterShell._kernels.intervals import Longs, Runs
    from ClusterShell._kernels.keys import number_key, plain_key

# No vector has as many; what is counted by axes fits an integer by far.
_MOST_AXES = cython.declare(cython.Py_ssize_t, 1 << 24)

# Among so few pairs of boxes, those that lie within another are looked for.
_FEW_PAIRS = cython.declare(cython.longlong, 4096)

#: The first number that is too long for a key here.
_TOP = 10**18


@cython.cfunc
@cython.exceptval(-2)
def _key_of(element: object) -> cython.longlong:
    """Return the key of an integer without padding or of a digit string; -1 for all else."""
    if type(element) is str:
        return plain_key(element)
    if type(element) is int and 0 <= element < _TOP:
        return number_key(element)
    return -1


@cython.cfunc
@cython.exceptval(-1)
def _checked(bound: object) -> cython.longlong:
    """Return a bound of a run; raises OverflowError if only the other life takes it."""
    if cython.compiled:
        if not -LIMIT <= bound <= LIMIT:
            raise OverflowError("key of more digits than fit")
    return bound


@cython.cfunc
@cython.exceptval(-1)
def _push_bounds(given: object, bounds: Longs) -> cython.int:
    """Append the bounds of a side of the other life."""
    bound: cython.longlong
    first: cython.Py_ssize_t = bounds.size
    for item in given:
        bound = _checked(item)
        if bounds.size > first and bound <= bounds.at[bounds.size - 1]:
            raise ValueError("bounds are not in order")
        bounds.push(bound)
    if (bounds.size - first) & 1:
        raise ValueError("bounds come in pairs")
    return 0


@cython.final
@cython.no_gc
@cython.cclass
class Boxes:
    """Boxes of *dim* axes, in the order in which they were added.

    runs: the bounds ``lo, hi`` of the runs of all sides, back to back.
    ends: where the sides end in ``runs``, after a leading 0: the runs of axis
        ``a`` of box ``b`` lie between ``ends[k]`` and ``ends[k + 1]`` with
        ``k = b * dim + a``.
    disjoint: True if no two boxes are known to overlap.
    """

    if not cython.compiled:
        counted = -1, 0  # of so many boxes the elements

    def __cinit__(self, dim: cython.Py_ssize_t) -> None:
        if not 0 <= dim <= _MOST_AXES:
            raise ValueError("no such number of axes")
        self.dim = dim
        self.size = 0
        self.runs = Longs()
        self.ends = Longs()
        self.ends.push(0)
        self.disjoint = True

    def __len__(self) -> int:
        return self.size

    @cython.cfunc
    def own(self) -> Boxes:
        """Return the boxes there are now, as nobody else can reach them."""
        made: Boxes = Boxes(self.dim)
        made.runs = self.runs
        made.ends = self.ends
        made.size = self.size
        made.disjoint = self.disjoint
        return made

    def add(self, sides: list) -> None:
        """Append a box given as one set of keys per axis, as Runs of either life.

        Raises OverflowError, and adds nothing, if a key is not for this life.
        """
        if len(sides) != self.dim:
            raise ValueError(f"a vector of {len(sides)} axes in a set of vectors of {self.dim}")
        bounds: Longs = Longs()
        stops: Longs = Longs()
        flat: Longs
        shift: cython.longlong
        i: cython.Py_ssize_t
        for side in sides:
            if isinstance(side, Runs):
                flat = cython.cast(Runs, side).flat()
                bounds.extend(flat, 0, flat.size)
            else:
                _push_bounds(side.bounds(), bounds)
            stops.push(bounds.size)
        if stops.size != self.dim:
            raise RuntimeError("the vector was changed while it was added")
        shift = self.runs.size
        self.runs.extend(bounds, 0, bounds.size)
        for i in range(stops.size):
            self.ends.push(shift + stops.at[i])
        self.disjoint = self.disjoint and self.size == 0
        self.size += 1

    def add_vector(self, keys: tuple) -> None:
        """Append a box of one element; as :meth:`add`."""
        if len(keys) != self.dim:
            raise ValueError(f"a vector of {len(keys)} axes in a set of vectors of {self.dim}")
        key: cython.longlong
        every: list = [_checked(key) for key in keys]
        for key in every:
            self.runs.push(key)
            self.runs.push(key + 1)
            self.ends.push(self.runs.size)
        self.disjoint = self.disjoint and self.size == 0
        self.size += 1

    def add_plain(self, vector: object) -> bool:
        """Append a box of one plain element; for any other return false, and do nothing."""
        # Plain is a tuple or list of integers and digit strings.
        if type(vector) is not tuple and type(vector) is not list:
            return False
        # The collector may empty the caller's list just when Python makes a tuple of it.
        given: tuple = vector if type(vector) is tuple else tuple(list(vector))
        key: cython.longlong
        if len(given) != self.dim:
            return False
        for element in given:
            if _key_of(element) < 0:
                return False
        for element in given:
            key = _key_of(element)
            self.runs.push(key)
            self.runs.push(key + 1)
            self.ends.push(self.runs.size)
        self.disjoint = self.disjoint and self.size == 0
        self.size += 1
        return True

    def with_keys(self, keys: Longs) -> Boxes:
        """Append boxes of one element each, whose keys follow one another; return all."""
        count: cython.Py_ssize_t = keys.size // max(self.dim, 1)
        k: cython.Py_ssize_t
        self.runs.reserve(2 * count * self.dim)
        self.ends.reserve(count * self.dim)
        for k in range(count * self.dim):
            self.runs.push(keys.at[k])
            self.runs.push(keys.at[k] + 1)
            self.ends.push(self.runs.size)
        self.disjoint = self.disjoint and self.size + count < 2
        self.size += count
        return self

    def sides(self) -> list:
        """Return, for each box, the list of its sides, each as Runs."""
        own: Boxes = self.own()
        found: list = [own.side(k) for k in range(own.size * own.dim)]
        return [found[k : k + own.dim] for k in range(0, len(found), own.dim)]

    @cython.cfunc
    def side(self, k: cython.Py_ssize_t) -> Runs:
        """Return side number *k*: that of axis ``a`` of box ``b`` is ``b * dim + a``."""
        if cython.compiled:
            return runs_of_bounds(
                self.runs.at + self.ends.at[k], self.ends.at[k + 1] - self.ends.at[k]
            )
        else:
            made: Runs = Runs()
            made.extend(self.runs, self.ends.at[k], self.ends.at[k + 1])
            return made

    @cython.cfunc
    @cython.exceptval(check=False)
    def width(self, k: cython.Py_ssize_t) -> cython.longlong:
        """Return how many keys side number *k* holds."""
        keys: cython.longlong = 0
        i: cython.Py_ssize_t
        for i in range(self.ends.at[k], self.ends.at[k + 1], 2):
            keys += self.runs.at[i + 1] - self.runs.at[i]
        return keys

    def copy(self) -> Boxes:
        made: Boxes = Boxes(self.dim)
        made.extend(self)
        made.disjoint = self.disjoint
        return made

    def extend(self, other: Boxes) -> None:
        """Append the boxes of *other*."""
        if other.dim != self.dim:
            raise ValueError(f"{other.dim} axes in a set of vectors of {self.dim}")
        shift: cython.longlong = self.runs.size
        size: cython.Py_ssize_t = other.size * other.dim
        k: cython.Py_ssize_t
        self.runs.extend(other.runs, 0, other.ends.at[size])
        self.ends.reserve(size)
        for k in range(1, size + 1):
            self.ends.push(other.ends.at[k] + shift)
        self.disjoint = other.size == 0 if self.size else other.disjoint
        self.size += other.size

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def add_box(self, other: Boxes, box: cython.Py_ssize_t) -> cython.int:
        """Append one box of *other*; the caller answers for ``disjoint``."""
        k: cython.Py_ssize_t
        first: cython.Py_ssize_t = box * other.dim
        start: cython.longlong = other.ends.at[first]
        shift: cython.longlong = self.runs.size - start
        self.runs.extend(other.runs, start, other.ends.at[first + self.dim])
        for k in range(first + 1, first + self.dim + 1):
            self.ends.push(other.ends.at[k] + shift)
        self.size += 1
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def add_side(self, other: Boxes, k: cython.Py_ssize_t) -> cython.int:
        """Append side number *k* of *other* to the box under construction."""
        self.runs.extend(other.runs, other.ends.at[k], other.ends.at[k + 1])
        self.ends.push(self.runs.size)
        return 0

    def volume(self, box: cython.Py_ssize_t):
        """Return the number of elements of one box."""
        elements: object = 1
        k: cython.Py_ssize_t
        if not 0 <= box < self.size:
            raise IndexError("no such box")
        for k in range(box * self.dim, (box + 1) * self.dim):
            if self.ends.at[k + 1] - self.ends.at[k] != 2 or self.width(k) != 1:
                elements *= self.width(k)
        return elements

    def count(self):
        """Return the number of elements of disjoint boxes."""
        total: object = 0
        box: cython.Py_ssize_t
        if not cython.compiled:
            return _sides.count(self)
        for box in range(self.size):
            total += self.volume(box)
        return total

    def varying(self) -> cython.Py_ssize_t:
        """Return the only axis, or that in which alone boxes differ; -1 if there is none."""
        axis: cython.Py_ssize_t = -1 if self.dim > 1 else 0
        a: cython.Py_ssize_t
        k: cython.Py_ssize_t
        for k in range(self.dim, self.size * self.dim):
            a = k % self.dim
            if a != axis and not _same_side(self, a, k):
                if axis >= 0:
                    return -1
                axis = a
        return axis

    # -- Elements of disjoint boxes, in order; the last axis turns fastest.

    def at(self, position: object) -> tuple:
        """Return the keys of the element at a position, which must exist."""
        own: Boxes = self.own()
        box: cython.Py_ssize_t = 0
        while position >= own.volume(box):
            position -= own.volume(box)
            box += 1
        return tuple(own._unrank(box, position))

    @cython.cfunc
    def _unrank(self, box: cython.Py_ssize_t, position: object) -> list:
        """Return the keys of the element of one box at a position in it."""
        keys: list = [0] * self.dim
        a: cython.Py_ssize_t
        k: cython.Py_ssize_t
        i: cython.Py_ssize_t
        rank: cython.longlong
        for a in range(self.dim - 1, -1, -1):
            k = box * self.dim + a
            i = self.ends.at[k]
            position, rank = divmod(position, self.width(k))
            for i in range(self.ends.at[k], self.ends.at[k + 1], 2):
                if rank < self.runs.at[i + 1] - self.runs.at[i]:
                    break
                rank -= self.runs.at[i + 1] - self.runs.at[i]
            keys[a] = self.runs.at[i] + rank
        return keys

    def position(self, keys: list):
        """Return the position of the element with these keys, -1 if there is none."""
        own: Boxes = self.own()
        wanted: list = list(keys)
        before: object = 0
        within: object
        rank: cython.longlong
        box: cython.Py_ssize_t
        a: cython.Py_ssize_t
        if len(wanted) != own.dim:
            return -1
        for box in range(own.size):
            within = 0
            for a in range(own.dim):
                rank = own._rank(box * own.dim + a, wanted[a])
                if rank < 0:
                    break
                within = within * own.width(box * own.dim + a) + rank
            else:
                return before + within
            before += own.volume(box)
        return -1

    @cython.cfunc
    @cython.exceptval(-2)
    def _rank(self, k: cython.Py_ssize_t, key: object) -> cython.longlong:
        """Return how many keys of side number *k* are below *key*, -1 if it is none of them."""
        rank: cython.longlong = 0
        i: cython.Py_ssize_t
        for i in range(self.ends.at[k], self.ends.at[k + 1], 2):
            if key < self.runs.at[i]:
                break
            if key < self.runs.at[i + 1]:
                return rank + (key - self.runs.at[i])
            rank += self.runs.at[i + 1] - self.runs.at[i]
        return -1

    def picked(self, positions: object) -> Boxes:
        """Return the elements at some positions, which must exist."""
        own: Boxes = self.own()
        made: Boxes = Boxes(own.dim)
        box: cython.Py_ssize_t
        before: object = 0
        if positions.step < 0:
            positions = positions[::-1]
        step = positions.step
        for box in range(own.size):
            start = max(positions.start - before, 0)
            if before > positions.start:
                start = (positions.start - before) % step
            stop = min(positions.stop - before, own.volume(box))
            if start < stop and step == 1:
                own._pick_stretch(made, box, start, stop)
            elif not cython.compiled:
                _sides.pick(own, box, range(start, stop, step), made)
            else:
                for start in range(start, stop, step):
                    made.add_vector(tuple(own._unrank(box, start)))
            before += own.volume(box)
        made.disjoint = True
        return made

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _pick_stretch(
        self, made: Boxes, box: cython.Py_ssize_t, start: object, stop: object
    ) -> cython.int:
        """Append to *made* the elements of one box from a position to before another.

        They are a few boxes: parts of a turn of one axis, with those before it
        fixed and those after it whole.
        """
        turn: object
        a: cython.Py_ssize_t
        end: object
        while start < stop:
            # The slowest axis that can go on for whole turns of those after it.
            turn = 1
            for a in range(self.dim - 1, 0, -1):
                if start % (turn * self.width(box * self.dim + a)):
                    break
                if start + turn * self.width(box * self.dim + a) > stop:
                    break
                turn *= self.width(box * self.dim + a)
            else:
                a = 0
            end = start - start % (turn * self.width(box * self.dim + a))
            end += turn * self.width(box * self.dim + a)
            end = min(end, stop - (stop - start) % turn)
            self._pick_turns(made, box, a, start, (end - start) // turn)
            start = end
        return 0

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def _pick_turns(
        self,
        made: Boxes,
        box: cython.Py_ssize_t,
        axis: cython.Py_ssize_t,
        start: object,
        turns: object,
    ) -> cython.int:
        """Append to *made* a box: from a position on, some keys of one axis, whole ones after."""
        keys: list = self._unrank(box, start)
        a: cython.Py_ssize_t
        k: cython.Py_ssize_t = box * self.dim + axis
        i: cython.Py_ssize_t
        lo: cython.longlong
        hi: cython.longlong
        left: cython.longlong = turns
        for a in range(axis):
            made.runs.push(keys[a])
            made.runs.push(keys[a] + 1)
            made.ends.push(made.runs.size)
        for i in range(self.ends.at[k], self.ends.at[k + 1], 2):
            lo = max(self.runs.at[i], cython.cast(cython.longlong, keys[axis]))
            hi = min(self.runs.at[i + 1], lo + left)
            if lo < hi:
                made.runs.push(lo)
                made.runs.push(hi)
                left -= hi - lo
        made.ends.push(made.runs.size)
        for a in range(axis + 1, self.dim):
            made.add_side(self, box * self.dim + a)
        made.size += 1
        return 0


@cython.cfunc
def _same_side(boxes: Boxes, k: cython.Py_ssize_t, other: cython.Py_ssize_t) -> cython.bint:
    """Return whether two sides, given by number, hold the same keys."""
    ends: cython.pointer[cython.longlong] = boxes.ends.at
    runs: cython.pointer[cython.longlong] = boxes.runs.at
    i: cython.Py_ssize_t
    size: cython.Py_ssize_t = ends[k + 1] - ends[k]
    if ends[other + 1] - ends[other] != size:
        return False
    for i in range(size):
        if runs[ends[k] + i] != runs[ends[other] + i]:
            return False
    return True


# -- Few boxes: in pairs ------------------------------------------------------


@cython.cfunc
@cython.exceptval(check=False)
def _sides_meet(
    left: Boxes, k: cython.Py_ssize_t, right: Boxes, j: cython.Py_ssize_t
) -> cython.bint:
    """Return whether side *k* of *left* and side *j* of *right* have a key in common."""
    one: cython.pointer[cython.longlong] = left.runs.at
    two: cython.pointer[cython.longlong] = right.runs.at
    i: cython.Py_ssize_t = left.ends.at[k]
    m: cython.Py_ssize_t = right.ends.at[j]
    stop: cython.Py_ssize_t = left.ends.at[k + 1]
    end: cython.Py_ssize_t = right.ends.at[j + 1]
    while i < stop and m < end:
        if one[i + 1] <= two[m]:
            i += 2
        elif two[m + 1] <= one[i]:
            m += 2
        else:
            return True
    return False


@cython.cfunc
@cython.exceptval(check=False)
def _meet(
    left: Boxes, box: cython.Py_ssize_t, right: Boxes, other: cython.Py_ssize_t
) -> cython.bint:
    """Return whether a box of *left* and a box of *right* overlap."""
    a: cython.Py_ssize_t
    for a in range(left.dim):
        if not _sides_meet(left, box * left.dim + a, right, other * right.dim + a):
            return False
    return True


@cython.cfunc
@cython.exceptval(-1, check=False)
def add_common_side(
    made: Boxes, left: Boxes, k: cython.Py_ssize_t, right: Boxes, j: cython.Py_ssize_t
) -> cython.int:
    """Append to *made* the keys that two sides have in common."""
    one: cython.pointer[cython.longlong] = left.runs.at
    two: cython.pointer[cython.longlong] = right.runs.at
    i: cython.Py_ssize_t = left.ends.at[k]
    m: cython.Py_ssize_t = right.ends.at[j]
    stop: cython.Py_ssize_t = left.ends.at[k + 1]
    end: cython.Py_ssize_t = right.ends.at[j + 1]
    while i < stop and m < end:
        if one[i] < two[m + 1] and two[m] < one[i + 1]:
            made.runs.push(max(one[i], two[m]))
            made.runs.push(min(one[i + 1], two[m + 1]))
        if one[i + 1] < two[m + 1]:
            i += 2
        else:
            m += 2
    made.ends.push(made.runs.size)
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def add_rest_of_side(
    made: Boxes, left: Boxes, k: cython.Py_ssize_t, right: Boxes, j: cython.Py_ssize_t
) -> cython.int:
    """Append to *made* the keys of side *k* of *left* that side *j* of *right* lacks."""
    one: cython.pointer[cython.longlong] = left.runs.at
    two: cython.pointer[cython.longlong] = right.runs.at
    i: cython.Py_ssize_t
    m: cython.Py_ssize_t = right.ends.at[j]
    end: cython.Py_ssize_t = right.ends.at[j + 1]
    lo: cython.longlong
    for i in range(left.ends.at[k], left.ends.at[k + 1], 2):
        lo = one[i]
        while m < end and two[m + 1] <= lo:
            m += 2
        while m < end and two[m] < one[i + 1]:
            if lo < two[m]:
                made.runs.push(lo)
                made.runs.push(two[m])
            lo = two[m + 1]
            if lo >= one[i + 1]:
                break
            m += 2
        if lo < one[i + 1]:
            made.runs.push(lo)
            made.runs.push(one[i + 1])
    made.ends.push(made.runs.size)
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _add_rest(
    made: Boxes, left: Boxes, box: cython.Py_ssize_t, right: Boxes, other: cython.Py_ssize_t
) -> cython.int:
    """Append to *made*, as disjoint boxes, what of one box is not in another it meets."""
    dim: cython.Py_ssize_t = left.dim
    a: cython.Py_ssize_t
    c: cython.Py_ssize_t
    size: cython.Py_ssize_t
    # One box per axis: outside in that axis, inside in those before it.
    for a in range(dim):
        size = made.runs.size
        for c in range(a):
            add_common_side(made, left, box * dim + c, right, other * dim + c)
        add_rest_of_side(made, left, box * dim + a, right, other * dim + a)
        if made.ends.at[made.ends.size - 1] == made.ends.at[made.ends.size - 2]:
            made.ends.cut(made.size * dim + 1)
            made.runs.cut(size)
            continue
        for c in range(a + 1, dim):
            made.add_side(left, box * dim + c)
        made.size += 1
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def check_dims(left: Boxes, right: Boxes) -> cython.int:
    """Raise ValueError unless two sets have as many axes."""
    if left.dim != right.dim:
        raise ValueError(f"{right.dim} axes and a set of vectors of {left.dim}")
    return 0


def subtract(left: Boxes, right: Boxes) -> Boxes:
    """Return the elements of *left* not in *right*, box by box."""
    check_dims(left, right)
    left = left.own()
    right = right.own()
    rest: Boxes = left
    made: Boxes
    other: cython.Py_ssize_t
    box: cython.Py_ssize_t
    first: cython.Py_ssize_t
    for other in range(right.size):
        first = 0
        while first < rest.size and not _meet(rest, first, right, other):
            first += 1
        if first == rest.size:
            continue
        made = Boxes(left.dim)
        for box in range(rest.size):
            if box < first or (box > first and not _meet(rest, box, right, other)):
                made.add_box(rest, box)
            else:
                _add_rest(made, rest, box, right, other)
        rest = made
    if rest is left:
        return left.copy()
    rest.disjoint = left.disjoint
    return rest


def intersect(left: Boxes, right: Boxes) -> Boxes:
    """Return the common elements of *left* and *right*, box by box."""
    check_dims(left, right)
    left = left.own()
    right = right.own()
    made: Boxes = Boxes(left.dim)
    box: cython.Py_ssize_t
    other: cython.Py_ssize_t
    a: cython.Py_ssize_t
    dim: cython.Py_ssize_t = left.dim
    for box in range(left.size):
        for other in range(right.size):
            if _meet(left, box, right, other):
                for a in range(dim):
                    add_common_side(made, left, box * dim + a, right, other * dim + a)
                made.size += 1
    made.disjoint = left.disjoint and right.disjoint
    if made.disjoint or made.size * made.size > _FEW_PAIRS:
        return made
    return _without_parts(made)


@cython.cfunc
def _without_parts(boxes: Boxes) -> Boxes:
    """Return *boxes* without those that lie within another, of equal ones but the first."""
    made: Boxes = Boxes(boxes.dim)
    box: cython.Py_ssize_t
    other: cython.Py_ssize_t
    for box in range(boxes.size):
        for other in range(boxes.size):
            if other == box or not _within(boxes, box, other):
                continue
            if other < box or not _within(boxes, other, box):
                break
        else:
            made.add_box(boxes, box)
    made.disjoint = made.size < 2
    return made


@cython.cfunc
@cython.exceptval(check=False)
def _within(boxes: Boxes, box: cython.Py_ssize_t, other: cython.Py_ssize_t) -> cython.bint:
    """Return whether all elements of a box are in another."""
    runs: cython.pointer[cython.longlong] = boxes.runs.at
    a: cython.Py_ssize_t
    i: cython.Py_ssize_t
    m: cython.Py_ssize_t
    end: cython.Py_ssize_t
    for a in range(boxes.dim):
        m = boxes.ends.at[other * boxes.dim + a]
        end = boxes.ends.at[other * boxes.dim + a + 1]
        for i in range(
            boxes.ends.at[box * boxes.dim + a], boxes.ends.at[box * boxes.dim + a + 1], 2
        ):
            while m < end and runs[m + 1] < runs[i + 1]:
                m += 2
            if m == end or runs[i] < runs[m]:
                return False
    return True
