# cython: boundscheck=False, wraparound=False, initializedcheck=False, cdivision=True
# cython: auto_pickle=False
"""Node names in bulk: reading them by pattern; and single names of a set.

A *plain* name is one whose characters have no meaning in the texts of node
sets but that of its digits: ``node12-ib0`` is the pattern ``node%s-ib%s`` with
indexes 12 and 0.  :class:`Names` collects plain names by pattern, each index
as one integer (its *key*, see :mod:`intervals`), so that a list of a million
names costs eight bytes a name and no Python object.

What is not plain (brackets around several numbers of a name, groups, wildcards,
operators other than the comma, digits of other scripts, numbers of more than
18 digits, malformed text) is left where it stands: every reader returns how
far it came, and its caller knows the whole grammar.
"""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled.intervals import Runs, runs_of_keys, runs_of_pairs
    from cython.cimports.ClusterShell._compiled.keys import OFFSET
    from cython.cimports.ClusterShell._compiled.longs import Longs
    from cython.cimports.ClusterShell._compiled.rangetext import read_plain
    from cython.cimports.ClusterShell._compiled.runset import RunSet
    from cython.cimports.cpython.unicode import (
        PyUnicode_4BYTE_KIND,
        PyUnicode_FindChar,
        PyUnicode_FromKindAndData,
    )

    # Longest name read here, and most digits of an index, whose keys are then
    # below 2^62.
    LONGEST = cython.declare(cython.Py_ssize_t, 240)
    WIDEST = cython.declare(cython.Py_ssize_t, 18)
    _AHEAD = cython.declare(cython.Py_ssize_t, 16)
else:
    from ClusterShell._kernels.intervals import Runs, runs_of_keys, runs_of_pairs
    from ClusterShell._kernels.keys import OFFSET
    from ClusterShell._kernels.longs import Longs
    from ClusterShell._kernels.rangetext import read_plain
    from ClusterShell._kernels.runset import RunSet

    LONGEST = 240
    WIDEST = 18


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_digit(char: cython.Py_UCS4) -> cython.bint:
    return "0" <= char <= "9"


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_space(char: cython.Py_UCS4) -> cython.bint:
    return char in " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _is_plain(char: cython.Py_UCS4) -> cython.bint:
    if char < "\x80":
        return char not in ",[]!&^@*?"
    # Digits of other scripts are indexes too, and white space at the ends of
    # a name does not count; what is neither is a letter like any other.
    return not (char.isdecimal() or char.isspace())


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _find(
    text: str, char: cython.Py_UCS4, lo: cython.Py_ssize_t, hi: cython.Py_ssize_t
) -> cython.Py_ssize_t:
    """Return the position of ``char`` in ``text[lo:hi]``, ``hi`` if it is not there."""
    at: cython.Py_ssize_t
    at = PyUnicode_FindChar(text, char, lo, hi, 1) if cython.compiled else text.find(char, lo, hi)
    return hi if at < 0 else at


@cython.cfunc
@cython.inline
@cython.exceptval(check=False)
def _key(text: str, lo: cython.Py_ssize_t, hi: cython.Py_ssize_t) -> cython.longlong:
    """Return the key of the index of digits ``text[lo:hi]``."""
    if not cython.compiled:
        return int(text[lo:hi]) + OFFSET[hi - lo]
    key: cython.longlong = cython.cast(cython.int, text[lo]) - 48
    at: cython.Py_ssize_t
    for at in range(lo + 1, hi):
        # Ten more for all the shorter numbers of this length, at each digit.
        key = key * 10 + 10 + (cython.cast(cython.int, text[at]) - 48)
    return key


@cython.cfunc
def _pattern(
    text: str,
    lo: cython.Py_ssize_t,
    opening: cython.Py_ssize_t,
    closing: cython.Py_ssize_t,
    hi: cython.Py_ssize_t,
    single: cython.bint,
) -> str:
    """Return the pattern of the name text[lo:hi], None if it is not plain.

    What stands from ``opening`` to ``closing`` is an index if it is not empty, and
    then no other must be there.  With ``single``, no character below 128 but digits
    has a meaning.
    """
    if hi - lo + opening - closing > LONGEST:
        return None
    if cython.compiled:
        # Twice: a percent sign takes two characters, and so does "%s".
        found: cython.Py_UCS4[500]
    else:
        found = [""] * (2 * LONGEST + 2)
    char: cython.Py_UCS4
    size: cython.Py_ssize_t = 0
    first: cython.Py_ssize_t
    at: cython.Py_ssize_t = lo
    bracket: cython.bint = opening < closing
    same: cython.bint = not bracket
    while at < hi:
        char = text[at]
        first = at
        at += 1
        if bracket and first == opening:
            at = closing
        elif _is_digit(char):
            while at < hi and _is_digit(text[at]):
                at += 1
            if at - first > WIDEST or bracket:
                return None
        elif (single and char < "\x80") or _is_plain(char):
            found[size] = char
            size += 1
            if char == "%":
                found[size] = char
                size += 1
                same = False
            continue
        else:
            return None
        found[size] = "%"
        found[size + 1] = "s"
        size += 2
        same = False
    if same:
        return text[lo:hi]
    if not cython.compiled:
        return "".join(found[:size])
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, cython.cast(cython.p_void, found), size)


