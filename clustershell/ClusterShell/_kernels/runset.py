# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""The base class of range sets: what is done to them most often, without a Python frame."""

from __future__ import annotations

import sys

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.intervals import Runs
    from cython.cimports.ClusterShell._compiled.rangetext import (
        OFFSET,
        POWER,
        number_key,
        plain_key,
    )
    from cython.cimports.cpython.long import PyLong_AsLongLongAndOverflow
else:
    from ClusterShell._kernels.intervals import Runs
    from ClusterShell._kernels.rangetext import OFFSET, POWER, number_key, plain_key

__all__ = ["RunSet"]

# What stands for no key.
_NO_KEY = cython.declare(cython.longlong, -(1 << 62))

_ZERO = cython.declare(object, 0)

# What len() can return.
_LARGEST_SIZE = cython.declare(object, sys.maxsize)


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _plain(element: object, pad: object) -> cython.longlong:
    """Return the key of a string of ASCII digits, or of an integer filled up to *pad* digits.

    Returns ``_NO_KEY`` if it is anything else, has more than 18 digits, or is
    negative and filled up.
    """
    key: cython.longlong
    width: cython.longlong = 0
    if type(element) is not int:
        key = plain_key(element)
        return key if key >= 0 else _NO_KEY
    if type(pad) is not int:
        return _NO_KEY
    if cython.compiled:
        over: cython.int = 0
        key = PyLong_AsLongLongAndOverflow(element, cython.address(over))
        if over == 0 and pad is not _ZERO:
            width = PyLong_AsLongLongAndOverflow(pad, cython.address(over))
        if over:
            return _NO_KEY
    else:
        key = element
        width = pad
    if not -POWER[18] < key < POWER[18] or width > 18 or (key < 0 and width > 0):
        return _NO_KEY
    if width > 1 and key < POWER[width]:
        return OFFSET[width] + key
    return number_key(key)


