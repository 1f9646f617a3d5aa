# cython: auto_pickle=False
"""Algebra of node sets that are given by their patterns.

The patterns of a set are a dictionary of pattern to indexes: a RangeSet, a RangeSetND, or
None for a name without.  The indexes do the work by methods of their own; here is what
goes from one pattern to the next.  All but :func:`size`, :func:`covers` and :func:`copied`
change the first argument, and nothing of the second.

Indexes of a class derived from ours may run code that changes either dictionary: what is to be
changed is gone through as a list, and looked up in anew.  Those of the class that
:func:`know` was told of have runs of the kernel, and are worked on without their methods.
"""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.intervals import Runs
    from cython.cimports.ClusterShell._compiled.runset import RunSet
    from cython.cimports.cpython.dict import (
        PyDict_GetItemWithError,
        PyDict_Items,
        PyDict_Keys,
        PyDict_Values,
    )
    from cython.cimports.cpython.ref import PyObject
else:
    from ClusterShell._kernels import _glance
    from ClusterShell._kernels.intervals import Runs
    from ClusterShell._kernels.runset import RunSet

    PyDict_Items = PyDict_Keys = PyDict_Values = None


class Mismatch(Exception):
    """Of two sets, one has indexes for a pattern and the other a name without."""


# The class of range sets that is known.
range_set = cython.declare(type, None)
if cython.compiled:
    ABSENT = cython.declare(object, object())


@cython.ccall
def know(known: type):
    """Take a class of range sets for known: nothing of it is replaced in objects of just it."""
    global range_set
    if not issubclass(known, RunSet):
        raise TypeError("a class of range sets is wanted")
    range_set = known


@cython.cfunc
@cython.inline
def runs_in(indexes: object) -> Runs:
    """Return the runs of a range set, None of other indexes, and where they are no such runs."""
    if not isinstance(indexes, RunSet):
        return None
    runs = cython.cast(RunSet, indexes)._runs
    return runs if type(runs) is Runs else None


@cython.cfunc
@cython.inline
def runs_of(indexes: object) -> Runs:
    """Return the runs of indexes of the class that is known, None of any others."""
    if not cython.compiled or indexes is None or type(indexes) is not range_set:
        return None
    return runs_in(indexes)


@cython.cfunc
def made_like(indexes: object, runs: object) -> object:
    """Return a set of the class that is known, of other runs and the autostep of *indexes*."""
    made = range_set.__new__(range_set)
    cython.cast(RunSet, made)._runs = runs
    cython.cast(RunSet, made)._autostep = cython.cast(RunSet, indexes)._autostep
    return made


if cython.compiled:

    @cython.cfunc
    def _ask(indexes: object, method: str) -> object:
        """Call a method of indexes of any class, which may come back here."""
        return ask_method(indexes, method, 0, None, None)  # noqa: F821

    @cython.cfunc
    def _ask_with(indexes: object, method: str, other: object) -> object:
        """Call a method of indexes of any class with others."""
        return ask_method(indexes, method, 1, other, None)  # noqa: F821

else:
    length_of = len

    def _ask(indexes, method):
        return getattr(indexes, method)()

    def _ask_with(indexes, method, other):
        return getattr(indexes, method)(other)


@cython.cfunc
def count_of(indexes: object) -> object:
    """Return the number of indexes, which may be too many for :func:`len`."""
    runs: Runs = runs_of(indexes)
    return _ask(indexes, "_count") if runs is None else runs.count()


@cython.cfunc
def _copy(indexes: object) -> object:
    if indexes is None:
        return None
    runs: Runs = runs_of(indexes)
    return _ask(indexes, "copy") if runs is None else made_like(indexes, runs.copy())


@cython.cfunc
@cython.exceptval(-1)
def _take_autostep(indexes: object, autostep: object) -> cython.int:
    """Have indexes written with another autostep, not None, as :meth:`set_autostep` does."""
    if cython.compiled and indexes is not None and type(indexes) is range_set:
        cython.cast(RunSet, indexes)._autostep = int(autostep) - 1
    else:
        indexes.autostep = autostep
    return 0


@cython.cfunc
@cython.inline
def items_of(patterns: object) -> list:
    """Return the pairs of pattern and indexes, as they are now."""
    if cython.compiled and type(patterns) is dict:
        return PyDict_Items(patterns)
    return list(patterns.items())


