"""Sets of cluster node indexes: ``1-5,8`` and, in several dimensions, ``1-5; 0-3``.

A :class:`RangeSet` is a set of digit strings, folded when written::

    >>> racks = RangeSet("1-5,08-12/2")
    >>> racks.add(6)
    >>> print(racks, len(racks), "08" in racks, 8 in racks)
    1-6,08,10,12 9 True False

Its arithmetic is that of the ``intervals`` kernel, on runs of keys: the cost
of an operation follows the number of ranges, not of elements.
"""

from __future__ import annotations

import sys

# By the name under which the interpreter has loaded it: collections itself is slow to import.
from _collections_abc import MutableSet
from itertools import chain, product

from ClusterShell._accel import intervals
from ClusterShell._ranges import elements, nd
from ClusterShell._ranges.folded import AUTOSTEP_DISABLED, CopyingOperators, FoldedSet, check_size
from ClusterShell._ranges.patterns import BadPattern
from ClusterShell._ranges.runset import MixedOperations
from ClusterShell._ranges.vectorparts import VectorParts

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, Union, overload

    from typing_extensions import Self

    Element = Union[str, int]
    #: Elements as text or one by one, another set, or nothing.
    Pattern = Union[str, Iterable[Element], None]
    #: For each axis the text of a range set, or what stands for one.
    Vector = Sequence[Union[str, int, slice, "RangeSet"]]

__all__ = [
    "AUTOSTEP_DISABLED",
    "RangeSet",
    "RangeSetException",
    "RangeSetND",
    "RangeSetPaddingError",
    "RangeSetParseError",
]

# Elements made at a time while iterating.
_CHUNK = 10_000

# No set has so many elements; larger autosteps are none.
_NEVER_STEPS = 1 << 60


class RangeSetException(Exception):
    """Base class of the errors of range sets."""


class RangeSetParseError(RangeSetException):
    """A pattern is malformed; ``part`` is the offending part of it."""

    def __init__(self, part: object, msg: str) -> None:
        if part:
            msg = f'{msg} : "{part}"'
        super().__init__(msg)
        self.part = part


class RangeSetPaddingError(RangeSetParseError):
    """The padding of a pattern does not fit."""

    def __init__(self, part: object, msg: str) -> None:
        super().__init__(part, f"padding mismatch ({msg})")


