"""Sets of cluster node indexes: ``1-5,8`` and, in several dimensions, ``1-5; 0-3``.

A :class:`RangeSet` is a set of digit strings, folded when written::

    >>> racks = RangeSet("1-5,08-12/2")
    >>> racks.add(6)
    >>> print(racks, len(racks), "08" in racks, 8 in racks)
    1-6,08,10,12 9 True False

Its arithmetic is that of the ``intervals`` kernel, on runs of keys: the cost
of an operation follows the number of ranges, not of elements.
"""

from collections.abc import MutableSet
from collections.abc import Set as AbstractSet
from itertools import chain
from types import GenericAlias

from ClusterShell._accel import intervals

__all__ = [
    "AUTOSTEP_DISABLED",
    "RangeSet",
    "RangeSetException",
    "RangeSetPaddingError",
    "RangeSetParseError",
]

#: The autostep of sets that are written without steps.
AUTOSTEP_DISABLED = 1e100

# Elements handed out between two looks at the set while iterating.
_CHUNK = 10_000


class RangeSetException(Exception):
    """Base class of the errors of range sets."""


class RangeSetParseError(RangeSetException):
    """A pattern is malformed; ``part`` is the offending part of it."""

    def __init__(self, part, msg):
        if part:
            msg = f'{msg} : "{part}"'
        super().__init__(msg)
        self.part = part


class RangeSetPaddingError(RangeSetParseError):
    """The padding of a pattern does not fit."""

    def __init__(self, part, msg):
        super().__init__(part, f"padding mismatch ({msg})")


