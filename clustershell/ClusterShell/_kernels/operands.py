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
    from cython.cimports.ClusterShell._compiled.keys import (
        OFFSET,
        POWER,
        SLOTS,
        key_text,
        number_key,
        plain_key,
        texts_of,
    )
    from cython.cimports.ClusterShell._compiled.longs import Longs, fetch_early, insertion_sort
    from cython.cimports.ClusterShell._compiled.sweeps import (
        COMMON,
        EITHER,
        ONLY,
        ONLY_OTHER,
        UNION,
    )
    from cython.cimports.cpython.long import PyLong_AsLongLongAndOverflow
    from cython.cimports.cpython.object import Py_SIZE
    from cython.cimports.cpython.sequence import PySequence_Fast_GET_ITEM
    from cython.cimports.cpython.set import PySet_GET_SIZE
else:
    from ClusterShell._kernels.intervals import Runs, runs_of_keys
    from ClusterShell._kernels.keys import OFFSET, POWER, key_text, number_key, plain_key, texts_of
    from ClusterShell._kernels.longs import Longs
    from ClusterShell._kernels.sweeps import COMMON, EITHER, ONLY, ONLY_OTHER, UNION

__all__ = ["from_elements"]

# So many elements ahead of the one being read are fetched from memory.
_AHEAD = cython.declare(cython.Py_ssize_t, 16)

# So many elements are read without an array of their own, and sets of twice as many bounds
# are edited in place.
_SHORT = cython.declare(cython.Py_ssize_t, 32)

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
    def _read(
        element: object, numbers: cython.bint, keys: cython.pointer[cython.longlong]
    ) -> cython.int:
        """Write the key of an element; return 1, 0 if it is left out, -1 if it is not plain."""
        over: cython.int = 0
        key: cython.longlong
        if type(element) is not int:
            key = plain_key(element)
            if key < 0:
                return -1
        elif not numbers:
            return 0
        else:
            key = PyLong_AsLongLongAndOverflow(element, cython.address(over))
            if over or not -POWER[18] < key < POWER[18]:
                return -1
            key = number_key(key)
        keys[0] = key
        return 1

    @cython.cfunc
    @cython.exceptval(check=False)
    def _read_all(
        container: object, numbers: cython.bint, keys: cython.pointer[cython.longlong]
    ) -> cython.Py_ssize_t:
        """Write the keys of the elements of a list, tuple or set; return how many.

        Returns -1 if one is not plain.  Nothing here runs other code, or there might be more.
        """
        begin: cython.pointer[cython.longlong] = keys
        i: cython.Py_ssize_t
        count: cython.Py_ssize_t
        found: cython.int
        kind = type(container)
        if kind is list or kind is tuple:
            count = Py_SIZE(container)
            for i in range(count):
                # They may lie anywhere in memory.
                if i + _AHEAD < count:
                    fetch_early(PySequence_Fast_GET_ITEM(container, i + _AHEAD))
                item = cython.cast(object, PySequence_Fast_GET_ITEM(container, i))
                found = _read(item, numbers, keys)
                if found < 0:
                    return -1
                keys += found
        else:
            for element in cython.cast(set, container):
                found = _read(element, numbers, keys)
                if found < 0:
                    return -1
                keys += found
        return keys - begin

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
    kind = type(container)
    if kind is range:
        return gathered(list(container), True) if numbers else Runs()
    if kind is not list and kind is not tuple and kind is not set and kind is not frozenset:
        return None
    if not cython.compiled:
        return _gathered(container, numbers)
    keys.reserve(len(container))
    keys.size = _read_all(container, numbers, keys.at)
    if keys.size < 0:
        keys.size = 0
        return None
    return runs_of_keys(keys)


if cython.compiled:

    @cython.cfunc
    @cython.exceptval(check=False)
    def _bounds_of_few(
        runs: Runs,
        container: object,
        numbers: cython.bint,
        bounds: cython.pointer[cython.longlong],
    ) -> cython.Py_ssize_t:
        """Write the bounds of the elements of a list, tuple or set; return how many.

        Returns -1 if these or *runs* are more than a few, or not plain.
        """
        keys = cython.declare(cython.longlong[32])
        size: cython.Py_ssize_t = 0
        count: cython.Py_ssize_t
        kind = type(container)
        if runs.stale or runs.size > 2 * _SHORT:
            return -1
        if kind is list or kind is tuple:
            count = Py_SIZE(container)
        elif kind is set or kind is frozenset:
            count = PySet_GET_SIZE(container)
        else:
            return -1
        count = _read_all(container, numbers, keys) if count <= _SHORT else -1
        if count < 0:
            return -1
        insertion_sort(keys, count)
        for i in range(count):
            if size and bounds[size - 1] >= keys[i]:
                bounds[size - 1] = keys[i] + 1
            else:
                bounds[size] = keys[i]
                bounds[size + 1] = keys[i] + 1
                size += 2
        return size

    @cython.cfunc
    def _with_few(runs: Runs, operation: cython.int, other: object, in_place: cython.bint) -> Runs:
        """Return *runs*, or a copy, after an operation with a few elements; None if not such."""
        bounds = cython.declare(cython.longlong[64])
        numbers: cython.bint = operation == UNION or operation == EITHER
        size: cython.Py_ssize_t = _bounds_of_few(runs, other, numbers, bounds)
        if size < 0:
            return None
        made: Runs = runs if in_place else runs.copy()
        made.merge(bounds, size, operation)
        return made


