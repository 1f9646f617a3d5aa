"""The base class of range sets, of the kernel in use, and what type checkers see of it.

The kernel knows the operations with range sets; here are those with anything else.
"""

from __future__ import annotations

# By the name under which the interpreter has loaded it: collections itself is slow to import.
from _collections_abc import Set as AbstractSet

from ClusterShell._accel import intervals, runset
from ClusterShell._ranges import elements, nd
from ClusterShell._ranges.folded import AUTOSTEP_DISABLED, FoldedSet, count_of, thawed

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, MutableSet
    from typing import Any, Union

    from typing_extensions import Self

    Element = Union[str, int]

    class RunSet(MutableSet[str]):
        """Runs of keys and the autostep of a set, and what is done to them most often.

        Range sets are registered as MutableSet, they do not derive from it.
        """

        _runs: Any
        _autostep: Any

        def __iter__(self) -> Iterator[str]: ...
        def __len__(self) -> int: ...
        def __bool__(self) -> bool: ...
        def __contains__(self, element: object) -> bool: ...
        def add(self, element: Element, pad: int = 0) -> None: ...
        def remove(self, element: Element, pad: int = 0) -> None: ...
        def discard(self, element: Element, pad: int = 0) -> None: ...
        def __or__(self, other: AbstractSet[Any]) -> Self: ...
        def __and__(self, other: AbstractSet[Any]) -> Self: ...
        def __sub__(self, other: AbstractSet[Any]) -> Self: ...
        def __xor__(self, other: AbstractSet[Any]) -> Self: ...
        def pop(self) -> str: ...
        def copy(self) -> Self: ...
        def __copy__(self) -> Self: ...
        def add_range(self, start: int, stop: int, step: int = 1, pad: int = 0) -> None: ...
        def __ior__(self, other: AbstractSet[Any]) -> Self: ...
        def __iand__(self, other: AbstractSet[Any]) -> Self: ...
        def __isub__(self, other: AbstractSet[Any]) -> Self: ...
        def __ixor__(self, other: AbstractSet[Any]) -> Self: ...
        def update(self, iterable: Iterable[Element]) -> None: ...
        def union_update(self, other: Iterable[Element]) -> None: ...
        def intersection_update(self, other: Iterable[object]) -> None: ...
        def symmetric_difference_update(self, other: Iterable[Element]) -> None: ...
        def union(self, other: Iterable[Element]) -> Self: ...
        def intersection(self, other: Iterable[object]) -> Self: ...
        def difference(self, other: Iterable[object]) -> Self: ...
        def symmetric_difference(self, other: Iterable[Element]) -> Self: ...
        def isdisjoint(self, other: Iterable[object]) -> bool: ...
        def difference_update(self, other: Iterable[object], strict: bool = False) -> None: ...
        def issubset(self, other: AbstractSet[object]) -> bool: ...
        def issuperset(self, other: AbstractSet[object]) -> bool: ...

else:
    RunSet = runset.RunSet


