# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Elements of range sets and their keys.

An element of a range set is a string of digits, and "7", "07" and "007" are
three of them, in order of length, then of digits.  A *key* is the one integer
that says the same: all strings of one digit come first, then all of two, ...::

    "0".."9" -> 0..9    "00".."99" -> 10..109    "000".."999" -> 110..1109

so ``key = OFFSET[length] + value``.  A negative element is its own key.  The
order of keys is the order of elements; so sets are sets of integers, and
padding is known here and in :mod:`rangetext`, and nowhere else.

Compiled, keys stay below ``LIMIT``, which takes elements of up to 18 digits.
Interpreted, there is no limit.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.bits import lowest
    from cython.cimports.ClusterShell._compiled.keys import key_of_digits, put, put_item
    from cython.cimports.ClusterShell._compiled.longs import Longs
    from cython.cimports.cpython.list import PyList_New
    from cython.cimports.cpython.object import PyObject
    from cython.cimports.cpython.ref import Py_INCREF, Py_XDECREF
    from cython.cimports.cpython.unicode import (
        PyUnicode_DATA,
        PyUnicode_DecodeASCII,
        PyUnicode_New,
    )
    from cython.cimports.libc.string import memcpy

if not cython.compiled:
    from ClusterShell._kernels.longs import Longs

    class _Table(dict):
        """A function of the number of digits, computed once for each."""

        def __init__(self, compute):
            self._compute = compute

        def __missing__(self, width):
            value = self[width] = self._compute(width)
            return value

    # OFFSET[w] is the first key of w digits; NEVER is above all keys and counts.
    POWER = _Table(lambda width: 10**width)
    OFFSET = _Table(lambda width: (10**width - 10) // 9 if width else 0)
    NEVER = float("inf")
else:
    _width: cython.int
    OFFSET[0] = OFFSET[1] = 0
    POWER[0] = 1
    for _width in range(1, 19):
        POWER[_width] = POWER[_width - 1] * 10
        OFFSET[_width + 1] = OFFSET[_width] + POWER[_width]
    LIMIT = OFFSET[19]
    NEVER = 0x7FFFFFFFFFFFFFFF
    # Above what has 18 digits comes what is not allowed.
    POWER[19] = NEVER
    # The keys whose texts are in the slots, and one: nothing is 0.
    _KEYS = cython.declare(cython.longlong[8192])
    _TEXTS = cython.declare(cython.pointer[PyObject][8192])

# Digits of the longest element that the compiled life takes.
_WIDEST = cython.declare(cython.int, 18)

# Texts are kept once they are made, with their hashes, one in each of so many slots (a power of
# two): the sets of a site have a few thousand numbers, again and again the same.
SLOTS = cython.declare(cython.longlong, 8192)


@cython.cfunc
@cython.exceptval(check=False)
def width_of(key: cython.longlong) -> cython.int:
    """Return the number of digits of the element of a key (1 if it is negative)."""
    width: cython.int = 1
    while key >= OFFSET[width + 1]:
        width += 1
    return width


def key_of(text: str):
    """Return the key of an element given as ASCII digits, with or without a minus."""
    value: object = int(text)
    # The offset for three digits is 111 - 1, for any number of digits.
    return value if value < 0 else value + int("1" * len(text)) - 1


def text_of(key) -> str:
    """Return the element of a key."""
    if key < 0:
        return str(key)
    width: cython.Py_ssize_t = 1
    power: object = 10
    while key >= power:
        key -= power
        power *= 10
        width += 1
    return str(key).zfill(width)


@cython.cfunc
@cython.exceptval(check=False)
def plain_key(text: object) -> cython.longlong:
    """Return the key of an ASCII digit string of no more than 18; else -1."""
    if not cython.compiled:
        if type(text) is str and len(text) <= _WIDEST and text.isascii() and text.isdigit():
            return OFFSET[len(text)] + int(text)
        return -1
    return key_of_digits(cython.cast(cython.pointer[PyObject], text), OFFSET)


@cython.cfunc
@cython.exceptval(check=False)
def number_key(number: cython.longlong) -> cython.longlong:
    """Return the key of a number below 10^18, unpadded."""
    width: cython.int = 1
    if number < 0:
        return number
    while number >= POWER[width]:
        width += 1
    return OFFSET[width] + number


if cython.compiled:

    @cython.cfunc
    def key_text(key: cython.longlong) -> str:
        """Return the element of a key."""
        digits = cython.declare(cython.char[24])
        to: cython.Py_ssize_t = 24
        width: cython.int = 0
        number: cython.longlong = -key
        slot: cython.Py_ssize_t = key & (SLOTS - 1)
        text: str
        if key >= 0 and _KEYS[slot] == key + 1:
            return cython.cast(str, _TEXTS[slot])
        if key >= 0:
            width = width_of(key)
            number = key - OFFSET[width]
        while width > 0 or number > 0:
            to -= 1
            digits[to] = cython.cast(cython.char, 48 + number % 10)
            number //= 10
            width -= 1
        if key < 0:
            to -= 1
            digits[to] = 45
        text = PyUnicode_DecodeASCII(cython.address(digits[to]), 24 - to, cython.NULL)
        if key >= 0:
            # No code of others runs where texts are given up.
            Py_XDECREF(_TEXTS[slot])
            Py_INCREF(text)
            _TEXTS[slot] = cython.cast(cython.pointer[PyObject], text)
            _KEYS[slot] = key + 1
        return text

    @cython.cfunc
    def add_texts(made: list, lo: cython.longlong, hi: cython.longlong, prefix: str, suffix: str):
        """Append the elements of one run to *made*, each between *prefix* and *suffix*."""
        digits = cython.declare(cython.char[24])
        end: cython.p_char
        carry: cython.p_char
        to: cython.p_char
        stop: cython.longlong
        width: cython.int = 1
        at: cython.int
        number: cython.longlong
        before: cython.Py_ssize_t = len(prefix)
        after: cython.Py_ssize_t = len(suffix)
        ascii: cython.bint
        head: cython.p_void = PyUnicode_DATA(prefix)
        tail: cython.p_void = PyUnicode_DATA(suffix)
        while lo < 0 and lo < hi:
            made.append(f"{prefix}{lo}{suffix}")
            lo += 1
        if lo >= hi:
            return
        ascii = prefix.isascii() and suffix.isascii()
        while lo < hi:
            while lo >= OFFSET[width + 1]:
                width += 1
            stop = min(hi, OFFSET[width + 1])
            end = digits + width
            number = lo - OFFSET[width]
            for at in range(width - 1, -1, -1):
                digits[at] = cython.cast(cython.char, 48 + number % 10)
                number //= 10
            while lo < stop:
                if ascii:
                    text = PyUnicode_New(before + width + after, 127)
                    to = cython.cast(cython.p_char, PyUnicode_DATA(text))
                    memcpy(to, head, before)
                    memcpy(to + before, digits, width)
                    memcpy(to + before + width, tail, after)
                else:
                    text = PyUnicode_DecodeASCII(digits, width, cython.NULL)
                    text = f"{prefix}{text}{suffix}"
                made.append(text)
                lo += 1
                # Count on, in digits.
                carry = end - 1
                while carry > digits and carry[0] == 57:
                    carry[0] = 48
                    carry -= 1
                carry[0] += 1

else:
    key_text = text_of

    def add_texts(made: list, lo: int, hi: int, prefix: str, suffix: str) -> None:
        """Append the elements of one run to *made*, each between *prefix* and *suffix*."""
        while lo < 0 and lo < hi:
            made.append(f"{prefix}{lo}{suffix}")
            lo += 1
        width = 1
        while lo < hi:
            while lo >= OFFSET[width + 1]:
                width += 1
            stop = min(hi, OFFSET[width + 1])
            offset = OFFSET[width]
            if stop - lo == 1:
                made.append(f"{prefix}{lo - offset:0{width}d}{suffix}")
            else:
                template = f"{prefix.replace('%', '%%')}%0{width}d{suffix.replace('%', '%%')}"
                made.extend(map(template.__mod__, range(lo - offset, stop - offset)))
            lo = stop


if cython.compiled:

    @cython.cfunc
    @cython.exceptval(check=False)
    def _count(bounds: Longs) -> cython.longlong:
        """Return the number of keys of runs."""
        count: cython.longlong = 0
        i: cython.Py_ssize_t
        for i in range(0, bounds.size, 2):
            count += bounds.at[i + 1] - bounds.at[i]
        return count

    @cython.cfunc
    def _kept_texts(bounds: Longs, count: cython.Py_ssize_t) -> list:
        """Return the elements of runs, *count* of them, in order; texts from the slots.

        Returns None if other code, which may run as the list is made, has changed how many.
        """
        made: list = PyList_New(count)
        i: cython.Py_ssize_t
        at: cython.Py_ssize_t = 0
        key: cython.longlong
        text: str
        if _count(bounds) != count:
            return None
        for i in range(0, bounds.size, 2):
            for key in range(bounds.at[i], bounds.at[i + 1]):
                if key >= 0 and _KEYS[key & 8191] == key + 1:
                    put_item(made, at, _TEXTS[key & 8191])
                else:
                    text = key_text(key)
                    put_item(made, at, cython.cast(cython.pointer[PyObject], text))
                at += 1
        return made

    @cython.cfunc
    @cython.exceptval(-1, check=False)
    def put_texts(
        plain: object,
        base: cython.longlong,
        words: cython.pointer[cython.const[cython.ulonglong]],
        size: cython.Py_ssize_t,
    ) -> cython.int:
        """Add the elements of the bits of some words, of keys from *base* on, to a plain set."""
        word: cython.ulonglong
        key: cython.longlong
        text: str
        i: cython.Py_ssize_t
        for i in range(size):
            word = words[i]
            while word:
                key = base + 64 * i + lowest(word)
                word &= word - 1
                if key >= 0 and _KEYS[key & 8191] == key + 1:
                    put(plain, _TEXTS[key & 8191])
                else:
                    text = key_text(key)
                    put(plain, cython.cast(cython.pointer[PyObject], text))
        return 0


@cython.cfunc
def texts_of(bounds: Longs, prefix: str, suffix: str) -> list:
    """Return the elements of runs in order, each between *prefix* and *suffix*."""
    made: list = []
    i: cython.Py_ssize_t
    if cython.compiled and not prefix and not suffix:
        count: cython.longlong = _count(bounds)
        kept: list = _kept_texts(bounds, count) if count <= SLOTS else None
        if kept is not None:
            return kept
    for i in range(0, bounds.size, 2):
        add_texts(made, bounds.at[i], bounds.at[i + 1], prefix, suffix)
    return made