@cython.cfunc
@cython.inline
def _indexes(patterns: object) -> list:
    """Return the indexes of all patterns, as they are now."""
    if cython.compiled and type(patterns) is dict:
        return PyDict_Values(patterns)
    return list(patterns.values())


if cython.compiled:

    @cython.cfunc
    @cython.inline
    def found_in(patterns: object, pattern: object) -> object:
        """Return the indexes of a pattern, ``ABSENT`` if there is none."""
        if type(patterns) is not dict:
            return patterns[pattern] if pattern in patterns else ABSENT
        at: cython.pointer[PyObject] = PyDict_GetItemWithError(patterns, pattern)
        return ABSENT if at == cython.NULL else cython.cast(object, at)

else:
    ABSENT = object()

    def found_in(patterns, pattern):
        return patterns.get(pattern, ABSENT)


@cython.ccall
def copied(patterns: object) -> dict:
    """Return a copy that shares nothing."""
    made: dict = dict(patterns)
    for pattern, indexes in patterns.items():
        if indexes is not None:
            made[pattern] = _copy(indexes)
    return made


@cython.ccall
def step(patterns: object, autostep: object):
    """Have all indexes written with another autostep."""
    for indexes in _indexes(patterns):
        if indexes is None:
            continue
        if autostep is None:
            indexes.autostep = None
        else:
            _take_autostep(indexes, autostep)


@cython.ccall
def size(patterns: object):
    """Return the number of nodes, which may be too many for :func:`len`."""
    if not cython.compiled:
        return _glance.size(patterns)
    names: cython.longlong = 0
    total = 0
    runs: Runs
    count: cython.longlong
    for indexes in _indexes(patterns):
        if indexes is None:
            names += 1
            continue
        runs = runs_of(indexes)
        if runs is not None:
            count = runs.number()
            # Far from overflowing, and names without number may have empty indexes.
            if count < 1 << 40 and names < 1 << 60:
                names += count or 1
            else:
                total += count
            continue
        try:
            number = length_of(indexes)
        except AssertionError:
            number = count_of(indexes)
        # Names without number may have empty indexes, of old states.
        total += number or 1
    return total + names


# -- what depends on the order of nodes: that of sorted patterns, then of the indexes of each

# No set has so many elements; autosteps from here on are none.
_FAR = cython.declare(cython.longlong, 1 << 60)


@cython.ccall
def ordered(patterns: object) -> list:
    """Return the pairs of pattern and indexes in the order of patterns."""
    if not cython.compiled or type(patterns) is not dict:
        return sorted(patterns.items())
    if len(cython.cast(dict, patterns)) < 2:
        return PyDict_Items(patterns)
    # Texts alone are sorted by a shorter way than pairs.
    keys: list = PyDict_Keys(patterns)
    keys.sort()
    made: list = []
    for pattern in keys:
        indexes = found_in(patterns, pattern)
        if indexes is not ABSENT:
            made.append((pattern, indexes))
    return made


def folded(patterns):
    """Return the folded text, of all axes; None where a pattern has several, or other, indexes."""
    texts: list = []
    runs: Runs
    count: cython.longlong
    for pattern, indexes in ordered(patterns):
        if type(pattern) is not str:
            return None
        if indexes is None:
            texts.append(pattern % () if "%" in pattern else pattern)
            continue
        runs = runs_in(indexes) if type(indexes) is range_set else None
        if runs is None:
            return None
        count = runs.number() if cython.compiled else runs.count()
        if count == 0:
            return None
        limit = cython.cast(RunSet, indexes)._autostep
        text = runs.fold(limit if limit < _FAR else None)
        texts.append(pattern % (f"[{text}]" if count > 1 else text))
    return ",".join(texts)


@cython.ccall
def covers(patterns: object, others: object):
    """Return whether all nodes of *others* are there."""
    a: Runs
    b: Runs
    # Not a list of all: where one is missing, it is mostly the first.
    for pattern, indexes in others.items():
        mine = found_in(patterns, pattern)
        if mine is ABSENT:
            return False
        if indexes is None:
            continue
        if cython.compiled:
            b = runs_of(indexes)
            a = None if b is None else runs_of(mine)
            if a is not None:
                if b.number() and not b.issubset(a):
                    return False
                continue
        else:
            held = _glance.holds(mine, indexes)
            if held is not None:
                if not held:
                    return False
                continue
        if not indexes:
            continue
        if mine is None or not mine or not _ask_with(indexes, "issubset", mine):
            return False
    return True