class MixedOperations(RunSet):
    """What a range set does with operands that are no range sets.

    Elements to add may be written in any way that stands for a number, and
    ValueError tells of one that does not; elsewhere only an element as we
    would write it is one of ours.
    """

    if TYPE_CHECKING:

        def _count(self) -> int: ...
        def _like(self, runs: Any) -> Self: ...
        def _change(self, runs: Any) -> None: ...

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Have sets of a program's class begin empty: its constructor need not call ours."""
        super().__init_subclass__(**kwargs)
        ours = MixedOperations in cls.__bases__ or "__init__" not in cls.__dict__
        if not ours and cls.__new__ is RunSet.__new__:
            cls.__new__ = staticmethod(_empty)  # type: ignore[method-assign,assignment]

    # -- operations with any iterable

    def _update(self, iterable: Iterable[Element]) -> None:
        if isinstance(iterable, str):
            raise AssertionError("please provide elements, not a string")
        self._change(elements.elements(iterable))

    def _intersection_update(self, other: Iterable[object]) -> None:
        self._runs = self._runs.intersection(elements.members(other))

    def _difference_update(self, other: Iterable[object], strict: bool = False) -> None:
        if strict and not (isinstance(other, str) and other in self):
            if not isinstance(other, (RunSet, set)):
                raise TypeError(f"elements of a set are wanted, not of {type(other).__name__}")
            for missing in _missing(other, self):
                raise KeyError(missing)
        gone = elements.members(other)
        if type(gone) is type(self._runs):
            self._runs.difference_update(gone)
        else:
            self._runs = self._runs.difference(gone)

    def _symmetric_difference_update(self, other: Iterable[Element]) -> None:
        self._runs = self._runs.symmetric_difference(elements.elements(other))

    def _union(self, other: Iterable[Element]) -> Self:
        if isinstance(other, str):
            raise AssertionError("please provide elements, not a string")
        return self._like(self._runs.union(elements.elements(other)))

    def _intersection(self, other: Iterable[object]) -> Self:
        return self._like(self._runs.intersection(elements.members(other)))

    def _difference(self, other: Iterable[object]) -> Self:
        return self._like(self._runs.difference(elements.members(other)))

    def _symmetric_difference(self, other: Iterable[Element]) -> Self:
        return self._like(self._runs.symmetric_difference(elements.elements(other)))

    def _isdisjoint(self, other: Iterable[object]) -> bool:
        return self._runs.isdisjoint(elements.members(other))

    # -- comparisons and operators, with sets only

    def _binary_sanity_check(self, other: object) -> None:
        if not isinstance(other, (RunSet, set)):
            raise TypeError("Binary operation only permitted between sets")

    def _issubset(self, other: AbstractSet[object]) -> bool:
        self._binary_sanity_check(other)
        return self._runs.issubset(elements.members(other))

    def _issuperset(self, other: AbstractSet[object]) -> bool:
        self._binary_sanity_check(other)
        runs = elements.members(other)
        return runs.count() == count_of(other) and runs.issubset(self._runs)

    def _le(self, other: Any) -> bool:
        return self._issubset(thawed(other))

    def _ge(self, other: Any) -> bool:
        return self._issuperset(thawed(other))

    _lt, _gt = FoldedSet.__lt__, FoldedSet.__gt__

    def _eq(self, other: object) -> bool:
        if isinstance(other, RunSet):
            return self._runs.equals(other._runs)
        if not isinstance(other, AbstractSet):
            return NotImplemented
        return self._count() == len(other) and self._runs.equals(elements.members(other))

    # A frozen set on the right makes a plain set, as it does of a built-in one.

    def _or(self, other: Any) -> Any:
        return _combined(self, other, set.__or__, self._union)

    def _and(self, other: Any) -> Any:
        return _combined(self, other, set.__and__, self._intersection)

    def _sub(self, other: Any) -> Any:
        return _combined(self, other, set.__sub__, self._difference)

    def _xor(self, other: Any) -> Any:
        return _combined(self, other, set.__xor__, self._symmetric_difference)

    # With a plain set on the left, the result is a plain set.

    def _ror(self, other: Any) -> Any:
        return _plain(other) | set(self) if isinstance(other, AbstractSet) else NotImplemented

    def _rand(self, other: Any) -> Any:
        return _those(other, self, True) if isinstance(other, AbstractSet) else NotImplemented

    def _rsub(self, other: Any) -> Any:
        return _those(other, self, False) if isinstance(other, AbstractSet) else NotImplemented

    def _rxor(self, other: Any) -> Any:
        return _plain(other) ^ set(self) if isinstance(other, AbstractSet) else NotImplemented


def _combined(rangeset: MixedOperations, other: Any, plainly: Any, method: Any) -> Any:
    """Return the result of an operator with what is no range set on the right."""
    if isinstance(other, frozenset):
        return plainly(set(rangeset), other)
    return method(other) if isinstance(other, (RunSet, set)) else NotImplemented


def _missing(other: Any, rangeset: MixedOperations) -> Iterator[Any]:
    """Yield what is in a set or list, but not in a range set."""
    if isinstance(other, RunSet):
        missing = other._runs.difference(rangeset._runs)
        if missing.count():
            yield nd.text_of(missing.select(0))
        return
    for element in other:
        if not isinstance(element, str) or element not in rangeset:
            yield element


def _those(others: Any, rangeset: MixedOperations, inside: bool) -> Any:
    """Return those of a plain set that are in a range set, or are not, as a plain set."""
    kind = frozenset if isinstance(others, frozenset) else set
    return kind(item for item in others if (isinstance(item, str) and item in rangeset) is inside)


def _plain(other: Any) -> Any:
    """Return a set as a built-in one."""
    return other if isinstance(other, frozenset) else set(other)


def _empty(cls: type[RunSet], *args: Any, **kwargs: Any) -> RunSet:
    """Return an empty set, whatever arguments its constructor takes."""
    made = RunSet.__new__(cls)
    made._runs = intervals.Runs()
    made._autostep = AUTOSTEP_DISABLED
    return made
