# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""The names of node sets: one after the other, and at positions."""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled import algebra
    from cython.cimports.ClusterShell._compiled.intervals import Runs
    from cython.cimports.ClusterShell._compiled.keys import OFFSET, width_of
    from cython.cimports.ClusterShell._compiled.longs import Longs
    from cython.cimports.ClusterShell._compiled.runset import RunSet
    from cython.cimports.cpython.mem import PyMem_Free, PyMem_Realloc
    from cython.cimports.cpython.unicode import (
        PyUnicode_1BYTE_DATA,
        PyUnicode_4BYTE_KIND,
        PyUnicode_FromKindAndData,
        PyUnicode_New,
    )
    from cython.cimports.libc.string import memcpy
else:
    from itertools import chain

    from ClusterShell._kernels import algebra
    from ClusterShell._kernels.intervals import Runs
    from ClusterShell._kernels.keys import OFFSET, width_of
    from ClusterShell._kernels.runset import RunSet


@cython.cfunc
def _parts(pattern: str) -> tuple:
    """Return what stands before and after the index of a pattern of one, as text."""
    at = pattern.find("%s")
    if at >= 0 and pattern.count("%") == 1:
        return pattern[:at], pattern[at + 2 :]
    # "%%s" is a percent sign and a letter.
    while at >= 0 and pattern.count("%", 0, at) % 2:
        at = pattern.find("%s", at + 1)
    if at < 0:
        raise ValueError("a pattern without index")
    return pattern[:at].replace("%%", "%"), pattern[at + 2 :].replace("%%", "%")


@cython.final
@cython.cclass
class Namer:
    """Iterator over the names of a pattern of one index.

    Compiled, one name follows another in place: ``name`` holds the characters
    of the next one, of which only the digits change.
    """

    if cython.compiled:
        bounds = cython.declare(cython.pointer[cython.longlong])
        size = cython.declare(cython.Py_ssize_t)
        run = cython.declare(cython.Py_ssize_t)
        key = cython.declare(cython.longlong)
        stop = cython.declare(cython.longlong)
        before = cython.declare(str)
        after = cython.declare(str)
        name = cython.declare(cython.pointer[cython.uint])
        # Where the digits of the name end, and where the name does.
        last = cython.declare(cython.Py_ssize_t)
        end = cython.declare(cython.Py_ssize_t)
        widest = cython.declare(cython.Py_UCS4)

        def __dealloc__(self):
            PyMem_Free(self.bounds)
            PyMem_Free(self.name)

        # Not __init__, which could be left out, or called again.
        def __cinit__(self, pattern: str, runs: Runs):
            self.before, self.after = _parts(pattern)
            # A copy: the set may change while its names are read.
            flat: Longs = runs.flat()
            size: cython.size_t = flat.size * cython.sizeof(cython.longlong)
            self.bounds = cython.cast(
                cython.pointer[cython.longlong], PyMem_Realloc(cython.NULL, size + 1)
            )
            room: cython.size_t = len(self.before) + len(self.after) + 20
            self.name = cython.cast(
                cython.pointer[cython.uint],
                PyMem_Realloc(cython.NULL, room * cython.sizeof(cython.uint)),
            )
            if self.bounds == cython.NULL or self.name == cython.NULL:
                raise MemoryError()
            if size:
                memcpy(self.bounds, flat.at, size)
            self.size = flat.size
            self.run = -2
            self.key = self.stop = 0
            self.widest = 127
            char: cython.Py_UCS4
            at: cython.Py_ssize_t = 0
            for char in self.before:
                self.name[at] = char
                at += 1
                self.widest = max(self.widest, char)
            for char in self.after:
                self.widest = max(self.widest, char)

        def __iter__(self):
            return self

        def __next__(self):
            found: str = self.following()
            if found is None:
                raise StopIteration
            return found

        @cython.cfunc
        def following(self) -> str:
            """Return the next name, None where there is none."""
            if self.key == self.stop and not self.advance():
                return None
            found: str
            if self.widest < 256:
                found = PyUnicode_New(self.end, self.widest)
                target: cython.pointer[cython.uchar] = PyUnicode_1BYTE_DATA(found)
                at: cython.Py_ssize_t
                for at in range(self.end):
                    target[at] = cython.cast(cython.uchar, self.name[at])
            else:
                found = PyUnicode_FromKindAndData(
                    PyUnicode_4BYTE_KIND, cython.cast(cython.p_void, self.name), self.end
                )
            self.key += 1
            if self.key < self.stop:
                self.increment()
            return found

        @cython.cfunc
        @cython.exceptval(check=False)
        def increment(self) -> cython.void:
            """Add one to the digits, which are not all nine."""
            at: cython.Py_ssize_t = self.last - 1
            while self.name[at] == 57:
                self.name[at] = 48
                at -= 1
            self.name[at] += 1

        @cython.cfunc
        @cython.exceptval(check=False)
        def advance(self) -> cython.bint:
            """Go to the next keys of one width; return false where there are none."""
            if self.run >= self.size:
                # Asked for more than once it had ended.
                return False
            if self.run < 0 or self.key == self.bounds[self.run + 1]:
                self.run += 2
                if self.run >= self.size:
                    return False
                self.key = self.bounds[self.run]
            self.stop = self.bounds[self.run + 1]
            at: cython.Py_ssize_t = len(self.before)
            value: cython.longlong
            width: cython.Py_ssize_t = 1
            if self.key < 0:
                # Negative numbers have no padding, and shrink: one by one.
                self.stop = self.key + 1
                value = -self.key
                self.name[at] = 45
                at += 1
                while value >= 10:
                    value //= 10
                    width += 1
                value = -self.key
            else:
                width = width_of(self.key)
                self.stop = min(self.stop, OFFSET[width + 1])
                value = self.key - OFFSET[width]
            self.last = self.end = at + width
            while width > 0:
                width -= 1
                self.name[at + width] = 48 + value % 10
                value //= 10
            char: cython.Py_UCS4
            for char in self.after:
                self.name[self.end] = char
                self.end += 1
            return True

    else:

        def __init__(self, pattern: str, runs: Runs):
            self.before, self.after = _parts(pattern)
            self.bounds = runs.bounds()

        def __iter__(self):
            before = self.before.replace("%", "%%")
            after = self.after.replace("%", "%%")
            texts = []
            for lo, hi in zip(self.bounds[::2], self.bounds[1::2]):
                while lo < hi:
                    width = width_of(lo)
                    offset = OFFSET[width] if lo >= 0 else 0
                    stop = min(hi, OFFSET[width + 1] if lo >= 0 else 0)
                    name = f"{before}%0{width}d{after}"
                    texts.append(map(name.__mod__, range(lo - offset, stop - offset)))
                    lo = stop
            return chain.from_iterable(texts)