class RangeSet(intervals.RunSet):
    """A set of numbers, each written with a fixed number of digits.

    Elements are strings: "7", "07" and "007" are three of them.  In order, the
    shorter ones come first, negative numbers before all others.

    pattern: elements as text (``"0-9,12,020-030/2"``) or an iterable of such
        texts and of integers; None for an empty set.
    autostep: write so many or more numbers at equal distances as a range with
        a step; None to write no steps.

    Raises RangeSetParseError for a pattern that is none.

    >>> RangeSet("1-5,3-7,100")
    1-7,100
    >>> RangeSet([1, 3, 5, 7], autostep=3)
    1-7/2
    >>> list(RangeSet("8-10,08"))
    ['8', '9', '08', '10']
    """

    _VERSION = 4

    __hash__ = None
    __class_getitem__ = classmethod(GenericAlias)

    def __init__(self, pattern=None, autostep=None):
        self._runs = intervals.Runs()
        self.set_autostep(autostep)
        if pattern is None:
            return
        if isinstance(pattern, RangeSet):
            self._runs = pattern._runs.copy()
        elif isinstance(pattern, str):
            self._runs = _read(pattern)
        else:
            self._runs = _read_all(pattern)

    @classmethod
    def fromlist(cls, rnglist, autostep=None):
        """Return the union of an iterable of patterns and of sets."""
        made = RangeSet(autostep=autostep)
        made.updaten(rnglist)
        return made

    @classmethod
    def fromone(cls, index, pad=0, autostep=None):
        """Return the set of one element, or of those of a slice.

        index: an integer, a digit string, or a slice with an upper limit.
        pad: number of digits to fill up integers to.
        """
        made = RangeSet(autostep=autostep)
        if not isinstance(index, slice):
            made.add(index, pad)
        elif index.stop is None:
            raise ValueError(f"Invalid range upper limit ({index.stop})")
        else:
            made.add_range(index.start or 0, index.stop, index.step or 1, pad)
        return made

    # -- copies, pickles

    def copy(self):
        """Return a copy of the set, autostep included."""
        return self._like(self._runs.copy())

    __copy__ = copy

    def _like(self, runs):
        """Return a set of our class and autostep with these runs."""
        cls = self.__class__
        made = cls.__new__(cls)
        made._runs = runs
        made._autostep = self._autostep
        return made

    def __reduce__(self):
        state = {"padding": self.padding, "_autostep": self._autostep, "_version": self._VERSION}
        return self.__class__, (str(self) or None,), state

    def __setstate__(self, state):
        """Take the state of a pickle, of any release since 1.3."""
        self._autostep = state["_autostep"]

    # -- autostep and padding

    def get_autostep(self):
        """Return the autostep, None if no steps are written."""
        return None if self._autostep >= AUTOSTEP_DISABLED else self._autostep + 1

    def set_autostep(self, val):
        """Write *val* or more numbers at equal distances with a step; None for never."""
        self._autostep = AUTOSTEP_DISABLED if val is None else int(val) - 1

    autostep = property(get_autostep, set_autostep)

    @property
    def padding(self):
        """The most digits of an element with leading zeros; None if there are none.

        Setting it gives all elements that many digits, or more if they need more.
        """
        return self._runs.padding()

    @padding.setter
    def padding(self, value):
        width = len("%0*d" % (value, 0)) if value is not None and value > 0 else 1
        pieces = self._runs.pieces()
        self._runs = intervals.from_numbers([piece[:2] for piece in pieces], width)

    def dim(self):
        """Return the number of dimensions: 1, or 0 for an empty set."""
        return 1 if self else 0

    # -- elements and text

    def __str__(self):
        """Return the set as text, folded."""
        return self._runs.fold(self._step_limit())

    __repr__ = __str__

    def _step_limit(self):
        return None if self._autostep >= AUTOSTEP_DISABLED else self._autostep

    def __len__(self):
        return self._runs.count()

    def __iter__(self):
        """Iterate over the elements in order."""
        runs = self._runs
        size = runs.count()
        if size <= _CHUNK:
            return iter(runs.texts())
        runs = runs.copy()
        return chain.from_iterable(
            runs.slice(start, start + _CHUNK).texts() for start in range(0, size, _CHUNK)
        )

    striter = __iter__

    def intiter(self):
        """Iterate over the elements as integers, in order of the elements."""
        for first, last, _step, _width in self._runs.copy().pieces():
            yield from range(first, last + 1)

    def slices(self):
        """Iterate over the pieces of the text as slices of integers."""
        for first, last, step, _width in self._runs.copy().pieces(self._step_limit()):
            yield slice(first, last + 1, step)

    def contiguous(self):
        """Iterate over the contiguous parts, each as a set."""
        for first, last, _step, width in self._runs.copy().pieces():
            part = RangeSet()
            part._runs = intervals.from_numbers([(first, last)], width)
            yield part

    def split(self, nbr):
        """Iterate over at most *nbr* parts of equal size, the first ones one larger."""
        if not nbr > 0:
            raise AssertionError("number of parts must be positive")
        runs = self._runs.copy()
        size, larger = divmod(runs.count(), nbr)
        start = 0
        for rank in range(nbr):
            stop = start + size + (rank < larger)
            if start == stop:
                return
            yield self._part(runs.slice(start, stop))
            start = stop

    def _part(self, runs):
        """Return a RangeSet of our autostep with these runs."""
        made = RangeSet.__new__(RangeSet)
        made._runs = runs
        made._autostep = self._autostep
        return made

    def __getitem__(self, index):
        """Return the element of a rank, or the set of those of a slice."""
        if isinstance(index, slice):
            ranks = range(*index.indices(len(self)))
            if ranks.step < 0:
                ranks = ranks[::-1]
            return self._part(self._runs.slice(ranks.start, ranks.stop, ranks.step))
        if not isinstance(index, int):
            raise TypeError(f"{self.__class__.__name__} indices must be integers")
        rank = index + len(self) if index < 0 else index
        return intervals.text_of(self._runs.select(rank))

    def index(self, elem, start=0, stop=None):
        """Return the rank of an element; ValueError if it is not in the slice."""
        size = len(self)
        lo = start if start >= 0 else max(0, start + size)
        hi = size if stop is None else (stop if stop >= 0 else max(0, stop + size))
        key = _member(elem)
        rank = -1 if key is None else self._runs.rank(key)
        if not lo <= rank < hi:
            raise ValueError(f"{elem} is not in {self.__class__.__name__}")
        return rank

    def __contains__(self, element):
        """Tell if an element (a string, or an integer without padding) is in
        the set; for another set, if all of its elements are."""
        if isinstance(element, RangeSet):
            return element.issubset(self)
        key = _member(element)
        return key is not None and self._runs.contains(key)

    # -- single edits

    def add(self, element, pad=0):
        """Add an element: a digit string, or an integer filled up to *pad* digits.

        Raises ValueError if it is not a number.
        """
        key = _key(element, pad)
        self._insert(key, key + 1)

    def _insert(self, lo, hi):
        self._runs.insert(lo, hi)

    def add_range(self, start, stop, step=1, pad=0):
        """Add the integers from *start* to before *stop*, filled up to *pad* digits."""
        if not start < stop:
            raise AssertionError("please provide ordered node index ranges")
        if not step > 0:
            raise AssertionError("please provide a positive step")
        width = max(len("%0*d" % (pad, 0)), 1) if pad >= 0 else 1
        if step == 1:
            pairs = [(start, stop - 1)]
        else:
            pairs = [(number, number) for number in range(start, stop, step)]
        self._runs = self._runs.union(intervals.from_numbers(pairs, width))

    def remove(self, element, pad=0):
        """Take out an element, as for :meth:`add`; KeyError if it is not there."""
        if not isinstance(element, str):
            element = "%0*d" % (pad, int(element))
        key = _member(element)
        if key is None or not self._runs.contains(key):
            raise KeyError(element)
        self._runs.erase(key, key + 1)

    def discard(self, element, pad=0):
        """Take out an element, as for :meth:`add`, if it is there."""
        try:
            self.remove(element, pad)
        except KeyError:
            pass

    def pop(self):
        """Take out any one element and return it; KeyError if there is none."""
        size = len(self)
        if not size:
            raise KeyError("pop from an empty set")
        key = self._runs.select(size - 1)
        self._runs.erase(key, key + 1)
        return intervals.text_of(key)

    def clear(self):
        """Take out all elements."""
        self._runs = intervals.Runs()

    # -- bulk edits

    def update(self, iterable):
        """Add the elements of an iterable: digit strings and integers.

        Raises ValueError, and adds nothing, if one of them is not a number.
        """
        self._runs = self._runs.union(_elements(iterable))

    union_update = update

    def updaten(self, rangesets):
        """Add the elements of patterns and sets."""
        for item in rangesets:
            if isinstance(item, RangeSet):
                self.update(item)
            else:
                self.update(RangeSet(item))

    def intersection_update(self, other):
        """Keep only the elements that are also in *other*, any iterable."""
        self._runs = self._runs.intersection(_members(other))

    def difference_update(self, other, strict=False):
        """Take out the elements of *other*, any iterable.

        strict: raise KeyError, and change nothing, if one is not there.
        """
        if strict:
            if not isinstance(other, AbstractSet):
                raise TypeError("Binary operation only permitted between sets")
            missing = _elements(other).difference(self._runs)
            if missing.count():
                raise KeyError(intervals.text_of(missing.select(0)))
        self._runs = self._runs.difference(_members(other))

    def symmetric_difference_update(self, other):
        """Keep the elements that are in just one of the two; *other* is any iterable."""
        self._runs = self._runs.symmetric_difference(_elements(other))

    # -- set operations on any iterable

    def union(self, other):
        """Return the elements of both; ValueError if one is not a number."""
        return self._like(self._runs.union(_elements(other)))

    def intersection(self, other):
        """Return the elements that are also in *other*."""
        return self._like(self._runs.intersection(_members(other)))

    def difference(self, other):
        """Return the elements that are not in *other*."""
        return self._like(self._runs.difference(_members(other)))

    def symmetric_difference(self, other):
        """Return the elements that are in just one of the two."""
        return self._like(self._runs.symmetric_difference(_elements(other)))

    def isdisjoint(self, other):
        """Tell if no element is also in *other*, any iterable."""
        return self._runs.isdisjoint(_members(other))

    # -- comparisons and operators: between sets only

    def _binary_sanity_check(self, other):
        if not isinstance(other, AbstractSet):
            raise TypeError("Binary operation only permitted between sets")

    def issubset(self, other):
        """Tell if all elements are also in the set *other*."""
        self._binary_sanity_check(other)
        return self._runs.issubset(_members(other))

    def issuperset(self, other):
        """Tell if all elements of the set *other* are in this one."""
        self._binary_sanity_check(other)
        runs = _members(other)
        return runs.count() == len(other) and runs.issubset(self._runs)

    __le__ = issubset
    __ge__ = issuperset

    def __lt__(self, other):
        self._binary_sanity_check(other)
        return len(self) < len(other) and self.issubset(other)

    def __gt__(self, other):
        self._binary_sanity_check(other)
        return len(self) > len(other) and self.issuperset(other)

    def __eq__(self, other):
        if not isinstance(other, AbstractSet):
            return NotImplemented
        return len(self) == len(other) and self.issubset(other)

    def __or__(self, other):
        return self.union(other) if isinstance(other, AbstractSet) else NotImplemented

    def __and__(self, other):
        return self.intersection(other) if isinstance(other, AbstractSet) else NotImplemented

    def __sub__(self, other):
        return self.difference(other) if isinstance(other, AbstractSet) else NotImplemented

    def __xor__(self, other):
        if not isinstance(other, AbstractSet):
            return NotImplemented
        return self.symmetric_difference(other)

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

    def __ror__(self, other):
        return set(other) | set(self) if isinstance(other, AbstractSet) else NotImplemented

    def __rand__(self, other):
        return set(other) & set(self) if isinstance(other, AbstractSet) else NotImplemented

    def __rsub__(self, other):
        return set(other) - set(self) if isinstance(other, AbstractSet) else NotImplemented

    def __rxor__(self, other):
        return set(other) ^ set(self) if isinstance(other, AbstractSet) else NotImplemented


