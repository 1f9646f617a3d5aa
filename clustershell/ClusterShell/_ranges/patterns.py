"""Reading of range patterns that are not plain: signs, spaces, errors.

Plain ones, ASCII digits and ranges of them, are read by the ``rangetext``
kernel.  This is the whole grammar, one comma-separated part at a time::

    part    = [first "-"] last ["/" step]
    number  = what int() reads; "-" in front makes it negative

A number with a zero in front stands for itself in that many digits; both ends
of a range must then have as many.
"""


class BadPattern(ValueError):
    """A part of a pattern is malformed.

    part: the part, as far as it is known.
    reason: what is wrong with it, in words.
    """

    def __init__(self, part, reason):
        super().__init__(part, reason)
        self.part = part
        self.reason = reason


def read_part(part):
    """Return first, last, step and number of digits of one part of a pattern."""
    part = part.strip()
    text, slash, step_text = part.partition("/")
    if not part:
        raise BadPattern("", "empty range")
    first, last = _ends(part, text)
    if slash and last is None and step_text.strip() != "1":
        raise BadPattern(part, "invalid step usage")
    try:
        step = int(step_text) if slash else 1
        start = int(first)
        stop = start if last is None else int(last)
    except ValueError:
        raise BadPattern(part, "cannot convert string to integer") from None
    if stop < start or step < 1:
        raise BadPattern(part, "invalid values in range")
    return start, stop, step, _width(part, first, first if last is None else last)


def _ends(part, text):
    """Return the texts of the ends of a range, the second None if it has one."""
    fields = [field.strip() for field in text.split("-")]
    if len(fields) == 1:
        return fields[0], None
    if fields[0]:
        ends = fields
    else:
        # A minus in front; the other end may have one, too.
        ends = ["-" + fields[1], *fields[2:]]
        if len(fields) == 4 and not fields[2]:
            ends = [ends[0], "-" + fields[3]]
    if len(ends) > 2:
        raise BadPattern(part, "cannot convert string to integer")
    return ends[0], ends[1] if len(ends) == 2 else None


def _width(part, first, last):
    """Return how many digits the numbers of a range are filled up to, 1 for none."""
    padded = False
    for text in (first, last):
        if text.startswith("-0") and len(text) > 2:
            raise BadPattern(part, "padding not supported in negative ranges")
        padded = padded or (text.startswith("0") and len(text) > 1)
    if padded and len(first) != len(last):
        raise BadPattern(part, "padding length mismatch")
    return len(first) if padded else 1