def from_elements(container):
    """Return the set of elements, each a string of ASCII digits or an integer.

    Returns None if one is anything else, or has more than 18 digits, or if they are in
    anything but a list, tuple, set, frozen set or range.
    """
    return gathered(container, True)


# -- operations


@cython.cfunc
@cython.exceptval(-1, check=False)
def change(runs: Runs, operation: cython.int, other: object) -> cython.bint:
    """Do an operation with a set of keys, or a container, in place.

    Returns False, having done nothing, if a container or one of its elements is not plain.
    """
    operand = other
    if type(other) is not Runs:
        if cython.compiled and _with_few(runs, operation, other, True) is not None:
            return True
        operand = gathered(other, operation == UNION or operation == EITHER)
        if operand is None:
            return False
    if operation == UNION:
        runs.update(operand)
    elif operation == ONLY:
        runs.difference_update(operand)
    elif operation == COMMON:
        runs.intersection_update(operand)
    else:
        runs.symmetric_difference_update(operand)
    return True


@cython.cfunc
def combined(runs: Runs, operation: cython.int, other: object) -> Runs:
    """Return the result of an operation as :func:`change`, None if that does nothing."""
    operand = other
    if type(other) is not Runs:
        if cython.compiled:
            made: Runs = _with_few(runs, operation, other, False)
            if made is not None:
                return made
        operand = gathered(other, operation == UNION or operation == EITHER)
        if operand is None:
            return None
    if operation == UNION:
        return runs.union(operand)
    if operation == COMMON:
        return runs.intersection(operand)
    if operation == ONLY:
        return runs.difference(operand)
    return runs.symmetric_difference(operand)


@cython.cfunc
def text_set(runs: Runs) -> set:
    """Return the elements of *runs* as a plain set."""
    made: set = set()
    if not cython.compiled or runs.number() > SLOTS:
        return set(runs.texts())
    flat: Longs = runs.flat()
    i: cython.Py_ssize_t
    key: cython.longlong
    for i in range(0, flat.size, 2):
        for key in range(flat.at[i], flat.at[i + 1]):
            made.add(key_text(key))
    return made


@cython.cfunc
def plainly(
    runs: Runs, operation: cython.int, other: object, reflected: cython.bint = False
) -> object:
    """Return the result of an operation with a plain set, which is on the left if *reflected*.

    It is a plain set; None if *other* is none, or one of its elements is not plain.
    """
    kind = type(other)
    if kind is not set and kind is not frozenset:
        return None
    if operation == ONLY_OTHER or (operation == COMMON and len(other) <= 2 * runs.count()):
        those = _those(runs, other, operation == COMMON)
        return frozenset(those) if reflected and kind is frozenset and those is not None else those
    if reflected and operation == UNION:  # of equal elements the left ones are kept
        return other.union(texts_of(runs.flat(), "", ""))
    if reflected and operation == EITHER and kind is frozenset:
        return other.symmetric_difference(texts_of(runs.flat(), "", ""))
    made: set = text_set(runs)
    if operation == UNION:
        made |= other
    elif operation == EITHER:
        made ^= other
    elif operation == COMMON:
        return other & made if reflected else made & other
    elif len(other) > len(made):
        return made - other  # which looks for the fewer among the more
    else:
        made -= other
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
        key = -1 if type(element) is int else plain_key(element)
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
        key = -1 if type(element) is int else plain_key(element)
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
    if type(other) is not set and type(other) is not frozenset:
        return -1
    more = len(other) - runs.count()
    if more < 0:
        return 0
    # Most sets are told apart by the first few elements.
    for i in range(0, 2 * _SAMPLE, 2):
        if runs.stale or i >= runs.size:  # to look one up may run other code
            break
        if key_text(runs.at[i]) not in other:
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
