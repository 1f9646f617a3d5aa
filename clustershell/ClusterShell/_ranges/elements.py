"""Elements and patterns as people give them, turned into runs of keys.

What is plain is left to the ``intervals`` kernel; here is what else stands for
numbers, and what does not.
"""

from __future__ import annotations

from itertools import product

from ClusterShell._accel import intervals, operands, runset
from ClusterShell._ranges.patterns import read_part

TYPE_CHECKING = False  # as in typing, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

# The most digits of an element: those of the longest text that int() reads.
_LONGEST = 4300

# Numbers at a distance are kept one by one; so many of them take a quarter of a gigabyte.
_MOST_APART = 1 << 24

# An axis of more elements than this is not held in memory to combine it with others.
_MANY = 10_000


def digits(pad: Any) -> int:
    """Return the number of digits to fill numbers up to, for a padding as it was given."""
    if not isinstance(pad, int):
        raise TypeError(f"padding must be an integer, not {type(pad).__name__}")
    pad = int.__int__(pad)  # of a subclass, whose comparisons may say anything
    if pad > _LONGEST:
        raise OverflowError(f"padding of more than {_LONGEST} digits")
    return max(pad, 1)


def check_count(numbers: range) -> None:
    """Raise AssertionError if the numbers of a range, kept one by one, are too many."""
    # Not len(), which is for sizes that fit an index.
    if numbers and (numbers[-1] - numbers[0]) // numbers.step >= _MOST_APART:
        raise AssertionError("range too large")


def products(vector: Sequence[Any]) -> Iterator[tuple[str, ...]]:
    """Iterate over the elements of a vector of range sets, as tuples of texts.

    They are those of ``product(*vector)``, which would hold each axis in memory.
    """
    for at, axis in enumerate(vector):
        if axis._count() > _MANY:
            heads = vector[:at]
            tails = vector[at + 1 :]
            return (
                (*head, element, *tail)
                for head in products(heads)
                for element in axis
                for tail in products(tails)
            )
    return product(*vector)


def key(element: Any, pad: Any = 0) -> int:
    """Return the key of an element to add; ValueError if it is not a number."""
    if isinstance(element, str):
        value = int(element)
        # A zero in front makes an element as wide as its text.
        width = len(element) if element[0] == "0" else 1
    else:
        value = int(element)
        width = digits(pad)
    return value if value < 0 else intervals.key_of(str(value).zfill(width))


def _text(text: str) -> str:
    """Return a text, of a class derived from str perhaps, as a plain one."""
    return text if text.__class__ is str else str.__str__(text)


def member(element: Any) -> int | None:
    """Return the key of what can be an element, None if it cannot."""
    text = _text(element) if isinstance(element, str) else str(element)
    negative = text[:1] == "-"
    number = text[1:] if negative else text
    if not (number.isascii() and number.isdigit()) or (negative and number[0] == "0"):
        return None
    return intervals.key_of(text)


def elements(iterable: Iterable[Any]) -> Any:
    """Return the runs of all of *iterable*; ValueError if one is not a number."""
    if isinstance(iterable, runset.RunSet):
        return iterable._runs
    runs = operands.from_elements(iterable)
    if runs is None:
        items = iterable if type(iterable) is list else list(iterable)
        runs = operands.from_elements(items)
    return intervals.from_keys([key(item) for item in items]) if runs is None else runs


def members(iterable: Iterable[Any]) -> Any:
    """Return the runs of what can be elements in *iterable*."""
    if isinstance(iterable, runset.RunSet):
        return iterable._runs
    texts = []
    for item in iterable:
        if isinstance(item, str):
            texts.append(_text(item))
        else:
            hash(item)  # what cannot be an element of any set is an error
    runs = operands.from_elements(texts)
    if runs is None:
        keys = map(member, texts)
        runs = intervals.from_keys([key for key in keys if key is not None])
    return runs


def runs_of_numbers(numbers: range, width: int) -> Any:
    """Return the runs of a range of integers, filled up to *width* digits."""
    if numbers.step > 1:
        check_count(numbers)
    if numbers.step > 1 and numbers[0] < 0:
        return intervals.from_numbers([(number, number, 1) for number in numbers], width)
    return intervals.from_numbers([(numbers[0], numbers[-1], numbers.step)], width)


def runs_of_ranges(ranges: Iterable[Any]) -> Any:
    """Return the runs of the ranges of an old state.

    A range is (slice, padding), or, before 1.4, (first, last, step, padding).  Where
    slices could not be pickled, under Python 2.4, the tuple of its fields stands for one.
    """
    made = intervals.Runs()
    for item in ranges:
        padding = item[-1]
        if len(item) == 2:
            part = slice(*item[0]) if isinstance(item[0], tuple) else item[0]
            numbers = range(part.start, part.stop, part.step or 1)
        else:
            numbers = range(item[0], item[1] + 1, item[2])
        made = made.union(runs_of_numbers(numbers, digits(padding)))
    return made


def read(pattern: str) -> Any:
    """Return the runs of a pattern; raises BadPattern."""
    pattern = _text(pattern)
    runs = intervals.read(pattern)
    return _read_parts(pattern.split(",")) if runs is None else runs


def read_all(patterns: Iterable[Any]) -> Any:
    """Return the runs of all patterns of an iterable, integers among them; raises BadPattern."""
    runs = operands.from_elements(patterns)
    if runs is None and type(patterns) is not list:
        patterns = list(patterns)
        runs = operands.from_elements(patterns)
    if runs is not None and runs.count():
        return runs
    # As the released package has it: what is alone in a tuple is taken out, several are no text.
    return read(",".join(map("%s".__mod__, patterns)))


def _read_parts(parts: Iterable[str]) -> Any:
    """Return the runs of the parts of a pattern; raises BadPattern."""
    made = intervals.Runs()
    widths: dict[int, list[tuple[int, int, int]]] = {}
    for part in parts:
        first, last, step, width = read_part(part)
        if step > 1 and first < 0:
            made = made.union(runs_of_numbers(range(first, last + 1, step), width))
        else:
            widths.setdefault(width, []).append((first, last, step))
    for width, ranges in widths.items():
        made = made.union(intervals.from_numbers(ranges, width))
    return made
