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
    from cython.cimports.ClusterShell._compiled import operands, plains, sweeps
    from cython.cimports.ClusterShell._compiled.intervals import Runs, runs_of_pairs
    from cython.cimports.ClusterShell._compiled.longs import Longs
    from cython.cimports.ClusterShell._compiled.rangetext import plain_range
else:
    from ClusterShell._kernels import operands, plains, sweeps
    from ClusterShell._kernels._shortcuts import Shortcuts
    from ClusterShell._kernels.intervals import Runs, runs_of_pairs
    from ClusterShell._kernels.longs import Longs
    from ClusterShell._kernels.rangetext import plain_range

__all__ = ["RunSet"]

# What len() can return.
_LARGEST_SIZE = cython.declare(object, sys.maxsize)

# So many elements are made at once while iterating.
_CHUNK = cython.declare(cython.longlong, 10_000)


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
        if cython.compiled and type(self._runs) is Runs:
            return cython.cast(Runs, self._runs).number()
        count = self._runs.count()
        if count > _LARGEST_SIZE:
            raise AssertionError("range too large")
        return count

    def __bool__(self):
        if cython.compiled and type(self._runs) is Runs:
            return cython.cast(Runs, self._runs).number() > 0
        return self._runs.count() > 0

    def __iter__(self):
        """Iterate over the elements in order."""
        if type(self._runs) is Runs:
            runs: Runs = self._runs
            if (runs.number() if cython.compiled else runs.count()) <= _CHUNK:
                return iter(plains.in_order(runs))
        return self._iter()

    def __contains__(self, element):
        """Tell if an element (a string, or an integer without padding) is in
        the set; for a range set, if all of its elements are."""
        key: cython.longlong
        key = operands.element_key(element, 0)
        if key == operands.NO_KEY:
            return (
                _covers(self, element) if isinstance(element, RunSet) else self._contains(element)
            )
        if type(self._runs) is not Runs:
            return self._runs.contains(key)
        runs: Runs = self._runs
        return bool(runs.has(key))

    def add(self, element, pad=0):
        """Add an element: a digit string, or an integer filled up to *pad* digits.

        Raises ValueError if it is not a number.
        """
        key: cython.longlong = operands.element_key(element, pad)
        if key == operands.NO_KEY:
            self._add(element, pad)
        elif type(self._runs) is Runs:
            runs: Runs = self._runs
            runs.change(key, key + 1, True)
        else:
            self._runs.insert(key, key + 1)

    def remove(self, element, pad=0):
        """Take out an element, given as to :meth:`add`; KeyError if it is not there."""
        key: cython.longlong = operands.element_key(element, pad)
        if key != operands.NO_KEY and type(self._runs) is Runs:
            runs: Runs = self._runs
            if runs.change(key, key + 1, False):
                return
        self._remove(element, pad)

    def discard(self, element, pad=0):
        """Take out an element, given as to :meth:`add`, if it is there."""
        key: cython.longlong = operands.element_key(element, pad)
        if key == operands.NO_KEY or type(self._runs) is not Runs:
            self._discard(element, pad)
            return
        runs: Runs = self._runs
        runs.change(key, key + 1, False)

    def pop(self):
        """Take out any one element and return it; KeyError if there is none."""
        return cython.cast(Runs, self._runs).pop() if type(self._runs) is Runs else self._pop()

    def add_range(self, start, stop, step=1, pad=0):
        """Add the integers from *start* to before *stop*, filled up to *pad* digits.

        Raises AssertionError if there are none, or too many."""
        pairs: Longs = plain_range(start, stop, step, pad) if type(self._runs) is Runs else None
        if pairs is None:
            self._add_range(start, stop, step, pad)
        elif cython.compiled and pairs.size == 2:
            cython.cast(Runs, self._runs).change(pairs.at[0], pairs.at[1], True)
        else:
            self._runs.update(runs_of_pairs(pairs))

    def copy(self):
        """Return a copy of the set, autostep included."""
        return _like(self, _runs_of(self).copy())

    def __copy__(self):
        return self.copy()

    # -- operations with any iterable

    def update(self, iterable):
        """Add the elements of an iterable; if one is not a number, none of them."""
        _edit(self, sweeps.UNION, iterable, "_update")

    def union_update(self, other):
        """Add the elements of *other*; as :meth:`update`."""
        self.update(other)

    def intersection_update(self, other):
        """Take out the elements that are not also in *other*."""
        _edit(self, sweeps.COMMON, other, "_intersection_update")

    def difference_update(self, other, strict=False):
        """Take out the elements of *other*.

        :param strict: raise KeyError, and take out nothing, if one is not there
        """
        if strict and not (isinstance(other, RunSet) and other.issubset(self)):
            self._difference_update(other, strict)
        else:
            _edit(self, sweeps.ONLY, other, "_difference_update")

    def symmetric_difference_update(self, other):
        """Take out the elements that are also in *other*, add those only there."""
        _edit(self, sweeps.EITHER, other, "_symmetric_difference_update")

    def union(self, other):
        """Return the elements that are here or in *other*."""
        return _result(self, sweeps.UNION, other, "_union")

    def intersection(self, other):
        """Return the elements that are also in *other*."""
        return _result(self, sweeps.COMMON, other, "_intersection")

    def difference(self, other):
        """Return the elements that are not in *other*."""
        return _result(self, sweeps.ONLY, other, "_difference")

    def symmetric_difference(self, other):
        """Return the elements that are in just one of the two."""
        return _result(self, sweeps.EITHER, other, "_symmetric_difference")

    # -- operators

    def __or__(self, other):
        return _operated(self, sweeps.UNION, other, "_or")

    def __and__(self, other):
        return _operated(self, sweeps.COMMON, other, "_and")

    def __sub__(self, other):
        return _operated(self, sweeps.ONLY, other, "_sub")

    def __xor__(self, other):
        return _operated(self, sweeps.EITHER, other, "_xor")

    def __ror__(self, other):
        return _reflected(self, sweeps.UNION, other, "_ror")

    def __rand__(self, other):
        return _reflected(self, sweeps.COMMON, other, "_rand")

    def __rsub__(self, other):
        return _reflected(self, sweeps.ONLY_OTHER, other, "_rsub")

    def __rxor__(self, other):
        return _reflected(self, sweeps.EITHER, other, "_rxor")

    def __ior__(self, other):
        if not _is_operand(other):
            self._binary_sanity_check(other)
        self.update(other)
        return self

    def __iand__(self, other):
        if not _is_operand(other):
            self._binary_sanity_check(other)
        self.intersection_update(other)
        return self

    def __isub__(self, other):
        if not _is_operand(other):
            self._binary_sanity_check(other)
        self.difference_update(other)
        return self

    def __ixor__(self, other):
        if not _is_operand(other):
            self._binary_sanity_check(other)
        self.symmetric_difference_update(other)
        return self

    # -- comparisons

    def isdisjoint(self, other):
        """Return whether no element is also in *other*."""
        found: cython.int
        left: cython.int = 4
        if operands.is_generator(other):
            # Mostly one of the first elements tells.
            for element in other:
                runs = self._runs
                found = plains.has_one(runs, element) if type(runs) is Runs else -1
                if found > 0 or (found < 0 and not self._isdisjoint([element])):
                    return False
                left -= 1
                if left == 0:
                    break
            other = list(other)
        found = _meets(self, other)
        return self._isdisjoint(other) if found < 0 else found == 0

    def issubset(self, other):
        """Return whether all elements are also in the set *other*."""
        found: cython.int = _within(self, other) if _is_operand(other) else -1
        return self._issubset(other) if found < 0 else found == 1

    def issuperset(self, other):
        """Return whether all elements of the set *other* are here."""
        found: cython.int = _covers(self, other) if _is_operand(other) else -1
        return self._issuperset(other) if found < 0 else found == 1

    def __eq__(self, other):
        found: cython.int
        if isinstance(other, RunSet):
            with_set: RunSet = other
            return self._runs.equals(with_set._runs)
        kind = type(other)
        if kind is list or kind is tuple or kind is range or operands.is_generator(other):
            return NotImplemented
        if kind is set or kind is frozenset:
            if self._runs.count() != len(other):
                return False
            found = _within(self, other)
        else:
            found = _covers(self, other)
        return self._eq(other) if found < 0 else found == 1

    def __le__(self, other):
        found: cython.int = _within(self, other)
        return self._le(other) if found < 0 else found == 1

    def __ge__(self, other):
        found: cython.int = _covers(self, other)
        return self._ge(other) if found < 0 else found == 1

    def __lt__(self, other):
        found: cython.int = _smaller(self, other, True)
        if found > 0:
            found = _within(self, other)
        return self._lt(other) if found < 0 else found == 1

    def __gt__(self, other):
        found: cython.int = _smaller(self, other, False)
        if found > 0:
            found = _covers(self, other)
        return self._gt(other) if found < 0 else found == 1


