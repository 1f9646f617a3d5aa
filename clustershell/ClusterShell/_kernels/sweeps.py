# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""The algebra of two sets of keys in one pass: over their bounds, or over words of bits.

**Bounds** (see :mod:`keyset`).  Let p and q be bounds of two sets, those of one kind of both
merged in order.  Then, pairing p and q by rank, the runs of a result are the
pairs with p < q:

* intersection: p the starts, without the first; q the stops;
* difference: the same with the other set turned inside out, which is to say
  its stops taken for starts and its starts for stops;
* union: the pairs are the *gaps*: p the stops; q the starts, without the
  first.  This holds for any number of sets.

The symmetric difference is all bounds merged, equal ones cancelling out.

What that takes to prepare is longer than to merge a few bounds; so those of short sets, compiled,
are merged one after the other, keeping in mind which of the sets the key at hand is in.

**Bits** (see :mod:`bits`).  Word by word, however the windows of the two sets lie.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.bits import Bits, uncleared
    from cython.cimports.ClusterShell._compiled.keys import NEVER
    from cython.cimports.ClusterShell._compiled.longs import Longs
    from cython.cimports.libc.string import memcpy, memset
else:
    from ClusterShell._kernels.bits import Bits, of_number
    from ClusterShell._kernels.longs import Longs

__all__: list = []

# Operations: a bit for keys only in the second set, only in the first one, and in both.
UNION = cython.declare(cython.int, 0b1110)
COMMON = cython.declare(cython.int, 0b1000)
ONLY = cython.declare(cython.int, 0b0100)
EITHER = cython.declare(cython.int, 0b0110)
ONLY_OTHER = cython.declare(cython.int, 0b0010)


# -- bounds


