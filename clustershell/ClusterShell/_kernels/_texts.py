"""Elements of range sets as texts, and plain sets of them: of the interpreted life only.

There to make keys of texts takes longer than all the rest, and nothing is as fast as what
Python's own sets do.
"""

from __future__ import annotations

from ClusterShell._kernels.keys import OFFSET, texts_of
from ClusterShell._kernels.longs import Longs
from ClusterShell._kernels.sweeps import bits_of_bounds

#: Of no more elements texts are kept that nobody else has.
MOST_KEPT = 4096

# Nor of more where others have them.
_MOST = 1 << 16

# Of a text of more digits int() may make no number.
_LONGEST = 600

# A set has few keys, compared with another, if the other has so many times more.
_FEW = 16

# For each question or edit so many elements may be made into texts.
_PATIENCE = 8

# Of so many elements the text that all of them make is looked at as it is.
_SHORT = 150

# All digits as one, the comma as itself, and all else as another letter.
_SHAPES = bytes(48 if 48 <= code < 58 else 44 if code == 44 else 120 for code in range(256))
_TOO_LONG = b"0" * 19


class _Numbers(dict):
    """Texts of small numbers, each made once: those of a site are again and again the same."""

    def __missing__(self, number):
        if not 0 <= number < 8192:
            raise KeyError(number)
        text = self[number] = str(number)
        return text


_SMALL = _Numbers()
_TEXT = frozenset((str,))
_NUMBER = frozenset((int,))


class Known:
    """What is known of a set, shared between it and its copies until one of them changes.

    ordered: its elements in order, None until somebody needs them; never changed.
    texts: the same as a set.
    bits: its keys as bits, never changed, or None.
    asked: how often somebody could have used the texts.
    count: how many elements there are, or None.
    """

    __slots__ = ("asked", "bits", "count", "ordered", "texts")

    def __init__(self, texts=None):
        self.texts = texts
        self.ordered = self.bits = self.count = None
        self.asked = 0

    def bits_of(self, runs):
        """Return as bits what is kept as bounds."""
        bits = self.bits
        if bits is None:
            bits = self.bits = bits_of_bounds(runs, runs.at[0], runs.at[-1])
        return bits.copy()


def keys_of(texts):
    """Return the keys of the plain texts of a set, which others may change meanwhile."""
    keys = Longs()
    keys.at.extend([OFFSET[len(text)] + int(text) for text in list(texts)])
    return keys


def share(runs, made):
    """Have a copy know what is known, or will be, of what is kept."""
    known = runs.known
    if known is None:
        known = runs.known = Known()
    made.known = known
    made.elements = runs.elements = known.texts