MutableSet.register(RangeSet)


# -- elements and their keys


def _key(element, pad=0):
    """Return the key of an element to add; ValueError if it is not a number."""
    if not isinstance(element, str):
        element = "%0*d" % (max(pad, 0), int(element))
    value = int(element)
    # Read as the rest of the world reads numbers, but one with a zero in
    # front is as wide as its text.
    width = len(element) if element[0] == "0" else 1
    return value if value < 0 else intervals.key_of(str(value).rjust(width, "0"))


def _member(element):
    """Return the key of what may be an element, None if it cannot be one."""
    text = element if isinstance(element, str) else str(element)
    digits = text[1:] if text[:1] == "-" else text
    if not (digits.isascii() and digits.isdigit()):
        return None
    if digits is not text and digits[0] == "0":
        return None
    return intervals.key_of(text)


def _elements(iterable):
    """Return the runs of all of *iterable*; ValueError if one is not a number."""
    if isinstance(iterable, RangeSet):
        return iterable._runs
    items = list(iterable)
    runs = intervals.from_texts(items) if set(map(type, items)) <= {str} else None
    return intervals.from_keys([_key(item) for item in items]) if runs is None else runs


def _members(iterable):
    """Return the runs of what can be an element in *iterable*."""
    if isinstance(iterable, RangeSet):
        return iterable._runs
    texts = [item for item in iterable if isinstance(item, str)]
    runs = intervals.from_texts(texts)
    if runs is None:
        keys = [_member(text) for text in texts]
        runs = intervals.from_keys([key for key in keys if key is not None])
    return runs