@cython.cfunc
@cython.exceptval(-1)
def _read_ranges(
    text: str, start: cython.Py_ssize_t, stop: cython.Py_ssize_t, pairs: Longs
) -> cython.bint:
    """Append the runs of the ranges text[start:stop]; return false if they are not plain."""
    if cython.compiled and not text.isascii():
        # Ranges are read from texts of narrow characters only.
        return read_plain(text[start:stop], 0, stop - start, pairs)
    return read_plain(text, start, stop, pairs)


@cython.cfunc
@cython.exceptval(-1)
def _dim(pattern: str) -> cython.Py_ssize_t:
    """Return the number of indexes of a pattern."""
    return pattern.count("%") - 2 * pattern.count("%%")


@cython.final
@cython.no_gc
@cython.cclass
class Pattern:
    """The names of one pattern.

    text: the pattern, ``%s`` for each index, ``%%`` for a percent sign.
    dim: number of indexes.
    keys: the keys of the names, ``dim`` for each.
    pairs: the runs of what stood in brackets, for a pattern of one.
    """

    @cython.cfunc
    @cython.exceptval(-1)
    def match(self, text: str, lo: cython.Py_ssize_t, hi: cython.Py_ssize_t) -> cython.int:
        """Add the name ``text[lo:hi]`` if it has this pattern; tell whether."""
        pattern: str = self.text
        end: cython.Py_ssize_t = len(pattern)
        if self.keys is None:
            self.keys = Longs()
        keys: Longs = self.keys
        size: cython.Py_ssize_t = keys.size
        char: cython.Py_UCS4
        first: cython.Py_ssize_t
        at: cython.Py_ssize_t = lo
        step: cython.Py_ssize_t = 0
        while step < end:
            char = pattern[step]
            step += 1
            if char == "%":
                char = pattern[step]
                step += 1
                if char == "s":
                    first = at
                    while at < hi and _is_digit(text[at]):
                        at += 1
                    if first == at or at - first > WIDEST:
                        break
                    keys.push(_key(text, first, at))
                    continue
            if at == hi or text[at] != char:
                break
            at += 1
        else:
            if at == hi:
                return True
        keys.cut(size)
        return False

    @cython.cfunc
    def runs(self) -> Runs:
        """Return the indexes as a set, of a pattern of one; call this once only."""
        if self.pairs is None:
            return runs_of_keys(self.keys)
        at: cython.Py_ssize_t
        for at in range(0 if self.keys is None else self.keys.size):
            self.pairs.join(self.keys.at[at], self.keys.at[at] + 1)
        return runs_of_pairs(self.pairs)

    @cython.cfunc
    def boxes(self) -> object:
        """Return the indexes as vectors, of a pattern of several, which most names are not."""
        if cython.compiled:
            from ClusterShell._compiled.boxes import Boxes
        else:
            from ClusterShell._kernels.boxes import Boxes
        return Boxes(self.dim).with_keys(self.keys)


@cython.cfunc
def _new_pattern(text: str) -> Pattern:
    made: Pattern = Pattern.__new__(Pattern)
    made.text = text
    made.dim = _dim(text)
    made.keys = made.pairs = None
    return made


