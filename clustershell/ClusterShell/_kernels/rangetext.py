# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""The text of range sets, read and written.

Elements and their keys are those of :mod:`keys`.

Sets come and go as the bounds of their runs (see :mod:`intervals`).  Compiled,
keys stay below ``LIMIT``, which takes elements of up to 18 digits; what does
not fit raises OverflowError.  Interpreted, there is no limit.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.keys import (
        LIMIT,
        OFFSET,
        POWER,
    )
    from cython.cimports.ClusterShell._compiled.longs import Longs
    from cython.cimports.cpython.unicode import (
        PyUnicode_DATA,
        PyUnicode_DecodeASCII,
        PyUnicode_KIND,
    )
    from cython.cimports.libc.stdlib import free, malloc
else:
    from ClusterShell._kernels.keys import OFFSET, POWER
    from ClusterShell._kernels.longs import Longs

# Numbers at a distance are kept one by one: a set has room for so many bounds of them.
_MOST_APART = cython.declare(cython.Py_ssize_t, 1 << 25)

# So many of them are few; and no plain number is as far as that.
_FEW_APART = cython.declare(cython.longlong, 10_000)
_FARTHEST = cython.declare(object, 10**18)

# Digits of the longest element that the compiled life takes.
_WIDEST = cython.declare(cython.int, 18)


