"""What the sets that are written folded have in common: autostep, sizes and operators."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self

#: The autostep of sets that are written without steps.
AUTOSTEP_DISABLED = 1e100


def check_size(count: int) -> int:
    """Return a number of elements, or raise AssertionError where it is no size to Python."""
    if count > sys.maxsize:
        raise AssertionError("range too large")
    return count


def count_of(other: Any) -> int:
    """Return the number of elements of any set, however many a folded one has."""
    return other._count() if isinstance(other, FoldedSet) else len(other)


def thawed(other: Any) -> Any:
    """Return a frozen set, which compares itself with sets, as one that we compare with."""
    return set(other) if isinstance(other, frozenset) else other


class InPlaceOperators:
    """Base of range sets and node sets: operators that change a set, by its named methods.

    They are stricter than methods: they take only what ``_binary_sanity_check``,
    of the derived class, does not raise TypeError for.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        def _binary_sanity_check(self, other: object) -> None: ...
        def update(self, other: Any) -> Any: ...
        def intersection_update(self, other: Any) -> Any: ...
        def difference_update(self, other: Any, strict: bool = False) -> Any: ...
        def symmetric_difference_update(self, other: Any) -> Any: ...

    def __ior__(self, other: Any) -> Self:
        self._binary_sanity_check(other)
        self.update(other)
        return self

    def __iand__(self, other: Any) -> Self:
        self._binary_sanity_check(other)
        self.intersection_update(other)
        return self

    def __isub__(self, other: Any) -> Self:
        self._binary_sanity_check(other)
        self.difference_update(other)
        return self

    def __ixor__(self, other: Any) -> Self:
        self._binary_sanity_check(other)
        self.symmetric_difference_update(other)
        return self


class CopyingOperators(InPlaceOperators):
    """Base of sets of vectors and sets of nodes: operations whose result is a copy, changed."""

    __slots__ = ()

    if TYPE_CHECKING:

        def copy(self) -> Self: ...

    def union(self, other: Any) -> Self:
        """Return the set of what is in this set or *other*."""
        result = self.copy()
        result.update(other)
        return result

    def intersection(self, other: Any) -> Self:
        """Return the set of what is in both this set and *other*."""
        result = self.copy()
        result.intersection_update(other)
        return result

    def difference(self, other: Any) -> Self:
        """Return the set of what is in this set and not in *other*."""
        result = self.copy()
        result.difference_update(other)
        return result

    def symmetric_difference(self, other: Any) -> Self:
        """Return the set of what is in one of this set and *other*, not in both."""
        result = self.copy()
        result.symmetric_difference_update(other)
        return result

    def _takes(self, other: object) -> bool:
        """Return whether *other* is an operand for operators."""
        try:
            self._binary_sanity_check(other)
        except TypeError:
            return False
        return True

    def __or__(self, other: Any) -> Self:
        return self.union(other) if self._takes(other) else NotImplemented

    def _meets(self, other: object) -> bool:
        """Return whether *other* is an operand for ``&`` and ``^``, which may take less."""
        return self._takes(other)

    def __and__(self, other: Any) -> Self:
        return self.intersection(other) if self._meets(other) else NotImplemented

    def __sub__(self, other: Any) -> Self:
        return self.difference(other) if self._takes(other) else NotImplemented

    def __xor__(self, other: Any) -> Self:
        return self.symmetric_difference(other) if self._meets(other) else NotImplemented


class FoldedSet(InPlaceOperators):
    """Base of RangeSet and RangeSetND: their autostep, and comparisons by named methods.

    _autostep: more numbers than this at equal distances are written with a
        step.
    _count(): the number of elements, of the derived class.
    """

    __slots__ = ()

    if TYPE_CHECKING:
        _autostep: Any

        def _count(self) -> int: ...
        def issubset(self, other: Any) -> bool: ...
        def issuperset(self, other: Any) -> bool: ...

    def get_autostep(self) -> int | None:
        """Return how many numbers at equal distances are written with a step, None for never."""
        return None if self._autostep >= AUTOSTEP_DISABLED else self._autostep + 1

    def __le__(self, other: Any) -> bool:
        return self.issubset(thawed(other))

    def __ge__(self, other: Any) -> bool:
        return self.issuperset(thawed(other))

    def __lt__(self, other: Any) -> bool:
        other = thawed(other)
        self._binary_sanity_check(other)
        return self._count() < count_of(other) and self.issubset(other)

    def __gt__(self, other: Any) -> bool:
        other = thawed(other)
        self._binary_sanity_check(other)
        return self._count() > count_of(other) and self.issuperset(other)