if not cython.compiled:

    class RunSet(Shortcuts, RunSet):
        __doc__ = RunSet.__doc__
        __slots__ = ()


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


@cython.cfunc
@cython.inline
def _runs_of(some: RunSet) -> object:
    """Return the runs of a set; TypeError for a set: compiled, one in itself would have no end."""
    runs = some._runs
    if type(runs) is not Runs and isinstance(runs, RunSet):
        raise TypeError("the runs of a range set are no range set")
    return runs


# -- operands, plain if they are range sets or what :mod:`operands` takes


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_operand(other: object) -> cython.bint:
    """Tell if *other* is one of the sets that operators are for."""
    return isinstance(other, RunSet) or type(other) is set


@cython.cfunc
@cython.inline
def _listed(other: object) -> object:
    """Return what can be gone through once as a list, anything else as it is."""
    return list(other) if operands.is_generator(other) else other


@cython.cfunc
def _operand(other: object) -> object:
    """Return the runs of a range set, anything else as it is."""
    if not isinstance(other, RunSet):
        return other
    with_set: RunSet = other
    return with_set._runs


@cython.cfunc
@cython.exceptval(-1, check=False)
def _edit(mine: RunSet, operation: cython.int, other: object, name: str) -> cython.int:
    """Do an operation in place, by the method *name* if *other* is not plain."""
    other = _listed(other)
    if type(mine._runs) is not Runs or not operands.change(mine._runs, operation, _operand(other)):
        getattr(mine, name)(other)
    return 0