@cython.cfunc
@cython.exceptval(-1, check=False)
def add_numbers(
    first: cython.longlong,
    last: cython.longlong,
    step: cython.longlong,
    width: cython.int,
    pairs: Longs,
) -> cython.int:
    """Append the runs of the numbers of a range, filled up to *width* digits.

    :param pairs: gets the two bounds of each run.
    :param step: 1 if there are negative numbers.

    Raises AssertionError, the published error, where numbers at a distance are too many.
    """
    stop: cython.longlong
    offset: cython.longlong
    if step < 1:
        raise ValueError("a step below 1")
    if first > last:
        return 0
    width = max(width, 1)
    if cython.compiled and (first < -LIMIT or last >= POWER[_WIDEST] or width > _WIDEST):
        raise OverflowError("number out of range")
    if first < 0:
        pairs.push(first)
        pairs.push(min(last + 1, 0))
        first = 0
    # Farther than any number from any other is far enough; sums have to fit.
    step = min(step, LIMIT) if cython.compiled else step
    if step > 1 and first <= last:
        if 2 * ((last - first) // step) + pairs.size >= _MOST_APART:
            raise AssertionError("range too large")
        pairs.reserve(cython.cast(cython.Py_ssize_t, 2 * ((last - first) // step + 1)))
    while first <= last:
        while first >= POWER[width]:
            width += 1
        stop = min(last + 1, POWER[width])
        offset = OFFSET[width]
        if step == 1:
            pairs.push(offset + first)
            pairs.push(offset + stop)
            first = stop
        else:
            first = _add_singles(first + offset, stop + offset, step, pairs) - offset
    return 0


@cython.cfunc
@cython.exceptval(-1, check=True)
def _add_singles(
    key: cython.longlong, stop: cython.longlong, step: cython.longlong, pairs: Longs
) -> cython.longlong:
    """Append runs of one key each; return the first key from *stop* on."""
    if not cython.compiled:
        keys = range(key, stop, step)
        size = len(pairs.at)
        pairs.at.extend([0] * (2 * len(keys)))
        pairs.at[size::2] = keys
        pairs.at[size + 1 :: 2] = range(key + 1, stop + 1, step)
        return key + len(keys) * step
    at: cython.pointer[cython.longlong] = pairs.at + pairs.size
    while key < stop:
        at[0] = key
        at[1] = key + 1
        at += 2
        key += step
    pairs.size = at - pairs.at
    return key


# -- writing


@cython.cfunc
def pieces(bounds: Longs, autostep: cython.longlong, at_end: cython.longlong) -> Longs:
    """Return the pieces of the text of a set, each as first, last, step, width.

    The numbers of a piece are filled up to *width* digits, or not at all (0).
    They follow one another at the distance *step*; it is 1 for single ones, and
    0 for a single one that ends the text with nothing to measure it from.

    Numbers are read in order, as many as follow at the same distance and have
    the same padding.  Where that ends, what was read is written as one piece
    if it is contiguous or has more than *autostep* numbers; else all but the
    last are written singly, and the last begins anew.  At the end of the text,
    *at_end* stands for *autostep*.

    Two things follow from what is remembered then, and are part of the
    published text.  A number behind a piece has its distance from there, which
    is why 23 stays alone in ``20-22/2,23,25,27`` with an autostep of 2.  And 98
    behind 01 counts as padded to two digits, as long as no piece comes between
    them, so that 100 does not continue it: ``01,98-99,100``, but
    ``01,50-51,98-100``.
    """
    found: Longs = Longs()
    i: cython.Py_ssize_t
    lo: cython.longlong
    number: cython.longlong
    stop: cython.longlong
    digits: cython.int = 1
    # What was read and not yet written: count numbers from first to last.
    first: cython.longlong = 0
    last: cython.longlong = 0
    step: cython.longlong = 0
    count: cython.longlong = 0
    width: cython.int = 0
    padding: cython.int
    found.reserve(2 * bounds.size)
    for i in range(0, bounds.size, 2):
        lo = bounds.at[i]
        while lo < bounds.at[i + 1]:
            # As far as the number of digits stays the same.
            while lo >= OFFSET[digits + 1]:
                digits += 1
            number = lo - OFFSET[digits]
            lo = min(bounds.at[i + 1], OFFSET[digits + 1])
            stop = lo - OFFSET[digits]
            padding = _padding(number, digits)
            if padding != width and (padding or width != digits):
                _flush(found, first, last, max(step, 1), count, width, autostep)
                count = 0
            while number < stop:
                if count == 0:
                    first = number
                    step = 0
                    count = 1
                    width = padding
                elif step == number - last or step == 0:
                    step = number - last
                    count += 1
                elif step == 1 or count > autostep:
                    _flush(found, first, last, step, count, width, autostep)
                    step = number - last
                    first = number
                    count = 1
                    width = _padding(number, digits)
                else:
                    _flush(found, first, last - step, step, count - 1, width, autostep)
                    step = number - last
                    first = last
                    count = 2
                last = number
                number += 1
                if step == 1:
                    # Contiguous numbers need not be read one by one.
                    last = stop - 1
                    count += stop - number
                    number = stop
    _flush(found, first, last, step, count, width, at_end)
    return found


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _padding(number: cython.longlong, digits: cython.int) -> cython.int:
    """Return *digits* if the number has a zero in front, written with so many; else 0."""
    return digits if digits > 1 and number < POWER[digits - 1] else 0


@cython.cfunc
@cython.inline
@cython.exceptval(-1, check=False)
def _put(
    found: Longs,
    first: cython.longlong,
    last: cython.longlong,
    step: cython.longlong,
    width: cython.longlong,
) -> cython.int:
    found.push(first)
    found.push(last)
    found.push(step)
    found.push(width)
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def _flush(
    found: Longs,
    first: cython.longlong,
    last: cython.longlong,
    step: cython.longlong,
    count: cython.longlong,
    width: cython.longlong,
    autostep: cython.longlong,
) -> cython.int:
    """Write *count* numbers at the same distance, as one piece or singly."""
    if count and (step <= 1 or count > autostep):
        _put(found, first, last, step, width)
        return 0
    while count > 0:
        _put(found, first, first, 1, width)
        first += step
        count -= 1
    return 0


if cython.compiled:

    @cython.cfunc
    @cython.inline
    @cython.exceptval(check=False)
    def _write(to: cython.p_char, number: cython.longlong, width: cython.longlong) -> cython.p_char:
        """Write a number, filled up to *width* digits; return where it ends."""
        end: cython.p_char
        if number < 0:
            to[0] = 45
            to += 1
            number = -number
        while number >= POWER[width] or width == 0:
            width += 1
        end = to + width
        to = end
        while width:
            to -= 1
            to[0] = cython.cast(cython.char, 48 + number % 10)
            number //= 10
            width -= 1
        return end

    @cython.cfunc
    def text_of_pieces(found: Longs) -> str:
        """Return the text of pieces."""
        # A piece takes at most three numbers of 20 characters, and three signs.
        buffer: cython.p_char = cython.cast(cython.p_char, malloc(found.size * 16 + 1))
        if buffer == cython.NULL:
            raise MemoryError()
        to: cython.p_char = buffer
        i: cython.Py_ssize_t
        for i in range(0, found.size, 4):
            if i:
                to[0] = 44
                to += 1
            to = _write(to, found.at[i], found.at[i + 3])
            if found.at[i + 1] != found.at[i]:
                to[0] = 45
                to = _write(to + 1, found.at[i + 1], found.at[i + 3])
                if found.at[i + 2] != 1:
                    to[0] = 47
                    to = _write(to + 1, found.at[i + 2], 0)
        try:
            return PyUnicode_DecodeASCII(buffer, to - buffer, cython.NULL)
        finally:
            free(buffer)

else:

    def text_of_pieces(found: Longs) -> str:
        """Return the text of pieces."""
        parts = []
        at = iter(found.at)
        for first, last, step, width in zip(at, at, at, at):
            if first == last:
                parts.append(f"{first:0{width}d}" if width else str(first))
            elif step == 1:
                parts.append(f"{first:0{width}d}-{last:0{width}d}")
            else:
                parts.append(f"{first:0{width}d}-{last:0{width}d}/{step}")
        return ",".join(parts)


# -- reading


@cython.cfunc
def plain_range(start: object, stop: object, step: object, pad: object) -> Longs:
    """Return the bounds of the runs of a range, filled up to *pad* digits.

    Returns None if it is none, or not of plain integers, or has many runs.
    """
    lo: cython.longlong
    last: cython.longlong
    by: cython.longlong
    pairs: Longs = Longs()
    for given in (start, stop, step, pad):
        if type(given) is not int:
            return None
    if not (-_FARTHEST < start < stop < _FARTHEST and 0 < step < _FARTHEST and 0 <= pad < 18):
        return None
    lo = start
    last = stop - 1
    by = step
    if by > 1 and (lo < 0 or (last - lo) // by > _FEW_APART):
        return None
    add_numbers(lo, last - (last - lo) % by, by, max(pad, 1), pairs)
    return pairs


if cython.compiled:

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def read_plain(
        text: str, start: cython.Py_ssize_t, stop: cython.Py_ssize_t, pairs: Longs
    ) -> cython.bint:
        """Append the runs that a folded text stands for.

        Returns False, having perhaps appended some, if there is anything but
        ranges of ASCII digits, if one is malformed, or if one has more than 18.
        """
        if PyUnicode_KIND(text) != 1:
            return False
        at: cython.p_uchar = cython.cast(cython.p_uchar, PyUnicode_DATA(text))
        end: cython.p_uchar = at + stop
        number = cython.declare(cython.longlong[3])
        digits = cython.declare(cython.Py_ssize_t[3])
        field: cython.int
        mark: cython.p_uchar
        at += start
        while True:
            # Up to three numbers: first, last and step.
            field = 0
            while True:
                mark = at
                number[field] = 0
                while at < end and 48 <= at[0] <= 57 and at - mark < _WIDEST:
                    number[field] = number[field] * 10 + (at[0] - 48)
                    at += 1
                digits[field] = at - mark
                if digits[field] == 0:
                    return False
                if field == 2 or at == end or at[0] != (47 if field else 45):
                    break
                field += 1
                at += 1
            if at < end and at[0] != 44:
                return False
            if field == 0:
                number[1] = number[0]
            elif number[1] < number[0]:
                return False
            elif digits[0] != digits[1] and (
                (digits[0] > 1 and number[0] < POWER[digits[0] - 1])
                or number[1] < POWER[digits[1] - 1]
            ):
                return False
            if field < 2:
                number[2] = 1
            elif number[2] == 0:
                return False
            add_numbers(number[0], number[1], number[2], digits[0], pairs)
            if at == end:
                return True
            at += 1

else:
    # The longest part of a text that holds only numbers of digits that anybody has.
    _LONGEST = 100

    def read_plain(text: str, start: int, stop: int, pairs: Longs) -> bool:
        """Append the runs that a folded text stands for.

        Returns False, having perhaps appended some, if there is anything but
        ranges of ASCII digits, or if one is malformed.
        """
        if start or stop < len(text):
            text = text[start:stop]
        if not text.isascii():
            return False
        for part in text.split(","):
            if len(part) > _LONGEST:
                # It may hold numbers that are refused: not for us to tell.
                return False
            if part.isdigit():
                key = OFFSET[len(part)] + int(part)
                pairs.push(key)
                pairs.push(key + 1)
                continue
            first, _, rest = part.partition("-")
            last, slash, step = rest.partition("/")
            if not (first.isdigit() and last.isdigit() and (step.isdigit() or not slash)):
                return False
            lo = int(first)
            hi = int(last)
            width = len(first)
            if width != len(last) and (len(str(lo)) != width or len(str(hi)) != len(last)):
                return False
            distance = int(step) if slash else 1
            if hi < lo or distance == 0:
                return False
            add_numbers(lo, hi, distance, width, pairs)
        return True
