# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""A set of keys beside a plain set, of texts of ASCII digits and integers.

An integer is none of the elements.  Compiled, a set of keys that is not too wide is looked up as
bits, in which nothing has to be searched for, and no text be made to be compared.
"""

from __future__ import annotations

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.bits import Bits
    from cython.cimports.ClusterShell._compiled.intervals import Runs
    from cython.cimports.ClusterShell._compiled.keys import (
        OFFSET,
        key_of_digits,
        key_text,
        plain_key,
        put,
        put_texts,
        texts_of,
    )
    from cython.cimports.ClusterShell._compiled.keyset import window_words
    from cython.cimports.ClusterShell._compiled.operands import (
        Elements,
        is_container,
        is_integer,
        is_plain_set,
        next_element,
        short_bits,
        start_elements,
    )
    from cython.cimports.ClusterShell._compiled.plains import (
        Window,
        new_frozenset,
        new_set,
    )
    from cython.cimports.ClusterShell._compiled.sweeps import (
        COMMON,
        EITHER,
        ONLY,
        ONLY_OTHER,
        UNION,
    )
    from cython.cimports.cpython.object import PyObject
    from cython.cimports.libc.string import memcpy, memset
else:
    from ClusterShell._kernels.intervals import Runs
    from ClusterShell._kernels.keys import key_text, plain_key, texts_of
    from ClusterShell._kernels.operands import is_container, is_plain_set
    from ClusterShell._kernels.sweeps import COMMON, EITHER, ONLY, ONLY_OTHER, UNION

__all__: list = []

# A window of so many words is on the stack.
_ROOM = cython.declare(cython.Py_ssize_t, 128)

# For more look-ups than this it pays to keep a set as bits.
_SEVERAL = cython.declare(cython.Py_ssize_t, 64)

# So many elements are looked up one by one before all are.
_SAMPLE = cython.declare(cython.Py_ssize_t, 3)

# So many elements are found as fast in a plain set of them.
_SMALL = cython.declare(cython.Py_ssize_t, 256)

# The elements of a set are kept if they are no more.
_KEPT = cython.declare(cython.longlong, 4096)

# All bits of a word.
_ALL = cython.declare(cython.ulonglong, 0xFFFFFFFFFFFFFFFF)


# -- the elements, kept from the second time on that they are asked for while the set stays as it
# is.  To make them may run other code, which may edit it.


@cython.cfunc
def in_order(runs: Runs) -> object:
    """Return the elements in order, a list or a tuple."""
    if not cython.compiled:
        return texts_of(runs.flat(), "", "")
    edits: cython.longlong = runs.edits
    made: object = runs.order
    if type(made) is tuple:
        return made
    made = texts_of(runs.flat(), "", "")
    if runs.edits != edits:
        return made
    if runs.order is None:
        runs.order = True
    elif runs.number() <= _KEPT:
        made = tuple(made)
        if runs.edits == edits:
            runs.order = made
    return made


if cython.compiled:

    @cython.cfunc
    def _as_set(runs: Runs) -> object:
        """Return the elements as a plain set, not to be changed; None if that does not pay."""
        edits: cython.longlong = runs.edits
        kept: object = runs.plain
        if kept is None:
            runs.plain = True
        elif kept is not True:
            return kept
        elif runs.number() <= _KEPT:
            kept = set(in_order(runs))
            if runs.edits == edits:
                runs.plain = kept
                return kept
        return None


# -- operations


@cython.cfunc
def plainly(
    runs: Runs, operation: cython.int, other: object, reflected: cython.bint = False
) -> object:
    """Return the result of an operation with a plain set, which is on the left if *reflected*.

    It is a plain set; None if *other* is none, or one of its elements is not plain.
    """
    if not is_plain_set(other):
        return None
    frozen: cython.bint = reflected and type(other) is frozenset
    count = runs.number() if cython.compiled else runs.count()
    made: object = None
    # A look-up takes a little longer than to read a text.
    few: cython.bint = 4 * count < 3 * len(other)
    if cython.compiled:
        if count <= _SMALL or few or operation == UNION:
            made = _by_sets(runs, operation, other, reflected)
        if made is not None:
            return made
    if few and (operation == ONLY or operation == COMMON):
        return _looked_up(in_order(runs), other, operation == COMMON, frozen)
    if cython.compiled and operation != UNION:
        made = _by_bits(runs, operation, other, reflected)
        if made is not None:
            return made
    if operation == ONLY_OTHER or operation == COMMON:
        made = _those(runs, other, operation == COMMON)
        return frozenset(made) if frozen and made is not None else made
    texts = in_order(runs)
    if reflected and operation == UNION:  # of equal elements the left ones are kept
        return other.union(texts)
    if frozen and operation == EITHER:
        return other.symmetric_difference(texts)
    if operation == ONLY:
        return _looked_up(texts, other, False, False)
    return set(texts) | other if operation == UNION else set(texts) ^ other


@cython.cfunc
def _looked_up(texts: object, other: object, inside: cython.bint, frozen: cython.bint) -> object:
    """Return those of some texts that are in a plain set, or are not."""
    if not cython.compiled:
        found = set(texts) & other if inside else set(texts) - other
        return frozenset(found) if frozen else found
    made = new_frozenset(cython.NULL) if frozen else new_set(cython.NULL)
    for text in texts:
        if (text in cython.cast(set, other)) == inside:
            put(made, cython.cast(cython.pointer[PyObject], text))
    return made


if cython.compiled:

    @cython.cfunc
    def _by_sets(
        runs: Runs, operation: cython.int, other: object, reflected: cython.bint
    ) -> object:
        """Return what :func:`plainly` does, from the elements as a plain set.

        Returns None if these are not kept, or if words are gone through faster than they are.
        """
        some = cython.declare(Elements)
        element: cython.pointer[PyObject]
        if reflected and operation != COMMON and runs.number() > _SMALL:
            start_elements(cython.address(some), other)
            element = next_element(cython.address(some))
            if element == cython.NULL or is_integer(element) == (operation == ONLY_OTHER):
                return None
        mine = _as_set(runs)
        if mine is None:
            return None
        if operation == UNION:
            return other | mine if reflected else mine | other
        if operation == COMMON:
            return other & mine if reflected else mine & other
        if operation == EITHER:
            return other ^ mine if reflected else mine ^ other
        return other - mine if operation == ONLY_OTHER else mine - other

    @cython.cfunc
    def _window(
        runs: Runs,
        window: cython.pointer[Window],
        room: cython.pointer[cython.ulonglong],
        most: cython.Py_ssize_t,
    ) -> Bits:
        """Have a set as bits that may be changed, in *room* or else in what is returned.

        There are none for a set of runs if their words were many, and more than *most*.
        """
        bits: Bits = runs.bits
        i: cython.Py_ssize_t
        place: cython.longlong
        last: cython.longlong
        word: cython.Py_ssize_t = cython.sizeof(cython.ulonglong)
        room[0] = 0
        window.words = room
        window.size = window.base = 0
        if bits is not None:
            window.base = bits.base
            window.size = bits.size
            if bits.size > _ROOM:
                bits = bits.copy()
                window.words = bits.at
                return bits
            memcpy(room, bits.at, bits.size * word)
            return None
        if runs.stale:
            window.words = cython.NULL
        if runs.stale or runs.size == 0:
            return None
        window.base = runs.at[0] & -64
        window.size = window_words(runs.at[0], runs.at[runs.size - 1])
        if window.size > _ROOM:
            bits = short_bits(runs, most)
            window.words = cython.NULL if bits is None else bits.at
            return bits
        memset(room, 0, window.size * word)
        for i in range(0, runs.size, 2):
            place = runs.at[i] - window.base
            if runs.at[i + 1] - runs.at[i] == 1:
                room[place >> 6] |= cython.cast(cython.ulonglong, 1) << (place & 63)
                continue
            while place < runs.at[i + 1] - window.base:
                last = min(place | 63, runs.at[i + 1] - window.base - 1)
                room[place >> 6] |= (_ALL << (place & 63)) & (_ALL >> (63 - (last & 63)))
                place = last + 1
        return None

    @cython.cfunc
    def _by_bits(
        runs: Runs, operation: cython.int, other: object, reflected: cython.bint
    ) -> object:
        """Return what :func:`plainly` does, None if bits do not suit the set, either.

        Once the new set is made no other code runs: its elements are texts and integers.
        """
        room = cython.declare(cython.ulonglong[128])
        window = cython.declare(Window)
        some = cython.declare(Elements)
        element: cython.pointer[PyObject]
        key: cython.longlong
        place: cython.ulonglong
        word: cython.ulonglong
        common: cython.bint = operation == COMMON
        add: cython.bint = operation != ONLY
        inside: cython.bint
        frozen: cython.bint = reflected and type(other) is frozenset
        # Of integers all stay, and to copy a set takes less than to add them.
        copied: cython.bint = False
        if operation == ONLY_OTHER and not frozen:
            start_elements(cython.address(some), other)
            element = next_element(cython.address(some))
            copied = element != cython.NULL and is_integer(element)
        start = cython.cast(cython.pointer[PyObject], other) if copied else cython.NULL
        made = new_frozenset(start) if frozen else new_set(start)
        gone: list = [] if copied else None
        _held: Bits = _window(runs, cython.address(window), room, len(other))  # has the words
        if window.words == cython.NULL:
            return None
        words: cython.pointer[cython.ulonglong] = window.words
        base: cython.longlong = window.base
        end: cython.ulonglong = cython.cast(cython.ulonglong, 64 * window.size)
        start_elements(cython.address(some), other)
        element = next_element(cython.address(some))
        while element != cython.NULL:
            key = key_of_digits(element, OFFSET)
            if key < 0 and not is_integer(element):
                return None
            inside = False
            place = cython.cast(cython.ulonglong, key - base)
            if key >= 0 and place < end:
                word = cython.cast(cython.ulonglong, 1) << (place & 63)
                inside = (words[place >> 6] & word) != 0
                words[place >> 6] &= ~word
            if copied:
                if inside:
                    gone.append(cython.cast(object, element))
            elif add and inside == common:
                put(made, element)
            element = next_element(cython.address(some))
        # Not before all are known to be plain: others would be compared with them.
        if copied:
            for found in gone:
                cython.cast(set, made).discard(found)
        if operation & ONLY:
            put_texts(made, base, words, window.size)
        return made


@cython.cfunc
@cython.exceptval(-1, check=False)
def _be_ready(runs: Runs, count: cython.Py_ssize_t) -> cython.int:
    """Have *runs* as what so many look-ups are fast in."""
    if count > _SEVERAL:
        runs.prepare()
    return 0


@cython.cfunc
def _those(runs: Runs, others: object, inside: cython.bint) -> object:
    """Return those of a plain set that are in *runs*, or are not; None if one is not plain."""
    made: set = set()
    key: cython.longlong
    _be_ready(runs, len(others))
    for element in cython.cast(set, others):
        key = -1 if type(element) is int else plain_key(element)
        if key < 0 and isinstance(element, str):
            return None
        if (key >= 0 and runs.has(key)) == inside:
            made.add(element)
    return made


@cython.cfunc
@cython.exceptval(-2, check=False)
def _beyond(runs: Runs, others: object, inside: cython.bint, most: cython.longlong) -> cython.int:
    """Tell if more than *most* elements of a container are in *runs*, or are not.

    Returns -1 if one comes before the answer that is not plain.
    """
    key: cython.longlong
    _be_ready(runs, len(others))
    if not cython.compiled:
        for item in others:
            key = plain_key(item)
            if key < 0 and type(item) is not int:
                return -1
            if (key >= 0 and runs.has(key)) == inside:
                most -= 1
                if most < 0:
                    return 1
        return 0
    some = cython.declare(Elements)
    start_elements(cython.address(some), others)
    element: cython.pointer[PyObject] = next_element(cython.address(some))
    while element != cython.NULL:
        key = key_of_digits(element, OFFSET)
        if key < 0 and not is_integer(element):
            return -1
        if (key >= 0 and runs.has(key)) == inside:
            most -= 1
            if most < 0:
                return 1
        element = next_element(cython.address(some))
    return 0


@cython.cfunc
@cython.exceptval(-2, check=False)
def has_one(runs: Runs, element: object) -> cython.int:
    """Tell if a plain element is in *runs*; -1 if it is not plain."""
    key: cython.longlong = plain_key(element)
    if key < 0:
        return 0 if type(element) is int else -1
    return runs.has(key)


@cython.cfunc
@cython.exceptval(-2, check=False)
def has_any(runs: Runs, others: object) -> cython.int:
    """Tell if one of some plain elements is in *runs*; -1 if that is not known."""
    if not is_container(others):
        return 0 if type(others) is range else -1
    if (
        cython.compiled
        and is_plain_set(others)
        and runs.number() <= max(len(others) // 4 * 3, _SMALL)
    ):
        kept = _as_set(runs)
        if kept is not None:
            return not kept.isdisjoint(others)
    return _beyond(runs, others, True, 0)


@cython.cfunc
@cython.exceptval(-2, check=False)
def covers(runs: Runs, other: object) -> cython.int:
    """Tell if all elements of a plain set are in *runs*; -1 if that is not known."""
    found: cython.int
    if not is_plain_set(other):
        return -1
    if len(other) > runs.count():
        return 0
    found = _beyond(runs, other, False, 0)
    return found if found < 0 else not found


@cython.cfunc
@cython.exceptval(-2, check=False)
def within(runs: Runs, other: object) -> cython.int:
    """Tell if all of *runs* are elements of a plain set; -1 if that is not known."""
    more: cython.longlong
    found: cython.int
    i: cython.Py_ssize_t
    if not is_plain_set(other):
        return -1
    more = len(other) - runs.count()
    if more < 0:
        return 0
    # Most sets are told apart by the first few elements.
    for i in range(0, 2 * _SAMPLE, 2):
        if runs.stale or i >= runs.size:  # to look one up may run other code
            break
        if key_text(runs.at[i]) not in other:
            return 0
    found = _beyond(runs, other, False, len(other) - runs.count())
    return found if found < 0 else not found