@cython.ccall
def update(patterns: object, others: object, copy: object = True, autostep: object = None):
    """Add nodes.

    :param copy: false where the caller gives *others* away
    :param autostep: that of new indexes, None for the one they have
    :raises Mismatch: one of old and new indexes is None
    """
    a: Runs
    b: Runs
    for pattern, indexes in items_of(others):
        mine = found_in(patterns, pattern)
        if mine is ABSENT:
            if indexes is not None:
                if copy:
                    indexes = _copy(indexes)
                if autostep is not None:
                    _take_autostep(indexes, autostep)
            patterns[pattern] = indexes
            continue
        if (mine is None) != (indexes is None):
            raise Mismatch
        if mine is None:
            continue
        if cython.compiled:
            a = runs_of(mine)
            b = None if a is None else runs_of(indexes)
            if b is not None:
                a.update(b)
                continue
        elif _glance.add_one(mine, indexes):
            continue
        _ask_with(mine, "update", indexes)


@cython.ccall
def intersect(patterns: object, others: object):
    """Remove the nodes that are not in *others*."""
    if others is patterns:
        return
    a: Runs
    b: Runs
    for pattern, indexes in items_of(patterns):
        theirs = found_in(others, pattern)
        if theirs is ABSENT:
            del patterns[pattern]
        elif indexes is not None:
            # Not in place: only range sets of one dimension keep their
            # autostep then, as in the released package.
            if cython.compiled:
                a = runs_of(indexes)
                b = None if a is None else runs_of(theirs)
                if b is not None:
                    a = a.intersection(b)
                    patterns[pattern] = made_like(indexes, a)
                    if not a.number():
                        del patterns[pattern]
                    continue
            left = _ask_with(indexes, "intersection", theirs)
            patterns[pattern] = left
            if not left:
                del patterns[pattern]


@cython.cfunc
@cython.exceptval(-1)
def _take_out(mine: object, indexes: object, strict: object) -> cython.int:
    """Take indexes out of others; with *strict*, KeyError where one of them is not there."""
    if cython.compiled and indexes is not mine:
        a: Runs = runs_of(mine)
        b: Runs = None if a is None else runs_of(indexes)
        if b is not None and (not strict or b.issubset(a)):
            a.difference_update(b)
            return 0
    if indexes is mine:
        indexes = _ask(mine, "copy")
    if cython.compiled:
        ask_method(mine, "difference_update", 2, indexes, strict)  # noqa: F821
    else:
        mine.difference_update(indexes, strict)
    return 0


@cython.ccall
def subtract(patterns: object, others: object, strict: object = False):
    """Remove nodes; with *strict*, raises KeyError where one of them is not there."""
    names = None
    for pattern, indexes in items_of(others):
        mine = found_in(patterns, pattern)
        if mine is ABSENT:
            if strict:
                raise KeyError(pattern)
            continue
        if mine is None:
            if names is None:
                names = []
            names.append(pattern)
            continue
        left = None if cython.compiled else _glance.subtract(mine, indexes, strict)
        if left is None:
            _take_out(mine, indexes, strict)
            left = mine
        if not left:
            del patterns[pattern]
    # Names without indexes last, as in the released package: all are still
    # there if something else turns out to be missing.
    if names is not None:
        for plain in names:
            del patterns[plain]


@cython.ccall
def toggle(patterns: object, others: object, autostep: object = None):
    """Add the nodes that are not there, remove those that are; autostep as for :func:`update`."""
    if others is patterns:
        patterns.clear()
        return
    a: Runs
    b: Runs
    for pattern, indexes in items_of(others):
        mine = found_in(patterns, pattern)
        if mine is ABSENT:
            if indexes is not None:
                indexes = _copy(indexes)
                if autostep is not None:
                    _take_autostep(indexes, autostep)
            patterns[pattern] = indexes
            continue
        if indexes is None:
            del patterns[pattern]
            continue
        a = b = None
        if cython.compiled:
            a = runs_of(mine)
            b = None if a is None else runs_of(indexes)
        else:
            left = _glance.toggle(mine, indexes)
            if left is not None:
                if not left:
                    del patterns[pattern]
                continue
        if b is None:
            _ask_with(mine, "symmetric_difference_update", indexes)
        else:
            a.symmetric_difference_update(b)
        if not mine:
            del patterns[pattern]
