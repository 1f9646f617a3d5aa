"""Reading the text of a node set: operators, brackets, digits.

The grammar, whose words are *items* joined by operators::

    text  := item ((',' | '!' | '&' | '^') item)*      evaluated from left to right
    item  := (plain | '[' ranges ']')+                 no two brackets side by side

White space around an item does not count.  Digits outside brackets are indexes
as well, so every name is a *pattern*, where ``%s`` stands for an index (a ``%``
of the name itself is doubled), and one text of ranges for each index.  Digits
that touch a bracket belong to its ranges: ``n1[2-3]0`` is ``n[120,130]``.

This module knows text and ranges only: it resolves no group and builds no node set.
"""

from __future__ import annotations

from ClusterShell._nodes.errors import BadRanges, BadText
from ClusterShell._ranges.patterns import LARGEST
from ClusterShell.RangeSet import RangeSet, RangeSetParseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

OPERATORS = ",!&^"
DIGITS = "0123456789"

# An index of more digits may be too large.
_MOST_DIGITS = 100


def _missing_operand(operator: str, part: Any) -> BadText:
    return BadText(part, f"missing nodeset operand with '{operator}' operator")


def next_operator(text: str, start: int = 0) -> tuple[int, str | None]:
    """Return position and character of the first operator from *start* on, (-1, None) if none."""
    end = len(text)
    # Looked for piece by piece: what it costs follows from how near it is.
    length = 128
    while start < end:
        first, found = min(start + length, end), None
        for operator in OPERATORS:
            at = text.find(operator, start, first)
            if at >= 0:
                first, found = at, operator
        if found is not None:
            return first, found
        start += length
        length *= 2
    return -1, None


def _is_digit(char: str) -> bool:
    # The decimal digits of any script are indexes, superscripts are not.
    return char in DIGITS or (char > "\x7f" and char.isdecimal())


def _index(digits: str) -> str:
    """Return the index that a run of digits of any script is."""
    plain = digits if digits.isascii() else "".join(str(int(char)) for char in digits)
    if len(plain) > _MOST_DIGITS:
        try:
            too_large = int(plain) > LARGEST
        except ValueError:
            too_large = True
        if too_large:
            raise BadRanges(RangeSetParseError(digits, "invalid rangeset index"))
    return plain


def split_digits(text: str, axes: list[Any]) -> str:
    """Return ``text`` with ``%s`` for each run of digits, appended to ``axes``.

    Raises BadRanges for a number that is too large.
    """
    if text.isascii():
        if text.isalpha():
            return text
    elif not any(map(_is_digit, text)):
        return text
    pieces = []
    start = at = 0
    end = len(text)
    while at < end:
        if not _is_digit(text[at]):
            at += 1
            continue
        pieces.append(text[start:at])
        start = at
        while at < end and _is_digit(text[at]):
            at += 1
        axes.append(_index(text[start:at]))
        pieces.append("%s")
        start = at
    pieces.append(text[start:])
    return "".join(pieces)


def _range_set(text: str, autostep: int | None) -> RangeSet:
    try:
        return RangeSet(text, autostep)
    except RangeSetParseError as exc:
        raise BadRanges(exc) from exc


def read_axes(axes: list[Any], autostep: int | None) -> None:
    """Replace, in a list, the texts of ranges by range sets; raises BadRanges."""
    for axis, text in enumerate(axes):
        if text.__class__ is str:
            axes[axis] = _range_set(text, autostep)


def _refuse_negative(ranges: str, digits: str) -> None:
    # "-1" with digits on either side would be read as another number.
    if any(part.strip().startswith("-") for part in ranges.split(",")):
        raise BadText(ranges, f'cannot join digits "{digits}" to negative ranges')


def amend_leading(outer: str, ranges: str) -> tuple[str, str]:
    """Move the digits that end ``outer`` to the front of each of ``ranges``.

    Returns both texts.  Raises BadRanges where ``ranges`` are none.
    """
    stem = outer.rstrip(DIGITS)
    digits = outer[len(stem) :]
    if not digits:
        return outer, ranges
    parsed = str(_range_set(ranges, None))
    _refuse_negative(parsed, digits)
    amended = [
        "-".join([digits + bound for bound in part.split("-")]) for part in parsed.split(",")
    ]
    return stem, ",".join(amended)


