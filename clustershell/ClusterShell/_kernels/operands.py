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
    from cython.cimports.ClusterShell._compiled.bits import Bits
    from cython.cimports.ClusterShell._compiled.intervals import Runs, runs_of_keys, runs_of_pairs
    from cython.cimports.ClusterShell._compiled.keys import (
        OFFSET,
        POWER,
        key_of_digits,
        key_of_integer,
        number_key,
    )
    from cython.cimports.ClusterShell._compiled.keyset import window_words
    from cython.cimports.ClusterShell._compiled.longs import Longs, insertion_sort
    from cython.cimports.ClusterShell._compiled.operands import (
        Elements,
        is_integer,
        next_element,
        start_elements,
    )
    from cython.cimports.ClusterShell._compiled.rangetext import add_numbers
    from cython.cimports.ClusterShell._compiled.sweeps import (
        COMMON,
        EITHER,
        ONLY,
        UNION,
        bits_of_bounds,
    )
    from cython.cimports.cpython.genobject import PyGen_CheckExact
    from cython.cimports.cpython.long import PyLong_AsLongLongAndOverflow
    from cython.cimports.cpython.object import PyObject
else:
    from ClusterShell._kernels._beside import runs_of
    from ClusterShell._kernels._texts import MOST_KEPT, to_add
    from ClusterShell._kernels.intervals import Runs, runs_of_keys, runs_of_pairs
    from ClusterShell._kernels.keys import OFFSET, POWER, number_key, plain_key
    from ClusterShell._kernels.longs import Longs
    from ClusterShell._kernels.rangetext import add_numbers
    from ClusterShell._kernels.sweeps import COMMON, EITHER, ONLY, UNION

    _GENERATOR = type(_ for _ in ())

__all__ = ["from_elements"]

# So many elements are read without an array of their own, and sets of twice as many bounds
# are edited in place.
_SHORT = cython.declare(cython.Py_ssize_t, 32)

# All bits of a word.
_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)

# What stands for no key.
NO_KEY = cython.declare(cython.longlong, -(1 << 62))

_ZERO = cython.declare(object, 0)


if cython.compiled:

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def _digits_key(element: object) -> cython.longlong:
        """Return the key of an ASCII digit string of no more than 18; else -1."""
        return key_of_digits(cython.cast(cython.pointer[PyObject], element), OFFSET)

else:
    _digits_key = plain_key


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
        key = _digits_key(element)
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


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def is_plain_set(value: object) -> cython.bint:
    kind = type(value)
    return kind is set or kind is frozenset


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def is_generator(value: object) -> cython.bint:
    return PyGen_CheckExact(value) if cython.compiled else type(value) is _GENERATOR


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def is_container(value: object) -> cython.bint:
    """Tell if to go through a value runs no other code."""
    kind = type(value)
    return kind is set or kind is list or kind is tuple or kind is frozenset


if cython.compiled:

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def _read(
        element: cython.pointer[PyObject],
        numbers: cython.bint,
        keys: cython.pointer[cython.longlong],
    ) -> cython.int:
        """Write the key of an element; return 1, 0 if it is left out, -1 if it is not plain."""
        over: cython.int = 0
        key: cython.longlong = key_of_digits(element, OFFSET)
        if key < 0:
            if not is_integer(element):
                return -1
            if not numbers:
                return 0
            key = key_of_integer(element)
            if key < 0:
                key = PyLong_AsLongLongAndOverflow(
                    cython.cast(object, element), cython.address(over)
                )
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
        found: cython.int
        some = cython.declare(Elements)
        start_elements(cython.address(some), container)
        element: cython.pointer[PyObject] = next_element(cython.address(some))
        while element != cython.NULL:
            found = _read(element, numbers, keys)
            if found < 0:
                return -1
            keys += found
            element = next_element(cython.address(some))
        return keys - begin

else:

    def _gathered(container, numbers):
        """Return the same as :func:`gathered`, by as few calls as there can be."""
        keys = Longs()
        container = list(container)  # other code may change it between one look and the next
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
def _of_range(numbers: object) -> Runs:
    """Return the set of the integers of a range; None if there are too large ones."""
    pairs: Longs = Longs()
    if not numbers:
        return Runs()
    first = numbers.start
    last = numbers.stop - 1
    if numbers.step != 1:
        last = numbers[::-1][0]
        first, last = min(first, last), max(first, last)
    if not -POWER[18] < first <= last < POWER[18]:
        return None
    if first < last and abs(numbers.step) > 1:
        return gathered(list(numbers), True)
    add_numbers(first, last, 1, 1, pairs)
    return runs_of_pairs(pairs)


@cython.cfunc
def gathered(container: object, numbers: cython.bint) -> Runs:
    """Return the set of the elements of a container, None if that or one of them is not plain.

    :param numbers: integers are elements, too; otherwise they are left out
    """
    keys: Longs = Longs()
    if type(container) is range:
        return _of_range(container) if numbers else Runs()
    if not is_container(container):
        return None
    if not cython.compiled:
        some = to_add(container) if numbers and len(container) <= MOST_KEPT else None
        if some and len(max(some, key=len)) <= 18:
            return runs_of(some)
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
        if runs.stale or runs.size > 2 * _SHORT or not is_container(container):
            return -1
        if len(container) > _SHORT:
            return -1
        count = _read_all(container, numbers, keys)
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


if cython.compiled:

    @cython.cfunc
    def _narrowed(runs: Runs, operation: cython.int, other: object) -> Runs:
        """Return those of *runs* that are elements of a container, or are not.

        Returns None for another operation, for what is not plain, and if the set is no bits
        and too wide for some.
        """
        mine: Bits = runs.bits
        if (operation != COMMON and operation != ONLY) or not is_container(other):
            return None
        if mine is None:
            mine = short_bits(runs, len(other))
        if mine is None or mine.size > 2 * len(other):
            return None
        made: Runs = Runs.__new__(Runs)
        those: Bits = Bits.__new__(Bits)
        i: cython.Py_ssize_t
        key: cython.longlong = 0
        found: cython.int
        place: cython.ulonglong
        others: cython.ulonglong = 0 if operation == COMMON else _ALL
        those.clear(mine.base, mine.stop())
        some = cython.declare(Elements)
        start_elements(cython.address(some), other)
        element: cython.pointer[PyObject] = next_element(cython.address(some))
        while element != cython.NULL:
            found = _read(element, False, cython.address(key))
            if found < 0:
                return None
            place = cython.cast(cython.ulonglong, key - mine.base)
            if found and place < cython.cast(cython.ulonglong, 64 * mine.size):
                those.at[place >> 6] |= cython.cast(cython.ulonglong, 1) << (place & 63)
            element = next_element(cython.address(some))
        for i in range(mine.size):
            those.at[i] = mine.at[i] & (those.at[i] ^ others)
        made.become(those)
        return made

    @cython.cfunc
    def short_bits(runs: Runs, most: cython.Py_ssize_t) -> Bits:
        """Return a set as bits of its own, in no more words than *most*; else None."""
        if runs.stale or runs.size == 0:
            return None
        lo: cython.longlong = runs.at[0]
        hi: cython.longlong = runs.at[runs.size - 1]
        return bits_of_bounds(runs, lo, hi) if window_words(lo, hi) <= most else None


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
        if cython.compiled:
            if _with_few(runs, operation, other, True) is not None:
                return True
            made: Runs = _narrowed(runs, operation, other)
            if made is not None:
                runs.take(made)
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
            if made is None:
                made = _narrowed(runs, operation, other)
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
