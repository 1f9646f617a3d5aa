"""What the sets that are written folded have in common: autostep, sizes and operators."""

import sys

#: The autostep of sets that are written without steps.
AUTOSTEP_DISABLED = 1e100


def check_size(count):
    """Return a number of elements, or raise AssertionError where it is no size to Python."""
    if count > sys.maxsize:
        raise AssertionError("range too large")
    return count


def count_of(other):
    """Return the number of elements of any set, however many a folded one has."""
    return other._count() if isinstance(other, FoldedSet) else len(other)


class InPlaceOperators:
    """Base of range sets and node sets: operators that change a set, by its named methods.

    They are stricter than methods: they take only what ``_binary_sanity_check``,
    of the derived class, does not raise TypeError for.
    """

    __slots__ = ()

    def __ior__(self, other):
        self._binary_sanity_check(other)
        self.update(other)
        return self

    def __iand__(self, other):
        self._binary_sanity_check(other)
        self.intersection_update(other)
        return self

    def __isub__(self, other):
        self._binary_sanity_check(other)
        self.difference_update(other)
        return self

    def __ixor__(self, other):
        self._binary_sanity_check(other)
        self.symmetric_difference_update(other)
        return self


class FoldedSet(InPlaceOperators):
    """Base of RangeSet and RangeSetND: their autostep, and comparisons by named methods.

    _autostep: more numbers than this at equal distances are written with a
        step.
    _count(): the number of elements, of the derived class.
    """

    __slots__ = ()

    def get_autostep(self):
        """Return how many numbers at equal distances are written with a step, None for never."""
        return None if self._autostep >= AUTOSTEP_DISABLED else self._autostep + 1

    def __le__(self, other):
        return self.issubset(other)

    def __ge__(self, other):
        return self.issuperset(other)

    def __lt__(self, other):
        self._binary_sanity_check(other)
        return self._count() < count_of(other) and self.issubset(other)

    def __gt__(self, other):
        self._binary_sanity_check(other)
        return self._count() > count_of(other) and self.issuperset(other)