def _of_pattern(pattern: object, indexes: object):
    """Return an iterator over the names of a pattern; None for a name without indexes."""
    if indexes is None or not indexes:
        return None
    runs: Runs = algebra.runs_of(indexes)
    if runs is None and isinstance(indexes, RunSet) and type(indexes).__iter__ is RunSet.__iter__:
        runs = algebra.runs_in(indexes)
    if runs is not None:
        if pattern.count("%") != 1:
            pattern % ""  # that they fit is taken for granted
        return Namer(pattern, runs)
    if not cython.compiled and hasattr(indexes, "_patterns"):
        # A set of nodes, perhaps that itself: map() would go on until the stack ends.
        return (pattern % index for index in indexes)
    return map(pattern.__mod__, indexes)


if cython.compiled:

    @cython.final
    @cython.cclass
    class Names:
        """Iterator over the names of the patterns of a set, whose order is found out at first."""

        patterns = cython.declare(object)
        pairs = cython.declare(list)
        at = cython.declare(cython.Py_ssize_t)
        namer = cython.declare(Namer)
        others = cython.declare(object)
        over = cython.declare(cython.bint)

        def __cinit__(self, patterns: object):
            self.patterns = patterns
            self.at = 0

        def __iter__(self):
            return self

        def __next__(self):
            namer: Namer
            while True:
                namer = self.namer
                if namer is not None:
                    name = namer.following()
                    if name is not None:
                        return name
                    self.namer = None
                others = self.others
                if others is not None:
                    name = algebra.next_of(others)
                    if name is not None:
                        return name
                    self.others = None
                name = self.begin()
                if name is not None:
                    return name
                if self.over:
                    raise StopIteration

        @cython.cfunc
        def begin(self) -> object:
            """Go to the next pattern; return its name if it is one."""
            if self.pairs is None:
                self.pairs = algebra.ordered(self.patterns)
            at: cython.Py_ssize_t = self.at
            if at >= len(self.pairs):
                self.over = True
                return None
            self.at = at + 1
            pattern, indexes = self.pairs[at]
            if indexes is None and type(pattern) is str and "%" not in cython.cast(str, pattern):
                return pattern
            found = _of_pattern(pattern, indexes)
            if found is None:
                return pattern % ()
            if type(found) is Namer:
                self.namer = found
            else:
                self.others = found
            return None