def amend_trailing(outer: str, ranges: str) -> tuple[str, str]:
    """Move the digits that begin ``outer`` to the end of each of ``ranges``."""
    rest = outer.lstrip(DIGITS)
    digits = outer[: len(outer) - len(rest)]
    if not digits:
        return outer, ranges
    if "/" in ranges:
        raise BadText(outer, "illegal trailing digits after range with steps")
    _refuse_negative(ranges, digits)
    step = "/1" + "0" * len(digits)
    amended = []
    for part in ranges.split(","):
        bounds = [bound + digits for bound in part.split("-")]
        amended.append("-".join(bounds) + (step if len(bounds) > 1 else ""))
    return rest, ",".join(amended)


def closes_early(text: str, start: int = 0) -> bool:
    """Tell whether *text* from *start* on closes a bracket before it opens one."""
    opening = text.find("[", start)
    return text.find("]", start, len(text) if opening < 0 else opening) >= 0


def _read_bracket(text: str, at: int, axes: list[Any]) -> tuple[str, int]:
    """Read what is from *at* on up to the end of the next bracket and digits behind it.

    Returns the pattern of it and the position behind it; appends to *axes*.
    """
    opening = text.find("[", at)
    closing = text.find("]", opening + 1)
    outer = text[at:opening]
    if "]" in outer:
        raise BadText(outer, "illegal closing bracket")
    ranges = text[opening + 1 : closing]
    at = behind = closing + 1
    if closes_early(text, at):
        raise BadText(text[at:], "illegal closing bracket")
    while behind < len(text) and text[behind] in DIGITS:
        behind += 1
    if behind > at:
        digits = text[at:behind]
        try:
            _, ranges = amend_trailing(digits, ranges)
        except BadText as exc:
            raise BadText(text[at:] if exc.part == digits else exc.part, exc.reason) from None
    outer, ranges = amend_leading(outer, ranges)
    pattern = split_digits(outer, axes) + "%s"
    axes.append(ranges)
    if text.startswith("[", behind):
        raise BadText(text[behind:], "illegal reopening bracket")
    return pattern, behind


def _bracketed_item(
    text: str, start: int, axes: list[Any], autostep: int | None
) -> tuple[str, str | None, int]:
    """Read the item with brackets that begins at *start*.

    Returns its pattern, its operator (None at the end) and the position behind that.
    """
    pieces = []
    at = start
    while True:
        if text.find("]", text.find("[", at) + 1) < 0:
            raise BadText(text[start:], "missing bracket")
        pattern, at = _read_bracket(text, at, axes)
        pieces.append(pattern)
        read_axes(axes, autostep)
        end, operator = next_operator(text, at)
        opening = text.find("[", at, len(text) if end < 0 else end)
        if opening < 0:
            break
    outer = text[at:] if operator is None else text[at:end]
    pieces.append(split_digits(outer.rstrip(), axes))
    return "".join(pieces), operator, len(text) if operator is None else end + 1


def scan(
    text: str, autostep: int | None, operator: str | None = ","
) -> Iterator[tuple[str, str, list[Any]]]:
    """Yield ``(operator, pattern, axes)`` for each item of ``text``.

    The operator is the character before the item, for the first the argument; axes
    are a list with a range set for each ``%s`` of the pattern.  Raises BadText.
    """
    # Positions in one text, which is never copied: very many items cost what they are long.
    text = text.replace("%", "%%").rstrip()
    end = len(text)
    position = 0
    while operator is not None:
        while position < end and text[position].isspace():
            position += 1
        axes: list[Any] = []
        at, following = next_operator(text, position)
        if text.find("[", position, end if at < 0 else at) >= 0:
            pattern, following, position = _bracketed_item(text, position, axes, autostep)
            if following is not None and position == end:
                raise _missing_operand(following, None)
        else:
            item = text[position:] if following is None else text[position:at]
            position = end if following is None else at + 1
            name = item.strip()
            if not name:
                raise _missing_operand(following or operator, text[position:])
            if following is not None and position == end:
                raise _missing_operand(following, item)
            if "]" in name:
                raise BadText(item, "illegal closing bracket")
            pattern = split_digits(name, axes)
        read_axes(axes, autostep)
        yield operator, pattern, axes
        operator = following