@cython.final
@cython.cclass
class Names:
    """Plain names, collected by pattern.

    >>> names = Names()
    >>> names.read_list(["node2", "node1", "login"], 0)
    3
    >>> sorted(names.patterns(RunSet, None, None))
    ['login', 'node%s']
    """

    def __init__(self):
        self.found = {}
        self.last = None

    @cython.ccall
    def have_indexes(self) -> cython.bint:
        """Return whether a name found has an index."""
        pattern: Pattern
        for pattern in self.found.values():
            if pattern is not None and pattern.dim:
                return True
        return False

    @cython.ccall
    def patterns(self, range_set: type, autostep: object, of_boxes: object) -> dict:
        """Return the mapping of patterns found to indexes, None where there are none.

        :param range_set: class of the indexes of patterns of one, a :class:`RunSet`.
        :param autostep: what these have as ``_autostep``.
        :param of_boxes: function making the indexes of other patterns of Boxes.
        """
        made: dict = {}
        pattern: Pattern
        for text, pattern in self.found.items():
            if pattern is None:
                made[text] = None
            elif pattern.dim and pattern.pairs is None and not (pattern.keys and pattern.keys.size):
                continue  # there was no memory for its first name
            elif pattern.dim == 1:
                runs_of: RunSet = range_set.__new__(range_set)
                if runs_of is None:
                    raise TypeError("a class that makes no objects")
                runs_of._runs = pattern.runs()
                runs_of._autostep = autostep
                made[pattern.text] = runs_of
            else:
                made[pattern.text] = of_boxes(pattern.boxes()) if pattern.dim else None
        return made

    @cython.cfunc
    def pattern(self, text: str) -> Pattern:
        """Return the Pattern of a text, new or known."""
        found = self.found.get(text)
        if found is None:
            found = self.found[text] = _new_pattern(text)
        return found

    @cython.cfunc
    @cython.exceptval(-1)
    def name(
        self, text: str, lo: cython.Py_ssize_t, hi: cython.Py_ssize_t, single: cython.bint
    ) -> cython.int:
        """Add the name ``text[lo:hi]``; return false if it is not plain."""
        # The names of a list are alike, mostly.
        if self.last is not None and self.last.match(text, lo, hi):
            return True
        pattern: str = _pattern(text, lo, hi, hi, hi, single)
        if pattern is None:
            return False
        if _find(pattern, "%", 0, len(pattern)) == len(pattern):
            self.found[pattern] = None
            return True
        self.last = self.pattern(pattern)
        return self.last.match(text, lo, hi)

    @cython.ccall
    def read_list(self, names: list, start: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Add names[start:] up to the first that is not plain; return its position.

        White space around a name does not count, nor do empty names.
        """
        return self.read(names, start, False)

    @cython.ccall
    def read_names(self, names: list, start: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Add names[start:], in which no character but digits has a meaning.

        Returns the position of the first that cannot be read: one that is empty or no
        text, or has digits or white space of other scripts, or too many digits.  An
        object reads names by this method or by the others, not by both.
        """
        return self.read(names, start, True)

    @cython.cfunc
    @cython.exceptval(-1)
    def read(self, names: list, start: cython.Py_ssize_t, single: cython.bint) -> cython.Py_ssize_t:
        position: cython.Py_ssize_t
        lo: cython.Py_ssize_t
        hi: cython.Py_ssize_t
        text: str
        if start < 0:
            raise IndexError("a position below 0")
        position = start - 1
        # The list is the caller's, and may get shorter.
        while position + 1 < len(names):
            position += 1
            # Strings of a list lie anywhere in memory: have them fetched early.
            if cython.compiled and position + _AHEAD < len(names):
                prefetch(list_item(names, position + _AHEAD))  # noqa: F821
            item = names[position]
            if type(item) is not str:
                return position
            text = item
            lo = 0
            hi = len(text)
            while lo < hi and _is_space(text[lo]):
                lo += 1
            while lo < hi and _is_space(text[hi - 1]):
                hi -= 1
            if lo == hi and not single:
                continue
            if lo < hi and self.name(text, lo, hi, single):
                continue
            # All items of a text, or none: the rest may hold any operator.
            if single or self.items(text, lo, hi, False, False) < hi:
                return position
            self.items(text, lo, hi, True, False)
        return len(names)

    @cython.ccall
    def read_text(self, text: str, start: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Add the items of text[start:], joined by commas.

        An item is a plain name, or one but for a single pair of brackets and no digit
        outside them.  Returns the length of the text; or where the first item begins
        that is neither; or the complement (``~``) of the position of the operator,
        not a comma, that follows the last item read.
        """
        return self.joined(text, start, False)

    @cython.ccall
    def read_item(self, text: str, start: cython.Py_ssize_t) -> cython.Py_ssize_t:
        """Add the item at text[start:] if it is as for :meth:`read_text`.

        Returns the length of the text; or ``start`` if it is not; or the complement
        of the position of the operator, a comma too, that follows it.
        """
        return self.joined(text, start, True)

    @cython.cfunc
    @cython.exceptval(check=True)
    def joined(self, text: str, start: cython.Py_ssize_t, one: cython.bint) -> cython.Py_ssize_t:
        stop: cython.Py_ssize_t
        end: cython.Py_ssize_t = len(text)
        if not 0 <= start <= end:
            raise IndexError("a position out of the text")
        while end > start and _is_space(text[end - 1]):
            end -= 1
        at: cython.Py_ssize_t = self.items(text, start, end, True, one)
        if at == end and (at > start or not one):
            return len(text)
        if one and at > start:
            return ~(at - 1)
        stop = _find(text, "!", at, end)
        stop = _find(text, "&", at, stop)
        stop = _find(text, "^", at, stop)
        # What ends with an operator lacks an operand.
        if at < stop and stop + 1 < end and self.items(text, at, stop, True, one) == stop:
            return ~stop
        return at

    @cython.cfunc
    @cython.exceptval(-1)
    def items(
        self,
        text: str,
        lo: cython.Py_ssize_t,
        end: cython.Py_ssize_t,
        keep: cython.bint,
        one: cython.bint,
    ) -> cython.Py_ssize_t:
        """Read the items of text[lo:end], or the first ``one``; add them if ``keep``.

        Returns where the first item begins that is not read, or ``end``.
        """
        start: cython.Py_ssize_t
        hi: cython.Py_ssize_t
        while lo < end:
            start = lo
            hi = _find(text, ",", lo, end)
            while lo < hi and _is_space(text[lo]):
                lo += 1
            if lo == hi or hi + 1 == end:
                return start
            lo = self.item(text, lo, hi, end, keep)
            if lo < 0:
                return start
            if one:
                return lo
        return end

    @cython.cfunc
    @cython.exceptval(-2)
    def item(
        self,
        text: str,
        lo: cython.Py_ssize_t,
        hi: cython.Py_ssize_t,
        end: cython.Py_ssize_t,
        keep: cython.bint,
    ) -> cython.Py_ssize_t:
        """Read the item at ``lo``, with a comma or the end at ``hi``.

        Returns where the next one begins, -1 if this one cannot be read.
        """
        opening: cython.Py_ssize_t
        closing: cython.Py_ssize_t
        last: cython.Py_ssize_t = hi
        while _is_space(text[last - 1]):
            last -= 1
        if (
            self.name(text, lo, last, False)
            if keep
            else _pattern(text, lo, last, last, last, False) is not None
        ):
            return hi + (hi < end)
        opening = _find(text, "[", lo, hi)
        if opening == hi:
            return -1
        closing = _find(text, "]", opening, end)
        hi = _find(text, ",", closing, end)
        if closing == end or hi + 1 == end:
            return -1
        last = hi
        while _is_space(text[last - 1]):
            last -= 1
        pattern: str = _pattern(text, lo, opening, closing + 1, last, False)
        if pattern is None:
            return -1
        pairs: Longs = Longs()
        if not _read_ranges(text, opening + 1, closing, pairs):
            return -1
        if keep:
            found: Pattern = self.pattern(pattern)
            if found.pairs is None:
                found.pairs = pairs
            else:
                found.pairs.extend(pairs, 0, pairs.size)
        return hi + (hi < end)


# -- single names of a set


@cython.cfunc
def _located(text: str) -> tuple:
    """Return pattern and key (None without index) of a plain name of one index or none.

    Returns None for any other text.
    """
    hi: cython.Py_ssize_t = len(text)
    pattern: str = _pattern(text, 0, hi, hi, hi, False)
    if pattern is None or hi == 0 or _is_space(text[0]) or _is_space(text[hi - 1]):
        return None
    dim: cython.Py_ssize_t = _dim(pattern)
    if dim != 1:
        return None if dim else (pattern, None)
    lo: cython.Py_ssize_t = 0
    while not _is_digit(text[lo]):
        lo += 1
    hi = lo
    while hi < len(text) and _is_digit(text[hi]):
        hi += 1
    return pattern, _key(text, lo, hi)


@cython.ccall
def contains(patterns: dict, text: str):
    """Tell whether a name is in a set given by its patterns; None if that is not told here."""
    located = _located(text)
    if located is None:
        return None
    pattern, key = located
    if pattern not in patterns:
        return False
    found = patterns[pattern]
    if key is None or not isinstance(found, RunSet):
        return found is None or None
    runs = found._runs
    return cython.cast(Runs, runs).contains(key) if type(runs) is Runs else runs.contains(key)


@cython.ccall
def insert(patterns: dict, text: str):
    """Add a name of a known pattern to a set given by its patterns.

    Returns false, having done nothing, for any other text.
    """
    located = _located(text)
    if located is None or located[0] not in patterns:
        return False
    pattern, key = located
    found = patterns[pattern]
    if key is None or not isinstance(found, RunSet):
        return key is None and found is None
    found._runs.insert(key, key + 1)
    return True


@cython.ccall
def erase(patterns: dict, text: str):
    """Take a name out of a set given by its patterns.

    Returns false, having done nothing, where the name is not there, or the
    text is another one.
    """
    located = _located(text)
    if located is None or located[0] not in patterns:
        return False
    pattern, key = located
    found = patterns[pattern]
    if key is not None:
        runs = found._runs if isinstance(found, RunSet) else None
        if runs is None or not runs.contains(key):
            return False
        runs.erase(key, key + 1)
        if found:
            return True
    elif found is not None:
        return False
    del patterns[pattern]
    return True
