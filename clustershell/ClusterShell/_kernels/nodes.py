# cython: auto_pickle=False
"""The base classes of node sets: what is done to them most often, without a Python frame.

What a set has is in its dictionary, as that of any other object: ``_patterns``, whose form is
that of the kernel :mod:`algebra`, and ``_autostep``.
"""

try:
    from ClusterShell._kernels import _cython_shim as cython
except ImportError:
    import cython

if cython.compiled:
    from cython.cimports.ClusterShell._compiled import algebra
    from cython.cimports.ClusterShell._compiled.names import Names, contains, erase, insert

    from ClusterShell._compiled.algebra import Mismatch
else:
    from ClusterShell._kernels import algebra
    from ClusterShell._kernels.algebra import Mismatch
    from ClusterShell._kernels.names import Names, contains, erase, insert

import sys

__all__ = ["PatternSet", "TextSet", "beginning", "collected", "know"]

# What len() can return.
_LARGEST_SIZE = cython.declare(object, sys.maxsize)

# What makes the indexes of a pattern of several, of kernel boxes and an autostep.
_of_boxes = cython.declare(object, None)

# The autostep of range sets that are written without steps.
_NEVER = cython.declare(object, 1e100)


def know(range_set: type, of_boxes: object):
    """Take a class of range sets for known, and what makes other indexes of boxes."""
    global _of_boxes
    if not callable(of_boxes):
        raise TypeError("what makes indexes of boxes is called")
    algebra.know(range_set)
    _of_boxes = of_boxes


@cython.cfunc
@cython.inline
def _new_names() -> Names:
    if not cython.compiled:
        return Names()
    made: Names = Names.__new__(Names)
    made.found = {}
    return made


def _with(autostep):
    """Return what makes indexes of boxes, of an autostep."""
    return lambda boxes: _of_boxes(boxes, autostep)


@cython.ccall
def collected(names: Names, autostep: object) -> dict:
    """Return the patterns of what has been read."""
    if autostep is None or not names.have_indexes():
        return names.patterns(algebra.range_set, _NEVER, _of_boxes)
    return names.patterns(algebra.range_set, int(autostep) - 1, _with(autostep))


@cython.ccall
def beginning(text: str, autostep: object) -> tuple:
    """Read a text as far as it is plain and has no operator but the comma.

    Returns the patterns read and what :meth:`Names.read_text` tells.
    """
    names: Names = _new_names()
    end: cython.Py_ssize_t = names.read_text(text, 0)
    return collected(names, autostep), end


@cython.cfunc
@cython.inline
def _patterns_of(nodes: object) -> object:
    """Return the patterns of a set; TypeError where somebody has put there what are none."""
    return _checked(attribute_of(nodes, "_patterns")) if cython.compiled else nodes._patterns  # noqa: F821


@cython.cfunc
@cython.inline
def _checked(found: object) -> object:
    """Return patterns; TypeError for what are none: compiled, None would pass for a dictionary."""
    if isinstance(found, dict) or not cython.compiled:
        return found
    raise TypeError("the patterns of a node set are in a dictionary")


@cython.cfunc
@cython.inline
def _autostep_of(nodes: object) -> object:
    """Return the autostep of a set."""
    return attribute_of(nodes, "_autostep") if cython.compiled else nodes._autostep  # noqa: F821


@cython.cfunc
@cython.exceptval(-1)
def _add(nodes: object, found: object, copy: object) -> cython.int:
    """Add nodes given by patterns; with ``copy`` false nobody else holds them."""
    try:
        algebra.update(_patterns_of(nodes), found, copy, _autostep_of(nodes))
    except Mismatch:
        nodes._mismatch()
    return 0


@cython.cfunc
@cython.exceptval(-1)
def _take_in(nodes: object, found: dict) -> cython.int:
    """Add nodes read with the autostep of the set, given by patterns that nobody else holds."""
    mine = _patterns_of(nodes)
    if mine:
        _add(nodes, found, False)
    else:
        mine.update(found)
    return 0


