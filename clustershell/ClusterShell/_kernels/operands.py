# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Elements in plain containers: lists, tuples and sets, not of derived classes, of texts of
ASCII digits and integers.

To go through these runs no code of others, except where they are put into a set or looked
up in one.  An integer is an element to be added, and none to be found.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.intervals import Runs, runs_of_keys
    from cython.cimports.ClusterShell._compiled.longs import Longs, fetch_early
    from cython.cimports.ClusterShell._compiled.rangetext import (
        OFFSET,
        POWER,
        add_texts,
        number_key,
        plain_key,
    )
    from cython.cimports.cpython.list import PyList_GET_ITEM
    from cython.cimports.cpython.long import PyLong_AsLongLongAndOverflow
else:
    from ClusterShell._kernels.intervals import Runs, runs_of_keys
    from ClusterShell._kernels.longs import Longs
    from ClusterShell._kernels.rangetext import OFFSET, POWER, add_texts, number_key, plain_key

__all__ = ["are_vectors", "from_elements"]

# Operations of two sets, and one with the operands the other way round.
UNION = cython.declare(cython.int, 0)
COMMON = cython.declare(cython.int, 1)
ONLY = cython.declare(cython.int, 2)
EITHER = cython.declare(cython.int, 3)
ONLY_OTHER = cython.declare(cython.int, 4)

# So many elements ahead of the one being read are fetched from memory.
_AHEAD = cython.declare(cython.Py_ssize_t, 16)

# For more look-ups than this it pays to keep a set as bits.
_SEVERAL = cython.declare(cython.Py_ssize_t, 64)

# So many elements are looked up one by one before all are.
_SAMPLE = cython.declare(cython.Py_ssize_t, 3)

# What stands for no key.
NO_KEY = cython.declare(cython.longlong, -(1 << 62))

_ZERO = cython.declare(object, 0)


@cython.cfunc
@cython.exceptval(check=False)
def element_key(element: object, pad: object) -> cython.longlong:
    """Return the key of a string of ASCII digits, or of an integer filled up to *pad* digits.

    Returns ``NO_KEY`` if it is anything else, has more than 18 digits, or is
    negative and filled up.
    """
    key: cython.longlong
    width: cython.longlong = 0
    if type(element) is not int:
        key = plain_key(element)
        return key if key >= 0 else NO_KEY
    if type(pad) is not int:
        return NO_KEY
    if cython.compiled:
        over: cython.int = 0
        key = PyLong_AsLongLongAndOverflow(element, cython.address(over))
        if over == 0 and pad is not _ZERO:
            width = PyLong_AsLongLongAndOverflow(pad, cython.address(over))
        if over:
            return NO_KEY
    else:
        key = element
        width = pad
    if not -POWER[18] < key < POWER[18] or width > 18 or (key < 0 and width > 0):
        return NO_KEY
    if width > 1 and key < POWER[width]:
        return OFFSET[width] + key
    return number_key(key)


if cython.compiled:

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def _put(keys: Longs, element: object, numbers: cython.bint) -> cython.bint:
        """Append the key of an element, for which there is room; False if it is not plain."""
        key: cython.longlong
        over: cython.int = 0
        if type(element) is not int:
            key = plain_key(element)
            if key < 0:
                return False
        elif not numbers:
            return True
        else:
            key = PyLong_AsLongLongAndOverflow(element, cython.address(over))
            if over or not -POWER[18] < key < POWER[18]:
                return False
            key = number_key(key)
        keys.at[keys.size] = key
        keys.size += 1
        return True

else:

    def _gathered(container, numbers):
        """Return the same as :func:`gathered`, by as few calls as there can be."""
        keys = Longs()
        kinds = set(map(type, container))
        if not kinds <= {str, int}:
            return None
        integers = int in kinds
        texts = [item for item in container if type(item) is str] if integers else container
        if str in kinds:
            joined = "".join(texts)
            if not (joined.isdigit() and joined.isascii()) or "" in texts:
                return None
            if len(max(texts, key=len)) > 18:
                return None
            keys.at = [OFFSET[len(text)] + int(text) for text in texts]
        if integers and numbers:
            integers = [item for item in container if type(item) is int]
            if not (-POWER[18] < min(integers) and max(integers) < POWER[18]):
                return None
            keys.at += map(number_key, integers)
        return runs_of_keys(keys)


@cython.cfunc
def gathered(container: object, numbers: cython.bint) -> Runs:
    """Return the set of the elements of a container, None if that or one of them is not plain.

    :param numbers: integers are elements, too; otherwise they are left out
    """
    keys: Longs = Longs()
    i: cython.Py_ssize_t = 0
    kind = type(container)
    if kind is range:
        if not numbers:
            return Runs()
        container = list(container)
        kind = list
    if kind is not list and kind is not tuple and kind is not set and kind is not frozenset:
        return None
    if not cython.compiled:
        return _gathered(container, numbers)
    # Nothing below runs other code, or there might be more of them.
    count: cython.Py_ssize_t = len(container)
    keys.reserve(count)
    if kind is list:
        for element in cython.cast(list, container):
            # They may lie anywhere in memory.
            i += 1
            if i + _AHEAD <= count:
                fetch_early(PyList_GET_ITEM(container, i + _AHEAD - 1))
            if not _put(keys, element, numbers):
                return None
    elif kind is tuple:
        for element in cython.cast(tuple, container):
            if not _put(keys, element, numbers):
                return None
    else:
        for element in cython.cast(set, container):
            if not _put(keys, element, numbers):
                return None
    return runs_of_keys(keys)


