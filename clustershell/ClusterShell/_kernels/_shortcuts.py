"""What range sets do with plain sets, lists and single elements, by the shortest way there is.

It is of the interpreted life only, where each call counts and Python's own sets of texts are
what is fast; compiled, keys are.  Whatever is not as plain as that is left to the methods
that both lives share, see :mod:`runset`.

Most of what takes a set of texts is exact for any elements of it: to such a set a range set
is one of texts, too, and CPython does the rest.
"""

from __future__ import annotations

from ClusterShell._kernels._beside import (
    CONTAINERS,
    GENERATOR,
    NUMBERS,
    Beside,
    become,
    common,
    common_of_two,
    listed,
    pair,
    put_away,
    runs_of,
    short,
    text_of_number,
)
from ClusterShell._kernels._compared import Comparisons, is_inside
from ClusterShell._kernels._texts import MOST_KEPT, Known, asked, pays, take_in, to_add, wanted
from ClusterShell._kernels.intervals import Runs
from ClusterShell._kernels.keys import texts_of

_SETS = frozenset((set, frozenset))

# Longer texts are told from what is no number elsewhere.
_LONGEST = 400


class Shortcuts(Comparisons):
    """Methods of :class:`RunSet` for plain operands."""

    _runs: Runs
    __slots__ = ()

    # -- elements

    def __iter__(self):
        """Iterate over the elements in order."""
        runs = self._runs
        known = runs.known
        if runs.waiting is not None:
            return super().__iter__()
        if known is None:
            known = runs.known = Known()
        ordered = known.ordered
        if ordered is None:
            known.asked += 1
            if known.asked == 1 or runs.count() > MOST_KEPT:
                return super().__iter__()
            ordered = texts_of(runs.flat(), "", "")
            if runs.known is known:
                known.ordered = ordered
        return iter(ordered)

    def __contains__(self, element):
        """Tell if an element (a string, or an integer without padding) is in
        the set; for a range set, if all of its elements are."""
        runs = self._runs
        texts = runs.elements
        kind = type(element)
        if texts is None and (kind is str or kind is int):
            if runs.waiting is not None:
                return self._has(element if kind is str else str(element))
            texts = asked(runs)
        if texts is not None:
            if kind is str:
                return element in texts
            if kind is int:
                return str(element) in texts
        if isinstance(element, Beside):
            return is_inside(element._runs, runs)
        return super().__contains__(element)

    def add(self, element, pad=0):
        """Add an element: a digit string, or an integer filled up to *pad* digits.

        Raises ValueError if it is not a number.
        """
        runs = self._runs
        text = element if type(element) is str else text_of_number(element, pad)
        if text.isdigit() and text.isascii() and len(text) < _LONGEST:
            if runs.waiting is not None:
                runs.waiting.add(text)
                return
            if not runs.direct:
                take_in(runs, {text}, True)
                return
        runs.direct -= runs.direct > 0
        super().add(element, pad)

    def remove(self, element, pad=0):
        """Take out an element, given as to :meth:`add`; KeyError if it is not there."""
        runs = self._runs
        text = element if type(element) is str else text_of_number(element, pad)
        texts = runs.elements
        if texts is None:
            if runs.waiting is not None:
                if text and self._has(text):
                    runs.waiting.discard(text)
                    put_away(runs, text)
                    return
            elif not runs.direct:
                texts = asked(runs)
        if texts is None or text not in texts:
            super().remove(element, pad)
        elif texts is runs.waiting:
            texts.discard(text)
        else:
            put_away(runs, text)

    def discard(self, element, pad=0):
        """Take out an element, given as to :meth:`add`, if it is there."""
        runs = self._runs
        text = element if type(element) is str else text_of_number(element, pad)
        plain = text.isdigit() and text.isascii() and len(text) < _LONGEST
        if plain and runs.waiting is not None:
            runs.waiting.discard(text)
            if runs.elements is None:
                put_away(runs, text)
        elif plain and not runs.direct:
            if runs.elements is None or text in runs.elements:
                put_away(runs, text)
        else:
            runs.direct -= runs.direct > 0
            super().discard(element, pad)

    def pop(self):
        """Take out any one element and return it; KeyError if there is none."""
        runs = self._runs
        ends = runs.ends
        if ends is None or ends[0] is not runs.known or runs.waiting or runs.gone is None:
            ends = self._ends()
        if ends is not None:
            gone = runs.gone
            for text in ends[1]:
                if text not in gone:
                    gone.add(text)
                    return text
        return super().pop()

    def _ends(self):
        """Return the elements from the last one on, and whose they are; None if not known."""
        runs = self._runs
        if runs.direct or runs.waiting is not None or asked(runs) is None:
            runs.direct -= runs.direct > 0
            return None
        known = runs.known
        if known.ordered is None:
            return None
        runs.elements = None
        runs.total = -1
        runs.gone = set()
        runs.waiting = set()
        runs.ends = known, reversed(known.ordered)
        return runs.ends

    def add_range(self, start, stop, step=1, pad=0):
        """Add the integers from *start* to before *stop*, filled up to *pad* digits.

        :raises AssertionError: there are none, or too many
        """
        if type(start) is type(stop) is type(step) is int and 0 <= start < stop <= start + 16:
            runs = self._runs
            numbers = range(start, stop, step) if step > 0 else ()
            texts = {text_of_number(number, pad) for number in numbers}
            if texts and "" not in texts and take_in(runs, texts, not runs.direct):
                return
        super().add_range(start, stop, step, pad)

    # -- edits

    def update(self, iterable):
        """Add the elements of an iterable; if one is not a number, none of them."""
        kind = type(iterable)
        some = None
        if kind in CONTAINERS or kind in NUMBERS:
            if kind is GENERATOR:
                iterable = list(iterable)
            some = to_add(iterable)
        elif isinstance(iterable, Beside):
            some = short(iterable._runs)
            some = some and some.copy()
        if some is None or not take_in(self._runs, some):
            super().update(iterable)

    def intersection_update(self, other):
        """Take out the elements that are not also in *other*."""
        runs = self._runs
        texts = runs.elements
        if type(other) in CONTAINERS and texts is not None and len(texts) <= len(other) + 8:
            # Twice, as the elements of the result have to be ours.
            become(runs, texts - texts.difference(other))
            return
        other = listed(other)
        if isinstance(other, Beside):
            found = common_of_two(runs, other._runs)
        else:
            found = set() if type(other) is range else common(runs, other)
        if found is None:
            super().intersection_update(other)
        else:
            become(runs, found)

    def difference_update(self, other, strict=False):
        """Take out the elements of *other*.

        :param strict: raise KeyError, and take out nothing, if one is not there
        """
        runs = self._runs
        texts = runs.elements
        plain = type(other) in CONTAINERS and texts is not None and not strict
        if plain and len(texts) <= 2 * len(other) + 64:
            become(runs, texts.difference(other))
        else:
            self._take_out(listed(other), strict)

    def _take_out(self, other, strict):
        runs = self._runs
        texts = others = None
        if strict:
            pass
        elif isinstance(other, Beside):
            texts, others = pair(runs, other._runs)
        elif type(other) in CONTAINERS:
            texts, others = wanted(runs, len(other)), other
        elif type(other) is range:
            return
        if texts is None:
            super().difference_update(other, strict)
        elif texts is runs.waiting and 4 * len(others) < len(texts):
            texts.difference_update(set(others))
        else:
            become(runs, texts.difference(others))

    def symmetric_difference_update(self, other):
        """Take out the elements that are also in *other*, add those only there."""
        runs = self._runs
        kind = type(other)
        some = texts = None
        if kind in CONTAINERS or kind in NUMBERS:
            if kind is GENERATOR:
                other = list(other)
            some = to_add(other)
            if some is not None:
                texts = runs.elements
                if texts is None or len(texts) > 2 * len(some) + 64:
                    texts = wanted(runs, len(some))
        elif isinstance(other, Beside):
            texts, some = pair(runs, other._runs)
        if texts is None:
            super().symmetric_difference_update(other)
        elif texts is runs.waiting and 4 * len(some) < len(texts):
            texts.symmetric_difference_update(some)
        else:
            become(runs, texts ^ some)

    def __ior__(self, other):
        if type(other) is not set and not isinstance(other, Beside):
            self._binary_sanity_check(other)
        self.update(other)
        return self

    def __iand__(self, other):
        if type(other) is not set and not isinstance(other, Beside):
            self._binary_sanity_check(other)
        self.intersection_update(other)
        return self

    def __isub__(self, other):
        if type(other) is not set and not isinstance(other, Beside):
            self._binary_sanity_check(other)
        self.difference_update(other)
        return self

    def __ixor__(self, other):
        if type(other) is not set and not isinstance(other, Beside):
            self._binary_sanity_check(other)
        self.symmetric_difference_update(other)
        return self

    # -- new sets

    def union(self, other):
        """Return the elements that are here or in *other*."""
        runs = self._runs
        kind = type(other)
        if kind in CONTAINERS or kind in NUMBERS:
            other = listed(other)
            some = to_add(other)
            if some is not None and pays(runs, len(some)):
                made = runs.copy()
                take_in(made, some)
                return self._with(made)
        return super().union(other)

    def intersection(self, other):
        """Return the elements that are also in *other*."""
        other = listed(other)
        found = common(self._runs, other) if type(other) in CONTAINERS else None
        return super().intersection(other) if found is None else self._with(runs_of(found))

    def difference(self, other):
        """Return the elements that are not in *other*."""
        other = listed(other)
        if type(other) in CONTAINERS:
            texts = wanted(self._runs, len(other))
            if texts is not None:
                return self._with(runs_of(texts.difference(other)))
        return super().difference(other)

    def symmetric_difference(self, other):
        """Return the elements that are in just one of the two."""
        kind = type(other)
        if kind in CONTAINERS or kind in NUMBERS:
            other = listed(other)
            some = to_add(other)
            texts = None if some is None else wanted(self._runs, len(some))
            if texts is not None:
                return self._with(runs_of(texts ^ some))
        return super().symmetric_difference(other)

    # A frozen set on the right makes a plain set, as it does of a built-in one.

    def __or__(self, other):
        kind = type(other)
        if kind is set:
            return Shortcuts.union(self, other)
        texts = wanted(self._runs, len(other)) if kind is frozenset else None
        return super().__or__(other) if texts is None else texts | other

    def __and__(self, other):
        kind = type(other)
        if kind is set:
            return Shortcuts.intersection(self, other)
        texts = wanted(self._runs, len(other)) if kind is frozenset else None
        return super().__and__(other) if texts is None else texts & other

    def __sub__(self, other):
        kind = type(other)
        if kind is set:
            return Shortcuts.difference(self, other)
        texts = wanted(self._runs, len(other)) if kind is frozenset else None
        return super().__sub__(other) if texts is None else texts - other

    def __xor__(self, other):
        kind = type(other)
        if kind is set:
            return Shortcuts.symmetric_difference(self, other)
        texts = wanted(self._runs, len(other)) if kind is frozenset else None
        return super().__xor__(other) if texts is None else texts ^ other

    # With a plain set on the left, the result is a plain set.

    def __ror__(self, other):
        texts = wanted(self._runs, len(other)) if type(other) in _SETS else None
        return super().__ror__(other) if texts is None else other | texts

    def __rand__(self, other):
        texts = wanted(self._runs, len(other)) if type(other) in _SETS else None
        return super().__rand__(other) if texts is None else other & texts

    def __rsub__(self, other):
        texts = wanted(self._runs, len(other)) if type(other) in _SETS else None
        return super().__rsub__(other) if texts is None else other - texts

    def __rxor__(self, other):
        texts = wanted(self._runs, len(other)) if type(other) in _SETS else None
        return super().__rxor__(other) if texts is None else other ^ texts

    # -- what the others share

    def _with(self, runs):
        """Return a set of our class and autostep with other runs."""
        cls = type(self)
        made = cls.__new__(cls)
        if made is None:
            raise TypeError("a class that makes no objects")
        made._runs = runs
        made._autostep = self._autostep
        return made