@cython.cclass
class PatternSet:
    """Base of sets of nodes: operations with sets of nodes.

    A derived class has a ``_mismatch()`` that tells its users of a :exc:`Mismatch`.
    """

    def _mismatch(self):
        raise Mismatch

    def _binary_sanity_check(self, other):
        if not isinstance(other, PatternSet):
            raise TypeError("Binary operation only permitted between NodeSetBase")

    def _meets(self, other):
        # Of operators only, and of these two only, as in the released package.
        return isinstance(other, TextSet)

    if cython.compiled:

        def __reduce_ex__(self, protocol):
            """Return what pickles have of any object: no class of a kernel."""
            plain = type(self).__reduce__ is object.__reduce__
            if protocol >= 2 or not plain:
                return object.__reduce_ex__(self, protocol)
            return self.__reduce__()

    def get_autostep(self):
        """Return the number of indexes from which steps are printed, or None."""
        return self._autostep

    def _count(self):
        return algebra.size(_patterns_of(self))

    def __len__(self):
        """Return the number of nodes; AssertionError if there are too many for an index."""
        count = algebra.size(_patterns_of(self))
        if count > _LARGEST_SIZE:
            raise AssertionError("range too large")
        return count

    def __bool__(self):
        return bool(_patterns_of(self))

    def copy(self):
        """Return a copy that shares nothing with this set."""
        cls: type = type(self)
        twin = cls.__new__(cls)
        if cython.compiled:
            take_attributes(twin, self)  # noqa: F821
        else:
            twin.__dict__.update(self.__dict__)
        twin._patterns = algebra.copied(_patterns_of(self))
        return twin

    def issubset(self, other):
        """Return whether all nodes of this set are in *other*."""
        self._binary_sanity_check(other)
        return other.issuperset(self)

    def issuperset(self, other):
        """Return whether all nodes of *other* are in this set."""
        self._binary_sanity_check(other)
        return algebra.covers(_patterns_of(self), _patterns_of(other))

    def __contains__(self, other):
        """Return whether all nodes of *other* are in this set."""
        return bool(self.issuperset(other))

    def __eq__(self, other):
        if not isinstance(other, PatternSet):
            return NotImplemented
        return _patterns_of(self) == _patterns_of(other)

    if cython.compiled:

        def __ne__(self, other):
            if not isinstance(other, PatternSet):
                return NotImplemented
            if compares_as(self, PatternSet):  # noqa: F821
                return _patterns_of(self) != _patterns_of(other)
            # As of any class: the opposite of what a derived one may say.
            equal = self.__eq__(other)
            return NotImplemented if equal is NotImplemented else not equal

    def __le__(self, other):
        self._binary_sanity_check(other)
        return self.issubset(other)

    def __ge__(self, other):
        self._binary_sanity_check(other)
        return self.issuperset(other)

    def __lt__(self, other):
        self._binary_sanity_check(other)
        return self._count() < other._count() and self.issubset(other)

    def __gt__(self, other):
        self._binary_sanity_check(other)
        return self._count() > other._count() and self.issuperset(other)

    def _merge(self, found, copy):
        """Add nodes given by patterns; with ``copy`` false nobody else holds them."""
        _add(self, _checked(found), copy)

    def add(self, other):
        """Add the nodes of *other*; see :meth:`update`."""
        self.update(other)

    def update(self, other):
        """Add the nodes of *other*."""
        _add(self, _patterns_of(other), True)

    def updaten(self, others):
        """Add the nodes of each of ``others``."""
        for other in others:
            self.update(other)

    def clear(self):
        """Remove all nodes."""
        _patterns_of(self).clear()

    def intersection_update(self, other):
        """Keep only the nodes that are in *other*."""
        algebra.intersect(_patterns_of(self), _patterns_of(other))

    def difference_update(self, other, strict=False):
        """Remove the nodes of *other*; with *strict*, KeyError where one is not in this set."""
        algebra.subtract(_patterns_of(self), _patterns_of(other), strict)

    def remove(self, elem):
        """Remove the nodes of ``elem``; raises KeyError where one is missing."""
        self.difference_update(elem, strict=True)

    def symmetric_difference_update(self, other):
        """Add the nodes of *other* that are not here, remove those that are."""
        algebra.toggle(_patterns_of(self), _patterns_of(other), _autostep_of(self))

    def union(self, other):
        """Return the set of what is in this set or *other*."""
        result = self.copy()
        result.update(other)
        return result

    def intersection(self, other):
        """Return the set of what is in both this set and *other*."""
        result = self.copy()
        result.intersection_update(other)
        return result

    def difference(self, other):
        """Return the set of what is in this set and not in *other*."""
        result = self.copy()
        result.difference_update(other)
        return result

    def symmetric_difference(self, other):
        """Return the set of what is in one of this set and *other*, not in both."""
        result = self.copy()
        result.symmetric_difference_update(other)
        return result

    # Operators are stricter than methods.
    def __or__(self, other):
        return self.union(other) if _takes(self, other) else NotImplemented

    def __and__(self, other):
        return self.intersection(other) if self._meets(other) else NotImplemented

    def __sub__(self, other):
        return self.difference(other) if _takes(self, other) else NotImplemented

    def __xor__(self, other):
        return self.symmetric_difference(other) if self._meets(other) else NotImplemented

    def __ior__(self, other):
        self._binary_sanity_check(other)
        self.update(other)
        return self

    def __iand__(self, other):
        self._binary_sanity_check(other)
        self.intersection_update(other)
        return self

    def __isub__(self, other):
        self._binary_sanity_check(other)
        self.difference_update(other)
        return self

    def __ixor__(self, other):
        self._binary_sanity_check(other)
        self.symmetric_difference_update(other)
        return self