@cython.cfunc
def _made(mine: RunSet, operation: cython.int, other: object) -> object:
    """Return the result of an operation, None if *other* is not plain."""
    if type(mine._runs) is not Runs:
        return None
    runs = operands.combined(mine._runs, operation, _operand(other))
    return None if runs is None else _like(mine, runs)


@cython.cfunc
def _result(mine: RunSet, operation: cython.int, other: object, name: str) -> object:
    """Return the result of an operation, of the method *name* if *other* is not plain."""
    other = _listed(other)
    made = _made(mine, operation, other)
    return getattr(mine, name)(other) if made is None else made


@cython.cfunc
def _operated(mine: RunSet, operation: cython.int, other: object, name: str) -> object:
    """Return the result of an operator.

    A frozen set on the right makes a plain set, as it does of a built-in one.
    """
    made = None
    if _is_operand(other):
        made = _made(mine, operation, other)
    elif type(other) is frozenset and type(mine._runs) is Runs:
        made = plains.plainly(mine._runs, operation, other)
    return getattr(mine, name)(other) if made is None else made


@cython.cfunc
def _reflected(mine: RunSet, operation: cython.int, other: object, name: str) -> object:
    """Return the result of an operator with a plain set on the left, a plain set, too."""
    made = None
    if type(mine._runs) is Runs:
        made = plains.plainly(mine._runs, operation, other, True)
    return getattr(mine, name)(other) if made is None else made


@cython.cfunc
@cython.exceptval(-2, check=False)
def _meets(mine: RunSet, other: object) -> cython.int:
    """Tell if an element of *mine* is in *other*; -1 if that is not known."""
    if isinstance(other, RunSet):
        with_set: RunSet = other
        return not _runs_of(mine).isdisjoint(with_set._runs)
    return plains.has_any(mine._runs, other) if type(mine._runs) is Runs else -1


@cython.cfunc
@cython.exceptval(-2, check=False)
def _covers(mine: RunSet, other: object) -> cython.int:
    """Tell if all elements of a set are in *mine*; -1 if that is not known."""
    if isinstance(other, RunSet):
        with_set: RunSet = other
        return _runs_of(with_set).issubset(mine._runs)
    return plains.covers(mine._runs, other) if type(mine._runs) is Runs else -1


@cython.cfunc
@cython.exceptval(-2, check=False)
def _within(mine: RunSet, other: object) -> cython.int:
    """Tell if all elements of *mine* are in a set; -1 if that is not known."""
    if isinstance(other, RunSet):
        with_set: RunSet = other
        return _runs_of(mine).issubset(with_set._runs)
    return plains.within(mine._runs, other) if type(mine._runs) is Runs else -1


@cython.cfunc
@cython.exceptval(-2, check=False)
def _smaller(mine: RunSet, other: object, smaller: cython.bint) -> cython.int:
    """Tell if *mine* has fewer elements than a set, or more; -1 if that is not known."""
    if isinstance(other, RunSet):
        with_set: RunSet = other
        theirs = with_set._runs.count()
    elif type(other) is set or type(other) is frozenset:
        theirs = len(other)
    else:
        return -1
    count = mine._runs.count()
    return count < theirs if smaller else count > theirs
