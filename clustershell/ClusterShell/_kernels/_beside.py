"""Sets of keys beside plain containers, and beside one another, as sets of texts.

This is of the interpreted life only; see :mod:`_texts`.
"""

from __future__ import annotations

from ClusterShell._kernels._texts import asked, wanted
from ClusterShell._kernels.intervals import Runs
from ClusterShell._kernels.keys import OFFSET

CONTAINERS = frozenset((set, frozenset, list, tuple))
GENERATOR = type(_ for _ in ())
#: Of what else elements to add are taken.
NUMBERS = frozenset((range, GENERATOR))
_PLAIN = frozenset((str, int))

# Sets of so many elements are combined as texts, if they are again and again.
_FEW = 256


class Beside:
    """Base of the interpreted :class:`RunSet`, by which it is told from anything else."""

    __slots__ = ()

    def _has(self, text):
        """Tell if a text is in the set, of which something is kept, and something waits."""
        runs = self._runs
        waiting, gone = runs.waiting, runs.gone
        if waiting is None:  # another thread has had it kept
            return self._contains(text)
        if text in waiting:
            return True
        if gone is not None and text in gone:
            return False
        known = runs.known
        if known is not None and known.texts is not None:
            return text in known.texts
        if len(text) <= 18 and text.isdigit() and text.isascii():
            return bool(runs.has_kept(OFFSET[len(text)] + int(text)))
        return self._contains(text)


def runs_of(texts):
    """Return runs with these elements, of which none is kept; they have the set from now on."""
    made = Runs.__new__(Runs)
    made.at = at = []
    made.push = at.append
    made.elements = made.waiting = texts
    return made


def become(runs, texts):
    """Have these elements instead, of which none is kept, as :func:`runs_of`."""
    if runs.waiting is None:
        if runs.stale or runs.bits is not None or runs.parts is not None:
            runs.bits = runs.parts = None
            runs.stale = False
        runs.known = None
        runs.total = -1
        runs.at.clear()
    elif runs.elements is None:  # what is kept has changed meanwhile
        runs.take(runs_of(texts))
        return
    runs.elements = runs.waiting = texts


def listed(other):
    """Return what can be gone through once as a list, anything else as it is."""
    return list(other) if type(other) is GENERATOR else other


# -- single elements


def text_of_number(element, pad):
    """Return the text of an integer, filled up to *pad* digits; an empty one if it is not plain."""
    if type(element) is int and 0 <= element < 10**18 and type(pad) is int and pad <= 18:
        return str(element).zfill(pad)
    return ""


def put_away(runs, text):
    """Have an element gone from what is kept."""
    if runs.waiting is None:
        runs.elements = None
        runs.waiting = set()
        runs.total = -1
    if runs.gone is None:
        runs.gone = {text}
    else:
        runs.gone.add(text)


# -- sets


def short(runs):
    """Return the elements of a short set, if that pays, else None."""
    if runs.elements is not None:
        return runs.elements
    return asked(runs) if runs.waiting is None and len(runs.at) <= 2 * _FEW else None


def pair(runs, other):
    """Return the elements of two short sets, if that pays, or twice None."""
    others = short(other)
    mine = None if others is None else short(runs)
    if mine is None or len(mine) + len(others) > 2 * _FEW:
        return None, None
    return mine, others


def common_of_two(runs, other):
    """Return the common elements of two sets, as a new set, if that pays, else None."""
    texts, others = pair(runs, other)
    return None if texts is None else texts & others


def common(runs, other):
    """Return the common elements with a container as a new set; None if that is not plain."""
    if type(other) not in CONTAINERS or not _PLAIN.issuperset(map(type, other)):
        return None
    texts = runs.elements
    if texts is None:
        texts = wanted(runs, len(other))
    return None if texts is None else texts.intersection(other)
