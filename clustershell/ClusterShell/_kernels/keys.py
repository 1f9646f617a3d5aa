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
    from cython.cimports.cpython.list import PyList_GET_ITEM
    from cython.cimports.cpython.unicode import (
        PyUnicode_DATA,
        PyUnicode_DecodeASCII,
        PyUnicode_KIND,
    )

if not cython.compiled:

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

# Digits of the longest element that the compiled life takes.
_WIDEST = cython.declare(cython.int, 18)

# The texts of so many keys, those of up to three digits, are kept once they are made, with
# their hashes: most sets have no others.
COMMON_KEYS = cython.declare(cython.longlong, 1110)
_TEXTS = cython.declare(list, [None] * 1110)


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
    if type(text) is not str or PyUnicode_KIND(text) != 1:
        return -1
    at: cython.p_uchar = cython.cast(cython.p_uchar, PyUnicode_DATA(text))
    width: cython.Py_ssize_t = len(cython.cast(str, text))
    value: cython.longlong = 0
    digit: cython.uint
    i: cython.Py_ssize_t
    if width == 0 or width > _WIDEST:
        return -1
    for i in range(width):
        digit = cython.cast(cython.uint, at[i]) - 48
        if digit > 9:
            return -1
        value = value * 10 + digit
    return OFFSET[width] + value


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
        text: str
        if 0 <= key < COMMON_KEYS:
            text = cython.cast(str, PyList_GET_ITEM(_TEXTS, key))
            if text is not None:
                return text
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
        if 0 <= key < COMMON_KEYS:
            _TEXTS[key] = text
        return text

else:
    key_text = text_of
