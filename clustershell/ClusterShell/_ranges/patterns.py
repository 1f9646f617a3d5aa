"""Reading of range patterns that are not plain: signs, spaces, errors.

Plain ones, ASCII digits and ranges of them, are read by the ``rangetext``
kernel.  This is the whole grammar, one comma-separated part at a time::

    part   = number [ "/1" ] | ( number "-" number | "-" number ) [ "/" step ]
    number = [ "-" ] what int() reads

A number with zeros in front stands for itself in that many digits; both ends
of a range must have as many then.
"""

from __future__ import annotations

#: Numbers beyond are refused.
LARGEST = 1e100


class BadPattern(Exception):
    """A part of a pattern is malformed.

    part: the part, as far as it is known.
    reason: what is wrong with it, in words.
    """

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(part, reason)
        self.part = part
        self.reason = reason


def read_part(part: str) -> tuple[int, int, int, int]:
    """Return first, last, step and number of digits of one part of a pattern."""
    part = part.strip()
    if not part:
        raise BadPattern(part, "empty range")
    text, slash, step_text = part.partition("/")
    ends = _ends(text)
    try:
        step = int(step_text) if slash else 1
        if "-" not in text and step != 1:
            raise BadPattern(part, "invalid step usage")
        values = [-int(digits) if negative else int(digits) for negative, digits in ends]
        if values[0]:
            # Without its zeros the first must be a number, too: "0_1" is none.
            int(ends[0][1].lstrip("0"))
    except ValueError:
        raise BadPattern(part, "cannot convert string to integer") from None
    width = _width(part, ends)
    first, last = values[0], values[-1]
    if last < first or step < 1 or last > LARGEST or first < -LARGEST:
        raise BadPattern(part, "invalid values in range")
    return first, last, step, width


def _ends(text: str) -> list[tuple[bool, str]]:
    """Return the ends of a range, one or two, as (is negative, rest of the text)."""
    fields = [field.strip() for field in text.split("-")]
    ends: list[tuple[bool, str]] = []
    at = 0
    while at < len(fields) and len(ends) < 2:
        # An empty field is what comes before a minus; only the second number
        # of a range that begins with a minus may have one.
        negative = not fields[at] and at + 1 < len(fields) and (at == 0 or ends[0][0])
        at += negative
        ends.append((negative, fields[at]))
        at += 1
    if at < len(fields):
        # Too many of them: int() will not have it.
        ends[-1] = (False, text)
    return ends


def _width(part: str, ends: list[tuple[bool, str]]) -> int:
    """Return how many digits the numbers of a range are filled up to, 1 for none."""
    first = ends[0][1]
    last = ends[-1][1]
    padded = first[0] == "0" if int(first) else len(first) > 1
    if len(first) != len(last) and (padded or (int(last) and last[0] == "0")):
        raise BadPattern(part, "padding length mismatch")
    if padded and ends[0][0]:
        raise BadPattern(part, "padding not supported in negative ranges")
    return len(first) if padded else 1