@cython.cclass
class RunSet:
    """What a range set is made of, and what is done to it most often.

    _runs: the set of the keys of its elements, a :class:`Runs`.
    _autostep: more numbers than this at equal distances are written with a step.

    What is not plain (operands that are not range sets, elements that are not
    strings of ASCII digits) is left to the methods of the derived class that
    have the same names behind an underscore.
    """

    if not cython.compiled:
        __slots__ = ("_runs", "_autostep")

    def __len__(self):
        """Return the number of elements; AssertionError if it is no size to Python."""
        count = self._runs.count()
        if count > _LARGEST_SIZE:
            raise AssertionError("range too large")
        return count

    def __bool__(self):
        return self._runs.count() > 0

    def __contains__(self, element):
        """Tell if an element (a string, or an integer without padding) is in
        the set; for a range set, if all of its elements are."""
        key: cython.longlong
        if not cython.compiled:
            waiting = self._runs.waiting
            if waiting is not None and type(element) is str:
                if element in waiting:
                    return True
                if not self._runs.stale and not self._runs.at:
                    return False
                key = plain_key(element)
                if key >= 0:
                    return bool(self._runs.has_kept(key))
                return self._contains(element)
        key = _plain(element, 0)
        if key == _NO_KEY:
            return self._contains(element)
        if type(self._runs) is not Runs:
            return self._runs.contains(key)
        runs: Runs = self._runs
        return bool(runs.has(key))

    def add(self, element, pad=0):
        """Add an element: a digit string, or an integer filled up to *pad* digits.

        Raises ValueError if it is not a number.
        """
        if not cython.compiled:
            waiting = self._runs.waiting
            if waiting is not None and type(element) is str:
                if element.isdigit() and element.isascii():
                    waiting.add(element)
                    return
        key: cython.longlong = _plain(element, pad)
        if key == _NO_KEY:
            self._add(element, pad)
        elif type(self._runs) is Runs:
            runs: Runs = self._runs
            runs.put(key, element)
        else:
            self._runs.insert(key, key + 1)

    def remove(self, element, pad=0):
        """Take out an element, given as to :meth:`add`; KeyError if it is not there."""
        key: cython.longlong = _plain(element, pad)
        if key != _NO_KEY and type(self._runs) is Runs:
            runs: Runs = self._runs
            if runs.change(key, key + 1, False):
                return
        self._remove(element, pad)

    def discard(self, element, pad=0):
        """Take out an element, given as to :meth:`add`, if it is there."""
        key: cython.longlong = _plain(element, pad)
        if key == _NO_KEY or type(self._runs) is not Runs:
            self._discard(element, pad)
            return
        runs: Runs = self._runs
        runs.change(key, key + 1, False)

    def __or__(self, other):
        if not isinstance(other, RunSet):
            return self._or(other)
        with_set: RunSet = other
        if type(self._runs) is not Runs:
            return _like(self, self._runs.union(with_set._runs))
        runs: Runs = self._runs
        return _like(self, runs.union(with_set._runs))

    def __and__(self, other):
        if not isinstance(other, RunSet):
            return self._and(other)
        with_set: RunSet = other
        if type(self._runs) is not Runs:
            return _like(self, self._runs.intersection(with_set._runs))
        runs: Runs = self._runs
        return _like(self, runs.intersection(with_set._runs))

    def __sub__(self, other):
        if not isinstance(other, RunSet):
            return self._sub(other)
        with_set: RunSet = other
        if type(self._runs) is not Runs:
            return _like(self, self._runs.difference(with_set._runs))
        runs: Runs = self._runs
        return _like(self, runs.difference(with_set._runs))

    def __xor__(self, other):
        if not isinstance(other, RunSet):
            return self._xor(other)
        with_set: RunSet = other
        if type(self._runs) is not Runs:
            return _like(self, self._runs.symmetric_difference(with_set._runs))
        runs: Runs = self._runs
        return _like(self, runs.symmetric_difference(with_set._runs))

    def update(self, iterable):
        """Add the elements of an iterable; if one is not a number, none of them."""
        if not isinstance(iterable, RunSet):
            self._update(iterable)
            return
        with_set: RunSet = iterable
        if type(self._runs) is Runs and type(with_set._runs) is Runs:
            runs: Runs = self._runs
            runs.update(with_set._runs)
        else:
            self._runs = self._runs.union(with_set._runs)

    def difference_update(self, other, strict=False):
        """Take out the elements of *other*.

        :param strict: raise KeyError, and take out nothing, if one is not there
        """
        if not isinstance(other, RunSet):
            self._difference_update(other, strict)
            return
        with_set: RunSet = other
        if type(self._runs) is not Runs or type(with_set._runs) is not Runs:
            self._difference_update(other, strict)
            return
        runs: Runs = self._runs
        gone: Runs = with_set._runs
        if strict and not gone.issubset(runs):
            self._difference_update(other, True)  # which names the one that is missing
        else:
            runs.difference_update(gone)

    def issubset(self, other):
        """Return whether all elements are also in the set *other*."""
        if not isinstance(other, RunSet):
            return self._issubset(other)
        with_set: RunSet = other
        if type(self._runs) is not Runs:
            return self._runs.issubset(with_set._runs)
        runs: Runs = self._runs
        return runs.issubset(with_set._runs)

    def issuperset(self, other):
        """Return whether all elements of the set *other* are here."""
        if not isinstance(other, RunSet):
            return self._issuperset(other)
        with_set: RunSet = other
        if type(with_set._runs) is not Runs:
            return with_set._runs.issubset(self._runs)
        runs: Runs = with_set._runs
        return runs.issubset(self._runs)


@cython.cfunc
def _like(model: RunSet, runs: object) -> RunSet:
    """Return a set of the class and autostep of *model* with other runs."""
    cls = type(model)
    made: RunSet = cls.__new__(cls)
    if made is None:
        raise TypeError("a class that makes no objects")
    made._runs = runs
    made._autostep = model._autostep
    return made