class RangeSet(MixedOperations, FoldedSet):
    """A set of numbers, each written with a fixed number of digits.

    Elements are strings: "7", "07" and "007" are three of them.  In order, the
    shorter ones come first, and negative numbers before all others.

    :param pattern: elements as text (``"0-9,12,020-030/2"``) or an iterable of such texts and
        of integers; None for an empty set
    :param autostep: write so many or more numbers at equal distances as a range with a step;
        None to write no steps
    :raises RangeSetParseError: a pattern is malformed

    >>> RangeSet("1-5,3-7,100")
    1-7,100
    >>> RangeSet([1, 3, 5, 7], autostep=3)
    1-7/2
    >>> list(RangeSet("8-10,08"))
    ['8', '9', '08', '10']
    >>> RangeSet("1-10") - RangeSet("4-6") | {"20"}
    1-3,7-10,20
    """

    # len(), bool(), in, add, remove, discard, |, &, - and ^ are inherited from the kernel; what it
    # leaves to us has an underscore in front, and is that of MixedOperations where an operand is
    # no range set.  <=, |= and the like are those of FoldedSet.

    _VERSION = 4

    __hash__ = None  # type: ignore[assignment]
    __class_getitem__ = classmethod(type(list[int]))  # type: ignore[var-annotated]

    def __init__(self, pattern: Pattern = None, autostep: int | None = None) -> None:
        try:
            self._autostep = AUTOSTEP_DISABLED if autostep is None else int(autostep) - 1
        except Exception:
            iter(() if pattern is None else pattern)  # a pattern that is none is told of first
            raise
        if pattern is None:
            self._runs = intervals.Runs()
        elif isinstance(pattern, RangeSet) and pattern:
            self._runs = pattern._runs.copy()
        else:
            self._runs = _read(pattern)

    @classmethod
    def fromlist(cls, rnglist: Iterable[Pattern], autostep: int | None = None) -> RangeSet:
        """Return the union of an iterable of patterns and of sets."""
        made = RangeSet(autostep=autostep)
        made.updaten(rnglist)
        return made

    @classmethod
    def fromone(cls, index: Element | slice, pad: int = 0, autostep: int | None = None) -> RangeSet:
        """Return the set of one element, or of those of a slice.

        :param index: an integer, a digit string, or a slice with an upper limit
        :param pad: number of digits to fill up integers to
        :raises ValueError: a slice has no upper limit
        """
        made = RangeSet(autostep=autostep)
        if not hasattr(index, "stop"):
            made.add(index, pad)
            return made
        numbers: Any = index
        if numbers.stop is None:
            raise ValueError(f"Invalid range upper limit ({numbers.stop})")
        step = 1 if numbers.step is None else numbers.step
        made.add_range(numbers.start or 0, numbers.stop, step, pad)
        return made

    # -- parts and pickles

    def _like(self, runs: Any) -> Self:
        """Return a set of our class and autostep with these runs."""
        cls = self.__class__
        made = cls.__new__(cls)
        made._runs = runs
        made._autostep = self._autostep
        return made

    def _part(self, runs: Any) -> RangeSet:
        """Return a RangeSet of our autostep with these runs."""
        made = RangeSet.__new__(RangeSet)
        made._runs = runs
        made._autostep = self._autostep
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        state = {"padding": self.padding, "_autostep": self._autostep, "_version": self._VERSION}
        return self.__class__, (str(self) or None,), state

    def __setstate__(self, dic: dict[str, Any]) -> None:
        """Take the state of a pickle, of this release or any since 1.3."""
        self._autostep = dic["_autostep"]
        if "_ranges" in dic:
            # Up to 1.5 the state held the ranges; later ones give the text to
            # the constructor.
            self._runs = elements.runs_of_ranges(dic["_ranges"])
        elif getattr(self, "_runs", None) is None:
            self._runs = intervals.Runs()
        elif dic.get("_version", 0) < 4 and dic.get("padding"):
            # Up to 1.8 one padding was that of all elements.
            self.padding = dic["padding"]

    # -- autostep and padding

    def set_autostep(self, val: Any) -> None:
        """Write *val* or more numbers at equal distances with a step; None for never."""
        self._autostep = AUTOSTEP_DISABLED if val is None else int(val) - 1

    autostep = property(FoldedSet.get_autostep, set_autostep)

    @property
    def padding(self) -> int | None:
        """The most digits of an element with leading zeros; None if there are none.

        Setting it gives every element that many digits, or what it needs.
        """
        return self._runs.padding()

    @padding.setter
    def padding(self, value: int | None) -> None:
        numbers = [(first, last, 1) for first, last, _, _ in self._runs.pieces()]
        self._runs = intervals.from_numbers(numbers, elements.digits(value or 0))

    def _count(self) -> int:
        """Return the number of elements, which :func:`len` may be too small for."""
        return self._runs.count()

    def dim(self) -> int:
        """Return the number of dimensions: 1, or 0 for an empty set."""
        return 1 if self else 0

    # -- text and elements

    def __str__(self) -> str:
        """Return the set as text, folded."""
        return self._runs.fold(self._steps_over())

    __repr__ = __str__

    def _steps_over(self) -> float | None:
        """Return the number of numbers above which a step is written, None for never."""
        return self._autostep if self._autostep < _NEVER_STEPS else None

    def _iter(self) -> Iterator[str]:
        """Iterate over any number of elements, made a few at a time."""
        runs = self._runs
        size = runs.count()
        if size <= _CHUNK:
            return iter(runs.texts())
        runs = runs.copy()
        return chain.from_iterable(
            runs.slice(start, start + _CHUNK).texts() for start in range(0, size, _CHUNK)
        )

    def striter(self) -> Iterator[str]:
        """Iterate over the elements in order."""
        return iter(self)

    def intiter(self) -> Iterator[int]:
        """Iterate over the elements as integers, in order of the elements."""
        for first, last, _, _ in self._runs.pieces():
            yield from range(first, last + 1)

    def slices(self) -> Iterator[slice]:
        """Iterate over the pieces of the text as slices of integers."""
        for first, last, step, _ in self._runs.pieces(self._steps_over()):
            yield slice(first, last + 1, step or None)

    def contiguous(self) -> Iterator[RangeSet]:
        """Iterate over the contiguous parts, each as a set without autostep.

        Elements at equal distances that end the set come together if they are
        as many as the autostep.
        """
        for first, last, step, width in self._runs.pieces(at_end=self._steps_over()):
            numbers = range(first, last + 1, step or 1)
            part = RangeSet()
            part._runs = elements.runs_of_numbers(numbers, width or 1)
            yield part

    def split(self, nbr: int) -> Iterator[RangeSet]:
        """Iterate over at most *nbr*, at least 1, parts of equal size, the first one larger."""
        if not nbr > 0:
            raise AssertionError("the number of parts must be positive")
        runs = self._runs.copy()
        size, larger = divmod(runs.count(), int(nbr))
        start = 0
        for rank in range(min(nbr, runs.count())):
            stop = start + size + (rank < larger)
            yield self._part(runs.slice(start, stop))
            start = stop

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> str: ...
        @overload
        def __getitem__(self, index: slice) -> RangeSet: ...

    def __getitem__(self, index: int | slice) -> str | RangeSet:
        """Return the element of a rank, or the set of those of a slice."""
        if isinstance(index, slice):
            start, stop, step = index.indices(self._count())
            if step < 0:
                # The same ranks, upwards.
                ranks = range(start, stop, step)[::-1]
                start, stop, step = ranks.start, ranks.stop, ranks.step
            if step > 1:
                elements.check_count(range(start, stop, step))
            return self._part(self._runs.slice(start, stop, step))
        if not isinstance(index, int):
            raise TypeError(f"{self.__class__.__name__} indices must be integers")
        rank = index + self._count() if index < 0 else index
        return intervals.text_of(self._runs.select(rank))

    def index(self, elem: Element, start: int = 0, stop: int | None = None) -> int:
        """Return the rank of an element; ValueError if it has none in the slice."""
        key = elements.member(elem)
        rank = -1 if key is None else self._runs.rank(key)
        if rank < 0:
            raise ValueError(f"{elem} is not in RangeSet")
        size = self._count()
        lo = start if start >= 0 else start + size
        hi = size if stop is None else stop if stop >= 0 else stop + size
        if not lo <= rank < hi:
            raise ValueError(f"{elem} is not in RangeSet")
        return rank

    def _contains(self, element: Any) -> bool:
        if isinstance(element, (RangeSet, set)):
            return self.issuperset(element)
        key = elements.member(element)
        return key is not None and self._runs.contains(key)

    # -- edits of single elements

    def _add(self, element: Element, pad: int) -> None:
        key = elements.key(element, pad)
        self._change(intervals.from_keys([key]))

    def _change(self, runs: Any) -> None:
        """Add *runs*, whose keys may be beyond what ours can take."""
        if type(runs) is type(self._runs):
            self._runs.update(runs)
        else:
            self._runs = self._runs.union(runs)

    def _add_range(self, start: int, stop: int, step: int, pad: int) -> None:
        if not start < stop:
            raise AssertionError("please provide ordered node index ranges")
        if not step > 0:
            raise AssertionError("please provide a positive step")
        if stop - start > sys.maxsize:
            raise AssertionError("range too large")
        self._change(elements.runs_of_numbers(range(start, stop, step), elements.digits(pad)))

    def _remove(self, element: Element, pad: int) -> None:
        if not isinstance(element, str):
            element = str(int(element)).zfill(elements.digits(pad))
        key = elements.member(element)
        if key is None or not self._runs.contains(key):
            raise KeyError(element)
        self._runs.erase(key, key + 1)

    def _discard(self, element: Element, pad: int) -> None:
        try:
            self._remove(element, pad)
        except (KeyError, ValueError):
            return

    def _pop(self) -> str:
        size = self._count()
        if not size:
            raise KeyError("pop from an empty set")
        key = self._runs.select(size - 1)
        self._runs.erase(key, key + 1)
        return intervals.text_of(key)

    def clear(self) -> None:
        """Take out all elements."""
        self._runs = intervals.Runs()

    def updaten(self, rangesets: Iterable[Pattern]) -> None:
        """Add the elements of an iterable of patterns and of sets."""
        rangesets = list(rangesets)
        if rangesets and type(rangesets[0]) is str and set(map(type, rangesets)) == {str}:
            self._change(_read(rangesets))
            return
        for item in rangesets:
            if isinstance(item, RangeSet):
                self._change(item._runs)
            elif item is not None:
                self._change(_read(item))