def from_elements(container):
    """Return the set of elements, each a string of ASCII digits or an integer.

    Returns None if one is anything else, or has more than 18 digits, or if they are in
    anything but a list, tuple, set, frozen set or range.
    """
    return gathered(container, True)


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


# -- operations


@cython.cfunc
@cython.exceptval(-1, check=False)
def change(runs: Runs, operation: cython.int, operand: Runs) -> cython.int:
    """Do an operation in place."""
    if operation == UNION:
        runs.update(operand)
    elif operation == ONLY:
        runs.difference_update(operand)
    elif operation == COMMON:
        runs.intersection_update(operand)
    else:
        runs.symmetric_difference_update(operand)
    return 0


@cython.cfunc
def combined(runs: Runs, operation: cython.int, operand: Runs) -> Runs:
    """Return the result of an operation."""
    if operation == UNION:
        return runs.union(operand)
    if operation == COMMON:
        return runs.intersection(operand)
    if operation == ONLY:
        return runs.difference(operand)
    return runs.symmetric_difference(operand)


@cython.cfunc
def plainly(runs: Runs, operation: cython.int, other: object) -> object:
    """Return the result of an operation with a plain set as one; None if an element is not plain,
    or *other* no plain set."""
    if type(other) is not set and type(other) is not frozenset:
        return None
    if operation == COMMON or operation == ONLY_OTHER:
        return _those(runs, other, operation == COMMON)
    operand = gathered(other, False)
    if operation == ONLY or operand is None:
        return None if operand is None else set(runs.difference(operand).texts())
    made = set(other) if operation == UNION else _those(runs, other, False)
    if made is not None:
        made.update(runs.difference(operand).texts())
    return made


@cython.cfunc
@cython.exceptval(-1, check=False)
def _be_ready(runs: Runs, count: cython.Py_ssize_t) -> cython.int:
    """Have *runs* as what so many look-ups are fast in."""
    if count > _SEVERAL:
        runs.prepare()
    return 0


@cython.cfunc
def _those(runs: Runs, others: object, inside: cython.bint) -> object:
    """Return those of a plain set that are in *runs*, or are not; None if one is not plain."""
    made: set = set()
    key: cython.longlong
    _be_ready(runs, len(others))
    for element in cython.cast(set, others):
        key = plain_key(element)
        if key < 0 and isinstance(element, str):
            return None
        if (key >= 0 and runs.has(key)) == inside:
            made.add(element)
    return made


@cython.cfunc
@cython.exceptval(-2, check=False)
def has_any(runs: Runs, others: object) -> cython.int:
    """Tell if one of some plain elements is in *runs*; -1 if that is not known."""
    kind = type(others)
    key: cython.longlong
    if kind is not set and kind is not frozenset and kind is not list and kind is not tuple:
        return 0 if kind is range else -1
    _be_ready(runs, len(others))
    for element in others:
        key = plain_key(element)
        if key >= 0:
            if runs.has(key):
                return 1
        elif type(element) is not int:
            return -1
    return 0


@cython.cfunc
@cython.exceptval(-2, check=False)
def covers(runs: Runs, other: object) -> cython.int:
    """Tell if all elements of a plain set are in *runs*; -1 if that is not known."""
    key: cython.longlong
    if type(other) is not set and type(other) is not frozenset:
        return -1
    if len(other) > runs.count():
        return 0
    _be_ready(runs, len(other))
    for element in cython.cast(set, other):
        key = plain_key(element)
        if key < 0:
            return 0 if type(element) is int else -1
        if not runs.has(key):
            return 0
    return 1


@cython.cfunc
@cython.exceptval(-2, check=False)
def within(runs: Runs, other: object) -> cython.int:
    """Tell if all of *runs* are elements of a plain set; -1 if that is not known."""
    key: cython.longlong
    more: cython.longlong
    i: cython.Py_ssize_t
    texts: list = []
    if type(other) is not set and type(other) is not frozenset:
        return -1
    more = len(other) - runs.count()
    if more < 0:
        return 0
    # Most sets are told apart by the first few elements.
    for i in range(min(runs.count(), _SAMPLE)):
        key = runs.select(i)
        add_texts(texts, key, key + 1, "", "")
        if texts[i] not in other:
            return 0
    _be_ready(runs, len(other))
    for element in cython.cast(set, other):
        key = plain_key(element)
        if key < 0 and type(element) is not int:
            return -1
        if key < 0 or not runs.has(key):
            more -= 1
            if more < 0:
                return 0
    return 1