def _by_pattern(patterns):
    for pattern, indexes in algebra.ordered(patterns):
        found = _of_pattern(pattern, indexes)
        yield (pattern % (),) if found is None else found


def names(patterns):
    """Return an iterator over the names of the patterns of a set.

    TypeError is raised where a pattern does not fit its indexes.
    """
    return Names(patterns) if cython.compiled else chain.from_iterable(_by_pattern(patterns))


# -- positions

# Sets of so many nodes and more have positions that C does not reckon with.
_FAR = cython.declare(cython.longlong, 1 << 60)


# Of so many elements and more, slices that take some are checked by the sets themselves.
_MANY = cython.declare(cython.longlong, 100_000)


@cython.cfunc
def _named(pattern: object, texts: object) -> object:
    """Return the name of a pattern with the texts of its indexes; ``()`` for none."""
    plain = type(pattern) is str and texts == () and "%" not in pattern
    return pattern if plain else pattern % texts


def at(patterns, index):
    """Return the name at a position; raises IndexError where there is none."""
    length = algebra.size(patterns)
    left = index + length if index < 0 else index
    if not 0 <= left < length:
        raise IndexError(f"{index} out of range")
    for pattern, indexes in algebra.ordered(patterns):
        count = algebra.count_of(indexes) if indexes is not None and indexes else 1
        if left < count:
            return _named(pattern, indexes[left] if indexes else ())
        left -= count
    raise IndexError(f"{index} out of range")  # other code has changed the set meanwhile


def position(patterns, wanted):
    """Return the position of the only node of the patterns *wanted*, -1 if there is none."""
    ((pattern, element),) = algebra.items_of(wanted)
    mine = algebra.found_in(patterns, pattern)
    if mine is algebra.ABSENT:
        return -1
    names: cython.Py_ssize_t = 0
    before = 0
    for other, indexes in algebra.items_of(patterns):
        if other < pattern:
            if indexes is None:
                names += 1
            else:
                before += algebra.count_of(indexes) or 1
    before += names
    if not element:
        return before
    if cython.compiled:
        a: Runs = algebra.runs_of(mine)
        b: Runs = None if a is None else algebra.runs_of(element)
        if b is not None:
            rank = a.rank(b.select(0))
            return rank if rank < 0 else before + rank
    (index,) = element
    try:
        return before + mine.index(index)
    except ValueError:
        return -1


def section(indexes: object, start: object, stop: object, step: object = 1):
    """Return the indexes of ranks from *start* to before *stop*, which there are."""
    if cython.compiled:
        runs: Runs = algebra.runs_of(indexes)
        if runs is not None and (step == 1 or runs.number() < _MANY):
            return algebra.made_like(indexes, runs.slice(start, stop, step))
    part = indexes[start:stop:step]
    # A copy of several dimensions has no autostep but that of its vectors, as
    # slices of node sets in the released package.
    return part.copy() if part.dim() > 1 else part


def sliced(patterns, start, stop, step):
    """Return the patterns of the nodes at positions from *start* to before *stop*."""
    if step < 1:
        raise ValueError("a step below 1")
    made: dict = {}
    base = 0
    names: cython.longlong
    reckoned: cython.bint = cython.compiled and max(start, stop, step) < _FAR
    lo: cython.longlong = start if reckoned else 0
    hi: cython.longlong = stop if reckoned else 0
    by: cython.longlong = step if reckoned else 1
    for pattern, indexes in algebra.ordered(patterns):
        if reckoned and indexes is None and base < _FAR:
            names = base
            if lo <= names < hi and (names - lo) % by == 0:
                made[pattern] = None
            base = names + 1
            continue
        count = algebra.count_of(indexes) if indexes else 1
        first = start - base if start >= base else (start - base) % step
        last = min(stop - base, count)
        if first < last:
            made[pattern] = section(indexes, first, last, step) if indexes else None
        base += count
    return made