# -- reading patterns


def _read(pattern):
    """Return the runs of a pattern."""
    runs = intervals.read(pattern)
    return _read_all(pattern.split(",")) if runs is None else runs


def _read_all(parts):
    """Return the runs of all patterns of an iterable."""
    parts = list(map(str, parts))
    runs = intervals.from_texts(parts)
    if runs is None:
        made = intervals.Runs()
        for part in ",".join(parts).split(","):
            made = made.union(_read_part(part))
        return made
    return runs


def _read_part(part):
    """Return the runs of one range of a pattern."""
    text, slash, step_text = part.partition("/")
    try:
        step = int(step_text) if slash else 1
        first, last = _bounds(text)
        start = int(first)
        stop = int(last)
    except ValueError:
        if not part.strip():
            raise RangeSetParseError(part.strip(), "empty range") from None
        raise RangeSetParseError(part, "cannot convert string to integer") from None
    if slash and first is last and step != 1:
        raise RangeSetParseError(part, "invalid step usage")
    if stop < start or step < 1:
        raise RangeSetParseError(part, "invalid values in range")
    width = _width(first, last, part)
    if step == 1:
        return intervals.from_numbers([(start, stop)], width)
    return intervals.from_numbers([(n, n) for n in range(start, stop + 1, step)], width)


def _bounds(text):
    """Return the two numbers of a range as texts, one and the same if it has one."""
    fields = text.split("-")
    if len(fields) > 2 and fields[0].strip():
        raise ValueError(text)
    if len(fields) == 1:
        first = last = fields[0].strip()
    elif len(fields) == 2 and fields[0].strip():
        first, last = fields[0].strip(), fields[1].strip()
    elif len(fields) == 2:
        first = last = "-" + fields[1].strip()
    elif len(fields) == 3:
        first, last = "-" + fields[1].strip(), fields[2].strip()
    elif len(fields) == 4 and not fields[2].strip():
        first, last = "-" + fields[1].strip(), "-" + fields[3].strip()
    else:
        raise ValueError(text)
    return first, last


def _width(first, last, part):
    """Return the number of digits of a padded range, 1 if it is not padded."""
    for text in (first, last):
        if text[0] == "-" and len(text) > 2 and text[1] == "0":
            raise RangeSetParseError(part, "padding not supported in negative ranges")
    if not any(text[0] == "0" and len(text) > 1 for text in (first, last)):
        return 1
    if len(first) != len(last):
        raise RangeSetParseError(part, "padding length mismatch")
    return len(first)
