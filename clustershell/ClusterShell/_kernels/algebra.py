# cython: auto_pickle=False
"""Algebra of node sets that are given by their patterns.

The patterns of a set are a dictionary of pattern to indexes: a RangeSet, a RangeSetND, or
None for a name without.  The indexes do the work by methods of their own; here is what
goes from one pattern to the next.  All but :func:`size` and :func:`covers` change the first
argument, and nothing of the second.

Indexes of a class derived from ours may run code that changes either dictionary: what is to be
changed is gone through as a list, and looked up in anew.
"""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.cpython.dict import PyDict_Items, PyDict_Values
else:
    PyDict_Items = PyDict_Values = None


class Mismatch(Exception):
    """Of two sets, one has indexes for a pattern and the other a name without."""


@cython.cfunc
def _items(patterns) -> list:
    """Return the pairs of pattern and indexes, as they are now."""
    if cython.compiled and type(patterns) is dict:
        return PyDict_Items(patterns)
    return list(patterns.items())


@cython.cfunc
def _indexes(patterns) -> list:
    """Return the indexes of all patterns, as they are now."""
    if cython.compiled and type(patterns) is dict:
        return PyDict_Values(patterns)
    return list(patterns.values())


def size(patterns):
    """Return the number of nodes, which may be too many for :func:`len`."""
    names: cython.Py_ssize_t = 0
    total = 0
    for indexes in _indexes(patterns):
        if indexes is None:
            names += 1
            continue
        try:
            count = len(indexes)
        except AssertionError:
            count = indexes._count()
        # Names without number may have empty indexes, of old states.
        total += count or 1
    return total + names


def position(patterns, wanted):
    """Return the position of the only node of the patterns *wanted*, -1 if there is none."""
    ((pattern, element),) = _items(wanted)
    if pattern not in patterns:
        return -1
    before = 0
    for other, indexes in _items(patterns):
        if other < pattern:
            before += 1 if indexes is None else indexes._count() or 1
    if not element:
        return before
    (index,) = element
    try:
        return before + patterns[pattern].index(index)
    except ValueError:
        return -1


def covers(patterns, others):
    """Return whether all nodes of *others* are there."""
    # Not a list of all: where one is missing, it is mostly the first.
    for pattern, indexes in others.items():
        if pattern not in patterns:
            return False
        if indexes is None or not indexes:
            continue
        mine = patterns[pattern]
        if mine is None or not mine or not indexes.issubset(mine):
            return False
    return True


def update(patterns, others, copy=True, autostep=None):
    """Add nodes.

    :param copy: false where the caller gives *others* away
    :param autostep: that of new indexes, None for the one they have
    :raises Mismatch: one of old and new indexes is None
    """
    for pattern, indexes in _items(others):
        if pattern in patterns:
            mine = patterns[pattern]
            if (mine is None) != (indexes is None):
                raise Mismatch
            if mine is not None:
                mine.update(indexes)
        else:
            if indexes is not None:
                if copy:
                    indexes = indexes.copy()
                if autostep is not None:
                    indexes.autostep = autostep
            patterns[pattern] = indexes


def intersect(patterns, others):
    """Remove the nodes that are not in *others*."""
    if others is patterns:
        return
    for pattern, indexes in _items(patterns):
        if pattern not in others:
            del patterns[pattern]
        elif indexes is not None:
            # Not in place: only range sets of one dimension keep their
            # autostep then, as in the released package.
            left = indexes.intersection(others[pattern])
            patterns[pattern] = left
            if not left:
                del patterns[pattern]


def subtract(patterns, others, strict=False):
    """Remove nodes; with *strict*, raises KeyError where one of them is not there."""
    names = None
    for pattern, indexes in _items(others):
        if pattern not in patterns:
            if strict:
                raise KeyError(pattern)
            continue
        mine = patterns[pattern]
        if mine is None:
            if names is None:
                names = []
            names.append(pattern)
            continue
        mine.difference_update(indexes.copy() if indexes is mine else indexes, strict)
        if not mine:
            del patterns[pattern]
    # Names without indexes last, as in the released package: all are still
    # there if something else turns out to be missing.
    if names is not None:
        for plain in names:
            del patterns[plain]


def toggle(patterns, others, autostep=None):
    """Add the nodes that are not there, remove those that are; autostep as for :func:`update`."""
    if others is patterns:
        patterns.clear()
        return
    for pattern, indexes in _items(others):
        if pattern not in patterns:
            update(patterns, {pattern: indexes}, True, autostep)
        elif indexes is None:
            del patterns[pattern]
        else:
            mine = patterns[pattern]
            mine.symmetric_difference_update(indexes)
            if not mine:
                del patterns[pattern]