@cython.cfunc
@cython.exceptval(-1, check=False)
def unite(made: Longs, a: Longs, b: Longs) -> cython.int:
    """Append to *made*, which is empty, the union of two sets."""
    if not cython.compiled:
        x = a.at
        y = b.at
        found = made.at
        if not x or not y:
            found += x or y
            return 0
        p = x[1::2] + y[1::2]
        q = x[::2] + y[::2]
        p.sort()
        q.sort()
        found.append(q.pop(0))
        for low, high in zip(p, q):
            if low < high:
                found += (low, high)
        found.append(p[-1])
        return 0
    n: cython.Py_ssize_t = a.size
    m: cython.Py_ssize_t = b.size
    if n == 0 or m == 0:
        made.extend(a, 0, n)
        made.extend(b, 0, m)
        return 0
    made.push(min(a.at[0], b.at[0]))
    sweep(made, a, 1, b, 1, 0, 1)
    made.push(max(a.at[n - 1], b.at[m - 1]))
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def sweep(
    made: Longs,
    a: Longs,
    a_kind: cython.Py_ssize_t,
    b: Longs,
    b_kind: cython.Py_ssize_t,
    skip_p: cython.Py_ssize_t,
    skip_q: cython.Py_ssize_t,
) -> cython.int:
    """Append to *made* the pairs with p < q; see above.

    :param a_kind: which bounds of *a* are p, 0 the starts or 1 the stops; the others are q.
    :param b_kind: the same of *b*.
    :param skip_p: how many of the first p to leave out.
    :param skip_q: how many of the first q to leave out.
    """
    if not cython.compiled:
        p = a.at[a_kind::2] + b.at[b_kind::2]
        q = a.at[1 - a_kind :: 2] + b.at[1 - b_kind :: 2]
        p.sort()
        q.sort()
        del p[:skip_p], q[:skip_q]
        found = made.at
        for low, high in zip(p, q):
            if low < high:
                found += (low, high)
        return 0
    # Whether a pair counts is known once it is written, one too many.
    made.reserve(a.size + b.size + 2)
    # Behind its last bound each array gets one more of each kind, beyond all
    # others: so the merge need not look out for the ends.
    a.reserve(2)
    b.reserve(2)
    a.at[a.size] = a.at[a.size + 1] = NEVER
    b.at[b.size] = b.at[b.size + 1] = NEVER
    ap: cython.pointer[cython.longlong] = a.at + a_kind
    bp: cython.pointer[cython.longlong] = b.at + b_kind
    aq: cython.pointer[cython.longlong] = a.at + (1 - a_kind)
    bq: cython.pointer[cython.longlong] = b.at + (1 - b_kind)
    out: cython.pointer[cython.longlong] = made.at + made.size
    low: cython.longlong
    high: cython.longlong
    first: cython.bint
    rest: cython.Py_ssize_t
    if skip_p:
        if ap[0] <= bp[0]:
            ap += 2
        else:
            bp += 2
    if skip_q:
        if aq[0] <= bq[0]:
            aq += 2
        else:
            bq += 2
    # No branch depends on the data: a wrong guess costs more than all of this.
    for rest in range((a.size + b.size) // 2 - (skip_p | skip_q)):
        first = ap[0] <= bp[0]
        low = ap[0] if first else bp[0]
        ap += 2 * first
        bp += 2 - 2 * first
        first = aq[0] <= bq[0]
        high = aq[0] if first else bq[0]
        aq += 2 * first
        bq += 2 - 2 * first
        out[0] = low
        out[1] = high
        out += 2 * (low < high)
    made.size = out - made.at
    return 0


@cython.cfunc
@cython.exceptval(-1, check=False)
def cancel(made: Longs, a: Longs, b: Longs) -> cython.int:
    """Append to *made*, which is empty, the bounds that only one of two sets has."""
    if not cython.compiled:
        found = made.at
        for bound in sorted(a.at + b.at):
            if found and found[-1] == bound:
                found.pop()
            else:
                found.append(bound)
        return 0
    a.reserve(1)
    b.reserve(1)
    a.at[a.size] = NEVER
    b.at[b.size] = NEVER
    made.reserve(a.size + b.size + 1)
    ap: cython.pointer[cython.longlong] = a.at
    bp: cython.pointer[cython.longlong] = b.at
    out: cython.pointer[cython.longlong] = made.at
    x: cython.longlong
    y: cython.longlong
    while ap < a.at + a.size or bp < b.at + b.size:
        x = ap[0]
        y = bp[0]
        out[0] = x if x < y else y
        out += x != y
        ap += x <= y
        bp += y <= x
    made.size = out - made.at
    return 0


if cython.compiled:

    @cython.cfunc
    @cython.exceptval(check=False)
    def merge(
        out: cython.pointer[cython.longlong],
        a: cython.pointer[cython.longlong],
        n: cython.Py_ssize_t,
        b: cython.pointer[cython.longlong],
        m: cython.Py_ssize_t,
        operation: cython.int,
    ) -> cython.Py_ssize_t:
        """Write the result of an operation on *n* and *m* bounds, one more than it has.

        Returns how many these are.
        """
        begin: cython.pointer[cython.longlong] = out
        a_end: cython.pointer[cython.longlong] = a + n
        b_end: cython.pointer[cython.longlong] = b + m
        x: cython.longlong
        y: cython.longlong
        # The bit of the keys at hand, and whether those of the result are.
        place: cython.int = 0
        was: cython.int = 0
        member: cython.int
        # As in a sweep, no branch depends on the data.
        while a < a_end and b < b_end:
            x = a[0]
            y = b[0]
            out[0] = x if x < y else y
            place ^= 2 * (x <= y) + (y <= x)
            a += x <= y
            b += y <= x
            member = (operation >> place) & 1
            out += member != was
            was = member
        while a < a_end:
            out[0] = a[0]
            place ^= 2
            a += 1
            member = (operation >> place) & 1
            out += member != was
            was = member
        while b < b_end:
            out[0] = b[0]
            place ^= 1
            b += 1
            member = (operation >> place) & 1
            out += member != was
            was = member
        return out - begin

    @cython.cfunc
    @cython.exceptval(check=False)
    def inside(
        a: cython.pointer[cython.longlong],
        n: cython.Py_ssize_t,
        b: cython.pointer[cython.longlong],
        m: cython.Py_ssize_t,
    ) -> cython.bint:
        """Tell if all runs of *n* bounds are within runs of *m*."""
        i: cython.Py_ssize_t
        k: cython.Py_ssize_t = 0
        for i in range(0, n, 2):
            while k < m and b[k + 1] < a[i + 1]:
                k += 2
            if k >= m or b[k] > a[i]:
                return False
        return True

    @cython.cfunc
    @cython.exceptval(check=False)
    def meet(
        a: cython.pointer[cython.longlong],
        n: cython.Py_ssize_t,
        b: cython.pointer[cython.longlong],
        m: cython.Py_ssize_t,
    ) -> cython.bint:
        """Tell if runs of *n* and of *m* bounds have a key in common."""
        i: cython.Py_ssize_t = 0
        k: cython.Py_ssize_t = 0
        while i < n and k < m:
            if a[i + 1] <= b[k]:
                i += 2
            elif b[k + 1] <= a[i]:
                k += 2
            else:
                return True
        return False


# -- bits, and how sets become such


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


# -- algebra of bits


if not cython.compiled:

    def _beside(a: Bits, b: Bits) -> int:
        """Return the bits of *b* as those of the window of *a* and more; none if they lie apart."""
        places = b.base - a.base
        if places > 64 * a.size:
            return 0
        number = b.as_number()
        # To move an integer by nothing makes another one.
        return number << places if places > 0 else number >> -places if places else number


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
        places = b.base - base
        right = b.as_number() << places if places else b.as_number()
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
        return of_number(b.base if size else a.base, size, _beside(b, a) & b.as_number())
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
        return of_number(a.base, a.size, left ^ (left & _beside(a, b)))
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
        return bool(_beside(b, a) & b.as_number())
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
        right = _beside(a, b)
        return a.as_number() | right != right
    ahead: cython.Py_ssize_t = (a.base - b.base) >> 6
    i: cython.Py_ssize_t
    k: cython.Py_ssize_t
    for i in range(a.size):
        k = ahead + i
        if a.at[i] & ~(b.at[k] if 0 <= k < b.size else 0):
            return True
    return False