MutableSet.register(RangeSet)


def _read(pattern: Any) -> Any:
    """Return the runs of a pattern, or of all of an iterable of patterns."""
    try:
        return elements.read(pattern) if isinstance(pattern, str) else elements.read_all(pattern)
    except BadPattern as exc:
        raise RangeSetParseError(exc.part, exc.reason) from None


class RangeSetND(VectorParts, CopyingOperators, FoldedSet):
    """Mutable set of vectors of indexes: a union of boxes, each a product of range sets.

    Node sets with several numbers in their names are made of these; otherwise
    there is little reason to use one.

    :param args: vectors, each given per axis as the text of a range set, or as a RangeSet, an
        integer or a slice of integers
    :param pads: per axis, length to which integers and slices are padded
    :param autostep: number of indexes from which ``1,3,5`` is printed ``1-5/2``; None for never
    :param copy_rangeset: false where the caller gives the RangeSet objects of *args* away

    Vectors are read *folded*: disjoint, as few as a greedy search finds, in
    the order it leaves them.  Folding waits until somebody reads.

    Vectors of different lengths cannot be in one set (ValueError); to every
    other operation they are simply different elements.

    >>> grid = RangeSetND([("0-3", "1"), ("0-3", "2"), ("9", "1")])
    >>> print(grid, end="")
    0-3; 1-2
    9; 1
    >>> len(grid), grid[2], grid.index(("9", "1"))
    (9, ('1', '1'), 8)
    """

    # fold() is that of VectorParts, <=, |= and the like are those of FoldedSet.

    __hash__ = None  # type: ignore[assignment]

    class precond_fold:
        """Decorator of methods that need the vectors folded."""

        def __call__(self, func: Callable[..., Any]) -> Callable[..., Any]:
            def folded_first(self: Any, *args: Any, **kwargs: Any) -> Any:
                self.fold()
                return func(self, *args, **kwargs)

            return folded_first

    def __init__(
        self,
        args: Iterable[Vector] | None = None,
        pads: Sequence[int] | None = None,
        autostep: int | None = None,
        copy_rangeset: bool = True,
    ) -> None:
        VectorParts.__init__(self)
        self.set_autostep(autostep)
        boxes = None
        for vector in self._to_read(args, None if copy_rangeset else RangeSet):
            # Vectors of plain numbers follow one another into the boxes of the first.
            if vector and not (boxes is not None and boxes.add_plain(vector)):
                self._append(_axes_of_vector(vector, pads, autostep))
                boxes = None if pads else self._boxes_of_all_axes()

    @classmethod
    def _from_boxes(cls, boxes: Any, autostep: int | None = None) -> Self:
        """Return the set of some kernel boxes, which belong to it from now on."""
        made = cls(autostep=autostep)
        if boxes.size:
            made._parts.append(((made._autostep,) * boxes.dim, boxes))
        return made

    # -- Vectors

    def _get_raw_veclist(self) -> list[list[RangeSet]]:
        """The vectors as they were added, as lists of RangeSet objects.

        Setting it replaces all vectors.
        """
        # Another thread that folds may forget what has been read meanwhile.
        read = self._read
        if read is None:
            read = self._read = [
                [_range_set(runs, step) for runs, step in zip(sides, steps)]
                for steps, boxes in self._parts
                for sides in boxes.sides()
            ]
        return read

    def _set_veclist(self, val: Iterable[list[RangeSet]]) -> None:
        self._changed([])
        self._shared = False
        for vector in val:
            self._append(vector)

    _veclist = property(_get_raw_veclist, _set_veclist)

    def _get_veclist(self) -> list[list[RangeSet]]:
        """The folded vectors, as lists of RangeSet objects.  Setting it replaces them."""
        self.fold()
        return self._veclist

    veclist = property(_get_veclist, _set_veclist)

    def vectors(self) -> Iterator[list[RangeSet]]:
        """Return an iterator over the folded vectors, lists of RangeSet objects."""
        return iter(self.veclist)

    def dim(self) -> int:
        """Return the number of axes, 0 for an empty set."""
        return self._parts[0][1].dim if self._parts else 0

    def pads(self) -> tuple[int, ...]:
        """Return a tuple of the longest zero padding in each axis, 0 for none."""
        return tuple([max([axis.padding or 0 for axis in axes]) for axes in zip(*self._veclist)])

    def set_autostep(self, val: Any) -> None:
        """Set the number of indexes from which steps are printed, None for never."""
        self._autostep = step = AUTOSTEP_DISABLED if val is None else int(val) - 1
        parts = self._parts
        if len(parts) == 1:
            steps, boxes = parts[0]
            self._parts = [((step,) * len(steps), boxes)]
        elif parts:
            self._take_steps(step)
        self._read = None

    autostep = property(FoldedSet.get_autostep, set_autostep)

    # -- Elements

    def __bool__(self) -> bool:
        return bool(self._parts)

    __nonzero__ = __bool__

    def __len__(self) -> int:
        """Return the number of elements; AssertionError if there are too many for an index."""
        return check_size(self._count())

    def _count(self) -> int:
        """Return the number of elements, which :func:`len` may be too small for."""
        boxes = self._boxes()
        if boxes is None:
            return 0
        if not boxes.disjoint:
            boxes = self._folded_boxes()
        return boxes.count() if boxes else 0

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """Iterate over all elements, tuples of texts, in the order of folded vectors."""
        return chain.from_iterable(map(elements.products, self.veclist))

    def iter_padding(self) -> Iterator[tuple[tuple[str, ...], list[int | None]]]:
        """Iterate over all elements, each with a list of the padding of its vector's axes."""
        return chain.from_iterable(map(_padded_elements, self.veclist))

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> tuple[str, ...]: ...
        @overload
        def __getitem__(self, index: slice) -> Self: ...

    def __getitem__(self, index: int | slice) -> tuple[str, ...] | Self:
        """Return the element at *index*, or the set of those of a slice.

        Raises IndexError, and TypeError for what is no integer.
        """
        boxes = self._folded_boxes()
        if isinstance(index, slice):
            made = self._from_boxes(nd.empty(self.dim()), self.autostep)
            positions = range(*index.indices(self._count()))
            if positions:
                if abs(positions.step) > 1:
                    elements.check_count(positions)
                steps = (self._autostep,) * boxes.dim
                made._changed([(steps, boxes.picked(positions))])
                made._sliced = True
            return made
        if not isinstance(index, int):
            raise TypeError("RangeSetND indices must be integers")
        position = index + self._count() if index < 0 else index
        if not 0 <= position < self._count():
            raise IndexError(f"{index:d} out of range")
        return tuple([nd.text_of(key) for key in boxes.at(position)])

    def index(self, elem: Iterable[Element], start: int = 0, stop: int | None = None) -> int:
        """Return the position of *elem*, a vector of indexes, from start to before stop.

        Indexes are integers or texts; of texts, zeros in front count.  Raises
        ValueError where the element is not there, TypeError for what is no
        vector.
        """
        if isinstance(elem, str):
            raise TypeError("RangeSetND.index() argument must be a vector of indexes")
        try:
            texts = [str(index) for index in elem]
        except TypeError:
            msg = "RangeSetND.index() argument must be a vector of indexes"
            raise TypeError(msg) from None
        position = self._position(texts)
        if position < 0:
            raise ValueError(f"{elem} is not in RangeSetND")
        size = self._count()
        start = max(start + size, 0) if start < 0 else start
        stop = size if stop is None else stop + size if stop < 0 else stop
        if not start <= position < stop:
            raise ValueError(f"{elem} is not in RangeSetND")
        return position

    def contiguous(self) -> Iterator[RangeSetND]:
        """Iterate over the boxes of contiguous parts of each axis, each as a set."""
        return chain.from_iterable(map(_contiguous_boxes, self.veclist))

    def __str__(self) -> str:
        """Return the folded vectors, one a line, axes separated by ``; ``."""
        return "".join(["; ".join(texts) + "\n" for texts in self._texts()])

    # -- Comparing

    def _binary_sanity_check(self, other: object) -> None:
        if not isinstance(other, RangeSetND):
            raise TypeError("Binary operation only permitted between RangeSetND")

    def __contains__(self, element: Any) -> bool:
        """Return whether an element, or all elements of a RangeSetND, are in this set.

        A text or an integer stands for indexes of the first axis.
        """
        if isinstance(element, RangeSetND):
            return self.issuperset(element)
        if isinstance(element, (tuple, list)):
            return self._position([str(index) for index in element]) >= 0
        return self._is_in_first_axis(RangeSet, str(element))

    def issubset(self, other: RangeSetND) -> bool:
        """Return whether all elements of this set are in *other*."""
        self._binary_sanity_check(other)
        return other.issuperset(self)

    def issuperset(self, other: RangeSetND) -> bool:
        """Return whether all elements of *other* are in this set."""
        self._binary_sanity_check(other)
        if not other._parts:
            return True
        # As in the release; what is added later shows by its autostep that they are folded.
        if not (self._folded and other._folded):
            self.fold()
            other.fold()
        return self._covers(other)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RangeSetND):
            return NotImplemented
        return self._count() == other._count() and self._covers(other)

    # -- Set operations
    #
    # A copy does not take the autostep of the set, only that of its vectors;
    # hence neither do the results of union() and the like.

    def copy(self) -> Self:
        """Return a copy that shares nothing with this set."""
        self.fold()
        twin = self._twin()
        twin._autostep = AUTOSTEP_DISABLED
        return twin

    __copy__ = copy

    def update(self, other: RangeSetND | Iterable[Sequence[RangeSet]]) -> None:
        """Add all elements of *other*, a RangeSetND or an iterable of vectors of RangeSet.

        Raises AssertionError, and adds nothing, where a vector is none.
        """
        if not isinstance(other, RangeSetND):
            other = _set_of_vectors(other)
        self._unite(other)

    union_update = update

    def intersection_update(self, other: RangeSetND) -> None:
        """Keep only the elements that are in *other*."""
        if other is self or not self._parts:
            return
        self._binary_sanity_check(other)
        if self.dim() != other.dim():
            self._changed([])
            self._shared = False
        else:
            self._intersect(other)

    def difference_update(self, other: RangeSetND, strict: bool = False) -> None:
        """Remove the elements of *other*.

        If *strict*, raises KeyError, and removes nothing, where one of them is
        not in this set.
        """
        self._binary_sanity_check(other)
        if strict:
            self.fold()
            other.fold()
            if not self._covers(other):
                for missing in other.difference(self):
                    raise KeyError(missing)
        if other is self:
            self._changed([])
        elif self.dim() == other.dim() > 0:
            self._subtract(other)
        else:
            self._changed(self._parts)

    def symmetric_difference_update(self, other: RangeSetND) -> None:
        """Keep the elements of either set that are not in the other one."""
        self._binary_sanity_check(other)
        added = other.difference(self)
        self.difference_update(other)
        self.update(added)

    # -- Pickling: the state is that of the releases before this edition.

    def __getstate__(self) -> dict[str, Any]:
        return {
            "_veclist": self._veclist,
            "_dirty": not self._folded,
            "_autostep": self._autostep,
            "_multivar_hint": self._several,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__()  # type: ignore[misc]
        self._set_veclist(state["_veclist"])
        self._autostep = state.get("_autostep", AUTOSTEP_DISABLED)
        self._folded = not state.get("_dirty", True)
        self._several = state.get("_multivar_hint", False)


def _padded_elements(
    vector: Sequence[RangeSet],
) -> Iterator[tuple[tuple[str, ...], list[int | None]]]:
    """Iterate over the elements of a vector of RangeSetND, each with the padding of its axes."""
    pads = [axis.padding for axis in vector]
    for element in elements.products(vector):
        yield element, list(pads)


def _contiguous_boxes(vector: Sequence[RangeSet]) -> Iterator[RangeSetND]:
    """Iterate over the contiguous boxes of a vector of RangeSetND, each as a set."""
    for axes in product(*[axis.contiguous() for axis in vector]):
        yield RangeSetND([axes])


def _set_of_vectors(vectors: Iterable[Any]) -> RangeSetND:
    """Return the RangeSetND of an iterable of vectors of RangeSet."""
    made = RangeSetND()
    for vector in vectors:
        if isinstance(vector, (str, bytes)) or not all(isinstance(a, RangeSet) for a in vector):
            raise AssertionError("please provide vectors of RangeSet")
        made._append(list(vector))
    return made


def _axes_of_vector(
    vector: Vector, pads: Sequence[int] | None, autostep: int | None
) -> list[RangeSet]:
    """Return the RangeSet objects of one vector given to RangeSetND."""
    axes = []
    for axis, given in enumerate(vector):
        if isinstance(given, str):
            given = RangeSet(given, autostep)
        elif not isinstance(given, RangeSet):
            known = [] if pads is None else list(pads)  # refuses what is no sequence
            given = RangeSet.fromone(given, known[axis] if known else 0, autostep)
        axes.append(given)
    return axes


def _range_set(runs: Any, autostep: float) -> RangeSet:
    """Return a RangeSet of some runs; *autostep* as in its ``_autostep``."""
    made = RangeSet.__new__(RangeSet)
    made._runs = runs
    made._autostep = autostep
    return made