@cython.cfunc
@cython.exceptval(-1)
def _takes(nodes: object, other: object) -> cython.int:
    """Return whether *other* is an operand for operators."""
    try:
        nodes._binary_sanity_check(other)
    except TypeError:
        return False
    return True


@cython.cfunc
def _others(nodes: object, other: object) -> object:
    """Return the patterns of an operand of a set."""
    return _patterns_of(other) if isinstance(other, PatternSet) else _checked(nodes._operand(other))


@cython.cclass
class TextSet(PatternSet):
    """What a set of nodes does with texts, too.

    A derived class has ``_parser``, which parses operands, and ``_rest(text, found, end)``,
    which returns the patterns of a text whose :func:`beginning` has been read.
    """

    def _operand(self, other):
        """Return the patterns of an operand."""
        if isinstance(other, PatternSet):
            return _patterns_of(other)
        autostep = _autostep_of(self)
        if type(other) is not str:
            return _patterns_of(self._parser.parse(other, autostep))
        found, end = beginning(other, autostep)
        return found if end == len(other) else _checked(self._rest(other, found, end))

    def issubset(self, other):
        """Return whether all nodes of this set are in *other*."""
        others = _others(self, other)
        return algebra.covers(others, _patterns_of(self))

    def issuperset(self, other):
        """Return whether all nodes of *other* are in this set."""
        others = _others(self, other)
        return algebra.covers(_patterns_of(self), others)

    def __contains__(self, other):
        """Return whether all nodes of *other* are in this set."""
        if type(other) is str:
            found = contains(_patterns_of(self), other)
            if found is not None:
                return found
        return bool(self.issuperset(other))

    def update(self, other):
        """Add the nodes of *other*."""
        if type(other) is not str:
            others = _others(self, other)
            _add(self, others, True)
            return
        mine = _patterns_of(self)
        if mine and insert(mine, other):
            return
        found, end = beginning(other, _autostep_of(self))
        if end != len(other):
            found = _checked(self._rest(other, found, end))
        _take_in(self, found)

    def _absorb(self, found):
        """Add nodes read with the autostep of this set, given by patterns."""
        _take_in(self, _checked(found))

    def updaten(self, others):
        """Add the nodes of each of ``others``."""
        given: list = others if type(others) is list else list(others)
        at: cython.Py_ssize_t = 0
        while at < len(given):
            other = given[at]
            if isinstance(other, str):
                _add_texts(self, given, at)
                return
            self.update(other)
            at += 1

    def intersection_update(self, other):
        """Keep only the nodes that are in *other*."""
        algebra.intersect(_patterns_of(self), _others(self, other))

    def difference_update(self, other, strict=False):
        """Remove the nodes of *other*.

        With *strict*, raises KeyError where one of them is not in this set.
        """
        if type(other) is str and erase(_patterns_of(self), other):
            return
        algebra.subtract(_patterns_of(self), _others(self, other), strict)

    def symmetric_difference_update(self, other):
        """Add the nodes of *other* that are not here, remove those that are."""
        algebra.toggle(_patterns_of(self), _others(self, other), _autostep_of(self))


if cython.compiled:
    # As any class: old pickles make objects by that way.
    make_plainly(PatternSet)  # noqa: F821
    make_plainly(TextSet)  # noqa: F821


@cython.cfunc
@cython.exceptval(-1)
def _add_texts(nodes: object, others: list, at: cython.Py_ssize_t) -> cython.int:
    """Add each of others[at:], texts and sets, to a set: what is plain in one go.

    The plain ones are added also where one after them is refused.
    """
    names: Names = _new_names()
    try:
        while True:
            at = names.read_list(others, at)
            if at >= len(others):
                break
            nodes.update(others[at])
            at += 1
    finally:
        nodes._absorb(collected(names, _autostep_of(nodes)))
    return 0