def absorb(runs, kept, runs_of_keys):
    """Have what waits and what is gone kept; *kept* is another set, empty so far.

    What other code, which may run meanwhile, adds or takes out is added or taken out after it.
    """
    waiting, gone = runs.waiting, runs.gone
    if waiting is None:  # another thread has done it
        return
    taken = waiting.copy()
    left = gone.copy() if gone else frozenset()
    # What is kept: the keys still wait in the set itself.
    kept.at, kept.bits, kept.parts, kept.stale = runs.at, runs.bits, runs.parts, runs.stale
    made = kept
    if left:
        made = made.difference(runs_of_keys(keys_of(left)))
    if taken or made is kept:
        made = made.union(runs_of_keys(keys_of(taken)))
    weight = made.weight()
    count = len(taken) + len(left)
    if count < _FEW or count * _FEW < weight:
        # To change many at once would not take longer: the next ones do not
        # wait until it would have been worth it.
        runs.direct = max(weight // _FEW, _FEW)
    if runs.waiting is not waiting:  # other code has done it meanwhile
        return
    # Of what was no more than texts, all is known.
    runs.known = Known(waiting) if waiting is runs.elements and count <= MOST_KEPT else None
    runs.elements = None
    if made.bits is None:
        runs.swap(made)
        runs.stale = False
        runs.bits = None
    else:
        # The array stays, as somebody may be about to read it.
        runs.bits = made.bits
        runs.stale = True
    runs.parts = None
    runs.left = made.left
    runs.total = made.total
    gone = runs.gone or left
    runs.waiting = runs.gone = None
    if waiting != taken or gone != left:
        runs.difference_update(runs_of_keys(keys_of((taken - waiting) | (gone - left))))
        runs.update(runs_of_keys(keys_of(waiting - taken)))


def pays(runs, count):
    """Tell if so many elements may wait to be added."""
    if runs.waiting is not None:
        return True
    return _FEW * count >= (runs.weight() if runs.stale else len(runs.at))


def take_in(runs, texts, few=False):
    """Have the texts of a set wait to be added, which belongs to *runs* from now on.

    :param few: even if that are so few that to add their keys would take less time
    :returns: False, having done nothing, if they are
    """
    if runs.waiting is not None:
        runs.waiting.update(texts)
    elif not few and not pays(runs, len(texts)):
        return False
    elif texts:
        # Nothing kept, these are all elements.
        runs.elements = None if runs.at or runs.stale else texts
        runs.waiting = texts
        runs.total = -1
    return True


def take_others(runs, other):
    """Have the elements of another set, of which none is kept, wait to be added, if that pays."""
    texts = other.elements
    return texts is not None and texts is other.waiting and take_in(runs, texts.copy())


def to_add(container):
    """Return the elements of a container, or of a short range, as a new set of texts.

    Returns None if one is not plain.
    """
    if not _TEXT.issuperset(map(type, container)):
        if type(container) is range and container[_FEW:]:
            return None  # whose bounds are known
        return _of_numbers(container) if _NUMBER.issuperset(map(type, container)) else None
    some = set(container)
    if len(some) > _SHORT:
        return some if _are_plain(some) else None
    joined = "".join(some)
    if joined.isdigit() and joined.isascii() and "" not in some:
        return some if len(joined) <= _LONGEST or len(max(some, key=len)) <= _LONGEST else None
    return None if some else some


def _are_plain(texts):
    """Tell if all texts of a set of many are plain: what is read is one text of all."""
    joined = ",".join(texts)
    if not joined.isascii() or "" in texts:
        return False
    shape = joined.encode().translate(_SHAPES)
    if b"x" in shape or shape.count(b",") != len(texts) - 1:
        return False
    return _TOO_LONG not in shape


def _of_numbers(numbers):
    """Return the texts of integers as a set, None if one is negative or very large."""
    try:
        return set(map(_SMALL.__getitem__, numbers))
    except KeyError:
        if min(numbers) < 0 or max(numbers) >= 10**18:
            return None
        return set(map(str, numbers))


def make(runs, known):
    """Return all elements as a set of texts, and have them known; None if one is negative."""
    flat = runs.flat()
    if flat.at and flat.at[0] < 0:
        return None
    ordered = texts_of(flat, "", "")
    texts = set(ordered)
    # A set that somebody changes meanwhile knows something else.
    if runs.known is known:
        known.ordered = ordered
        known.texts = runs.elements = texts
    return texts


def asked(runs):
    """Return all elements as texts if that pays, for a question put not for the first time."""
    known = runs.known
    if runs.waiting is not None:
        return runs.elements
    if known is None:
        # Asked once since the last change: nothing is counted, which takes time.
        known = runs.known = Known()
        known.asked = 1
        return None
    if known.texts is not None:
        texts = runs.elements = known.texts
        return texts
    known.asked += 1
    # Copies need not be counted again.
    count = known.count
    if count is None:
        count = known.count = runs.count()
    return make(runs, known) if count <= min(_PATIENCE * (known.asked - 1), MOST_KEPT) else None


def wanted(runs, count):
    """Return all elements as texts for an operation with *count* others; None if too many.

    They are not to be changed, unless they wait.
    """
    if runs.waiting is not None:
        if runs.elements is not None:
            return runs.elements
        runs.absorb()
    known = runs.known
    if known is None:
        known = runs.known = Known()
    mine = runs.count()
    if mine > 2 * count + 64 or mine > _MOST:
        return None
    texts = known.texts
    if texts is None:
        return make(runs, known)
    runs.elements = texts
    return texts
