# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Sets of bits (see :mod:`bits`) made, and the algebra of two, however their windows lie."""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.bits import Bits, uncleared
    from cython.cimports.ClusterShell._compiled.longs import Longs
    from cython.cimports.libc.string import memcpy, memset
else:
    from ClusterShell._kernels.bits import Bits, of_number
    from ClusterShell._kernels.longs import Longs

__all__: list = []


@cython.cfunc
def bits_of_keys(keys: Longs, lo: cython.longlong, hi: cython.longlong) -> Bits:
    """Return keys, in any order, all of them from *lo* to before *hi*, as bits."""
    made: Bits = Bits()
    i: cython.Py_ssize_t
    made.clear(lo, hi)
    if not cython.compiled:
        # One byte for each key, which then becomes one bit.  The last is first.
        last = made.stop() - 1
        digits = bytearray(b"0") * (64 * made.size)
        for key in keys.at:
            digits[last - key] = 49
        made.number = int(digits, 2)
        return made
    place: cython.longlong
    for i in range(keys.size):
        place = keys.at[i] - made.base
        made.at[place >> 6] |= cython.cast(cython.ulonglong, 1) << (place & 63)
    return made


@cython.cfunc
def bits_of_bounds(bounds: Longs, lo: cython.longlong, hi: cython.longlong) -> Bits:
    """Return runs, all of them from *lo* to before *hi*, as bits."""
    made: Bits = Bits()
    made.clear(lo, hi)
    made.put_bounds(bounds)
    return made


# -- algebra


@cython.cfunc
def united(a: Bits, b: Bits, cancelling: cython.bint) -> Bits:
    """Return the keys of either of two sets; without those of both if *cancelling*."""
    if a.base > b.base:
        a, b = b, a
    base: cython.longlong = a.base
    ahead: cython.Py_ssize_t = (b.base - base) >> 6
    size: cython.Py_ssize_t = max(a.size, ahead + b.size)
    if not cython.compiled:
        left = a.as_number()
        right = b.as_number() << (b.base - base)
        return of_number(base, size, left ^ right if cancelling else left | right)
    made: Bits = uncleared(base, size)
    word: cython.Py_ssize_t = cython.sizeof(cython.ulonglong)
    common: cython.Py_ssize_t = max(min(a.size - ahead, b.size), 0)
    alone: cython.Py_ssize_t = min(a.size, ahead)
    i: cython.Py_ssize_t
    memcpy(made.at, a.at, alone * word)
    memset(made.at + alone, 0, (ahead - alone) * word)
    to: cython.pointer[cython.ulonglong] = made.at + ahead
    x: cython.pointer[cython.ulonglong] = a.at + alone
    y: cython.pointer[cython.ulonglong] = b.at
    if cancelling:
        for i in range(common):
            to[i] = x[i] ^ y[i]
    else:
        for i in range(common):
            to[i] = x[i] | y[i]
    if common < b.size:
        memcpy(to + common, y + common, (b.size - common) * word)
    else:
        memcpy(to + common, x + common, (size - ahead - common) * word)
    return made


@cython.cfunc
def common(a: Bits, b: Bits) -> Bits:
    """Return the keys of both of two sets."""
    if a.base > b.base:
        a, b = b, a
    ahead: cython.Py_ssize_t = (b.base - a.base) >> 6
    size: cython.Py_ssize_t = max(min(a.size - ahead, b.size), 0)
    if not cython.compiled:
        # Nothing is left of it where they lie apart.
        left = a.as_number() >> (b.base - a.base)
        return of_number(b.base if size else a.base, size, left & b.as_number())
    made: Bits = uncleared(b.base, size)
    i: cython.Py_ssize_t
    to: cython.pointer[cython.ulonglong] = made.at
    x: cython.pointer[cython.ulonglong] = a.at + min(ahead, a.size)
    y: cython.pointer[cython.ulonglong] = b.at
    for i in range(size):
        to[i] = x[i] & y[i]
    return made


@cython.cfunc
def without(a: Bits, b: Bits) -> Bits:
    """Return the keys of *a* that are not in *b*."""
    if not cython.compiled:
        left = a.as_number()
        both = common(a, b)
        return of_number(a.base, a.size, left ^ (both.number << max(both.base - a.base, 0)))
    # Where the common stretch begins in either, and ends in a.
    first: cython.Py_ssize_t = min(max((b.base - a.base) >> 6, 0), a.size)
    start: cython.Py_ssize_t = max((a.base - b.base) >> 6, 0)
    size: cython.Py_ssize_t = max(min(a.size - first, b.size - start), 0)
    i: cython.Py_ssize_t
    made: Bits = a.copy()
    to: cython.pointer[cython.ulonglong] = made.at + first
    y: cython.pointer[cython.ulonglong] = b.at + min(start, b.size)
    for i in range(size):
        to[i] &= ~y[i]
    return made


@cython.cfunc
@cython.exceptval(check=False)
def overlap(a: Bits, b: Bits) -> cython.bint:
    """Tell if two sets have a key in common."""
    if a.base > b.base:
        a, b = b, a
    ahead: cython.Py_ssize_t = (b.base - a.base) >> 6
    size: cython.Py_ssize_t = min(a.size - ahead, b.size)
    if not cython.compiled:
        return bool((a.as_number() >> (b.base - a.base)) & b.as_number())
    i: cython.Py_ssize_t
    for i in range(size):
        if a.at[ahead + i] & b.at[i]:
            return True
    return False


@cython.cfunc
@cython.exceptval(check=False)
def exceeds(a: Bits, b: Bits) -> cython.bint:
    """Tell if *a* has a key that *b* has not."""
    if not cython.compiled:
        return bool(without(a, b).number)
    ahead: cython.Py_ssize_t = (a.base - b.base) >> 6
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    for i in range(a.size):
        k = ahead + i
        if a.at[i] & ~(b.at[k] if 0 <= k < b.size else 0):
            return True
    return False
